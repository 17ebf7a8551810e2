"""What a case comes from: rule, diagnosis code, reason and operation, as its records say."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from schemas.records import Diagnosis, Disagreement, Estimate, Rule, Stage, WarrantyDecision

_CODES = ("code", "centre_code", "code_after")
"""Facts of a reason that name a diagnosis code, the most telling one first."""


class Part(StrEnum):
    """What a cause is made of, and may be looked at by."""

    RULE = "rule"
    CODE = "code"
    REASON = "reason"
    OPERATION = "operation"


class Cause(Struct, frozen=True, kw_only=True):
    """Where a case comes from; a part that is not known, or not asked for, is None.

    `code`: of the diagnosis. `reason`: the claim's reason code, or what the customer says that it
    is about. `operation`: the work whose price rose, that was charged, or that a claim is of.
    """

    rule: Rule | None = None
    code: str | None = None
    reason: str | None = None
    operation: str | None = None

    def by(self, parts: Iterable[Part]) -> "Cause":
        """The cause as far as it is looked at."""
        kept = frozenset(parts)
        gone = {part.value: None for part in Part if part not in kept}
        return replace(self, **gone) if gone else self

    def __str__(self) -> str:
        """Its parts, as they are written."""
        parts = (self.rule.value if self.rule else None, self.code, self.reason, self.operation)
        return ", ".join(each for each in parts if each is not None)


def order(cause: Cause) -> tuple[str, str, str, str]:
    """An order of causes that is the same in every run."""
    return (
        cause.rule.value if cause.rule else "",
        cause.code or "",
        cause.reason or "",
        cause.operation or "",
    )


def cause_of(
    found: Disagreement,
    diagnoses: Sequence[Diagnosis],
    estimates: Sequence[Estimate],
    claims: Sequence[WarrantyDecision],
) -> Cause:
    """The cause of what was found, by what its visit had by then.

    Args:
        found: the record of the decision.
        diagnoses: those of the visit; so are `estimates` and `claims`.
        estimates: all revisions.
        claims: all revisions.
    """
    facts = found.reasons[0].facts if found.reasons else {}
    claim = _claim(facts.get("claim_id") or found.subject_id, claims)
    return Cause(
        rule=found.rule,
        code=next((facts[name] for name in _CODES if facts.get(name)), None)
        or _diagnosed(diagnoses, found.decided_at),
        reason=facts.get("reason_code")
        or (claim.reason_code if claim else None)
        or (found.topic.value if found.topic else None)
        or None,
        operation=_operation(found, facts, estimates, claim),
    )


def _claim(claim_id: str | None, claims: Iterable[WarrantyDecision]) -> WarrantyDecision | None:
    """The valid revision of a claim."""
    own = (each for each in claims if each.claim_id == claim_id)
    return max(own, key=lambda each: (each.revision, each.occurred_at), default=None)


def _diagnosed(diagnoses: Iterable[Diagnosis], by: int) -> str | None:
    """The code of the newest diagnosis by then, the centre's before what was said from afar."""
    known = [each for each in diagnoses if each.occurred_at <= by]
    newest = max(
        known,
        key=lambda each: (each.stage is not Stage.REMOTE, each.occurred_at, each.revision),
        default=None,
    )
    return newest.code if newest else None


def _operation(
    found: Disagreement,
    facts: Mapping[str, str],
    estimates: Iterable[Estimate],
    claim: WarrantyDecision | None,
) -> str | None:
    if facts.get("operation"):
        return facts["operation"]
    if facts.get("operations_done"):
        return facts["operations_done"].split(", ")[0]
    if found.rule is Rule.ESTIMATE_OVER_AUTHORISED:
        return _risen(facts, [each for each in estimates if each.estimate_id == found.subject_id])
    if claim is not None and claim.operations:
        return min(claim.operations)
    return None


def _risen(facts: Mapping[str, str], revisions: Iterable[Estimate]) -> str | None:
    """The operation whose price rose most from the base's revision to the one that was found."""
    by_revision = {str(each.revision): each for each in revisions}
    after = by_revision.get(facts.get("revision", ""))
    before = by_revision.get(facts.get("base_revision", ""))
    if after is None or before is None:
        return None
    rise = _amounts(after)
    for operation, amount in _amounts(before).items():
        rise[operation] = rise.get(operation, 0) - amount
    most = max(rise.items(), key=lambda each: (each[1], each[0]), default=None)
    return most[0] if most and most[1] > 0 else None


def _amounts(estimate: Estimate) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for line in estimate.lines:
        amounts[line.operation] = amounts.get(line.operation, 0) + line.amount
    return amounts
