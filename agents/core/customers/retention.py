"""What is kept of a customer and how long (domain.md, "What is kept"), and how visits end."""

import math
from collections.abc import Iterator
from datetime import MAXYEAR, date, timedelta

from msgspec.structs import replace

from agents.core.calendar import DAY_MS, HOUR_MS, local_date
from agents.core.customers import feed, overviews
from agents.core.customers.appeals import is_undecided
from agents.core.customers.cards import next_issue
from agents.core.customers.compared import rating_of
from agents.core.customers.draft import Draft
from agents.core.customers.episodes import context_of
from agents.core.customers.granted import looked_at_until
from agents.core.customers.rule_base.facts import later
from agents.core.customers.rule_base.history import check_in, joined, line_of, looked_back_until
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules import DUES
from agents.core.customers.state import (
    Case,
    CaseStatus,
    Customer,
    Entry,
    Escalated,
    PastVisit,
    Visit,
    open_cases,
)
from agents.core.customers.survey import waits_until
from agents.core.customers.throttle import gone_at
from agents.core.handling import Output
from agents.core.policy_values import ServiceTopic
from agents.core.pseudonyms import key_of
from agents.core.world import World
from schemas.records import Arm, VisitEnded

_EPOCH_DAY = date(1970, 1, 1).toordinal()


def end_visit(draft: Draft, visit_id: str, closed_at: int) -> None:
    """Say that a visit ended, once; `closed_at` is when (ms), by its closure or its silence."""
    visit = draft.visit(visit_id)
    if visit.ended_published:
        return
    record = VisitEnded(
        visit_id=visit_id,
        customer_id=draft.customer.customer_id,
        site_id=visit.site_id,
        region_id=visit.region_id,
        arm=visit.arm,
        opened_at=visit.opened_at,
        closed_at=closed_at,
        same_day=_same_day(visit, draft.world),
        rating=rating_of(visit),
        findings=len(visit.standings),
        raised=visit.raised,
        throttled=len(visit.throttled),
        policy_version=draft.world.policy.version,
    )
    draft.outputs.append(Output(topic="recourse.visits", record=record))
    draft.put(replace(visit, ended_published=True))
    feed.end_of_visit(draft, visit_id, same_day=record.same_day)


def _same_day(visit: Visit, world: World) -> bool:
    """The closure's word, else check-in and closure on one local date."""
    if not visit.closures:
        return False
    closure, begun = later(visit.closures), check_in(visit)
    if closure.resolved_same_day is not None:
        return closure.resolved_same_day
    if begun is None:
        return False
    zone = world.directory.site(visit.site_id).time_zone
    return local_date(zone, begun.occurred_at) == local_date(zone, closure.occurred_at)


def end_would_be(draft: Draft) -> None:
    """On closed visits what would have been open is so no longer, and its episodes end."""
    for visit in draft.customer.visits.values():
        if visit.arm is Arm.LIVE or (visit.closed_at is None and visit.silent_since is None):
            continue
        if not visit.would_be_open and not any(each.live for each in visit.standings):
            continue
        standings = tuple(replace(each, live=False) for each in visit.standings)
        draft.put(replace(visit, would_be_open=False, standings=standings))


def silent_at(visit: Visit, world: World) -> int | None:
    """When an open visit will count as closed, if nothing more comes (ms)."""
    if visit.closed_at is not None or visit.silent_since is not None:
        return None
    return visit.last_event_at + world.policy.kept.silent_visit_closed_after_days * DAY_MS


def gone_from(visit: Visit, world: World) -> int | None:
    """When a closed visit's record goes, and a line of it stays (ms).

    Not before time can show no more that a decision was not kept.
    """
    closed_at = visit.closed_at or visit.silent_since
    if closed_at is None:
        return None
    closed_until = closed_at + world.policy.kept.closed_visit_days * DAY_MS
    held = (looked_at_until(each) for each in visit.granted)
    return max(closed_until, max((each for each in held if each is not None), default=0))


