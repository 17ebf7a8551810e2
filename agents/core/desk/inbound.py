"""What comes back from outside: customers' answers, deliveries of notices, erasures."""

from msgspec import Struct
from msgspec.structs import replace

from agents.core.desk.asides import told_beside
from agents.core.desk.assignment import choose
from agents.core.desk.calls import call_joined, is_a_step, taken_again_by
from agents.core.desk.cases import no_longer_waiting
from agents.core.desk.customer_words import with_address, with_wish, with_words
from agents.core.desk.guards import denied
from agents.core.desk.limits import full_of_answers
from agents.core.desk.moves import (
    NOBODY_ELSE,
    chosen_again,
    handed_over,
    search_for,
    were_in,
)
from agents.core.desk.partition import Partition
from agents.core.desk.state import Addressing, Clocks, EscalationState, Ground, Phase
from agents.core.desk.steps import Transition, ended, outcome_of, step
from agents.core.desk.unit_of_work import UnitOfWork
from agents.core.handling import (
    Arrived,
    Counted,
    DeadLetterCause,
    DeadLettered,
    Handled,
    Output,
    Skipped,
    too_far_ahead,
)
from agents.core.notices import wishes
from agents.core.world import UNKNOWN_REGION, World
from schemas.records import (
    Answer,
    Delivery,
    Erased,
    EscalationStatus,
    OutcomeStatus,
    Reason,
    Response,
    Severity,
    Tier,
    WithdrawnBy,
)

# Reasons of a step; facts: response, event_id; manager_id, notice_id, reason; notice_id, reason.
CUSTOMER_ANSWERED = "CUSTOMER_ANSWERED"
CONTACT_DENIED = "CONTACT_DENIED"  # facts: event_id
MANAGER_NOT_REACHED = "MANAGER_NOT_REACHED"
CUSTOMER_NOT_REACHED = "CUSTOMER_NOT_REACHED"
ERASED = "ERASED"

FORGOTTEN = "erased"  # stands for the id of a customer who asked to be forgotten
CUSTOMER = "customer"  # whom a notice was for, as its id says: `ESCALATION:STEP:WHOM`
MANAGER = "manager"


def handle_answer(
    partition: Partition, arrived: Arrived, answer: Answer, world: World
) -> Handled[EscalationState]:
    """A word of the customer ends a wait, whatever it says; a site that is known at last is taken.

    A case that nobody has is then given to whom it says there, at once. A check-in ends no wait: it
    says how the customer wants to be addressed from now on.
    """
    state = partition.get(answer.escalation_id)
    rejected = _wrong(arrived, answer, state, world)
    if rejected is not None:
        return Handled(rejected=rejected)
    if state is None:
        return Handled(passed_over=Skipped.NOT_KNOWN)
    if answer.event_id in state.answer_ids:
        return Handled(passed_over=Skipped.DUPLICATE)
    if answer.response is Response.UNKNOWN:
        return Handled(passed_over=Skipped.OF_LATER_VERSION)
    full = full_of_answers(state)
    if full is not None:
        return Handled(rejected=full)
    return _heard(partition, state, answer, world)


def _heard(
    partition: Partition, state: EscalationState, answer: Answer, world: World
) -> Handled[EscalationState]:
    """What a case makes of an answer that is new to it."""
    state = replace(state, answer_ids=(*state.answer_ids, answer.event_id))
    if not state.erased:
        state = with_address(state, answer)
    wished = state.addressing.wish
    if state.is_open:
        state = with_wish(with_words(state, answer), answer.wish, world)
    changed = state.addressing.wish != wished
    said = changed and bool(wishes.noted(answer.wish, state.clocks.decide_by, world.now))
    rung = taken_again_by(state, answer, world)
    beside: tuple[Output, ...] = ()
    if rung is None or not is_a_step(state, world):  # else the call's steps say it all
        state, beside = told_beside(state, answer, world, partition, wish_changed=said)
    found = _at_known_site(state, answer, world)
    working = UnitOfWork(partition)
    told = _answered(found, answer, world)
    if rung is not None:
        told = call_joined(told[0], answer, rung, world, told[1])
    working.take(told)
    if found is not state and told[0].waits_for_manager:
        wish = found.addressing.wish
        search = search_for(told[0], world, wish.manager_id if wish else None)
        choice = choose(search, world, working)
        if choice.manager is not None:
            working.take(chosen_again(told[0], choice, world))
    working.take((working.get(state.escalation_id) or told[0], beside))
    return working.handled()


