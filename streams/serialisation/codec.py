"""Avro bytes and typed records, for any set of schemas.

Reading takes both framings and resolves the writer's schema to the reader's; writing follows what
it is told. Every way to fail is one exception with a reason.

Good values are read and written by the compiled part, where it was built. What it leaves is done
here, step by step: so there is one place that says what is wrong.
"""

import time
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from types import ModuleType
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import msgspec
from fastavro import schemaless_reader, schemaless_writer
from fastavro.read import SchemaResolutionError
from fastavro.schema import UnknownType

from streams.compiled import native
from streams.serialisation import plans
from streams.serialisation.asking import Remembered
from streams.serialisation.framing import (
    confluent,
    fingerprint_of,
    fingerprints_of,
    single_object,
    split,
)
from streams.serialisation.logical import fitted, parsed_for_days
from streams.serialisation.misfits import misfit_of
from streams.serialisation.releases import Older, older
from streams.serialisation.wellformed import (
    Check,
    Malformed,
    Unbounded,
    Unusable,
    check_of,
    octets,
)
from streams.serialisation.words import Words, in_words, short
from streams.topology import Records

R = TypeVar("R", bound=msgspec.Struct)
Mend = Callable[[Any], Any]
SchemaOf = Callable[[int], Mapping[str, Any]]
ReasonName = Literal["UNREADABLE", "UNKNOWN_SCHEMA", "INVALID"]
MOST_WRITERS = 1_000
"""How many schemas of a registry stay known: more than a topic has versions."""
_MOST_REFUSED, _REFUSED_SECONDS = 1_000, 60.0
"""Of how many ids it is remembered that their schemas can't be used, and for how long."""
_SHOWN_BYTES = 12


class Undecodable(Exception):  # noqa: N818 - it says what the value is
    """A value that is no record, with a detail that its producer's engineer can act on."""

    def __init__(self, reason: ReasonName, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)


class Unwritable(Exception):  # noqa: N818 - it says what the record is
    """A record that its own readers would refuse; the detail names the field, and no value."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class NoSuchSchema(Exception):  # noqa: N818 - it says what is the case
    """A registry's id for which no schema can be had; the message says why."""


class _Writer(NamedTuple):
    """A schema that records are written with, and the check of their bytes."""

    schema: Any
    check: Check


