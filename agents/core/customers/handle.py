"""Stage customers: one event, or time, and what follows from it."""

from collections.abc import Mapping
from heapq import heapify, heappop, heappush

from msgspec.structs import replace

from agents.core.customers import (
    answers,
    appeals,
    cards,
    erasure,
    feed,
    outcomes,
    overviews,
    receipts,
    retention,
)
from agents.core.customers.draft import Draft
from agents.core.customers.episodes import judge, judge_decision, judge_time
from agents.core.customers.overview_walk import KEY as WALK
from agents.core.customers.overview_walk import walked
from agents.core.customers.partition import Partition
from agents.core.customers.rule_base.facts import later
from agents.core.customers.rules.charged import unjudged
from agents.core.customers.sites import newly_known_site
from agents.core.customers.state import Customer
from agents.core.customers.stored_facts import Fact
from agents.core.customers.visit import refused, with_event
from agents.core.handling import (
    NOTHING,
    TRIED_AGAIN_MS,
    Arrived,
    Counted,
    DeadLettered,
    Failure,
    Handled,
    Output,
    Skipped,
    Turns,
)
from agents.core.notices.agreed import tell_of_higher_yes
from agents.core.notices.rate import ask_how_it_was
from agents.core.notices.throttled import tell_of_open_request, tell_of_throttled
from agents.core.world import UNKNOWN_REGION, World
from schemas.records import (
    CheckIn,
    Closure,
    CustomerResponse,
    Erasure,
    Outcome,
)


def handle(partition: Partition, arrived: Arrived, world: World) -> Handled[Customer]:
    """One service event, one outcome from the desk, or one request to be forgotten."""
    event = arrived.record
    if isinstance(event, Erasure):
        return erasure.handle_erasure(partition, arrived, event, world)
    if isinstance(event, Outcome):
        return _outcome(partition.get(event.customer_id), arrived, event, world)
    assert isinstance(event, Fact), f"{arrived.topic} is no input of this stage"
    customer = partition.get(event.customer_id)
    erased = partition.erased(event.customer_id, world.pseudonyms)
    erased_at = None if erased is None else erased.erased_at
    why = refused(customer, arrived, event, world, erased_at)
    if isinstance(why, DeadLettered):
        visit = None if customer is None else customer.visits.get(event.visit_id)
        return Handled(rejected=why, outputs=feed.of_rejected(why, arrived, event, visit, world))
    if why is not None:
        return Handled(passed_over=why, outputs=receipts.of_repeated(event, why, world))
    if customer is not None or erased is None:
        return _event(with_event(customer, arrived, event, world), event, world, customer)
    handled = _event(
        with_event(erasure.returned(erased, event, world), arrived, event, world), event, world
    )
    left = {erased.customer_id: retention.with_due(erasure.emptied(erased), world)}
    return replace(handled, changed={**handled.changed, **left})


def _event(
    customer: Customer, event: Fact, world: World, was: Customer | None = None
) -> Handled[Customer]:
    """What an event makes of the customer who has it; `was`: they without it."""
    draft = Draft(customer, world, world.now)
    before = None if was is None else was.visits.get(event.visit_id)
    if isinstance(event, CheckIn):
        cards.issue(draft, event.visit_id)
        _note_region(draft, event)
    site_id = newly_known_site(before, draft.visit(event.visit_id), world)
    if site_id is not None or isinstance(event, (CheckIn, CustomerResponse)):
        answers.tell(draft, event, site_id)
    appeal = event if isinstance(event, CustomerResponse) and appeals.is_appeal(event) else None
    appealed_on = None if appeal is None else appeals.take(draft, appeal)
    tell_of_higher_yes(draft, event, before)
    judge(draft, event.visit_id, event, appealed_on)
    if appeal is not None and appealed_on is not None:
        appeals.note_escalation(draft, appeal, appealed_on)
        tell_of_open_request(draft, appeal)
    answers.tell_wish(draft, event)
    tell_of_throttled(draft)
    visit = draft.visit(event.visit_id)
    if isinstance(event, Closure) and unjudged(visit):
        draft.noted.append(Counted.CLOSURE_NOT_JUDGED)
    if visit.closures:
        retention.end_visit(draft, event.visit_id, later(visit.closures).occurred_at)
    feed.end_was_rated(draft, event)
    retention.end_would_be(draft)
    receipts.give(draft, event, before)
    return _handled(draft, was)


