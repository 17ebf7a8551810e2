"""The partition as it stands while one record or tick is handled: with what has changed so far."""

from bisect import bisect_left, insort
from collections import Counter

from msgspec.structs import replace

from agents.core.desk.partition import ManagerInRegion, Partition
from agents.core.desk.state import EscalationState
from agents.core.desk.steps import Transition
from agents.core.handling import TRIED_AGAIN_MS, Counted, Failure, Handled, Output


class UnitOfWork:
    """What a handling changes and says, step by step; loads count along (`partition.Loads`)."""

    def __init__(self, partition: Partition) -> None:
        self.partition = partition
        self._changed: dict[str, EscalationState | None] = {}
        self._outputs: list[Output] = []
        self._noted: list[Counted] = []
        self._failures: list[Failure] = []
        self._open: Counter[ManagerInRegion] = Counter()
        self._new: dict[ManagerInRegion, list[int]] = {}  # in order

    def get(self, escalation_id: str) -> EscalationState | None:
        """The record of an escalation as it is now."""
        if escalation_id in self._changed:
            return self._changed[escalation_id]
        return self.partition.get(escalation_id)

    def without_manager(self) -> list[str]:
        """The ids of the open cases that nobody has, in order."""
        kept = {each for each in self.partition.without_manager if each not in self._changed}
        changed = {key for key, state in self._changed.items() if state and state.waits_for_manager}
        return sorted(kept | changed)

    def take(self, *told: Transition) -> None:
        """What became of cases, and what is said of it."""
        for state, outputs in told:
            self._count(self.get(state.escalation_id), state)
            self._changed[state.escalation_id] = state
            self._outputs.extend(outputs)

    def drop(self, escalation_id: str) -> None:
        """The record of a closed case goes."""
        self._changed[escalation_id] = None

    def note(self, noted: Counted) -> None:
        """What an operator wants counted."""
        self._noted.append(noted)

    def fail(self, escalation_id: str, error: Exception, now: int) -> None:
        """Time failed on a case: it stays as it is, and is tried again later."""
        state = self.get(escalation_id)
        assert state is not None, "time acts on what is kept"
        self._changed[escalation_id] = replace(state, tried_again_at=now + TRIED_AGAIN_MS)
        self._failures.append(Failure(key=escalation_id, error=error))

    def handled(self) -> Handled[EscalationState]:
        """All of it."""
        return Handled(
            changed=self._changed,
            outputs=tuple(self._outputs),
            noted=tuple(self._noted),
            failures=tuple(self._failures),
        )

    def open_cases(self, region_id: str, manager_id: str) -> int:
        """How many open cases of the region the manager has."""
        more = self._open[region_id, manager_id]
        return self.partition.open_cases(region_id, manager_id) + more

    def new_cases(self, region_id: str, manager_id: str, since: int, until: int) -> int:
        """How many cases reached the manager from `since` up to before `until` (ms)."""
        given = self._new.get((region_id, manager_id), ())
        more = bisect_left(given, until) - bisect_left(given, since)
        return self.partition.new_cases(region_id, manager_id, since, until) + more

    def _count(self, before: EscalationState | None, after: EscalationState) -> None:
        for state, more in ((before, -1), (after, 1)):
            if state is not None and state.is_open and state.manager_id is not None:
                self._open[state.region_id, state.manager_id] += more
        known = 0 if before is None else len(before.assignments)
        for each in after.assignments[known:]:
            insort(self._new.setdefault((after.region_id, each.manager_id), []), each.as_of)
