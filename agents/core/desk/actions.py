"""What people do to an escalation: ACKNOWLEDGE and RESOLVE; each other action is REFUSED as yet."""

from enum import StrEnum

from msgspec.structs import replace

from agents.core.desk.assignment import TIERS
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState, Phase
from agents.core.desk.steps import acknowledged, ended, outcome_of, step
from agents.core.handling import (
    Arrived,
    Handled,
    Output,
    PassedOver,
    Refusal,
    Rejected,
    too_far_ahead,
    unknown,
)
from agents.core.world import World
from schemas.records import (
    Action,
    ActionName,
    EscalationStatus,
    OutcomeName,
    OutcomeStatus,
    Reason,
)


class Refused(StrEnum):
    """Why an action could not be: the code of a REFUSED step's reason."""

    NOT_ENTITLED = "NOT_ENTITLED"
    CLOSED = "CLOSED"
    NOT_TAKEN_YET = "NOT_TAKEN_YET"
    ALREADY_ACKNOWLEDGED = "ALREADY_ACKNOWLEDGED"
    NO_OUTCOME = "NO_OUTCOME"


SAID = "SAID"  # the reason that a person gave; facts: reason


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
        return Handled(passed_over=PassedOver.DUPLICATE)
    state = replace(state, action_ids=(*state.action_ids, action.action_id))
    refused = _refusal(state, action, world)
    if refused is not None:
        after, outputs = _refuse(state, action, refused, world)
    elif action.action is ActionName.ACKNOWLEDGE:
        after, outputs = _acknowledge(state, action, world)
    else:
        after, outputs = _resolve(state, action, world)
    return Handled(changed={after.escalation_id: after}, outputs=outputs)


def may_act(state: EscalationState, by: str, world: World) -> bool:
    """The manager on the case, one of a higher tier for it, or an operator named in the policy.

    Whom a move up passed by may act too, until somebody else has acknowledged.
    """
    if by == state.manager_id or by in world.policy.operators:
        return True
    if by in state.passed_by and state.acknowledged_by in (None, *state.passed_by):
        return True
    return any(
        manager.manager_id == by
        for tier in TIERS[TIERS.index(state.tier) + 1 :]
        for manager in world.directory.managers_of(tier, state.site_id, state.region_id)
    )


def _invalid(state: EscalationState | None, action: Action) -> Rejected | None:
    if action.action is ActionName.UNKNOWN:
        return _reject(unknown("action", ActionName))
    if action.outcome is OutcomeName.UNKNOWN:
        return _reject(unknown("outcome", OutcomeName))
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


def _reject(detail: str) -> Rejected:
    return Rejected(reason=Refusal.INVALID, detail=detail)


def _refusal(state: EscalationState, action: Action, world: World) -> Refused | None:
    """Why the action can't be; who may act is asked first, so that nobody else learns more."""
    if not may_act(state, action.by, world):
        return Refused.NOT_ENTITLED
    if action.action not in (ActionName.ACKNOWLEDGE, ActionName.RESOLVE):
        closed = not state.is_open and action.action is not ActionName.REOPEN
        return Refused.CLOSED if closed else Refused.NOT_TAKEN_YET
    if not state.is_open:
        return Refused.CLOSED
    if action.action is ActionName.RESOLVE:
        return Refused.NO_OUTCOME if action.outcome is None else None
    return None if state.acknowledged_by is None else Refused.ALREADY_ACKNOWLEDGED


def _refuse(
    state: EscalationState, action: Action, why: Refused, world: World
) -> tuple[EscalationState, tuple[Output, ...]]:
    facts = {"action": str(action.action), "by": action.by}
    match why:
        case Refused.CLOSED:
            facts["phase"] = str(state.phase)
        case Refused.ALREADY_ACKNOWLEDGED:
            facts["acknowledged_by"] = str(state.acknowledged_by)
        case Refused.NOT_ENTITLED:
            facts["tier"] = str(state.tier)
        case Refused.NOT_TAKEN_YET | Refused.NO_OUTCOME:
            pass
    reason = Reason(code=str(why), facts=facts)
    after, output = step(state, EscalationStatus.REFUSED, world, by=action.by, reasons=(reason,))
    return after, (output,)


def _acknowledge(
    state: EscalationState, action: Action, world: World
) -> tuple[EscalationState, tuple[Output, ...]]:
    after, output = step(
        acknowledged(state, action.by, world),
        EscalationStatus.ACKNOWLEDGED,
        world,
        by=action.by,
        reasons=_said(action),
    )
    return after, (output,)


def _resolve(
    state: EscalationState, action: Action, world: World
) -> tuple[EscalationState, tuple[Output, ...]]:
    resolved = replace(ended(state, Phase.RESOLVED), outcome=action.outcome, acted=True)
    after, output = step(
        resolved,
        EscalationStatus.RESOLVED,
        world,
        by=action.by,
        outcome=action.outcome,
        reasons=_said(action),
    )
    return after, (
        output,
        outcome_of(after, OutcomeStatus.RESOLVED, world, outcome=action.outcome),
    )


def _said(action: Action) -> tuple[Reason, ...]:
    return (Reason(code=SAID, facts={"reason": action.reason}),) if action.reason else ()
