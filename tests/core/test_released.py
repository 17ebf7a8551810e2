"""State of a version before is read where today's ranges are narrower."""

from typing import Any

import msgspec
import pytest

from agents.core.customers import state_codec
from agents.core.customers.stored_facts import kept as kept_fact
from agents.core.released import decoded
from agents.pipeline.state_store import AsRecords
from schemas.records import Wish
from tests.core import builders
from tests.core.customers.test_state_codec import customer

LONG = "-".join(["xx", *["aaaaaaaa"] * 300])
CUT = "xx-aaaaaaaa-aaaaaaaa-aaaaaaaa"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Something with a wish."""

    name: str
    wishes: tuple[Wish, ...]


class Records:
    """A partition of them."""

    def __init__(self) -> None:
        self.records: dict[str, Kept] = {}

    def apply(self, changed: Any) -> None:
        self.records.update(changed)


def test_a_language_that_was_kept_longer_is_cut_and_the_rest_is_as_it_was() -> None:
    before = Kept(name="a", wishes=(Wish(), Wish(language=LONG, manager_id="m1")))
    partition = Records()

    AsRecords(Kept, partition).restore({"k": msgspec.msgpack.encode(before)})

    cut = (Wish(), Wish(language=CUT, manager_id="m1"))
    assert partition.records == {"k": Kept(name="a", wishes=cut)}


def test_so_is_a_customers() -> None:
    said = kept_fact(builders.said("r", wish=Wish(language=LONG)))
    of = msgspec.structs.replace(builders.visit(), responses=(said,))
    before = customer(visits={of.visit_id: of})
    assert LONG in repr(before)

    found = state_codec.decode(state_codec.encode(before))

    assert repr(found) == repr(before).replace(LONG, CUT)


@pytest.mark.parametrize("data", [b"", b"\x01", msgspec.msgpack.encode({"name": 5, "wishes": []})])
def test_what_is_none_of_any_version_is_refused(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decoded(msgspec.msgpack.Decoder(Kept), data)
