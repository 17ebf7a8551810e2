"""What a codec writes it reads: each field at its borders, of every record of the contract."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from schemas.catalogue import TOPICS, schema
from streams.compiled import native
from streams.serialisation.codec import Codec, Unwritable

AVRO = sorted(name for name, topic in TOPICS.items() if topic.schema and not topic.carried)
_LONGEST = {
    r"^[A-Za-z0-9._:-]{1,64}\Z": 64,
    r"^[A-Za-z0-9._:-]{1,160}\Z": 160,
    r"^[A-Z]{3}\Z": 3,
    r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z|^24:00\Z": 5,
}
"""The longest text of each pattern that needs no other bound."""


def _texts(info: Any) -> Iterator[inspect.StrType]:
    """Every text of a type, names of maps too."""
    match info:
        case inspect.StrType():
            yield info
        case inspect.UnionType():
            for each in info.types:
                yield from _texts(each)
        case inspect.VarTupleType():
            yield from _texts(info.item_type)
        case inspect.DictType():
            yield from (*_texts(info.key_type), *_texts(info.value_type))
        case inspect.StructType():
            for field in info.fields:
                yield from _texts(field.type)
        case _:
            pass


@pytest.mark.parametrize("topic", AVRO)
def test_every_text_of_the_contract_has_a_longest_length(topic: str) -> None:
    record = TOPICS[topic].record
    assert record is not None

    for text in _texts(inspect.type_info(record)):
        assert text.max_length is not None or text.pattern in _LONGEST


def example(info: Any) -> Any:  # noqa: PLR0911 - a case a type
    """A value of a type, everything in it that may be there."""
    match info:
        case inspect.UnionType():
            return example(info.types[0])
        case inspect.StructType():
            return info.cls(**{each.name: example(each.type) for each in info.fields})
        case inspect.VarTupleType():
            return (example(info.item_type),)
        case inspect.DictType():
            return {example(info.key_type): example(info.value_type)}
        case inspect.StrType() if info.pattern is not None and "24:00" in info.pattern:
            return "07:30"
        case inspect.StrType():
            return "USD" if "[A-Z]{3}" in (info.pattern or "") else "en"
        case inspect.DateType():
            return date(2026, 3, 2)
        case inspect.EnumType():
            return next(iter(info.cls))
        case _:
            plain: dict[Any, Any] = {
                inspect.IntType: 1, inspect.BytesType: b"b", inspect.FloatType: 0.5,
            }  # fmt: skip
            return plain.get(type(info), True)


def borders(info: Any) -> list[Any]:  # noqa: PLR0911 - a case a type
    """Values at a type's borders and just beyond."""
    match info:
        case inspect.UnionType():
            return [None, *(value for each in info.types for value in borders(each))]
        case inspect.StrType() if info.max_length is not None:
            return ["x" * info.max_length, "x" * (info.max_length + 1), "ä" * info.max_length]
        case inspect.StrType():
            longest = _LONGEST[info.pattern or ""]
            return ["", "A" * longest, "A" * (longest + 1), "24:00", "24:01", "a\n", "ä", "\ud800"]
        case inspect.IntType():
            low: Any = info.ge if info.gt is None else info.gt + 1
            high: Any = info.le if info.lt is None else info.lt - 1
            return [low, low - 1, high, high + 1, True]
        case inspect.BytesType():
            return [b"x" * (info.max_length or 9), b"x" * ((info.max_length or 9) + 1)]
        case inspect.VarTupleType():
            few = [(value,) for value in borders(info.item_type)]
            most = info.max_length
            return few if most is None else [*few, few[0] * most, few[0] * (most + 1)]
        case inspect.DictType():
            return [
                *({name: borders(info.value_type)[0]} for name in borders(info.key_type)),
                *({"k": value} for value in borders(info.value_type)),
            ]
        case inspect.EnumType():
            return [*info.cls, "UNKNOWN", "NOBODY'S"]
        case inspect.StructType():
            return [example(info)]
        case _:
            return [None, 1, "x", 0.5, float("nan")]


CODECS = {
    name: tuple(Codec(schema(declared), record, compiled=compiled) for compiled in (native, None))
    for name in AVRO
    if (declared := TOPICS[name].schema) and (record := TOPICS[name].record)
}


def written(codec: Codec[Any], record: Any) -> bytes | str:
    """The bytes, or why there are none."""
    try:
        return codec.encode(record)
    except Unwritable as problem:
        return problem.detail


@pytest.mark.parametrize("topic", AVRO)
def test_at_each_border_a_record_is_read_again_or_refused_when_it_is_written(topic: str) -> None:
    kind = TOPICS[topic].record
    assert kind is not None
    record = example(inspect.type_info(kind))
    fast, slow = CODECS[topic]

    for path, value in _changes(record, inspect.type_info(kind)):
        changed = _with(record, path, value)
        found = written(fast, changed)
        assert found == written(slow, changed), (path, value)
        if isinstance(found, bytes):
            for codec in (fast, slow):
                plain = msgspec.to_builtins(changed, builtin_types=(bytes, date))
                assert repr(codec.decode(found)) == repr(msgspec.convert(plain, kind))
        else:
            assert found.startswith(f"{fast.name}: ")


def _changes(record: Any, info: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each field, also of records in it, with each border's value."""
    for field in info.fields:
        for value in borders(field.type):
            yield (field.name,), value
        held = getattr(record, field.name)
        if isinstance(held, msgspec.Struct):
            for path, value in _changes(held, inspect.type_info(type(held))):
                yield (field.name, *path), value


def _with(record: Any, path: tuple[str, ...], value: Any) -> Any:
    first, *others = path
    if others:
        value = _with(getattr(record, first), tuple(others), value)
    return msgspec.structs.replace(record, **{first: value})
