"""Receipts: what became at once of each thing that a customer said, under the app's own event_id.

One an event, made with what it leads to. What its case comes to later is the desk's to say. Nothing
that the customer wrote in their own words is in one.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from agents.core.customers.appeals import WHY_REFUSED
from agents.core.customers.draft import Draft
from agents.core.customers.episodes import context_of
from agents.core.customers.partition import Partition
from agents.core.customers.rule_base.authorised import estimates
from agents.core.customers.rule_base.facts import instant, reason, valid_revision
from agents.core.customers.rules import RULES
from agents.core.customers.state import Appeal, EpisodeState, Visit
from agents.core.customers.stored_facts import Fact
from agents.core.handling import Counted, Output, Skipped
from agents.core.notices.throttled import appeal_until, limit_of
from agents.core.world import World
from schemas.records import (
    Answer,
    CustomerResponse,
    DeadLetter,
    DeadLetterReason,
    Decision,
    Disagreement,
    Reason,
    Receipt,
    ReceiptDecision,
    ReceiptStatus,
    Response,
    Rule,
    Subject,
)
from schemas.records.common import LONGEST_TEXT, Id, Time

TOPIC: Final = "recourse.receipts"
CHANNEL: Final = "service.customer-responses"

NOTED: Final = "NOTED"
"""It was taken, and nothing else follows from it now."""
APPEAL_TAKEN: Final = "APPEAL_TAKEN"
APPEAL_REFUSED: Final = "APPEAL_REFUSED"
STANDS: Final = "STANDS"
"""The same was asked before, and that stands: facts say as which disagreement, and which case."""
WAIT_ENDED: Final = "WAIT_ENDED"
"""A price above the limit waited for this answer, and does so no more. facts: estimate_id."""
THROTTLED: Final = "THROTTLED"
RECORDS_EXCEEDED: Final = "RECORDS_EXCEEDED"
"""The visit has had all the records of the day, so something was not decided."""
SAME_CONTENT: Final = "SAME_CONTENT"
OTHER_CONTENT: Final = "OTHER_CONTENT"
"""The event_id is that of another event: this one is lost, unless it comes under its own id."""

_WHY_NOT: Final = {
    **WHY_REFUSED,
    "NO_OUTCOME": "has no outcome",
    "NOT_KNOWN": "is nothing that can be appealed",
    "NOTHING": "nothing can be appealed",
}
_DETAILED: Final = (DeadLetterReason.INVALID, DeadLetterReason.TOO_LATE)
_ANSWERED: Final = (Response.AUTHORISED, Response.DECLINED)
_DISPUTED: Final = {
    Subject.ESTIMATE: Rule.ESTIMATE_DISPUTED,
    Subject.DIAGNOSIS: Rule.DIAGNOSIS_DISPUTED,
    Subject.WARRANTY: Rule.WARRANTY_DISPUTED,
}
_REQUESTS: Final = (Response.REQUESTED, Response.CALLED, Response.DISPUTED, Response.APPEALED)


def give(draft: Draft, event: Fact, before: Visit | None) -> None:
    """Write the receipt of what a customer said, once all that follows from it is drafted.

    `before`: its visit without it.
    """
    if not isinstance(event, CustomerResponse) or not draft.world.policy.writes_generation(2):
        return
    decided = [each.record for each in draft.outputs if isinstance(each.record, Disagreement)]
    handed = [each.record for each in draft.outputs if isinstance(each.record, Answer)]
    handed_to = tuple(each.escalation_id for each in handed if each.event_id == event.event_id)
    reasons = tuple(_reasons(draft, event, before, decided))
    if not (decided or handed_to or reasons):
        reasons = (reason(NOTED),)
    receipt = Receipt(
        event_id=event.event_id,
        customer_id=event.customer_id,
        visit_id=event.visit_id,
        response=event.response,
        occurred_at=event.occurred_at,
        handled_at=draft.world.now,
        status=ReceiptStatus.TAKEN,
        counted=any(each.asked is True and each.decision is Decision.RAISED for each in decided),
        decisions=tuple(_decision(each) for each in decided),
        handed_to=handed_to,
        reasons=reasons,
        policy_version=draft.world.policy.version,
    )
    draft.outputs.append(Output(topic=TOPIC, record=receipt, id=event.event_id))


def of_repeated(event: Fact, why: Skipped, world: World) -> tuple[Output, ...]:
    """What is said of an event whose id was there before; the first one's receipt stands."""
    if not isinstance(event, CustomerResponse) or not world.policy.writes_generation(2):
        return ()
    code = SAME_CONTENT if why is Skipped.DUPLICATE else OTHER_CONTENT
    receipt = _without_effect(
        ReceiptStatus.ALREADY,
        (reason(code),),
        world,
        event_id=event.event_id,
        customer_id=event.customer_id,
        visit_id=event.visit_id,
        response=event.response,
        occurred_at=event.occurred_at,
    )
    return (Output(topic=TOPIC, record=receipt, id=f"{event.event_id}:{ReceiptStatus.ALREADY}"),)


class _Named(Struct, frozen=True):
    """Whose event it is, as far as a receipt needs it."""

    event_id: Id
    customer_id: Id


