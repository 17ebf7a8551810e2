"""What people do to an escalation, and why an action is REFUSED (docs/life-cycle.md, the table)."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.customers.rule_base.facts import instant
from agents.core.desk.assignment import choose
from agents.core.desk.cases import is_asked_for, no_longer_waiting, opened_again
from agents.core.desk.ceilings import ceiling_of
from agents.core.desk.guards import (
    contacted,
    guards,
    replaced_promise_is_missed,
    wait_left,
    wait_refused,
)
from agents.core.desk.limits import full_of_actions
from agents.core.desk.moves import given, given_by_person, given_to, promise_missed, search_for
from agents.core.desk.partition import Loads, Partition
from agents.core.desk.refusals import ActionRefusal, Why
from agents.core.desk.remedies import UPHELD, message_of, remedy_of, remedy_refused, taken_back
from agents.core.desk.state import EscalationState, Phase, Wait
from agents.core.desk.steps import Transition, acknowledged, ended, outcome_of, step
from agents.core.desk.timers import clocks
from agents.core.desk.unit_of_work import UnitOfWork
from agents.core.handling import (
    Arrived,
    Counted,
    DeadLetterCause,
    DeadLettered,
    Handled,
    Skipped,
    too_far_ahead,
    unknown,
)
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import (
    Action,
    ActionName,
    EscalationStatus,
    OutcomeName,
    OutcomeStatus,
    Reason,
    RemedyKind,
    Tier,
)

SAID = "SAID"  # the reason that a person gave; facts: reason
TAKEN = "TAKEN"  # somebody took the case over by what they did; facts: manager_id, who had it
_TAKES_OVER = frozenset(
    (ActionName.ACKNOWLEDGE, ActionName.CONTACTED, ActionName.PROMISE, ActionName.WAIT)
)


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
        return Handled(passed_over=Skipped.DUPLICATE)
    full = full_of_actions(state)
    if full is not None:
        return Handled(rejected=full)
    state = replace(state, action_ids=(*state.action_ids, action.action_id))
    working = UnitOfWork(partition)
    refused = (
        _refusal(state, action, partition, world)
        or _not_yet(action)
        or taken_back(state, action)
        or remedy_refused(state, action, world)
    )
    if refused is not None:
        working.take(_refuse(state, action, refused, world))
    else:
        state, taken = _taken_over(no_longer_waiting(state, world), action, world)
        state, done = _DONE[action.action](state, action, world, working)
        working.take((state, (*taken, *done)))
        resolved = action.action is ActionName.RESOLVE
        if resolved and action.outcome in UPHELD and action.remedy is None:
            working.note(Counted.WITHOUT_REMEDY)
    return working.handled()


def may_act(state: EscalationState, by: str, world: World) -> bool:
    """The manager on the case, one of a higher tier for it, or an operator named in the policy.

    Whom a move up passed by may act too, until somebody else has acknowledged.
    """
    if by == state.manager_id or by in world.policy.operators:
        return True
    if by in state.passed_by and state.acknowledged_by in (None, *state.passed_by):
        return True
    above = TIERS[TIERS.index(state.tier) + 1 :]
    return any(_serves(by, tier, state, world) for tier in above)


def _is_heard(state: EscalationState, action: Action, world: World) -> bool:
    """Whether a manager who serves the site does what anybody of them may: by whom, is said.

    Not who was in the case before an appeal: it is about what they did.
    """
    if action.action not in _TAKES_OVER or action.by in state.excluded:
        return False
    return any(_serves(action.by, tier, state, world) for tier in TIERS)


def _takes_over(state: EscalationState, action: Action, world: World) -> bool:
    """Whether who acts has the case from then: of its tier or above, or passed by a while ago.

    Others are heard, as an operator is: who is above its ceiling, or was in it before an appeal.
    """
    if action.action not in _TAKES_OVER or action.by in (state.manager_id, *state.excluded):
        return False
    if action.by in state.passed_by and state.acknowledged_by in (None, *state.passed_by):
        return action.by in world.directory.managers
    place, highest = TIERS.index(state.tier), TIERS.index(ceiling_of(state, world))
    return any(_serves(action.by, tier, state, world) for tier in TIERS[place : highest + 1])


def _serves(manager_id: str, tier: Tier, state: EscalationState, world: World) -> bool:
    of_tier = world.directory.managers_of(tier, state.site_id, state.region_id)
    return any(each.manager_id == manager_id for each in of_tier)


def _taken_over(state: EscalationState, action: Action, world: World) -> Transition:
    """REASSIGNED to who acts, at their tier; it moves no clock that still runs."""
    if not _takes_over(state, action, world):
        return state, ()
    had = state.manager_id
    given_over = replace(
        given_to(state, world.directory.managers[action.by], world),
        passed_by=(),
        acknowledged_by=None,
        acknowledged_at=None,
    )
    facts = {} if had is None else {"manager_id": had}
    reason = Reason(code=TAKEN, facts=facts)
    return step(given_over, EscalationStatus.REASSIGNED, world, by=action.by, reasons=(reason,))


def _invalid(state: EscalationState | None, action: Action) -> DeadLettered | None:
    if action.action is ActionName.UNKNOWN:
        return _reject(unknown("action", ActionName))
    if action.outcome is OutcomeName.UNKNOWN:
        return _reject(unknown("outcome", OutcomeName))
    if action.remedy is not None and action.remedy.kind is RemedyKind.UNKNOWN:
        return _reject(unknown("remedy.kind", RemedyKind))
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


def _reject(detail: str) -> DeadLettered:
    return DeadLettered(reason=DeadLetterCause.INVALID, detail=detail)


def _refusal(
    state: EscalationState, action: Action, partition: Partition, world: World
) -> Why | None:
    """Why the action can't be; who may act is asked first, so that nobody else learns more."""
    if not may_act(state, action.by, world) and not _is_heard(state, action, world):
        return ActionRefusal.NOT_ENTITLED, {"tier": str(state.tier)}
    if action.action is ActionName.REOPEN:
        return _not_reopened(state, action, partition, world)
    if not state.is_open and action.action is not ActionName.CONFIRM:
        return ActionRefusal.CLOSED, {"phase": str(state.phase)}
    return _lacking(state, action, world)


