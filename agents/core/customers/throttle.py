"""The throttle: how many escalations a customer may ask for, on event time.

An entry counts whole while it is younger than the window; UNFOUNDED and ABUSIVE ones then fade. The
limit is asked at the time of a finding and at every entry after it that the finding would touch, so
it holds in any order of arrival; each time with the vehicles that the customer had in service then.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from agents.core.calendar import DAY_MS
from agents.core.customers.state import Entry
from agents.core.customers.stays import Stay, VehicleCount
from agents.core.policy_numbers import Throttle, Weights
from schemas.records import Outcome, OutcomeName, OutcomeStatus, WithdrawnBy

_FADING = (OutcomeName.UNFOUNDED, OutcomeName.ABUSIVE)


def weight_of(outcome: Outcome, before: Entry, weights: Weights) -> float:
    """What an entry weighs after an outcome: what the customer took back, no more than that."""
    weight = _weight(outcome, before, weights)
    return min(weight, weights.withdrawn_by_customer) if before.withdrawn else weight


def _weight(outcome: Outcome, before: Entry, weights: Weights) -> float:
    """The same of an entry that the customer never took back.

    Reopened, it keeps the weight of its last outcome; one that was withdrawn is pending again.
    """
    match outcome.status:
        case OutcomeStatus.MERGED:
            return weights.merged
        case OutcomeStatus.WITHDRAWN if outcome.withdrawn_by is WithdrawnBy.CUSTOMER:
            return weights.withdrawn_by_customer
        case OutcomeStatus.WITHDRAWN:
            return weights.withdrawn_by_fact
        case OutcomeStatus.REOPENED if before.closed and before.outcome is None:
            return weights.pending
        case OutcomeStatus.RESOLVED:
            return _weight_of_resolution(outcome, weights)
        case _:
            return before.weight


def _weight_of_resolution(outcome: Outcome, weights: Weights) -> float:
    match outcome.outcome:
        case OutcomeName.UPHELD:
            return weights.upheld
        case OutcomeName.PARTLY_UPHELD:
            return weights.partly_upheld
        case OutcomeName.UNFOUNDED if outcome.on_appeal:
            return weights.unfounded_on_appeal
        case OutcomeName.UNFOUNDED:
            return weights.unfounded
        case OutcomeName.ABUSIVE:
            return weights.abusive
        case _:
            return weights.pending


def fade(entry: Entry, at: int, throttle: Throttle) -> float:
    """How much of an entry's weight counts at an instant (0 to 1)."""
    age = at - entry.occurred_at
    window = throttle.window_days * DAY_MS
    if age < 0:
        return 0.0
    if age < window:
        return 1.0
    if entry.outcome not in _FADING:
        return 0.0
    left = float(0.5 ** ((age - window) / (throttle.fade.half_life_days * DAY_MS)))
    return left if left >= throttle.fade.gone_below else 0.0


def used(entries: Iterable[Entry], at: int, throttle: Throttle) -> float:
    """The weight that counts at an instant."""
    return math.fsum(entry.weight * fade(entry, at, throttle) for entry in entries)


def in_last_day(entries: Iterable[Entry], at: int) -> int:
    """How many entries that weigh anything lie in the 24 hours up to an instant."""
    return sum(entry.weight > 0 and at - DAY_MS < entry.occurred_at <= at for entry in entries)


class Limits:
    """How much a customer may ask for, at each moment: more for each vehicle beyond the first."""

    def __init__(self, throttle: Throttle, stays: Sequence[Stay] = ()) -> None:
        self.throttle = throttle
        self.window_ms = throttle.window_days * DAY_MS
        self._window = VehicleCount(stays, self.window_ms)
        self._day = VehicleCount(stays, DAY_MS)

    def of_window(self, at: int) -> int:
        """The limit of the window that ends at a moment."""
        return self.throttle.limit + self.throttle.per_vehicle * self._window.beyond_first(at)

    def of_day(self, at: int) -> int:
        """The limit of the 24 hours that end at a moment."""
        return self.throttle.per_day + self.throttle.per_vehicle * self._day.beyond_first(at)

    @property
    def moments(self) -> set[int]:
        """When one of them changes."""
        both = (*self._window.moments, *self._day.moments)
        return {int(each) for each in both if math.isfinite(each)}


class _Room:
    """Where one more entry would keep both limits; what does not depend on it is asked once."""

    def __init__(self, entries: Sequence[Entry], limits: Limits) -> None:
        self._entries = entries
        self._limits = limits
        moments = sorted({each.occurred_at for each in entries})
        self._full_windows = [each for each in moments if not self._window_has_room(each)]
        self._full_days = [each for each in moments if not self._day_has_room(each)]

    def passes(self, at: int) -> bool:
        return (
            self._window_has_room(at)
            and self._day_has_room(at)
            and not _any_between(self._full_windows, at, at + self._limits.window_ms)
            and not _any_between(self._full_days, at, at + min(DAY_MS, self._limits.window_ms))
        )

    def _window_has_room(self, at: int) -> bool:
        limits = self._limits
        return used(self._entries, at, limits.throttle) + 1 <= limits.of_window(at)

    def _day_has_room(self, at: int) -> bool:
        return in_last_day(self._entries, at) < self._limits.of_day(at)


def _any_between(moments: Sequence[int], after: int, before: int) -> bool:
    """Whether any of the moments, which are in order, lies between two, both outside."""
    place = bisect_right(moments, after)
    return place < len(moments) and moments[place] < before


def passes(entries: Sequence[Entry], at: int, limits: Limits) -> bool:
    """Whether one more entry at an instant keeps both limits, there and at all it would touch."""
    return _Room(entries, limits).passes(at)


def next_at(entries: Sequence[Entry], start: int, limits: Limits) -> int | None:
    """The first instant from `start` on at which one more would pass; None: never (limit 0).

    Between two moments at which an entry comes, goes or comes into sight, or a limit changes, the
    weight only falls; so in each such stretch the first instant is its beginning, or is found by
    halving.
    """
    room = _Room(entries, limits)
    stretches = turning_points(entries, start, limits)
    for begin, end in zip(stretches, [*stretches[1:], None], strict=True):
        if room.passes(begin):
            return begin
        if end is not None and room.passes(end - 1):
            return _first_passing(room, begin, end - 1)
    return None


def _first_passing(room: _Room, fails: int, holds: int) -> int:
    while holds - fails > 1:
        middle = (fails + holds) // 2
        if room.passes(middle):
            holds = middle
        else:
            fails = middle
    return holds


def turning_points(entries: Sequence[Entry], start: int, limits: Limits) -> list[int]:
    """`start` and each moment after it at which an entry comes, goes or a limit changes, in order.

    Between two of them the weight that counts only falls.
    """
    window = limits.window_ms
    moments = {start} | limits.moments
    for entry in entries:
        at = entry.occurred_at
        moments |= {at, at + 1, at + DAY_MS, at + window, gone_at(at, limits.throttle)}
        moments |= {at - window + 1, at - DAY_MS + 1}
    return sorted(moment for moment in moments if moment >= start)


def gone_at(occurred_at: int, throttle: Throttle) -> int:
    """From when on an entry of a moment counts for nothing (ms), whatever its outcome will be.

    An outcome that makes it fade may still come, so it is kept as long as that would last.
    """
    fade = throttle.fade
    faded = _faded_after(fade.half_life_days, fade.gone_below)
    return occurred_at + throttle.window_days * DAY_MS + faded + 1


@lru_cache(maxsize=64)
def _faded_after(half_life_days: float, gone_below: float) -> int:
    return math.floor(half_life_days * -math.log2(gone_below) * DAY_MS)
