"""What an answer of the customer makes people hear, without a step of the case."""

from typing import Final

from msgspec.structs import replace

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.desk.ceilings import next_tier
from agents.core.desk.informed import whom_to_tell
from agents.core.desk.moves import were_in
from agents.core.desk.partition import Loads
from agents.core.desk.state import EscalationState, Phase
from agents.core.desk.steps import Transition
from agents.core.notices.aside import new_wish, not_settled, where_it_stands
from agents.core.world import World
from schemas.records import Answer, Response, Rule, Settled

_GENERATION: Final = 2


def told_beside(
    state: EscalationState,
    answer: Answer,
    world: World,
    loads: Loads,
    *,
    wish_changed: bool = False,
) -> Transition:
    """The case, and what is told beside its steps: nothing of what a version before opened it to.

    Who asks for a manager while such a request of theirs is open hears where the case stands; who
    wishes something else with it (`wish_changed`) does so at once, and so does who has the case.
    That a decision is not settled is told once to a manager of the tier above, as far as the
    ceiling.
    """
    if state.erased or not world.policy.writes_generation(_GENERATION):
        return state, ()
    if wish_changed or _asks_again(state, answer, world):
        state, *told = where_it_stands(state, answer, world)
        known = world.directory.managers.get(state.manager_id or "") if wish_changed else None
        if known is not None:
            state, to_manager = new_wish(state, answer, known, world)
            told.append(to_manager)
        return replace(state, stands_told_at=world.now), tuple(told)
    if _is_not_settled(state, answer, world):
        above = whom_to_tell(next_tier(state, world), state, world, loads, were_in(state))
        if above is not None:
            return replace(state, unsettled_told=True), (not_settled(state, answer, above, world),)
    return state, ()


def _asks_again(state: EscalationState, answer: Answer, world: World) -> bool:
    """Whether it is a request beside one that stands, and the customer was not just told.

    What began the ground itself, or joined the case by it, is no other request: it is the ground's.
    """
    if answer.response is not Response.REQUESTED or not state.is_open:
        return False
    told, every = state.stands_told_at, world.policy.notices.stands_every_minutes * MINUTE_MS
    if told is not None and world.now - told < every:
        return False
    return any(
        ground.rule is Rule.REQUESTED_BY_CUSTOMER
        and ground.stands
        and ground.occurred_at != answer.occurred_at
        for ground in state.grounds
    )


def _is_not_settled(state: EscalationState, answer: Answer, world: World) -> bool:
    """Whether the customer said so after the decision, and soon enough after it."""
    if answer.settled is not Settled.NO or state.phase is not Phase.RESOLVED:
        return False
    if state.unsettled_told or state.ended_at is None:
        return False
    within = world.policy.survey.unsettled_within_days * DAY_MS
    return 0 < answer.occurred_at - state.ended_at < within
