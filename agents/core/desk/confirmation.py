"""Who is told that what was found ABUSIVE counts only if another person confirms it in time."""

from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.desk.abuse import confirming_tiers, found_abusive
from agents.core.desk.guards import guards, has_contact
from agents.core.desk.informed import whom_to_tell
from agents.core.desk.state import EscalationState
from agents.core.desk.steps import Transition
from agents.core.desk.unit_of_work import UnitOfWork
from agents.core.handling import Counted
from agents.core.notices.aside import to_confirm
from agents.core.world import World
from schemas.records import Manager


def asked_to_confirm(state: EscalationState, world: World, working: UnitOfWork) -> Transition:
    """The case just resolved; if it was found ABUSIVE, with who is told of it, and when once more.

    Nobody is told where the time to confirm is no longer than the time before its end.
    """
    held = found_abusive(state)
    if held is None:
        return state, ()
    days, before = _days(world)
    again_at = world.now + (days - before) * DAY_MS if days > before else None
    state = replace(state, guards=replace(held, confirm_warned_at=again_at))
    return _told(state, world, working, again=False)


def asked_again(state: EscalationState, world: World, working: UnitOfWork) -> Transition:
    """The same of one that nobody has confirmed, and whose time is nearly over.

    Where it can't be confirmed nobody is told: its customer says that nobody spoke with them, or
    the policy was taken back to generation 1.
    """
    held = found_abusive(state)
    assert held is not None, "nothing else comes due of what is closed"
    state = replace(state, guards=replace(held, confirm_warned_at=None))
    if guards(state, world) is None or not has_contact(held):
        return state, ()
    return _told(state, world, working, again=True)


def _told(state: EscalationState, world: World, working: UnitOfWork, *, again: bool) -> Transition:
    to = _whom(state, world, working)
    if to is None:
        working.note(Counted.NOBODY_TO_CONFIRM)
        return state, ()
    ended_at = state.last_step_at if state.ended_at is None else state.ended_at
    until = ended_at + _days(world)[0] * DAY_MS - 1  # exactly then is too late
    return state, (to_confirm(state, to, until, world, again=again),)


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
