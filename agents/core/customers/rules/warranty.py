"""The rules of kind WARRANTY that read one visit; repeated repairs are beside it."""

from agents.core.customers.rule_base.definition import rule
from agents.core.customers.rule_base.disputed import disputed
from agents.core.customers.rule_base.facts import (
    claims,
    covered,
    events,
    later,
    reason,
    severity,
    valid_diagnoses,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from schemas.records import (
    Cause,
    Diagnosis,
    Kind,
    Rule,
    Subject,
    WarrantyDecision,
    WarrantyDecisionName,
)


@rule(Kind.WARRANTY, needs=Precondition.DIAGNOSIS | Precondition.CLAIM)
def warranty_denied_against_cause(context: RuleContext) -> tuple[Finding, ...]:
    """A claim is denied though a valid diagnosis names the cause MANUFACTURING, in either order."""
    diagnoses = valid_diagnoses(context.visit)
    against = [each for each in diagnoses if each.cause is Cause.MANUFACTURING]
    if not against:
        return ()
    findings = []
    for claim_id, revisions in claims(context.visit).items():
        denied = revisions[-1]
        if denied.decision is not WarrantyDecisionName.DENIED:
            continue
        compared: tuple[WarrantyDecision | Diagnosis, ...] = (denied, *against)
        trigger = later(compared)
        findings.append(
            Finding(
                rule=Rule.WARRANTY_DENIED_AGAINST_CAUSE,
                subject_id=claim_id,
                severity=severity(context.visit),
                occurred_at=trigger.occurred_at,
                trigger_event_id=trigger.event_id,
                reads=events((denied,), diagnoses),
                reasons=tuple(
                    reason(
                        "WARRANTY_DENIED_AGAINST_CAUSE",
                        claim_id=claim_id,
                        claim_revision=denied.revision,
                        reason_code=denied.reason_code,
                        diagnosis_id=each.diagnosis_id,
                        diagnosis_revision=each.revision,
                        code=each.code,
                        cause=each.cause.value,
                    )
                    for each in against
                ),
            )
        )
    return tuple(findings)


@rule(Kind.WARRANTY, needs=Precondition.CLAIM)
def warranty_reversed(context: RuleContext) -> tuple[Finding, ...]:
    """A claim was APPROVED or GOODWILL, and is DENIED or covers less now.

    What lies between is no matter.
    """
    findings = []
    for claim_id, revisions in claims(context.visit).items():
        current = revisions[-1]
        granted = [each for each in revisions if covered(each) > covered(current)]
        decided = current.decision is WarrantyDecisionName.DENIED or covered(current) > 0
        if not decided or not granted:
            continue
        trigger = later((current, *granted))
        all_revisions = (
            each for each in context.visit.warranty_decisions if each.claim_id == claim_id
        )
        findings.append(
            Finding(
                rule=Rule.WARRANTY_REVERSED,
                subject_id=claim_id,
                severity=severity(context.visit),
                occurred_at=trigger.occurred_at,
                trigger_event_id=trigger.event_id,
                reads=events(all_revisions),
                reasons=(
                    reason(
                        "WARRANTY_REVERSED",
                        claim_id=claim_id,
                        decision_before=granted[-1].decision.value,
                        revision_before=granted[-1].revision,
                        decision_now=current.decision.value,
                        revision_now=current.revision,
                        reason_code=current.reason_code,
                        **_shares(granted[-1], current),
                    ),
                ),
            )
        )
    return tuple(findings)


def _shares(before: WarrantyDecision, now: WarrantyDecision) -> dict[str, int]:
    """How much was and is covered, where it is less and not nothing."""
    if not covered(now):
        return {}
    return {"covered_percent_before": covered(before), "covered_percent_now": covered(now)}


@rule(Kind.WARRANTY, needs=Precondition.DISPUTED, asked=True)
def warranty_disputed(context: RuleContext) -> tuple[Finding, ...]:
    """The customer disputes a decision on warranty."""
    return disputed(context, Rule.WARRANTY_DISPUTED, Subject.WARRANTY)
