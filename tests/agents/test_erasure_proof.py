"""Where an id lies: what stays, what compaction removes, what ages out."""

from typing import Any

import msgspec
import pytest

from agents.commands.records.erasure import _verdict
from agents.core.customers import state_codec
from agents.core.customers.state import Customer
from agents.core.pseudonyms import PLAIN_IDS, Pseudonyms
from agents.operations.erasure import Found, Place, Proof
from agents.pipeline.stages import CUSTOMERS, DESK
from agents.records.codecs import PLAIN
from schemas.records import Erasure
from streams.topology import Message
from tests.agents.notifier.notices import a_notice

DAY = 86_400_000
RETENTION = {
    CUSTOMERS.changelog: None,
    DESK.changelog: None,
    "recourse.notices": 7 * DAY,
    "privacy.erasures": 30 * DAY,
    "recourse.policies": None,
}


def message(topic: str, key: str | None, value: bytes | None, offset: int = 0) -> Message:
    octets = None if key is None else key.encode()
    return Message(topic, 0, offset, 1_000 + offset, octets, value, ())


def proof(*messages: Message, hashes: tuple[str, ...] = (), of: str = "c1") -> Proof:
    made = Proof(of, RETENTION, hashes)
    for each in messages:
        made.take(each)
    return made


def found(topic: str, place: Place, records: int = 1, until: int | None = None) -> Found:
    return Found(topic=topic, place=place, records=records, until=until)


def desk(customer: str) -> bytes:
    return msgspec.msgpack.encode({"customer_id": customer, "visit_id": "v1"})


def customer() -> Customer:
    return Customer(
        customer_id="c1",
        first_visit_id="v1",
        first_visit_at=0,
        first_event_id="e1",
        last_visit_at=0,
    )


def test_the_newest_record_of_a_key_stays() -> None:
    looked = proof(message(DESK.changelog, "v1:1", desk("c1")))

    assert looked.found() == [found(DESK.changelog, Place.STATE)]


def test_what_a_newer_record_replaces_is_left_to_compaction() -> None:
    looked = proof(
        message(DESK.changelog, "v1:1", desk("c1"), 0),
        message(DESK.changelog, "v1:1", desk("c1"), 1),
        message(DESK.changelog, "v1:1", desk(""), 2),
    )

    assert looked.found() == [found(DESK.changelog, Place.SUPERSEDED, 2)]


def test_a_tombstone_has_the_key_still() -> None:
    value = state_codec.encode(customer())
    looked = proof(
        message(CUSTOMERS.changelog, "c1", value, 0), message(CUSTOMERS.changelog, "c1", None, 1)
    )

    assert looked.found() == [found(CUSTOMERS.changelog, Place.SUPERSEDED, 2)]


def test_who_comes_again_after_the_tombstone_is_kept_again() -> None:
    value = state_codec.encode(customer())
    looked = proof(
        message(CUSTOMERS.changelog, "c1", None, 0), message(CUSTOMERS.changelog, "c1", value, 1)
    )

    assert looked.found() == [
        found(CUSTOMERS.changelog, Place.STATE),
        found(CUSTOMERS.changelog, Place.SUPERSEDED),
    ]


def test_a_notice_ages_out_with_its_topic() -> None:
    value = PLAIN.encode("recourse.notices", a_notice("n1", "c1"))
    looked = proof(
        message("recourse.notices", "c1", value, 0), message("recourse.notices", "c1", value, 5)
    )

    assert looked.found() == [found("recourse.notices", Place.AGES_OUT, 2, 1_005 + 7 * DAY)]


def test_a_topic_without_retention_keeps_it() -> None:
    made = Proof("c1", {"recourse.notices": -1})
    made.take(message("recourse.notices", "c1", b""))

    assert made.found() == [found("recourse.notices", Place.STAYS)]


def test_the_erasure_says_when_it_was_asked_for() -> None:
    value = PLAIN.encode("privacy.erasures", Erasure(customer_id="c1", occurred_at=1))

    assert proof(message("privacy.erasures", "c1", value, 7)).asked_at == 1_007
    assert proof(message("privacy.erasures", "c2", value, 7)).asked_at is None


def test_a_hash_is_counted_and_is_no_id() -> None:
    hashed = message("recourse.policies", "p", b'{"customer_id": "hash=1.2"}')
    looked = proof(hashed, hashes=("hash=1.2",))

    assert (looked.found(), looked.hashed) == ([], 1)


LONG = "c" * 24  # Avro's length of it is the digit 0
CASES: dict[str, tuple[str, bytes, bool]] = {
    "Avro": ("c1", b"\x04c1\x04v1", True),
    "Avro, between bytes that are characters of ids": (LONG, b"0" + LONG.encode() + b"0", True),
    "MessagePack": ("c1", b"\xa2c1a", True),
    "MessagePack, long": ("c" * 40, b"\xd9\x28" + b"c" * 40 + b"a", True),
    "JSON": ("c1", b'{"customer_id":"c1"}', True),
    "words": ("c1", b"\x20the customer c1: no", True),
    "a longer id": ("c1", b"\x06c12\x04v1", False),
    "a longer id's end": ("c1", b"\x06xc1\x04v1", False),
    "nothing": ("c1", b"\x04c2", False),
}


@pytest.mark.parametrize("case", CASES)
def test_an_id_counts_where_it_stands_by_itself(case: str) -> None:
    customer, value, counts = CASES[case]
    looked = proof(message("recourse.notices", None, value), of=customer)
    records: list[Any] = looked.found()

    assert [each.records for each in records] == ([1] if counts else [])


@pytest.mark.parametrize(
    ("keys", "hashed", "found_by_trying", "said"),
    [
        (
            Pseudonyms(keys=(b"k" * 16,)),
            1,
            0,
            ["1 record holds it under a keyed hash, until it fades: so declared."],
        ),
        (
            PLAIN_IDS,
            0,
            1,
            [
                (
                    "1 record holds it under a hash without a key: can be found by trying ids. "
                    "Set RECOURSE_PRIVACY_KEY_FILE for every worker (docs/security.md)."
                )
            ],
        ),
    ],
)
def test_a_hash_without_a_key_is_said_to_hide_nothing(
    keys: Pseudonyms, hashed: int, found_by_trying: int, said: list[str]
) -> None:
    """The workers' keys made it; who proves has a key of its own beside the constant."""
    looker = Pseudonyms(keys=(b"k" * 16,))
    looked = Proof("c1", RETENTION, looker.marks("c1"), looker.public_mark("c1"))
    looked.take(message(DESK.changelog, "v1:1", desk(keys.mark("c1"))))

    assert (looked.hashed, looked.found_by_trying) == (hashed, found_by_trying)
    assert _verdict(looked, looked.found())[1:2] == said