def of_dead_letter(
    partition: Partition,
    fields: Mapping[str, object],
    letter: DeadLetter,
    world: World,
) -> tuple[Output, ...]:
    """The receipt of what the customers' channel wrote and nobody could use; none without ids.

    Who asked to be forgotten gets none of what occurred before that. Of an event that was taken
    before, another copy takes nothing back: that is ALREADY.

    Args:
        partition: the customers of the event's partition.
        fields: those of the event, whatever they hold.
        letter: the dead letter; its detail is written for the engineer of the channel.
        world: the policy and the time.
    """
    why = letter.reason
    if why is DeadLetterReason.ERASED or not world.policy.writes_generation(2):
        return ()
    try:
        named = msgspec.convert(fields, _Named)
    except msgspec.ValidationError:
        return ()
    place = f"{letter.topic}:{letter.partition}:{letter.offset}"
    detail = letter.detail[:LONGEST_TEXT] if why in _DETAILED else None
    said = reason(why.value, dead_letter=place, detail=detail)
    customer = partition.get(named.customer_id)
    taken = customer is not None and named.event_id in customer.seen
    status = ReceiptStatus.ALREADY if taken else ReceiptStatus.REFUSED
    receipt = _without_effect(
        status,
        (said,),
        world,
        event_id=named.event_id,
        customer_id=named.customer_id,
        visit_id=_readable(fields, "visit_id", Id),
        response=_readable(fields, "response", Response) or Response.UNKNOWN,
        occurred_at=_readable(fields, "occurred_at", Time),
    )
    id_ = f"{named.event_id}:{status}" if taken else named.event_id
    return (Output(topic=TOPIC, record=receipt, id=id_),)


def _readable(fields: Mapping[str, object], name: str, kind: Any) -> Any:  # noqa: ANN401
    try:
        return msgspec.convert(fields.get(name), kind)
    except msgspec.ValidationError:
        return None


def _without_effect(
    status: ReceiptStatus,
    reasons: tuple[Reason, ...],
    world: World,
    **said: Any,  # noqa: ANN401 - what the event says
) -> Receipt:
    return Receipt(
        handled_at=world.now,
        status=status,
        counted=False,
        decisions=(),
        handed_to=(),
        reasons=reasons,
        policy_version=world.policy.version,
        **said,
    )


def _decision(record: Disagreement) -> ReceiptDecision:
    return ReceiptDecision(
        disagreement_id=record.disagreement_id,
        rule=record.rule,
        subject_id=record.subject_id,
        decision=record.decision,
        escalation_id=record.escalation_id,
        corrects=record.corrects,
    )


def _reasons(
    draft: Draft, event: CustomerResponse, before: Visit | None, decided: list[Disagreement]
) -> Iterator[Reason]:
    yield from _of_appeal(draft, event)
    for each in decided:
        if each.decision is Decision.THROTTLED:
            yield _throttled(each)
    yield from _still_standing(draft.visit(event.visit_id), event, decided)
    yield from _no_longer_awaited(draft, event, before)
    if Counted.RECORDS_EXCEEDED in draft.noted:
        yield reason(RECORDS_EXCEEDED)


def _of_appeal(draft: Draft, event: CustomerResponse) -> Iterator[Reason]:
    if not any(visit.appeals for visit in draft.customer.visits.values()):
        return
    for visit in draft.customer.visits.values():
        for each in visit.appeals:
            if each.event_id == event.event_id and each.refused is None:
                yield reason(APPEAL_TAKEN, of=each.of)
            elif each.event_id == event.event_id:
                yield reason(APPEAL_REFUSED, of=each.of, why=why_not(each))


def why_not(appeal: Appeal) -> str:
    """The code of why an appeal could not be one."""
    said = appeal.refused or ""
    return next((code for code, words in _WHY_NOT.items() if words in said), "OTHER")


def _throttled(record: Disagreement) -> Reason:
    """From when it is possible again and until when it can be appealed, as the customer is told."""
    throttle, until = record.throttle, appeal_until(record)
    next_at = None if throttle is None else throttle.next_at
    return reason(
        THROTTLED,
        disagreement_id=record.disagreement_id,
        **limit_of(record),
        next_at=None if next_at is None else instant(next_at),
        appeal_until=None if until is None else instant(until),
    )


def _still_standing(
    visit: Visit, event: CustomerResponse, decided: list[Disagreement]
) -> Iterator[Reason]:
    """What the customer asked for again, while it stands."""
    if event.response not in _REQUESTS or not visit.standings:
        return
    if any(each.trigger_event_id == event.event_id for each in decided):
        return
    for each in visit.standings:
        if each.live and _is_asked_again(each, event):
            yield reason(
                STANDS, disagreement_id=each.disagreement_id, escalation_id=each.escalation_id
            )


def _is_asked_again(standing: EpisodeState, event: CustomerResponse) -> bool:
    disputed = _DISPUTED.get(event.subject) if event.response is Response.DISPUTED else None
    if disputed is None:
        return standing.rule is Rule.REQUESTED_BY_CUSTOMER
    return standing.rule is disputed and standing.subject_id == event.subject_id


def _no_longer_awaited(
    draft: Draft, event: CustomerResponse, before: Visit | None
) -> Iterator[Reason]:
    """The prices that waited for the customer's yes or no until this answer, as the rule says it.

    It is asked only of the few visits on which one waits: what an answer means is the rule's alone.
    """
    if event.response not in _ANSWERED or before is None or not _may_await(before):
        return
    awaited = _awaited(draft, before) - _awaited(draft, draft.visit(event.visit_id))
    for estimate_id in sorted(awaited):
        yield reason(WAIT_ENDED, estimate_id=estimate_id)


def _may_await(visit: Visit) -> bool:
    """Whether the valid revision of an estimate was AWAITING: only such a one can still be."""
    if not visit.awaiting_recorded or visit.closures:
        return False
    valid = (valid_revision(each) for each in estimates(visit).values())
    return any((each.estimate_id, each.revision) in visit.awaiting_recorded for each in valid)


def _awaited(draft: Draft, visit: Visit) -> set[str]:
    context = context_of(draft.customer, visit, draft.then, None)
    found = RULES[Rule.ESTIMATE_OVER_AUTHORISED](context)
    return {each.subject_id for each in found if each.awaiting and each.subject_id is not None}
