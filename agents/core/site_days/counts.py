"""What a record adds to the counts of its site's day, by name."""

from collections.abc import Iterator
from typing import Final

from agents.core.reasons import APPEAL
from schemas.records import (
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    OutcomeName,
    RemedyKind,
)

DECIDED: Final = frozenset(
    {
        Decision.NOT_ELIGIBLE,
        Decision.SHADOWED,
        Decision.JOINED,
        Decision.RAISED,
        Decision.THROTTLED,
    }
)
"""What becomes of a finding that is one: the others say that it is none yet, or none any more."""
GRACE_OVER: Final = "GRACE_OVER"
"""A reason: nobody answered a price in the time that the customer had for it."""
AFTER_THROTTLE, AFTER_OUTCOME = "after_throttle", "after_outcome"

_S: Final = EscalationStatus
_OF_STEPS: Final = {
    _S.JOINED: "cases_joined",
    _S.CONTACTED: "contacts",
    _S.PROMISED: "promises",
    _S.SNOOZED: "snoozed",
    _S.REASSIGNED: "reassigned",
    _S.WARNED: "warned",
    _S.MOVED_UP: "moved_up",
    _S.REOPENED: "cases_reopened",
    _S.WITHDRAWN: "cases_withdrawn",
    _S.MERGED: "cases_merged",
    _S.REFUSED: "actions_refused",
}
"""Waits and confirmed cases stand in the additions of `recourse.insights`, by manager."""
UPHELD: Final = frozenset({OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD})


def of_disagreement(record: Disagreement) -> dict[str, int]:
    """What a decision adds."""
    decision = record.decision
    counts = {f"found_{record.rule}_{decision}".lower(): 1}
    if decision in DECIDED:
        if record.asked is not None:
            counts["decided_asked" if record.asked else "decided_found"] = 1
        if any(each.code == GRACE_OVER for each in record.reasons):
            counts["awaited_in_vain"] = 1
    if decision is Decision.THROTTLED:
        counts["throttled"] = 1
    if record.would_be is not None:
        counts[f"would_be_{record.would_be}".lower()] = 1
    return counts


def of_step(step: Escalation) -> dict[str, int]:
    """What a step adds by itself."""
    counts = {}
    name = _OF_STEPS.get(step.status)
    if name is not None:
        counts[name] = 1
    if step.status is _S.OPENED:
        counts |= {
            "cases_opened": 1,
            f"cases_opened_{step.severity}".lower(): 1,
            f"cases_opened_at_{step.tier}".lower(): 1,
        }
    if step.status is _S.RESOLVED:
        counts |= dict.fromkeys(_of_decision(step), 1)
    return counts


def _of_decision(step: Escalation) -> Iterator[str]:
    in_time = step.occurred_at <= step.decide_by
    yield "cases_resolved"
    yield "cases_resolved_in_time" if in_time else "cases_resolved_late"
    yield f"cases_resolved_{step.severity}".lower()
    if step.outcome is not None:
        yield f"cases_resolved_{step.outcome}".lower()
    if step.remedy is not None:
        yield f"remedies_{step.remedy.kind}".lower()
    elif step.outcome in UPHELD:
        yield "remedies_not_named"


def appeal_in(step: Escalation) -> str | None:
    """Of what a step is an appeal: of a throttled decision or of an outcome; None: of neither."""
    for reason in step.reasons:
        if reason.code == APPEAL:
            return AFTER_OUTCOME if "decided_at" in reason.facts else AFTER_THROTTLE
    return None


REMEDIES: Final = tuple(f"remedies_{each}".lower() for each in RemedyKind)