def _answered(state: EscalationState, answer: Answer, world: World) -> Transition:
    """The end of a wait; that nobody spoke with the customer is a step also where it waits not.

    Of a closed case that is only kept: what was found abusive is not confirmed then.
    """
    reasons = []
    if state.wait is not None and answer.response is not Response.CHECKED_IN:
        facts = {"response": str(answer.response), "event_id": answer.event_id}
        reasons.append(Reason(code=CUSTOMER_ANSWERED, facts=facts))
    without = denied(state, answer, world)
    if without is not None:
        state = without
        reasons.append(Reason(code=CONTACT_DENIED, facts={"event_id": answer.event_id}))
    if not reasons or not state.is_open:
        return state, ()
    running = no_longer_waiting(state, world)
    return step(running, EscalationStatus.WARNED, world, reasons=tuple(reasons))


def _at_known_site(state: EscalationState, answer: Answer, world: World) -> EscalationState:
    """The case at the site that an answer names; its region is the key, and stays."""
    site_id = answer.site_id
    if site_id is None or not state.region_id.startswith(UNKNOWN_REGION):
        return state
    if site_id == state.site_id or not world.directory.knows(site_id):
        return state
    return replace(state, site_id=site_id)


class StepReference(Struct, frozen=True, kw_only=True):
    """Which step a notice is about, and for whom it is."""

    step: int
    whom: str


def parse_notice_id(notice_id: str, escalation_id: str) -> StepReference | None:
    """What the id of an escalation's notice says; None: it is no such id."""
    step_number, _, whom = notice_id.removeprefix(f"{escalation_id}:").partition(":")
    if not step_number.isdigit():
        return None
    return StepReference(step=int(step_number), whom=whom)


def handle_delivery(
    partition: Partition, arrived: Arrived, delivery: Delivery, world: World
) -> Handled[EscalationState]:
    """A notice that no channel took: the next contact takes the case, or its manager hears of it.

    Each is said once: that the customer can't be reached, until they can be again.
    """
    if delivery.escalation_id is None:
        return Handled(noted=() if delivery.delivered else (Counted.UNDELIVERED,))
    state = partition.get(delivery.escalation_id)
    rejected = _wrong(arrived, delivery, state, world)
    if rejected is not None:
        return Handled(rejected=rejected)
    notice = parse_notice_id(delivery.notice_id, delivery.escalation_id)
    if state is None or notice is None:
        return Handled(passed_over=Skipped.NOT_KNOWN)
    working = UnitOfWork(partition)
    if delivery.delivered:
        if notice.whom == CUSTOMER and CUSTOMER in state.not_reached:
            left = tuple(each for each in state.not_reached if each != CUSTOMER)
            working.take((replace(state, not_reached=left), ()))
        return working.handled()
    told = _not_reached(state, notice, delivery, world, working)
    if told is not None:
        working.take(told)
    return working.handled()


def _not_reached(
    state: EscalationState,
    notice: StepReference,
    delivery: Delivery,
    world: World,
    working: UnitOfWork,
) -> Transition | None:
    """What comes of it; None: nothing, as it is said already, or concerns nobody any more."""
    facts = {"notice_id": delivery.notice_id}
    if delivery.reason is not None:
        facts["reason"] = delivery.reason
    if not state.is_open:
        return None
    if notice.whom == CUSTOMER:
        if CUSTOMER in state.not_reached:
            return None
        state = replace(state, not_reached=(*state.not_reached, CUSTOMER))
        reason = Reason(code=CUSTOMER_NOT_REACHED, facts=facts)
        return step(state, EscalationStatus.WARNED, world, reasons=(reason,))
    manager_id = state.manager_id
    if notice.whom != MANAGER or manager_id is None or notice.step < state.given_in_step:
        return None
    if manager_id in state.not_reached or state.acknowledged_by == manager_id:
        return None
    state = replace(state, not_reached=(*state.not_reached, manager_id))
    reason = Reason(code=MANAGER_NOT_REACHED, facts=facts | {"manager_id": manager_id})
    return _next_contact(state, reason, world, working)


