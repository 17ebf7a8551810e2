"""What time makes of cases: warnings, moves up, ends of waits and snoozes, hand-overs.

Everything happens at its due moment, in the order of these moments, then of the cases' ids, however
late the tick comes: who is reachable is asked as of then, and clocks run on from then. What that
makes due at or before the tick happens too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import chain

from msgspec.structs import replace

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.customers.rule_base.facts import instant
from agents.core.desk.above_ceilings import overdue_at_ceiling
from agents.core.desk.assignment import choose, finds_somebody
from agents.core.desk.case_records import lacks_cases
from agents.core.desk.ceilings import highest_for, is_at_ceiling
from agents.core.desk.confirmation import asked_again
from agents.core.desk.guards import waited
from agents.core.desk.moves import (
    NOT_ACKNOWLEDGED,
    OVERDUE,
    UNDECIDED,
    Move,
    chosen_again,
    gone,
    handed_over,
    moved_up,
    present_from,
    promise_missed,
    search_for,
)
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.desk.steps import Transition, step, watched
from agents.core.desk.timers.clocks import Reach, reach_at, reached_until, reaches
from agents.core.desk.timers.due import (
    Timer,
    TimerKind,
    decide_is_over,
    is_set_aside,
    looked_at,
    next_due,
    tier_mark_due,
)
from agents.core.desk.timers.following import followed
from agents.core.desk.unit_of_work import UnitOfWork
from agents.core.handling import NOTHING, Handled, Turns
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import EscalationStatus, Reason, Severity, Tier

# Reasons of a step WARNED; facts: deadline, percent, by (when); until.
WARNING = "WARNING"
WAIT_ENDED = "WAIT_ENDED"
SNOOZE_ENDED = "SNOOZE_ENDED"

Tried = tuple[str, str, tuple[Tier, Tier], tuple[int, int], str | None, tuple[str, ...]]


def fire_due_timers(
    partition: Partition, world: World, aside: Mapping[str, Exception] = NOTHING
) -> Turns[Handled[EscalationState]]:
    """What is due at or before now happens, the closed go, and who has nobody is asked for.

    Where that fails on a case, the others go on, and it is tried again later. `aside`: the cases on
    which it is known to fail. Others may have a turn between two cases.
    """
    working = UnitOfWork(partition)
    kept_since = world.now - world.policy.kept.closed_escalation_days * DAY_MS
    for state in partition.ended_by(kept_since):
        working.drop(state.escalation_id)
    coming = partition.due_by(world.now)
    changed = list(partition.of_changed_presence(world.directory))
    coming += yield from _each(
        changed, lambda case: (watched(case, world), ()), working, world, aside
    )
    yield from _act_on_due(coming, working, world, aside)
    # What was due by the old hours and numbers has happened; the rest follows the new ones.
    changed = list(partition.of_changed_clocks(world))
    coming = yield from _each(changed, lambda case: followed(case, world), working, world, aside)
    yield from _act_on_due(coming, working, world, aside)
    yield from _choose_again(working, world, aside)
    return working.handled()


def _each(
    changed: Iterable[EscalationState],
    act: Callable[[EscalationState], Transition],
    working: UnitOfWork,
    world: World,
    aside: Mapping[str, Exception],
) -> Turns[list[tuple[int, str]]]:
    """Acts on each case, and gives when which of them may have something due by now."""
    coming: list[tuple[int, str]] = []
    for each in changed:
        state = working.get(each.escalation_id) or each
        if not is_set_aside(state, world.now):
            _try(state, working, world, aside, act)
            coming.extend(_by(working.get(each.escalation_id) or state, world.now))
            yield
    return coming


def _try(
    state: EscalationState,
    working: UnitOfWork,
    world: World,
    aside: Mapping[str, Exception],
    act: Callable[[EscalationState], Transition | None],
) -> None:
    """Lets time act on one case; what it raises is that case's own failure. None: nothing to do."""
    why = aside.get(state.escalation_id)
    told: Transition | None = None
    if state.tried_again_at is not None:
        state = replace(state, tried_again_at=None)
        told = state, ()
    if why is None:
        try:
            told = act(state) or told
        except Exception as error:  # noqa: BLE001 - whatever it is, the other cases' clocks go on
            why = error
    if why is not None:
        working.fail(state.escalation_id, why, world.now)
    elif told is not None:
        working.take(told)