def _lacking(state: EscalationState, action: Action, world: World) -> Why | None:
    """What the action needs, and does not have."""
    match action.action:
        case ActionName.ACKNOWLEDGE if state.acknowledged_by is not None:
            return ActionRefusal.ALREADY_ACKNOWLEDGED, {"acknowledged_by": state.acknowledged_by}
        case ActionName.RESOLVE:
            return _not_resolved(state, action)
        case ActionName.REASSIGN:
            return _not_reassigned(state, action, world)
        case ActionName.PROMISE | ActionName.SNOOZE:
            return _not_until(action, world)
        case ActionName.WAIT:
            return _not_until(action, world) or wait_refused(state, action, world)
        case _:
            return None


def _not_resolved(state: EscalationState, action: Action) -> Why | None:
    if action.outcome is OutcomeName.ABUSIVE and not is_asked_for(state):
        return ActionRefusal.NOT_ASKED_FOR, {}
    return (ActionRefusal.NO_OUTCOME, {}) if action.outcome is None else None


def _not_yet(action: Action) -> Why | None:
    """What the contract has and the desk does not act on yet: it must not seem done."""
    confirms = action.action is ActionName.CONFIRM
    return (ActionRefusal.NOT_YET, {"lacking": str(action.action)}) if confirms else None


def _not_until(action: Action, world: World) -> Why | None:
    if action.until is None:
        return None if action.action is ActionName.WAIT else (ActionRefusal.NO_UNTIL, {})
    if action.until <= world.now:
        return ActionRefusal.UNTIL_IS_PAST, {"until": instant(action.until)}
    return None


def _not_reassigned(state: EscalationState, action: Action, world: World) -> Why | None:
    if action.to_manager_id not in world.directory.managers:
        return ActionRefusal.NO_SUCH_MANAGER, {"to_manager_id": action.to_manager_id or "nobody"}
    if action.to_manager_id == state.manager_id:
        return ActionRefusal.HAS_IT_ALREADY, {"to_manager_id": action.to_manager_id}
    return None


def _not_reopened(
    state: EscalationState, action: Action, partition: Partition, world: World
) -> Why | None:
    """Within so many days of the end, and at most once in any as many days, by time occurred."""
    if state.is_open:
        return ActionRefusal.NOT_CLOSED, {}
    if state.phase is Phase.MERGED:
        return ActionRefusal.WENT_INTO_ANOTHER, {"merged_into": str(state.merged_into)}
    if state.erased:
        return ActionRefusal.CUSTOMER_FORGOTTEN, {}
    another = partition.open_of(state.visit_id)
    if another is not None:
        return ActionRefusal.ANOTHER_IS_OPEN, {"escalation_id": another.escalation_id}
    days = world.policy.clocks.reopen_within_days
    ended_at = state.last_step_at if state.ended_at is None else state.ended_at
    within = {"within_days": str(days)}
    if action.occurred_at - ended_at >= days * DAY_MS:
        return ActionRefusal.ENDED_TOO_LONG_AGO, within | {"ended_at": instant(ended_at)}
    before = state.reopened_at
    if before is not None and action.occurred_at - before < days * DAY_MS:
        return ActionRefusal.REOPENED_BEFORE, within | {"reopened_at": instant(before)}
    return None


def _refuse(state: EscalationState, action: Action, refused: Why, world: World) -> Transition:
    why, more = refused
    facts = {"action": str(action.action), "by": action.by} | more
    reason = Reason(code=str(why), facts=facts)
    return step(state, EscalationStatus.REFUSED, world, by=action.by, reasons=(reason,))


def _acknowledge(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    del loads
    return _done(
        acknowledged(state, action.by, world), EscalationStatus.ACKNOWLEDGED, action, world
    )


def _contacted(state: EscalationState, action: Action, world: World, loads: Loads) -> Transition:
    """They spoke with the customer: that acknowledges, and keeps what was promised."""
    del loads
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
        ended(state, Phase.RESOLVED, world), outcome=action.outcome, acted=True, remedy=remedy
    )
    after, output = step(
        resolved,
        EscalationStatus.RESOLVED,
        world,
        by=action.by,
        outcome=action.outcome,
        reasons=_said(action),
        remedy=remedy,
        message=message_of(action),
    )
    return after, (
        *output,
        outcome_of(after, OutcomeStatus.RESOLVED, world, outcome=action.outcome, remedy=remedy),
    )


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
        reasons=(*_said(action), *reasons),
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
    return step(state, status, world, by=action.by, reasons=_said(action), until=until)


def _said(action: Action) -> tuple[Reason, ...]:
    return (Reason(code=SAID, facts={"reason": action.reason}),) if action.reason else ()


_DONE: Final[Mapping[ActionName, Callable[[EscalationState, Action, World, Loads], Transition]]] = {
    ActionName.ACKNOWLEDGE: _acknowledge,
    ActionName.CONTACTED: _contacted,
    ActionName.PROMISE: _promise,
    ActionName.WAIT: _wait,
    ActionName.SNOOZE: _snooze,
    ActionName.REASSIGN: _reassign,
    ActionName.RESOLVE: _resolve,
    ActionName.REOPEN: _reopen,
}
