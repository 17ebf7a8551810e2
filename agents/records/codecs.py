"""The contract's records as bytes and as JSON, by topic."""

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import msgspec

from agents.core.rfc3339 import milliseconds, text_of
from agents.records.usual_forms import MENDS
from schemas.catalogue import TOPICS, released, schema
from schemas.json_lines import Convert, shape
from schemas.records.common import BOUNDS_IN_WORDS, PATTERNS_IN_WORDS, SAID_BY_PEOPLE
from streams.compiled import native
from streams.serialisation.codec import (
    Codec,
    NoSuchSchema,
    SchemaOf,
    Undecodable,
    Unwritable,
)
from streams.serialisation.framing import Framed, fingerprints_of
from streams.serialisation.words import Words

__all__ = [
    "PLAIN",
    "Codecs",
    "Undecodable",
    "Unwritable",
    "codec",
    "decode",
    "encode",
    "from_json",
    "to_json",
]

WORDS = Words(PATTERNS_IN_WORDS, BOUNDS_IN_WORDS, SAID_BY_PEOPLE)


class Codecs:
    """How this process reads and writes Avro: the framing, and the registry if there is one.

    `schema_of` gives the writer's schema of a registry's id; `schema_ids` are the ids under which
    topics are written in Confluent's framing: those that it lacks are written in single-object
    encoding. `compiled` does what it can (streams/compiled).
    """

    def __init__(
        self,
        schema_of: SchemaOf | None = None,
        schema_ids: Mapping[str, int] | None = None,
        compiled: ModuleType | None = native,
    ) -> None:
        self._compiled = compiled
        self._schema_of = schema_of
        self._schema_ids = schema_ids or {}
        self._of: dict[str, Codec[msgspec.Struct]] = {}

    def of(self, topic: str) -> Codec[msgspec.Struct]:
        """The codec of a topic's records."""
        known = self._of.get(topic)
        if known is None:
            found = TOPICS[topic]
            assert found.record is not None, f"{topic} holds JSON"
            assert found.schema is not None, f"{topic} holds JSON"
            known = self._of[topic] = Codec(
                schema(found.schema),
                found.record,
                others=released(found.schema),
                schema_of=self._schema_of,
                schema_id=self._schema_ids.get(topic),
                oldest=True,  # in a rolling upgrade older workers, notifiers and people read it
                words=WORDS,
                mend=MENDS.get(topic),
                compiled=self._compiled,
            )
        return known

    def written_with(self, topic: str, framed: Framed) -> Mapping[str, Any] | None:
        """The schema that a value of the topic was written with; None where it can't be had."""
        if framed.schema_id is not None:
            try:
                return None if self._schema_of is None else self._schema_of(framed.schema_id)
            except NoSuchSchema:
                return None
        name = TOPICS[topic].schema or ""
        known = (schema(name), *released(name))
        return next((each for each in known if framed.fingerprint in fingerprints_of(each)), None)

    def encode(self, topic: str, record: msgspec.Struct) -> bytes:
        """A record of the topic as Avro; raises `Unwritable` where its readers would refuse it."""
        return self.of(topic).encode(record)

    def encode_as_it_is(self, topic: str, value: object) -> bytes:
        """What a JSON object means as Avro, also where a value is out of its range.

        Raises:
            ValueError: the schema does not take it.
        """
        change = _reading(topic)
        return self.of(topic).encode_plain(value if change is None else change(value))

    def decode(self, topic: str, value: bytes) -> msgspec.Struct:
        """The record in a value of the topic; raises `Undecodable`."""
        return self.of(topic).decode(value)

    def plain(self, topic: str, value: bytes) -> object:
        """The plain data in a value, in its ranges or not; raises `Undecodable`."""
        return self.of(topic).plain(value)


PLAIN = Codecs()
"""Without a registry: writes single-object encoding, and reads no other."""
codec, encode, decode = PLAIN.of, PLAIN.encode, PLAIN.decode


def to_json(topic: str, record: msgspec.Struct) -> dict[str, Any]:
    """A record as JSON Lines write it (contract: times RFC 3339, symbols strings)."""
    plain = msgspec.to_builtins(record, builtin_types=(bytes,))
    written: dict[str, Any] = times_as_text(topic, plain)
    return written


def times_as_text(topic: str, plain: Any) -> Any:  # noqa: ANN401 - plain data of a record
    """A record's plain data, or a part of it, as JSON Lines write it."""
    change = _writing(topic)
    return plain if change is None else change(plain)


def from_json(topic: str, value: object) -> msgspec.Struct:
    """The record that a JSON object means; raises `Undecodable`.

    Fields that the schema does not have are passed over, as an Avro reader does.
    """
    try:
        return codec(topic).typed(plain_from_json(topic, value))
    except Undecodable as error:
        before, no_time, _ = error.detail.partition(_NO_TIME)
        if not no_time:
            raise
        raise Undecodable(error.reason, f"{before}': {_A_TIME}") from error


def plain_from_json(topic: str, value: object) -> object:
    """The plain data that a JSON object means, in its ranges or not."""
    change = _reading(topic)
    return value if change is None else change(value)


@cache
def _writing(topic: str) -> Convert | None:
    return shape(schema(TOPICS[topic].schema or ""), _moment, _characters)


@cache
def _reading(topic: str) -> Convert | None:
    return shape(schema(TOPICS[topic].schema or ""), _time, _octets)


def _moment(value: Any) -> Any:  # noqa: ANN401 - whatever a producer wrote there
    """RFC 3339 of epoch milliseconds; what is none, or too far away, stays as it is."""
    try:
        return text_of(value)
    except (OverflowError, TypeError):
        return value


def _characters(value: Any) -> Any:  # noqa: ANN401 - the same
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _time(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Epoch milliseconds of an RFC 3339 string; else what no time field takes."""
    at = milliseconds(value)
    if at is not None:
        return at
    return value if value is None else f"{value}{_NO_TIME}"


_NO_TIME = " (no time)"
_A_TIME = "must be a time of RFC 3339 with its offset from UTC, such as 2026-03-02T09:00:00Z"


def _octets(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return value.encode("latin-1") if isinstance(value, str) else value
    except UnicodeEncodeError:
        return value
