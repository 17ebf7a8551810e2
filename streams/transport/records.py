"""Kafka's record batches (format 2) byte by byte: for what aiokafka's own reader stumbles over.

A header's name is UTF-8 by Kafka's documentation, but no broker checks it, and aiokafka raises on
one that is not, at every try. Here such a name is read with U+FFFD in place of what is wrong.
"""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import overload

from aiokafka import codec

from streams.topology import Message, Records

RECORD_OVERHEAD_BYTES = 200
"""What a record costs beside its key and value; a bound for back pressure needs no more."""

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


class Listed:
    """`Records` made of messages that are there already."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages

    @property
    def topic(self) -> str:
        """Where they come from."""
        return self._messages[0].topic

    @property
    def partition(self) -> int:
        """The partition of that topic."""
        return self._messages[0].partition

    @property
    def size_bytes(self) -> int:
        """Roughly what they hold in memory."""
        return sum(
            len(each.key or b"") + len(each.value or b"") + RECORD_OVERHEAD_BYTES
            for each in self._messages
        )

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages)

    @overload
    def __getitem__(self, place: int, /) -> Message: ...

    @overload
    def __getitem__(self, place: slice, /) -> Records: ...

    def __getitem__(self, place: int | slice, /) -> Message | Records:
        if isinstance(place, slice):
            return Listed(self._messages[place])
        return self._messages[place]

    def offset(self, place: int, /) -> int:
        """The offset of one of them."""
        return self._messages[place].offset

    def timestamp(self, place: int, /) -> int:
        """Kafka's timestamp of one of them."""
        return self._messages[place].timestamp

    def largest_timestamp(self) -> int:
        """The largest of all."""
        return max(each.timestamp for each in self._messages)

    def values(self) -> list[bytes | None]:
        """What they hold."""
        return [each.value for each in self._messages]

    def until(self, begin: int, end: int, latest: int, /) -> int:
        """The first place from `begin` on that is later than `latest`; `end` if none before is."""
        for place in range(begin, end):
            if self._messages[place].timestamp > latest:
                return place
        return end


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


def read_batch(topic: str, partition: int, raw: bytes) -> list[Message]:
    """All records of a batch whose CRC was found right."""
    (base, _, _, _, _, attributes, _, first_at, largest_at, *_, count) = HEAD.unpack_from(raw)
    body = raw[HEAD.size :]
    if attributes & _CODEC_BITS:
        body = _DECOMPRESS[attributes & _CODEC_BITS](body)
    reader = _Reader(body)
    messages = []
    for _ in range(count):
        end = reader.number() + reader.at
        reader.at += 1  # a record's attributes: unused
        timestamp, offset = first_at + reader.number(), base + reader.number()
        if attributes & _APPEND_TIME_BIT:
            timestamp = largest_at
        key, value = reader.octets(), reader.octets()
        headers = tuple(reader.header() for _ in range(reader.number()))
        messages.append(Message(topic, partition, offset, timestamp, key, value, headers))
        reader.at = end
    return messages


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
