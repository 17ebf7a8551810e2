"""Erasure: a customer asked to be forgotten (domain.md, "Privacy").

The record goes; the regions that have escalations of the customer are told their ids. Under a keyed
hash stay, for a while: that it was so (events of before it that still arrive are not taken), the
throttle's entries, and the counters of the visits' ids, so that none is given twice.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.asked import counting
from agents.core.customers.overviews import followed
from agents.core.customers.partition import Partition
from agents.core.customers.retention import named_while_open, unnamed_at, with_due
from agents.core.customers.rule_base.facts import moment
from agents.core.customers.state import CaseStatus, Customer, Entry, PastVisit, Visit
from agents.core.customers.stored_facts import Fact
from agents.core.customers.visit import with_event
from agents.core.handling import Arrived, Handled, Output, Skipped, too_far_ahead
from agents.core.pseudonyms import key_of
from agents.core.world import World
from schemas.records import Erased, Erasure

# What an entry of the throttle is called once its escalation must not be known any more.
_ERASED = "erased"


def handle_erasure(
    partition: Partition, arrived: Arrived, erasure: Erasure, world: World
) -> Handled[Customer]:
    """Forget a customer up to the time of the request; facts that occurred after it stay."""
    ahead = too_far_ahead(arrived, erasure.occurred_at, world.policy.ahead_at_most_minutes)
    if ahead is not None:
        return Handled(rejected=ahead)
    customer = partition.get(erasure.customer_id)
    before = partition.erased(erasure.customer_id, world.pseudonyms)
    if before is not None and (before.erased_at or 0) >= erasure.occurred_at:
        return Handled(passed_over=Skipped.DUPLICATE)
    kept = _kept(customer, before, erasure, world)
    changed: dict[str, Customer | None] = {} if before is None else {before.customer_id: None}
    outputs: tuple[Output, ...] = ()
    if customer is not None:
        after = _with_later_facts(customer, kept, erasure, world)
        after, overview = followed(customer, after, world)
        changed[customer.customer_id] = after if after is None else with_due(after, world)
        kept = kept if after is None else emptied(kept)
        outputs = (*_told(customer, erasure, world), *overview)
    return Handled(changed={**changed, kept.customer_id: with_due(kept, world)}, outputs=outputs)


def returned(kept: Customer, event: Fact, world: World) -> Customer:
    """Who comes after an erasure: somebody new, with what stayed of the throttle.

    Where entries stayed there was a visit before, so this one is not the customer's first.
    """
    was_here = bool(kept.entries)
    return Customer(
        customer_id=event.customer_id,
        first_visit_id="" if was_here else event.visit_id,
        first_visit_at=(kept.erased_at or 0) if was_here else event.occurred_at,
        first_event_id="" if was_here else event.event_id,
        last_visit_at=world.now,
        past=kept.past,
        entries=kept.entries,
        would_be_entries=kept.would_be_entries,
        throttle_appeals=kept.throttle_appeals,
    )


def emptied(kept: Customer) -> Customer:
    """What stays under the hash when the customer is here again: that there was an erasure."""
    return replace(kept, past=(), entries=(), would_be_entries=(), throttle_appeals=())


def _kept(
    customer: Customer | None, before: Customer | None, erasure: Erasure, world: World
) -> Customer:
    known = [each for each in (before, customer) if each is not None]
    throttles = known if world.policy.privacy.keep_throttle_after_erasure else []
    return Customer(
        customer_id=world.pseudonyms.mark(erasure.customer_id),
        first_visit_id="",
        first_visit_at=erasure.occurred_at,
        first_event_id="",
        last_visit_at=world.now,
        past=tuple(line for each in known for line in _lines(each, erasure, world)),
        entries=tuple(_nameless(entry) for each in throttles for entry in counting(each.entries)),
        would_be_entries=tuple(
            _nameless(entry) for each in throttles for entry in counting(each.would_be_entries)
        ),
        throttle_appeals=tuple((at, "") for each in throttles for at, _ in each.throttle_appeals),
        erased_at=erasure.occurred_at,
    )


def _nameless(entry: Entry) -> Entry:
    """An entry that names no escalation, and waits for no outcome; it was asked for."""
    return replace(entry, escalation_id="", disagreement_id=_ERASED, closed=True, asked=True)


def _lines(customer: Customer, erasure: Erasure, world: World) -> Iterator[PastVisit]:
    """The counters of visits from which an event could still come."""
    since = world.now - world.policy.kept.erasure_days * DAY_MS
    for line in customer.past:
        if key_of(line.visit_id) is not None:
            yield line
        elif line.last_occurred_at > since:
            yield _line(line.visit_id, line.counters, erasure, world, ended=line.ended)
    for visit in customer.visits.values():
        ended = visit.ended_published
        yield _line(visit.visit_id, visit.counters, erasure, world, ended=ended)


def _line(
    visit_id: str, counters: dict[str, int], erasure: Erasure, world: World, *, ended: bool
) -> PastVisit:
    return PastVisit(
        visit_id=world.pseudonyms.visit_mark(visit_id),
        vehicle_id=None,
        first_occurred_at=erasure.occurred_at,
        last_occurred_at=erasure.occurred_at,
        counters=counters,
        ended=ended,
    )


def _with_later_facts(
    customer: Customer, kept: Customer, erasure: Erasure, world: World
) -> Customer | None:
    """The customer with only what occurred after the request; None where nothing did.

    What these facts make true is decided anew by the next event.
    """
    later = sorted(
        (
            replace(fact, customer_id=customer.customer_id, visit_id=visit.visit_id)
            for visit in customer.visits.values()
            for fact in _facts(visit)
            if fact.occurred_at > erasure.occurred_at
        ),
        key=moment,
    )
    if not later:
        return None
    after = returned(kept, later[0], world)
    for fact in later:
        seen = customer.seen.get(fact.event_id)
        arrived = Arrived(
            topic="", record=fact, timestamp=world.now, digest=seen.digest if seen else 0
        )
        after = with_event(after, arrived, fact, world)
    return after


def _facts(visit: Visit) -> tuple[Fact, ...]:
    return (
        *visit.check_ins,
        *visit.diagnoses,
        *visit.estimates,
        *visit.warranty_decisions,
        *visit.responses,
        *visit.closures,
    )


def _told(customer: Customer, erasure: Erasure, world: World) -> Iterator[Output]:
    """One record a region, with the escalations that the desk may still have."""
    since = world.now - world.policy.kept.escalation_days * DAY_MS
    regions: dict[str, set[str]] = {}
    named = named_while_open(customer)
    for each in customer.escalations:
        until = unnamed_at(each, named, world)
        if until is not None and until <= world.now:
            continue
        regions.setdefault(each.region_id, set()).add(each.escalation_id)
    for visit in customer.visits.values():
        for case in visit.cases:
            if case.status is CaseStatus.OPEN or case.opened_at > since:
                regions.setdefault(visit.region_id, set()).add(case.escalation_id)
    for region_id in sorted(regions):
        yield Output(
            topic="recourse.erased",
            record=Erased(
                region_id=region_id,
                occurred_at=erasure.occurred_at,
                escalation_ids=tuple(sorted(regions[region_id])),
            ),
        )
