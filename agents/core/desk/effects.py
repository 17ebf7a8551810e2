"""What each action does to an escalation that it can be done to (docs/life-cycle.md)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.desk.abuse import confirmed, counted_outcome, found
from agents.core.desk.assignment import choose
from agents.core.desk.cases import opened_again
from agents.core.desk.entitlement import takes_over
from agents.core.desk.guards import contacted, guards, replaced_promise_is_missed, wait_left
from agents.core.desk.moves import given, given_by_person, given_to, promise_missed, search_for
from agents.core.desk.partition import Loads
from agents.core.desk.remedies import message_of, remedy_of
from agents.core.desk.state import EscalationState, Phase, Wait
from agents.core.desk.steps import Transition, acknowledged, ended, outcome_of, said, step
from agents.core.desk.timers import clocks
from agents.core.reasons import TAKEN
from agents.core.world import World
from schemas.records import Action, ActionName, EscalationStatus, OutcomeStatus, Reason


def taken_over(state: EscalationState, action: Action, world: World) -> Transition:
    """REASSIGNED to who acts, at their tier; it moves no clock that still runs."""
    if not state.is_open or not takes_over(state, action, world):
        return state, ()
    had = state.manager_id
    given_over = replace(
        given_to(state, world.directory.managers[action.by], world, acts=True),
        passed_by=(),
        acknowledged_by=None,
        acknowledged_at=None,
    )
    facts = {} if had is None else {"manager_id": had}
    reason = Reason(code=TAKEN, facts=facts)
    return step(given_over, EscalationStatus.REASSIGNED, world, by=action.by, reasons=(reason,))


def _acknowledge(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    del loads
    return _done(
        acknowledged(state, action.by, world), EscalationStatus.ACKNOWLEDGED, action, world
    )


def _contacted(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    """They spoke with the customer: that acknowledges, and keeps what was promised.

    Of what was decided already it opens nothing: stage customers hears of it.
    """
    del loads
    if not state.is_open:
        after, output = _done(state, EscalationStatus.CONTACTED, action, world)
        return after, (*output, outcome_of(after, OutcomeStatus.CONTACTED, world))
    kept = replace(
        contacted(acknowledged(state, action.by, world), world),
        acted=True,
        promised_until=None,
        promise_missed_at=None,
    )
    return _done(kept, EscalationStatus.CONTACTED, action, world)


def _promise(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    """They will call by a time: that acknowledges; a later promise takes the place of the last.

    One that took its place too late, or too often, was missed: that has its effect at once.
    """
    until = action.until or world.now
    minutes = world.policy.clocks.promise_missed_after_minutes
    state, missed = replaced_promise_is_missed(state, world)
    promised = replace(
        acknowledged(state, action.by, world),
        acted=True,
        promised_until=until,
        promise_missed_at=until + minutes * MINUTE_MS,
    )
    after, output = _done(promised, EscalationStatus.PROMISED, action, world, until=until)
    if missed is None:
        return after, output
    after, moved = promise_missed(after, missed, world, loads)
    return after, (*output, *moved)


def _wait(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    """They wait for the customer: that acknowledges; the clocks stand still for so long."""
    del loads
    held = guards(state, world)
    at_most = world.now + world.policy.clocks.wait_at_most_days * DAY_MS
    if held is not None:
        at_most = world.now + wait_left(state, held, world)
    until = at_most if action.until is None else min(action.until, at_most)
    state = replace(acknowledged(state, action.by, world), acted=True)
    wait = Wait(since=world.now, until=until, clocks=state.clocks)
    still = clocks.resumed(
        world, state.site_id, state.severity, state.clocks, since=world.now, at=until
    )
    waiting = replace(state, wait=wait, clocks=still)
    return _done(waiting, EscalationStatus.WAITING, action, world, until=until)


def _snooze(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    """It is hidden from the manager's list for a while; no clock stops."""
    del loads
    snoozed = replace(state, snoozed_until=action.until)
    return _done(snoozed, EscalationStatus.SNOOZED, action, world, until=action.until)


def _reassign(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    """Somebody else has it, at their tier, reachable or not, and has yet to acknowledge it."""
    del loads
    manager = world.directory.managers[action.to_manager_id or ""]
    given_away = given_by_person(state, manager, world)
    return _done(given_away, EscalationStatus.REASSIGNED, action, world)


def _resolve(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    del loads
    remedy = remedy_of(state, action, world)
    resolved = replace(
        found(ended(state, Phase.RESOLVED, world), action, world),
        outcome=action.outcome,
        acted=True,
        remedy=remedy,
        **_decision(action, world),
    )
    after, output = step(
        resolved,
        EscalationStatus.RESOLVED,
        world,
        by=action.by,
        outcome=action.outcome,
        reasons=said(action),
        remedy=remedy,
        message=message_of(action),
    )
    counts_as = counted_outcome(after, action.outcome)
    return after, (
        *output,
        outcome_of(after, OutcomeStatus.RESOLVED, world, outcome=counts_as, remedy=remedy),
    )


def _decision(action: Action, world: World) -> dict[str, Any]:
    """Who decided, and what, as it is kept for who decides after them."""
    if not world.policy.writes_generation(2):
        return {}
    return {"decided_by": action.by, "decided_as": action.outcome}


def _confirm(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    del loads
    return confirmed(state, action, world)


def _reopen(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    """Open again, with clocks from now: whom it had if reachable, else who is chosen anew."""
    had = state.assignments[-1].manager_id if state.assignments else None
    reopened = replace(
        opened_again(state, state.severity, world), acted=True, reopened_at=action.occurred_at
    )
    choice = choose(search_for(reopened, world, had), world, loads)
    reopened, reasons = given(reopened, choice, world)
    after, output = step(
        reopened,
        EscalationStatus.REOPENED,
        world,
        by=action.by,
        reasons=(*said(action), *reasons),
        passed_over=choice.passed_over,
    )
    return after, (*output, outcome_of(after, OutcomeStatus.REOPENED, world))


def _done(
    state: EscalationState,
    status: EscalationStatus,
    action: Action,
    world: World,
    until: int | None = None,
) -> Transition:
    return step(state, status, world, by=action.by, reasons=said(action), until=until)


EFFECTS: Final[
    Mapping[ActionName, Callable[[EscalationState, Action, World, Loads], Transition]]
] = {
    ActionName.ACKNOWLEDGE: _acknowledge,
    ActionName.CONTACTED: _contacted,
    ActionName.PROMISE: _promise,
    ActionName.WAIT: _wait,
    ActionName.SNOOZE: _snooze,
    ActionName.REASSIGN: _reassign,
    ActionName.RESOLVE: _resolve,
    ActionName.REOPEN: _reopen,
    ActionName.CONFIRM: _confirm,
}