def _act_on_due(
    coming: list[tuple[int, str]],
    working: UnitOfWork,
    world: World,
    aside: Mapping[str, Exception],
) -> Turns[None]:
    """`coming`: when which cases may have something due; the case itself says whether."""
    heapify(coming)
    while coming:
        at, escalation_id = heappop(coming)
        state = working.get(escalation_id)
        due = None if state is None else next_due(state)
        if state is None or due is None:
            continue
        if due.at <= at and not is_set_aside(state, world.now):
            _try(state, working, world, aside, _acting(due, working, world))
            yield
        for again in _by(working.get(escalation_id) or state, world.now):
            heappush(coming, again)


def _acting(
    due: Timer, working: UnitOfWork, world: World
) -> Callable[[EscalationState], Transition]:
    return lambda state: _act(state, due, working, replace(world, now=due.at))


def _by(state: EscalationState, now: int) -> Iterator[tuple[int, str]]:
    """When the case has something due, if that is at or before now."""
    at = looked_at(state)
    if at is not None and at <= now and next_due(state) is not None:
        yield at, state.escalation_id


def _act(state: EscalationState, due: Timer, working: UnitOfWork, world: World) -> Transition:
    """What one due moment makes; `world` is as of then."""
    match due.what:
        case TimerKind.WAIT_ENDS:
            reason = Reason(code=WAIT_ENDED, facts={"until": instant(due.at)})
            return _ends(waited(state, due.at), reason, world)
        case TimerKind.SNOOZE_ENDS:
            reason = Reason(code=SNOOZE_ENDED, facts={"until": instant(due.at)})
            return _ends(replace(state, snoozed_until=None), reason, world)
        case TimerKind.DECIDE_BY:
            return _undecided(state, working, world)
        case TimerKind.PROMISE_MISSED:
            kept = replace(state, promised_until=None, promise_missed_at=None)
            return promise_missed(kept, state.promised_until or 0, world, working)
        case TimerKind.NOT_ACKNOWLEDGED:
            return _not_acknowledged(state, working, world)
        case TimerKind.HAND_OVER:
            return _handed_over(state, working, world)
        case TimerKind.WARN_DECIDE | TimerKind.WARN_ACKNOWLEDGE:
            return _warned(state, due.what, world)
        case TimerKind.NOT_CONFIRMED:
            return asked_again(state, world, working)


def _ends(state: EscalationState, reason: Reason, world: World) -> Transition:
    return step(state, EscalationStatus.WARNED, world, reasons=(reason,))


def _undecided(state: EscalationState, working: UnitOfWork, world: World) -> Transition:
    """`decide_by` passed, acknowledged or not: one tier up; the tier table holds no more.

    Where there is no tier above it is over; at a ceiling below that it is said again and again.
    """
    facts = {"decide_by": instant(state.clocks.decide_by), "tier": str(state.tier)}
    overdue = Reason(code=OVERDUE, facts=facts)
    over = replace(state.clocks, tiers=(), warn_decide=())
    nobody = state.manager_id is None
    if _is_repeated(state, world):
        return overdue_at_ceiling(replace(state, clocks=over), overdue, world, working)
    over = replace(over, decide_passed=nobody or state.tier is TIERS[-1])
    move = Move(why=Reason(code=UNDECIDED, facts=facts), stays=overdue, decide=True)
    return moved_up(replace(state, clocks=over), move, world, working)


def _is_repeated(state: EscalationState, world: World) -> bool:
    """Whether the case goes no higher though there is a tier above; nobody there: the same."""
    if state.manager_id is None:
        return world.policy.highest_tier(state.severity) is not TIERS[-1] is not state.tier
    return is_at_ceiling(state, world) and state.tier is not TIERS[-1]


def _not_acknowledged(state: EscalationState, working: UnitOfWork, world: World) -> Transition:
    mark = tier_mark_due(state)
    assert mark is not None, "a move of the table is due"
    at, tier = mark
    left = tuple(each for each in state.clocks.tiers if each.at > at)
    state = replace(state, clocks=replace(state.clocks, tiers=left))
    by = {"acknowledge_by": instant(state.clocks.acknowledge_by)}
    why = Reason(code=NOT_ACKNOWLEDGED, facts=by | {"tier": str(state.tier)})
    return moved_up(state, Move(why=why, stays=why, decide=False, tier=tier), world, working)


