"""A step of an escalation: the record that says what it is now, and what came of it."""

from collections.abc import Iterable

from msgspec.structs import replace

from agents.core.desk.guards import waited
from agents.core.desk.presence import goes, presence_of, returns
from agents.core.desk.state import EscalationState, Ground, Phase
from agents.core.desk.timers.due import decision_due
from agents.core.handling import Output
from agents.core.world import World
from schemas.records import (
    Action,
    Escalation,
    EscalationStatus,
    Kind,
    ManagerContact,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    PassedOverManager,
    Reason,
    Remedy,
    WithdrawnBy,
)

ESCALATIONS = "recourse.escalations"
OUTCOMES = "recourse.outcomes"
SAID = "SAID"  # the reason that a person gave; facts: reason

Transition = tuple[EscalationState, tuple[Output, ...]]  # the case, and what is said of it


def step(
    state: EscalationState,
    status: EscalationStatus,
    world: World,
    *,
    reasons: tuple[Reason, ...] = (),
    passed_over: tuple[PassedOverManager, ...] = (),
    by: str | None = None,
    outcome: OutcomeName | None = None,
    until: int | None = None,
    remedy: Remedy | None = None,
    message: str | None = None,
) -> Transition:
    """The next step of `state`, which is already what the step makes of it; it occurs now."""
    grounds = state.shown_grounds
    record = Escalation(
        escalation_id=state.escalation_id,
        step=state.steps,
        status=status,
        occurred_at=world.now,
        visit_id=state.visit_id,
        customer_id=state.customer_id,
        site_id=state.site_id,
        region_id=state.region_id,
        severity=state.severity,
        tier=state.tier,
        kinds=_in_order(ground.kind for ground in grounds),
        disagreement_ids=_as_they_came(state, grounds),
        incident_id=state.incident_id,
        merged_into=state.merged_into,
        manager=contact(state.manager_id, world),
        passed_over=passed_over,
        acknowledge_by=state.clocks.acknowledge_by,
        decide_by=state.clocks.decide_by,
        until=until,
        by=by,
        outcome=outcome,
        reasons=reasons,
        policy_version=world.policy.version,
        remedy=remedy,
        message=message,
    )
    after = replace(
        watched(state, world),
        steps=state.steps + 1,
        last_step_at=max(state.last_step_at, world.now),
        tried_again_at=None,
    )
    return after, (Output(topic=ESCALATIONS, record=record),)


def watched(state: EscalationState, world: World) -> EscalationState:
    """The case with the moment at which its manager goes and is not back before its next deadline.

    One that has come already is for the next tick to act on.
    """
    presence = presence_of(state.manager_id, world.directory)
    came = state.hand_over_at is not None and state.hand_over_at <= world.now
    if state.is_open and came and presence == state.presence:
        return state
    at = _hand_over_at(state, world) if state.is_open else None
    return replace(state, presence=presence, hand_over_at=at)


def _hand_over_at(state: EscalationState, world: World) -> int | None:
    if state.manager_id is None or state.clocks.decide_passed:
        return None
    manager = world.directory.managers.get(state.manager_id)
    if manager is None:
        return world.now
    last = decision_due(state.clocks)
    at: int | None = max(world.now, state.present_from)
    while at is not None:
        gone = goes(manager, at, last)
        if gone is None:
            return None
        at = returns(manager, gone, next_deadline(state, gone))
        if at is None:
            return gone
    return None


def next_deadline(state: EscalationState, after: int) -> int:
    """The case's first deadline after a moment (ms): of who has not acknowledged, that too."""
    first = state.clocks.acknowledge_by
    asked = state.acknowledged_by is None and first > after
    decision = decision_due(state.clocks)
    return min(first, decision) if asked else decision


def outcome_of(
    state: EscalationState,
    status: OutcomeStatus,
    world: World,
    *,
    outcome: OutcomeName | None = None,
    withdrawn_by: WithdrawnBy | None = None,
    remedy: Remedy | None = None,
) -> Output:
    """What stage customers learns of an end or a new beginning.

    The tier says how far up it was decided, from generation 2 of the policy on.
    """
    resolved = status is OutcomeStatus.RESOLVED and world.policy.writes_generation(2)
    record = Outcome(
        escalation_id=state.escalation_id,
        visit_id=state.visit_id,
        customer_id=state.customer_id,
        occurred_at=world.now,
        status=status,
        outcome=outcome,
        on_appeal=state.on_appeal,
        withdrawn_by=withdrawn_by,
        merged_into=state.merged_into,
        remedy=remedy,
        tier=state.tier if resolved else None,
    )
    return Output(topic=OUTCOMES, record=record)


def said(action: Action) -> tuple[Reason, ...]:
    """The reason that a person gave for what they did, in their own words."""
    return (Reason(code=SAID, facts={"reason": action.reason}),) if action.reason else ()


def contact(manager_id: str | None, world: World) -> ManagerContact | None:
    """How a manager is reached, as the directory says now; the id alone where they left it."""
    if manager_id is None:
        return None
    manager = world.directory.managers.get(manager_id)
    if manager is None:
        return ManagerContact(manager_id=manager_id, name=manager_id)
    return ManagerContact(
        manager_id=manager.manager_id,
        name=manager.name,
        phone=manager.phone,
        email=manager.email,
        app_handle=manager.app_handle,
    )


def acknowledged(state: EscalationState, by: str, world: World) -> EscalationState:
    """The case once somebody has said that they have it in hand: that clock stops."""
    if state.acknowledged_by is not None:
        return state
    return replace(
        state,
        shift_begins_at=0 if by == state.manager_id else state.shift_begins_at,
        acknowledged_by=by,
        acknowledged_at=world.now,
        clocks=replace(state.clocks, warn_acknowledge=()),
    )


def ended(state: EscalationState, phase: Phase, world: World) -> EscalationState:
    """The case once it is closed: nothing of it is still to come."""
    assert state.is_open, f"{state.escalation_id} is {state.phase} already"
    return replace(
        waited(state, world.now),
        phase=phase,
        ended_at=world.now,
        snoozed_until=None,
        promised_until=None,
        promise_missed_at=None,
        said_last=None,
    )


def _as_they_came(state: EscalationState, grounds: Iterable[Ground]) -> tuple[str, ...]:
    """The disagreements that wrote these grounds, in the order in which they came."""
    wrote = {each for ground in grounds for each in ground.disagreement_ids}
    return tuple(each for each in state.disagreement_ids if each in wrote)


def _in_order(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Each kind once, in the contract's order."""
    found = set(kinds)
    return tuple(kind for kind in Kind if kind in found)
