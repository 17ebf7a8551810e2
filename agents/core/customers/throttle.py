"""The throttle: how many escalations a customer may have, on event time.

An entry counts whole while it is younger than the window; UNFOUNDED and ABUSIVE ones then fade. The
limit is asked at the time of a finding and at every entry after it that the finding would touch, so
it holds in any order of arrival.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

from agents.core.calendar import DAY_MS
from agents.core.customers.state import Entry
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


def passes(entries: Sequence[Entry], at: int, throttle: Throttle) -> bool:
    """Whether one more entry at an instant keeps both limits, there and at all it would touch."""
    window = throttle.window_days * DAY_MS
    moments = {at} | {each.occurred_at for each in entries if at < each.occurred_at < at + window}
    return all(
        used(entries, moment, throttle) + 1 <= throttle.limit
        and (moment >= at + DAY_MS or in_last_day(entries, moment) < throttle.per_day)
        for moment in moments
    )


def next_at(entries: Sequence[Entry], start: int, throttle: Throttle) -> int | None:
    """The first instant from `start` on at which one more would pass; None: never (limit 0).

    Between two moments at which an entry comes, goes or comes into sight, the weight only falls;
    so in each such
    stretch the first instant is its beginning, or is found by halving.
    """
    if throttle.limit < 1:
        return None
    stretches = _turning_points(entries, start, throttle)
    for begin, end in zip(stretches, [*stretches[1:], None], strict=True):
        if passes(entries, begin, throttle):
            return begin
        if end is not None and passes(entries, end - 1, throttle):
            return _first_passing(entries, begin, end - 1, throttle)
    return None


def _first_passing(entries: Sequence[Entry], fails: int, holds: int, throttle: Throttle) -> int:
    while holds - fails > 1:
        middle = (fails + holds) // 2
        if passes(entries, middle, throttle):
            holds = middle
        else:
            fails = middle
    return holds


def _turning_points(entries: Sequence[Entry], start: int, throttle: Throttle) -> list[int]:
    window = throttle.window_days * DAY_MS
    moments = {start}
    for entry in entries:
        at = entry.occurred_at
        moments |= {at, at + 1, at + DAY_MS, at + window, gone_at(entry, throttle)}
        moments |= {at - window + 1, at - DAY_MS + 1}
    return sorted(moment for moment in moments if moment >= start)


def gone_at(entry: Entry, throttle: Throttle) -> int:
    """From when on an entry counts for nothing (ms), whatever its outcome will be.

    An outcome that makes it fade may still come, so it is kept as long as that would last.
    """
    fade = throttle.fade
    faded = _faded_after(fade.half_life_days, fade.gone_below)
    return entry.occurred_at + throttle.window_days * DAY_MS + faded + 1


@lru_cache(maxsize=64)
def _faded_after(half_life_days: float, gone_below: float) -> int:
    return math.floor(half_life_days * -math.log2(gone_below) * DAY_MS)
