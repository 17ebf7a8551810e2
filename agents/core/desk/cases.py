"""What a disagreement does to the visit's escalation: open, join, reopen, merge, correct.

A visit has at most one open escalation. What would open or reopen a second joins the open one.
"""

from msgspec.structs import replace

from agents.core.desk import clocks
from agents.core.desk.assignment import TIERS, Choice, Search, choose, speaks
from agents.core.desk.partition import Loads
from agents.core.desk.state import Addressing, Assignment, EscalationState, Ground, Phase
from agents.core.desk.steps import acknowledged, ended, outcome_of, step
from agents.core.handling import Output
from agents.core.reasons import RECORDED_CALL, START_TIER, WITHDRAWN_BY_CUSTOMER
from agents.core.world import World
from schemas.records import (
    Disagreement,
    EscalationStatus,
    OutcomeStatus,
    Reason,
    Rule,
    Tier,
    WithdrawnBy,
)

# Reasons that the desk adds to a step; facts: tier, site_id; language, manager_id.
NOBODY_REACHABLE = "NOBODY_REACHABLE"
NOBODY_ELSE = "NOBODY_ELSE"
WITHOUT_LANGUAGE = "WITHOUT_LANGUAGE"

Told = tuple[EscalationState, tuple[Output, ...]]


def open_case(disagreement: Disagreement, world: World, loads: Loads) -> Told:
    """A new escalation: OPENED, and ACKNOWLEDGED where a manager took the customer's call."""
    state = _new(disagreement, world)
    taken_by = _taken_by(disagreement, world)
    if taken_by is not None:
        choice = Choice(manager=world.directory.managers[taken_by])
    else:
        wished = disagreement.wish.manager_id if disagreement.wish else None
        choice = choose(_search(state, world, wished), world, loads)
    state, reasons = _assigned(state, choice, world)
    state, output = step(
        state,
        EscalationStatus.OPENED,
        world,
        reasons=(*disagreement.reasons, *reasons),
        passed_over=choice.passed_over,
    )
    return _call_taken(state, (output,), taken_by, world)


def join(state: EscalationState, disagreement: Disagreement, world: World, loads: Loads) -> Told:
    """JOINED: a ground more, or a graver one; then the clocks are set anew, never later.

    An appeal that joins moves the case up one tier; that it has become graver does not.
    """
    assert state.is_open, f"{state.escalation_id} is closed: nothing joins it"
    has_it = any(_is_same(each, disagreement) for each in state.grounds)
    state = _with_ground(state, disagreement)
    if clocks.is_graver(disagreement.severity, state.severity):
        state = replace(
            state,
            severity=disagreement.severity,
            clocks=clocks.risen(world, state.site_id, disagreement.severity, state.clocks),
        )
    state, output = step(state, EscalationStatus.JOINED, world, reasons=disagreement.reasons)
    if has_it:
        return state, (output,)
    if disagreement.rule is Rule.APPEALED_BY_CUSTOMER:
        state, moved = _move_up(state, world, loads)
        return state, (output, *moved)
    return _call_taken(state, (output,), _taken_by(disagreement, world), world)


def _move_up(state: EscalationState, world: World, loads: Loads) -> Told:
    """MOVED_UP: one tier up (at EXECUTIVE to another), to somebody who was not in the case before.

    They get their own time to acknowledge; the time to decide runs on. Where nobody else can be
    reached, who has the case keeps it.
    """
    tier = TIERS[min(TIERS.index(state.tier) + 1, len(TIERS) - 1)]
    were_in = {each.manager_id for each in state.assignments} | {state.acknowledged_by or ""}
    search = replace(_search(replace(state, tier=tier), world, None), tried=were_in)
    choice = choose(search, world, loads)
    reasons: tuple[Reason, ...]
    if choice.manager is None and state.manager_id is not None:
        facts = {"tier": str(tier), "site_id": state.site_id}
        reasons = (Reason(code=NOBODY_ELSE, facts=facts),)
    else:
        passed_by = () if state.manager_id is None else (state.manager_id,)
        state, reasons = _assigned(
            replace(
                state,
                tier=tier,
                passed_by=(*state.passed_by, *passed_by),
                acknowledged_by=None,
                acknowledged_at=None,
                clocks=clocks.handed_over(world, state.site_id, state.severity, state.clocks),
            ),
            choice,
            world,
        )
    state, output = step(
        state,
        EscalationStatus.MOVED_UP,
        world,
        reasons=reasons,
        passed_over=choice.passed_over,
    )
    return state, (output,)


