"""The difference between two arms, and what it may be: intervals that hold at every look.

An ordinary interval is for one look. Who looks each day, and stops at the first one without 0,
finds far too often that arms differ which do not. An interval of `always` holds at all looks
together: an asymptotic confidence sequence with Robbins's normal mixture (Waudby-Smith, Arbour,
Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences",
arXiv 2103.06476).
"""

from collections.abc import Iterable
from math import log, sqrt
from statistics import NormalDist

from msgspec import Struct

from agents.operations.effect.moments import Moments

ENOUGH_CUSTOMERS = 10
"""In each arm of a site: with fewer it says nothing, and does not count."""
POWER = 0.8
"""How often a true difference of the size looked for is to be seen by then."""


class Pair(Struct, frozen=True, kw_only=True):
    """The two arms of a site while the same share of its customers was inside."""

    inside: Moments
    outside: Moments

    @property
    def counts(self) -> bool:
        """Whether there is enough to compare."""
        return all(
            arm.customers >= ENOUGH_CUSTOMERS and arm.x > 0 for arm in (self.inside, self.outside)
        )

    @property
    def weight(self) -> float:
        """How much it says: that of Mantel and Haenszel."""
        return self.inside.x * self.outside.x / (self.inside.x + self.outside.x)


class Difference(Struct, frozen=True, kw_only=True):
    """Inside less outside, its variance, and from how much of x it is (both arms)."""

    value: float
    variance: float
    x: int


class Interval(Struct, frozen=True, kw_only=True):
    """What a difference may be."""

    low: float
    high: float


def difference_of(pairs: Iterable[Pair]) -> Difference | None:
    """The difference within the pairs, each with its weight; None: no pair has enough.

    Sites are compared with themselves, never with each other: a site that is better and has more
    customers inside makes no difference.
    """
    known = [pair for pair in pairs if pair.counts]
    whole = sum(pair.weight for pair in known)
    if not known:
        return None
    value = variance = 0.0
    for pair in known:
        part = pair.weight / whole
        value += part * (pair.inside.share - pair.outside.share)
        variance += part**2 * (pair.inside.variance + pair.outside.variance)
    return Difference(
        value=value, variance=variance, x=sum(pair.inside.x + pair.outside.x for pair in known)
    )


def always(difference: Difference, *, worthwhile: float, error: float) -> Interval:
    """The interval that holds at every look, but with a chance of `error` over all of them.

    It is about the narrowest when it is about as wide as a difference that is `worthwhile`, which
    is to be named before the first look.
    """
    reach = _reach(difference.variance, worthwhile, error)
    return Interval(low=difference.value - reach, high=difference.value + reach)


def _reach(variance: float, worthwhile: float, error: float) -> float:
    scale = worthwhile**2
    if variance <= 0:
        return 0.0
    looked = log((variance + scale) / variance) - 2 * log(error)
    return sqrt(variance * (variance + scale) / scale * looked)


def once(difference: Difference, *, error: float) -> Interval:
    """The interval for who looks once, on a day that was fixed before."""
    reach = NormalDist().inv_cdf(1 - error / 2) * sqrt(difference.variance)
    return Interval(low=difference.value - reach, high=difference.value + reach)


def variance_to_see(worthwhile: float, error: float) -> float:
    """How small the variance must be for a worthwhile difference to show, with POWER."""
    beyond = NormalDist().inv_cdf(POWER)
    low, high = 0.0, worthwhile**2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _reach(middle, worthwhile, error) + beyond * sqrt(middle) <= worthwhile:
            low = middle
        else:
            high = middle
    return low


_HALVINGS = 60


def still_missing(difference: Difference, *, worthwhile: float, error: float) -> int:
    """How much more of x, arms as they are, until a worthwhile difference would be seen."""
    wanted = variance_to_see(worthwhile, error)
    return max(0, round(difference.x * (difference.variance / wanted - 1)))
