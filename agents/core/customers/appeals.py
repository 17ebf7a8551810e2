"""Appeals of throttled decisions and of outcomes; what can't be appealed is a request.

The id is looked for among all visits of the customer: the appeal is then on the visit of the id.

Domain.md, "Appeals".
"""

from typing import Final, TypeVar

from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.asked import abuse_counts
from agents.core.customers.draft import Draft
from agents.core.customers.rule_base.facts import instant
from agents.core.customers.state import (
    Appeal,
    Case,
    CaseStatus,
    Customer,
    Throttled,
    Visit,
    open_cases,
)
from agents.core.customers.stored_facts import Fact, kept
from agents.core.customers.visit import opened_for_appeal
from agents.core.world import World
from schemas.records import (
    CustomerResponse,
    Response,
    Rule,
    Subject,
    Tier,
)

T = TypeVar("T", Throttled, Case)

# Why an appeal can't be one: a code, and the words by which the sentence that says so is known.
WHY_REFUSED: Final = {
    "ONCE": "has been appealed before",
    "LATE": "days ago or longer",
    "RECENT": "a throttled decision was appealed at",
    "UNDECIDED": "the appeal before it is undecided",
    "OPEN": "is not decided yet",
    "ABUSIVE": "an escalation of the customer was found abusive",
}
_ONE_UP = {Tier.LOCAL: Tier.REGIONAL, Tier.REGIONAL: Tier.EXECUTIVE, Tier.EXECUTIVE: Tier.EXECUTIVE}


def is_appeal(event: Fact) -> bool:
    """APPEALED, or DISPUTED of an escalation."""
    if not isinstance(event, CustomerResponse):
        return False
    disputed = event.response is Response.DISPUTED and event.subject is Subject.ESCALATION
    return event.response is Response.APPEALED or disputed


def take(draft: Draft, response: CustomerResponse) -> str:
    """Fix what an appeal is of: what is named, or the latest of the visit that can be appealed.

    Returns the visit on which it is one: that of what it is of; of a request, the response's.
    """
    own = draft.visit(response.visit_id)
    visit = _visit_of(draft, response) or own
    target, refused = _target(draft.customer, visit, response, draft.world)
    if target is None or refused is not None:
        appeal = Appeal(event_id=response.event_id, of=response.subject_id, refused=refused)
        draft.put(replace(own, appeals=(*own.appeals, appeal)))
        return own.visit_id
    if isinstance(target, Case):
        appeal = Appeal(event_id=response.event_id, of=target.escalation_id, reopens=True)
    else:
        appeal = Appeal(
            event_id=response.event_id,
            of=target.disagreement_id,
            start_tier=_ONE_UP[target.start_tier],
        )
    if visit.visit_id != own.visit_id:
        appeal = replace(appeal, said=kept(response))
    visit = replace(visit, appeals=(*visit.appeals, appeal))
    draft.put(
        replace(
            visit,
            throttled=tuple(_spent(each) if each is target else each for each in visit.throttled),
            cases=tuple(_spent(each) if each is target else each for each in visit.cases),
        )
    )
    return visit.visit_id


def _visit_of(draft: Draft, response: CustomerResponse) -> Visit | None:
    """The customer's other visit that has what is named; None: it is none of another one.

    Of an old visit of which only a line is left, the record as it is opened anew.
    """
    named, customer, world = response.subject_id, draft.customer, draft.world
    if named is None or not world.policy.writes_generation(2):
        return None
    for visit in (draft.visit(response.visit_id), *customer.visits.values()):
        if _named(visit, named) is not None:
            return visit
    for line in customer.past:
        of_line = any(each.escalation_id == named for each in line.cases)
        if of_line and line.visit_id not in customer.visits:
            return opened_for_appeal(customer, line, response, world)
    return None


def _spent(target: T) -> T:
    """Each decision and each outcome can be appealed once."""
    return replace(target, appealed=True)


