"""What an action needs before it can be, and why it is REFUSED without (docs/life-cycle.md)."""

from agents.core.calendar import DAY_MS
from agents.core.customers.rule_base.facts import instant
from agents.core.desk.abuse import confirmation_refused, not_abusive
from agents.core.desk.cases import is_asked_for
from agents.core.desk.entitlement import is_heard, may_act
from agents.core.desk.guards import wait_refused
from agents.core.desk.partition import Partition
from agents.core.desk.refusals import ActionRefusal, Why
from agents.core.desk.remedies import is_spoken_about, remedy_refused, taken_back
from agents.core.desk.state import EscalationState, Phase
from agents.core.world import World
from schemas.records import Action, ActionName, OutcomeName


def refusal(
    state: EscalationState, action: Action, partition: Partition, world: World
) -> Why | None:
    """Why the action can't be; None: it can."""
    return _impossible(state, action, partition, world) or remedy_refused(state, action, world)


def _impossible(
    state: EscalationState, action: Action, partition: Partition, world: World
) -> Why | None:
    """Why the action can't be; who may act is asked first, so that nobody else learns more."""
    if action.action is ActionName.CONFIRM:
        return confirmation_refused(state, action, world)
    if not may_act(state, action.by, world) and not is_heard(state, action, world):
        return ActionRefusal.NOT_ENTITLED, {"tier": str(state.tier)}
    if action.action is ActionName.REOPEN:
        return _not_reopened(state, action, partition, world)
    if is_spoken_about(state, action, world):
        return None
    if not state.is_open:
        return ActionRefusal.CLOSED, {"phase": str(state.phase)}
    return _lacking(state, action, world)


def _lacking(state: EscalationState, action: Action, world: World) -> Why | None:
    """What the action needs, and does not have."""
    match action.action:
        case ActionName.ACKNOWLEDGE if state.acknowledged_by is not None:
            return ActionRefusal.ALREADY_ACKNOWLEDGED, {"acknowledged_by": state.acknowledged_by}
        case ActionName.RESOLVE:
            return _not_resolved(state, action, world)
        case ActionName.REASSIGN:
            return _not_reassigned(state, action, world)
        case ActionName.PROMISE | ActionName.SNOOZE:
            return _not_until(action, world)
        case ActionName.WAIT:
            return _not_until(action, world) or wait_refused(state, action, world)
        case _:
            return None


def _not_resolved(state: EscalationState, action: Action, world: World) -> Why | None:
    if action.outcome is None:
        return ActionRefusal.NO_OUTCOME, {}
    if action.outcome is not OutcomeName.ABUSIVE:
        return None
    if not is_asked_for(state):
        return ActionRefusal.NOT_ASKED_FOR, {}
    return taken_back(state, action) or not_abusive(state, action, world)


def _not_until(action: Action, world: World) -> Why | None:
    if action.until is None:
        return None if action.action is ActionName.WAIT else (ActionRefusal.NO_UNTIL, {})
    if action.until <= world.now:
        return ActionRefusal.UNTIL_IS_PAST, {"until": instant(action.until)}
    return None


def _not_reassigned(state: EscalationState, action: Action, world: World) -> Why | None:
    if action.to_manager_id not in world.directory.managers:
        return ActionRefusal.NO_SUCH_MANAGER, {"to_manager_id": action.to_manager_id or "nobody"}
    if action.to_manager_id == state.manager_id:
        return ActionRefusal.HAS_IT_ALREADY, {"to_manager_id": action.to_manager_id}
    return None


def _not_reopened(
    state: EscalationState, action: Action, partition: Partition, world: World
) -> Why | None:
    """Within so many days of the end, and at most once in any as many days, by time occurred."""
    if state.is_open:
        return ActionRefusal.NOT_CLOSED, {}
    if state.phase is Phase.MERGED:
        return ActionRefusal.WENT_INTO_ANOTHER, {"merged_into": str(state.merged_into)}
    if state.erased:
        return ActionRefusal.CUSTOMER_FORGOTTEN, {}
    another = partition.open_of(state.visit_id)
    if another is not None:
        return ActionRefusal.ANOTHER_IS_OPEN, {"escalation_id": another.escalation_id}
    days = world.policy.clocks.reopen_within_days
    ended_at = state.last_step_at if state.ended_at is None else state.ended_at
    within = {"within_days": str(days)}
    if action.occurred_at - ended_at >= days * DAY_MS:
        return ActionRefusal.ENDED_TOO_LONG_AGO, within | {"ended_at": instant(ended_at)}
    before = state.reopened_at
    if before is not None and action.occurred_at - before < days * DAY_MS:
        return ActionRefusal.REOPENED_BEFORE, within | {"reopened_at": instant(before)}
    return None
