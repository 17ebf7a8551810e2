"""Records to explain, with only what a test says different."""

from typing import Any

from agents.core.rfc3339 import milliseconds
from schemas.records import (
    Arm,
    Channel,
    DeadLetter,
    DeadLetterReason,
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    Kind,
    ManagerContact,
    Reason,
    Rule,
    Severity,
    Throttle,
    Tier,
)

AT = milliseconds("2026-03-02T14:00:00Z") or 0
HOUR = 3_600_000


def a_disagreement(**changes: Any) -> Disagreement:
    rule = changes.get("rule", Rule.ESTIMATE_DISPUTED)
    of = changes.get("visit_id", "v1")
    given: dict[str, Any] = {
        "disagreement_id": f"{of}:{rule}:1",
        "n": 1,
        "visit_id": "v1",
        "customer_id": "c1",
        "site_id": "columbus",
        "region_id": "us-east",
        "kind": Kind.ESTIMATE,
        "rule": rule,
        "severity": Severity.NORMAL,
        "decision": Decision.RAISED,
        "arm": Arm.LIVE,
        "trigger_event_id": "e1",
        "occurred_at": AT,
        "decided_at": AT,
        "reasons": (Reason(code="THROTTLE", facts={"appeal_within_days": "14"}),),
        "throttle": Throttle(used=3, limit=3, window_days=30, next_at=AT + 24 * HOUR),
        "language": "en-US",
        "channels": (Channel.SMS,),
        "time_zone": "America/New_York",
        "policy_version": "p1",
    }
    return Disagreement(**given | changes)


def a_step(**changes: Any) -> Escalation:
    of = changes.get("visit_id", "v1")
    step = changes.get("step", 0)
    given: dict[str, Any] = {
        "escalation_id": f"{of}:1",
        "step": step,
        "status": EscalationStatus.OPENED,
        "occurred_at": AT + step,
        "visit_id": "v1",
        "customer_id": "c1",
        "site_id": "columbus",
        "region_id": "us-east",
        "severity": Severity.NORMAL,
        "tier": Tier.LOCAL,
        "kinds": (Kind.ESTIMATE,),
        "disagreement_ids": (f"{of}:ESTIMATE_DISPUTED:1",),
        "manager": ManagerContact(manager_id="m-brooks", name="Terrence Brooks", phone="+1"),
        "passed_over": (),
        "acknowledge_by": AT + 2 * HOUR,
        "decide_by": AT + 8 * HOUR,
        "until": AT + 4 * HOUR,
        "by": "m-brooks",
        "reasons": (),
        "policy_version": "p1",
    }
    return Escalation(**given | changes)


def a_letter(**changes: Any) -> DeadLetter:
    given: dict[str, Any] = {
        "topic": "service.estimates",
        "partition": 3,
        "offset": 17,
        "reason": DeadLetterReason.INVALID,
        "detail": "total is -1: must be 0 or more",
        "occurred_at": AT,
        "headers": {},
    }
    return DeadLetter(**given | changes)
