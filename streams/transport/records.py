"""Kafka's record batches (format 2) byte by byte: for what aiokafka's own reader stumbles over.

A header's name is UTF-8 by Kafka's documentation, but no broker checks it, and aiokafka raises on
one that is not, at every try. Here such a name is read with U+FFFD in place of what is wrong.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import NamedTuple

from aiokafka import codec

from streams.compiled import native
from streams.topology import Listed, Message, Records

HEAD = struct.Struct(">qiibIhiqqqhii")
"""Base offset, length, leader epoch, magic, CRC, attributes, last offset delta, first and largest
timestamp, producer id and epoch, first sequence, count."""
_LENGTH_ENDS = 12
"""The length counts from here."""
_CODEC_BITS, _APPEND_TIME_BIT = 7, 8
_DECOMPRESS: Mapping[int, Callable[[bytes], bytes]] = {
    1: codec.gzip_decode,
    2: codec.snappy_decode,
    3: codec.lz4_decode,
    4: codec.zstd_decode,
}


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

    Raises:
        ValueError: they are not as the batch says.
    """
    (base, _, _, _, _, attributes, _, first_at, largest_at, *_, count) = HEAD.unpack_from(raw)
    body, begin = raw, HEAD.size
    if attributes & _CODEC_BITS:
        body, begin = _DECOMPRESS[attributes & _CODEC_BITS](raw[HEAD.size :]), 0
    append_at = largest_at if attributes & _APPEND_TIME_BIT else -1
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
