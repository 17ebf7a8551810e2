"""The table of one partition with its indexes; these are computed from it, never a second truth."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Protocol, TypeVar

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.desk.state import EscalationState

T = TypeVar("T", int, tuple[int, str])

ManagerInRegion = tuple[str, str]  # region_id, manager_id: a manager has a limit in each region


class Loads(Protocol):
    """What managers have to do; of one region, where it is counted."""

    def open_cases(self, region_id: str, manager_id: str) -> int:
        """How many open cases the manager has."""

    def new_cases(self, region_id: str, manager_id: str, since: int, until: int) -> int:
        """How many cases reached the manager from `since` up to before `until` (ms)."""


class Partition:
    """The escalations of one partition; `handle` reads it, `apply` is how it changes."""

    def __init__(self, records: Mapping[str, EscalationState] | None = None) -> None:
        self.records: dict[str, EscalationState] = {}
        self._of_visit: dict[str, set[str]] = defaultdict(set)
        self._without_manager: set[str] = set()
        self._open: dict[ManagerInRegion, int] = defaultdict(int)
        self._new: dict[ManagerInRegion, list[int]] = defaultdict(list)
        self._ended: list[tuple[int, str]] = []  # last_step_at and id of what is closed, sorted
        self.apply(records or {})

    def get(self, escalation_id: str) -> EscalationState | None:
        """The record of an escalation, if it is kept."""
        return self.records.get(escalation_id)

    def of_visit(self, visit_id: str) -> tuple[EscalationState, ...]:
        """All that is kept of a visit, the open one first, then by id."""
        kept = (self.records[each] for each in sorted(self._of_visit.get(visit_id, ())))
        return tuple(sorted(kept, key=lambda each: not each.is_open))

    def open_of(self, visit_id: str) -> EscalationState | None:
        """The visit's open escalation."""
        return next((each for each in self.of_visit(visit_id) if each.is_open), None)

    def without_manager(self) -> tuple[EscalationState, ...]:
        """The open ones that nobody has, by id."""
        return tuple(self.records[each] for each in sorted(self._without_manager))

    def ended_by(self, last_step_at: int) -> Iterator[EscalationState]:
        """The closed ones whose last step was then or before, in order of it, then by id."""
        for at, escalation_id in self._ended:
            if at > last_step_at:
                return
            yield self.records[escalation_id]

    def open_cases(self, region_id: str, manager_id: str) -> int:
        """How many open cases of the region the manager has."""
        return self._open.get((region_id, manager_id), 0)

    def new_cases(self, region_id: str, manager_id: str, since: int, until: int) -> int:
        """How many cases reached the manager from `since` up to before `until` (ms)."""
        reached = self._new.get((region_id, manager_id), [])
        return bisect_left(reached, until) - bisect_left(reached, since)

    def next_due(self, now: int, closed_kept_days: int) -> int | None:
        """The next moment (ms) at which time changes something.

        When the closed one that ended first has been kept for `closed_kept_days` (policy:
        `kept.closed_escalation_days`); while a case has no manager, the next whole UTC minute after
        `now` if that is earlier.
        """
        moments = [self._ended[0][0] + closed_kept_days * DAY_MS] if self._ended else []
        if self._without_manager:
            moments.append((now // MINUTE_MS + 1) * MINUTE_MS)
        return min(moments, default=None)

    def apply(self, changed: Mapping[str, EscalationState | None]) -> None:
        """Take over what a handling changed; None takes a record away."""
        for escalation_id, after in changed.items():
            before = self.records.pop(escalation_id, None)
            if before is not None:
                self._forget(before)
            if after is not None:
                self.records[escalation_id] = after
                self._note(after)

    def _note(self, state: EscalationState) -> None:
        self._of_visit[state.visit_id].add(state.escalation_id)
        if state.waits_for_manager:
            self._without_manager.add(state.escalation_id)
        if not state.is_open:
            insort(self._ended, (state.last_step_at, state.escalation_id))
        elif state.manager_id is not None:
            self._open[state.region_id, state.manager_id] += 1
        for each in state.assignments:
            insort(self._new[state.region_id, each.manager_id], each.as_of)

    def _forget(self, state: EscalationState) -> None:
        ids = self._of_visit[state.visit_id]
        ids.discard(state.escalation_id)
        if not ids:
            del self._of_visit[state.visit_id]
        self._without_manager.discard(state.escalation_id)
        if not state.is_open:
            _remove(self._ended, (state.last_step_at, state.escalation_id))
        elif state.manager_id is not None:
            self._open[state.region_id, state.manager_id] -= 1
        for each in state.assignments:
            _remove(self._new[state.region_id, each.manager_id], each.as_of)


def _remove(ordered: list[T], value: T) -> None:
    place = bisect_left(ordered, value)
    assert ordered[place] == value, f"{value} is not in the index"
    del ordered[place]
