"""Writing a record with the oldest released schema that holds all of it.

In a rolling upgrade a reader of the version before does not know the newest schema, and without a
registry it can't ask for it. It reads what says nothing new, as long as nothing new is said.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from types import ModuleType
from typing import Any

import msgspec
from fastavro import schemaless_writer

from streams.serialisation import plans
from streams.serialisation.framing import single_object

Plain = Callable[[msgspec.Struct], Any]


class Older:
    """One older schema of a record, as far as it can be written with."""

    def __init__(
        self,
        print_: bytes,
        schema: Any,  # noqa: ANN401 - fastavro's
        added: Sequence[str],
        record: type[msgspec.Struct],
        compiled: ModuleType | None,
    ) -> None:
        """`added`: fields of the record that this schema does not have."""
        self._head = single_object(print_, b"")
        self._schema = schema
        self._added = tuple(added)
        self._write, self._odd = None, None
        if compiled is not None:
            self._write = compiled.Writer(self._head, plans.writing(schema, record)).write
            self._odd = compiled.ODD

    def written(self, record: msgspec.Struct, plain: Plain) -> bytes | None:
        """The record in single-object encoding; None where this schema does not hold all of it."""
        for name in self._added:
            if getattr(record, name) is not None:
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


def older(
    writers: Mapping[bytes, Any],
    reader: Any,  # noqa: ANN401 - fastavro's parsed schema
    record: type[msgspec.Struct],
    compiled: ModuleType | None,
) -> tuple[Older, ...]:
    """Those of the schemas (by fingerprint, oldest first) that some records can be written with.

    A schema is one where nothing but nullable fields at the record's end and symbols were added
    to it since.
    """
    found = []
    for print_, schema in writers.items():
        if schema is not reader and (added := _added(schema, reader)) is not None:
            found.append(Older(print_, schema, added, record, compiled))
    return tuple(found)


def _added(schema: Any, reader: Any) -> list[str] | None:  # noqa: ANN401 - parsed schemas
    """The fields of the newer record that the older lacks; None where they differ otherwise."""
    count = len(schema["fields"])
    if _shapes(schema["fields"]) != _shapes(reader["fields"][:count]):
        return None
    more = reader["fields"][count:]
    if any(each.get("default", ...) is not None for each in more):
        return None
    return [each["name"] for each in more]


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
