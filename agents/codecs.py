"""The contract's records as bytes and as JSON, by topic."""

from functools import cache
from typing import Any

import msgspec

from agents.rfc3339 import milliseconds, text_of
from schemas.catalogue import TOPICS, schema
from schemas.json_lines import Convert, shape
from streams.serialisation.codec import Codec, Undecodable

__all__ = ["Undecodable", "codec", "decode", "encode", "from_json", "to_json"]


@cache
def codec(topic: str) -> Codec[msgspec.Struct]:
    """The codec of a topic's records."""
    found = TOPICS[topic]
    assert found.record is not None, f"{topic} holds JSON"
    assert found.schema is not None, f"{topic} holds JSON"
    return Codec(schema(found.schema), found.record)


def encode(topic: str, record: msgspec.Struct) -> bytes:
    """A record of the topic as Avro."""
    return codec(topic).encode(record)


def decode(topic: str, value: bytes) -> msgspec.Struct:
    """The record in a value of the topic; raises `Undecodable`."""
    return codec(topic).decode(value)


def to_json(topic: str, record: msgspec.Struct) -> dict[str, Any]:
    """A record as JSON Lines write it (contract: times RFC 3339, symbols strings)."""
    plain = msgspec.to_builtins(record, builtin_types=(bytes,))
    change = _writing(topic)
    changed: dict[str, Any] = plain if change is None else change(plain)
    return changed


def from_json(topic: str, value: object) -> msgspec.Struct:
    """The record that a JSON object means; raises `Undecodable`.

    Fields that the schema does not have are passed over, as an Avro reader does.
    """
    change = _reading(topic)
    return codec(topic).typed(value if change is None else change(value))


@cache
def _writing(topic: str) -> Convert | None:
    return shape(
        schema(TOPICS[topic].schema or ""), text_of, lambda octets: octets.decode("latin-1")
    )


@cache
def _reading(topic: str) -> Convert | None:
    return shape(schema(TOPICS[topic].schema or ""), _time, _octets)


def _time(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Epoch milliseconds of an RFC 3339 string; else what no time field takes."""
    at = milliseconds(value)
    if at is not None:
        return at
    return value if value is None else f"{value} (not RFC 3339 with an offset)"


def _octets(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return value.encode("latin-1") if isinstance(value, str) else value
    except UnicodeEncodeError:
        return value
