"""A dispute in the customer's own words, common to estimates, diagnoses and warranty."""

from agents.core.customers.rule_base.facts import (
    events,
    instant,
    own_word,
    reason,
    severity,
    withdrawn,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.rule_context import RuleContext
from schemas.records import CustomerResponse, Response, Rule, Subject


def disputed(context: RuleContext, rule: Rule, subject: Subject) -> tuple[Finding, ...]:
    """Each thing of this subject that the customer disputes; a dispute of none named is its own."""
    standing: dict[str | None, list[CustomerResponse]] = {}
    for each in context.visit.responses:
        if (
            each.response is Response.DISPUTED
            and each.subject is subject
            and not withdrawn(each, context.visit)
        ):
            standing.setdefault(each.subject_id, []).append(each)
    findings = []
    for subject_id in sorted(standing, key=lambda each: each or ""):
        trigger = own_word(standing[subject_id], context.event_id)
        findings.append(
            Finding(
                rule=rule,
                subject_id=subject_id,
                severity=severity(context.visit),
                occurred_at=trigger.occurred_at,
                trigger_event_id=trigger.event_id,
                reads=events(standing[subject_id]),
                reasons=(
                    reason(
                        rule.value,
                        response=trigger.event_id,
                        disputed_at=instant(trigger.occurred_at),
                        subject=subject.value,
                        subject_id=subject_id,
                        subject_revision=trigger.subject_revision,
                    ),
                ),
                wish=trigger.wish,
            )
        )
    return tuple(findings)
