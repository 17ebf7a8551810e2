"""Logical types of a writer: what is below them counts, and another unit of time is refused."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import avro.io
import avro.schema
import pytest
from fastavro import parse_schema, schemaless_writer
from msgspec import Struct

from streams.compiled import native
from streams.serialisation.codec import Codec, Undecodable
from streams.serialisation.framing import confluent

ID = "0b5c1c3e-6d0f-4f6e-9a53-2d0a3e7f1c11"
MOMENT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
MILLIS = 1_772_460_000_000
DAYS = 20_514  # 2 March 2026
TIME = {"type": "long", "logicalType": "timestamp-millis"}
DAY = {"type": "int", "logicalType": "date"}


def record(name: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "record", "name": name, "namespace": "toy", "fields": list(fields)}


def field(name: str, kind: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


LINE = record("Line", field("id", "string"), field("at", TIME))
SCHEMA = record(
    "Visit",
    field("id", "string"),
    field("at", TIME),
    field("number", "long", default=7),
    field("octets", "bytes", default=""),
    field("day", ["null", DAY], default=None),
    field("then", ["null", TIME], default=None),
    field("lines", {"type": "array", "items": LINE}, default=[]),
    field("first", ["null", "Line"], default=None),
    field("by_name", {"type": "map", "values": TIME}, default={}),
)


class Line(Struct, frozen=True, kw_only=True):
    id: str
    at: int


class Visit(Struct, frozen=True, kw_only=True):
    id: str
    at: int
    number: int = 7
    octets: bytes = b""
    day: date | None = None
    then: int | None = None
    lines: tuple[Line, ...] = ()
    first: Line | None = None
    by_name: dict[str, int] = {}


PLAIN = {"id": ID, "at": MILLIS}
BOTH = pytest.mark.parametrize(
    "compiled",
    [
        pytest.param(native, marks=pytest.mark.skipif(native is None, reason="not built")),
        None,
    ],
    ids=["compiled", "python"],
)


def read(writer: Any, compiled: Any, values: dict[str, Any], *, wire: Any = None) -> Visit:
    """What is read of values under the writer's schema; fastavro wrote them with it, or `wire`."""
    body = BytesIO()
    schemaless_writer(body, parse_schema(deepcopy(wire or writer)), PLAIN | values)
    codec = Codec(SCHEMA, Visit, schema_of=lambda _: writer, compiled=compiled)
    first, again = (codec.decode(confluent(1, body.getvalue())) for _ in range(2))
    assert first == again, "once it is known it is read the same"
    return first


