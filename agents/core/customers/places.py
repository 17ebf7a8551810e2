"""How many requests a customer may still make, and the moments at which that changes by itself.

A place is free at an instant if a request at it would not be throttled (`throttle.passes`), the
other free ones before it; so the moments are exact to the millisecond, whatever fades.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from agents.core.calendar import DAY_MS
from agents.core.customers.state import Entry
from agents.core.customers.throttle import (
    Limits,
    gone_at,
    in_last_day,
    passes,
    turning_points,
    used,
)
from agents.core.policy_numbers import Throttle
from schemas.records import OutcomeName

_FADING = (OutcomeName.UNFOUNDED, OutcomeName.ABUSIVE)


class Places(Struct, frozen=True, kw_only=True):
    """How many are free from a moment on; `changes`: from when on how many, if nothing is asked."""

    free: int
    changes: tuple[tuple[int, int], ...]

    def free_from(self) -> int | None:
        """From when on one is free again where none is (ms); None: not as far as one can see."""
        return next((at for at, free in self.changes if free), None)


def places_at(entries: Sequence[Entry], at: int, limits: Limits) -> Places:
    """The places of a customer with these entries from an instant on."""
    first, *later = _steps(entries, at, limits)
    return Places(free=first[1], changes=tuple(later))


def free_at(entries: Sequence[Entry], at: int, limits: Limits) -> int:
    """How many requests at an instant would pass, one after the other."""
    if any(each.occurred_at > at for each in entries):
        return _passing_one_by_one(entries, at, limits)
    weight, limit = used(entries, at, limits.throttle), limits.of_window(at)
    most = limits.of_day(at) - in_last_day(entries, at)
    free = 0
    while free < most and weight + free + 1 <= limit:
        free += 1
    return free


def _passing_one_by_one(entries: Sequence[Entry], at: int, limits: Limits) -> int:
    """The same where an entry lies after the instant, so that its limits are touched, too."""
    asked, free = list(entries), 0
    while passes(asked, at, limits):
        free += 1
        asked.append(
            Entry(escalation_id="", disagreement_id="", occurred_at=at, weight=1.0, asked=True)
        )
    return free


def _steps(entries: Sequence[Entry], at: int, limits: Limits) -> Iterator[tuple[int, int]]:
    """Each instant from `at` on at which the number of free ones changes, with that number.

    Between two turning points the weight only falls, so the number only rises.
    """
    before: int | None = None
    points = turning_points(entries, at, limits)
    for begin, end in zip(points, [*points[1:], None], strict=True):
        free = free_at(entries, begin, limits)
        if free != before:
            yield begin, free
        before = free
        last = free if end is None else free_at(entries, end - 1, limits)
        place = begin
        while end is not None and before < last:
            place = _rises_at(entries, place, end - 1, limits, before)
            before = free_at(entries, place, limits)
            yield place, before


def _rises_at(entries: Sequence[Entry], low: int, high: int, limits: Limits, free: int) -> int:
    """The first instant after `low` at which more than `free` are; at `high` there are."""
    while high - low > 1:
        middle = (low + high) // 2
        if free_at(entries, middle, limits) > free:
            high = middle
        else:
            low = middle
    return high


def counts_until(entry: Entry, throttle: Throttle) -> int:
    """From when on an entry takes nothing, as it is now (ms)."""
    if entry.weight <= 0:
        return entry.occurred_at
    if entry.outcome in _FADING:
        return max(gone_at(entry.occurred_at, throttle), entry.occurred_at + DAY_MS)
    return entry.occurred_at + max(throttle.window_days * DAY_MS, DAY_MS)