def _next_contact(
    state: EscalationState, reason: Reason, world: World, working: UnitOfWork
) -> Transition:
    """REASSIGNED to the next who can be reached; where there is nobody else, it stays.

    First to who was not in the case; else to who was, those aside whom no notice reached.
    """
    in_vain = frozenset(state.not_reached)
    apart = were_in(state).union(state.excluded), in_vain.union(state.excluded), in_vain
    told = handed_over(state, reason, world, working, *apart)
    if told is not None and told[0].manager_id is not None:
        return told
    facts = {"tier": str(state.tier), "site_id": state.site_id}
    nobody = Reason(code=NOBODY_ELSE, facts=facts)
    return step(state, EscalationStatus.WARNED, world, reasons=(reason, nobody))


def handle_erased(partition: Partition, erased: Erased, world: World) -> Handled[EscalationState]:
    """A customer was forgotten: what is open is WITHDRAWN, and their id goes from all of it.

    What opens an escalation may still be on its way: of one that is not known it is noted that it
    must not be opened any more.
    """
    working = UnitOfWork(partition)
    for escalation_id in dict.fromkeys(erased.escalation_ids):
        state = partition.get(escalation_id)
        if partition.is_forgotten(escalation_id):
            continue
        if state is None:
            working.take((_never_opened(escalation_id, erased, world), ()))
        elif state.region_id == erased.region_id:
            working.take(_forgotten(state, world))
    handled = working.handled()
    if handled.changed:
        return handled
    again = any(partition.is_forgotten(each) for each in erased.escalation_ids)
    return Handled(passed_over=Skipped.DUPLICATE if again else Skipped.NOT_KNOWN)


def _never_opened(escalation_id: str, erased: Erased, world: World) -> EscalationState:
    """All that is kept of an escalation whose customer was forgotten before it was opened."""
    return EscalationState(
        escalation_id=escalation_id,
        visit_id="",
        customer_id=FORGOTTEN,
        site_id="",
        region_id=erased.region_id,
        phase=Phase.FORGOTTEN,
        severity=Severity.NORMAL,
        tier=Tier.LOCAL,
        clocks=Clocks(acknowledge_by=0, decide_by=0, decide_minutes=0),
        addressing=Addressing(language=""),
        steps=0,
        opened_at=world.now,
        last_step_at=world.now,
        erased=True,
    )


def _forgotten(state: EscalationState, world: World) -> Transition:
    """The step and the outcome still name the customer: who reads them must know whom to forget."""
    outputs: tuple[Output, ...] = ()
    if state.is_open:
        reason = Reason(code=ERASED, facts={})
        state, said = step(
            ended(state, Phase.WITHDRAWN, world),
            EscalationStatus.WITHDRAWN,
            world,
            reasons=(reason,),
        )
        by = WithdrawnBy.ERASURE
        outputs = (*said, outcome_of(state, OutcomeStatus.WITHDRAWN, world, withdrawn_by=by))
    grounds = tuple(_without_ids(each) for each in state.grounds)
    return (
        replace(
            state,
            customer_id=FORGOTTEN,
            addressing=Addressing(language=state.addressing.language),
            grounds=grounds,
            disagreement_ids=(),
            answer_ids=(),
            remedy=None,
            only_estimate=None,
            vehicle_id=None,
            said_last=None,
            customer_acted_at=None,
            held=(),
            erased=True,
        ),
        outputs,
    )


def _without_ids(ground: Ground) -> Ground:
    return replace(ground, stands=False, disagreement_ids=(), told=None)


def _wrong(
    arrived: Arrived, record: Answer | Delivery, state: EscalationState | None, world: World
) -> DeadLettered | None:
    if state is not None and record.region_id != state.region_id:
        return DeadLettered(
            reason=DeadLetterCause.INVALID,
            detail=f"region_id is {record.region_id}: escalation {state.escalation_id} "
            f"is of region {state.region_id}",
        )
    return too_far_ahead(arrived, record.occurred_at, world.policy.ahead_at_most_minutes)
