"""What the desk decided comes back: weights, the ends of episodes, cases opened again."""

from msgspec.structs import replace

from agents.core.customers.state import Case, CaseStatus, Customer, Entry, Standing
from agents.core.customers.throttle import weight_of
from agents.core.handling import PassedOver, Refusal, Rejected
from agents.core.world import World
from schemas.records import Outcome, OutcomeStatus, Rule

_EXCESS_RULES = (Rule.ESTIMATE_OVER_AUTHORISED, Rule.CHARGED_OVER_AUTHORISED)


def refused(customer: Customer | None, outcome: Outcome) -> Rejected | PassedOver | None:
    """Why an outcome changes nothing: it says nothing, or of what is not (or no longer) kept."""
    if outcome.status is OutcomeStatus.UNKNOWN:
        detail = "status is UNKNOWN: must be RESOLVED, WITHDRAWN, REOPENED or MERGED"
        return Rejected(reason=Refusal.INVALID, detail=detail)
    if customer is None:
        return PassedOver.NOT_KNOWN
    entry = any(each.escalation_id == outcome.escalation_id for each in customer.entries)
    visit = customer.visits.get(outcome.visit_id)
    case = visit is not None and any(
        each.escalation_id == outcome.escalation_id for each in visit.cases
    )
    return None if entry or case else PassedOver.NOT_KNOWN


def with_outcome(customer: Customer, outcome: Outcome, world: World) -> Customer:
    """The customer after an outcome: the entry's weight, the visit's case, its episodes."""
    entries = tuple(
        _entry(each, outcome, world) if each.escalation_id == outcome.escalation_id else each
        for each in customer.entries
    )
    customer = replace(customer, entries=entries)
    visit = customer.visits.get(outcome.visit_id)
    if visit is None:
        return customer
    visit = replace(
        visit,
        cases=tuple(
            _case(each, outcome) if each.escalation_id == outcome.escalation_id else each
            for each in visit.cases
        ),
        standings=tuple(_standing(each, outcome) for each in visit.standings),
    )
    return replace(customer, visits={**customer.visits, visit.visit_id: visit})


def _entry(entry: Entry, outcome: Outcome, world: World) -> Entry:
    weight = weight_of(outcome, entry, world.policy.throttle.weights)
    match outcome.status:
        case OutcomeStatus.RESOLVED:
            return replace(entry, weight=weight, outcome=outcome.outcome, closed=True)
        case OutcomeStatus.REOPENED:
            return replace(entry, weight=weight, closed=False)
        case _:
            return replace(entry, weight=weight, outcome=None, closed=True)


def _case(case: Case, outcome: Outcome) -> Case:
    match outcome.status:
        case OutcomeStatus.RESOLVED:
            return replace(
                case,
                status=CaseStatus.RESOLVED,
                closed_at=outcome.occurred_at,
                outcome=outcome.outcome,
            )
        case OutcomeStatus.WITHDRAWN:
            return replace(case, status=CaseStatus.WITHDRAWN, closed_at=outcome.occurred_at)
        case OutcomeStatus.MERGED:
            return replace(case, status=CaseStatus.MERGED, merged_into=outcome.merged_into)
        case _:
            return replace(case, status=CaseStatus.OPEN)


def _standing(standing: Standing, outcome: Outcome) -> Standing:
    """Episodes end with their escalation, and live again with it where their ground stands."""
    if outcome.status is OutcomeStatus.REOPENED:
        if standing.ended_with != outcome.escalation_id:
            return standing
        return replace(standing, live=standing.true, ended_with=None, resolved_excess=None)
    if standing.escalation_id != outcome.escalation_id or not standing.live:
        return standing
    if outcome.status is OutcomeStatus.MERGED:
        return replace(standing, escalation_id=outcome.merged_into)
    ended = replace(standing, live=False, ended_with=outcome.escalation_id)
    if outcome.status is OutcomeStatus.RESOLVED and standing.rule in _EXCESS_RULES:
        return replace(ended, resolved_excess=standing.excess)
    return ended
