"""What recourse.cases shows of each case, against its newest step."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from agents.core.handling import Tombstone
from agents.core.policy import Policy
from agents.operations.audit.finding import Breach, Finding
from schemas.records import (
    Case,
    CasePhase,
    Erased,
    Escalation,
    EscalationStatus,
    OutcomeName,
    Severity,
    Tier,
)

_S = EscalationStatus
_PHASES = {
    _S.OPENED: CasePhase.OPEN,
    _S.REOPENED: CasePhase.OPEN,
    _S.RESOLVED: CasePhase.RESOLVED,
    _S.CONFIRMED: CasePhase.RESOLVED,
    _S.WITHDRAWN: CasePhase.WITHDRAWN,
    _S.MERGED: CasePhase.MERGED,
}
"""What a step begins or ends; what any other leaves as it was."""
_GENERATION = 2


class _Said(Struct, frozen=True, kw_only=True):
    """What both must say; `at`: when it came into its topic (ms)."""

    at: int
    step: int
    tier: Tier
    severity: Severity
    manager_id: str | None
    decide_by: int
    phase: CasePhase
    status: EscalationStatus | None
    outcome: OutcomeName | None = None
    policy_version: str


class Shown:
    """The newest step and the newest record of each case, in whatever order they come."""

    def __init__(self) -> None:
        self._steps: dict[str, _Said] = {}
        self._records: dict[str, _Said] = {}
        self._erased: dict[str, int] = {}

    def take(self, record: Escalation | Case | Tombstone | Erased, at: int | None) -> None:
        """A record more; `at`: when it came into its topic (ms)."""
        match record:
            case Escalation():
                before = self._steps.get(record.escalation_id)
                if before is None or before.step <= record.step:
                    phase = _phase(record, before)
                    self._steps[record.escalation_id] = _said(record, phase, at)
            case Case():
                self._records[record.escalation_id] = _said(record, record.phase, at)
            case Tombstone():
                self._records.pop(record.key, None)
            case Erased():
                arrived = record.occurred_at if at is None else at
                self._erased.update(dict.fromkeys(record.escalation_ids, arrived))

    def findings(self, policies: Mapping[str, Policy], horizon: int) -> Iterator[Finding]:
        """Where they differ, or an open case is not shown though it should be; up to `horizon`."""
        for key, step in self._steps.items():
            record = self._records.get(key)
            if step.at >= horizon or (record is not None and record.at >= horizon):
                continue
            if self._erased.get(key, horizon) < horizon:
                if record is not None:
                    yield _found(key, "its customer asked to be forgotten, and it is shown")
            elif record is not None:
                yield from _differences(key, record, step)
            elif step.phase is CasePhase.OPEN and _is_shown_under(policies, step):
                yield _found(key, f"step {step.step} left it open, and it is not shown")

    def forget(self, before: int) -> None:
        """Lets go of what ended, or was erased, before a moment (ms)."""
        for key, step in list(self._steps.items()):
            if step.at < before and step.phase is not CasePhase.OPEN:
                del self._steps[key]
                self._records.pop(key, None)
        self._erased = {key: at for key, at in self._erased.items() if at >= before}


def _is_shown_under(policies: Mapping[str, Policy], step: _Said) -> bool:
    policy = policies.get(step.policy_version)
    return policy is not None and policy.writes_generation(_GENERATION)


def _phase(step: Escalation, before: _Said | None) -> CasePhase:
    return _PHASES.get(step.status, CasePhase.OPEN if before is None else before.phase)


def _said(record: Escalation | Case, phase: CasePhase, at: int | None) -> _Said:
    return _Said(
        at=record.occurred_at if at is None else at,
        step=record.step,
        tier=record.tier,
        severity=record.severity,
        manager_id=record.manager.manager_id if record.manager else None,
        decide_by=record.decide_by,
        phase=phase,
        status=record.status,
        outcome=record.outcome,
        policy_version=record.policy_version,
    )


def _differences(key: str, record: _Said, step: _Said) -> Iterator[Finding]:
    if record.step != step.step:
        yield _found(key, f"it is shown as of step {record.step}, and its newest is {step.step}")
        return
    names = ["phase", "tier", "severity", "manager_id", "decide_by"]
    if record.status is None:  # the step came before there was such a topic
        names = ["phase", "tier", "severity"]
    elif step.status in (_S.RESOLVED, _S.CONFIRMED):
        names.append("outcome")
    for name in names:
        shown, is_so = getattr(record, name), getattr(step, name)
        if name == "outcome" and (shown, is_so) == (OutcomeName.UNFOUNDED, OutcomeName.ABUSIVE):
            continue  # nobody has confirmed it yet
        if shown != is_so:
            yield _found(key, f"step {step.step} says {name} {is_so}, and it is shown as {shown}")


def _found(key: str, detail: str) -> Finding:
    return Finding(what=Breach.SHOWN_OTHERWISE, of=key, detail=detail)
