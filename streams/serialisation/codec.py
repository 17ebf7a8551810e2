"""Avro bytes and typed records, for any set of schemas.

Reading takes both framings and resolves the writer's schema to the reader's; writing follows what
it is told. Every way to fail is one exception with a reason.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from io import BytesIO
from typing import Any, Generic, Literal, TypeVar

import msgspec
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from fastavro.read import SchemaResolutionError
from fastavro.schema import SchemaParseException

from streams.serialisation.framing import confluent, fingerprint_of, single_object, split

R = TypeVar("R", bound=msgspec.Struct)
SchemaOf = Callable[[int], Mapping[str, Any]]
ReasonName = Literal["UNREADABLE", "UNKNOWN_SCHEMA", "INVALID"]
_SHOWN_BYTES = 12
_SHOWN_CHARACTERS = 80


class Undecodable(Exception):  # noqa: N818 - it says what the value is
    """A value that is no record, with a detail that its producer's engineer can act on."""

    def __init__(self, reason: ReasonName, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)


class NoSuchSchema(Exception):  # noqa: N818 - it says what is the case
    """A registry's id for which no schema can be had; the message says why."""


class Codec(Generic[R]):
    """One record type: its schema, and how a registry knows it.

    `schema_of` gives the writer's schema of a registry id, or raises `NoSuchSchema`; without it
    values in Confluent's framing are UNKNOWN_SCHEMA. `others` are older or newer schemas that a
    writer in single-object encoding may have used. `schema_id`: write in Confluent's framing under
    this id.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        record: type[R],
        *,
        others: tuple[Mapping[str, Any], ...] = (),
        schema_of: SchemaOf | None = None,
        schema_id: int | None = None,
    ) -> None:
        self.record = record
        self.name = str(schema["name"])
        self.fingerprint = fingerprint_of(schema)
        self._reader = parsed(schema)
        self._writers = {fingerprint_of(other): parsed(other) for other in others}
        self._writers[self.fingerprint] = self._reader
        self._schema_of = schema_of or _without_registry
        self._by_id: dict[int, Any] = {} if schema_id is None else {schema_id: self._reader}
        self._schema_id = schema_id

    def encode(self, record: R) -> bytes:
        """The record in the framing that was chosen."""
        return self._framed(msgspec.to_builtins(record, builtin_types=_BUILTIN))

    def encode_plain(self, plain: Any) -> bytes:  # noqa: ANN401 - whatever JSON held
        """Plain data in that framing; whether it is in its ranges is not looked at.

        Raises:
            ValueError: the schema does not take it.
        """
        try:
            return self._framed(plain)
        except Exception as error:
            raise ValueError(f"the schema of {self.name} does not take it: {error}") from error

    def _framed(self, plain: Any) -> bytes:  # noqa: ANN401 - what the schema takes
        out = BytesIO()
        schemaless_writer(out, self._reader, plain)
        body = out.getvalue()
        if self._schema_id is not None:
            return confluent(self._schema_id, body)
        return single_object(self.fingerprint, body)

    def decode(self, value: bytes) -> R:
        """The record in a value.

        Raises:
            Undecodable: it is none.
        """
        framed = split(value)
        if framed is None:
            raise Undecodable(
                "UNREADABLE",
                f"the value begins with {value[:_SHOWN_BYTES].hex(' ') or 'nothing'}: must be Avro "
                f"{self.name} in single-object encoding (c3 01) or Confluent's framing (00)",
            )
        writer = (
            self._known(framed.fingerprint)
            if framed.schema_id is None
            else self._registered(framed.schema_id)
        )
        stream = BytesIO(framed.body)
        reader = None if writer is self._reader else self._reader
        try:
            plain = schemaless_reader(stream, writer, reader)
        except SchemaResolutionError as error:
            raise Undecodable(
                "INVALID", f"its writer's schema does not fit {self.name}: {_short(str(error))}"
            ) from error
        except Exception as error:
            raise Undecodable(
                "UNREADABLE", f"not Avro of {self.name}: {type(error).__name__} while reading"
            ) from error
        if left := len(framed.body) - stream.tell():
            raise Undecodable("UNREADABLE", f"{left} bytes follow the {self.name}")
        return self.typed(plain)

    def typed(self, plain: Any) -> R:  # noqa: ANN401 - whatever JSON or Avro gave
        """Plain data as the record, every field in its range.

        Raises:
            Undecodable: INVALID, with the field and what would be right.
        """
        try:
            return msgspec.convert(plain, self.record)
        except msgspec.ValidationError as error:
            raise Undecodable("INVALID", f"{self.name}: {_in_words(str(error), plain)}") from error

    def _known(self, print_: bytes | None) -> Any:  # noqa: ANN401 - fastavro's parsed schema
        assert print_ is not None, "single-object encoding has a fingerprint"
        writer = self._writers.get(print_)
        if writer is None:
            raise Undecodable(
                "UNKNOWN_SCHEMA",
                f"no schema of {self.name} has the fingerprint {print_.hex()}: "
                f"the current one is {self.fingerprint.hex()}",
            )
        return writer

    def _registered(self, schema_id: int) -> Any:  # noqa: ANN401 - fastavro's parsed schema
        known = self._by_id.get(schema_id)
        if known is None:
            try:
                known = parsed(self._fetched(schema_id))
            except SchemaParseException as error:
                raise Undecodable(
                    "UNKNOWN_SCHEMA", f"schema id {schema_id} is no Avro: {_short(str(error))}"
                ) from error
            self._by_id[schema_id] = known
        return known

    def _fetched(self, schema_id: int) -> Mapping[str, Any]:
        try:
            found = self._schema_of(schema_id)
        except NoSuchSchema as error:
            raise Undecodable(
                "UNKNOWN_SCHEMA", f"schema id {schema_id} can't be had: {error}"
            ) from error
        if found.get("name") != self.name:
            raise Undecodable(
                "UNREADABLE",
                f"schema id {schema_id} is of {found.get('name', 'no record')!r}: "
                f"this topic holds {self.name}",
            )
        return found


_BUILTIN = (bytes, date)


def _without_registry(_: int) -> Mapping[str, Any]:
    raise NoSuchSchema("no registry is configured")


def parsed(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - fastavro's parsed schema
    """The schema as fastavro reads it, with times as plain integers."""
    return parse_schema(_plain_times(deepcopy(dict(schema))))


def _plain_times(part: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, dict):
        if part.get("logicalType") == "timestamp-millis":
            return "long"
        return {key: _plain_times(value) for key, value in part.items()}
    return [_plain_times(each) for each in part] if isinstance(part, list) else part


def _in_words(message: str, plain: object) -> str:
    """The message of msgspec, with the value that it is about."""
    problem, _, path = message.partition(" - at `")
    field = path.removesuffix("`").removeprefix("$").removeprefix(".")
    found = plain
    for step in field.replace("[", ".[").split("."):
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.strip("[]").isdigit():
            found = found[int(step.strip("[]"))]
        elif step:
            return f"{field}: {problem}"
    return f"{field} is {_short(repr(found))}: {problem}" if field else problem


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "..."
