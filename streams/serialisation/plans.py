"""What the compiled part does with a record, as a plan made of schema and type.

A plan is made of tuples: what `streams/compiled/reading.pxi` and `writing.pxi` take. `ODD` in it is
what the compiled part leaves to the Python beside it; so a plan may leave out whatever is rare, but
must never differ: neither in what it takes, nor in what it makes of it.
"""

import re
import sys
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any

import msgspec
from msgspec import inspect

from streams.serialisation.logical import DAY, MUST_BE, PRIMITIVES, definitions

Plan = tuple[Any, ...]
ODD: Plan = ("odd",)
_RANGES = {"int": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}
_MOST = sys.maxsize
_SET = re.compile(r"\^\[([A-Za-z0-9._:-]+)\]\{(\d+)(?:,(\d+))?\}\\Z")
"""Patterns that a table of characters decides; all others are left to `re`."""
_UNWANTED = -1


class Schema:
    """A schema as fastavro parsed it, with what its names mean."""

    def __init__(self, parsed: Any) -> None:  # noqa: ANN401 - fastavro's
        self.root = parsed
        self._named = {each["name"]: each for each in definitions(parsed)}

    def kind(self, part: Any) -> tuple[str, Any]:  # noqa: ANN401 - a part of it
        """The kind of a part, and the part itself instead of its name; "odd" for what is rare."""
        while isinstance(part, dict) and isinstance(part["type"], dict | list):
            part = part["type"]
        if isinstance(part, list):
            return "union", part
        if isinstance(part, str):
            return (part, part) if part in PRIMITIVES else self.kind(self._named[part])
        is_odd = "logicalType" in part or MUST_BE in part
        return ("odd" if is_odd else str(part["type"])), part


_TAKEN_AS: Mapping[str, tuple[type[inspect.Type], ...]] = {
    "null": (inspect.NoneType,),
    "boolean": (inspect.BoolType,),
    "int": (inspect.IntType,),
    "long": (inspect.IntType,),
    "double": (inspect.FloatType,),
    "bytes": (inspect.BytesType,),
    "string": (inspect.StrType,),
    "enum": (inspect.EnumType, inspect.StrType),
    "array": (inspect.VarTupleType, inspect.ListType),
    "map": (inspect.DictType,),
    "record": (inspect.StructType,),
}


def _taker(kind: str, type_: inspect.Type) -> Any:  # noqa: ANN401 - one of msgspec's many types
    """The one type among those of a field that takes values of a kind; None if not just one."""
    types = type_.types if isinstance(type_, inspect.UnionType) else (type_,)
    found = [each for each in types if isinstance(each, _TAKEN_AS.get(kind, ()))]
    return found[0] if len(found) == 1 else None


def _plain_fields(type_: inspect.StructType) -> dict[str, inspect.Field] | None:
    """A Struct's fields by their names in a schema; None where it is more than its fields."""
    odd = type_.array_like or type_.forbid_unknown_fields or type_.tag is not None
    if odd or hasattr(type_.cls, "__post_init__"):
        return None
    return {each.encode_name: each for each in type_.fields}


# ---------------------------------------------------------------------------------- reading


def reading(writer: Any, reader: Any, record: type[msgspec.Struct]) -> Plan:  # noqa: ANN401
    """How bytes of the writer's schema become the record; `reader` may be the same schema."""
    made = _Reading(Schema(writer), Schema(reader), same=writer is reader)
    return made.plan(writer, reader, inspect.type_info(record))


