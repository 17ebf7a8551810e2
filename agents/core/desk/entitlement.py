"""Who may act on an escalation, who is heard, and who has it from then."""

from typing import Final

from agents.core.desk.ceilings import ceiling_of
from agents.core.desk.state import EscalationState
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import Action, ActionName, Tier

_TAKES_OVER: Final = frozenset(
    (ActionName.ACKNOWLEDGE, ActionName.CONTACTED, ActionName.PROMISE, ActionName.WAIT)
)


def may_act(state: EscalationState, by: str, world: World) -> bool:
    """The manager on the case, one of a higher tier for it, or an operator named in the policy.

    Whom a move up passed by may act too, until somebody else has acknowledged.
    """
    if by == state.manager_id or by in world.policy.operators:
        return True
    if by in state.passed_by and state.acknowledged_by in (None, *state.passed_by):
        return True
    above = TIERS[TIERS.index(state.tier) + 1 :]
    return any(serves(by, tier, state, world) for tier in above)


def is_heard(state: EscalationState, action: Action, world: World) -> bool:
    """Whether a manager who serves the site does what anybody of them may: by whom, is said.

    Not who was in the case before an appeal: it is about what they did.
    """
    if action.action not in _TAKES_OVER or action.by in state.excluded:
        return False
    return any(serves(action.by, tier, state, world) for tier in TIERS)


def takes_over(state: EscalationState, action: Action, world: World) -> bool:
    """Whether who acts has the case from then: of its tier or above, or passed by a while ago.

    Others are heard, as an operator is: who is above its ceiling, or was in it before an appeal.
    """
    if action.action not in _TAKES_OVER or action.by in (state.manager_id, *state.excluded):
        return False
    if action.by in state.passed_by and state.acknowledged_by in (None, *state.passed_by):
        return action.by in world.directory.managers
    place, highest = TIERS.index(state.tier), TIERS.index(ceiling_of(state, world))
    return any(serves(action.by, tier, state, world) for tier in TIERS[place : highest + 1])


def serves(manager_id: str, tier: Tier, state: EscalationState, world: World) -> bool:
    """Whether they are a manager of that tier for the case's site, or stand in for one."""
    of_tier = world.serving(tier, state.site_id, state.region_id, world.now)
    return any(each.manager_id == manager_id for each in of_tier)
