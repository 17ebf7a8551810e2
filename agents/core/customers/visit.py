"""A visit merges its events: the set of its facts, whatever their order."""

from functools import cache
from typing import Any, TypeGuard

from msgspec.structs import replace

from agents.core.calendar import HOUR_MS
from agents.core.customers import survey
from agents.core.customers.delays import with_delay
from agents.core.customers.gate import arm_of, drawn_share
from agents.core.customers.limits import too_many
from agents.core.customers.rule_base.facts import invalid_reason, moment
from agents.core.customers.sites import place_of, site_of
from agents.core.customers.state import Case, CaseStatus, Customer, PastVisit, Seen, Visit
from agents.core.customers.stored_facts import FACT_TYPES, Fact, kept, topic_of
from agents.core.handling import (
    Arrived,
    DeadLetterCause,
    DeadLettered,
    Skipped,
    span_in_words,
    too_far_ahead,
)
from agents.core.policy import Policy
from agents.core.policy_values import ServiceTopic
from agents.core.pseudonyms import key_of
from agents.core.world import World
from schemas.records import (
    Arm,
    Closure,
    CustomerResponse,
    Estimate,
    Response,
)

_SENT_LATER = {Response.AUTHORISED, Response.DECLINED, Response.WITHDRAWN, Response.RATED}


def refused(
    customer: Customer | None,
    arrived: Arrived,
    event: Fact,
    world: World,
    erased_at: int | None = None,
) -> DeadLettered | Skipped | None:
    """Why an event is not applied: INVALID, ERASED, TOO_LATE or a duplicate, in this order.

    `erased_at`: up to when the customer asked to be forgotten (ms).
    """
    ahead = too_far_ahead(arrived, event.occurred_at, world.policy.ahead_at_most_minutes)
    if ahead is not None:
        return ahead
    visit = customer.visits.get(event.visit_id) if customer else None
    wrong = invalid_reason(event) or _other_currency(visit, event)
    if wrong is not None:
        return DeadLettered(reason=DeadLetterCause.INVALID, detail=wrong)
    if erased_at is not None and event.occurred_at <= erased_at:
        return DeadLettered(
            reason=DeadLetterCause.ERASED, detail="the customer asked to be forgotten since"
        )
    late, hours = arrived.arrived_at - event.occurred_at, late_after_hours(event, world.policy)
    if late > hours * HOUR_MS:
        return DeadLettered(
            reason=DeadLetterCause.TOO_LATE,
            detail=f"it arrived {span_in_words(late)} after it occurred: "
            f"at most {hours} hours are taken",
        )
    seen = customer.seen.get(event.event_id) if customer else None
    if seen is None:
        full = too_many(visit)
        return None if full is None else DeadLettered(reason=DeadLetterCause.INVALID, detail=full)
    if seen.digest == arrived.digest:
        return Skipped.DUPLICATE
    return Skipped.DUPLICATE_OTHER_CONTENT


def late_after_hours(event: Fact, policy: Policy) -> int:
    """The hours after which an event comes too late, by its topic.

    Of what the customer says only what others wrote down for them may come as late as its topic:
    who asks, disputes or appeals is waiting for an answer.
    """
    if isinstance(event, CustomerResponse) and event.response not in _SENT_LATER:
        return policy.late_after(ServiceTopic.DEFAULT)
    return policy.late_after(topic_of(type(event)))


def _other_currency(visit: Visit | None, event: Fact) -> str | None:
    if visit is None or visit.currency is None:
        return None
    given = _currency_given(event)
    if given in (None, visit.currency):
        return None
    return (
        f"currency is {given}: the amounts of visit {visit.visit_id} are in {visit.currency}, "
        "all of one visit must be"
    )


def _has_amount(event: Fact) -> TypeGuard[Estimate | CustomerResponse | Closure]:
    match event:
        case Estimate():
            return True
        case CustomerResponse():
            return event.authorised_total is not None
        case Closure():
            return event.charged_total is not None or event.charged_subtotal is not None
        case _:
            return False


def _currency_given(event: Fact) -> str | None:
    return event.currency if _has_amount(event) else None


def with_event(customer: Customer | None, arrived: Arrived, event: Fact, world: World) -> Customer:
    """The customer with the event in its visit, whose record opens with its first event."""
    if customer is None:
        customer = Customer(
            customer_id=event.customer_id,
            first_visit_id=event.visit_id,
            first_visit_at=event.occurred_at,
            first_event_id=event.event_id,
            last_visit_at=world.now,
        )
    visit = customer.visits.get(event.visit_id) or _opened(customer, event, world)
    begun = min((visit.first_occurred_at, visit.first_event_id), moment(event))
    site_id, vehicle_id = place_of(visit, event, world)
    currency = visit.currency
    if currency is None and _has_amount(event):
        currency = _currency_given(event) or world.directory.site(site_id).currency
    visit = _with_fact(
        visit,
        event,
        site_id=site_id,
        vehicle_id=vehicle_id,
        currency=currency,
        first_occurred_at=begun[0],
        first_event_id=begun[1],
        last_event_at=world.now,
        silent_since=None,
        closed_at=world.now if isinstance(event, Closure) else visit.closed_at,
        late_closures=_late_closures(customer, visit, arrived, world),
        survey_at=survey.due_by(visit, arrived, world),
        delays=with_delay(visit.delays, arrived, event)
        if world.policy.writes_generation(2)
        else visit.delays,
    )
    first = min(
        (customer.first_visit_at, customer.first_event_id, customer.first_visit_id),
        (*begun, visit.visit_id),
    )
    return replace(
        customer,
        first_visit_at=first[0],
        first_event_id=first[1],
        first_visit_id=first[2],
        last_visit_at=world.now,
        visits={**customer.visits, visit.visit_id: visit},
        seen={
            **{key: each for key, each in customer.seen.items() if world.now < each.until},
            event.event_id: _seen(arrived, event, world),
        },
    )