class _Reading:
    def __init__(self, written: Schema, read: Schema, *, same: bool) -> None:
        self._written, self._read, self._same = written, read, same

    def plan(self, written: Any, read: Any, type_: inspect.Type) -> Plan:  # noqa: ANN401
        """How one value is read that was written so."""
        kind, written = self._written.kind(written)
        if kind == "union":
            branches = [self.plan(each, each if self._same else read, type_) for each in written]
            return ("union", branches)
        read = self._resolved(kind, written, read)
        if kind == "odd":
            return ("day",) if _is_day(written) and _is_day(read) and _takes_day(type_) else ODD
        taker = _taker(kind, type_)
        if read is None or taker is None:
            return ODD
        if kind in _CONTAINERS:
            return self._container(kind, written, read, taker)
        return _symbol(written, read, taker) if kind == "enum" else _value(kind, taker)

    def _resolved(self, kind: str, written: Any, read: Any) -> Any:  # noqa: ANN401
        """The reader's part that takes what was written; None where that is not plain."""
        if self._same:
            return written
        read_kind, read = self._read.kind(read)
        if read_kind == "union":
            branches = [self._read.kind(each) for each in read]
            others = [each for each in branches if each[0] != "null"]
            if kind == "null":
                return "null" if len(others) < len(branches) else None
            if len(others) != 1:
                return None
            read_kind, read = others[0]
        if (kind, read_kind) == ("int", "long"):
            return read
        named = kind in {"record", "enum"}
        return (
            read if kind == read_kind and (not named or written["name"] == read["name"]) else None
        )

    def _container(self, kind: str, written: Any, read: Any, taker: Any) -> Plan:  # noqa: ANN401
        if kind == "record":
            return self._record(written, read, taker)
        bounds = (taker.min_length or 0, _most(taker.max_length))
        # Whether entries fit is decided before there is one: an empty list may be refused, too.
        if kind == "array":
            item = self.plan(written["items"], read["items"], taker.item_type)
            as_tuple = isinstance(taker, inspect.VarTupleType)
            return ODD if item == ODD else ("array", item, as_tuple, *bounds)
        key = _text(taker.key_type) if isinstance(taker.key_type, inspect.StrType) else ODD
        value = self.plan(written["values"], read["values"], taker.value_type)
        return ODD if ODD in (key, value) else ("map", key, value, *bounds)

    def _record(self, written: Any, read: Any, taker: inspect.StructType) -> Plan:  # noqa: ANN401
        fields = _plain_fields(taker)
        if fields is None or "aliases" in read or any("aliases" in f for f in read["fields"]):
            return ODD
        wanted = {each["name"]: each for each in read["fields"]}
        names = tuple(name for name in fields if name in wanted)
        if any(field.required and name not in wanted for name, field in fields.items()):
            return ODD
        nodes = []
        for each in written["fields"]:
            name = each["name"]
            if name in fields and name in wanted:
                plan = self.plan(each["type"], wanted[name]["type"], fields[name].type)
                nodes.append((plan, names.index(name)))
            elif name in wanted and not self._same and not _is_plain_pair(each, wanted[name]):
                nodes.append((ODD, _UNWANTED))  # whether it fits is for the slow way to say
            else:
                nodes.append((self._skipped(each["type"]), _UNWANTED))
        given = _defaults(taker, wanted, {each["name"] for each in written["fields"]}, names)
        own_names = tuple(fields[name].name for name in names)
        return ODD if given is None else ("record", taker.cls, nodes, own_names, given)

    def _skipped(self, written: Any) -> Plan:  # noqa: ANN401 - a part of a schema
        """How a value is passed over: well formed it must be all the same."""
        kind, written = self._written.kind(written)
        match kind:
            case "union":
                return ("union", [self._skipped(each) for each in written])
            case "enum":
                return ("symbol", tuple(written["symbols"]))
            case "array":
                return ("array", self._skipped(written["items"]), False, 0, _MOST)
            case "map":
                return ("map", _SKIPPED["string"], self._skipped(written["values"]), 0, _MOST)
            case "record":
                nodes = [(self._skipped(each["type"]), _UNWANTED) for each in written["fields"]]
                return ("record", None, nodes, (), ())
            case _:
                return _SKIPPED.get(kind, ODD)


def _is_day(part: Any) -> bool:  # noqa: ANN401 - a part of a schema, or None
    """Whether it is a day of the calendar to who reads or writes it."""
    return isinstance(part, dict) and part.get("logicalType") == DAY and MUST_BE not in part


