"""What is told of a case without a step of it, or of several.

Their ids are made from what caused them: an answer of the customer, or the case's last step.
"""

from typing import Final

from msgspec.structs import replace

from agents.core.customers.rule_base.facts import instant
from agents.core.desk.state import EscalationState, HeldNotice
from agents.core.desk.timers.clocks import chosen_as_of, reaches
from agents.core.handling import Output
from agents.core.notices import wishes
from agents.core.notices.addressees import contact_of, customer, manager, wanted_by
from agents.core.notices.case_facts import about_case
from agents.core.notices.compose import MANAGER, contact_facts, reached_by, words_in
from agents.core.notices.held import HeldNotices
from agents.core.notices.notice import CUSTOMER, NoticeReference, Parameters, build_notice
from agents.core.notices.timing import quiet_hours, told_from
from agents.core.notices.wording.plain import NAME_AT_MOST, plain
from agents.core.world import World
from schemas.records import Answer, Manager

STANDS: Final = "customer-stands"
NEW_WISH: Final = "manager-wish"
NOT_SETTLED: Final = "manager-not-settled"
MANY_LOW: Final = "manager-many-low"
TO_CONFIRM: Final = "manager-to-confirm"
_NO_STEP: Final = -1
Told = tuple[EscalationState, Output]  # the case with what it holds, and what is told
MESSAGES: Final = frozenset({STANDS, NEW_WISH, NOT_SETTLED, MANY_LOW, TO_CONFIRM})


def where_it_stands(state: EscalationState, answer: Answer, world: World) -> Told:
    """To the customer: who has the case, by when it is to be decided, and when they are called.

    And that we noted what they wish with it.
    """
    has = world.directory.managers.get(state.manager_id or "")
    facts = _facts(state) | {
        "taken": "no" if state.acknowledged_by is None else "yes",
        "decide_by": instant(state.clocks.decide_by),
    }
    if has is not None:
        facts |= {"manager": plain(has.name, NAME_AT_MOST)} | contact_facts(contact_of(has))
    if state.promised_until is not None:
        facts["until"] = instant(state.promised_until)
    addressing = state.addressing
    said = addressing.quiet_from, addressing.quiet_until, addressing.time_zone
    quiet = quiet_hours(*said, world.directory.site(state.site_id).country, world)
    not_before = told_from(answer.occurred_at, world.now, quiet, state.severity, world)
    facts |= wishes.noted(answer.wish, state.clocks.decide_by, not_before)
    reach = customer(state.customer_id, wanted_by(addressing), state.site_id, world)
    cause = f"{answer.event_id}:stands"
    held = HeldNotice(_NO_STEP, CUSTOMER, not_before, cause=cause)
    state, supersedes = _held(state, held, world)
    return state, build_notice(
        STANDS,
        facts,
        reach,
        _reference(state, cause, world),
        not_before=not_before,
        own={},
        supersedes=supersedes,
    )


def new_wish(state: EscalationState, answer: Answer, to: Manager, world: World) -> Told:
    """To who has the case: how the customer wishes to be spoken to from now on."""
    told_from = max(chosen_as_of(world, state.site_id, state.severity), reaches(world, state))
    addressing, decide_by = state.addressing, state.clocks.decide_by
    facts = _facts(state) | {"customer_language": addressing.language}
    facts |= wishes.for_manager(addressing.wish, answer.wish, decide_by, told_from)
    facts |= words_in(answer.words, answer.topic)
    cause = f"{answer.event_id}:wish"
    held = HeldNotice(_NO_STEP, MANAGER, told_from, to.manager_id, cause=cause)
    state, supersedes = _held(state, held, world)
    return state, _to_manager(
        NEW_WISH,
        facts,
        state,
        to,
        world,
        cause=cause,
        not_before=told_from,
        supersedes=supersedes,
    )


def not_settled(state: EscalationState, answer: Answer, to: Manager, world: World) -> Output:
    """To a manager above: the customer says that what was decided is not settled."""
    facts = _facts(state) | words_in(answer.words, answer.topic)
    if state.outcome is not None:
        facts["outcome"] = state.outcome.value
    cause = f"{answer.event_id}:unsettled"
    return _to_manager(NOT_SETTLED, facts, state, to, world, cause=cause)


def many_low(state: EscalationState, cases: int, to: Manager, world: World) -> Output:
    """To a manager above the site: with this case it has so many LOW ones within the time."""
    within = world.policy.low_at_site.within_days
    facts = _facts(state) | {"cases": str(cases), "days": str(within)}
    cause = f"{state.steps - 1}:many-low"
    return _to_manager(MANY_LOW, facts, state, to, world, cause=cause)


def to_confirm(
    state: EscalationState, to: Manager, until: int, world: World, *, again: bool
) -> Output:
    """To who can confirm it: the case was found ABUSIVE, which counts if they do until then (ms).

    `again`: nobody has, and the time is nearly over.
    """
    held = state.guards
    found_by = world.directory.managers.get((held and held.found_by) or "")
    facts = _facts(state) | {"until": instant(until), "again": "yes" if again else "no"}
    if found_by is not None:
        facts["who"] = plain(found_by.name, NAME_AT_MOST)
    what = "confirm-again" if again else "confirm"
    cause = f"{state.steps - 1}:{what}"
    return _to_manager(TO_CONFIRM, facts, state, to, world, cause=cause)


def _to_manager(
    message: str,
    facts: Parameters,
    state: EscalationState,
    to: Manager,
    world: World,
    *,
    cause: str,
    not_before: int | None = None,
    supersedes: tuple[str, ...] = (),
) -> Output:
    """Not before the site opens; where its clock runs on the calendar, at once."""
    contact = contact_of(to)
    if not_before is None:
        not_before = chosen_as_of(world, state.site_id, state.severity)
    return build_notice(
        message,
        facts,
        manager(contact, state.site_id, world),
        _reference(state, cause, world),
        not_before=not_before,
        own=reached_by(contact),
        supersedes=supersedes,
    )


def _held(
    state: EscalationState, notice: HeldNotice, world: World
) -> tuple[EscalationState, tuple[str, ...]]:
    """The case with a notice that may not be sent yet, and the ids of those that it replaces."""
    held = HeldNotices(state, world)
    supersedes = held.take_beside(notice, world.now)
    return (state if held.all == state.held else replace(state, held=held.all)), supersedes


def _facts(state: EscalationState) -> Parameters:
    return {"escalation_id": state.escalation_id} | about_case(state)


def _reference(state: EscalationState, cause: str, world: World) -> NoticeReference:
    return NoticeReference(
        notice_id=f"{state.escalation_id}:{cause}",
        site=world.directory.site(state.site_id),
        region_id=state.region_id,
        policy_version=world.policy.version,
        escalation_id=state.escalation_id,
        worded=world.worded,
    )
