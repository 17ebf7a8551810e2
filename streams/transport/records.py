"""Kafka's record batches (format 2) byte by byte: for what aiokafka's own reader stumbles over.

A header's name is UTF-8 by Kafka's documentation, but no broker checks it, and aiokafka raises on
one that is not, at every try. Here such a name is read with U+FFFD in place of what is wrong.
"""

import struct
from collections.abc import Callable, Iterator, Mapping

from aiokafka import codec

from streams.topology import Message

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