def _note_region(draft: Draft, check_in: CheckIn) -> None:
    """Limits are those of the check-in's site, managers those of the region that was fixed."""
    visit, directory = draft.visit(check_in.visit_id), draft.world.directory
    decides = later(visit.check_ins).event_id == check_in.event_id
    if visit.region_id.startswith(UNKNOWN_REGION):
        return
    if decides and directory.site(visit.site_id).region_id != visit.region_id:
        draft.noted.append(Counted.OTHER_REGION)


def _handled(draft: Draft, was: Customer | None) -> Handled[Customer]:
    after, overview = overviews.followed(was, draft.customer, draft.world)
    assert after is not None, "only time lets go of a customer"
    customer = retention.with_due(after, draft.world)
    return Handled(
        changed={customer.customer_id: customer},
        outputs=(*draft.outputs, *overview),
        noted=tuple(draft.noted),
    )


def _outcome(
    customer: Customer | None, arrived: Arrived, outcome: Outcome, world: World
) -> Handled[Customer]:
    why = outcomes.refused(customer, arrived, outcome, world)
    if isinstance(why, DeadLettered):
        return Handled(rejected=why)
    if why is not None or customer is None:
        return Handled(passed_over=why or Skipped.NOT_KNOWN)
    draft = Draft(outcomes.with_outcome(customer, outcome, world), world, world.now)
    after, before = (each.visits.get(outcome.visit_id) for each in (draft.customer, customer))
    if after is not None and before is not None and after.granted != before.granted:
        judge_decision(draft, outcome.visit_id)
    return _handled(draft, customer)


def handle_time(
    partition: Partition, world: World, aside: Mapping[str, Exception] = NOTHING
) -> Turns[Handled[Customer]]:
    """A tick: all that is due at or before `world.now`, by due moment, then by customer.

    Others may have a turn between two of them.

    A customer on whom that fails stays as they are, and is tried again later; the others go on.
    `aside`: those on whom it is known to fail.
    """
    due = list(partition.due_by(world.now))
    heapify(due)
    changed: dict[str, Customer | None] = {}
    outputs: list[Output] = []
    noted: list[Counted] = []
    failures: list[Failure] = []
    while due:
        at, customer_id = heappop(due)
        if customer_id == WALK:
            continue
        customer = changed.get(customer_id) or partition.get(customer_id)
        assert customer is not None, "what is due has a record"
        why = aside.get(customer_id)
        if why is None:
            try:
                after, draft = _at(customer, at, world)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others' time goes on
                why = error
        if why is not None:
            changed[customer_id] = replace(customer, due_at=world.now + TRIED_AGAIN_MS)
            failures.append(Failure(key=customer_id, error=why))
            continue
        yield
        changed[customer_id] = after
        outputs += draft.outputs
        noted += draft.noted
        if after is not None and after.due_at <= world.now:
            heappush(due, (after.due_at, customer_id))
    outputs += yield from walked(partition, changed, failures, world, aside)
    return Handled(
        changed=changed, outputs=tuple(outputs), noted=tuple(noted), failures=tuple(failures)
    )


def _at(customer: Customer, at: int, world: World) -> tuple[Customer | None, Draft]:
    """What the moment `at` makes of one customer."""
    draft = Draft(customer, world, at)
    then = draft.then
    for visit_id in sorted(customer.visits):
        visit = draft.visit(visit_id)
        silent = retention.silent_at(visit, world)
        if silent is not None and silent <= at:
            draft.put(replace(visit, silent_since=silent))
            retention.end_visit(draft, visit_id, silent)
        begun = len(draft.outputs)
        if then.policy.writes_generation(2):
            cards.issue(draft, visit_id)
        judge_time(draft, visit_id)
        tell_of_throttled(draft, begun)
        ask_how_it_was(draft, visit_id)
        gone = retention.gone_from(draft.visit(visit_id), world)
        if gone is not None and gone <= at:
            draft.customer = retention.archived(draft.customer, draft.visit(visit_id), then)
    retention.end_would_be(draft)
    after = retention.trimmed(draft.customer, world, at)
    after, overview = overviews.followed(customer, after, world)
    draft.outputs += overview
    if after is not None:
        # Strictly later: whatever was due up to now is done.
        after = replace(after, due_at=max(retention.due_at(after, then), at + 1))
    return after, draft