def _late_closures(
    customer: Customer, visit: Visit, arrived: Arrived, world: World
) -> tuple[str, ...]:
    """The visit's closures that came late, with the one that arrived if it did.

    What came long after it occurred may lack what came before it, and so does a visit whose record
    had gone: its estimates went with it.
    """
    closure = arrived.record
    if not isinstance(closure, Closure) or not world.policy.writes_generation(2):
        return visit.late_closures
    in_time_ms = world.policy.rules.charged_over_authorised.late_closure_hours * HOUR_MS
    late = arrived.arrived_at - closure.occurred_at > in_time_ms
    if late or _lines(customer, visit.visit_id, world):
        return (*visit.late_closures, closure.event_id)
    return visit.late_closures


def _seen(arrived: Arrived, event: Fact, world: World) -> Seen:
    """Until when the event could come again: late as it may be, and the topic's delay more."""
    latest = event.occurred_at + late_after_hours(event, world.policy) * HOUR_MS
    delay = world.policy.kept.topic_delay_hours * HOUR_MS
    return Seen(digest=arrived.digest, until=max(latest, world.now) + delay)


def opened_for_appeal(
    customer: Customer, line: PastVisit, response: CustomerResponse, world: World
) -> Visit:
    """The record of an old visit, opened anew by an appeal that came on another one."""
    there = replace(
        response,
        visit_id=line.visit_id,
        vehicle_id=line.vehicle_id,
        site_id=line.site_id or response.site_id,
    )
    return _opened(customer, there, world)


def _opened(customer: Customer, event: Fact, world: World) -> Visit:
    """A visit's record; one that had a case is of the region that it was of, and LIVE."""
    past = _lines(customer, event.visit_id, world)
    region_id = next((each.region_id for each in past if each.region_id is not None), None)
    arm = arm_of(world.policy.pilot, event.site_id, event.customer_id)
    site_id = site_of(event, world) or event.site_id
    return Visit(
        visit_id=event.visit_id,
        site_id=site_id,
        region_id=region_id or world.directory.site(site_id).region_id,
        arm=arm if region_id is None else Arm.LIVE,
        opened_at=world.now,
        first_occurred_at=event.occurred_at,
        first_event_id=event.event_id,
        last_event_at=world.now,
        vehicle_id=event.vehicle_id or next((each.vehicle_id for each in past), None),
        counters=_highest(past),
        cases=_decided_before(past),
        ended_published=any(each.ended for each in past),
        share=drawn_share(world.policy.pilot, event.site_id)
        if region_id is None and world.policy.writes_generation(2)
        else 0,
    )


def _lines(customer: Customer, visit_id: str, world: World) -> tuple[PastVisit, ...]:
    """What is left of a visit whose record has gone, its own line first.

    After an erasure there is one under a keyed hash; who comes back to the visit, and is forgotten
    again or stays away, leaves one more.
    """
    names = {visit_id}
    if any(key_of(each.visit_id) for each in customer.past):
        names.update(world.pseudonyms.visit_marks(visit_id))
    found = (each for each in customer.past if each.visit_id in names)
    return tuple(sorted(found, key=lambda each: each.visit_id != visit_id))


def _highest(past: tuple[PastVisit, ...]) -> dict[str, int]:
    """The counters of a visit's ids: no id is given twice, so the highest of each."""
    counters: dict[str, int] = {}
    for line in past:
        for name, number in line.counters.items():
            counters[name] = max(number, counters.get(name, 0))
    return counters


def _decided_before(past: tuple[PastVisit, ...]) -> tuple[Case, ...]:
    """The cases whose outcome can be appealed; of one that is open the desk says so by a merge."""
    known = (case for line in past for case in line.cases)
    return tuple(each for each in known if each.status is CaseStatus.RESOLVED)


def _with_fact(visit: Visit, event: Fact, **changes: Any) -> Visit:  # noqa: ANN401 - its fields
    name = _field_of(type(event))
    return replace(visit, **{name: (*getattr(visit, name), kept(event))}, **changes)


@cache
def _field_of(fact: type[Fact]) -> str:
    return next(each.field for each in FACT_TYPES if issubclass(fact, each.record))
