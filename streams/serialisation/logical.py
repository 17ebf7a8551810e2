"""Logical types: names that Avro lays on a plain type, such as `uuid` on a string.

A reader that does not know a logical type reads the type below it (Avro specification), and so is
it here: whatever a writer lays on its fields, what is on the wire counts. fastavro would make
Python's objects of them. Two things are more than what is on the wire: days of the calendar, where
the reader has days, and the unit of a time: microseconds read as milliseconds would be another
moment, so they are marked, and refused by their name where one is met.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastavro import parse_schema
from fastavro.schema import SchemaParseException

LAID_ON = "laid on"
"""The key under which a part of a parsed schema keeps the name of its logical type."""
MUST_BE = "must be"
"""The key of a part whose values can't be used: the unit of time that would be right."""
PRIMITIVES = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
DAY = "date"
_MOMENT = "timestamp-millis"
_TIMES = {
    DAY: "int",
    "time-millis": "int",
    "time-micros": "long",
    _MOMENT: "long",
    "timestamp-micros": "long",
    "timestamp-nanos": "long",
    "local-timestamp-millis": "long",
    "local-timestamp-micros": "long",
    "local-timestamp-nanos": "long",
}
_ON: Mapping[str, tuple[str, ...]] = {
    **{name: (plain,) for name, plain in _TIMES.items()},
    "uuid": ("string", "fixed"),
    "decimal": ("bytes", "fixed"),
    "big-decimal": ("bytes",),
    "duration": ("fixed",),
}
"""What each may be laid on; on anything else it means nothing (Avro specification)."""
_ITS_OWN = ("logicalType", "precision", "scale")
_PARSED = ("__fastavro_parsed", "__named_schemas")
"""What fastavro adds to a schema that it has parsed."""


def parsed(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - fastavro's parsed schema
    """The schema as fastavro parses it, with every value as it is on the wire.

    Raises:
        SchemaParseException: or whatever else fastavro raises of what is no schema.
    """
    found = parse_schema(_plain(dict(schema)))
    for each in definitions(found):
        names: set[str] = set()
        for field in each.get("fields", ()):
            if field["name"] in names:  # fastavro takes it: which of the two would count?
                raise SchemaParseException(f"{each['name']} has the field {field['name']!r} twice")
            names.add(field["name"])
    return found


def parsed_for_days(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the same
    """A reader's own schema: plain but for its days of the calendar, which stay days."""
    return fitted(schema, parsed(schema))


def fitted(schema: Mapping[str, Any], reader: Any) -> Any:  # noqa: ANN401 - both fastavro's
    """A writer's schema for one who reads with `reader` (parsed): plain, days where it has days.

    A time of another unit than the reader's keeps under `MUST_BE` what would be right.
    """
    found = parsed(schema)
    _Fitting(found, reader).fit(found, reader)
    return parse_schema({key: part for key, part in found.items() if key not in _PARSED})


def definitions(part: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - a part of one
    """The named types within a parsed schema, each with its full name."""
    if isinstance(part, list):
        for each in part:
            yield from definitions(each)
    elif isinstance(part, dict):
        if part["type"] in {"record", "error", "enum", "fixed"}:
            yield part
        for each in part.get("fields", ()):
            yield from definitions(each["type"])
        for name in ("type", "items", "values"):
            yield from definitions(part.get(name))


def _plain(part: Any) -> Any:  # noqa: ANN401 - JSON, which need not be a schema
    """A part of a schema without its logical types; what they were stands under `LAID_ON`.

    What is no schema stays as it is: parsing says what is wrong with it.
    """
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if not isinstance(part, dict) or "type" not in part:
        return part
    below, laid_on = part["type"], part.get("logicalType")
    if isinstance(below, dict | list):
        found = _plain(below)
        below = found.get("type") if isinstance(found, dict) else None
    else:
        found = {key: value for key, value in part.items() if key not in _ITS_OWN}
        if below in ("record", "error") and isinstance(part.get("fields"), list):
            found["fields"] = [_plain_field(each) for each in part["fields"]]
        elif below in ("array", "map"):
            found |= {key: _plain(part[key]) for key in ("items", "values") if key in part}
    if isinstance(laid_on, str) and below in _ON.get(laid_on, ()):
        found[LAID_ON] = laid_on
    return "null" if below == "null" else found  # in a union it is known by its name alone


def _plain_field(field: Any) -> Any:  # noqa: ANN401 - JSON
    """A field's own keys are none of a type's: a logical type beside its name means nothing."""
    if not isinstance(field, dict) or "type" not in field:
        return field
    return field | {"type": _plain(field["type"])}


class _Fitting:
    """A writer's parsed schema, changed in place where the reader's has days and moments."""

    def __init__(self, written: Any, wanted: Any) -> None:  # noqa: ANN401 - fastavro's
        self._written = {each["name"]: each for each in definitions(written)}
        self._wanted = {each["name"]: each for each in definitions(wanted)}
        self._done: set[tuple[str, int]] = set()

    def fit(self, written: Any, wanted: Any) -> Any:  # noqa: ANN401 - parts of both
        """The writer's part as the reader can use it; `wanted` is what it is read as."""
        if isinstance(written, list):
            return [self.fit(each, wanted) for each in written]
        if isinstance(written, str) and written not in PRIMITIVES:
            self.fit(self._written[written], wanted)
            return written
        for one in self._branches(wanted):
            written = self._as(written, one)
        return written

    def _branches(self, wanted: Any) -> Iterator[Any]:  # noqa: ANN401 - the same
        for each in wanted if isinstance(wanted, list) else [wanted]:
            yield self._wanted.get(each, each) if isinstance(each, str) else each

    def _as(self, written: Any, wanted: Any) -> Any:  # noqa: ANN401 - the same
        kind = written["type"] if isinstance(written, dict) else written
        if kind in ("int", "long"):
            return self._time(kind, written, wanted)
        if isinstance(wanted, dict) and wanted["type"] == kind:
            self._within(kind, written, wanted)
        return written

    def _time(self, kind: str, written: Any, wanted: Any) -> Any:  # noqa: ANN401 - the same
        right = wanted.get(LAID_ON) if isinstance(wanted, dict) else None
        if right not in (_MOMENT, DAY):
            return written
        part = dict(written) if isinstance(written, dict) else {"type": kind}
        if part.get(LAID_ON, right) != right:
            return part | {MUST_BE: right}
        return part | {"logicalType": DAY} if (kind, right) == ("int", DAY) else written

    def _within(self, kind: str, written: dict[str, Any], wanted: Mapping[str, Any]) -> None:
        """The parts of a container whose reader's part is of the same kind."""
        if kind in ("record", "error"):
            if (written["name"], id(wanted)) in self._done:
                return
            self._done.add((written["name"], id(wanted)))
            types = {each["name"]: each["type"] for each in wanted["fields"]}
            for field in written["fields"]:
                if field["name"] in types:
                    field["type"] = self.fit(field["type"], types[field["name"]])
        elif kind in ("array", "map"):
            inner = "items" if kind == "array" else "values"
            written[inner] = self.fit(written[inner], wanted[inner])
