"""The two ways above a ceiling: the second OVERDUE at it, and an appeal there."""

from msgspec.structs import replace

from agents.core.desk.ceilings import beyond_ceiling, is_above, is_at_ceiling, next_tier
from agents.core.desk.moves import (
    NOBODY_ELSE,
    apart_of,
    asked_anew,
    chosen_of,
    given,
    halved,
    overdue_again,
    search_for,
    were_in,
    where_it_is,
    with_passed_by,
)
from agents.core.desk.partition import Loads
from agents.core.desk.state import EscalationState
from agents.core.desk.steps import Transition, step
from agents.core.desk.timers import clocks
from agents.core.world import World
from schemas.records import EscalationStatus, Reason


def overdue_at_ceiling(
    state: EscalationState, overdue: Reason, world: World, loads: Loads
) -> Transition:
    """WARNED at each end of the severity's whole time to decide, for the case goes no higher.

    From the second time on it goes to somebody else of its tier, else one tier above: once, and
    with a time of their own.
    """
    minutes = world.policy.clocks.of(state.severity).decide_minutes
    again_at = clocks.after_minutes(world, state.site_id, state.severity, minutes)
    again = replace(state.clocks, decide_again_at=again_at)
    state = replace(state, overdue=state.overdue + 1, clocks=again)
    if state.overdue == 1 or state.left_ceiling:
        return step(state, EscalationStatus.WARNED, world, reasons=(overdue,))
    search = replace(search_for(state, world), highest=beyond_ceiling(state, world))
    choice, had_it = chosen_of(search, apart_of(state), world, loads)
    if choice.manager is None:
        nobody = Reason(code=NOBODY_ELSE, facts=where_it_is(state))
        return step(
            state,
            EscalationStatus.WARNED,
            world,
            reasons=(overdue, nobody),
            passed_over=choice.passed_over,
        )
    after, reasons = given(replace(state, left_ceiling=True), choice, world)
    after = asked_anew(halved(with_passed_by(after, state.manager_id), world), world)
    higher = is_above(after.tier, state.tier)
    return step(
        after,
        EscalationStatus.MOVED_UP if higher else EscalationStatus.REASSIGNED,
        world,
        reasons=(overdue_again(state, world), *had_it, *reasons),
        passed_over=choice.passed_over,
    )


def moved_up_for_appeal(state: EscalationState, world: World, loads: Loads) -> Transition:
    """MOVED_UP: one tier up, first to who was not in the case before.

    At its ceiling it goes to another of its tier, else one tier above; at EXECUTIVE to another.
    They get their own time to acknowledge; the time to decide runs on. Where nobody else can be
    reached, who has the case keeps it.
    """
    above = one_up_for_appeal(state, world)
    choice, again = chosen_of(search_for(above, world), apart_of(state), world, loads)
    if choice.manager is None and state.manager_id is not None:
        return step(
            state,
            EscalationStatus.MOVED_UP,
            world,
            reasons=(Reason(code=NOBODY_ELSE, facts=where_it_is(above)),),
            passed_over=choice.passed_over,
        )
    after, reasons = given(replace(above, excluded=tuple(sorted(were_in(state)))), choice, world)
    return step(
        asked_anew(with_passed_by(after, state.manager_id), world),
        EscalationStatus.MOVED_UP,
        world,
        reasons=(*again, *reasons),
        passed_over=choice.passed_over,
    )


def one_up_for_appeal(state: EscalationState, world: World) -> EscalationState:
    """The case at the tier from which somebody is looked for who decides an appeal.

    At its ceiling that is its own, and one tier above may have it where nobody else of it can.
    """
    above = replace(state, tier=next_tier(state, world))
    return replace(above, passes_ceiling=True) if is_at_ceiling(state, world) else above