def _takes_day(type_: inspect.Type) -> bool:
    types = type_.types if isinstance(type_, inspect.UnionType) else (type_,)
    return any(isinstance(each, inspect.DateType) for each in types)


def _is_plain_pair(written: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether two fields are of one primitive: equal names may mean two types."""
    part = written["type"]
    return isinstance(part, str) and part in PRIMITIVES and part == wanted["type"]


_CONTAINERS = {"array", "map", "record"}
_SKIPPED: Mapping[str, Plan] = {
    "null": ("null",),
    "boolean": ("boolean",),
    "double": ("double",),
    "int": ("integer", *_RANGES["int"]),
    "long": ("integer", *_RANGES["long"]),
    "string": ("text", 0, _MOST, None, None),
    "bytes": ("octets", 0, _MOST),
}


def _defaults(
    taker: inspect.StructType, wanted: Mapping[str, Any], written: set[str], names: tuple[str, ...]
) -> list[tuple[int, Any]] | None:
    """What the reader's schema gives where nothing was written; None where that is not plain."""
    absent = [name for name in wanted if name not in written]
    if any("default" not in wanted[name] for name in absent):
        return None
    own = typing.get_type_hints(taker.cls, include_extras=True)
    hints = {each.encode_name: own[each.name] for each in taker.fields}
    given = []
    for name in absent:
        if name in names:
            try:
                value = msgspec.convert(wanted[name]["default"], hints[name])
            except msgspec.ValidationError:
                return None
            if not (value is None or value == () or isinstance(value, _CONSTANT)):
                return None
            given.append((names.index(name), value))
    return given


_CONSTANT = (bool, int, float, str, bytes, Enum)


def _value(kind: str, taker: Any) -> Plan:  # noqa: ANN401 - one of msgspec's many types
    match kind:
        case "int" | "long":
            return _integer(kind, taker)
        case "double" if not _unbounded(taker):
            return ODD
        case "string":
            return _text(taker)
        case "bytes":
            return ("octets", taker.min_length or 0, _most(taker.max_length))
        case _:
            return (kind,)


def _most(length: int | None) -> int:
    return _MOST if length is None else length


def _unbounded(taker: inspect.FloatType) -> bool:
    bounds = (taker.gt, taker.ge, taker.lt, taker.le, taker.multiple_of)
    return all(each is None for each in bounds)


def _integer(kind: str, taker: inspect.IntType) -> Plan:
    if taker.multiple_of is not None:
        return ODD
    low, high = _RANGES[kind]
    lows = [
        low,
        *(x for x in (taker.ge, None if taker.gt is None else taker.gt + 1) if x is not None),
    ]
    highs = [
        high, *(x for x in (taker.le, None if taker.lt is None else taker.lt - 1) if x is not None)
    ]  # fmt: skip
    return ("integer", max(lows), min(highs)) if max(lows) <= min(highs) else ODD


def _text(taker: inspect.StrType) -> Plan:
    least, most = taker.min_length or 0, _most(taker.max_length)
    if taker.pattern is None:
        return ("text", least, most, None, None)
    of_set = _SET.fullmatch(taker.pattern)
    if of_set is None:
        return ("text", least, most, re.compile(taker.pattern).search, None)
    characters, shortest, longest = of_set[1], int(of_set[2]), int(of_set[3] or of_set[2])
    allowed = [chr(code) for code in range(128) if re.fullmatch(f"[{characters}]", chr(code))]
    return ("text", max(least, shortest), min(most, longest), None, frozenset(allowed))


def _symbol(written: Any, read: Any, taker: inspect.EnumType | inspect.StrType) -> Plan:  # noqa: ANN401
    def value(symbol: str) -> Any:  # noqa: ANN401 - a symbol as the record has it
        known = symbol if symbol in read["symbols"] else read.get("default")
        if known is None or isinstance(taker, inspect.StrType):
            return None if known is None else sys.intern(known)
        try:
            return msgspec.convert(known, taker.cls)
        except msgspec.ValidationError:
            return None

    if isinstance(taker, inspect.StrType) and taker != inspect.StrType():
        return ODD
    return ("symbol", tuple(value(symbol) for symbol in written["symbols"]))


# ---------------------------------------------------------------------------------- writing


def writing(schema: Any, record: type[msgspec.Struct]) -> Plan:  # noqa: ANN401 - fastavro's
    """How a record becomes bytes of the schema; what a reader would refuse is odd.

    So the ranges are those with which the same record is read (`_value`, `_text`).
    """
    return _written(Schema(schema), schema, inspect.type_info(record))


def is_plain(plan: Plan) -> bool:
    """Whether nothing in a plan is odd; then the record's own ranges say all that a reader says."""
    nodes: list[Any] = [plan]
    while nodes:
        node = nodes.pop()
        if node == ODD:
            return False
        if isinstance(node, tuple | list):
            nodes.extend(node)
    return True


def _written(schema: Schema, part: Any, type_: inspect.Type) -> Plan:  # noqa: ANN401
    kind, part = schema.kind(part)
    if kind == "union":
        return _optional(schema, part, type_)
    taker = _taker(kind, type_)
    if taker is None:
        return _written_day(part, type_) if kind == "odd" else ODD
    match kind:
        case "enum":
            return _written_symbol(part["symbols"], taker)
        case "array":
            item = _written(schema, part["items"], taker.item_type)
            return ("array", item, taker.min_length or 0, _most(taker.max_length))
        case "map":
            key = _text(taker.key_type) if isinstance(taker.key_type, inspect.StrType) else ODD
            value = _written(schema, part["values"], taker.value_type)
            return ("map", key, value, taker.min_length or 0, _most(taker.max_length))
        case "record":
            return _written_record(schema, part, taker)
        case "int" | "long" if not _is_within(kind, taker):
            return ODD
        case _:
            return _value(kind, taker)


def _written_day(part: Any, type_: inspect.Type) -> Plan:  # noqa: ANN401 - a part of a schema
    """A day of the calendar, where the schema has one."""
    return ("day",) if _is_day(part) and isinstance(type_, inspect.DateType) else ODD


def _is_within(kind: str, taker: inspect.IntType) -> bool:
    """Whether the schema takes all numbers that the record takes."""
    low, high = _RANGES[kind]
    least = taker.ge if taker.gt is None else taker.gt + 1
    most = taker.le if taker.lt is None else taker.lt - 1
    return least is not None and most is not None and low <= least and most <= high


def _written_symbol(symbols: list[str], taker: inspect.EnumType | inspect.StrType) -> Plan:
    numbers = {symbol: number for number, symbol in enumerate(symbols)}
    if isinstance(taker, inspect.StrType):
        return ("symbol", (), (), numbers) if taker == inspect.StrType() else ODD
    members = [each for each in taker.cls if each.value in numbers]
    return ("symbol", members, [numbers[each.value] for each in members], {})


def _optional(schema: Schema, branches: list[Any], type_: inspect.Type) -> Plan:
    kinds = [schema.kind(each)[0] for each in branches]
    if len(branches) != 2 or kinds.count("null") != 1:  # noqa: PLR2004 - null, and something
        return ODD
    null = kinds.index("null")
    may_be_null = _taker("null", type_) is not None
    return ("optional", null, 1 - null, _written(schema, branches[1 - null], type_), may_be_null)


def _written_record(schema: Schema, part: Any, taker: inspect.StructType) -> Plan:  # noqa: ANN401
    fields = _plain_fields(taker)
    names = [each["name"] for each in part["fields"]]
    if fields is None or any(name not in fields for name in names):
        return ODD
    if taker.cls.__struct_config__.omit_defaults:
        return ODD
    if any(each.required and name not in names for name, each in fields.items()):
        return ODD
    plans = [_written(schema, each["type"], fields[each["name"]].type) for each in part["fields"]]
    own_names = [fields[name].name for name in names]
    return ("record", taker.cls, list(zip(own_names, plans, strict=True)))
