"""What time makes next of a case, and an index of when, over all cases.

The index holds no truth of its own: it says where to look, and the record says what is so.
"""

from collections.abc import Callable, Iterator
from enum import IntEnum
from heapq import heappop, heappush

from msgspec import Struct

from agents.core.desk.state import Clocks, EscalationState, Phase
from agents.core.tiers import PLACES
from schemas.records import Tier


class TimerKind(IntEnum):
    """What time makes; of several at one moment, in this order."""

    WAIT_ENDS = 0
    SNOOZE_ENDS = 1
    DECIDE_BY = 2  # it passes undecided
    PROMISE_MISSED = 3
    NOT_ACKNOWLEDGED = 4  # "next tier after"
    HAND_OVER = 5  # its manager goes
    WARN_DECIDE = 6
    WARN_ACKNOWLEDGE = 7
    NOT_CONFIRMED = 8  # the time to confirm what was found ABUSIVE is nearly over


class Timer(Struct, frozen=True, array_like=True, order=True):
    """The moment (ms) at which time makes something of a case."""

    at: int
    what: TimerKind


def next_due(state: EscalationState) -> Timer | None:
    """What time makes next of a case; None: nothing, as it is overdue with nobody above, or closed.

    Of a closed one it is only that what was found ABUSIVE waits to be confirmed.

    While the case waits for the customer its clocks stand still; nobody is warned, or passed by
    for not having acknowledged, where nobody has the case.
    """
    return min(_coming(state) if state.is_open else _of_closed(state), default=None)


def looked_at(state: EscalationState) -> int | None:
    """When time has to look at a case (ms): when something is due; not before it is tried again."""
    due = next_due(state)
    again = state.tried_again_at
    if again is None:
        return None if due is None else due.at
    if due is None:
        return again if state.is_open else None
    return max(again, due.at)


def is_set_aside(state: EscalationState, now: int) -> bool:
    """Whether time failed on the case lately, and is not tried yet."""
    return state.tried_again_at is not None and state.tried_again_at > now


def decision_due(clocks: Clocks) -> int:
    """When time acts on what is undecided (ms): at `decide_by`, then whenever it is tried again."""
    return clocks.decide_by if clocks.decide_again_at is None else clocks.decide_again_at


def decide_is_over(clocks: Clocks) -> bool:
    """Whether `decide_by` has passed, and is no deadline of whoever gets the case."""
    return clocks.decide_passed or clocks.decide_again_at is not None


def tier_mark_due(state: EscalationState) -> tuple[int, Tier] | None:
    """The next move of the table: when, and to which tier, above the one that the case has."""
    for mark in state.clocks.tiers:
        if PLACES.get(mark.tier, 0) > PLACES.get(state.tier, 0):
            return mark.at, mark.tier
    return None


def _coming(state: EscalationState) -> Iterator[Timer]:
    if state.snoozed_until is not None:
        yield Timer(state.snoozed_until, TimerKind.SNOOZE_ENDS)
    if state.promise_missed_at is not None:
        yield Timer(state.promise_missed_at, TimerKind.PROMISE_MISSED)
    if state.hand_over_at is not None:
        yield Timer(state.hand_over_at, TimerKind.HAND_OVER)
    if state.wait is not None:
        yield Timer(state.wait.until, TimerKind.WAIT_ENDS)
    else:
        yield from _by_clocks(state)


def _of_closed(state: EscalationState) -> Iterator[Timer]:
    held = state.guards
    if state.phase is Phase.RESOLVED and held is not None and not state.erased:
        at = held.confirm_warned_at
        if at is not None:
            yield Timer(at, TimerKind.NOT_CONFIRMED)


def _by_clocks(state: EscalationState) -> Iterator[Timer]:
    clocks = state.clocks
    if not clocks.decide_passed:
        yield Timer(decision_due(clocks), TimerKind.DECIDE_BY)
    if state.manager_id is None:
        return
    if clocks.warn_decide:
        yield Timer(clocks.warn_decide[0].at, TimerKind.WARN_DECIDE)
    if state.acknowledged_by is None:
        if clocks.warn_acknowledge:
            yield Timer(clocks.warn_acknowledge[0].at, TimerKind.WARN_ACKNOWLEDGE)
        mark = tier_mark_due(state)
        if mark is not None:
            yield Timer(mark[0], TimerKind.NOT_ACKNOWLEDGED)


class TimerIndex:
    """Keys by a moment of each: which come first, and by when. Small, and quick to change.

    Keys lie in buckets of `width` ms. `moment_of` says what holds of a key now; a key that lies
    where it no longer belongs is dropped when its bucket's time comes. So a change costs a place in
    a list, and a look costs as much as lies in the buckets that it looks into.
    """

    def __init__(self, moment_of: Callable[[str], int | None], width: int) -> None:
        self._moment_of = moment_of
        self._width = width
        self._buckets: dict[int, list[str]] = {}
        self._order: list[int] = []  # a heap of the buckets' numbers
        self._least: dict[int, int] = {}  # in each bucket nothing comes before
        self._first: tuple[int, str] | None = None  # whose moment came first, when last asked

    def put(self, key: str, at: int) -> None:
        """Notes that the key's moment is `at` from now on."""
        number = at // self._width
        bucket = self._buckets.get(number)
        if bucket is None:
            self._buckets[number] = [key]
            self._least[number] = at
            heappush(self._order, number)
        else:
            bucket.append(key)
            self._least[number] = min(self._least[number], at)
        if self._first is not None and at < self._first[0]:
            self._first = at, key

    def earliest(self) -> int | None:
        """The first moment of all; None where there is none."""
        if self._first is not None and self._moment_of(self._first[1]) == self._first[0]:
            return self._first[0]
        self._first = None
        while self._order:
            found = self._in_bucket(self._order[0])
            if found:
                self._first = min(found)
                return self._first[0]
            self._drop(heappop(self._order))
        return None

    def until(self, moment: int) -> list[tuple[int, str]]:
        """All moments up to and including `moment`, with their keys, in order."""
        found: list[tuple[int, str]] = []
        looked_into = []
        while self._order and self._order[0] <= moment // self._width:
            number = heappop(self._order)
            if self._least[number] > moment:
                looked_into.append(number)
                continue
            kept = self._in_bucket(number)
            if kept:
                found.extend(each for each in kept if each[0] <= moment)
                looked_into.append(number)
            else:
                self._drop(number)
        for number in looked_into:
            heappush(self._order, number)
        return sorted(found)

    def _in_bucket(self, number: int) -> list[tuple[int, str]]:
        """What belongs into a bucket, each once; the rest is dropped."""
        kept = []
        for key in set(self._buckets[number]):
            at = self._moment_of(key)
            if at is not None and at // self._width == number:
                kept.append((at, key))
        self._buckets[number] = [key for _, key in kept]
        if kept:
            self._least[number] = min(kept)[0]
        return kept

    def _drop(self, number: int) -> None:
        del self._buckets[number], self._least[number]
