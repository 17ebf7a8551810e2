"""The compiled part and the code in Python say the same, of any schema and any bytes."""

import json
from collections.abc import Mapping
from copy import deepcopy
from enum import StrEnum
from io import BytesIO
from typing import Annotated, Any

import msgspec
import pytest
from fastavro import schemaless_reader
from hypothesis import given
from hypothesis import strategies as some
from msgspec import Meta, Struct, defstruct

from agents.records.codecs import WORDS
from schemas.catalogue import TOPICS, schema
from streams.compiled import native
from streams.serialisation import plans
from streams.serialisation.codec import Codec, Undecodable
from streams.topology import Listed, Message
from streams.transport.records import read_batch
from tests.strategies import records
from tests.streams.test_records import batch

pytestmark = pytest.mark.skipif(native is None, reason="the compiled part is not built")

AVRO = sorted(name for name, topic in TOPICS.items() if topic.schema)


def both(written: Mapping[str, Any], record: type[Struct] | None, **more: Any) -> tuple[Any, Any]:
    assert record is not None
    return (
        Codec(written, record, words=WORDS, compiled=native, **more),
        Codec(written, record, words=WORDS, compiled=None, **more),
    )


def said(codec: Codec[Any], value: bytes) -> object:
    """A record, or what is wrong with its bytes."""
    try:
        found = codec.decode(value)
    except Undecodable as error:
        return error.reason, error.detail
    return repr(found)  # NaN is not equal to itself; and 1 is 1.0


# ------------------------------------------------------------------ the contract's records


CONTRACT = {name: both(schema(TOPICS[name].schema or ""), TOPICS[name].record) for name in AVRO}


@pytest.mark.parametrize("topic", AVRO)
def test_no_part_of_a_record_of_the_contract_is_left_to_the_slow_way(topic: str) -> None:
    parsed = CONTRACT[topic][0]._reader
    record = TOPICS[topic].record
    assert record is not None
    assert "'odd'" not in repr(plans.reading(parsed, parsed, record))


@pytest.mark.parametrize("topic", AVRO)
def test_no_part_of_a_record_of_the_contract_is_left_to_the_slow_way_of_writing(topic: str) -> None:
    parsed = CONTRACT[topic][0]._reader
    record = TOPICS[topic].record
    assert record is not None
    assert "'odd'" not in repr(plans.writing(parsed, record))


@pytest.mark.parametrize("topic", AVRO)
@given(data=some.data())
def test_a_record_of_the_contract_is_written_and_read_the_same(
    topic: str, data: some.DataObject
) -> None:
    fast, slow = CONTRACT[topic]
    kind = TOPICS[topic].record
    assert kind is not None
    record = data.draw(records(kind))
    value = slow.encode(record)

    assert fast.encode(record) == value
    assert said(fast, value) == said(slow, value) == repr(record)
    assert fast._write(record) == value
    assert fast._fast.read(value) == record


@pytest.mark.parametrize("topic", AVRO)
@given(data=some.data())
def test_of_mutated_bytes_both_say_the_same(topic: str, data: some.DataObject) -> None:
    fast, slow = CONTRACT[topic]
    kind = TOPICS[topic].record
    assert kind is not None
    value = bytearray(slow.encode(data.draw(records(kind))))
    for _ in range(data.draw(some.integers(1, 3))):
        place = data.draw(some.integers(0, len(value) - 1))
        value[place] = data.draw(some.integers(0, 255))
    cut = bytes(value[: data.draw(some.integers(0, len(value)))]) + data.draw(
        some.binary(max_size=2)
    )

    for changed in (bytes(value), cut):
        assert said(fast, changed) == said(slow, changed)


# ------------------------------------------------------------------------------ any records


class Colour(StrEnum):
    """With a symbol that the schema lacks, and without one that it has."""

    RED = "RED"
    GREEN = "GREEN"
    PINK = "PINK"