def _handed_over(state: EscalationState, working: UnitOfWork, world: World) -> Transition:
    why = gone(state, world)
    found = None if why is None else handed_over(state, why, world, working)
    if found is not None:
        return found
    # They are back in time after all, or as soon as anybody else is.
    return watched(replace(state, hand_over_at=None, present_from=_later(state, world)), world), ()


def _later(state: EscalationState, world: World) -> int:
    manager = world.directory.managers.get(state.manager_id or "")
    as_of = max(search_for(state, world).as_of, world.now + 1)
    return as_of if manager is None else present_from(manager, as_of)


def _warned(state: EscalationState, what: TimerKind, world: World) -> Transition:
    """WARNED; nothing is said while the shift of who has it is yet to begin."""
    clocks = state.clocks
    if what is TimerKind.WARN_DECIDE:
        mark, *left = clocks.warn_decide
        clocks = replace(clocks, warn_decide=tuple(left))
        facts = {"deadline": "DECIDE", "by": instant(clocks.decide_by)}
    else:
        mark, *left = clocks.warn_acknowledge
        clocks = replace(clocks, warn_acknowledge=tuple(left))
        facts = {"deadline": "ACKNOWLEDGE", "by": instant(clocks.acknowledge_by)}
    reason = Reason(code=WARNING, facts=facts | {"percent": str(mark.percent)})
    after = replace(state, clocks=clocks)
    if reaches(world, state) > world.now:
        return watched(after, world), ()
    return step(after, EscalationStatus.WARNED, world, reasons=(reason,))


def _choose_again(working: UnitOfWork, world: World, aside: Mapping[str, Exception]) -> Turns[None]:
    """The choice for each case that nobody has, as of now.

    Where it was in vain for one, it is for all that ask for the same: loads only grow by it.
    """
    choose_for = _choosing(working, world)
    for escalation_id in working.without_manager():
        state = working.get(escalation_id)
        assert state is not None, "an open case is kept"
        if not is_set_aside(state, world.now):
            _try(state, working, world, aside, choose_for)
            yield


def _choosing(working: UnitOfWork, world: World) -> Callable[[EscalationState], Transition | None]:
    in_vain: set[Tried] = set()
    # Of thousands of cases few differ in it.
    reaches_of: dict[tuple[str, Severity], Reach] = {}

    def choose_for(state: EscalationState) -> Transition | None:
        wish = state.addressing.wish
        wished = wish.manager_id if wish else None
        reach = reaches_of.get((state.site_id, state.severity))
        if reach is None:
            reach = reach_at(world, state.site_id, state.severity)
            reaches_of[state.site_id, state.severity] = reach
        moment = reach.as_of, reached_until(world, state, reach)
        late = decide_is_over(state.clocks)  # then an appeal has whoever can be reached by now
        excluded = () if late else state.excluded
        tiers = state.tier, highest_for(state, world)
        tried = (state.site_id, state.region_id, tiers, moment, wished, excluded)
        if tried in in_vain:
            return None
        search = replace(search_for(state, world, wished, reach), tried=excluded)
        if not finds_somebody(search, world, working):
            in_vain.add(tried)
            return None
        return chosen_again(state, choose(search, world, working), world)

    return choose_for


def next_moment(partition: Partition, world: World) -> int | None:
    """The next moment (ms) at which time changes something.

    While a case has no manager, or is not shown yet, that is the next whole UTC minute after `now`
    at the latest; where
    a manager's shifts or absences have changed, or what clocks follow, it is at once.
    """
    changed = chain(
        partition.of_changed_presence(world.directory), partition.of_changed_clocks(world)
    )
    if any(not is_set_aside(each, world.now) for each in changed):
        return world.now + 1
    moments = [partition.earliest_due()]
    ended = partition.earliest_ended()
    if ended is not None:
        moments.append(ended + world.policy.kept.closed_escalation_days * DAY_MS)
    if partition.without_manager or lacks_cases(partition, world):
        moments.append((world.now // MINUTE_MS + 1) * MINUTE_MS)
    return min((each for each in moments if each is not None), default=None)
