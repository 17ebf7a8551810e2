"""Managers with shifts, absences and one pair of hands: a list of cases, worked off one by one.

They look at a new case some time after they hear of it, at times only when they are warned. At a
look they acknowledge, and one in ten promises a call within the hour, whatever lies on the list.
The case that is due first is taken up next; a promised call is made when its case is taken up.
"""

from collections import defaultdict
from enum import IntEnum
from heapq import heappop, heappush
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.desk.presence import goes, returns
from agents.core.desk.statuses import ACKNOWLEDGING, CLOSED, GIVEN
from agents.core.world import Directory
from agents.simulation.demo.people import People
from schemas.records import (
    Action,
    ActionName,
    Escalation,
    EscalationStatus,
    Manager,
    OutcomeName,
    Severity,
)

LOOKS_AFTER_MINUTES: Final = {
    Severity.SAFETY: (2, 14),
    Severity.HIGH: (5, 45),
    Severity.NORMAL: (10, 100),
    Severity.LOW: (20, 200),
}
"""How long it takes until a manager on shift looks at a case that is new to them."""
WORK_MINUTES: Final = (30, 90)
"""How long a case takes once it is taken up, on shift."""
OVERLOOKED_PERCENT: Final = 4
"""Of so many cases in a hundred a manager hears nothing, but for the warnings."""
PROMISES_ONE_IN: Final = 10
PROMISED_MINUTES: Final = 60
_FAR_MS = 60 * DAY_MS
_TO_BEGIN: Final = ("", 0)  # takes up the next case once on shift
_S = EscalationStatus


class Has(Struct, frozen=True, kw_only=True):
    """Who got a case, in which step, and how grave it was then."""

    manager_id: str
    step: int
    severity: Severity
    decide_by: int


class _What(IntEnum):
    DONE = 0
    TAKES_UP = 1
    LOOKS = 2


