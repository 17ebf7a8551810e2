"""The table of one partition with its indexes; these are computed from it, never a second truth."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final, Protocol

from agents.core.calendar import HOUR_MS, MINUTE_MS
from agents.core.desk.low_index import LowIndex
from agents.core.desk.occurrences import OfKind, Recent
from agents.core.desk.presence import presence_of
from agents.core.desk.state import EscalationState, Phase
from agents.core.desk.timers.clocks import set_by
from agents.core.desk.timers.due import TimerIndex, looked_at
from agents.core.policy import Policy
from agents.core.world import Directory, World
from schemas.records import Kind, Severity

_DUE_BUCKET_MS: Final = MINUTE_MS // 6
_ENDED_BUCKET_MS: Final = HOUR_MS

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
        self._of_visit: dict[str, tuple[str, ...]] = {}
        self._without_manager: set[str] = set()
        self._unshown: set[str] = set()
        self._open: dict[ManagerInRegion, int] = defaultdict(int)
        self._new: dict[ManagerInRegion, list[int]] = defaultdict(list)
        self._presences: Counter[tuple[str, int]] = Counter()
        self._set_by: Counter[tuple[str, Severity, int]] = Counter()
        self._followed: tuple[Directory, Policy] | None = None  # no open case's clocks lag behind
        self._checked: Directory | None = None  # no open case's manager has another presence in it
        self._due = TimerIndex(self._due_at, _DUE_BUCKET_MS)
        self._ended = TimerIndex(self._ended_at, _ENDED_BUCKET_MS)
        self._recent = Recent()
        self.low = LowIndex()
        self.apply(records or {})

    def get(self, escalation_id: str) -> EscalationState | None:
        """The record of an escalation, if it is kept."""
        state = self.records.get(escalation_id)
        return None if state is None or state.phase is Phase.FORGOTTEN else state

    def is_forgotten(self, escalation_id: str) -> bool:
        """Whether the customer of an escalation was forgotten, before or after it was opened."""
        state = self.records.get(escalation_id)
        return state is not None and state.erased

    def of_visit(self, visit_id: str) -> tuple[EscalationState, ...]:
        """All that is kept of a visit, the open one first, then by id."""
        kept = (self.records[each] for each in sorted(self._of_visit.get(visit_id, ())))
        return tuple(sorted(kept, key=lambda each: not each.is_open))

    def open_of(self, visit_id: str) -> EscalationState | None:
        """The visit's open escalation."""
        return next((each for each in self.of_visit(visit_id) if each.is_open), None)

    @property
    def without_manager(self) -> Collection[str]:
        """The ids of the open ones that nobody has."""
        return self._without_manager

    @property
    def unshown(self) -> Collection[str]:
        """The ids of the open ones that do not stand in recourse.cases yet, and may."""
        return self._unshown

    def ended_by(self, last_step_at: int) -> Iterator[EscalationState]:
        """The closed ones whose last step was then or before, in order of it, then by id."""
        for _, escalation_id in self._ended.until(last_step_at):
            yield self.records[escalation_id]

    def earliest_ended(self) -> int | None:
        """When the last step was of the closed one that has been closed for longest (ms)."""
        return self._ended.earliest()

    def due_by(self, now: int) -> list[tuple[int, str]]:
        """When which open cases have something due at or before now, in order."""
        return self._due.until(now)

    def earliest_due(self) -> int | None:
        """The next moment at which an open case has something due (ms)."""
        return self._due.earliest()

    def of_changed_presence(self, directory: Directory) -> Iterator[EscalationState]:
        """The open cases whose manager has other shifts or absences now than when last watched."""
        if directory is self._checked:
            return
        changed = {
            (manager_id, presence)
            for manager_id, presence in self._presences
            if presence != presence_of(manager_id, directory)
        }
        if not changed:
            self._checked = directory
            return
        for escalation_id in sorted(self.records):
            state = self.records[escalation_id]
            if state.is_open and (state.manager_id, state.presence) in changed:
                yield state

    def of_changed_clocks(self, world: World) -> Iterator[EscalationState]:
        """The open cases whose clocks were set by other hours or numbers than those of now.

        None where the policy does not have them follow.
        """
        directory, policy = world.directory, world.policy
        if not policy.clocks.follow_changes or not self._set_by:
            return
        known = self._followed
        if known is not None and known[0] is directory and known[1] is policy:
            return
        changed = {
            (site_id, severity, number)
            for site_id, severity, number in self._set_by
            if number != set_by(world, site_id, severity)
        }
        if not changed:
            self._followed = directory, policy
            return
        for escalation_id in sorted(self.records):
            state = self.records[escalation_id]
            if state.is_open and _set_by(state) in changed:
                yield state

    def of_kind(self, site_id: str, kind: Kind) -> OfKind | None:
        """The cases of a site with a ground of a kind, of the last two days; None: none."""
        return self._recent.of_kind(site_id, kind)

    def open_cases(self, region_id: str, manager_id: str) -> int:
        """How many open cases of the region the manager has."""
        return self._open.get((region_id, manager_id), 0)

    def new_cases(self, region_id: str, manager_id: str, since: int, until: int) -> int:
        """How many cases reached the manager from `since` up to before `until` (ms)."""
        reached = self._new.get((region_id, manager_id), [])
        return bisect_left(reached, until) - bisect_left(reached, since)

    def apply(self, changed: Mapping[str, EscalationState | None]) -> None:
        """Take over what a handling changed; None takes a record away."""
        steps_at = (each.last_step_at for each in changed.values() if each is not None)
        self._recent.pass_time(max(steps_at, default=0))
        for escalation_id, after in changed.items():
            before = self.records.pop(escalation_id, None)
            if before is not None:
                self._forget(before)
            if after is not None:
                self.records[escalation_id] = after
                self._note(after, before)
            self._recent.change(before, after)
            self.low.change(before, after)
            self._assign(before, after)

    def _assign(self, before: EscalationState | None, after: EscalationState | None) -> None:
        """Who ever got a case, and when. It rarely changes, and of one manager there are many."""
        had, has = _assignments(before), _assignments(after)
        if had == has:
            return
        for manager, as_of in had:
            _remove(self._new[manager], as_of)
        for manager, as_of in has:
            insort(self._new[manager], as_of)

    def _note(self, state: EscalationState, before: EscalationState | None) -> None:
        if state.phase is Phase.FORGOTTEN:
            self._ended.put(state.escalation_id, state.last_step_at)
            return
        of_visit = self._of_visit.get(state.visit_id, ())
        self._of_visit[state.visit_id] = (*of_visit, state.escalation_id)
        if state.waits_for_manager:
            self._without_manager.add(state.escalation_id)
        if state.is_open and not state.shown and not state.erased:
            self._unshown.add(state.escalation_id)
        if not state.is_open:
            self._ended.put(state.escalation_id, state.last_step_at)
        elif state.manager_id is not None:
            self._open[state.region_id, state.manager_id] += 1
            self._presences[state.manager_id, state.presence] += 1
        if state.is_open and state.clocks.begun is not None:
            self._set_by[_set_by(state)] += 1
        at = looked_at(state)
        if at is not None and (before is None or looked_at(before) != at):
            self._due.put(state.escalation_id, at)

    def _forget(self, state: EscalationState) -> None:
        if state.phase is Phase.FORGOTTEN:
            return
        of_visit = self._of_visit[state.visit_id]
        left = tuple(each for each in of_visit if each != state.escalation_id)
        if left:
            self._of_visit[state.visit_id] = left
        else:
            del self._of_visit[state.visit_id]
        self._without_manager.discard(state.escalation_id)
        self._unshown.discard(state.escalation_id)
        if state.is_open and state.manager_id is not None:
            self._open[state.region_id, state.manager_id] -= 1
            self._presences[state.manager_id, state.presence] -= 1
            if not self._presences[state.manager_id, state.presence]:
                del self._presences[state.manager_id, state.presence]
        if state.is_open and state.clocks.begun is not None:
            self._set_by[_set_by(state)] -= 1
            if not self._set_by[_set_by(state)]:
                del self._set_by[_set_by(state)]

    def _due_at(self, escalation_id: str) -> int | None:
        state = self.records.get(escalation_id)
        return None if state is None else looked_at(state)

    def _ended_at(self, escalation_id: str) -> int | None:
        state = self.records.get(escalation_id)
        return None if state is None or state.is_open else state.last_step_at


def _set_by(state: EscalationState) -> tuple[str, Severity, int]:
    """By which hours and numbers the case's clocks were set."""
    begun = state.clocks.begun
    return state.site_id, state.severity, 0 if begun is None else begun.set_by


def _assignments(state: EscalationState | None) -> list[tuple[ManagerInRegion, int]]:
    if state is None:
        return []
    return [((state.region_id, each.manager_id), each.as_of) for each in state.assignments]


def _remove(ordered: list[int], value: int) -> None:
    place = bisect_left(ordered, value)
    assert ordered[place] == value, f"{value} is not in the index"
    del ordered[place]
