"""What the desk decided comes back: weights, the ends of episodes, cases opened again."""

from msgspec.structs import replace

from agents.core.customers.granted import granted_after
from agents.core.customers.rules import ONLY_RISES
from agents.core.customers.state import (
    Case,
    CaseStatus,
    Closing,
    Customer,
    Ended,
    Entry,
    EpisodeState,
    PastVisit,
    Visit,
    reopened,
    with_escalation,
)
from agents.core.customers.survey import after_outcome
from agents.core.customers.throttle import weight_of
from agents.core.handling import Arrived, DeadLetterCause, DeadLettered, Skipped, too_far_ahead
from agents.core.world import World
from schemas.records import Outcome, OutcomeName, OutcomeStatus, WithdrawnBy


def refused(
    customer: Customer | None, arrived: Arrived, outcome: Outcome, world: World
) -> DeadLettered | Skipped | None:
    """Why an outcome changes nothing: it says nothing, or of what is not (or no longer) kept."""
    ahead = too_far_ahead(arrived, outcome.occurred_at, world.policy.ahead_at_most_minutes)
    if ahead is not None:
        return ahead
    wrong = _says_nothing(outcome)
    if wrong is not None:
        return DeadLettered(reason=DeadLetterCause.INVALID, detail=wrong)
    if outcome.status is OutcomeStatus.UNKNOWN or outcome.outcome is OutcomeName.UNKNOWN:
        return Skipped.OF_LATER_VERSION
    if customer is None:
        return Skipped.NOT_KNOWN
    entry = any(each.escalation_id == outcome.escalation_id for each in customer.entries)
    held = (customer.visits.get(outcome.visit_id), _line(customer, outcome.visit_id))
    case = any(
        each.escalation_id == outcome.escalation_id
        for of in held
        if of is not None
        for each in of.cases
    )
    return None if entry or case else Skipped.NOT_KNOWN


def _says_nothing(outcome: Outcome) -> str | None:
    if outcome.status is OutcomeStatus.RESOLVED and outcome.outcome is None:
        return "outcome is missing: must be UPHELD, PARTLY_UPHELD, UNFOUNDED or ABUSIVE"
    if outcome.status is OutcomeStatus.MERGED and outcome.merged_into is None:
        return "merged_into is missing: must be the escalation that this one went into"
    return None


def with_outcome(customer: Customer, outcome: Outcome, world: World) -> Customer:
    """The customer after an outcome: the entry's weight, the visit's case, its episodes.

    CONTACTED, a word about what was decided, changes none of these.
    """
    if outcome.status is OutcomeStatus.CONTACTED:
        return _contacted(customer, outcome, world)
    entries = tuple(
        _entry(each, outcome, world) if each.escalation_id == outcome.escalation_id else each
        for each in customer.entries
    )
    customer = replace(customer, entries=entries, throttle_appeals=_appeals(customer, outcome))
    for each in customer.escalations:
        if each.escalation_id == outcome.escalation_id:
            customer = with_escalation(customer, each.escalation_id, each.region_id, world.now)
    visit, line = customer.visits.get(outcome.visit_id), _line(customer, outcome.visit_id)
    if line is not None:
        customer = _with_outcome_of_old(customer, line, outcome)
    if visit is None:
        return customer
    visit = replace(
        visit,
        granted=granted_after(visit, outcome, world),
        cases=_after(_cases(visit, line, outcome), outcome),
        standings=tuple(_standing(each, outcome) for each in visit.standings),
    )
    visit = after_outcome(visit, world.now)
    return replace(customer, visits={**customer.visits, visit.visit_id: visit})


def _contacted(customer: Customer, outcome: Outcome, world: World) -> Customer:
    visit = customer.visits.get(outcome.visit_id)
    if visit is None:
        return customer
    visit = replace(visit, granted=granted_after(visit, outcome, world))
    return replace(customer, visits={**customer.visits, visit.visit_id: visit})


def _with_outcome_of_old(customer: Customer, line: PastVisit, outcome: Outcome) -> Customer:
    """Of a visit whose record has gone the line keeps the case: its outcome can be appealed."""
    after = replace(line, cases=_after(line.cases, outcome))
    return replace(customer, past=tuple(after if each is line else each for each in customer.past))


def _line(customer: Customer, visit_id: str) -> PastVisit | None:
    return next((each for each in customer.past if each.visit_id == visit_id), None)


def _after(cases: tuple[Case, ...], outcome: Outcome) -> tuple[Case, ...]:
    return tuple(
        _case(each, outcome) if each.escalation_id == outcome.escalation_id else each
        for each in cases
    )


