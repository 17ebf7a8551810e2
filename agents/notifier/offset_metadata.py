"""Which notices of a partition are not done, as Kafka keeps it: an offset, and text beside it.

A notice that waits for the morning must not hold back those after it, nor may they be sent again
when the process dies. So the committed offset is that of the first notice that is not done, and its
metadata say how far was read, and which before that are not done either: as numbers or as bits,
whichever is shorter.
"""

import base64
import zlib
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

AT_MOST: Final = 4_000  # characters; a broker takes 4,096 bytes (offset.metadata.max.bytes)
# What fits however it lies: so many bits, or so many numbers of at most five bytes each.
SPAN_AT_MOST: Final = 24_000
PENDING_AT_MOST: Final = 600

_NUMBERS: Final = "n"
_BITS: Final = "b"
_MORE: Final = 0x80  # the bit of a byte after which the number goes on


class Mark(Struct, frozen=True, kw_only=True):
    """Up to `position` (exclusive) everything was read, and is done but for `pending`."""

    position: int
    pending: frozenset[int] = frozenset()

    @property
    def begin(self) -> int:
        """The offset to commit: the first that is not done."""
        return min(self.pending, default=self.position)

    def is_done(self, offset: int) -> bool:
        """Whether what lies there needs nothing more."""
        return offset < self.position and offset not in self.pending


def text_of(mark: Mark) -> str:
    """A mark as the text beside its `begin`; nothing where nothing is pending."""
    if not mark.pending:
        return ""
    numbers = _NUMBERS + _packed(_as_numbers(mark))
    if mark.position - mark.begin > SPAN_AT_MOST:
        return numbers  # as bits, few that lie far apart would fill the memory
    return min(numbers, _BITS + _packed(_as_bits(mark)), key=len)


def mark_in(text: str | None, begin: int) -> Mark:
    """The mark that was committed; where its text is none of ours, the offset alone counts."""
    if not text or text[0] not in (_NUMBERS, _BITS):
        return Mark(position=begin)
    try:
        data = zlib.decompress(base64.b85decode(text[1:]))
    except (ValueError, zlib.error):
        return Mark(position=begin)
    read, *numbers = _numbers(data) if text[0] == _NUMBERS else _from_bits(data)
    return Mark(position=begin + read, pending=frozenset(begin + each for each in numbers))


def fits(pending: int, span: int) -> bool:
    """Whether so many that are not done, among so many, can be written down however they lie."""
    return pending <= PENDING_AT_MOST or span <= SPAN_AT_MOST


def _packed(data: bytes) -> str:
    return base64.b85encode(zlib.compress(data, 9)).decode()


def _as_numbers(mark: Mark) -> bytes:
    begin = mark.begin
    data = bytearray(_number(mark.position - begin))
    before = begin
    for offset in sorted(mark.pending):
        data += _number(offset - before)
        before = offset
    return bytes(data)


def _numbers(data: bytes) -> Iterator[int]:
    """How far was read, then each that is pending; all from the beginning."""
    read, *steps = _each_number(data)
    yield read
    reached = 0
    for step in steps:
        reached += step
        yield reached


def _as_bits(mark: Mark) -> bytes:
    """A bit an offset, and one more at the end, which says how far was read."""
    begin = mark.begin
    bits = bytearray((mark.position - begin) // 8 + 1)
    for offset in (*mark.pending, mark.position):
        bits[(offset - begin) // 8] |= 1 << (offset - begin) % 8
    return bytes(bits)


def _from_bits(data: bytes) -> Iterator[int]:
    bits = int.from_bytes(data, "little")
    read = bits.bit_length() - 1
    yield read
    yield from (place for place in range(read) if bits >> place & 1)


def _number(value: int) -> bytes:
    """Seven bits a byte; the last has no eighth."""
    data = bytearray()
    while value >= _MORE:
        data.append(value % _MORE | _MORE)
        value >>= 7
    data.append(value)
    return bytes(data)


def _each_number(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= byte % _MORE << shift
        shift += 7
        if byte < _MORE:
            yield value
            value = shift = 0
