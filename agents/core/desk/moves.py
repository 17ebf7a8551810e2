"""A case goes to somebody else: up a tier, over to a colleague, or to whom can be reached again."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.rule_base.facts import instant
from agents.core.desk.assignment import Choice, Search, choose, speaks
from agents.core.desk.ceilings import (
    ceiling_of,
    highest_for,
    is_at_ceiling,
    next_tier,
    passes_by_waiting,
)
from agents.core.desk.partition import Loads
from agents.core.desk.presence import arrives, away, misses_next_shift, returns
from agents.core.desk.state import Assignment, EscalationState
from agents.core.desk.steps import Transition, next_deadline, step, watched
from agents.core.desk.timers import clocks
from agents.core.desk.timers.due import decide_is_over, decision_due
from agents.core.languages import bounded
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import EscalationStatus, Manager, PassedOverManager, Reason, Tier

# Reasons that the desk adds to a step; facts: tier, site_id; language, manager_id.
NOBODY_REACHABLE = "NOBODY_REACHABLE"
NOBODY_ELSE = "NOBODY_ELSE"
HAD_IT_BEFORE = "HAD_IT_BEFORE"  # it went to somebody who was in the case; also manager_id
WITHOUT_LANGUAGE = "WITHOUT_LANGUAGE"
# Why time moved it. facts: acknowledge_by, tier; decide_by; promised_until; manager_id, why.
NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"
UNDECIDED = "UNDECIDED"
OVERDUE = "OVERDUE"  # the same, where there was nowhere to move it to
OVERDUE_AGAIN = "OVERDUE_AGAIN"  # and for that it goes to somebody else, once
TRIED_AGAIN = "tried_again"  # a fact of it: the OVERDUE was said before, and had found nobody
PROMISE_MISSED = "SILENCE_PROMISE_MISSED"
HANDED_OVER = "HANDED_OVER"

LEFT = "LEFT"  # why a case was handed over: the directory does not have its manager any more
_PRESENCE_LOOKED_AHEAD = 31 * DAY_MS  # further than any deadline of a case that a person gave away


def search_for(
    state: EscalationState,
    world: World,
    wished: str | None = None,
    reach: clocks.Reach | None = None,
) -> Search:
    """Whom a case needs: from its tier up to the highest that may have it, in its customer's
    language, there when it counts. `reach`: of its site and severity, where it is known.
    """  # noqa: D205
    reach = reach or clocks.reach_at(world, state.site_id, state.severity)
    return Search(
        site_id=state.site_id,
        region_id=state.region_id,
        tier=state.tier,
        highest=highest_for(state, world),
        language=state.addressing.language,
        as_of=reach.as_of,
        until=clocks.reached_until(world, state, reach),
        wished=wished,
        tried=state.excluded,
    )


def were_in(state: EscalationState) -> frozenset[str]:
    """Everybody who ever had the case, or acknowledged it."""
    had = {each.manager_id for each in state.assignments} | {state.acknowledged_by}
    return frozenset(each for each in had if each is not None)


def chosen_of(
    search: Search, apart: Sequence[Collection[str]], world: World, loads: Loads
) -> tuple[Choice, tuple[Reason, ...]]:
    """Who gets a case, and why it is somebody who was in it, if so.

    `apart`: who is not asked: first everybody who was in the case, then fewer. So nobody who can be
    reached is left out for ever; the next one counts where nobody is found.
    """
    first = last = choose(replace(search, tried=apart[0]), world, loads)
    if first.manager is not None:
        return first, ()
    for tried in apart[1:]:
        last = choose(replace(search, tried=tried), world, loads)
        again = last.manager
        if again is not None:
            passed_over = [e for e in first.passed_over if e.manager_id != again.manager_id]
            had_it = had_it_before(again, search)
            return Choice(manager=again, passed_over=tuple(passed_over)), (had_it,)
    return last, ()


def had_it_before(manager: Manager, search: Search) -> Reason:
    """That a case went to somebody who was in it, as nobody else could be reached."""
    where = {"tier": str(search.tier), "site_id": search.site_id}
    return Reason(code=HAD_IT_BEFORE, facts={"manager_id": manager.manager_id} | where)


def apart_of(state: EscalationState) -> tuple[frozenset[str], ...]:
    """Who is not asked when a case goes to somebody else: at last, only who has it.

    Whoever was in it before an appeal comes after the others who were.
    """
    has_it = frozenset(() if state.manager_id is None else (state.manager_id,))
    return were_in(state) | has_it.union(state.excluded), has_it.union(state.excluded), has_it


def given(
    state: EscalationState, choice: Choice, world: World
) -> tuple[EscalationState, tuple[Reason, ...]]:
    """The case with whom was chosen, at their tier; without anybody it stays where it is."""
    if choice.manager is None:
        return state, (Reason(code=NOBODY_REACHABLE, facts=where_it_is(state)),)
    state = given_to(state, choice.manager, world)
    if speaks(choice.manager, state.addressing.language):
        return state, ()
    language = bounded(state.addressing.language)  # a version before kept longer ones
    facts = {"language": language, "manager_id": choice.manager.manager_id}
    return state, (Reason(code=WITHOUT_LANGUAGE, facts=facts),)


def given_to(
    state: EscalationState, manager: Manager, world: World, *, acts: bool = False
) -> EscalationState:
    """The case with a manager; what its last one had hidden from their list is no longer hidden.

    It reaches them when they are there in time, else as of now; `acts`: they do something now.
    Where its decision's clock was over, as there was nowhere to move up to, it begins anew below.
    """
    if state.clocks.decide_passed and manager.tier is not TIERS[-1]:
        state = halved(state, world)
    return _with(state, manager, world, acts=acts)


def _with(
    state: EscalationState, manager: Manager, world: World, *, acts: bool = False
) -> EscalationState:
    """The case with a manager, its clocks as they are."""
    as_of = clocks.chosen_as_of(world, state.site_id, state.severity)
    until = 0 if acts else clocks.reached_until(world, state)
    there = arrives(manager, as_of, until)
    waits = there is not None and there > as_of
    as_of = as_of if there is None else there
    had_it = bool(state.assignments) and state.assignments[-1].manager_id == manager.manager_id
    got_it = Assignment(manager.manager_id, as_of)
    return replace(
        state,
        manager_id=manager.manager_id,
        tier=manager.tier,
        passed_by=tuple(each for each in state.passed_by if each != manager.manager_id),
        assignments=state.assignments if had_it else (*state.assignments, got_it),
        given_in_step=state.steps,
        kept_in_vain=tuple(each for each in state.kept_in_vain if each == OVERDUE),
        present_from=present_from(manager, as_of),
        shift_begins_at=as_of if waits else 0,
        hand_over_at=None,
        snoozed_until=None,
    )


def asked_anew(state: EscalationState, world: World) -> EscalationState:
    """The case with somebody new, who has yet to acknowledge it, in their own time.

    Where that makes it due later, nothing that was said of the old `decide_by` counts any more.
    """
    anew = clocks.asked(world, state)
    if anew.decide_by != state.clocks.decide_by:
        left = tuple(each for each in state.kept_in_vain if each != OVERDUE)
        state = replace(state, kept_in_vain=left, overdue=0)
    return replace(state, acknowledged_by=None, acknowledged_at=None, clocks=anew)


def halved(state: EscalationState, world: World) -> EscalationState:
    """The case with half of the time to decide that it had, from now: it is not overdue."""
    anew = clocks.decide_anew(world, state.site_id, state.severity, state.clocks)
    left = tuple(each for each in state.kept_in_vain if each != OVERDUE)
    return replace(state, clocks=anew, kept_in_vain=left)


class Move(Struct, frozen=True, kw_only=True):
    """Why a case moves up (`stays`: the same, if it can't), and whether the decision's time halves.

    `tier`: the lowest that it may go to, where that is not the next one.
    """

    why: Reason
    stays: Reason
    decide: bool
    tier: Tier | None = None


def moved_up(state: EscalationState, move: Move, world: World, loads: Loads) -> Transition:
    """MOVED_UP: to somebody of a higher tier, first to who was not in the case before.

    A tier in which nobody can be reached is skipped at once. Where all who can be reached above
    were in the case, one of the next tier has it again, with the reason. They get their own time to
    acknowledge. At its ceiling, or where nobody has it or can be reached above, it stays as it is:
    WARNED, with the reason. That is said once: it is tried again, in silence until it succeeds.
    """
    had = state.manager_id
    if had is not None and is_at_ceiling(state, world):
        return _stays(state, move, world)
    # Nobody has it: those of its tier and above are asked on each tick, but for `excluded` ones.
    above = state if had is None else replace(state, tier=_tier_of(move, state, world))
    choice, again = Choice(manager=None), tuple[Reason, ...]()
    if had is not None or state.excluded:
        choice, again = chosen_of(search_for(above, world), apart_of(state), world, loads)
    if choice.manager is None and had is None:
        nobody = Reason(code=NOBODY_REACHABLE, facts=where_it_is(state))
        return _stays(state, move, world, (nobody,))
    if choice.manager is None:
        nobody = Reason(code=NOBODY_ELSE, facts=where_it_is(above))
        kept = _kept(state, above.tier, move, world)
        return _stays(kept, move, world, (nobody,), choice.passed_over)
    after, reasons = given(above, choice, world)
    after = with_passed_by(after, had)
    return step(
        asked_anew(halved(after, world) if move.decide else after, world),
        EscalationStatus.MOVED_UP,
        world,
        reasons=(move.why, *again, *reasons),
        passed_over=choice.passed_over,
    )


def promise_missed(
    state: EscalationState, promised_until: int, world: World, loads: Loads
) -> Transition:
    """A promised call (ms) did not come: one tier up; where that can't be, it is said."""
    facts = {"promised_until": instant(promised_until), "tier": str(state.tier)}
    why = Reason(code=PROMISE_MISSED, facts=facts)
    return moved_up(state, Move(why=why, stays=why, decide=True), world, loads)


def _tier_of(move: Move, state: EscalationState, world: World) -> Tier:
    """The lowest tier that a move takes the case to; a table of before may name one too high."""
    if move.tier is None:
        return next_tier(state, world)
    return min(move.tier, ceiling_of(state, world), key=TIERS.index)


def _stays(
    state: EscalationState,
    move: Move,
    world: World,
    more: tuple[Reason, ...] = (),
    passed_over: tuple[PassedOverManager, ...] = (),
) -> Transition:
    """WARNED, once: of a deadline that it passed, of a manager that they have not acknowledged.

    Each promise that is missed is a miss of its own.
    """
    code = move.stays.code
    if code in state.kept_in_vain:
        return watched(state, world), ()
    if code != PROMISE_MISSED:
        state = replace(state, kept_in_vain=(*state.kept_in_vain, code))
    reasons = (move.stays, *more)
    return step(state, EscalationStatus.WARNED, world, reasons=reasons, passed_over=passed_over)


def handed_over(
    state: EscalationState,
    why: Reason,
    world: World,
    loads: Loads,
    *apart: Collection[str],
) -> Transition | None:
    """REASSIGNED: its manager is gone, so a peer has it, or the next tier; else nobody, as is said.

    They have yet to acknowledge it; the time to decide runs on. None: nobody better was found than
    who has it. `apart`: see `chosen_of`; without any, who was in it before an appeal.
    """
    search = search_for(state, world)
    if state.clocks.decide_by <= world.now:
        search = replace(search, until=0)  # there is no time to wait for a shift
    choice, again = chosen_of(search, apart or (state.excluded,), world, loads)
    if choice.manager is not None and choice.manager.manager_id == state.manager_id:
        choice = _before_they_are_back(choice.manager, search, world, loads)
        if choice.manager is None:
            return None
    without = replace(state, manager_id=None, hand_over_at=None, passed_by=(), snoozed_until=None)
    after, reasons = given(without, choice, world)
    return step(
        asked_anew(after, world),
        EscalationStatus.REASSIGNED,
        world,
        reasons=(why, *again, *reasons),
        passed_over=choice.passed_over,
    )


def _before_they_are_back(manager: Manager, search: Search, world: World, loads: Loads) -> Choice:
    """Who can be reached before a manager comes back, whom the search found too late for the case.

    In any tier: the first who is there, though others of a lower one come later.
    """
    back = arrives(manager, search.as_of, search.until) or search.as_of
    tried = {manager.manager_id, *search.tried}
    found = choose(replace(search, until=back - 1, tried=tried), world, loads)
    others = [each for each in found.passed_over if each.manager_id != manager.manager_id]
    return Choice(manager=found.manager, passed_over=tuple(others))


def gone(state: EscalationState, world: World) -> Reason | None:
    """Why a case must be handed over now: its manager is away, and not back before it counts."""
    if state.manager_id is None:
        return None
    manager = world.directory.managers.get(state.manager_id)
    why = LEFT if manager is None else away(manager, world.now)
    if why is None:
        return None
    deadline = next_deadline(state, world.now)
    if manager is not None and returns(manager, world.now, deadline) is not None:
        return None
    tried_again = deadline == state.clocks.decide_again_at and world.policy.writes_generation(2)
    if manager is not None and tried_again and not misses_next_shift(manager, world.now):
        return None  # that what is overdue is tried again is no deadline, and they only go home
    facts = {"manager_id": state.manager_id, "why": str(why), "deadline": instant(deadline)}
    return Reason(code=HANDED_OVER, facts=facts)


def chosen_again(state: EscalationState, choice: Choice, world: World) -> Transition:
    """REASSIGNED: somebody can be reached now for a case that nobody has.

    They get the whole time to acknowledge; the time to decide runs on, or begins anew where it is
    over. Warnings that came while nobody had it are gone. One tier above the ceiling it is MOVED_UP
    by the second OVERDUE, which had found nobody.
    """
    above: tuple[Reason, ...] = ()
    if choice.manager is not None and passes_by_waiting(state, choice.manager.tier, world):
        above = (overdue_again(state, world, {TRIED_AGAIN: "yes"}),)
        state = replace(state, left_ceiling=True)
    after, reasons = given(state, choice, world)
    if choice.manager is not None and choice.manager.manager_id in state.excluded:
        reasons = (had_it_before(choice.manager, search_for(state, world)), *reasons)
    if decide_is_over(after.clocks):
        after = halved(after, world)
    after = asked_anew(after, world)
    marks = tuple(each for each in after.clocks.warn_decide if each.at > world.now)
    return step(
        replace(after, clocks=replace(after.clocks, warn_decide=marks)),
        EscalationStatus.MOVED_UP if above else EscalationStatus.REASSIGNED,
        world,
        reasons=(*above, *reasons),
        passed_over=choice.passed_over,
    )


def overdue_again(
    state: EscalationState, world: World, more: Mapping[str, str] = MappingProxyType({})
) -> Reason:
    """Why a case goes to somebody else of its ceiling, or above it: it is overdue there again."""
    by, ceiling = instant(state.clocks.decide_by), ceiling_of(state, world)
    facts = {"decide_by": by, "tier": str(ceiling), **more}
    return Reason(code=OVERDUE_AGAIN, facts=facts)


def given_by_person(state: EscalationState, manager: Manager, world: World) -> EscalationState:
    """The case with whom a person gave it to, reachable or not; they have yet to acknowledge it."""
    give = _with if world.policy.writes_generation(2) else given_to
    return asked_anew(replace(give(state, manager, world), passed_by=()), world)


def _kept(state: EscalationState, tier: Tier, move: Move, world: World) -> EscalationState:
    """The case when nobody above was found: who has it keeps it, and is not asked or warned again.

    It is tried again: after half of the time to decide, or after the time to acknowledge; for a
    promise missed before `decide_by`, then.
    """
    if move.decide and decision_due(state.clocks) > world.now:
        return state
    if move.decide:
        anew = clocks.decide_anew(world, state.site_id, state.severity, state.clocks)
        return replace(state, clocks=clocks.decided_again(state.clocks, anew))
    return replace(state, clocks=clocks.tried_again(world, state, tier))


def present_from(manager: Manager, as_of: int) -> int:
    """From when it matters that the manager goes: from when they are there, once they have it."""
    there = returns(manager, as_of, as_of + _PRESENCE_LOOKED_AHEAD)
    return as_of + _PRESENCE_LOOKED_AHEAD if there is None else there


def where_it_is(state: EscalationState) -> dict[str, str]:
    """Where nobody was found: facts of a reason."""
    return {"tier": str(state.tier), "site_id": state.site_id}


def with_passed_by(state: EscalationState, had: str | None) -> EscalationState:
    """The case after a move up: who had it may still act on it for a while."""
    if had is None or had in state.passed_by:
        return state
    return replace(state, passed_by=(*state.passed_by, had))
