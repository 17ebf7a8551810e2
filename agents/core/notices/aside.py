"""What is told of a case without a step of it: how it stands, and that it is not settled.

Their ids are made from the answer of the customer that caused them.
"""

from typing import Final

from agents.core.customers.rule_base.facts import instant
from agents.core.desk.state import EscalationState
from agents.core.desk.timers.clocks import chosen_as_of
from agents.core.handling import Output
from agents.core.notices.addressees import contact_of, customer, manager, wanted_by
from agents.core.notices.case_facts import about_case
from agents.core.notices.compose import contact_facts, reached_by, words_in
from agents.core.notices.notice import NoticeReference, Parameters, build_notice
from agents.core.notices.timing import quiet_hours, told_from
from agents.core.notices.wording.plain import NAME_AT_MOST, plain
from agents.core.world import World
from schemas.records import Answer, Manager

STANDS: Final = "customer-stands"
NOT_SETTLED: Final = "manager-not-settled"
MESSAGES: Final = frozenset({STANDS, NOT_SETTLED})


def where_it_stands(state: EscalationState, answer: Answer, world: World) -> Output:
    """To the customer: who has the case, by when it is to be decided, and when they are called."""
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
    reach = customer(state.customer_id, wanted_by(addressing), state.site_id, world)
    about = _reference(state, answer, "stands", world)
    return build_notice(STANDS, facts, reach, about, not_before=not_before, own={})


def not_settled(state: EscalationState, answer: Answer, to: Manager, world: World) -> Output:
    """To a manager above: the customer says that what was decided is not settled."""
    facts = _facts(state) | words_in(answer.words, answer.topic)
    if state.outcome is not None:
        facts["outcome"] = state.outcome.value
    contact = contact_of(to)
    return build_notice(
        NOT_SETTLED,
        facts,
        manager(contact, state.site_id, world),
        _reference(state, answer, "unsettled", world),
        not_before=chosen_as_of(world, state.site_id, state.severity),
        own=reached_by(contact),
    )


def _facts(state: EscalationState) -> Parameters:
    return {"escalation_id": state.escalation_id} | about_case(state)


def _reference(state: EscalationState, answer: Answer, what: str, world: World) -> NoticeReference:
    return NoticeReference(
        notice_id=f"{state.escalation_id}:{answer.event_id}:{what}",
        site=world.directory.site(state.site_id),
        region_id=state.region_id,
        policy_version=world.policy.version,
        escalation_id=state.escalation_id,
    )
