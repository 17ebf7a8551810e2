"""The job's rules: each kind of disagreement is found once a visit, whatever the topics' order.

A rule takes the events of a run, not one: nothing is called for an event that finds nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from benchmarks.reference_job.records import Diagnosis, EstimateRevision, Event, WarrantyDecision

CHANGED, INCREASED, CONFLICT = 1, 2, 4
"""Bits of `Visit.found`."""
LEAST_RISE = 20_000
"""Minor units; a rise must be more than a fifth, too."""
HOUR_MS = 3_600_000


class Visit(Struct, array_like=True, gc=False):
    """What is kept of a visit. Times are 0, and the estimate -1, until there is one."""

    code: str = ""
    manufacturing_at: int = 0
    estimate: int = -1
    denied_at: int = 0
    found: int = 0


class Found(NamedTuple):
    """A disagreement: its bit, its time, its number in the customer's hour, its trigger."""

    bit: int
    at: int
    number: int
    event: Event
    place: int
    """Of the trigger in its run."""


class State:
    """The visits and windows of a partition, and the keys of what has changed."""

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self.windows: dict[str, int] = {}
        self.changed_visits: set[str] = set()
        self.changed_windows: set[str] = set()

    def diagnosed(self, events: Sequence[Diagnosis]) -> list[Found]:
        """`DIAGNOSIS_CHANGED`, and half of `WARRANTY_CONFLICT`."""
        visits, changed = self.visits, self.changed_visits
        found: list[Found] = []
        for index, event in enumerate(events):
            visit_id, code = event.visit_id, event.code
            visit = visits.get(visit_id)
            if visit is None:
                visit = visits[visit_id] = Visit()
            if visit.code != code:
                if visit.code and not visit.found & CHANGED:
                    found.append(self._find(visit, CHANGED, event.occurred_at, event, index))
                visit.code = code
                changed.add(visit_id)
            if event.cause == "MANUFACTURING" and not visit.manufacturing_at:
                visit.manufacturing_at = event.occurred_at
                changed.add(visit_id)
                self._conflict(visit, event, index, found)
        return found

    def estimated(self, events: Sequence[EstimateRevision]) -> list[Found]:
        """`ESTIMATE_INCREASED`."""
        visits = self.visits
        found: list[Found] = []
        for index, event in enumerate(events):
            visit_id, amount = event.visit_id, event.amount_minor
            visit = visits.get(visit_id)
            if visit is None:
                visit = visits[visit_id] = Visit()
            first = visit.estimate
            if first < 0:
                visit.estimate = amount
                self.changed_visits.add(visit_id)
            elif (
                amount - first >= LEAST_RISE
                and amount * 5 > first * 6
                and not visit.found & INCREASED
            ):
                found.append(self._find(visit, INCREASED, event.occurred_at, event, index))
                self.changed_visits.add(visit_id)
        return found

    def decided(self, events: Sequence[WarrantyDecision]) -> list[Found]:
        """The other half of `WARRANTY_CONFLICT`."""
        found: list[Found] = []
        for index, event in enumerate(events):
            if event.decision != "DENIED":
                continue
            visit = self.visits.setdefault(event.visit_id, Visit())
            if not visit.denied_at:
                visit.denied_at = event.occurred_at
                self.changed_visits.add(event.visit_id)
                self._conflict(visit, event, index, found)
        return found

    def _conflict(self, visit: Visit, event: Event, index: int, found: list[Found]) -> None:
        if visit.manufacturing_at and visit.denied_at and not visit.found & CONFLICT:
            at = max(visit.manufacturing_at, visit.denied_at)
            found.append(self._find(visit, CONFLICT, at, event, index))

    def _find(self, visit: Visit, bit: int, at: int, event: Event, index: int) -> Found:
        visit.found |= bit
        window = f"{event.customer_id}|{at // HOUR_MS}"
        number = self.windows[window] = self.windows.get(window, 0) + 1
        self.changed_windows.add(window)
        return Found(bit, at, number, event, index)
