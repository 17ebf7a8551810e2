"""Decisions said not to be kept, against the steps of the case in which they were made."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from agents.core.rfc3339 import milliseconds
from agents.operations.audit.cases import TIERS, Case
from agents.operations.audit.finding import Breach, Finding
from schemas.records import (
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    OutcomeName,
    Rule,
    Severity,
    Tier,
)

_FOR_CUSTOMER: Final = (OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD)


class NotKept:
    """What was said not to be kept, until it was corrected."""

    def __init__(self) -> None:
        self._said: dict[str, Disagreement] = {}
        self._corrected: set[str] = set()

    def take(self, record: Disagreement) -> None:
        """A disagreement more, in whatever order they come."""
        if record.rule is not Rule.DECISION_NOT_KEPT:
            return
        if record.decision is Decision.CORRECTED:
            self._corrected.add(record.corrects or "")
        elif record.decision in (Decision.RAISED, Decision.JOINED):
            self._said[record.disagreement_id] = record

    def findings(
        self,
        cases: Mapping[str, Case],
        highest_tier: Callable[[str, Severity], Tier],
        horizon: int,
    ) -> Iterator[Finding]:
        """Those that the steps of their cases do not give; what is not there is not looked at.

        Nor is what was decided after the horizon (ms): a word may still be on its way.
        """
        for name, record in self._said.items():
            if record.decided_at >= horizon:
                continue
            facts = record.reasons[0].facts if record.reasons else {}
            case = cases.get(facts.get("decided_in", ""))
            decided = None if case is None else _decided(case, facts)
            if case is not None and case.steps and 0 in case.steps and decided is None:
                yield _found(name, f"{case.id} has no such decision for the customer")
            if case is None or decided is None:
                continue
            if name not in self._corrected and _spoken_in_time(case, decided):
                yield _found(name, f"somebody spoke of it in time, in {case.id}")
            opened = cases.get(record.escalation_id or "")
            first = None if opened is None else opened.steps.get(0)
            if first is None or first.incident_id is not None:
                continue  # of a storm its manager decides
            if record.decision is not Decision.RAISED:
                continue
            lowest = _one_above(decided.tier, highest_tier(record.policy_version, Severity.HIGH))
            if first.status is EscalationStatus.OPENED and not _reaches(first, lowest):
                yield _found(name, f"{first.escalation_id} begins at {first.tier}, below {lowest}")

    def forget(self, before: int) -> None:
        """Lets go of what was decided before a moment (ms)."""
        self._said = {key: each for key, each in self._said.items() if each.decided_at >= before}
        self._corrected &= self._said.keys()


def _found(of: str, detail: str) -> Finding:
    return Finding(what=Breach.NOT_KEPT_DIFFERS, of=of, detail=detail)


def _decided(case: Case, facts: Mapping[str, str]) -> Escalation | None:
    at = milliseconds(facts.get("decided_at", ""))
    return next(
        (
            step
            for step in case.steps.values()
            if step.status is EscalationStatus.RESOLVED
            and step.occurred_at == at
            and step.outcome in _FOR_CUSTOMER
        ),
        None,
    )


def _spoken_in_time(case: Case, decided: Escalation) -> bool:
    """Of a remedy by a time; of a price alone a word changes nothing."""
    remedy = decided.remedy
    if remedy is None or remedy.by is None or remedy.estimate_id is not None:
        return False
    return any(
        step.status is EscalationStatus.CONTACTED
        and step.step > decided.step
        and step.occurred_at <= remedy.by
        for step in case.steps.values()
    )


def _one_above(tier: Tier, highest: Tier) -> Tier:
    place = TIERS.index(tier)
    return TIERS[max(place, min(place + 1, TIERS.index(highest)))]


def _reaches(first: Escalation, lowest: Tier) -> bool:
    return TIERS.index(first.tier) >= TIERS.index(lowest)