def refused(writer: Any, compiled: Any, values: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(Undecodable) as error:
        read(writer, compiled, values)
    return error.value.reason, error.value.detail


def writing(**types: Any) -> dict[str, Any]:
    """A writer's schema: the reader's own first fields, some of another type, some more."""
    kinds = {"id": "string", "at": TIME} | types
    return record("Visit", *(field(name, kind) for name, kind in kinds.items()))


GOOD: dict[str, tuple[dict[str, Any], dict[str, Any], Visit]] = {
    "a uuid on a string": (
        writing(id={"type": "string", "logicalType": "uuid"}),
        {"id": UUID(ID)},
        Visit(id=ID, at=MILLIS),
    ),
    "a uuid that is none": (
        writing(id={"type": "string", "logicalType": "uuid"}),
        {"id": "v-1"},
        Visit(id="v-1", at=MILLIS),
    ),
    "a nullable uuid": (
        writing(id=["null", {"type": "string", "logicalType": "uuid"}]),
        {"id": UUID(ID)},
        Visit(id=ID, at=MILLIS),
    ),
    "a logical type of nobody": (
        writing(id={"type": "string", "logicalType": "pii", "level": 3}),
        {},
        Visit(id=ID, at=MILLIS),
    ),
    "one that is no name": (
        writing(id={"type": "string", "logicalType": ["uuid"]}),
        {},
        Visit(id=ID, at=MILLIS),
    ),
    "a decimal on bytes": (
        writing(octets={"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}),
        {"octets": Decimal("1.25")},
        Visit(id=ID, at=MILLIS, octets=b"\x7d"),
    ),
    "a decimal whose scale is none": (
        writing(octets={"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 9}),
        {"octets": b"\x7d"},
        Visit(id=ID, at=MILLIS, octets=b"\x7d"),
    ),
    "a day on a plain number": (
        writing(number=DAY),
        {"number": date(2026, 3, 2)},
        Visit(id=ID, at=MILLIS, number=DAYS),
    ),
    "microseconds on a plain number": (
        writing(number={"type": "long", "logicalType": "timestamp-micros"}),
        {"number": MOMENT},
        Visit(id=ID, at=MILLIS, number=MILLIS * 1000),
    ),
    "a day as a plain number": (
        writing(day="int"),
        {"day": DAYS},
        Visit(id=ID, at=MILLIS, day=date(2026, 3, 2)),
    ),
    "a nullable day": (
        writing(day=["null", DAY]),
        {"day": date(2026, 3, 2)},
        Visit(id=ID, at=MILLIS, day=date(2026, 3, 2)),
    ),
    "a time as a plain number": (writing(at="long"), {}, Visit(id=ID, at=MILLIS)),
    "a time beside the type, where it means nothing": (
        record("Visit", field("id", "string"), field("at", "long", logicalType="timestamp-millis")),
        {},
        Visit(id=ID, at=MILLIS),
    ),
    "a time within the type": (
        writing(at={"type": {"type": "long"}, "logicalType": "timestamp-millis"}),
        {},
        Visit(id=ID, at=MILLIS),
    ),
    "a name for a time on a string, where it means nothing": (
        writing(id={"type": "string", "logicalType": "timestamp-millis"}),
        {"id": "v-1"},
        Visit(id="v-1", at=MILLIS),
    ),
    "all of them in what is not read": (
        writing(
            paid={"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
            due=DAY,
            clock={"type": "int", "logicalType": "time-millis"},
            trace={"type": "fixed", "name": "T", "size": 16, "logicalType": "uuid"},
            sent={"type": "long", "logicalType": "timestamp-micros"},
        ),
        {"paid": Decimal("1.25"), "due": date(2026, 3, 2), "clock": time(9), "trace": b"x" * 16}
        | {"sent": MOMENT},
        Visit(id=ID, at=MILLIS),
    ),
    "a null with properties": (
        writing(then=[{"type": "null", "logicalType": "nobody's"}, TIME]),
        {"then": MOMENT},
        Visit(id=ID, at=MILLIS, then=MILLIS),
    ),
    "a nullable time that is null, in another unit": (
        writing(then=["null", {"type": "long", "logicalType": "timestamp-micros"}]),
        {"then": None},
        Visit(id=ID, at=MILLIS),
    ),
}

NOT_FOR_FASTAVRO = {
    "a decimal whose scale is none": writing(octets="bytes"),
    "a time within the type": writing(),
}
"""What it can't write with; so it writes with this, which is the same on the wire."""


@BOTH
@pytest.mark.parametrize("name", GOOD)
def test_what_is_below_a_logical_type_counts(name: str, compiled: Any) -> None:
    writer, values, expected = GOOD[name]

    assert read(writer, compiled, values, wire=NOT_FOR_FASTAVRO.get(name)) == expected


OTHER_UNITS = {
    "timestamp-micros": "long",
    "timestamp-nanos": "long",
    "local-timestamp-millis": "long",
    "local-timestamp-micros": "long",
    "local-timestamp-nanos": "long",
    "time-micros": "long",
    "time-millis": "int",
    "date": "int",
}


@BOTH
@pytest.mark.parametrize("unit", OTHER_UNITS)
def test_a_time_of_another_unit_is_refused_by_its_name(unit: str, compiled: Any) -> None:
    kind = {"type": OTHER_UNITS[unit], "logicalType": unit}
    said = f"is written as {unit}: must be timestamp-millis"
    line = record("Line", field("id", "string"), field("at", kind))
    one = {"id": "a", "at": 5}
    cases: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        (writing(at=kind), {"at": 5}, "at"),
        (writing(then=["null", kind]), {"then": 5}, "then"),
        (writing(then=[kind, "null"]), {"then": 5}, "then"),
        (writing(by_name={"type": "map", "values": kind}), {"by_name": {"a": 5}}, "by_name[0]"),
        (writing(lines={"type": "array", "items": line}), {"lines": [one]}, "lines[0].at"),
        (writing(first=line), {"first": one}, "first.at"),
        (
            writing(more=line, lines={"type": "array", "items": "Line"}),
            {"more": one, "lines": [one]},
            "more.at",
        ),
    ]

    for writer, values, at in cases:
        assert refused(writer, compiled, values) == ("INVALID", f"Visit: {at} {said}")


@BOTH
def test_a_day_that_is_a_time_of_day_is_refused_by_its_name(compiled: Any) -> None:
    writer = writing(day={"type": "int", "logicalType": "time-millis"})

    assert refused(writer, compiled, {"day": 5}) == (
        "INVALID",
        "Visit: day is written as time-millis: must be date",
    )


MISFITS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "behind a text with Java's property": (
        writing(id={"type": "string", "avro.java.string": "String"}, number="string"),
        {"number": "x"},
        "number is written as string: must be long",
    ),
    "behind a nullable text": (
        writing(id=["null", "string"], number="boolean"),
        {"number": True},
        "number is written as boolean: must be long",
    ),
    "a decimal on a number": (
        writing(number={"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}),
        {"number": Decimal("1.25")},
        "number is written as decimal: must be long",
    ),
    "a uuid of 16 bytes": (
        writing(id={"type": "fixed", "name": "Uuid", "size": 16, "logicalType": "uuid"}),
        {"id": b"x" * 16},
        "id is written as toy.Uuid (fixed): must be string",
    ),
    "a time in words": (
        writing(at="string"),
        {"at": "2026"},
        "at is written as string: must be timestamp-millis",
    ),
    "deep within": (
        writing(
            lines={
                "type": "array",
                "items": record("Line", field("id", "string"), field("at", "string")),
            }
        ),
        {"lines": [{"id": "a", "at": "x"}]},
        "lines[].at is written as string: must be timestamp-millis",
    ),
    "null where there must be something": (
        writing(number=["null", "long"]),
        {"number": None},
        "number is written as null or long: must be long",
    ),
}


@BOTH
@pytest.mark.parametrize("name", MISFITS)
def test_the_field_that_does_not_fit_is_the_one_that_is_named(name: str, compiled: Any) -> None:
    writer, values, said = MISFITS[name]

    assert refused(writer, compiled, values) == (
        "INVALID",
        f"Visit: its writer's schema does not fit: {said}",
    )


def test_what_a_writer_lays_on_is_on_the_wire_what_another_avro_reads_without_it() -> None:
    """avro-python3 reads the bytes with the types below: the same values."""
    laid = writing(
        id={"type": "string", "logicalType": "uuid"},
        number={"type": "long", "logicalType": "timestamp-micros"},
        octets={"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
        day=["null", DAY],
    )
    below = writing(at="long", number="long", octets="bytes", day=["null", "int"])
    body = BytesIO()
    values = {"id": UUID(ID), "at": MOMENT, "number": MOMENT, "octets": Decimal("1.25")}
    schemaless_writer(body, parse_schema(laid), values | {"day": date(2026, 3, 2)})
    theirs = avro.io.DatumReader(avro.schema.parse(json.dumps(below))).read(
        avro.io.BinaryDecoder(BytesIO(body.getvalue()))
    )

    ours = Codec(SCHEMA, Visit, schema_of=lambda _: laid).decode(confluent(1, body.getvalue()))

    days = (ours.day or date.min) - date(1970, 1, 1)
    assert theirs == {
        "id": ours.id,
        "at": ours.at,
        "number": ours.number,
        "octets": ours.octets,
        "day": days.days,
    }
