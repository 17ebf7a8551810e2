"""Kafka's record batches (format 2) byte by byte: for what aiokafka's own reader stumbles over.

A header's name is UTF-8 by Kafka's documentation, but no broker checks it, and aiokafka raises on
one that is not, at every try. Here such a name is read with U+FFFD in place of what is wrong.

aiokafka unpacks whatever a batch holds; here one that holds too much stays packed, and its records
are known by their offsets alone.
"""

import struct
from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple, overload

from streams.compiled import native
from streams.topology import (
    BATCH_AT_MOST,
    BATCH_RECORDS_AT_MOST,
    Listed,
    Message,
    Records,
    Unread,
)
from streams.transport.unpacking import TooMuch, unpacked

HEAD = struct.Struct(">qiibIhiqqqhii")
"""Base offset, length, leader epoch, magic, CRC, attributes, last offset delta, first and largest
timestamp, producer id and epoch, first sequence, count."""
_LENGTH_ENDS = 12
"""The length counts from here."""
_CODEC_BITS, _APPEND_TIME_BIT = 7, 8


def raw_batches(data: bytes) -> Iterator[bytes]:
    """The bytes of each whole batch; a last one that was cut off is left out, as by the reader."""
    at = 0
    while at + HEAD.size <= len(data):
        length = int.from_bytes(data[at + 8 : at + _LENGTH_ENDS], "big")
        end = at + _LENGTH_ENDS + length
        if end > len(data):
            return
        yield data[at:end]
        at = end


def read_batch(
    topic: str,
    partition: int,
    raw: bytes,
    wanted_from: int = 0,
    compiled: ModuleType | None = native,
) -> Records:
    """The records, from an offset on, of a batch whose CRC was found right.

    Of a compressed one that holds too much each is `Unread`: all offsets that its head names.

    Raises:
        ValueError: they are not as the batch says.
    """
    (base, _, _, _, _, attributes, last, first_at, largest_at, *_, count) = HEAD.unpack_from(raw)
    body, begin = raw, HEAD.size
    append_at = largest_at if attributes & _APPEND_TIME_BIT else -1
    if attributes & _CODEC_BITS:
        inside = _unpacked(raw, attributes & _CODEC_BITS, count)
        if inside is None:
            at = first_at if append_at < 0 else append_at
            offsets = range(max(base, wanted_from), base + last + 1)
            return StillPacked(topic, partition, offsets, at)
        body, begin = inside, 0
    if compiled is not None:
        found: Records = compiled.read_records(
            topic, partition, bytes(body), begin, base, first_at, append_at, count, wanted_from
        )
        return found
    reader = _Reader(body[begin:])
    try:
        fields = [reader.record() for _ in range(count)]
    except IndexError:
        raise ValueError("a broken record batch") from None
    return Listed(
        [
            Message(
                topic,
                partition,
                base + each.offset,
                first_at + each.at if append_at < 0 else append_at,
                each.key,
                each.value,
                each.headers,
            )
            for each in fields
            if base + each.offset >= wanted_from
        ]
    )


def _unpacked(raw: bytes, codec: int, count: int) -> bytes | None:
    """What is packed in a batch; None where that is too much."""
    if count > BATCH_RECORDS_AT_MOST:
        return None
    try:
        return unpacked(codec, raw[HEAD.size :], BATCH_AT_MOST)
    except TooMuch:
        return None


class StillPacked:
    """`Records` of a batch that is not unpacked: an `Unread` for each offset, once it is asked for.

    It may be millions, for a few bytes; so `size_bytes` is one for each.
    """

    def __init__(self, topic: str, partition: int, offsets: range, at: int) -> None:
        """`at`: the timestamp that stands for all of theirs (ms)."""
        self.topic, self.partition = topic, partition
        self._offsets = offsets
        self._at = at

    @property
    def size_bytes(self) -> int:
        """Hardly anything."""
        return len(self._offsets)

    def __len__(self) -> int:
        return len(self._offsets)

    def __iter__(self) -> Iterator[Message]:
        return (self._message(offset) for offset in self._offsets)

    @overload
    def __getitem__(self, place: int, /) -> Message: ...

    @overload
    def __getitem__(self, place: slice, /) -> Records: ...

    def __getitem__(self, place: int | slice, /) -> Message | Records:
        if isinstance(place, slice):
            return StillPacked(self.topic, self.partition, self._offsets[place], self._at)
        return self._message(self._offsets[place])

    def _message(self, offset: int) -> Message:
        return Unread(self.topic, self.partition, offset, self._at, None, None)

    def offset(self, place: int, /) -> int:
        """The offset of one of them."""
        return self._offsets[place]

    def timestamp(self, place: int, /) -> int:
        """The same for all."""
        del place
        return self._at

    def largest_timestamp(self) -> int:
        """The same for all."""
        return self._at

    def values(self) -> list[bytes | None]:
        """None is known."""
        return [None] * len(self._offsets)

    def until(self, begin: int, end: int, latest: int, /) -> int:
        """All of them or none: they have one time."""
        return begin if begin < end and self._at > latest else end

    def misplaced(self, number: int, partitions: int) -> list[int]:
        """None: without its key a record may lie anywhere."""
        del number, partitions
        return []


class _Fields(NamedTuple):
    """A record as it lies there: offset and timestamp are what it has more than the first one."""

    at: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


class _Reader:
    """Reads on from `at`."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.at = 0

    def number(self) -> int:
        """A zigzag number of variable length."""
        found, shift = 0, 0
        while True:
            byte = self._body[self.at]
            self.at += 1
            found |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - no byte follows
                return (found >> 1) ^ -(found & 1)
            shift += 7

    def record(self) -> _Fields:
        """The next record; raises IndexError where the body ends before it."""
        size = self.number()
        end = self.at + size
        if size <= 0 or end > len(self._body):
            raise IndexError
        self.at += 1  # a record's attributes: unused
        found = _Fields(
            self.number(),
            self.number(),
            self.octets(),
            self.octets(),
            tuple(self.header() for _ in range(self.number())),
        )
        if self.at > end:
            raise IndexError
        self.at = end
        return found

    def octets(self) -> bytes | None:
        """Bytes behind their length; a length of -1 is null."""
        length = self.number()
        if length < 0:
            return None
        begin, self.at = self.at, self.at + length
        return bytes(self._body[begin : self.at])

    def header(self) -> tuple[str, bytes | None]:
        """A name and its value."""
        name = self.octets() or b""
        return name.decode("utf-8", "replace"), self.octets()
