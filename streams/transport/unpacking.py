"""Kafka's compressed batches, unpacked into so many bytes and no more.

A broker's limit is on what is packed: 9 kB of zstd may be 300 MB. So each codec here writes into
room that is measured before, or says before how much it needs; what does not fit is given up, and
costs no more than the room.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from types import ModuleType

from cramjam import DecompressionError, lz4, snappy, zstd

_LEAST_ROOM = 65_536
_RATIO = 8
"""What a batch is first given room for, by its packed length: most need no more."""
_NO_ROOM = "failed to write whole buffer"
"""What cramjam says where its output ends before what it writes."""
_GZIP = 16 + zlib.MAX_WBITS
_MOST_MEMBERS = 100
"""Of one gzip: a client writes one, and each costs a copy of what is behind it."""
_XERIAL = b"\x82SNAPPY\0"
"""How the framing of snappy-java begins: blocks, each behind its length."""
_XERIAL_HEAD = 16
_LENGTH = struct.Struct(">i")


class TooMuch(Exception):  # noqa: N818 - it says what the batch is
    """It unpacks to more than may be."""


def unpacked(codec: int, packed: bytes, at_most: int) -> bytes:
    """What a batch holds, by the number of its codec (1 gzip, 2 snappy, 3 lz4, 4 zstd).

    Raises:
        TooMuch: that is more than `at_most` bytes; no more room than that was taken.
        ValueError: it is not what the codec writes.
    """
    unpack = _UNPACK.get(codec)
    if unpack is None:
        raise ValueError(f"no codec has the number {codec}")
    try:
        return unpack(packed, at_most)
    except (DecompressionError, zlib.error, struct.error) as error:
        raise ValueError(f"a broken record batch: {error}") from error


def _gzip(packed: bytes, at_most: int) -> bytes:
    """All members that lie behind one another, as Java's reader takes them."""
    found: list[bytes] = []
    room = at_most
    while packed:
        if len(found) == _MOST_MEMBERS:
            raise TooMuch
        member = zlib.decompressobj(_GZIP)
        part = member.decompress(packed, room + 1)
        if len(part) > room:
            raise TooMuch
        if not member.eof:
            raise ValueError("a broken record batch: its gzip has no end")
        room -= len(part)
        found.append(part)
        packed = member.unused_data.lstrip(b"\0")  # of padding
    return b"".join(found)


def _snappy(packed: bytes, at_most: int) -> bytes:
    if not packed.startswith(_XERIAL) or len(packed) <= _XERIAL_HEAD:
        return _snappy_block(packed, at_most)
    found: list[bytes] = []
    at = _XERIAL_HEAD
    while at < len(packed):
        (length,) = _LENGTH.unpack_from(packed, at)
        at += _LENGTH.size
        if not 0 <= length <= len(packed) - at:
            raise ValueError("a broken record batch: a block of its snappy has no such length")
        found.append(_snappy_block(packed[at : at + length], at_most))
        at_most -= len(found[-1])
        at += length
    return b"".join(found)


def _snappy_block(packed: bytes, at_most: int) -> bytes:
    if snappy.decompress_raw_len(packed) > at_most:  # the block begins with it
        raise TooMuch
    return bytes(snappy.decompress_raw(packed))


def _into_room(codec: ModuleType) -> Callable[[bytes, int], bytes]:
    """Unpacks by a codec that does not say before how much it will be."""

    def unpack(packed: bytes, at_most: int) -> bytes:
        size = min(at_most, max(_LEAST_ROOM, _RATIO * len(packed)))
        while True:
            room = bytearray(size)
            try:
                length = codec.decompress_into(packed, room)
            except DecompressionError as error:
                if _NO_ROOM not in str(error):
                    raise
                if size == at_most:
                    raise TooMuch from error
                size = min(at_most, 4 * size)
            else:
                return bytes(memoryview(room)[:length])

    return unpack


_UNPACK: Mapping[int, Callable[[bytes, int], bytes]] = {
    1: _gzip,
    2: _snappy,
    3: _into_room(lz4),
    4: _into_room(zstd),
}
