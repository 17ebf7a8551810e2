"""What the steps of a case add to the counts of its site, with what went before them."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec.structs import replace

from agents.core.site_days.counts import AFTER_THROTTLE, UPHELD, appeal_in, of_step
from agents.core.site_days.durations import bucket_of
from agents.core.site_days.state import CaseState
from agents.core.tiers import TIERS
from schemas.records import Escalation, EscalationStatus, Tier

_S: Final = EscalationStatus
_ACKNOWLEDGING: Final = frozenset({_S.ACKNOWLEDGED, _S.CONTACTED, _S.PROMISED, _S.WAITING})
"""The first of these stops the clock to acknowledge."""
_BEGINNING: Final = frozenset({_S.OPENED, _S.REOPENED})
_ENDING: Final = frozenset({_S.RESOLVED, _S.WITHDRAWN, _S.MERGED})
ACKNOWLEDGED, DECIDED = "ACKNOWLEDGED", "DECIDED"


class Added(NamedTuple):
    """What is added: counts by name, and the buckets of durations by what took so long."""

    counts: Mapping[str, int]
    durations: Mapping[str, int]


def with_step(case: CaseState, step: Escalation) -> tuple[CaseState, Added]:
    """The case as it is after a step, and what that adds."""
    counts, durations = of_step(step), dict[str, int]()
    begins = step.status in _BEGINNING
    appeal = appeal_in(step)
    if appeal is not None:
        counts["appeals_of_throttles" if appeal == AFTER_THROTTLE else "appeals_of_outcomes"] = 1
    case = replace(
        case,
        step=step.step,
        site_id=step.site_id,
        severity=step.severity,
        highest_tier=_higher(case.highest_tier, step.tier),
        opened_at=step.occurred_at if begins else case.opened_at,
        acknowledged=case.acknowledged and not begins,
        ended=case.ended and not begins,
        appeal=appeal or (None if begins else case.appeal),
    )
    if step.status in _ACKNOWLEDGING and not case.acknowledged and not case.ended:
        case = replace(case, acknowledged=True)
        in_time = step.occurred_at <= step.acknowledge_by
        counts["acknowledged_in_time" if in_time else "acknowledged_late"] = 1
        durations |= _took(case, step, ACKNOWLEDGED)
    if step.status is _S.RESOLVED:
        durations |= _took(case, step, DECIDED)
        if case.appeal is not None:
            counts[f"decided_{case.appeal}"] = 1
            if step.outcome in UPHELD:
                counts[f"upheld_{case.appeal}"] = 1
    if step.status in _ENDING and not case.ended:
        case = replace(case, ended=True)
        counts |= {
            "cases_ended": 1,
            f"cases_ended_{step.severity}".lower(): 1,
            f"cases_ended_highest_{case.highest_tier}".lower(): 1,
        }
    return case, Added(counts, durations)


def _took(case: CaseState, step: Escalation, what: str) -> dict[str, int]:
    """The bucket of the time since the case was opened, or last opened again."""
    if case.opened_at is None:
        return {}
    name = f"{what}:{step.severity}:{step.tier}"
    return {name: bucket_of(step.occurred_at - case.opened_at)}


def _higher(before: Tier | None, now: Tier) -> Tier:
    if before is None or before not in TIERS:
        return now
    return max(before, now, key=TIERS.index) if now in TIERS else before
