"""Who is told that what was found ABUSIVE counts only if another person confirms it in time."""

from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.desk.abuse import confirming_tiers, found_abusive
from agents.core.desk.guards import guards, has_contact
from agents.core.desk.informed import whom_to_tell
from agents.core.desk.state import EscalationState, Guards
from agents.core.desk.steps import Transition
from agents.core.desk.timers.clocks import chosen_as_of
from agents.core.desk.unit_of_work import UnitOfWork
from agents.core.handling import Counted
from agents.core.notices.aside import to_confirm
from agents.core.world import World
from schemas.records import Manager


def asked_to_confirm(state: EscalationState, world: World, working: UnitOfWork) -> Transition:
    """The case just resolved; if it was found ABUSIVE, with who is told of it, and when once more.

    While the site is closed nobody is told yet: by its opening it may be confirmed, or open again.
    Nobody is told once more where the time to confirm is no longer than the time before its end.
    """
    held = found_abusive(state)
    if held is None:
        return state, ()
    opens = _told_at(state, world, working)
    if opens > world.now:
        return _waits(state, held, opens, untold=True), ()
    return _told_first(state, held, world, working)


def asked_again(state: EscalationState, world: World, working: UnitOfWork) -> Transition:
    """The same of one that nobody has confirmed, and whose time is nearly over, or the site opens.

    Where it can't be confirmed nobody is told: its customer says that nobody spoke with them, or
    the policy was taken back to generation 1. What comes due while the site is closed waits for its
    opening, if that is in time.
    """
    held = found_abusive(state)
    assert held is not None, "nothing else comes due of what is closed"
    if guards(state, world) is None or not has_contact(held):
        return _waits(state, held, None), ()
    opens = _told_at(state, world, working)
    if world.now < opens <= _until(state, world):
        return _waits(state, held, opens, untold=held.confirm_untold), ()
    if held.confirm_untold:
        return _told_first(state, held, world, working)
    return _told(_waits(state, held, None), world, working, again=True)


def _told_at(state: EscalationState, world: World, working: UnitOfWork) -> int:
    """When it is told (ms): as the site opens; at once where only an operator can confirm it."""
    if _whom(state, world, working) is None:
        return world.now
    return chosen_as_of(world, state.site_id, state.severity)


def _told_first(
    state: EscalationState, held: Guards, world: World, working: UnitOfWork
) -> Transition:
    days, before = _days(world)
    again_at = _ended_at(state) + (days - before) * DAY_MS
    once_more = days > before and again_at > world.now
    state = _waits(state, held, again_at if once_more else None)
    return _told(state, world, working, again=False)


def _waits(
    state: EscalationState, held: Guards, until: int | None, *, untold: bool = False
) -> EscalationState:
    """The case with the moment (ms) at which who can confirm it is told next; None: not again."""
    return replace(state, guards=replace(held, confirm_warned_at=until, confirm_untold=untold))


def _ended_at(state: EscalationState) -> int:
    return state.last_step_at if state.ended_at is None else state.ended_at


def _until(state: EscalationState, world: World) -> int:
    """The last moment at which it can be confirmed (ms): exactly the whole time is too late."""
    return _ended_at(state) + _days(world)[0] * DAY_MS - 1


def _told(state: EscalationState, world: World, working: UnitOfWork, *, again: bool) -> Transition:
    to = _whom(state, world, working)
    if to is None:
        working.note(Counted.NOBODY_TO_CONFIRM)
        return state, ()
    return state, (to_confirm(state, to, _until(state, world), world, again=again),)


def _whom(state: EscalationState, world: World, working: UnitOfWork) -> Manager | None:
    """One of the lowest tier in which somebody can confirm it; None: only an operator can."""
    found_by = None if state.guards is None else state.guards.found_by
    for tier in confirming_tiers(state):
        to = whom_to_tell(tier, state, world, working)
        if to is not None and to.manager_id != found_by:
            return to
    return None


def _days(world: World) -> tuple[int, int]:
    clocks = world.policy.clocks
    return clocks.confirm_within_days, clocks.confirm_warned_before_days
