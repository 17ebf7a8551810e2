"""What a disagreement does to the visit's escalation: open, join, reopen, merge, correct.

A visit has at most one open escalation. What would open or reopen a second joins the open one.
"""

from msgspec.structs import replace

from agents.core.customers.rules import ALWAYS_ASKED
from agents.core.desk.above_ceilings import moved_up_for_appeal, one_up_for_appeal
from agents.core.desk.assignment import Choice, choose
from agents.core.desk.beginnings import is_appeal, start_tier, wish_too_high
from agents.core.desk.calls import call_taken, taken_by
from agents.core.desk.ceilings import highest_for, is_above
from agents.core.desk.customer_words import address_in, with_wish, with_words
from agents.core.desk.guards import guards_of_new, waited
from agents.core.desk.moves import (
    NOBODY_ELSE,
    given,
    search_for,
    were_in,
)
from agents.core.desk.partition import Loads
from agents.core.desk.remedies import with_prices
from agents.core.desk.state import EscalationState, Ground, Phase
from agents.core.desk.steps import Transition, ended, outcome_of, step
from agents.core.desk.storms import Storm, in_storm
from agents.core.desk.timers import clocks
from agents.core.notices.case_facts import with_facts
from agents.core.reasons import WITHDRAWN_BY_CUSTOMER
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import (
    Decision,
    Disagreement,
    EscalationStatus,
    OutcomeStatus,
    Reason,
    Severity,
    TopicName,
    WithdrawnBy,
)


def open_case(
    disagreement: Disagreement, world: World, loads: Loads, storm: Storm | None = None
) -> Transition:
    """A new escalation: OPENED, and ACKNOWLEDGED where a manager took the customer's call.

    One of a storm goes to the storm's manager, unless the customer wished for one.
    """
    state = _new(disagreement, world)
    rung = taken_by(disagreement, world)
    reasons: tuple[Reason, ...] = ()
    choice = Choice(manager=None)
    if rung is not None:
        took_it = Choice(manager=world.directory.managers[rung])
        state, reasons = given(state, took_it, world)
    else:
        wished = disagreement.wish.manager_id if disagreement.wish else None
        if wished is None:
            state = in_storm(state, storm, world)
        if state.manager_id is None:
            choice = choose(search_for(state, world, wished), world, loads)
            state, reasons = given(state, choice, world)
        reasons = (*wish_too_high(state, disagreement, world), *reasons)
    if storm is not None:
        state = replace(state, incident_id=storm.incident_id)
    state, output = step(
        state,
        EscalationStatus.OPENED,
        world,
        reasons=(*disagreement.reasons, *_storm_reasons(state, storm), *reasons),
        passed_over=choice.passed_over,
    )
    return call_taken(state, output, rung, world)


def join(
    state: EscalationState,
    disagreement: Disagreement,
    world: World,
    loads: Loads,
    storm: Storm | None = None,
) -> Transition:
    """JOINED: a ground more, or a graver one; then the clocks are set anew, never later.

    An appeal that joins moves the case up one tier; that it has become graver does not. What has
    become graver is not waited with any longer.
    """
    assert state.is_open, f"{state.escalation_id} is closed: nothing joins it"
    has_it = any(_is_same(each, disagreement) for each in state.grounds)
    state = _added(state, disagreement, world)
    if clocks.is_graver(disagreement.severity, state.severity):
        state = _graver(no_longer_waiting(state, world), disagreement.severity, world)
    is_new = storm is not None and state.incident_id is None
    state = in_storm(state, storm, world)
    reasons = storm.reasons if storm is not None and is_new else ()
    state, output = step(
        state, EscalationStatus.JOINED, world, reasons=(*disagreement.reasons, *reasons)
    )
    if has_it:
        return state, output
    if is_appeal(disagreement):
        state, moved = moved_up_for_appeal(state, world, loads)
        return state, (*output, *moved)
    return call_taken(state, output, taken_by(disagreement, world), world)


def _graver(state: EscalationState, severity: Severity, world: World) -> EscalationState:
    anew = clocks.risen(
        world,
        state.site_id,
        severity,
        state.clocks,
        acknowledged=state.acknowledged_by is not None,
    )
    return replace(
        state, severity=severity, clocks=anew, kept_in_vain=(), overdue=0, left_ceiling=False
    )


def no_longer_waiting(state: EscalationState, world: World) -> EscalationState:
    """The case with its clocks running on from now, if they stood still."""
    wait = state.wait
    if wait is None:
        return state
    running = clocks.resumed(
        world, state.site_id, state.severity, wait.clocks, since=wait.since, at=world.now
    )
    return replace(waited(state, world.now), clocks=running)


