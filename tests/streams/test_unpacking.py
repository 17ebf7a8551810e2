"""What a batch unpacks to is bounded, whatever it is packed with."""

import gzip
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import codec
from cramjam import lz4, snappy, zstd

from streams.topology import BATCH_AT_MOST, BATCH_RECORDS_AT_MOST, Message, Unread
from streams.transport.fetching import Fetched, Room, _Messages, _RawRecords
from streams.transport.records import HEAD, StillPacked, read_batch
from streams.transport.unpacking import TooMuch, unpacked
from tests.streams.test_records import BOTH, batch, with_crc

BOMB_BYTES = 50_000_000
GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4


def _gzip_bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(bytes(size)) + packer.flush()


def _xerial(*blocks: bytes) -> bytes:
    head = b"\x82SNAPPY\0" + struct.pack(">ii", 1, 1)
    return head + b"".join(struct.pack(">i", len(each)) + each for each in blocks)


def _snappy_java_bomb(size: int) -> bytes:
    return _xerial(*[bytes(snappy.compress_raw(bytes(1_000_000)))] * (size // 1_000_000))


BOMBS: dict[str, tuple[int, Callable[[int], bytes]]] = {
    "gzip": (GZIP, _gzip_bomb),
    "snappy": (SNAPPY, lambda size: bytes(snappy.compress_raw(bytes(size)))),
    "snappy-java": (SNAPPY, _snappy_java_bomb),
    "lz4": (LZ4, lambda size: bytes(lz4.compress(bytes(size)))),
    "zstd": (ZSTD, lambda size: bytes(zstd.compress(bytes(size)))),
}


def packed_batch(packed: bytes, number: int, count: int, base: int = 0, at: int = 5) -> bytes:
    """A batch whose head says that it holds so many records, packed by a codec."""
    length = HEAD.size + len(packed) - 12
    head = HEAD.pack(base, length, -1, 2, 0, number, count - 1, at, at + 9, -1, -1, -1, count)
    return with_crc(head + packed)


@pytest.mark.parametrize("name", BOMBS)
def test_a_batch_that_unpacks_to_too_much_is_an_unread_record_for_each_offset(name: str) -> None:
    number, bomb = BOMBS[name]
    raw = packed_batch(bomb(BATCH_AT_MOST + 1_000_000), number, 3, base=70)

    for compiled in BOTH:
        assert list(read_batch("t", 3, raw, 0, compiled)) == [
            Message("t", 3, offset, 5, None, None) for offset in (70, 71, 72)
        ]
        found = read_batch("t", 3, raw, 72, compiled)
        assert [type(each) for each in found] == [Unread]
        assert [each.offset for each in found] == [72]


def test_the_broker_s_time_holds_for_records_that_stay_packed() -> None:
    raw = packed_batch(_gzip_bomb(BATCH_AT_MOST + 1), GZIP | 8, 2)

    assert [each.timestamp for each in read_batch("t", 3, raw)] == [14, 14]


def test_a_batch_of_too_many_records_is_not_unpacked() -> None:
    smallest = bytes([6 << 1, 0, 0, 0, 1, 1, 0])  # neither key nor value nor header
    at_most, more = (
        packed_batch(gzip.compress(smallest * count), GZIP, count)
        for count in (BATCH_RECORDS_AT_MOST, BATCH_RECORDS_AT_MOST + 1)
    )

    assert type(read_batch("t", 3, at_most)[0]) is Message
    assert len(read_batch("t", 3, more)) == BATCH_RECORDS_AT_MOST + 1
    assert type(read_batch("t", 3, more)[BATCH_RECORDS_AT_MOST]) is Unread


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_just_as_long_as_may_be_is_unpacked(name: str) -> None:
    number, bomb = BOMBS[name]
    packed = bomb(2_000_000)

    assert unpacked(number, packed, 2_000_000) == bytes(2_000_000)
    with pytest.raises(TooMuch):
        unpacked(number, packed, 1_999_999)


def test_what_clients_pack_is_unpacked_as_by_aiokafka() -> None:
    text = b"one after another, " * 9_000
    for number, pack, theirs in (
        (GZIP, codec.gzip_encode, codec.gzip_decode),
        (SNAPPY, codec.snappy_encode, codec.snappy_decode),
        (LZ4, codec.lz4_encode, codec.lz4_decode),
        (ZSTD, codec.zstd_encode, codec.zstd_decode),
    ):
        packed = pack(text)
        assert unpacked(number, packed, BATCH_AT_MOST) == theirs(packed) == text


def test_several_members_of_gzip_are_one_behind_the_other_and_not_endless() -> None:
    one = gzip.compress(b"one ")

    assert unpacked(GZIP, one * 3 + bytes(8), 12) == b"one one one "
    with pytest.raises(TooMuch):
        unpacked(GZIP, one * 3, 11)
    with pytest.raises(TooMuch):
        unpacked(GZIP, gzip.compress(b"") * 40_000, 100)


@pytest.mark.parametrize("number", [GZIP, SNAPPY, LZ4, ZSTD, 5, 7])
def test_what_no_codec_wrote_is_a_broken_batch(number: int) -> None:
    for packed in (b"\x01\x02\x03\x04", _xerial(b"ab")[:-1], _gzip_bomb(9)[:-4]):
        with pytest.raises(ValueError, match=r"codec|broken"):
            unpacked(number, packed, BATCH_AT_MOST)


def test_the_largest_bombs_cost_no_more_memory_than_a_batch_may_have(tmp_path: Path) -> None:
    """In a process of its own: 50 MB each would be seen, 8 MB and what the codecs need are not."""
    for name, (number, bomb) in BOMBS.items():
        (tmp_path / name).write_bytes(packed_batch(bomb(BOMB_BYTES), number, 1))
    code = """
import resource, sys
from pathlib import Path
from streams.topology import Unread
from streams.transport.records import read_batch
raws = [Path(name).read_bytes() for name in sys.argv[1:]]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for raw in raws:
    assert [type(each) for each in read_batch("t", 0, raw)] == [Unread]
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    files = [str(tmp_path / name) for name in BOMBS]
    done = subprocess.run(
        [sys.executable, "-c", code, *files], capture_output=True, text=True, check=True
    )

    assert int(done.stdout) < 40_000  # kB


def test_records_that_stay_packed_are_as_a_list_of_them_would_be() -> None:
    found = StillPacked("t", 3, range(10, 14), 7)
    part = found[1:3]

    assert len(found) == 4
    assert [each.offset for each in found] == [10, 11, 12, 13]
    assert [each.offset for each in part] == [11, 12] == [part.offset(0), part.offset(1)]
    assert found[-1].offset == 13
    assert (found.timestamp(2), found.largest_timestamp()) == (7, 7)
    assert found.values() == [None] * 4
    assert [found.until(1, 3, latest) for latest in (6, 7)] == [1, 3]
    assert found.misplaced(0, 12) == []
    assert found.size_bytes == found[:1].size_bytes + found[1:].size_bytes


class _Assignment:
    """A partition that is assigned, and where it is read up to."""

    active = True
    paused = False

    def __init__(self) -> None:
        self.position = 0

    def state_value(self, _: object) -> "_Assignment":
        return self

    def consumed_to(self, position: int) -> None:
        self.position = position


def _fetched(raws: list[bytes], room: Room) -> tuple[Fetched, _Assignment]:
    data = b"".join(
        struct.pack(">q", base) + raw[8:] for base, raw in zip((0, 1, 2, 3), raws, strict=False)
    )
    assignment = _Assignment()
    messages = _Messages(("t", 3), _RawRecords(data), [], 0, None, None, True, 1)
    result = Fetched(("t", 3), assignment=assignment, partition_records=messages, backoff=0)
    result.room = room
    return result, assignment


def test_a_fetch_is_given_out_as_far_as_there_is_room_and_the_rest_is_kept() -> None:
    small, bomb = batch([(5, b"k", b"v" * 500, [])], ZSTD), BOMBS["zstd"][1](BATCH_AT_MOST + 1)
    room = Room()
    result, assignment = _fetched([small, packed_batch(bomb, ZSTD, 1), small, small], room)

    assert result.getall() == []
    room.left = 1
    assert [[each.offset for each in records] for records in result.getall()] == [[0]]
    assert (assignment.position, result.has_more()) == (1, True)
    room.left = BATCH_AT_MOST  # which the bomb takes whole: it was unpacked so far
    assert [[type(each) for each in records] for records in result.getall()] == [[Unread]]
    assert (assignment.position, room.left) == (2, 0)
    room.left = BATCH_AT_MOST
    assert [[each.offset for each in records] for records in result.getall()] == [[2], [3]]
    assert (assignment.position, result.has_more()) == (4, False)
    assert result.getall() == []
