"""The value of a dead letter, read as far as it can be."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, NamedTuple

import msgspec
from fastavro import schemaless_reader

from agents.records.codecs import Codecs, times_as_text
from schemas.catalogue import TOPICS
from streams.serialisation.framing import Framed, split
from streams.serialisation.logical import parsed

_SHOWN_BYTES = 256
_LINE_BYTES = 16


class Read(NamedTuple):
    """What could be made of a value.

    `form` says what it is, `data` the part that could be read (None: nothing), `gap` what could not
    (None: all could).
    """

    form: str
    data: Any = None
    gap: str | None = None


def read(topic: str, value: bytes | None, wire: Codecs) -> Read:
    """A value of a topic, as far as it can be read; never raises."""
    if value is None:
        return Read("null")
    known = TOPICS.get(topic)
    framed = split(value)
    if framed is None or known is None or known.schema is None:
        return _without_frame(value)
    form, schema = _written(topic, framed, wire)
    if schema is None:
        return Read(form, gap="the schema that it was written with can't be had")
    return _prefix(topic, form, schema, framed.body)


def hexadecimal(octets: bytes, at_most: int = _SHOWN_BYTES) -> list[str]:
    """Bytes in lines of 16: offset, hexadecimal, what is ASCII of them."""
    lines = []
    for start in range(0, min(len(octets), at_most), _LINE_BYTES):
        part = octets[start : min(start + _LINE_BYTES, at_most)]
        text = "".join(chr(each) if 32 <= each < 127 else "." for each in part)  # noqa: PLR2004 - ASCII
        lines.append(f"{start:06x}  {part.hex(' '):<47}  {text}")
    if len(octets) > at_most:
        lines.append(f"... {len(octets) - at_most:,} bytes more")
    return lines


def _without_frame(value: bytes) -> Read:
    try:
        return Read("JSON", msgspec.json.decode(value))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Read("no Avro framing, no JSON", gap="it begins like no framing that is read")


def _written(topic: str, framed: Framed, wire: Codecs) -> tuple[str, Mapping[str, Any] | None]:
    if framed.fingerprint is not None:
        form = f"Avro, single-object, fingerprint {framed.fingerprint.hex()}"
    else:
        form = f"Avro, Confluent's framing, schema id {framed.schema_id}"
    return form, wire.written_with(topic, framed)


def _prefix(topic: str, form: str, schema: Mapping[str, Any], body: bytes) -> Read:
    """The longest run of the record's fields, from the first, that the bytes hold."""
    fields = schema.get("fields", [])
    for count in range(len(fields), 0, -1):
        stream = BytesIO(body)
        try:
            data = schemaless_reader(stream, parsed({**schema, "fields": fields[:count]}), None)
        except Exception:  # noqa: BLE001, S112 - whatever the bytes make it raise: try less of them
            continue
        left = len(body) - stream.tell()
        gap = None
        if count < len(fields):
            gap = f"from the field {fields[count]['name']} on ({left:,} bytes) it can't be read"
        elif left:
            gap = f"{left:,} bytes follow the record"
        return Read(form, times_as_text(topic, data), gap)
    return Read(form, gap="not even its first field can be read")