def reopen(
    state: EscalationState,
    disagreement: Disagreement,
    world: World,
    loads: Loads,
    storm: Storm | None = None,
) -> Transition:
    """REOPENED, with clocks from now and the manager it had if reachable, else one chosen anew.

    It has the grounds that still stood when it closed, and the graver of both severities. An appeal
    goes one tier up, to somebody who was not in it; where there is nobody else (at EXECUTIVE: who
    can be reached), to one who was, with the reason.
    """
    appeal = is_appeal(disagreement)
    graver = clocks.is_graver(disagreement.severity, state.severity)
    severity = disagreement.severity if graver else state.severity
    had = state.assignments[-1].manager_id if state.assignments else None
    were = tuple(sorted(were_in(state)))
    state = _added(state, disagreement, world)
    state = opened_again(state, severity, world)
    if appeal:
        state = replace(one_up_for_appeal(state, world), excluded=were)
    choice = choose(search_for(state, world, None if appeal else had), world, loads)
    reasons: tuple[Reason, ...] = ()
    if appeal and choice.manager is None and _only_those(state, world):
        facts = {"tier": str(state.tier), "site_id": state.site_id}
        wished = had if state.tier is TIERS[-1] else None
        same = choose(replace(search_for(state, world, wished), tried=()), world, loads)
        if same.manager is not None:
            choice, reasons = same, (Reason(code=NOBODY_ELSE, facts=facts),)
    state, about_choice = given(state, choice, world)
    if storm is not None and state.incident_id is None:
        state = replace(state, incident_id=storm.incident_id)
    state, output = step(
        state,
        EscalationStatus.REOPENED,
        world,
        reasons=(*disagreement.reasons, *_storm_reasons(state, storm), *reasons, *about_choice),
        passed_over=choice.passed_over,
    )
    outputs = (*output, outcome_of(state, OutcomeStatus.REOPENED, world))
    return call_taken(state, outputs, taken_by(disagreement, world), world)


def _only_those(state: EscalationState, world: World) -> bool:
    """Whether from the case's tier up there is nobody but who was in it: none to wait for.

    At EXECUTIVE it is enough that nobody else can be reached now.
    """
    above = TIERS[TIERS.index(state.tier) : TIERS.index(highest_for(state, world)) + 1]
    return above == TIERS[-1:] or all(
        each.manager_id in state.excluded
        for tier in above
        for each in world.serving(tier, state.site_id, state.region_id, world.now)
    )


def opened_again(state: EscalationState, severity: Severity, world: World) -> EscalationState:
    """A closed case as it is open again, before anybody has it; its clocks run from now."""
    return replace(
        state,
        phase=Phase.OPEN,
        severity=severity,
        clocks=clocks.opened(world, state.site_id, severity),
        manager_id=None,
        acknowledged_by=None,
        acknowledged_at=None,
        passed_by=(),
        excluded=(),
        not_reached=(),
        kept_in_vain=(),
        passes_ceiling=False,
        overdue=0,
        left_ceiling=False,
        merged_into=None,
        ended_at=None,
        remedy=None,
        unsettled_told=False,
        guards=guards_of_new(state, world),
    )


def _storm_reasons(state: EscalationState, storm: Storm | None) -> tuple[Reason, ...]:
    return () if storm is None or state.incident_id != storm.incident_id else storm.reasons


def merge(
    disagreement: Disagreement,
    into: EscalationState,
    world: World,
    loads: Loads,
    storm: Storm | None = None,
) -> tuple[Transition, Transition]:
    """A RAISED while another is open: MERGED, a step of its own; the open one gets the ground.

    The merged one shows the open one's tier and deadlines, as they are then: no others hold.
    """
    joined = join(into, disagreement, world, loads, storm)
    merged = replace(
        ended(_new(disagreement, world), Phase.MERGED, world),
        incident_id=joined[0].incident_id,
        merged_into=into.escalation_id,
        tier=joined[0].tier,
        clocks=joined[0].clocks,
    )
    merged, output = step(merged, EscalationStatus.MERGED, world, reasons=disagreement.reasons)
    return (merged, (*output, outcome_of(merged, OutcomeStatus.MERGED, world))), joined