COLOURS = ["RED", "GREEN", "GREY"]
LEAVES: list[tuple[Any, Any, some.SearchStrategy[Any]]] = [
    ("boolean", bool, some.booleans()),
    ("int", int, some.integers(-(2**33), 2**33)),
    ("int", Annotated[int, Meta(ge=-3, lt=9)], some.integers(-5, 12)),
    ("long", int, some.integers(-(2**65), 2**65)),
    ("long", Annotated[int, Meta(gt=0, le=2**62)], some.integers(-(2**63), 2**63 - 1)),
    ("long", float, some.integers(-5, 5)),
    ("float", float, some.floats(width=32)),
    ("double", float, some.floats()),
    ("double", Annotated[float, Meta(ge=0)], some.floats(-1, 1)),
    ("double", int, some.floats(-1, 1)),
    ("bytes", bytes, some.binary(max_size=9)),
    ("bytes", Annotated[bytes, Meta(min_length=1, max_length=3)], some.binary(max_size=5)),
    ("string", str, some.text(max_size=300)),
    ("string", Annotated[str, Meta(min_length=2, max_length=4)], some.text(max_size=6)),
    ("string", Annotated[str, Meta(pattern=r"^[a-c.-]{1,3}\Z")], some.text("abcd.-é", max_size=4)),
    ("string", Annotated[str, Meta(pattern=r"^[a-c]{2}\Z")], some.text("abcd", max_size=4)),
    ("string", Annotated[str, Meta(pattern=r"b|^$")], some.text("abé", max_size=3)),
    ("string", Colour, some.sampled_from(["RED", "GREY", "BLUE"])),
]
ENUM = {"type": "enum", "name": "Colour", "symbols": COLOURS}


def leaves(number: int) -> some.SearchStrategy[tuple[Any, Any, Any]]:
    """Schema, type, values; `number` keeps the names of a schema apart."""
    enum = {**ENUM, "name": f"Colour{number}"}
    fixed = {"type": "fixed", "name": f"Fixed{number}", "size": 3}
    times = {"type": "long", "logicalType": "timestamp-millis"}
    dates = {"type": "int", "logicalType": "date"}
    return some.sampled_from(
        [
            *LEAVES,
            (enum, Colour, some.sampled_from(COLOURS)),
            (enum, str, some.sampled_from(COLOURS)),
            ({**enum, "default": "RED"}, Annotated[str, Meta(max_length=4)],
             some.sampled_from(COLOURS)),
            (fixed, bytes, some.binary(min_size=3, max_size=3)),
            (times, int, some.integers(-(2**50), 2**50)),
            (dates, int, some.integers(0, 1000)),
        ]
    )  # fmt: skip


@some.composite
def types(draw: some.DrawFn, number: int, depth: int = 2) -> tuple[Any, Any, Any]:
    """A schema's part, the type that takes it, and its values; not always do they fit."""
    shapes = ["leaf"] if depth == 0 else ["leaf", "optional", "array", "map", "record", "union"]
    shape = draw(some.sampled_from(shapes))
    if shape == "leaf":
        return draw(leaves(number))
    if shape == "record":
        return draw(structs(number, depth - 1))
    made: tuple[Any, Any, Any] = draw(types(number * 10 + 1, depth - 1))
    part, values = made[0], made[2]
    type_: Any = made[1]
    if shape == "array":
        of = draw(some.sampled_from([tuple[type_, ...], list[type_],
                                     Annotated[list[type_], Meta(max_length=1)]]))  # fmt: skip
        return {"type": "array", "items": part}, of, some.lists(values, max_size=3)
    if shape == "map":
        keys = some.text("ab", max_size=2)
        return {"type": "map", "values": part}, dict[str, type_], some.dictionaries(keys, values)
    if isinstance(part, list):
        return part, type_, values
    if shape == "union" and part in ("int", "boolean", "double"):
        return ["null", part, "string"], type_ | str | None, some.none() | values | some.text("ab")
    order = draw(some.sampled_from([["null", part], [part, "null"]]))
    wanted = draw(some.sampled_from([type_ | None, type_]))
    return order, wanted, some.none() | values


@some.composite
def structs(draw: some.DrawFn, number: int, depth: int = 2) -> tuple[Any, Any, Any]:
    names = draw(some.lists(some.sampled_from("abcde"), min_size=1, max_size=4, unique=True))
    parts = {name: draw(types(number * 10 + n, depth)) for n, name in enumerate(names)}
    fields = [{"name": name, "type": part} for name, (part, _, _) in parts.items()]
    wanted = draw(some.lists(some.sampled_from(names), min_size=1, unique=True))
    kind = defstruct(f"Record{number}", [(name, parts[name][1]) for name in wanted],
                     frozen=True, kw_only=True)  # fmt: skip
    values = some.fixed_dictionaries({name: values for name, (_, _, values) in parts.items()})
    return {"type": "record", "name": f"Record{number}", "fields": fields}, kind, values


