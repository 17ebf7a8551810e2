"""The survey: once a visit is over, its customer is asked how it was.

In all arms alike: it is the one thing that is said where the pilot is not, so that the arms can be
compared by what customers say.
"""

from typing import Final

from msgspec.structs import replace

from agents.core.calendar import DAY_MS, HOUR_MS
from agents.core.customers.rule_base.facts import moment
from agents.core.customers.state import CaseStatus, Customer, Visit
from agents.core.handling import Arrived
from agents.core.world import World
from schemas.records import Closure

SURVEYS: Final = "surveys"
"""The counter of a visit, which its line keeps: nobody is asked twice of one visit."""


def due_by(visit: Visit, arrived: Arrived, world: World) -> int | None:
    """When the customer is to be asked of a visit, with the event that has arrived (ms).

    That is some time after the closure that occurred last, at the earliest now. It is None where
    that came too late, where the visit had ended otherwise before, and where they were asked of it.
    """
    closure = arrived.record
    if not isinstance(closure, Closure) or not _is_on(world):
        return visit.survey_at
    if any(moment(each) > moment(closure) for each in visit.closures):
        return visit.survey_at
    ended_before = visit.ended_published and not visit.closures
    rules = world.policy.survey
    late = arrived.arrived_at - closure.occurred_at > rules.late_closure_hours * HOUR_MS
    if late or ended_before or visit.counters.get(SURVEYS):
        return None
    return max(closure.occurred_at + rules.after_hours * HOUR_MS, world.now)


def waits_until(visit: Visit) -> int | None:
    """When the customer is to be asked, if time alone decides it: not while a case is open (ms)."""
    if visit.survey_at is None or _has_open_case(visit):
        return None
    return visit.survey_at


def after_outcome(visit: Visit, now: int) -> Visit:
    """The visit once the desk has said something of its case: who waited for its end waits no more.

    They are asked now at the earliest.
    """
    if visit.survey_at is None or visit.survey_at >= now:
        return visit
    return replace(visit, survey_at=now)


def taken(visit: Visit) -> Visit:
    """The visit whose moment has come: whatever becomes of it, it does not come again."""
    return replace(visit, survey_at=None, counters={**visit.counters, SURVEYS: 1})


def is_asked(customer: Customer, at: int, world: World) -> bool:
    """Whether a customer may be asked at a moment (ms): not again within some days."""
    if not _is_on(world):
        return False
    last = customer.surveyed_at
    return last is None or at - last >= world.policy.survey.every_days * DAY_MS


def _is_on(world: World) -> bool:
    return world.policy.notices.survey and world.policy.writes_generation(2)


def _has_open_case(visit: Visit) -> bool:
    return any(each.status is CaseStatus.OPEN for each in visit.cases)
