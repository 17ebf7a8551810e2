"""The cases of causes: one a visit and cause, with what became of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from agents.core.calendar import DAY_MS, HOUR_MS
from agents.core.world import Directory
from agents.operations.causes.avoidable import AvoidableBy, VisitEvents, avoidable_by
from agents.operations.causes.cause import Cause, cause_of
from schemas.records import (
    CheckIn,
    Closure,
    CustomerResponse,
    Decision,
    Diagnosis,
    Disagreement,
    Escalation,
    EscalationStatus,
    Estimate,
    OutcomeName,
    WarrantyDecision,
)

SAME_DAYS = 28
"""Cases of one customer and cause that follow each other within so many days say one thing."""
_CALLED = frozenset({Decision.RAISED, Decision.JOINED})
_UPHELD = frozenset({OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD})
_CONTACTS = frozenset({EscalationStatus.CONTACTED})


class Case(Struct, frozen=True, kw_only=True):
    """A visit on which a cause called for a manager, or would have outside the pilot.

    `example`: the id that `recourse explain` knows. `day`: on which it was decided, since 1970,
    UTC. `is_first`: the customer had none of this cause in the weeks before. `upheld`, `hours`
    (from the case's opening to its decision), `contacts` and `acts` are of the escalation; None, or
    0, where there was none, or it is not decided.
    """

    example: str
    visit_id: str
    site_id: str
    region_id: str
    cause: Cause
    day: int
    at: int
    is_first: bool = True
    upheld: bool | None = None
    hours: float | None = None
    contacts: int = 0
    acts: int = 0
    avoidable_by: tuple[AvoidableBy, ...] = ()


class _Handled(Struct):
    """What managers did with an escalation."""

    opened_at: int | None = None
    decided_at: int | None = None
    outcome: OutcomeName | None = None
    contacts: int = 0
    acts: int = 0


class Collected(Struct, kw_only=True):
    """What is read in, in any order; a record that comes twice counts once.

    `visits`: those that began, by site and day (since 1970, UTC), as their check-ins say.
    """

    found: dict[str, Disagreement] = {}
    visits: dict[str, Counter[int]] = {}
    events: dict[str, VisitEvents] = {}
    handled: dict[str, _Handled] = {}
    now: int = 0
    _began: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    @property
    def customers(self) -> frozenset[str]:
        """Whose visits have a case."""
        return frozenset(each.customer_id for each in self.found.values())

    def take(self, record: object) -> None:
        """Takes one in; of what counts for nothing here, nothing is kept."""
        match record:
            case Disagreement():
                if record.decision in _CALLED or record.would_be in _CALLED:
                    self.found.setdefault(record.disagreement_id, record)
            case Escalation():
                self._take_step(record)
            case (
                CheckIn() | Diagnosis() | Estimate() | WarrantyDecision() | CustomerResponse()
                | Closure()
            ):  # fmt: skip
                self._take_event(record)
            case _:
                pass

    def begins(self, visit_id: str, site_id: str, occurred_at: int) -> None:
        """A visit begins: counted once, by its first check-in that is read."""
        if visit_id not in self._began:
            self._began.add(visit_id)
            self.visits.setdefault(site_id, Counter())[occurred_at // DAY_MS] += 1

    def _take_step(self, step: Escalation) -> None:
        name = f"{step.escalation_id}#{step.step}"
        if name in self._seen:
            return
        self._seen.add(name)
        handled = self.handled.setdefault(step.escalation_id, _Handled())
        if step.status is EscalationStatus.OPENED:
            handled.opened_at = step.occurred_at
        newest = handled.decided_at is None or step.occurred_at >= handled.decided_at
        if step.status is EscalationStatus.RESOLVED and newest:
            handled.decided_at, handled.outcome = step.occurred_at, step.outcome
        if step.by is not None and step.status is not EscalationStatus.REFUSED:
            handled.acts += 1
            handled.contacts += step.status in _CONTACTS

    def _take_event(
        self,
        event: CheckIn | Diagnosis | Estimate | WarrantyDecision | CustomerResponse | Closure,
    ) -> None:
        if event.event_id in self._seen:
            return
        self._seen.add(event.event_id)
        if isinstance(event, CheckIn):
            self.begins(event.visit_id, event.site_id, event.occurred_at)
        events = self.events.setdefault(event.visit_id, VisitEvents())
        match event:
            case CheckIn():
                events.check_ins.append(event)
            case Diagnosis():
                events.diagnoses.append(event)
            case Estimate():
                events.estimates.append(event)
            case WarrantyDecision():
                events.claims.append(event)
            case CustomerResponse():
                events.responses.append(event)
            case Closure():
                events.closures.append(event)


def cases_of(collected: Collected, directory: Directory) -> list[Case]:
    """The cases in the order in which they were decided."""
    ordered = sorted(
        collected.found.values(), key=lambda each: (each.decided_at, each.disagreement_id)
    )
    return list(_firsts(_once_a_visit(ordered, collected, directory)))


def _once_a_visit(
    ordered: Iterable[Disagreement], collected: Collected, directory: Directory
) -> Iterator[tuple[Case, str]]:
    """Of a visit and cause the first; with its customer."""
    known = set[tuple[str, Cause]]()
    for found in ordered:
        events = collected.events.get(found.visit_id) or VisitEvents()
        cause = cause_of(found, events.diagnoses, events.estimates, events.claims)
        if (found.visit_id, cause) in known:
            continue
        known.add((found.visit_id, cause))
        yield _case(found, cause, events, collected.handled, directory), found.customer_id


def _case(
    found: Disagreement,
    cause: Cause,
    events: VisitEvents,
    handled: Mapping[str, _Handled],
    directory: Directory,
) -> Case:
    own = handled.get(found.escalation_id or "") or _Handled()
    hours = None
    if own.decided_at is not None and own.opened_at is not None:
        hours = (own.decided_at - own.opened_at) / HOUR_MS
    return Case(
        example=found.disagreement_id,
        visit_id=found.visit_id,
        site_id=found.site_id,
        region_id=found.region_id,
        cause=cause,
        day=found.decided_at // DAY_MS,
        at=found.decided_at,
        upheld=None if own.outcome is None else own.outcome in _UPHELD,
        hours=hours,
        contacts=own.contacts,
        acts=own.acts,
        avoidable_by=avoidable_by(found, events, directory.sites.get(found.site_id)),
    )


def _firsts(cases: Iterable[tuple[Case, str]]) -> Iterator[Case]:
    """Marks those whose customer had one of the same cause shortly before."""
    last: dict[tuple[str, Cause], int] = {}
    for case, customer_id in cases:
        before = last.get((customer_id, case.cause))
        last[customer_id, case.cause] = case.day
        if before is not None and case.day - before < SAME_DAYS:
            yield replace(case, is_first=False)
        else:
            yield case