@given(structs(1), some.data())
def test_any_record_is_read_the_same(made: tuple[Any, Any, Any], data: some.DataObject) -> None:
    written, kind, values = made
    fast, slow = both(written, kind)
    try:
        value = slow.encode_plain(data.draw(values))
    except (ValueError, OverflowError):
        return  # out of the schema's range
    changed = bytearray(value)
    place = data.draw(some.integers(10, max(10, len(value) - 1)))
    if place < len(value):
        changed[place] = data.draw(some.integers(0, 255))

    for each in (value, bytes(changed), value[:-1]):
        assert said(fast, each) == said(slow, each)


@given(structs(1), some.data())
def test_any_record_is_written_the_same(made: tuple[Any, Any, Any], data: some.DataObject) -> None:
    written, kind, values = made
    fast, slow = both(written, kind)
    plain = data.draw(values)
    # Of the right types, but whether in the ranges of the schema is not looked at.
    record = _unchecked(msgspec.inspect.type_info(kind), plain)
    found = []
    for codec in (fast, slow):
        try:
            found.append(codec.encode(record))
        except Exception as error:  # noqa: BLE001 - both must fail alike
            found.append(type(error))

    assert found[0] == found[1]


@pytest.mark.parametrize("said", [(), (True,), (True, False), ("a", True)])
def test_a_list_that_may_be_lacking_is_written_the_same_whatever_it_holds(said: Any) -> None:
    # For fastavro a tuple in a union is the name of its branch and a value, unless it is told.
    part = ["null", {"type": "array", "items": ["boolean", "string"]}]
    fields = [{"name": "a", "type": part}]
    kind = defstruct("Said", [("a", tuple[bool | str, ...] | None)], frozen=True, kw_only=True)
    fast, slow = both({"type": "record", "name": "Said", "fields": fields}, kind)

    assert fast.encode(kind(a=said)) == slow.encode(kind(a=said))
    assert slow.decode(slow.encode(kind(a=said))) == kind(a=said)


def _unchecked(info: Any, plain: Any) -> Any:
    if isinstance(info, msgspec.inspect.UnionType):
        info = next((each for each in info.types if hasattr(each, "cls")), info.types[0])
    if isinstance(info, msgspec.inspect.StructType) and isinstance(plain, dict):
        return info.cls(**{f.name: _unchecked(f.type, plain[f.name]) for f in info.fields})
    if isinstance(info, msgspec.inspect.EnumType) and plain in Colour.__members__:
        return Colour(plain)
    if isinstance(info, msgspec.inspect.ListType) and isinstance(plain, list):
        return [_unchecked(info.item_type, each) for each in plain]
    if isinstance(info, msgspec.inspect.VarTupleType) and isinstance(plain, list):
        return tuple(_unchecked(info.item_type, each) for each in plain)
    if isinstance(info, msgspec.inspect.DictType) and isinstance(plain, dict):
        return {key: _unchecked(info.value_type, each) for key, each in plain.items()}
    return plain


@given(structs(1), some.data())
def test_what_another_schema_wrote_is_read_the_same(
    made: tuple[Any, Any, Any], data: some.DataObject
) -> None:
    reader, kind, values = made
    writer = _changed(data, deepcopy(reader))
    fast, slow = both(reader, kind, others=(writer,))
    try:
        value = Codec(writer, kind, compiled=None).encode_plain(data.draw(values) | {"new": "é"})
    except (ValueError, OverflowError):
        return

    assert said(fast, value) == said(slow, value)
    if "'date'" not in repr(reader):  # no record of the contract has a day that is a number
        assert "datetime" not in repr(said(slow, value)), "what is said is of Avro, not of Python"
    assert "UUID(" not in repr(said(slow, value))
    assert "Decimal(" not in repr(said(slow, value))


CHANGES = ["keep", "keep", "default", "plain", "int", "laid on", "laid on"]
LAID_ON = [
    "uuid",
    "decimal",
    "date",
    "time-millis",
    "time-micros",
    "timestamp-millis",
    "timestamp-micros",
    "timestamp-nanos",
    "local-timestamp-millis",
    "nobody's",
]


def _laid_on(part: Any, name: str) -> Any:
    """The part with a logical type on it, and on all that is within; not always may it be there."""
    if isinstance(part, list):
        return [_laid_on(each, name) for each in part]
    if not isinstance(part, dict):
        return {"type": part, "logicalType": name, "precision": 4}
    inner = {key: _laid_on(part[key], name) for key in ("items", "values") if key in part}
    if "fields" in part:
        inner["fields"] = [f | {"type": _laid_on(f["type"], name)} for f in part["fields"]]
    return part | inner | ({} if inner else {"logicalType": name})


