"""Appeals of throttled decisions (domain.md, "Appeals"); what can't be appealed is a request.

Appeals of outcomes are not taken in this version, so they are requests with that reason.
"""

from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.draft import Draft
from agents.core.customers.finding import Finding
from agents.core.customers.rules.facts import events, instant, reason, severity
from agents.core.customers.scene import Scene
from agents.core.customers.state import (
    Appeal,
    CaseStatus,
    Customer,
    Fact,
    Throttled,
    Visit,
)
from agents.core.customers.throttle import fade
from agents.core.reasons import APPEAL, START_TIER
from agents.core.world import World
from schemas.records import CustomerResponse, OutcomeName, Response, Rule, Subject, Tier

_ONE_UP = {Tier.LOCAL: Tier.REGIONAL, Tier.REGIONAL: Tier.EXECUTIVE, Tier.EXECUTIVE: Tier.EXECUTIVE}


def is_appeal(event: Fact) -> bool:
    """APPEALED, or DISPUTED of an escalation."""
    if not isinstance(event, CustomerResponse):
        return False
    disputed = event.response is Response.DISPUTED and event.subject is Subject.ESCALATION
    return event.response is Response.APPEALED or disputed


def take(draft: Draft, response: CustomerResponse) -> None:
    """Fix what an appeal is of: the decision named, or the latest that can be appealed."""
    visit = draft.visit(response.visit_id)
    target = _target(visit, response, draft.world)
    refused = _refused(draft.customer, visit, response, target, draft.world)
    if target is None or refused is not None:
        appeal = Appeal(event_id=response.event_id, of=response.subject_id, refused=refused)
        draft.put(replace(visit, appeals=(*visit.appeals, appeal)))
        return
    appeal = Appeal(
        event_id=response.event_id,
        of=target.disagreement_id,
        start_tier=_ONE_UP[target.start_tier],
    )
    throttled = tuple(
        replace(each, appealed=True) if each is target else each for each in visit.throttled
    )
    draft.put(replace(visit, appeals=(*visit.appeals, appeal), throttled=throttled))


def _target(visit: Visit, response: CustomerResponse, world: World) -> Throttled | None:
    if response.subject_id is not None:
        return next(
            (each for each in visit.throttled if each.disagreement_id == response.subject_id), None
        )
    possible = [
        each
        for each in visit.throttled
        if not each.appealed and _is_in_time(each.decided_at, response, world)
    ]
    # Of several decided by one event, the last is the latest.
    latest = max(reversed(possible), key=lambda each: each.decided_at, default=None)
    if latest is not None and latest.decided_at < _last_outcome_at(visit):
        return None  # it is the outcome that is meant
    return latest


def _last_outcome_at(visit: Visit) -> int:
    resolved = (each for each in visit.cases if each.status is CaseStatus.RESOLVED)
    return max((each.resolved_at or 0 for each in resolved), default=0)


def _is_in_time(decided_at: int, response: CustomerResponse, world: World) -> bool:
    within = world.policy.appeals.within_days * DAY_MS
    return response.occurred_at - decided_at < within


def _refused(
    customer: Customer,
    visit: Visit,
    response: CustomerResponse,
    target: Throttled | None,
    world: World,
) -> str | None:
    """Why the appeal can't be one, in words, or None."""
    rules = world.policy.appeals
    if target is None:
        return _nothing_there(visit, response)
    if target.appealed:
        return f"{target.disagreement_id} has been appealed before: each decision once"
    if not _is_in_time(target.decided_at, response, world):
        return f"{target.disagreement_id} was decided {rules.within_days} days ago or longer"
    apart = rules.throttle_appeal_every_days * DAY_MS
    for at, escalation_id in customer.throttle_appeals:
        if abs(response.occurred_at - at) < apart:
            return (
                f"a throttled decision was appealed at {instant(at)}: "
                f"one in {rules.throttle_appeal_every_days} days"
            )
        if is_undecided(customer, escalation_id):
            return f"the appeal before it is undecided: {escalation_id}"
    if any(
        each.outcome is OutcomeName.ABUSIVE
        and fade(each, response.occurred_at, world.policy.throttle) > 0
        for each in customer.entries
    ):
        return "an escalation of the customer was found abusive, and still counts"
    return None


def _nothing_there(visit: Visit, response: CustomerResponse) -> str:
    ended = [each.escalation_id for each in visit.cases if each.status is CaseStatus.RESOLVED]
    if response.subject_id in ended or (response.subject_id is None and ended):
        return "appeals of outcomes are not taken in this version"
    named = response.subject_id
    return f"{named} is nothing that can be appealed" if named else "nothing can be appealed"


def is_undecided(customer: Customer, escalation_id: str) -> bool:
    """Whether the escalation is open; its entry knows it also when the visit's record has gone."""
    return any(each.escalation_id == escalation_id and not each.closed for each in customer.entries)


def appealed_by_customer(scene: Scene) -> tuple[Finding, ...]:
    """An appeal that counts as one: past the throttle, one tier up (floor).

    A later WITHDRAWN takes nothing of it back.
    """
    responses = {each.event_id: each for each in scene.visit.responses}
    return tuple(
        _appealed(scene, each, responses[each.event_id])
        for each in scene.visit.appeals
        if each.refused is None
    )


def _appealed(scene: Scene, appeal: Appeal, response: CustomerResponse) -> Finding:
    assert appeal.start_tier is not None, "an appeal that counts as one has its tier"
    return Finding(
        rule=Rule.APPEALED_BY_CUSTOMER,
        subject_id=appeal.of,
        severity=severity(scene.visit),
        occurred_at=response.occurred_at,
        trigger_event_id=response.event_id,
        reads=events((response,)),
        reasons=(
            reason(APPEAL, of=appeal.of, event_id=response.event_id),
            reason(START_TIER, tier=appeal.start_tier.value),
        ),
        floor=True,
        wish=response.wish,
    )


def note_escalation(draft: Draft, response: CustomerResponse) -> None:
    """Remember when a throttle was appealed, and which escalation decides the appeal."""
    visit = draft.visit(response.visit_id)
    if not any(
        each.event_id == response.event_id and each.refused is None for each in visit.appeals
    ):
        return
    escalation_id = next(
        (
            each.escalation_id or ""
            for each in visit.standings
            if each.rule is Rule.APPEALED_BY_CUSTOMER and each.trigger_event_id == response.event_id
        ),
        "",
    )
    made = (response.occurred_at, escalation_id)
    draft.customer = replace(
        draft.customer, throttle_appeals=(*draft.customer.throttle_appeals, made)
    )
