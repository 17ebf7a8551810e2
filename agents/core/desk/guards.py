"""What guards a customer against a manager's convenience: waits, promises, findings of abuse.

A case has them that was opened, or opened again, under a policy of generation 2. One that was open
when that came stays as it was.
"""

from typing import Final

from msgspec.structs import replace

from agents.core.calendar import MINUTE_MS
from agents.core.customers.rule_base.facts import instant
from agents.core.desk.refusals import ActionRefusal, Why
from agents.core.desk.state import EscalationState, Guards
from agents.core.world import World
from schemas.records import Action, Answer, Response, TopicName

GENERATION: Final = 2


def guards_of_new(state: EscalationState, world: World) -> Guards | None:
    """The guards of a case that opens now, or opens again: of its life stays what it waited."""
    if not world.policy.writes_generation(GENERATION):
        return state.guards
    return Guards(waited_ms=0 if state.guards is None else state.guards.waited_ms)


def guards(state: EscalationState, world: World) -> Guards | None:
    """The guards that hold now; None: those of before hold, which are fewer."""
    return state.guards if world.policy.writes_generation(GENERATION) else None


def contacted(state: EscalationState, world: World) -> EscalationState:
    """The case once somebody spoke with the customer; promises are counted anew from there."""
    held = guards(state, world)
    if held is None:
        return state
    return replace(state, guards=replace(held, contacted_at=world.now, replaced=0))


def called(state: EscalationState, world: World) -> EscalationState:
    """The case once a manager took the customer's call."""
    held = guards(state, world)
    return state if held is None else replace(state, guards=replace(held, called=True))


def denied(state: EscalationState, answer: Answer, world: World) -> EscalationState | None:
    """The case whose customer says that nobody spoke with them, so that no contact counts.

    None: they say nothing of the kind, or said it of what was before. A call that a manager took
    counts all the same: that was the customer's own word.
    """
    held = guards(state, world)
    if held is None or held.contacted_at is None or answer.occurred_at < held.contacted_at:
        return None
    if answer.response is not Response.ASKED or answer.topic is not TopicName.CONDUCT:
        return None
    return replace(state, guards=replace(held, contacted_at=None))


def has_contact(held: Guards) -> bool:
    """Whether anybody spoke with the customer since the opening, or the last one."""
    return held.called or held.contacted_at is not None


def waited(state: EscalationState, at: int) -> EscalationState:
    """The case whose wait is over at a moment (ms): what it really lasted is added to the sum."""
    wait, held = state.wait, state.guards
    if wait is None or held is None:
        return replace(state, wait=None)
    lasted = max(0, min(at, wait.until) - wait.since)
    return replace(state, wait=None, guards=replace(held, waited_ms=held.waited_ms + lasted))


def wait_left(state: EscalationState, held: Guards, world: World) -> int:
    """How long the case may still wait (ms); what it waits for now counts up to now."""
    most = world.policy.clocks.of(state.severity).wait_at_most_minutes * MINUTE_MS
    sum_now = waited(state, world.now).guards or held
    return max(0, most - sum_now.waited_ms)


def wait_refused(state: EscalationState, action: Action, world: World) -> Why | None:
    """Why a case can't wait for the customer, or not so long."""
    held = guards(state, world)
    if held is None:
        return None
    if not has_contact(held):
        return ActionRefusal.NOT_CONTACTED, {}
    left = wait_left(state, held, world)
    if left > 0 and (action.until is None or action.until - world.now <= left):
        return None
    most = world.policy.clocks.of(state.severity).wait_at_most_minutes
    return ActionRefusal.WAIT_TOO_LONG, {
        "at_most_minutes": str(most),
        "left_minutes": str(left // MINUTE_MS),
        "possible_until": instant(world.now + left),
    }


def replaced_promise_is_missed(
    state: EscalationState, world: World
) -> tuple[EscalationState, int | None]:
    """The case about to have another promise, and which one counts as missed by that (ms), if any.

    One whose moment has passed does, and the third in time without a contact between.
    """
    held, before = guards(state, world), state.promised_until
    if held is None or before is None:
        return state, None
    if before < world.now:
        return replace(state, guards=replace(held, replaced=0)), before
    count = held.replaced + 1
    missed = count >= world.policy.clocks.promises_replaced_at_most
    again = replace(state, guards=replace(held, replaced=0 if missed else count))
    return again, before if missed else None
