"""How Avro bytes say which schema wrote them: single-object encoding, or Confluent's."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastavro.schema import fingerprint, to_parsing_canonical_form

SINGLE_OBJECT = b"\xc3\x01"
CONFLUENT = b"\x00"
_FINGERPRINT = 8
_ID = 4


class Framed(NamedTuple):
    """A value taken apart: exactly one of `fingerprint` and `schema_id` is set."""

    fingerprint: bytes | None
    schema_id: int | None
    body: bytes


def fingerprint_of(schema: Mapping[str, Any]) -> bytes:
    """CRC-64-AVRO of the schema's parsing canonical form, little-endian (Avro specification)."""
    return bytes.fromhex(fingerprint(to_parsing_canonical_form(dict(schema)), "CRC-64-AVRO"))


def single_object(print_: bytes, body: bytes) -> bytes:
    """Avro's single-object encoding."""
    return SINGLE_OBJECT + print_ + body


def confluent(schema_id: int, body: bytes) -> bytes:
    """A zero byte, the registry's id in 4 bytes, the body."""
    return CONFLUENT + schema_id.to_bytes(_ID, "big") + body


def split(value: bytes) -> Framed | None:
    """Takes a value apart; None when it has neither framing."""
    if value.startswith(SINGLE_OBJECT) and len(value) >= len(SINGLE_OBJECT) + _FINGERPRINT:
        start = len(SINGLE_OBJECT)
        return Framed(value[start : start + _FINGERPRINT], None, value[start + _FINGERPRINT :])
    if value.startswith(CONFLUENT) and len(value) >= len(CONFLUENT) + _ID:
        return Framed(None, int.from_bytes(value[1:5], "big"), value[5:])
    return None
