"""ABUSIVE: found by one person, and counted once another has confirmed it.

Until then it is UNFOUNDED for everything that reads outcomes, and for the customer.
"""

from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.rule_base.facts import instant
from agents.core.desk.entitlement import may_act, serves
from agents.core.desk.guards import guards, has_contact
from agents.core.desk.refusals import ActionRefusal, Why
from agents.core.desk.state import EscalationState, Guards, Phase
from agents.core.desk.steps import Transition, outcome_of, said, step
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import (
    Action,
    EscalationStatus,
    OutcomeName,
    OutcomeStatus,
    Severity,
    Tier,
)


def not_abusive(state: EscalationState, action: Action, world: World) -> Why | None:
    """Why a case can't be found ABUSIVE; None: it can, or guards do not hold for it."""
    held = guards(state, world)
    if held is None:
        return None
    if state.severity is Severity.SAFETY:
        return ActionRefusal.ABUSIVE_ON_SAFETY, {}
    if not (action.reason or "").strip():
        return ActionRefusal.NO_REASON, {}
    return None if has_contact(held) else (ActionRefusal.NOT_CONTACTED, {})


def found(state: EscalationState, action: Action, world: World) -> EscalationState:
    """The case that is resolved, with who found it ABUSIVE, if they did."""
    held = guards(state, world)
    if held is None or action.outcome is not OutcomeName.ABUSIVE:
        return state
    tier = _tier_of(action.by, state, world)
    return replace(state, guards=replace(held, found_by=action.by, found_tier=tier))


def counted_outcome(state: EscalationState, outcome: OutcomeName | None) -> OutcomeName | None:
    """What an outcome counts as where outcomes are counted: ABUSIVE once it is confirmed."""
    held = state.guards
    if outcome is not OutcomeName.ABUSIVE or held is None or held.found_by is None:
        return outcome
    return outcome if held.confirmed else OutcomeName.UNFOUNDED


def confirmation_refused(state: EscalationState, action: Action, world: World) -> Why | None:
    """Why a finding of abuse can't be confirmed; who may is asked first."""
    if not (may_act(state, action.by, world) or _may_confirm(state, action.by, world)):
        return ActionRefusal.NOT_ENTITLED, {"tier": str(state.tier)}
    if guards(state, world) is None:
        return ActionRefusal.NOT_YET, {"lacking": str(action.action)}
    held = found_abusive(state)
    if held is None:
        return ActionRefusal.NOT_ABUSIVE, {"phase": str(state.phase)}
    return _not_by_them(state, held, action, world) or _not_any_more(state, held, action, world)


def _not_by_them(state: EscalationState, held: Guards, action: Action, world: World) -> Why | None:
    if action.by == held.found_by:
        return ActionRefusal.BY_THE_SAME, {}
    if not _may_confirm(state, action.by, world):
        return ActionRefusal.NOT_ENTITLED, {"tier": str(held.found_tier or state.tier)}
    return None


def _not_any_more(state: EscalationState, held: Guards, action: Action, world: World) -> Why | None:
    if held.confirmed:
        return ActionRefusal.CONFIRMED_BEFORE, {}
    if state.erased:
        return ActionRefusal.CUSTOMER_FORGOTTEN, {}
    if not has_contact(held):
        return ActionRefusal.NOT_CONTACTED, {}
    days = world.policy.clocks.confirm_within_days
    ended_at = state.last_step_at if state.ended_at is None else state.ended_at
    if action.occurred_at - ended_at >= days * DAY_MS:
        facts = {"within_days": str(days), "ended_at": instant(ended_at)}
        return ActionRefusal.RESOLVED_TOO_LONG_AGO, facts
    return None


def confirmed(state: EscalationState, action: Action, world: World) -> Transition:
    """CONFIRMED: it counts as ABUSIVE from now, and the customer is told."""
    held = found_abusive(state)
    assert held is not None, "it is REFUSED otherwise"
    after, output = step(
        replace(
            state,
            guards=replace(held, confirmed=True, confirm_warned_at=None, confirm_untold=False),
        ),
        EscalationStatus.CONFIRMED,
        world,
        by=action.by,
        outcome=OutcomeName.ABUSIVE,
        reasons=said(action),
    )
    counts = outcome_of(after, OutcomeStatus.RESOLVED, world, outcome=OutcomeName.ABUSIVE)
    return after, (*output, counts)


def found_abusive(state: EscalationState) -> Guards | None:
    """What guards a case that is resolved as ABUSIVE; None: it is not."""
    held = state.guards
    if held is None or held.found_by is None or state.phase is not Phase.RESOLVED:
        return None
    return held


def _may_confirm(state: EscalationState, by: str, world: World) -> bool:
    """An operator, or a manager for the site of a tier above who found it (else the case's)."""
    if by in world.policy.operators:
        return True
    return any(serves(by, tier, state, world) for tier in confirming_tiers(state))


def confirming_tiers(state: EscalationState) -> tuple[Tier, ...]:
    """The tiers whose managers can confirm what was found, the lowest first."""
    held = state.guards
    below = state.tier if held is None or held.found_tier is None else held.found_tier
    return TIERS[TIERS.index(below) + 1 :]


def _tier_of(by: str, state: EscalationState, world: World) -> Tier | None:
    """The tier of who resolved a case; None: an operator."""
    if by in world.policy.operators:
        return None
    manager = world.directory.managers.get(by)
    return state.tier if manager is None else manager.tier
