"""Framing and codec: what is read, what is refused, and in which words."""

from typing import Any

import pytest
from msgspec import Struct

from streams.serialisation.codec import Codec, NoSuchSchema, Undecodable
from streams.serialisation.framing import Framed, fingerprint_of, split

SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Greeting",
    "namespace": "toy",
    "fields": [
        {"name": "text", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "mood", "type": ["null", "string"], "default": None},
    ],
}
OLDER: dict[str, Any] = SCHEMA | {"fields": SCHEMA["fields"][:2]}


class Greeting(Struct, frozen=True, kw_only=True):
    text: str
    at: int
    mood: str | None = None


class OlderGreeting(Struct, frozen=True, kw_only=True):
    text: str
    at: int


HELLO = Greeting(text="hello", at=5, mood="glad")
CODEC = Codec(SCHEMA, Greeting)


def crc_64_avro(text: bytes) -> int:
    """The Avro specification's own algorithm, bit by bit."""
    empty = 0xC15D213AA4D7A795
    value = empty
    for byte in text:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (empty & -(value & 1))
    return value


def test_the_fingerprint_is_that_of_the_specification() -> None:
    canonical = (
        b'{"name":"toy.Greeting","type":"record","fields":[{"name":"text","type":"string"},'
        b'{"name":"at","type":"long"},{"name":"mood","type":["null","string"]}]}'
    )

    assert fingerprint_of(SCHEMA) == crc_64_avro(canonical).to_bytes(8, "little")


def test_single_object_encoding_begins_with_its_mark_and_the_fingerprint() -> None:
    assert CODEC.encode(HELLO)[:10] == b"\xc3\x01" + fingerprint_of(SCHEMA)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"\xc3\x01abcdefghrest", Framed(b"abcdefgh", None, b"rest")),
        (b"\xc3\x01abcdefgh", Framed(b"abcdefgh", None, b"")),
        (b"\xc3\x01abcdefg", None),
        (b"\x00\x00\x00\x01\x02rest", Framed(None, 258, b"rest")),
        (b"\x00\x00\x00\x01\x02", Framed(None, 258, b"")),
        (b"\x00\x00\x00\x01", None),
        (b"{}", None),
        (b"", None),
    ],
)
def test_a_value_is_taken_apart(value: bytes, expected: Framed | None) -> None:
    assert split(value) == expected


def test_an_older_writer_s_record_has_the_default_of_the_new_field() -> None:
    written = Codec(OLDER, OlderGreeting).encode(OlderGreeting(text="hello", at=5))

    read = Codec(SCHEMA, Greeting, others=(OLDER,)).decode(written)

    assert read == Greeting(text="hello", at=5, mood=None)


def test_a_registry_is_asked_once_for_a_schema() -> None:
    asked = []

    def schema_of(number: int) -> dict[str, Any]:
        asked.append(number)
        return SCHEMA

    theirs = Codec(SCHEMA, Greeting, schema_id=3).encode(HELLO)
    codec = Codec(SCHEMA, Greeting, schema_of=schema_of)

    assert [codec.decode(theirs) for _ in range(2)] == [HELLO, HELLO]
    assert asked == [3]


def test_its_own_id_is_never_asked_for() -> None:
    codec = Codec(SCHEMA, Greeting, schema_of=nothing, schema_id=3)

    assert codec.decode(codec.encode(HELLO)) == HELLO


def nothing(_: int) -> dict[str, Any]:
    raise NoSuchSchema("the registry has none")


@pytest.mark.parametrize(
    ("value", "reason", "said"),
    [
        (b"", "UNREADABLE", "begins with nothing"),
        (b'{"text": 1}', "UNREADABLE", "must be Avro Greeting in single-object encoding"),
        (
            CODEC.encode(HELLO)[:-1],
            "UNREADABLE",
            "not Avro of Greeting: mood (byte 18): the length is 4, but 3 bytes are left",
        ),
        (CODEC.encode(HELLO) + b"x", "UNREADABLE", "byte 23: 1 byte is left after the record"),
        (b"\xc3\x01unknown!" + b"x", "UNKNOWN_SCHEMA", "fingerprint 756e6b6e6f776e21"),
        (b"\x00\x00\x00\x00\x09x", "UNKNOWN_SCHEMA", "no registry is configured"),
    ],
)
def test_what_is_no_record_is_refused_in_words(value: bytes, reason: str, said: str) -> None:
    with pytest.raises(Undecodable) as refused:
        CODEC.decode(value)

    assert refused.value.reason == reason
    assert said in refused.value.detail


def test_an_id_that_the_registry_does_not_have_is_unknown() -> None:
    with pytest.raises(Undecodable) as refused:
        Codec(SCHEMA, Greeting, schema_of=nothing).decode(b"\x00\x00\x00\x00\x09x")

    assert (refused.value.reason, "the registry has none" in refused.value.detail) == (
        "UNKNOWN_SCHEMA",
        True,
    )


def test_a_field_out_of_its_range_is_named_with_its_value() -> None:
    with pytest.raises(Undecodable) as refused:
        CODEC.typed({"text": 7, "at": 5})

    assert refused.value.reason == "INVALID"
    assert refused.value.detail == "Greeting: text is 7: must be a string"
