"""How many requests a customer may still make, and the moments at which that changes by itself.

A place is free at an instant if a request at it would not be throttled (`throttle.passes`), the
other free ones before it; so the moments are exact to the millisecond, whatever fades.
"""

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

from agents.core.calendar import DAY_MS
from agents.core.customers.state import Entry
from agents.core.customers.throttle import (
    Limits,
    gone_at,
    in_last_day,
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
    """How many requests at an instant would pass, one after the other.

    Each takes a place in the spans that end then, and in those that end with a later entry.
    """
    rooms = [_window_room(entries, at, limits), _day_room(entries, at, limits)]
    for later in {each.occurred_at for each in entries if each.occurred_at > at}:
        if later < at + limits.window_ms:
            rooms.append(_window_room(entries, later, limits))
        if later < at + min(DAY_MS, limits.window_ms):
            rooms.append(_day_room(entries, later, limits))
    return max(0, min(rooms))


def _window_room(entries: Sequence[Entry], at: int, limits: Limits) -> int:
    """How many more whole entries the window that ends at an instant holds.

    Counted off by hand only where the floating point could be wrong: a policy may say millions.
    """
    weight, limit = used(entries, at, limits.throttle), limits.of_window(at)
    room = math.floor(limit - weight)
    while weight + room > limit:
        room -= 1
    while weight + room + 1 <= limit:
        room += 1
    return room


def _day_room(entries: Sequence[Entry], at: int, limits: Limits) -> int:
    return limits.of_day(at) - in_last_day(entries, at)


def _steps(entries: Sequence[Entry], at: int, limits: Limits) -> Iterator[tuple[int, int]]:
    """Each instant from `at` on at which the number of free ones changes, with that number.

    Between two turning points the weight only falls, so the number only rises.
    """
    entries = [each for each in entries if counts_until(each, limits.throttle) > at]
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
    """The first instant after `low` at which more than `free` are; at `high` there are.

    It is looked for from where the fading should have come to, which is a millisecond off at most:
    halving alone would ask thirty times.
    """
    probe, step = _faded_to(entries, low, high, limits, free), 1
    while high - low > 1:
        middle = probe if low < probe < high else (low + high) // 2
        if free_at(entries, middle, limits) > free:
            high, probe = middle, middle - step
        else:
            low, probe = middle, middle + step
        step *= 2
    return high


def _faded_to(entries: Sequence[Entry], low: int, high: int, limits: Limits, free: int) -> int:
    """About when one more than `free` has room between two instants: what fades does so alike."""
    throttle = limits.throttle
    half_life = throttle.fade.half_life_days * DAY_MS
    first, last = used(entries, low, throttle), used(entries, high, throttle)
    lost = -math.expm1(-(high - low) / half_life * math.log(2))
    fading = (first - last) / lost
    left = limits.of_window(low) - free - 1 - (first - fading)
    if not 0 < left < fading:
        return low
    return low + round(half_life * math.log2(fading / left))


def counts_until(entry: Entry, throttle: Throttle) -> int:
    """From when on an entry takes nothing, as it is now (ms)."""
    if entry.weight <= 0:
        return entry.occurred_at
    if entry.outcome in _FADING:
        return max(gone_at(entry.occurred_at, throttle), entry.occurred_at + DAY_MS)
    return entry.occurred_at + max(throttle.window_days * DAY_MS, DAY_MS)
