"""Where a case starts, and which wish for a manager is too high for it."""

from agents.core.desk.ceilings import is_above
from agents.core.desk.state import EscalationState
from agents.core.reasons import START_TIER, WISH_ABOVE_CEILING
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import Disagreement, Reason, Rule, Tier


def start_tier(disagreement: Disagreement, world: World) -> Tier:
    """LOCAL, or the rule's tier or a reason's, or `wish.tier` as far as the policy allows.

    No case starts above its ceiling, whatever this says.
    """
    tiers = [Tier.LOCAL]
    if disagreement.rule is Rule.WARRANTY_REPEAT_REPAIR:
        tiers.append(world.policy.rules.warranty_repeat_repair.tier)
    for reason in disagreement.reasons:
        if reason.code == START_TIER:
            tiers.extend(tier for tier in TIERS if tier == reason.facts.get("tier"))
    if disagreement.wish is not None and disagreement.wish.tier in TIERS:
        tiers.append(min(disagreement.wish.tier, world.policy.wish.max_tier, key=TIERS.index))
    return max(tiers, key=TIERS.index)


def wish_too_high(
    state: EscalationState, disagreement: Disagreement, world: World
) -> tuple[Reason, ...]:
    """That whom the customer asked for takes no case like this one."""
    wish = disagreement.wish
    wished = world.directory.managers.get((wish.manager_id if wish else None) or "")
    if wished is None or wished.manager_id == state.manager_id:
        return ()
    highest = world.policy.highest_tier(state.severity)
    if not is_above(wished.tier, highest):
        return ()
    facts = {"manager_id": wished.manager_id, "tier": str(highest)}
    return (Reason(code=WISH_ABOVE_CEILING, facts=facts),)


def is_appeal(disagreement: Disagreement) -> bool:
    """Whether it is an appeal that counts as one."""
    return disagreement.rule is Rule.APPEALED_BY_CUSTOMER
