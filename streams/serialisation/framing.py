"""How Avro bytes say which schema wrote them: single-object encoding, or Confluent's."""

import json
from collections.abc import Callable, Mapping
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


def fingerprints_of(schema: Mapping[str, Any]) -> frozenset[bytes]:
    """All that a value in single-object encoding may begin with, the specification's among them.

    hamba/avro and goavro (Go) leave more in the form than the specification says: the first keeps
    logical types, the second the braces around their types.
    """
    own = to_parsing_canonical_form(dict(schema))
    forms = (own, *(_with_attributes(schema, own, form) for form in (_as_hamba, _as_goavro)))
    return frozenset(bytes.fromhex(fingerprint(form, "CRC-64-AVRO")) for form in forms)


def _with_attributes(schema: Any, canonical: str, form: Callable[[str, str], object]) -> str:  # noqa: ANN401 - JSON
    changed = _changed(schema, json.loads(canonical), form)
    return json.dumps(changed, separators=(",", ":"), ensure_ascii=False)


def _changed(part: Any, canonical: Any, form: Callable[[str, str], object]) -> Any:  # noqa: ANN401 - JSON
    """A part of a schema in its canonical form, but for types that have a logical type."""
    if isinstance(part, list):
        return [_changed(*pair, form) for pair in zip(part, canonical, strict=True)]
    if isinstance(part, str):
        return canonical
    if "logicalType" in part:
        return form(part["type"], part["logicalType"])
    match part["type"]:
        case "record":
            pairs = zip(part["fields"], canonical["fields"], strict=True)
            fields = [b | {"type": _changed(a["type"], b["type"], form)} for a, b in pairs]
            return canonical | {"fields": fields}
        case "array" | "map" as kind:
            inner = "items" if kind == "array" else "values"
            return canonical | {inner: _changed(part[inner], canonical[inner], form)}
        case _:
            return canonical


def _as_hamba(kind: str, logical: str) -> object:
    return {"type": kind, "logicalType": logical}


def _as_goavro(kind: str, _: str) -> object:
    return {"type": kind}


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