def _changed(data: some.DataObject, written: dict[str, Any]) -> dict[str, Any]:
    """The schema of another writer: fields gone, added, in another order, of new types."""
    fields = data.draw(some.permutations(written["fields"]))
    for field in fields:
        match data.draw(some.sampled_from(CHANGES)):
            case "default" if not isinstance(field["type"], list):
                field["type"] = ["null", field["type"]]
            case "plain" if isinstance(field["type"], list):
                field["type"] = next(each for each in field["type"] if each != "null")
            case "int" if field["type"] == "long":
                field["type"] = "int"
            case "laid on":
                field["type"] = _laid_on(field["type"], data.draw(some.sampled_from(LAID_ON)))
            case _:
                pass
    if data.draw(some.booleans()):
        fields = fields[1:]
    if data.draw(some.booleans()):
        fields = [{"name": "new", "type": "string"}, *fields]
    return {**written, "fields": fields or [{"name": "new", "type": "string"}]}


# ------------------------------------------------------------------------------ evolution


class Small(Struct, frozen=True, kw_only=True):
    id: str
    colour: Colour = Colour.RED
    count: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] = 7
    note: str | None = None
    tags: tuple[str, ...] = ()


SMALL = {
    "type": "record",
    "name": "Small",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "colour", "type": {**ENUM, "default": "GREEN"}, "default": "RED"},
        {"name": "count", "type": "long", "default": 5},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "tags", "type": {"type": "array", "items": "string"}, "default": []},
    ],
}
OLD = {
    "type": "record",
    "name": "Small",
    "fields": [
        {"name": "gone", "type": ["null", {"type": "map", "values": "double"}]},
        {"name": "note", "type": "string"},
        {"name": "colour", "type": {**ENUM, "symbols": ["BLUE", "RED"]}},
        {"name": "id", "type": "string"},
        {"name": "count", "type": "int"},
    ],
}


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ({"id": "a", "note": "n", "colour": "RED", "count": 3, "gone": None},
         Small(id="a", note="n", colour=Colour.RED, count=3)),
        ({"id": "a", "note": "n", "colour": "BLUE", "count": -1, "gone": {"x": 1.5}},
         Small(id="a", note="n", colour=Colour.GREEN, count=-1)),
    ],
    ids=["known", "unknown symbol"],
)  # fmt: skip
def test_an_older_writer_is_read_without_the_slow_way(
    plain: dict[str, Any], expected: Small
) -> None:
    fast, slow = both(SMALL, Small, others=(OLD,))
    value = Codec(OLD, Small, compiled=None).encode_plain(plain)

    assert fast._fast.read(value) == expected
    assert slow.decode(value) == expected


def test_a_registered_schema_is_read_fast_once_it_is_known() -> None:
    fast, slow = both(SMALL, Small, schema_of=lambda _: OLD)
    value = Codec(OLD, Small, schema_id=9, compiled=None).encode_plain(
        {"id": "a", "note": "n", "colour": "RED", "count": 3, "gone": None}
    )
    assert native is not None
    assert fast._fast.read(value) is native.ODD

    assert fast.decode(value) == slow.decode(value)
    assert fast._fast.read(value) == slow.decode(value)


def test_all_of_a_batch_are_read_and_what_is_none_says_why() -> None:
    fast, slow = both(SMALL, Small)
    good = [slow.encode(Small(id=str(n), colour=Colour.GREEN)) for n in range(3)]
    values = [good[0], b"", good[1][:-1], None, good[2]]
    raw = batch([(5, b"k", value, []) for value in values])
    compiled = fast.decode_all(read_batch("t", 0, raw))
    listed = [
        codec.decode_all(Listed([Message("t", 0, n, 5, b"k", v) for n, v in enumerate(values)]))
        for codec in (fast, slow)
    ]

    assert [repr(each) for each in compiled] == [repr(each) for each in listed[0]]
    assert [repr(each) for each in compiled] == [repr(each) for each in listed[1]]
    assert [type(each) for each in compiled] == [
        Small,
        Undecodable,
        Undecodable,
        Undecodable,
        Small,
    ]


def test_what_was_written_is_what_fastavro_reads() -> None:
    fast, _ = both(SMALL, Small)
    record = Small(id="é" * 3000, colour=Colour.GREEN, count=-(2**63), note="", tags=("x",) * 900)

    found = schemaless_reader(BytesIO(fast._write(record)[10:]), fast._reader, None)

    assert found == json.loads(msgspec.json.encode(record))
