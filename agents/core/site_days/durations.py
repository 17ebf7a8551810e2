"""How long something took, as counts in fixed buckets that grow by a constant ratio.

A quantile read from them is within 1 % of the true one, and what two records count is added bucket
by bucket. The mapping is that of DDSketch (Masson, Rim and Lee, "DDSketch: A Fast and
Fully-Mergeable Quantile Sketch with Relative-Error Guarantees", VLDB 2019): bucket i holds what is
above g^(i-1) and at most g^i, with g = (1 + 0.01) / (1 - 0.01). Its bounds are whole milliseconds,
worked out in integers: so they are the same on every machine, which a logarithm is not.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Final

from agents.core.calendar import DAY_MS

NUMERATOR: Final = 101
DENOMINATOR: Final = 99
"""Of the ratio of two bounds: 1.01 / 0.99."""
LONGEST_MS: Final = 61 * DAY_MS
"""What takes longer counts in the last bucket."""


def _bounds() -> Iterator[int]:
    above, below = 1, 1
    while True:
        yield above // below
        above, below = above * NUMERATOR, below * DENOMINATOR


_BOUNDS: Final = (*takewhile(lambda bound: bound < LONGEST_MS, _bounds()), LONGEST_MS)
LAST_BUCKET: Final = len(_BOUNDS) - 1


def bucket_of(duration_ms: int) -> int:
    """The bucket that a duration counts in, from 0; at most 1 ms is 0."""
    return min(bisect_left(_BOUNDS, duration_ms), LAST_BUCKET)


def duration_of(bucket: int) -> float:
    """The duration (ms) that stands for all of a bucket: at most 1 % from each."""
    ratio = NUMERATOR / DENOMINATOR
    return float(2 * ratio**bucket / (ratio + 1))


def quantile(buckets: Mapping[int, int], share: float) -> float | None:
    """The duration (ms) that so large a share (0 to 1) stays at or below; None of no counts."""
    whole = sum(buckets.values())
    if not whole:
        return None
    rank = share * (whole - 1)
    seen = 0
    last = 0
    for last in sorted(buckets):
        seen += buckets[last]
        if seen > rank:
            break
    return duration_of(last)
