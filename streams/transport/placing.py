"""In which partition a key belongs: where murmur2 places it, as our producers and Java's do.

The broker does not look: other clients place keys by something else, unless they are told
(docs/producers.md has them).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from aiokafka.partitioner import murmur2

from streams.compiled import native
from streams.topology import Records

_KEYS_KNOWN = 10_000  # a key comes again soon, or not for long
_KEY_AT_MOST = 200  # bytes of one that is kept; no id is so long

_compiled: Callable[[bytes, int], int] | None = getattr(native, "partition_of", None)


def in_python(key: bytes, partitions: int) -> int:
    """The same without the part in C; 10 microseconds for a key that is not known yet."""
    return (_known if len(key) <= _KEY_AT_MOST else _placed)(key, partitions)


def _placed(key: bytes, partitions: int) -> int:
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


_known = lru_cache(_KEYS_KNOWN)(_placed)


partition_of: Callable[[bytes, int], int] = _compiled or in_python
"""The partition of a key among so many."""


def misplaced(records: Records, number: int, partitions: int) -> Sequence[int]:
    """The places of records that lie in partition `number`, and whose keys belong into another.

    A record without a key may lie anywhere.
    """
    compiled: Callable[[int, int], Sequence[int]] | None = getattr(records, "misplaced", None)
    if compiled is not None:
        return compiled(number, partitions)
    return [
        place
        for place, message in enumerate(records)
        if message.key is not None and partition_of(message.key, partitions) != number
    ]