def _appeals(customer: Customer, outcome: Outcome) -> tuple[tuple[int, str], ...]:
    """An appeal whose escalation was merged is decided by the one that it went into."""
    into = outcome.merged_into
    if outcome.status is not OutcomeStatus.MERGED or into is None:
        return customer.throttle_appeals
    return tuple(
        (at, into if escalation_id == outcome.escalation_id else escalation_id)
        for at, escalation_id in customer.throttle_appeals
    )


def _entry(entry: Entry, outcome: Outcome, world: World) -> Entry:
    weight = weight_of(outcome, entry, world.policy.throttle.weights)
    by_customer = outcome.withdrawn_by is WithdrawnBy.CUSTOMER
    if by_customer and world.policy.writes_generation(2):
        entry = replace(entry, withdrawn=True)
    match outcome.status:
        case OutcomeStatus.RESOLVED if entry.withdrawn:
            return replace(entry, weight=weight, outcome=None, closed=True)  # nor does it fade
        case OutcomeStatus.RESOLVED:
            return replace(entry, weight=weight, outcome=outcome.outcome, closed=True)
        case OutcomeStatus.REOPENED:
            return replace(entry, weight=weight, closed=False)
        case _:
            return replace(entry, weight=weight, outcome=None, closed=True)


def _cases(visit: Visit, line: PastVisit | None, outcome: Outcome) -> tuple[Case, ...]:
    """The visit's cases, with the one that the desk speaks of, or that is open as it says.

    A visit that opened anew after its record had gone does not know of them until then; its line
    does.
    """
    cases = {each.escalation_id: each for each in visit.cases}
    for each in () if line is None else line.cases:
        if each.escalation_id == outcome.escalation_id:
            cases.setdefault(each.escalation_id, each)
    is_open = outcome.merged_into
    if outcome.status is OutcomeStatus.REOPENED:
        is_open = outcome.escalation_id
    if is_open is not None:
        cases.setdefault(is_open, Case(escalation_id=is_open, opened_at=outcome.occurred_at))
    return tuple(cases.values())


def _case(case: Case, outcome: Outcome) -> Case:
    if _confirms(case, outcome):
        return replace(
            case, outcome=outcome.outcome, confirmed_at=outcome.occurred_at, appealed=False
        )
    case = replace(case, closings=_closings(case, outcome))
    match outcome.status:
        case OutcomeStatus.RESOLVED:
            return replace(
                case,
                status=CaseStatus.RESOLVED,
                resolved_at=outcome.occurred_at,
                confirmed_at=None,
                outcome=outcome.outcome,
                appealed=False,
            )
        case OutcomeStatus.WITHDRAWN:
            return replace(case, status=CaseStatus.WITHDRAWN)
        case OutcomeStatus.MERGED:
            return replace(case, status=CaseStatus.MERGED, merged_into=outcome.merged_into)
        case _:
            return replace(case, status=CaseStatus.OPEN)


def _confirms(case: Case, outcome: Outcome) -> bool:
    """Whether what is resolved already is confirmed to have been ABUSIVE: it ends nothing."""
    found = outcome.status is OutcomeStatus.RESOLVED and outcome.outcome is OutcomeName.ABUSIVE
    return found and case.status is CaseStatus.RESOLVED


def _closings(case: Case, outcome: Outcome) -> tuple[Closing, ...]:
    if outcome.status is OutcomeStatus.REOPENED:
        return reopened(case.closings, outcome.occurred_at)
    resolved = outcome.status is OutcomeStatus.RESOLVED
    return (*case.closings, Closing(outcome.occurred_at, resolved))


def _standing(standing: EpisodeState, outcome: Outcome) -> EpisodeState:
    """Episodes end with their escalation, and live again with it where their ground stands."""
    if outcome.status is OutcomeStatus.REOPENED:
        return _revived(standing, outcome.escalation_id)
    if standing.escalation_id != outcome.escalation_id or not standing.live:
        return standing
    if outcome.status is OutcomeStatus.MERGED:
        return replace(standing, escalation_id=outcome.merged_into)
    episode = Ended(
        escalation_id=outcome.escalation_id,
        disagreement_id=standing.disagreement_id,
        decision=standing.decision,
        severity=standing.severity,
    )
    ended = replace(standing, live=False, ended=(*standing.ended, episode))
    if outcome.status is OutcomeStatus.RESOLVED and standing.rule in ONLY_RISES:
        return replace(ended, resolved_excess=standing.excess)
    return ended


def _revived(standing: EpisodeState, escalation_id: str) -> EpisodeState:
    """The episode that ended with the escalation stands again, as it was when it began."""
    episode = next((each for each in standing.ended if each.escalation_id == escalation_id), None)
    if episode is None or standing.live:
        return standing
    return replace(
        standing,
        live=True,
        decision=episode.decision,
        severity=episode.severity,
        disagreement_id=episode.disagreement_id,
        escalation_id=escalation_id,
        ended=tuple(each for each in standing.ended if each is not episode),
        resolved_excess=None,
    )
