"""Record batches: read as aiokafka reads them, and also what it stumbles over."""

import struct
from typing import Any

from aiokafka.record._crc32c import crc as crc32c
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as some

from streams.topology import Message
from streams.transport.fetching import _Messages, _RawRecords
from streams.transport.records import raw_batches, read_batch

OCTETS = some.none() | some.binary(max_size=300)
HEADERS = some.lists(some.tuples(some.text(max_size=20), OCTETS), max_size=3)
RECORDS = some.lists(
    some.tuples(some.integers(0, 2**41), OCTETS, OCTETS, HEADERS), min_size=1, max_size=20
)


def batch(
    records: list[tuple[int, bytes | None, bytes | None, list[tuple[str, bytes | None]]]],
    codec: int = 0,
) -> bytes:
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, 0, 1_000_000)
    for offset, (timestamp, key, value, headers) in enumerate(records):
        builder.append(offset, timestamp, key, value, headers)
    return bytes(builder.build())


def with_crc(raw: bytes) -> bytes:
    return raw[:17] + struct.pack(">I", crc32c(raw[21:])) + raw[21:]


def fetched(data: bytes, offset: int = 0) -> list[Message]:
    batches = _Messages(("t", 3), _RawRecords(data), [], offset, None, None, True, 1)
    return [message for records in batches for message in records]


@given(RECORDS, some.sampled_from([0, 1, 2, 3, 4]), some.booleans())
def test_a_batch_is_read_as_aiokafka_reads_it(records: list[Any], codec: int, append: bool) -> None:
    raw = batch(records, codec)
    if append:
        attributes = struct.unpack_from(">h", raw, 21)[0] | 8
        raw = with_crc(raw[:21] + struct.pack(">h", attributes) + raw[23:])
    theirs = MemoryRecords(raw).next_batch()

    assert read_batch("t", 3, raw) == [
        Message("t", 3, r.offset, r.timestamp, r.key, r.value, tuple(r.headers)) for r in theirs
    ]
    assert fetched(raw) == read_batch("t", 3, raw)


def test_a_header_name_that_is_not_utf8_is_read_with_a_replacement() -> None:
    good = batch([(5, b"k", b"v", [("name", b"x")]), (6, b"k", b"w", [])])
    bad = with_crc(good.replace(b"name", b"\xff\xfeme"))

    assert fetched(bad) == [
        Message("t", 3, 0, 5, b"k", b"v", (("��me", b"x"),)),
        Message("t", 3, 1, 6, b"k", b"w", ()),
    ]


def test_batches_behind_one_another_are_read_from_the_offset_asked_for() -> None:
    first = batch([(5, None, b"a", []), (6, None, b"b", [])])
    second = batch([(7, None, b"c", [("n\u00e4", None)])])
    second = struct.pack(">q", 2) + second[8:]
    cut = second[:-1]

    assert [m.value for m in fetched(first + second, offset=1)] == [b"b", b"c"]
    assert [m.value for m in fetched(first + cut)] == [b"a", b"b"]
    assert list(raw_batches(first + cut)) == [first]
