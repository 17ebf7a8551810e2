"""Writing a record with the oldest released schema that holds all of it.

In a rolling upgrade a reader of the version before does not know the newest schema, and without a
registry it can't ask for it. It reads what says nothing new, as long as nothing new is said.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from types import ModuleType
from typing import Any

import msgspec
from fastavro import schemaless_writer

from streams.serialisation import plans
from streams.serialisation.framing import single_object

Plain = Callable[[msgspec.Struct], Any]
Place = tuple[str, ...]
"""A field by the names that lead to it: those of lists and records on the way, then its own."""


class Older:
    """One older schema of a record, as far as it can be written with."""

    def __init__(
        self,
        print_: bytes,
        schema: Any,  # noqa: ANN401 - fastavro's
        added: Sequence[Place],
        record: type[msgspec.Struct],
        compiled: ModuleType | None,
    ) -> None:
        """`added`: fields of the record, and of records within it, that this schema lacks."""
        self._head = single_object(print_, b"")
        self._schema = schema
        self._added = tuple(place[0] for place in added if len(place) == 1)
        self._added_within = tuple(place for place in added if len(place) > 1)
        self._write, self._odd = None, None
        if compiled is not None:
            self._write = compiled.Writer(self._head, plans.writing(schema, record)).write
            self._odd = compiled.ODD

    def written(self, record: msgspec.Struct, plain: Plain) -> bytes | None:
        """The record in single-object encoding; None where this schema does not hold all of it."""
        for name in self._added:
            if getattr(record, name) is not None:
                return None
        for place in self._added_within:
            if any(each is not None for each in _at(record, place)):
                return None
        if self._write is not None:
            made: bytes = self._write(record)
            if made is not self._odd:
                return made
        out = BytesIO()
        try:
            schemaless_writer(out, self._schema, plain(record), disable_tuple_notation=True)
        except (TypeError, ValueError):
            return None  # a symbol that it does not have
        return self._head + out.getvalue()


def _at(value: Any, place: Place) -> Iterator[Any]:  # noqa: ANN401 - a record, or a part of it
    """Every value that a record has at a place."""
    if not place:
        yield value  # an empty list is said, too
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _at(each, place)
    elif value is not None:
        yield from _at(getattr(value, place[0]), place[1:])


def older(
    writers: Mapping[bytes, Any],
    reader: Any,  # noqa: ANN401 - fastavro's parsed schema
    record: type[msgspec.Struct],
    compiled: ModuleType | None,
) -> tuple[Older, ...]:
    """Those of the schemas (by fingerprint, oldest first) that some records can be written with.

    A schema is one where nothing but nullable fields at a record's end and symbols were added to
    it since.
    """
    found = []
    for print_, schema in writers.items():
        if schema is not reader and (added := _added(schema, reader)) is not None:
            found.append(Older(print_, schema, added, record, compiled))
    return tuple(found)


def _added(schema: Any, reader: Any) -> list[Place] | None:  # noqa: ANN401 - parsed schemas
    """The fields of the newer record that the older lacks; None where they differ otherwise."""
    count = len(schema["fields"])
    found: list[Place] = []
    for old, new in zip(schema["fields"], reader["fields"], strict=False):
        within = _added_to_part(old["type"], new["type"])
        if old["name"] != new["name"] or within is None:
            return None
        found += [(new["name"], *place) for place in within]
    more = reader["fields"][count:]
    if len(reader["fields"]) < count or any(each.get("default", ...) is not None for each in more):
        return None
    return found + [(each["name"],) for each in more]


def _added_to_part(old: Any, new: Any) -> list[Place] | None:  # noqa: ANN401 - of parsed schemas
    """The same of two parts: of records in a union or a list too, but in no map."""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return _together(_added_to_part(*pair) for pair in zip(old, new, strict=True))
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return [] if old == new else None
    if (old["type"], new["type"]) == ("record", "record") and old["name"] == new["name"]:
        return _added(old, new)
    if (old["type"], new["type"]) == ("array", "array"):
        return _added_to_part(old["items"], new["items"])
    return [] if _shape(old) == _shape(new) else None


def _together(parts: Iterable[list[Place] | None]) -> list[Place] | None:
    found: list[Place] = []
    for each in parts:
        if each is None:
            return None
        found += each
    return found


def _shapes(fields: Iterable[Mapping[str, Any]]) -> list[tuple[str, object]]:
    return [(each["name"], _shape(each["type"])) for each in fields]


def _shape(part: Any) -> object:  # noqa: ANN401 - a part of a parsed schema
    """What decides the bytes of a part, but for symbols."""
    if isinstance(part, list):
        return [_shape(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    kind = part["type"]
    match kind:
        case "record":
            return (part["name"], _shapes(part["fields"]))
        case "enum":
            return ("enum", part["name"])
        case "array":
            return (kind, _shape(part["items"]))
        case "map":
            return (kind, _shape(part["values"]))
        case _:
            return (kind, part.get("logicalType"))
