"""What people do with cases, counted by manager and site, as insights.

Who is no manager of the directory is not counted by name, and nobody is where the policy says so
(`privacy.managers_counted`): then the counts are the site's alone.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from agents.core.desk.guards import has_contact
from agents.core.desk.moves import PROMISE_MISSED
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState, Phase
from agents.core.handling import Handled, Output
from agents.core.insights import insight
from agents.core.reasons import APPEAL
from agents.core.world import World
from schemas.records import Arm, Escalation, EscalationStatus, OutcomeName, Severity, Tier

Counts = Mapping[str, int]
_UPHELD = (OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD)


def with_insights(
    partition: Partition, handled: Handled[EscalationState], world: World
) -> Handled[EscalationState]:
    """The handling with what its steps add to the counts; none before generation 2."""
    if not world.policy.writes_generation(2):
        return handled
    counted = tuple(_insights(partition, handled, world))
    return replace(handled, outputs=(*handled.outputs, *counted)) if counted else handled


def _insights(
    partition: Partition, handled: Handled[EscalationState], world: World
) -> Iterator[Output]:
    had: dict[str, str | None] = {}
    for output in handled.outputs:
        step = output.record
        if not isinstance(step, Escalation):
            continue
        before = partition.get(step.escalation_id)
        if step.escalation_id not in had:
            had[step.escalation_id] = None if before is None else before.manager_id
        for of, counts in _counts(step, before, had[step.escalation_id]):
            yield _insight(step, of, counts, world)
        had[step.escalation_id] = step.manager.manager_id if step.manager else None


def _insight(step: Escalation, of: str | None, counts: Counts, world: World) -> Output:
    by_name = world.policy.privacy.managers_counted and of in world.directory.managers
    return insight(
        f"{step.escalation_id}:{step.step}:{next(iter(counts))}",
        counts,
        world,
        at=step.occurred_at,
        site_id=step.site_id,
        region_id=step.region_id,
        arm=Arm.LIVE,
        manager_id=of if by_name else None,
    )


def _counts(
    step: Escalation, before: EscalationState | None, had: str | None
) -> Iterator[tuple[str | None, Counts]]:
    """What a step adds, and of whom; `had`: who had the case before it."""
    if any(each.code == PROMISE_MISSED for each in step.reasons):
        yield had, {"promises_missed": 1}
    if before is None:
        return
    match step.status:
        case EscalationStatus.WAITING:
            yield step.by, {"waits": 1}
        case EscalationStatus.RESOLVED:
            yield step.by, _decided(step, before)
            if _is_turned(step, before):
                yield before.decided_by, {"turned_on_appeal": 1}
        case EscalationStatus.CONFIRMED:
            yield before.decided_by, {"abusive_confirmed": 1}
        case EscalationStatus.REOPENED if before.phase is Phase.RESOLVED:
            appeal = any(each.code == APPEAL for each in step.reasons)
            yield before.decided_by, {"appealed" if appeal else "reopened": 1}
        case _:
            pass


def _decided(step: Escalation, before: EscalationState) -> Counts:
    held = before.guards
    after_throttle = before.on_appeal and before.decided_as is None
    return {
        "decided": 1,
        "decided_at_executive": int(step.tier is Tier.EXECUTIVE),
        "safety_decided_late": int(
            step.severity is Severity.SAFETY and step.occurred_at > step.decide_by
        ),
        "throttled_decided": int(after_throttle),
        "throttled_upheld": int(after_throttle and step.outcome in _UPHELD),
        "decided_without_contact": int(held is not None and not has_contact(held)),
        "abusive_sent": int(step.outcome is OutcomeName.ABUSIVE),
    }


def _is_turned(step: Escalation, before: EscalationState) -> bool:
    """Whether an appeal, which keeps out who was in the case, came to another outcome."""
    return bool(before.excluded) and before.decided_as not in (None, step.outcome)
