"""The rule of kind REQUEST: the customer asks for a manager. Appeals are decided elsewhere."""

from collections.abc import Iterator, Mapping

from agents.core.customers.rule_base.definition import rule
from agents.core.customers.rule_base.facts import (
    events,
    instant,
    own_word,
    reason,
    severity,
    withdrawn,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Visit
from agents.core.reasons import RECORDED_CALL
from schemas.records import CustomerResponse, Kind, Reason, Response, Rule, Subject


@rule(Kind.REQUEST, needs=Precondition.ASKED_FOR, asked=True)
def requested_by_customer(context: RuleContext) -> tuple[Finding, ...]:
    """The customer pressed the button, rang a manager (floor), or disputes nothing in particular.

    An appeal that could not be one is a request too, with the reason why. All of a visit are one
    subject; what is asked for is in the one that is the trigger.
    """
    refused = {each.event_id: each.refused for each in context.visit.appeals if each.refused}
    asked = tuple(_asked(context.visit, refused))
    if not asked:
        return ()
    trigger = own_word(asked, context.event_id)
    return (
        Finding(
            rule=Rule.REQUESTED_BY_CUSTOMER,
            subject_id=None,
            severity=severity(context.visit),
            occurred_at=trigger.occurred_at,
            trigger_event_id=trigger.event_id,
            reads=events(asked),
            reasons=tuple(_why(trigger, refused.get(trigger.event_id))),
            floor=trigger.response is Response.CALLED,
            wish=trigger.wish,
        ),
    )


def _asked(visit: Visit, refused: Mapping[str, str]) -> Iterator[CustomerResponse]:
    for each in visit.responses:
        asks = (
            each.response in (Response.REQUESTED, Response.CALLED)
            or (each.response is Response.DISPUTED and each.subject is Subject.NONE)
            or each.event_id in refused
        )
        if asks and not withdrawn(each, visit):
            yield each


def _why(asked: CustomerResponse, refused: str | None) -> Iterator[Reason]:
    yield reason(
        "REQUESTED_BY_CUSTOMER",
        response=asked.response.value,
        event_id=asked.event_id,
        asked_at=instant(asked.occurred_at),
        subject=asked.subject.value,
        subject_id=asked.subject_id,
    )
    if refused is not None:
        yield reason("APPEAL_REFUSED", event_id=asked.event_id, why=refused)
    if asked.response is Response.CALLED and asked.wish and asked.wish.manager_id:
        yield reason(RECORDED_CALL, manager_id=asked.wish.manager_id)
