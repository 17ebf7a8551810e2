"""An action of a person, from its arrival to what it did or why it is REFUSED."""

from msgspec.structs import replace

from agents.core.desk.cases import no_longer_waiting
from agents.core.desk.confirmation import asked_to_confirm
from agents.core.desk.effects import EFFECTS, taken_over
from agents.core.desk.limits import full_of_actions
from agents.core.desk.partition import Partition
from agents.core.desk.preconditions import refusal
from agents.core.desk.refusals import Why
from agents.core.desk.remedies import UPHELD
from agents.core.desk.state import EscalationState
from agents.core.desk.steps import Transition, step
from agents.core.desk.unit_of_work import UnitOfWork
from agents.core.handling import (
    Arrived,
    Counted,
    DeadLetterCause,
    DeadLettered,
    Handled,
    Skipped,
    too_far_ahead,
    unknown,
)
from agents.core.world import World
from schemas.records import (
    Action,
    ActionName,
    EscalationStatus,
    OutcomeName,
    Reason,
    RemedyKind,
)


def handle_action(
    partition: Partition, arrived: Arrived, action: Action, world: World
) -> Handled[EscalationState]:
    """An action, which is never too late: INVALID, a duplicate, REFUSED, or done."""
    state = partition.get(action.escalation_id)
    rejected = _invalid(state, action) or too_far_ahead(
        arrived, action.occurred_at, world.policy.ahead_at_most_minutes
    )
    if rejected is not None:
        return Handled(rejected=rejected)
    assert state is not None, "an action without its escalation is INVALID"
    if action.action_id in state.action_ids:
        return Handled(passed_over=Skipped.DUPLICATE)
    full = full_of_actions(state)
    if full is not None:
        return Handled(rejected=full)
    state = replace(state, action_ids=(*state.action_ids, action.action_id))
    working = UnitOfWork(partition)
    refused = refusal(state, action, partition, world)
    if refused is not None:
        working.take(_refuse(state, action, refused, world))
    else:
        state, taken = taken_over(no_longer_waiting(state, world), action, world)
        state, done = EFFECTS[action.action](state, action, world, working)
        resolved = action.action is ActionName.RESOLVE
        state, asked = asked_to_confirm(state, world, working) if resolved else (state, ())
        working.take((state, (*taken, *done, *asked)))
        if resolved and action.outcome in UPHELD and action.remedy is None:
            working.note(Counted.WITHOUT_REMEDY)
    return working.handled()


def _invalid(state: EscalationState | None, action: Action) -> DeadLettered | None:
    if action.action is ActionName.UNKNOWN:
        return _reject(unknown("action", ActionName))
    if action.outcome is OutcomeName.UNKNOWN:
        return _reject(unknown("outcome", OutcomeName))
    if action.remedy is not None and action.remedy.kind is RemedyKind.UNKNOWN:
        return _reject(unknown("remedy.kind", RemedyKind))
    if state is None:
        return _reject(
            f"escalation {action.escalation_id} does not exist, or was closed and is no longer kept"
        )
    if action.region_id != state.region_id:
        return _reject(
            f"region_id is {action.region_id}: escalation {state.escalation_id} "
            f"is of region {state.region_id}"
        )
    return None


def _reject(detail: str) -> DeadLettered:
    return DeadLettered(reason=DeadLetterCause.INVALID, detail=detail)


def _refuse(state: EscalationState, action: Action, refused: Why, world: World) -> Transition:
    why, more = refused
    facts = {"action": str(action.action), "by": action.by} | more
    reason = Reason(code=str(why), facts=facts)
    return step(state, EscalationStatus.REFUSED, world, by=action.by, reasons=(reason,))
