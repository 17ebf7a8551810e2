"""Calls that managers took: who was rung has the case, unless somebody has it in hand."""

from typing import Final

from msgspec.structs import replace

from agents.core.calendar import MINUTE_MS
from agents.core.customers.rule_base.facts import instant, reason
from agents.core.desk.guards import called
from agents.core.desk.moves import given_to
from agents.core.desk.state import EscalationState
from agents.core.desk.steps import Transition, acknowledged, step
from agents.core.handling import Output
from agents.core.reasons import RECORDED_CALL
from agents.core.world import World
from schemas.records import Answer, Disagreement, EscalationStatus, Response, Rule, Wish

_GENERATION: Final = 2
_REQUESTED: Final = Rule.REQUESTED_BY_CUSTOMER.value


def taken_by(disagreement: Disagreement, world: World) -> str | None:
    """The manager who took the customer's call, if the directory knows them."""
    if not any(each.code == RECORDED_CALL for each in disagreement.reasons):
        return None
    return _rung(disagreement.wish, world)


def taken_again_by(state: EscalationState, answer: Answer, world: World) -> str | None:
    """The manager who took a call that makes no decision, as a request of the customer's stands.

    None: none did, the directory does not know them, or it concerns no open case.
    """
    if answer.response is not Response.CALLED or not state.is_open or state.erased:
        return None
    if not world.policy.writes_generation(_GENERATION):
        return None
    return _rung(answer.wish, world)


def is_a_step(state: EscalationState, world: World) -> bool:
    """Whether a call is a step: it makes somebody acknowledge, or none was told just before."""
    told, every = state.stands_told_at, world.policy.notices.stands_every_minutes * MINUTE_MS
    return state.acknowledged_by is None or told is None or world.now - told >= every


def call_taken(
    state: EscalationState, outputs: tuple[Output, ...], rung: str | None, world: World
) -> Transition:
    """Who took the call has the case, acknowledged, unless somebody had acknowledged it before."""
    if rung is None:
        return state, outputs
    state = called(state, world)
    if state.acknowledged_by is not None:
        return state, outputs
    if state.manager_id != rung:
        state = given_to(state, world.directory.managers[rung], world, acts=True)
    state, output = step(
        acknowledged(state, rung, world), EscalationStatus.ACKNOWLEDGED, world, by=rung
    )
    return state, (*outputs, *output)


def call_joined(
    state: EscalationState, answer: Answer, rung: str, world: World, outputs: tuple[Output, ...]
) -> Transition:
    """A call while a request of the same visit stands: JOINED, then as of any call that joins.

    Where somebody has the case in hand one step says so for the calls of some time: each counts as
    a word with the customer all the same.
    """
    if not is_a_step(state, world):
        return called(state, world), outputs
    reasons = (
        reason(
            _REQUESTED,
            response=answer.response.value,
            event_id=answer.event_id,
            asked_at=instant(answer.occurred_at),
            subject=answer.subject.value,
        ),
        reason(RECORDED_CALL, manager_id=rung),
    )
    state = replace(state, stands_told_at=world.now)
    state, output = step(state, EscalationStatus.JOINED, world, reasons=reasons)
    return call_taken(state, (*outputs, *output), rung, world)


def _rung(wish: Wish | None, world: World) -> str | None:
    named = None if wish is None else wish.manager_id
    return named if named in world.directory.managers else None
