"""A dispute in the customer's own words, common to estimates, diagnoses and warranty."""

from agents.core.customers.finding import Finding
from agents.core.customers.rules.facts import events, instant, own_word, reason, severity, withdrawn
from agents.core.customers.scene import Scene
from schemas.records import CustomerResponse, Response, Rule, Subject


def disputed(scene: Scene, rule: Rule, subject: Subject) -> tuple[Finding, ...]:
    """Each thing of this subject that the customer disputes; a dispute of none named is its own."""
    standing: dict[str | None, list[CustomerResponse]] = {}
    for each in scene.visit.responses:
        if (
            each.response is Response.DISPUTED
            and each.subject is subject
            and not withdrawn(each, scene.visit)
        ):
            standing.setdefault(each.subject_id, []).append(each)
    findings = []
    for subject_id in sorted(standing, key=lambda each: each or ""):
        trigger = own_word(standing[subject_id], scene.event_id)
        findings.append(
            Finding(
                rule=rule,
                subject_id=subject_id,
                severity=severity(scene.visit),
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
