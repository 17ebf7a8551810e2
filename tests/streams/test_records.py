"""Record batches: read as aiokafka reads them, and also what it stumbles over."""

import struct
import subprocess
import sys
from typing import Any

import pytest
from aiokafka.record._crc32c import crc as crc32c
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as some

from streams.compiled import native
from streams.topology import Message
from streams.transport.fetching import _Messages, _RawRecords
from streams.transport.records import HEAD, raw_batches, read_batch

BOTH = [None] if native is None else [None, native]
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

    expected = [
        Message("t", 3, r.offset, r.timestamp, r.key, r.value, tuple(r.headers)) for r in theirs
    ]
    for compiled in BOTH:
        assert list(read_batch("t", 3, raw, 0, compiled)) == expected
        assert list(read_batch("t", 3, raw, 2, compiled)) == expected[2:]
    assert fetched(raw) == expected


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


@given(RECORDS, some.data())
def test_the_compiled_records_are_those_of_a_list(
    records: list[Any], data: some.DataObject
) -> None:
    raw = batch(records)
    listed = read_batch("t", 3, raw, 0, None)
    compiled = read_batch("t", 3, raw)
    begin = data.draw(some.integers(0, len(records) - 1))
    end = data.draw(some.integers(begin + 1, len(records)))
    latest = data.draw(some.sampled_from([-1, *(each[0] for each in records)]))
    for one, other in ((listed, compiled), (listed[begin:end], compiled[begin:end])):
        assert list(one) == list(other)
        assert [one[n] for n in range(-1, len(one))] == [other[n] for n in range(-1, len(one))]
        assert (one.topic, one.partition, one.size_bytes) == ("t", 3, other.size_bytes)
        assert len(one) == len(other)
        assert one.values() == other.values()
        assert one.largest_timestamp() == other.largest_timestamp()
        assert [one.offset(n) for n in range(len(one))] == [
            other.offset(n) for n in range(len(one))
        ]
        assert [one.timestamp(n) for n in range(len(one))] == [m.timestamp for m in other]
    assert listed.until(begin, end, latest) == compiled.until(begin, end, latest)


@given(RECORDS, some.data())
def test_a_broken_batch_is_refused_or_read_but_never_past_its_end(
    records: list[Any], data: some.DataObject
) -> None:
    raw = bytearray(batch(records))
    for _ in range(data.draw(some.integers(1, 3))):
        raw[data.draw(some.integers(HEAD.size, len(raw) - 1))] = data.draw(some.integers(0, 255))
    cut = bytes(raw[: data.draw(some.integers(HEAD.size, len(raw)))])
    found = []
    for compiled in BOTH:
        try:
            found.append(list(read_batch("t", 3, cut, 0, compiled)))
        except ValueError:
            found.append([])

    assert found[0] == found[-1]


@pytest.mark.skipif(native is None, reason="the compiled part is not built")
def test_a_part_that_the_collector_finds_in_a_cycle_frees_nothing_of_the_whole() -> None:
    """In a process of its own: where it does, that process is aborted."""
    code = """
import gc, sys
from streams.compiled import native
from streams.transport.records import read_batch
raw = bytes.fromhex(sys.argv[1])
for _ in range(100):
    whole = read_batch("t", 3, raw, 0, native)
    cycle = [whole[1:3], whole[2:]]
    cycle.append(cycle)
    del cycle
    gc.collect()
    assert [each.value for each in whole] == [b"a", b"b", b"c"]
"""
    raw = batch([(at, None, value, []) for at, value in enumerate((b"a", b"b", b"c"))])
    done = subprocess.run(
        [sys.executable, "-c", code, raw.hex()], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