class Codec(Generic[R]):
    """One record type: its schema, and how a registry knows it.

    `schema_of` gives the writer's schema of a registry id, or raises `NoSuchSchema`; without it
    values in Confluent's framing are UNKNOWN_SCHEMA. `others` are older or newer schemas, oldest
    first, that a writer in single-object encoding may have used; `oldest`: in that encoding write
    with the first that holds all of a record. `schema_id`: write in Confluent's framing under this
    id. `words`: how the record's ranges are put in details. `mend`: what is out of its ranges
    as it is plainly meant; it is looked at once more. `compiled` does what it can.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        record: type[R],
        *,
        others: tuple[Mapping[str, Any], ...] = (),
        schema_of: SchemaOf | None = None,
        schema_id: int | None = None,
        oldest: bool = False,
        words: Words = Words(),  # noqa: B008 - it is immutable
        mend: Mend | None = None,
        compiled: ModuleType | None = native,
    ) -> None:
        self.record = record
        self.name = str(schema["name"])
        self.fingerprint = fingerprint_of(schema)
        self._reader = parsed_for_days(schema)
        own = _Writer(self._reader, check_of(self._reader))
        self._writers = {fingerprint_of(other): _writer(other, self._reader) for other in others}
        self._writers[self.fingerprint] = own
        self._named: dict[bytes, _Writer] = {}
        for each in (*others, schema):
            known = self._writers[fingerprint_of(each)]
            self._named |= dict.fromkeys(fingerprints_of(each), known)
        self._schema_of = schema_of or _without_registry
        self._by_id: dict[int, _Writer] = {}
        self._refused = Remembered[tuple[ReasonName, str]](_MOST_REFUSED, _REFUSED_SECONDS)
        self._schema_id = schema_id
        self._words = words
        self._mend = mend
        self._odd = None if compiled is None else compiled.ODD
        self._compiled = compiled
        self._fast: Any = None
        self._begin_anew()
        self._older: tuple[Older, ...] = ()
        if schema_id is None and oldest:
            by_print = {print_: writer.schema for print_, writer in self._writers.items()}
            self._older = older(by_print, self._reader, record, compiled)
        plan = plans.writing(self._reader, record)
        self._ranges_are_all = plans.is_plain(plan)
        self._write = None if compiled is None else compiled.Writer(self._in_frame(b""), plan).write

    def _begin_anew(self) -> None:
        """Forgets the writers of a registry's ids but the own one: they can be asked for again."""
        self._fast = None if self._compiled is None else self._compiled.Reader()
        for print_, writer in self._named.items():
            self._know(single_object(print_, b""), writer)
        self._by_id = {}
        if self._schema_id is not None:
            self._by_id[self._schema_id] = own = self._writers[self.fingerprint]
            self._know(confluent(self._schema_id, b""), own)

    def _know(self, head: bytes, writer: _Writer) -> None:
        """Lets the compiled part read values with this head."""
        if self._fast is not None:
            self._fast.know(head, plans.reading(writer.schema, self._reader, self.record))

    def encode(self, record: R) -> bytes:
        """The record in the framing that was chosen: what its own readers read, no less.

        Raises:
            Unwritable: they would refuse it.
        """
        for each in self._older:
            if (written := each.written(record, self._checked)) is not None:
                return written
        if self._write is not None:
            made: bytes = self._write(record)
            if made is not self._odd:
                return made
        plain = self._checked(record)
        try:
            value = self._framed(plain)
        except Exception as error:
            said = f"{self.name}: the schema does not take it ({type(error).__name__})"
            raise Unwritable(said) from error
        if not self._ranges_are_all:
            self._read_again(value)
        return value

    def check(self, record: R) -> None:
        """Looks whether a record is in its ranges; raises `Unwritable` as `encode` does."""
        self._checked(record)

    def _checked(self, record: msgspec.Struct) -> Any:  # noqa: ANN401 - its plain data
        plain = msgspec.to_builtins(record, builtin_types=_BUILTIN)
        try:
            msgspec.convert(plain, self.record)
        except msgspec.ValidationError as error:
            problem = in_words(str(error), None, self._words)  # without the value: it is not ours
            raise Unwritable(f"{self.name}: {problem}") from error
        return plain

    def _read_again(self, value: bytes) -> None:
        """For a record whose ranges alone do not say whether it can be read."""
        try:
            self.typed(self.plain(value))
        except Undecodable as error:
            raise Unwritable(f"{self.name}: what it would be can't be read") from error

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
        # To fastavro a tuple where a union is might name its branch: to us it is an array.
        schemaless_writer(out, self._reader, plain, disable_tuple_notation=True)
        return self._in_frame(out.getvalue())

    def _in_frame(self, body: bytes) -> bytes:
        if self._schema_id is not None:
            return confluent(self._schema_id, body)
        return single_object(self.fingerprint, body)

    def decode(self, value: bytes) -> R:
        """The record in a value; raises `Undecodable`."""
        if self._fast is not None:
            found: R = self._fast.read(value)
            if found is not self._odd:
                return found
        return self.typed(self.plain(value))

    def decode_all(self, records: Records) -> list[R | Undecodable]:
        """What is in the values of records, or why it is none; one without a value is empty."""
        if self._compiled is not None and isinstance(records, self._compiled.Records):
            found: list[R | Undecodable]
            found, odd = self._fast.read_all(records)
            for place in odd:
                found[place] = self._decoded_or_not(records[place].value or b"")
            return found
        return [self._decoded_or_not(value or b"") for value in records.values()]

    def _decoded_or_not(self, value: bytes) -> R | Undecodable:
        try:
            return self.decode(value)
        except Undecodable as error:
            return error

    def plain(self, value: bytes) -> Any:  # noqa: ANN401 - plain data
        """The plain data in a value, in its ranges or not; raises `Undecodable`."""
        framed = split(value)
        if framed is None:
            raise Undecodable(
                "UNREADABLE",
                f"the value begins with {value[:_SHOWN_BYTES].hex(' ') or 'nothing'}: must be Avro "
                f"{self.name} in single-object encoding (c3 01) or Confluent's framing (00)",
            )
        number, mark, body = framed.schema_id, framed.fingerprint, framed.body
        writer = self._known(mark) if number is None else self._registered(number)
        return self._plain(body, writer, len(value) - len(body))

    def _plain(self, body: bytes, writer: _Writer, begin: int) -> Any:  # noqa: ANN401 - plain
        try:
            _walk(writer, body)
            reader = None if writer.schema is self._reader else self._reader
            return schemaless_reader(BytesIO(body), writer.schema, reader)
        except Unusable as error:
            raise Undecodable("INVALID", f"{self.name}: {error.said()}") from error
        except Malformed as error:
            raise Undecodable(
                "UNREADABLE", f"not Avro of {self.name}: {error.said(begin)}"
            ) from error
        except UnicodeDecodeError:
            raise Undecodable(
                "UNREADABLE", f"not Avro of {self.name}: {_not_utf_8(body, writer.schema, begin)}"
            ) from None
        except SchemaResolutionError as error:
            misfit = misfit_of(writer.schema, self._reader) or short(str(error))
            raise Undecodable(
                "INVALID", f"{self.name}: its writer's schema does not fit: {misfit}"
            ) from error
        except Exception as error:
            raise Undecodable(
                "UNREADABLE",
                f"not Avro of {self.name}: {type(error).__name__} while its values are made",
            ) from error

    def typed(self, plain: Any) -> R:  # noqa: ANN401 - whatever JSON or Avro gave
        """Plain data as the record, every field in its range.

        Raises:
            Undecodable: INVALID, with the field and what would be right.
        """
        try:
            return self._converted(plain)
        except msgspec.ValidationError as error:
            raise Undecodable(
                "INVALID", f"{self.name}: {in_words(str(error), plain, self._words)}"
            ) from error

    def _converted(self, plain: Any) -> R:  # noqa: ANN401 - the same
        try:
            return msgspec.convert(plain, self.record)
        except msgspec.ValidationError:
            mended = plain if self._mend is None else self._mend(plain)
            if mended == plain:
                raise
        return msgspec.convert(mended, self.record)

    def _known(self, print_: bytes | None) -> _Writer:
        assert print_ is not None, "single-object encoding has a fingerprint"
        writer = self._named.get(print_)
        if writer is None:
            said = f"no schema of {self.name} has the fingerprint {print_.hex()}"
            head = single_object(self.fingerprint, b"").hex(" ")
            raise Undecodable(
                "UNKNOWN_SCHEMA", f"{said}: by the current one a value begins with {head}"
            )
        return writer

    def _registered(self, schema_id: int) -> _Writer:
        known = self._by_id.get(schema_id)
        if known is not None:
            return known
        now = time.monotonic()
        refused = self._refused.get(schema_id, now)
        if refused is not None:
            raise Undecodable(*refused)
        found = self._fetched(schema_id)
        try:
            known = self._usable(schema_id, found)
        except Undecodable as error:
            self._refused.put(schema_id, (error.reason, error.detail), now)
            raise
        if len(self._by_id) >= MOST_WRITERS:
            self._begin_anew()
        self._by_id[schema_id] = known
        self._know(confluent(schema_id, b""), known)
        return known

    def _usable(self, schema_id: int, found: Mapping[str, Any]) -> _Writer:
        is_record = isinstance(found, Mapping) and found.get("type") == "record"
        name = found.get("name") if is_record else None
        if str(name).rpartition(".")[2] != self.name:
            whose = "no record" if name is None else f"of {short(str(name))!r}"
            raise Undecodable(
                "UNREADABLE", f"schema id {schema_id} is {whose}: this topic holds {self.name}"
            )
        try:
            return _writer(found, self._reader)
        except Unbounded as error:
            raise Undecodable(
                "UNKNOWN_SCHEMA",
                f"schema id {schema_id} can't be used: {error}, so nothing bounds its records",
            ) from error
        except UnknownType as error:
            raise Undecodable(
                "UNKNOWN_SCHEMA",
                f"schema id {schema_id} refers to {short(str(error.name))}, which neither it "
                "nor its references define",
            ) from error
        except Exception as error:
            raise Undecodable(
                "UNKNOWN_SCHEMA", f"schema id {schema_id} is no Avro: {short(str(error))}"
            ) from error

    def _fetched(self, schema_id: int) -> Mapping[str, Any]:
        try:
            return self._schema_of(schema_id)
        except NoSuchSchema as error:
            raise Undecodable(
                "UNKNOWN_SCHEMA", f"schema id {schema_id} can't be had: {error}"
            ) from error


_BUILTIN = (bytes, date)


def _without_registry(_: int) -> Mapping[str, Any]:
    raise NoSuchSchema("no registry is configured")


def _walk(writer: _Writer, body: bytes) -> None:
    """Raises `Malformed` where the bytes are not one record, no less and no more."""
    end = writer.check(body, 0)
    if end != len(body):
        raise Malformed(end, f"{octets(len(body) - end)} left after the record")


def _writer(schema: Mapping[str, Any], reader: Any) -> _Writer:  # noqa: ANN401 - fastavro's
    found = fitted(schema, reader)
    return _Writer(found, check_of(found))


def _not_utf_8(body: bytes, schema: Any, begin: int) -> str:  # noqa: ANN401 - fastavro's parsed schema
    """Where; only asked for what is known to have such a text."""
    try:
        check_of(schema, texts=True)(body, 0)
    except Malformed as error:
        return error.said(begin)
    return "a text is not UTF-8"