def reopen(state: EscalationState, disagreement: Disagreement, world: World, loads: Loads) -> Told:
    """REOPENED, with clocks from now and the manager it had if reachable, else one chosen anew.

    It has the grounds that still stood when it closed, and the graver of both severities.
    """
    had = state.assignments[-1].manager_id if state.assignments else None
    graver = clocks.is_graver(disagreement.severity, state.severity)
    severity = disagreement.severity if graver else state.severity
    state = replace(
        _with_ground(state, disagreement),
        phase=Phase.OPEN,
        severity=severity,
        clocks=clocks.opened(world, state.site_id, severity),
        manager_id=None,
        acknowledged_by=None,
        acknowledged_at=None,
        passed_by=(),
        merged_into=None,
    )
    choice = choose(_search(state, world, had), world, loads)
    state, reasons = _assigned(state, choice, world)
    state, output = step(
        state,
        EscalationStatus.REOPENED,
        world,
        reasons=(*disagreement.reasons, *reasons),
        passed_over=choice.passed_over,
    )
    outputs = (output, outcome_of(state, OutcomeStatus.REOPENED, world))
    return _call_taken(state, outputs, _taken_by(disagreement, world), world)


def merge(
    disagreement: Disagreement, into: EscalationState, world: World, loads: Loads
) -> tuple[Told, Told]:
    """A RAISED while another is open: MERGED, a step of its own; the open one gets the ground.

    The merged one shows the open one's tier and deadlines, as they are then: no others hold.
    """
    joined = join(into, disagreement, world, loads)
    merged = replace(
        ended(_new(disagreement, world), Phase.MERGED),
        merged_into=into.escalation_id,
        tier=joined[0].tier,
        clocks=joined[0].clocks,
    )
    merged, output = step(merged, EscalationStatus.MERGED, world, reasons=disagreement.reasons)
    return (merged, (output, outcome_of(merged, OutcomeStatus.MERGED, world))), joined


def correct(state: EscalationState, disagreement: Disagreement, world: World) -> Told:
    """A ground is gone: WITHDRAWN if it was the last and nothing was done, else JOINED.

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
    if state.acted or any(ground.stands for ground in state.grounds):
        state, output = step(state, EscalationStatus.JOINED, world, reasons=disagreement.reasons)
        return state, (output,)
    state, output = step(
        ended(state, Phase.WITHDRAWN),
        EscalationStatus.WITHDRAWN,
        world,
        reasons=disagreement.reasons,
    )
    by_customer = any(each.code == WITHDRAWN_BY_CUSTOMER for each in disagreement.reasons)
    withdrawn_by = WithdrawnBy.CUSTOMER if by_customer else WithdrawnBy.FACT
    return state, (
        output,
        outcome_of(state, OutcomeStatus.WITHDRAWN, world, withdrawn_by=withdrawn_by),
    )


def choose_again(state: EscalationState, world: World, loads: Loads) -> Told | None:
    """REASSIGNED, when somebody can be reached now for a case that nobody has.

    They get the whole time to acknowledge; the time to decide runs on.
    """
    wish = state.addressing.wish
    choice = choose(_search(state, world, wish.manager_id if wish else None), world, loads)
    if choice.manager is None:
        return None
    state, reasons = _assigned(state, choice, world)
    anew = clocks.handed_over(world, state.site_id, state.severity, state.clocks)
    state, output = step(
        replace(state, clocks=anew),
        EscalationStatus.REASSIGNED,
        world,
        reasons=reasons,
        passed_over=choice.passed_over,
    )
    return state, (output,)


def _new(disagreement: Disagreement, world: World) -> EscalationState:
    """What a disagreement opens, before anybody has it and before its first step."""
    assert disagreement.escalation_id is not None, "a RAISED without its escalation is INVALID"
    state = EscalationState(
        escalation_id=disagreement.escalation_id,
        visit_id=disagreement.visit_id,
        customer_id=disagreement.customer_id,
        site_id=disagreement.site_id,
        region_id=disagreement.region_id,
        phase=Phase.OPEN,
        severity=disagreement.severity,
        tier=start_tier(disagreement, world),
        clocks=clocks.opened(world, disagreement.site_id, disagreement.severity),
        addressing=Addressing(
            language=_language(disagreement),
            visit_language=_visit_language(disagreement),
            channels=tuple(disagreement.channels),
            quiet_from=disagreement.quiet_from,
            quiet_until=disagreement.quiet_until,
            time_zone=disagreement.time_zone,
            wish=disagreement.wish,
        ),
        steps=0,
        opened_at=world.now,
        last_step_at=world.now,
    )
    return _with_ground(state, disagreement)


def _language(disagreement: Disagreement) -> str:
    """The language that the customer wishes to be spoken to in, else the visit's."""
    wished = disagreement.wish.language if disagreement.wish else None
    return wished or disagreement.language


