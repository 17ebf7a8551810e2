"""What managers decided for a customer, as a visit keeps it until it is kept (or not)."""

from typing import Final

from msgspec.structs import replace

from agents.core.calendar import DAY_MS, HOUR_MS, add_business_time
from agents.core.customers.state import Granted, Visit
from agents.core.world import World
from schemas.records import Outcome, OutcomeName, OutcomeStatus, Rule

AT_MOST: Final = 20
"""Decisions of one visit that are kept, the newest: no record grows without an end."""
_CLAIMS_AT_MOST: Final = 20  # of one decision
_LOOKED_AT_DAYS: Final = 60
_FOR_CUSTOMER: Final = (OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD)
_OF_CLAIMS: Final = (
    Rule.WARRANTY_DENIED_AGAINST_CAUSE,
    Rule.WARRANTY_REVERSED,
    Rule.WARRANTY_DISPUTED,
)


def granted_after(visit: Visit, outcome: Outcome, world: World) -> tuple[Granted, ...]:
    """What a visit keeps of its decisions after an outcome of one of its escalations.

    A case that is opened again, or decided anew, has no decision of before.
    """
    if outcome.status is OutcomeStatus.CONTACTED:
        return tuple(_contacted(each, outcome) for each in visit.granted)
    others = tuple(each for each in visit.granted if each.escalation_id != outcome.escalation_id)
    new = _granted(visit, outcome, world)
    return others if new is None else (*others, new)[-AT_MOST:]


def looked_at_until(granted: Granted) -> int | None:
    """Until when time can still show that a decision was not kept (ms).

    A closed visit is held as long, and for 60 days after the decision at most.
    """
    by = None if granted.remedy is None else granted.remedy.by
    until = max((each for each in (granted.due_at, by) if each is not None), default=None)
    return None if until is None else min(until, granted.decided_at + _LOOKED_AT_DAYS * DAY_MS)


def _contacted(granted: Granted, outcome: Outcome) -> Granted:
    if granted.escalation_id != outcome.escalation_id:
        return granted
    return replace(granted, contacted_at=outcome.occurred_at)


def _granted(visit: Visit, outcome: Outcome, world: World) -> Granted | None:
    """What a decision for the customer asks of somebody; None: nothing that can be looked at."""
    decided = outcome.status is OutcomeStatus.RESOLVED and outcome.outcome in _FOR_CUSTOMER
    if not decided or not world.policy.writes_generation(2):
        return None
    of_case = [
        each
        for each in visit.standings
        if each.live and each.escalation_id == outcome.escalation_id
    ]
    claims: tuple[tuple[str, Rule], ...] = ()
    if outcome.remedy is None and outcome.outcome is OutcomeName.UPHELD:
        claims = tuple(
            (each.subject_id, each.rule)
            for each in of_case
            if each.rule in _OF_CLAIMS and each.subject_id is not None
        )[:_CLAIMS_AT_MOST]
    if outcome.remedy is None and not claims:
        return None
    hours = world.policy.rules.decision_not_kept.business_hours
    site = world.directory.site(visit.site_id)
    return Granted(
        escalation_id=outcome.escalation_id,
        decided_at=outcome.occurred_at,
        tier=outcome.tier,
        remedy=outcome.remedy,
        claims=claims,
        due_at=add_business_time(site, outcome.occurred_at, hours * HOUR_MS) if claims else None,
        trigger_event_id=of_case[-1].trigger_event_id if of_case else visit.first_event_id,
    )