def _target(
    customer: Customer, visit: Visit, response: CustomerResponse, world: World
) -> tuple[Throttled | Case | None, str | None]:
    """What is appealed, and why it can't be, in words."""
    if response.subject_id is not None:
        named = _named(visit, response.subject_id)
        if named is None:
            return None, f"{response.subject_id} is nothing that can be appealed"
        return named, _refused(customer, named, response, world)
    targets: list[Throttled | Case] = [*_decided_cases(visit), *visit.throttled]
    latest_first = sorted(
        enumerate(targets),  # of several by one event the last one is the latest
        key=lambda each: (_decided_at(each[1]), each[0]),
        reverse=True,
    )
    tried = [(each, _refused(customer, each, response, world)) for _, each in latest_first]
    possible = next((each for each in tried if each[1] is None), None)
    return possible or (tried[0] if tried else (None, "nothing can be appealed"))


def _named(visit: Visit, named: str) -> Throttled | Case | None:
    """The decision or escalation of that id; of a merged one, the one that it went into."""
    for each in visit.throttled:
        if each.disagreement_id == named:
            return each
    cases = {each.escalation_id: each for each in visit.cases}
    case = cases.get(named)
    if case is not None and case.merged_into is not None:
        return cases.get(case.merged_into)
    return case


def _decided_cases(visit: Visit) -> tuple[Case, ...]:
    return tuple(each for each in visit.cases if each.status is CaseStatus.RESOLVED)


def _decided_at(target: Throttled | Case) -> int:
    if isinstance(target, Throttled):
        return target.decided_at
    return target.confirmed_at or target.resolved_at or 0


def _refused(
    customer: Customer, target: Throttled | Case, response: CustomerResponse, world: World
) -> str | None:
    """Why the target can't be appealed, in words, or None."""
    if isinstance(target, Case):
        name, what = target.escalation_id, "outcome"
        if target.status is CaseStatus.OPEN:
            return f"{name} {WHY_REFUSED['OPEN']}"
        if target.status is not CaseStatus.RESOLVED:
            return f"{name} has no outcome"
    else:
        name, what = target.disagreement_id, "decision"
    if target.appealed:
        return f"{name} {WHY_REFUSED['ONCE']}: each {what} once"
    within = world.policy.appeals.within_days
    if response.occurred_at - _decided_at(target) >= within * DAY_MS:
        return f"{name} was decided {within} {WHY_REFUSED['LATE']}"
    return None if isinstance(target, Case) else _shut(customer, response, world)


def _shut(customer: Customer, response: CustomerResponse, world: World) -> str | None:
    """Why the customer can appeal no throttled decision now, in words, or None."""
    rules = world.policy.appeals
    apart = rules.throttle_appeal_every_days * DAY_MS
    for at, escalation_id in customer.throttle_appeals:
        if abs(response.occurred_at - at) < apart:
            return (
                f"{WHY_REFUSED['RECENT']} {instant(at)}: "
                f"one in {rules.throttle_appeal_every_days} days"
            )
        if is_undecided(customer, escalation_id):
            return f"{WHY_REFUSED['UNDECIDED']}: {escalation_id}"
    if abuse_counts(customer, response.occurred_at, world.policy):
        return f"{WHY_REFUSED['ABUSIVE']}, and still counts"
    return None


def is_undecided(customer: Customer, escalation_id: str) -> bool:
    """Whether the escalation is open; its entry knows it also when the visit's record has gone.

    What the product found has no entry, and an appeal may have joined it: its case says so.
    """
    own = [each for each in customer.entries if each.escalation_id == escalation_id]
    if own:
        return not all(each.closed for each in own)
    return any(each.escalation_id == escalation_id for each in open_cases(customer))


def note_escalation(draft: Draft, response: CustomerResponse, visit_id: str) -> None:
    """Remember when a throttle was appealed, and which escalation decides the appeal.

    `visit_id`: the visit on which it is an appeal.
    """
    visit = draft.visit(visit_id)
    if not any(
        each.event_id == response.event_id and each.refused is None and not each.reopens
        for each in visit.appeals
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