def _visit_language(disagreement: Disagreement) -> str | None:
    """The visit's language where another one is wished: spoken where that one has no texts."""
    return None if _language(disagreement) == disagreement.language else disagreement.language


def start_tier(disagreement: Disagreement, world: World) -> Tier:
    """LOCAL, or the rule's tier or a reason's, or `wish.tier` as far as the policy allows."""
    tiers = [Tier.LOCAL]
    if disagreement.rule is Rule.WARRANTY_REPEAT_REPAIR:
        tiers.append(world.policy.rules.warranty_repeat_repair.tier)
    for reason in disagreement.reasons:
        if reason.code == START_TIER:
            tiers.extend(tier for tier in TIERS if tier == reason.facts.get("tier"))
    if disagreement.wish is not None and disagreement.wish.tier in TIERS:
        tiers.append(min(disagreement.wish.tier, world.policy.wish.max_tier, key=TIERS.index))
    return max(tiers, key=TIERS.index)


def _with_ground(state: EscalationState, disagreement: Disagreement) -> EscalationState:
    """One of the rule and subject that stands already is the same ground, in a graver form."""
    grounds = list(state.grounds)
    for index, ground in enumerate(grounds):
        if _is_same(ground, disagreement):
            ids = (*ground.disagreement_ids, disagreement.disagreement_id)
            grounds[index] = replace(ground, disagreement_ids=ids)
            break
    else:
        grounds.append(
            Ground(
                rule=disagreement.rule,
                kind=disagreement.kind,
                subject_id=disagreement.subject_id,
                disagreement_ids=(disagreement.disagreement_id,),
            )
        )
    return replace(
        state,
        grounds=tuple(grounds),
        disagreement_ids=(*state.disagreement_ids, disagreement.disagreement_id),
        on_appeal=state.on_appeal or disagreement.rule is Rule.APPEALED_BY_CUSTOMER,
    )


def _is_same(ground: Ground, disagreement: Disagreement) -> bool:
    subject = (disagreement.rule, disagreement.subject_id)
    return ground.stands and (ground.rule, ground.subject_id) == subject


def _taken_by(disagreement: Disagreement, world: World) -> str | None:
    """The manager who took the customer's call, if the directory knows them."""
    if disagreement.wish is None or disagreement.wish.manager_id not in world.directory.managers:
        return None
    called = any(reason.code == RECORDED_CALL for reason in disagreement.reasons)
    return disagreement.wish.manager_id if called else None


def _call_taken(
    state: EscalationState, outputs: tuple[Output, ...], taken_by: str | None, world: World
) -> Told:
    """Who took the call has the case, acknowledged, unless somebody had acknowledged it before."""
    if taken_by is None or state.acknowledged_by is not None:
        return state, outputs
    if state.manager_id != taken_by:
        choice = Choice(manager=world.directory.managers[taken_by])
        state, _ = _assigned(state, choice, world)
    state, output = step(
        acknowledged(state, taken_by, world), EscalationStatus.ACKNOWLEDGED, world, by=taken_by
    )
    return state, (*outputs, output)


def _search(state: EscalationState, world: World, wished: str | None) -> Search:
    return Search(
        site_id=state.site_id,
        region_id=state.region_id,
        tier=state.tier,
        language=state.addressing.language,
        as_of=clocks.chosen_as_of(world, state.site_id, state.severity),
        wished=wished,
    )


def _assigned(
    state: EscalationState, choice: Choice, world: World
) -> tuple[EscalationState, tuple[Reason, ...]]:
    """The case with whom was chosen, at their tier; without anybody it stays where it starts."""
    manager = choice.manager
    if manager is None:
        facts = {"tier": str(state.tier), "site_id": state.site_id}
        return state, (Reason(code=NOBODY_REACHABLE, facts=facts),)
    as_of = clocks.chosen_as_of(world, state.site_id, state.severity)
    got_it = Assignment(manager.manager_id, as_of)
    had_it = bool(state.assignments) and state.assignments[-1].manager_id == manager.manager_id
    assigned = replace(
        state,
        manager_id=manager.manager_id,
        tier=manager.tier,
        assignments=state.assignments if had_it else (*state.assignments, got_it),
    )
    if speaks(manager, state.addressing.language):
        return assigned, ()
    facts = {"language": state.addressing.language, "manager_id": manager.manager_id}
    return assigned, (Reason(code=WITHOUT_LANGUAGE, facts=facts),)
