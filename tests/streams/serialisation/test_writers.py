"""What becomes of a value hangs on its bytes and schemas alone, not on what was read before it."""

import sys
from collections.abc import Mapping
from copy import deepcopy
from types import ModuleType
from typing import Any

import msgspec
import pytest

from schemas.catalogue import schema
from schemas.records import Erasure, Estimate
from streams.compiled import native
from streams.serialisation.codec import Codec, Undecodable
from streams.serialisation.framing import confluent
from tests.streams.serialisation.writers import Writers, compare, said

SEED = 20_261_130
both_ways = pytest.mark.parametrize("compiled", [native, None], ids=["built", "Python"])


@both_ways
def test_readers_that_met_the_values_in_another_order_say_the_same(
    compiled: ModuleType | None,
) -> None:
    found = compare(SEED, 240 if compiled else 72, compiled)

    assert found.differences == []
    assert found.read > found.values / 10, "most that is drawn would fit nobody"
    if compiled is not None:
        assert found.by_plan > found.values / 10, "the plans would have read nothing"


def estimate_written(*, nested: str = "EstimateLine") -> dict[str, Any]:
    """The schema of an estimate whose lines have this name."""
    found = deepcopy(schema("estimate"))
    lines = next(each for each in found["fields"] if each["name"] == "lines")
    lines["type"]["items"]["name"] = nested
    return found


@both_ways
def test_a_nested_record_of_another_name_is_refused_also_where_the_list_of_them_is_empty(
    compiled: ModuleType | None,
) -> None:
    good = msgspec.to_builtins(
        Estimate(
            event_id="e1", occurred_at=0, customer_id="c1", visit_id="v1", vehicle_id="w1",
            site_id="s1", estimate_id="e1", revision=0, currency="USD", total=1, subtotal=1,
            lines=(),
        )
    )  # fmt: skip
    reader: Mapping[str, Any] = schema("estimate")
    value = Codec(reader, Estimate, schema_id=7).encode_plain(good)
    codec = Codec(
        reader, Estimate, schema_of=lambda _: estimate_written(nested="Line"), compiled=compiled
    )

    why = "lines[] is written as recourse.Line (record): must be recourse.EstimateLine (record)"
    right = f"INVALID: Estimate: its writer's schema does not fit: {why}"
    assert [said(codec, value) for _ in range(3)] == [right] * 3


@both_ways
def test_a_field_that_a_writer_names_twice_is_an_unknown_schema(
    compiled: ModuleType | None,
) -> None:
    written = deepcopy(schema("erasure"))
    written["fields"].append({"name": "customer_id", "type": "string"})
    codec = Codec(schema("erasure"), Erasure, schema_of=lambda _: written, compiled=compiled)
    value = confluent(7, b"\x04c1\x02\x04c2")

    for _ in range(3):
        with pytest.raises(Undecodable) as found:
            codec.decode(value)
        assert (found.value.reason, found.value.detail) == (
            "UNKNOWN_SCHEMA",
            "schema id 7 is no Avro: recourse.Erasure has the field 'customer_id' twice",
        )


@pytest.mark.skipif(native is None, reason="the compiled part is not built")
def test_a_plan_that_reads_a_field_twice_or_gives_it_besides_lets_the_first_go() -> None:
    assert native is not None
    value = object()  # nobody else holds it
    symbol = ("symbol", (value,))
    kind = msgspec.defstruct("Kind", [("a", object)], kw_only=True)
    reader = native.Reader()
    reader.know(
        confluent(7, b""),
        ("record", kind, [(symbol, 0), (symbol, 0)], ("a",), [(0, value)]),
    )
    reader.read(confluent(7, b"\x00\x00"))
    before = sys.getrefcount(value)

    for _ in range(1_000):
        reader.read(confluent(7, b"\x00\x00"))

    assert sys.getrefcount(value) == before


def test_a_seed_gives_the_same_writers_again() -> None:
    reader = schema("estimate")
    first, second = (Writers(7) for _ in range(2))

    assert [first.schema(reader) for _ in range(5)] == [second.schema(reader) for _ in range(5)]