def archived(customer: Customer, visit: Visit, world: World) -> Customer:
    """The customer with a line in place of the visit."""
    line = line_of(visit, world)
    before = next((each for each in customer.past if each.visit_id == visit.visit_id), None)
    others = tuple(each for each in customer.past if each is not before)
    cases = {each.escalation_id: each for each in visit.cases}
    if before is not None:
        line = joined(before, line)
        cases = {each.escalation_id: each for each in before.cases} | cases
    line = _with_live_cases(replace(line, cases=tuple(cases.values())), world, world.now)
    if line.cases and world.policy.writes_generation(2):
        line = replace(line, site_id=visit.site_id, region_id=visit.region_id)
    return replace(
        customer,
        visits={key: each for key, each in customer.visits.items() if key != visit.visit_id},
        past=(*others, line),
    )


def _with_live_cases(line: PastVisit, world: World, now: int) -> PastVisit:
    """The line without the cases of which nothing can come any more."""
    kept = tuple(each for each in line.cases if now < _case_gone_at(each, world))
    return line if len(kept) == len(line.cases) else replace(line, cases=kept)


def _case_gone_at(case: Case, world: World) -> float:
    """When the outcome can't be appealed any more, not even by an appeal that arrives late (ms)."""
    if case.status is CaseStatus.OPEN:
        return math.inf
    if case.status is not CaseStatus.RESOLVED or case.resolved_at is None:
        return -math.inf
    return (
        (case.confirmed_at or case.resolved_at)
        + world.policy.kept.outcome_days * DAY_MS
        + _appeal_slack(world)
    )


def trimmed(customer: Customer, world: World, now: int) -> Customer | None:
    """The customer without what can no longer matter at `now`; None when nothing is left."""
    apart = world.policy.appeals.throttle_appeal_every_days * DAY_MS
    if customer.erased_at is not None:
        return customer if now < _erasure_forgotten_at(customer, world) else None
    if now >= _forgotten_at(customer, world) and not customer.visits:
        return None
    named = named_while_open(customer)
    return replace(
        customer,
        past=tuple(
            _with_live_cases(each, world, now)
            for each in customer.past
            if now < (until := _line_gone_at(each, world)) or _may_ground(customer, each, until)
        ),
        entries=tuple(
            each
            for each in customer.entries
            if now < (until := _entry_gone_at(each, world)) or _may_count(customer, until)
        ),
        would_be_entries=tuple(
            each
            for each in customer.would_be_entries
            if now < (until := _would_be_gone_at(each, world)) or _may_count(customer, until)
        ),
        throttle_appeals=tuple(
            each
            for each in customer.throttle_appeals
            if now < each[0] + apart + _appeal_slack(world) or is_undecided(customer, each[1])
        ),
        escalations=tuple(
            each
            for each in customer.escalations
            if (unnamed := unnamed_at(each, named, world)) is None or now < unnamed
        ),
        seen={key: each for key, each in customer.seen.items() if now < each.until},
    )


def named_while_open(customer: Customer) -> frozenset[str]:
    """The customer's open escalations: an entry or a line knows it when the record has gone.

    Asked once for all of them: a customer may have hundreds.
    """
    undecided = [each.escalation_id for each in customer.entries if not each.closed]
    return frozenset([*undecided, *(each.escalation_id for each in open_cases(customer))])


def unnamed_at(escalated: Escalated, named: frozenset[str], world: World) -> int | None:
    """When an erasure need not name an escalation any more (ms); None: while it is open.

    `named`: those that are (`named_while_open`).
    """
    if escalated.escalation_id in named:
        return None
    return escalated.at + world.policy.kept.escalation_days * DAY_MS


def _erasure_forgotten_at(customer: Customer, world: World) -> int:
    """When even that a customer was erased is forgotten, and what stayed of the throttle (ms)."""
    apart = world.policy.appeals.throttle_appeal_every_days * DAY_MS + _appeal_slack(world)
    return max(
        [
            (customer.erased_at or 0) + world.policy.kept.erasure_days * DAY_MS,
            *(_entry_gone_at(each, world) for each in customer.entries),
            *(_would_be_gone_at(each, world) for each in customer.would_be_entries),
            *(at + apart for at, _ in customer.throttle_appeals),
        ]
    )


def _slack(world: World) -> int:
    """How much earlier than `now` an event may still occur that looks back (ms)."""
    return max(world.policy.late_after_hours.values()) * HOUR_MS


def _appeal_slack(world: World) -> int:
    """The same of an appeal (ms)."""
    return world.policy.late_after(ServiceTopic.DEFAULT) * HOUR_MS