def correct(state: EscalationState, disagreement: Disagreement, world: World) -> Transition:
    """A ground is gone: WITHDRAWN if it was the last and nothing was done, else JOINED.

    The customer's own withdrawal of the last one ends the case, whatever was done: it was theirs.

    What is closed only forgets the ground, without a step: it is gone when it is reopened.
    """
    state = replace(
        state,
        grounds=tuple(
            replace(ground, stands=False)
            if disagreement.corrects in ground.disagreement_ids
            else ground
            for ground in state.grounds
        ),
        disagreement_ids=(*state.disagreement_ids, disagreement.disagreement_id),
    )
    if not state.is_open:
        return state, ()
    by_customer = any(each.code == WITHDRAWN_BY_CUSTOMER for each in disagreement.reasons)
    ends_it = by_customer and world.policy.writes_generation(2)
    left = any(ground.stands for ground in state.grounds)
    if left or (state.acted and not ends_it):
        state, output = step(state, EscalationStatus.JOINED, world, reasons=disagreement.reasons)
        return state, output
    state, output = step(
        replace(
            ended(state, Phase.WITHDRAWN, world),
            withdrawn_by_customer=state.withdrawn_by_customer or ends_it,
        ),
        EscalationStatus.WITHDRAWN,
        world,
        reasons=disagreement.reasons,
    )
    withdrawn_by = WithdrawnBy.CUSTOMER if by_customer else WithdrawnBy.FACT
    return state, (
        *output,
        outcome_of(state, OutcomeStatus.WITHDRAWN, world, withdrawn_by=withdrawn_by),
    )


def _new(disagreement: Disagreement, world: World) -> EscalationState:
    """What a disagreement opens, before anybody has it and before its first step."""
    assert disagreement.escalation_id is not None, "a RAISED without its escalation is INVALID"
    wanted = start_tier(disagreement, world)
    highest = world.policy.highest_tier(disagreement.severity)
    state = EscalationState(
        escalation_id=disagreement.escalation_id,
        visit_id=disagreement.visit_id,
        customer_id=disagreement.customer_id,
        site_id=disagreement.site_id,
        region_id=disagreement.region_id,
        phase=Phase.OPEN,
        severity=disagreement.severity,
        tier=min(wanted, highest, key=TIERS.index),
        passes_ceiling=is_above(wanted, highest) and is_appeal(disagreement),
        clocks=clocks.opened(world, disagreement.site_id, disagreement.severity),
        addressing=address_in(disagreement),
        steps=0,
        opened_at=world.now,
        last_step_at=world.now,
        asked=disagreement.asked if disagreement.decision is Decision.RAISED else False,
        about_conduct=disagreement.topic is TopicName.CONDUCT,
    )
    state = replace(state, guards=guards_of_new(state, world))
    return _added(state, disagreement, world)


def is_asked_for(state: EscalationState) -> bool:
    """Whether the customer's own words RAISED the case; of one of a version before, by its rule.

    Where neither says so, the product found it.
    """
    if state.asked is not None or not state.grounds:
        return bool(state.asked)
    return state.grounds[0].rule in ALWAYS_ASKED


def _added(state: EscalationState, disagreement: Disagreement, world: World) -> EscalationState:
    """The case with what a disagreement brings: ground, prices, the customer's words and wish."""
    state = with_prices(_with_ground(state, disagreement, world), disagreement, world)
    return with_wish(with_words(state, disagreement), disagreement.wish, world)


def _with_ground(
    state: EscalationState, disagreement: Disagreement, world: World
) -> EscalationState:
    """One of the rule and subject that stands already is the same ground, in a graver form."""
    grounds = list(state.grounds)
    for index, ground in enumerate(grounds):
        if _is_same(ground, disagreement):
            ids = (*ground.disagreement_ids, disagreement.disagreement_id)
            graver = replace(ground, disagreement_ids=ids)
            grounds[index] = with_facts(graver, disagreement, world)
            break
    else:
        ground = Ground(
            rule=disagreement.rule,
            kind=disagreement.kind,
            subject_id=disagreement.subject_id,
            occurred_at=disagreement.occurred_at,
            disagreement_ids=(disagreement.disagreement_id,),
        )
        grounds.append(with_facts(ground, disagreement, world))
    return replace(
        state,
        grounds=tuple(grounds),
        disagreement_ids=(*state.disagreement_ids, disagreement.disagreement_id),
        on_appeal=state.on_appeal or is_appeal(disagreement),
    )


def _is_same(ground: Ground, disagreement: Disagreement) -> bool:
    subject = (disagreement.rule, disagreement.subject_id)
    return ground.stands and (ground.rule, ground.subject_id) == subject