class Staff(People):
    """The managers of a directory."""

    def __init__(self, seed: int, directory: Directory) -> None:
        super().__init__(seed)
        self._directory = directory
        self._given: dict[str, Has] = {}
        self._taken: set[str] = set()  # acknowledged since it last changed hands
        self._looked: set[tuple[str, int]] = set()
        self._promised: set[tuple[str, int]] = set()
        self._agenda: list[tuple[int, _What, str, str, int]] = []
        self._lists: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._busy: dict[str, tuple[str, int]] = {}

    def plan(self, step: Escalation) -> None:
        """Takes notice of a case that somebody got, of a warning, and of what was done."""
        case = step.escalation_id
        if step.status in ACKNOWLEDGING:
            self._taken.add(case)
        self._puts_aside(case, step)
        if step.manager is None:
            self._given.pop(case, None)
            return
        before, manager_id = self._given.get(case), step.manager.manager_id
        if step.status in GIVEN or before is None or before.manager_id != manager_id:
            self._gets(case, step, manager_id)
            return
        self._given[case] = replace(before, severity=step.severity, decide_by=step.decide_by)
        if step.status is _S.WARNED and case not in self._taken:
            self._looks(case, step.occurred_at, manager_id, before)

    def _puts_aside(self, case: str, step: Escalation) -> None:
        """Who was at work on a case that went to somebody else, or ended, goes on with the next."""
        before = self._given.get(case)
        if before is None or self._busy.get(before.manager_id) != (case, before.step):
            return
        goes_on = step.status not in GIVEN and step.status not in CLOSED
        if not goes_on or step.manager is None or step.manager.manager_id != before.manager_id:
            del self._busy[before.manager_id]
            self._goes_on(step.occurred_at, before.manager_id)

    def _gets(self, case: str, step: Escalation, manager_id: str) -> None:
        has = Has(
            manager_id=manager_id,
            step=step.step,
            severity=step.severity,
            decide_by=step.decide_by,
        )
        self._given[case] = has
        if step.status not in ACKNOWLEDGING:
            self._taken.discard(case)
        if self._minutes(f"{case}:{step.step}", "overlooked", 0, 99) >= OVERLOOKED_PERCENT:
            self._looks(case, step.occurred_at, manager_id, has)

    def _looks(self, case: str, at: int, manager_id: str, has: Has) -> None:
        """They look at it some time on shift after a moment."""
        minutes = self._minutes(f"{case}:{has.step}", "looks", *LOOKS_AFTER_MINUTES[has.severity])
        looks = self._on_shift_after(manager_id, at, minutes * MINUTE_MS)
        heappush(self._agenda, (looks, _What.LOOKS, case, manager_id, has.step))

    def due(self, until: int) -> list[Action]:
        """What they do up to `until` (epoch milliseconds), in order."""
        actions: list[Action] = []
        while self._agenda and self._agenda[0][0] <= until:
            at, what, case, manager_id, number = heappop(self._agenda)
            match what:
                case _What.LOOKS:
                    actions += self._look(at, case, manager_id, number)
                case _What.TAKES_UP:
                    actions += self._take_up(at, manager_id)
                case _What.DONE:
                    if self._busy.get(manager_id) != (case, number):
                        continue
                    del self._busy[manager_id]
                    if self._has_still(manager_id, case, number):
                        if self._outcome(case) is OutcomeName.ABUSIVE:
                            actions.append(self._acts(at, case, number, ActionName.CONTACTED))
                        actions.append(self._acts(at, case, number, ActionName.RESOLVE))
                    self._goes_on(at, manager_id)
        return actions

    def _look(self, at: int, case: str, manager_id: str, number: int) -> list[Action]:
        if not self._has_still(manager_id, case, number) or (case, number) in self._looked:
            return []
        self._looked.add((case, number))
        self._lists[manager_id].append((case, number))
        self._goes_on(at, manager_id)
        if case in self._taken:
            return []
        name = ActionName.ACKNOWLEDGE
        if self._minutes(f"{case}:{number}", "promise", 1, PROMISES_ONE_IN) == 1:
            name = ActionName.PROMISE
            self._promised.add((case, number))
        return [self._acts(at, case, number, name)]

    def _goes_on(self, at: int, manager_id: str) -> None:
        """Takes up the next case, if there is one and none is being worked on."""
        if manager_id not in self._busy and self._lists[manager_id]:
            self._busy[manager_id] = _TO_BEGIN
            begins = self._on_shift_after(manager_id, at, 0)
            heappush(self._agenda, (begins, _What.TAKES_UP, "", manager_id, 0))

    def _take_up(self, at: int, manager_id: str) -> list[Action]:
        waiting = [each for each in self._lists[manager_id] if self._has_still(manager_id, *each)]
        self._lists[manager_id] = waiting
        if not waiting:
            self._busy.pop(manager_id, None)
            return []
        # As of now: what has joined a case since it came may have brought its deadline forward.
        case, number = min(waiting, key=lambda each: (self._given[each[0]].decide_by, each))
        waiting.remove((case, number))
        minutes = self._minutes(f"{case}:{number}", "work", *WORK_MINUTES)
        done = self._on_shift_after(manager_id, at, minutes * MINUTE_MS)
        self._busy[manager_id] = (case, number)
        heappush(self._agenda, (done, _What.DONE, case, manager_id, number))
        promised = (case, number) in self._promised
        return [self._acts(at, case, number, ActionName.CONTACTED)] if promised else []

    def _has_still(self, manager_id: str, case: str, number: int) -> bool:
        has = self._given.get(case)
        return (
            has is not None
            and (has.manager_id, has.step) == (manager_id, number)
            and case not in self._ended
        )

    def _acts(self, at: int, case: str, number: int, name: ActionName) -> Action:
        return Action(
            action_id=f"{case}:{number}:{name.value}",
            occurred_at=at,
            escalation_id=case,
            region_id=self._regions[case],
            by=self._given[case].manager_id,
            action=name,
            until=at + PROMISED_MINUTES * MINUTE_MS if name is ActionName.PROMISE else None,
            outcome=self._outcome(case) if name is ActionName.RESOLVE else None,
            reason=self._reason(case, name),
        )

    def _on_shift_after(self, manager_id: str, at: int, work_ms: int) -> int:
        """The moment at which so much of a manager's time on shift has passed."""
        manager = self._directory.managers[manager_id]
        while True:
            begins = _back(manager, at)
            ends = goes(manager, begins, begins + work_ms)
            if ends is None:
                return begins + work_ms
            work_ms -= ends - begins
            at = ends


def _back(manager: Manager, at: int) -> int:
    back = returns(manager, at, at + _FAR_MS)
    return at + _FAR_MS if back is None else back
