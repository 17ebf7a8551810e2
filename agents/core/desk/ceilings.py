"""How high a case may go: no higher than its severity's `highest_tier`, but for two ways.

These are the second OVERDUE at it and an appeal there, each by one tier. A case that is above its
ceiling already, as a person gave it away so or the policy was another, stays there.
"""

from agents.core.desk.state import EscalationState
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import Tier


def is_above(tier: Tier, other: Tier) -> bool:
    """Whether a tier is higher than another."""
    return TIERS.index(tier) > TIERS.index(other)


def tier_above(tier: Tier) -> Tier:
    """The next tier; EXECUTIVE has none."""
    return TIERS[min(TIERS.index(tier) + 1, len(TIERS) - 1)]


def ceiling_of(state: EscalationState, world: World) -> Tier:
    """The highest tier that the case goes to by itself; where it is above that already, its own."""
    return max(world.policy.highest_tier(state.severity), state.tier, key=TIERS.index)


def is_at_ceiling(state: EscalationState, world: World) -> bool:
    """Whether no move takes the case higher."""
    return state.tier is ceiling_of(state, world)


def next_tier(state: EscalationState, world: World) -> Tier:
    """The tier above the case's, as far as its ceiling."""
    return min(tier_above(state.tier), ceiling_of(state, world), key=TIERS.index)


def beyond_ceiling(state: EscalationState, world: World) -> Tier:
    """One tier above the ceiling; a case that is there already goes no further."""
    highest = world.policy.highest_tier(state.severity)
    return max(tier_above(highest), state.tier, key=TIERS.index)


def highest_for(state: EscalationState, world: World) -> Tier:
    """The highest tier of those who may have the case now."""
    passes = state.passes_ceiling or waits_above(state)
    return beyond_ceiling(state, world) if passes else ceiling_of(state, world)


def waits_above(state: EscalationState) -> bool:
    """Whether the second OVERDUE has passed and nobody has the case: whoever comes may have it."""
    return state.manager_id is None and state.overdue > 1 and not state.left_ceiling


def passes_by_waiting(state: EscalationState, tier: Tier, world: World) -> bool:
    """Whether it is by that second OVERDUE that a case comes to a tier."""
    passes = waits_above(state) and not state.passes_ceiling
    return passes and is_above(tier, ceiling_of(state, world))