def _entry_gone_at(entry: Entry, world: World) -> int:
    """When an entry counts for nothing any more, not even for an event that arrives late."""
    return gone_at(entry.occurred_at, world.policy.throttle) + _slack(world)


def _would_be_gone_at(entry: Entry, world: World) -> int:
    """The same of what would have been, which has no outcome that could fade."""
    return entry.occurred_at + world.policy.throttle.window_days * DAY_MS + _slack(world)


def _may_count(customer: Customer, until: int) -> bool:
    """Whether an entry that counts until then may still do so for a finding decided anew.

    Its trigger may be as old as the visit.
    """
    return any(visit.first_occurred_at < until for visit in customer.visits.values())


def _may_ground(customer: Customer, line: PastVisit, until: int) -> bool:
    """Whether what was found of a visit may rest on a line from before it: time takes none away.

    A visit that begins as the line ends still saw it.
    """
    if key_of(line.visit_id) is not None:
        return False
    return any(visit.first_occurred_at <= until for visit in customer.visits.values())


def _line_gone_at(line: PastVisit, world: World) -> int:
    """When no rule looks back as far as the line any more."""
    if key_of(line.visit_id) is not None:
        return line.last_occurred_at + world.policy.kept.erasure_days * DAY_MS
    return looked_back_until(line, world)


def _forgotten_at(customer: Customer, world: World) -> int:
    """When even the first visit is forgotten: so many years after the last one (UTC)."""
    last = date.fromordinal(_EPOCH_DAY + customer.last_visit_at // DAY_MS)
    year = min(last.year + world.policy.kept.first_visit_years, MAXYEAR)
    day = last.replace(day=28, year=year) if (last.month, last.day) == (2, 29) else None
    then = day + timedelta(days=1) if day else last.replace(year=year)
    return (then.toordinal() - _EPOCH_DAY) * DAY_MS + customer.last_visit_at % DAY_MS


def with_due(customer: Customer, world: World) -> Customer:
    """The customer with the next moment at which time changes something of it."""
    return replace(customer, due_at=due_at(customer, world))


def due_at(customer: Customer, world: World) -> int:
    """The next moment after which something of the customer changes by time alone (ms)."""
    return min(_moments(customer, world))


def _moments(customer: Customer, world: World) -> Iterator[int]:
    if customer.erased_at is not None:
        yield _erasure_forgotten_at(customer, world)
        return
    if not customer.visits:
        yield _forgotten_at(customer, world)
    for visit in customer.visits.values():
        for at in (silent_at(visit, world), gone_from(visit, world), waits_until(visit)):
            if at is not None:
                yield at
        card_at = next_issue(customer, visit, world)
        if card_at is not None:
            yield card_at
        yield from _due_on(customer, visit, world)
    named = named_while_open(customer) if customer.escalations else frozenset()
    for escalated in customer.escalations:
        until = unnamed_at(escalated, named, world)
        if until is not None:
            yield until
    yield from overviews.ends(customer, world)
    yield from _lines_go(customer, world)
    yield from _entries_go(customer, world)
    if customer.seen and not customer.visits:
        yield max(each.until for each in customer.seen.values())


def _lines_go(customer: Customer, world: World) -> Iterator[int]:
    """When the lines go that nothing found may rest on, and the cases that they keep."""
    for line in customer.past:
        until = _line_gone_at(line, world)
        if not _may_ground(customer, line, until):  # else it goes with the visit
            yield until
        ends = (_case_gone_at(each, world) for each in line.cases)
        yield from (int(each) for each in ends if math.isfinite(each))


def _entries_go(customer: Customer, world: World) -> Iterator[int]:
    """When the entries go that no visit holds any more: what a visit holds goes with it."""
    if not customer.entries and not customer.would_be_entries:
        return iter(())
    entries = (
        *(_entry_gone_at(each, world) for each in customer.entries),
        *(_would_be_gone_at(each, world) for each in customer.would_be_entries),
    )
    begun = min((each.first_occurred_at for each in customer.visits.values()), default=math.inf)
    return (until for until in entries if until <= begun)


def _due_on(customer: Customer, visit: Visit, world: World) -> Iterator[int]:
    """When time alone could make a rule find something on the visit."""
    context: RuleContext | None = None
    for due in DUES:
        if due.may_be(visit):
            context = context or context_of(customer, visit, world, None)
            at = due.at(context)
            if at is not None:
                yield at
