"""Bytes are walked before they are read: what is Avro, what is not, and where it stops being it."""

from typing import Any

import pytest
from fastavro import parse_schema

from streams.serialisation.wellformed import Malformed, Unbounded, check_of

CAR: dict[str, Any] = {
    "type": "record",
    "name": "Car",
    "fields": [
        {"name": "name", "type": "string"},
        {"name": "doors", "type": "int"},
        {"name": "built", "type": "long"},
        {"name": "sold", "type": "boolean"},
        {"name": "fuel", "type": {"type": "enum", "name": "Fuel", "symbols": ["GAS", "VOLT"]}},
        {"name": "owner", "type": ["null", "string"]},
        {"name": "marks", "type": {"type": "array", "items": "string"}},
        {"name": "prices", "type": {"type": "map", "values": "long"}},
        {"name": "vin", "type": {"type": "fixed", "name": "Vin", "size": 2}},
        {"name": "ratio", "type": "double"},
        {
            "name": "second",
            "type": {
                "type": "record",
                "name": "Part",
                "fields": [{"name": "fuel", "type": "Fuel"}, {"name": "raw", "type": "bytes"}],
            },
        },
    ],
}
GOOD: dict[str, bytes] = {
    "name": b"\x04vw",
    "doors": b"\x08",
    "built": b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    "sold": b"\x01",
    "fuel": b"\x02",
    "owner": b"\x02\x02x",
    "marks": b"\x04\x02a\x02b\x02\x02c\x00",
    "prices": b"\x01\x08\x02k\x80\x08\x00",
    "vin": b"12",
    "ratio": b"\0\0\0\0\0\0\xf0?",
    "second": b"\x00\x02r",
}
CHECK = check_of(parse_schema(CAR), texts=True)


def car(**changes: bytes) -> bytes:
    return b"".join((GOOD | changes).values())


def test_a_good_record_is_walked_to_its_end() -> None:
    assert CHECK(car() + b"more", 0) == len(car())


@pytest.mark.parametrize("length", range(len(car())))
def test_a_record_cut_anywhere_is_malformed(length: int) -> None:
    with pytest.raises(Malformed):
        CHECK(car()[:length], 0)


HUGE = b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"  # 2 ** 63 - 1
LEFT_AFTER_NAME = len(car()) - len(GOOD["name"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": b"\x01"}, "name (byte 5): the length is -1: must be 0 or more"),
        (
            {"name": HUGE},
            f"name (byte 5): the length is {2**63 - 1}, but {LEFT_AFTER_NAME} bytes are left",
        ),
        ({"name": b"\x02\xff"}, "name (byte 6): the text is not UTF-8 from ff on"),
        ({"doors": b"\x80\x80\x80\x80\x10"}, "doors (byte 8): 2147483648 is no 32-bit number"),
        (
            {"built": b"\xff" * 9 + b"\x02"},
            "built (byte 9): the number that begins ff ff ff ff ff ff ff ff has more than 64 bits",
        ),
        (
            {"built": b"\x80" * 11 + b"\x01"},
            "built (byte 9): the number that begins 80 80 80 80 80 80 80 80 has more than 64 bits",
        ),
        ({"sold": b"\x02"}, "sold (byte 19): the boolean is 02: must be 00 or 01"),
        ({"fuel": b"\x01"}, "fuel (byte 20): the symbol's number is -1: must be 0 to 1"),
        ({"fuel": b"\x04"}, "fuel (byte 20): the symbol's number is 2: must be 0 to 1"),
        ({"owner": b"\x01"}, "owner (byte 21): the branch of the union is -1: must be 0 to 1"),
        ({"owner": b"\x04"}, "owner (byte 21): the branch of the union is 2: must be 0 to 1"),
        ({"marks": b"\x02\x01"}, "marks[0] (byte 25): the length is -1: must be 0 or more"),
        (
            {"marks": b"\x02\x02a\x04\x02b\x01"},
            "marks[2] (byte 30): the length is -1: must be 0 or more",
        ),
        (
            {"marks": b"\x01\x0a\x02a\x00"},
            "marks (byte 24): a block is said to have 5 bytes: it has 2",
        ),
        (
            {"second": b"\x06\x00"},
            "second.fuel (byte 50): the symbol's number is 3: must be 0 to 1",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_field_and_byte(
    changes: dict[str, bytes], said: str
) -> None:
    with pytest.raises(Malformed) as problem:
        CHECK(car(**changes), 0)

    assert problem.value.said(5) == said


@pytest.mark.parametrize("field", ["marks", "prices"])
@pytest.mark.parametrize("count", [HUGE, b"\xff\xff\xff\xff\x0f\x00", b"\x80\x80\x80\x80\x10"])
def test_more_entries_than_bytes_are_not_followed(field: str, count: bytes) -> None:
    with pytest.raises(Malformed, match=r"entries are said to follow, but .* left"):
        CHECK(car(**{field: count}), 0)


def test_a_record_that_ends_within_an_entry_names_the_field() -> None:
    with pytest.raises(Malformed) as problem:
        CHECK(car()[:4], 0)

    assert problem.value.said(0) == "built (byte 4): the bytes end here, before the record does"


NODE = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}
EMPTY: dict[str, Any] = {"type": "record", "name": "Empty", "fields": []}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (NODE, "Node holds itself"),
        ({"type": "array", "items": "null"}, "null takes no bytes"),
        ({"type": "map", "values": EMPTY}, "Empty takes no bytes"),
        (
            {"type": "array", "items": {"type": "fixed", "name": "Zero", "size": 0}},
            "Zero takes no bytes",
        ),
    ],
)
def test_a_schema_that_nothing_bounds_is_refused(schema: Any, said: str) -> None:
    with pytest.raises(Unbounded, match=said):
        check_of(parse_schema(schema))
