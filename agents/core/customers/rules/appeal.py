"""The rule of kind REQUEST that reads appeals; which of them count is in ../appeals.py."""

from collections.abc import Iterator

from agents.core.customers.rule_base.definition import rule
from agents.core.customers.rule_base.facts import events, instant, reason, severity
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Appeal, Visit
from agents.core.reasons import APPEAL, START_TIER
from schemas.records import CustomerResponse, Kind, Reason, Rule


@rule(Kind.REQUEST, needs=Precondition.APPEAL, asked=True)
def appealed_by_customer(context: RuleContext) -> tuple[Finding, ...]:
    """An appeal that counts as one: of a throttle past it, one tier up (floor); of an outcome to
    the escalation that it is of, which is open again.

    A later WITHDRAWN takes nothing of it back. Of several of one escalation, the last stands.
    """  # noqa: D205
    responses = {each.event_id: each for each in context.visit.responses}
    latest = {each.of: each for each in context.visit.appeals if each.refused is None}
    return tuple(
        _appealed(context, each, each.said or responses[each.event_id]) for each in latest.values()
    )


def _appealed(context: RuleContext, appeal: Appeal, response: CustomerResponse) -> Finding:
    return Finding(
        rule=Rule.APPEALED_BY_CUSTOMER,
        subject_id=appeal.of,
        severity=severity(context.visit),
        occurred_at=response.occurred_at,
        trigger_event_id=response.event_id,
        reads=events((response,)),
        reasons=tuple(_why(context.visit, appeal)),
        floor=True,
        reopens=appeal.of if appeal.reopens else None,
        wish=response.wish,
    )


def _why(visit: Visit, appeal: Appeal) -> Iterator[Reason]:
    if not appeal.reopens:
        assert appeal.start_tier is not None, "the appeal of a throttle has its tier"
        yield reason(APPEAL, of=appeal.of, event_id=appeal.event_id)
        yield reason(START_TIER, tier=appeal.start_tier.value)
        return
    case = next(each for each in visit.cases if each.escalation_id == appeal.of)
    yield reason(
        APPEAL,
        of=appeal.of,
        event_id=appeal.event_id,
        outcome=case.outcome.value if case.outcome else None,
        decided_at=instant(case.resolved_at) if case.resolved_at else None,
    )
