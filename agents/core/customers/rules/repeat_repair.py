"""The rule about one fault repaired again and again, and about days without the vehicle."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from typing import Final

from msgspec import Struct

from agents.core.calendar import DAY_MS
from agents.core.customers.rule_base.definition import Due, rule
from agents.core.customers.rule_base.facts import (
    events,
    instant,
    later,
    moment,
    reason,
    severity,
    valid_diagnoses,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.history import (
    attempts,
    check_in,
    days_before,
    faults,
    instant_months_before,
    is_out_of_service,
    is_silent,
    midnight,
    months_before,
    other_lines,
    out_of_service,
    past_lines,
    silent_at,
    vehicle_visits,
)
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Attempt, PastVisit, Visit
from agents.core.world import World
from schemas.records import CheckIn, Closure, Diagnosis, Kind, Reason, Rule, Severity

_SHORTEST_MONTH_DAYS: Final = 28
_MARGIN_DAYS: Final = 4
_Fact = CheckIn | Diagnosis | Closure
_Span = tuple[int, str, int]


def _counts_days(visit: Visit) -> bool:
    """Only what is open and diagnosed counts days: most visits do not."""
    return bool(visit.check_ins and visit.diagnoses and not visit.closures)


def next_due(context: RuleContext) -> int | None:
    """The next moment at which time alone makes the rule true (epoch milliseconds).

    That is a local midnight with which the days out of service of the visit come to a mark.
    """
    visit, world = context.visit, context.world
    if visit.closures or is_silent(visit, world) or out_of_service(visit, world) is None:
        return None
    horizon, until = world.policy.kept.silent_visit_closed_after_days, silent_at(visit, world)
    times = [midnight(context.site.time_zone, day) for day in _days_to_come(context, horizon)]
    return min([at for at in times if world.now < at < until], default=None)


@rule(
    Kind.WARRANTY,
    needs=Precondition.DIAGNOSIS,
    by_time=True,
    over_visits=True,
    due=Due(_counts_days, next_due),
)
def warranty_repeat_repair(context: RuleContext) -> tuple[Finding, ...]:
    """One attempt before the law's number, or too many days out of service (HIGH, floor).

    Attempts for one symptom of a vehicle, and calendar days each counted once, within the period of
    the jurisdiction that slides back from the last. The finding is on the visit that made it so. It
    stands when that counts as closed by silence, which adds no days to a later count.
    """
    tried = _too_many_attempts(context) if context.visit.closures else ()
    return (*tried, *_too_many_days(context))


def _finding(
    context: RuleContext,
    subject_id: str | None,
    occurred_at: int,
    trigger_event_id: str,
    reasons: tuple[Reason, ...],
) -> Finding:
    visit = context.visit
    return Finding(
        rule=Rule.WARRANTY_REPEAT_REPAIR,
        subject_id=subject_id,
        severity=severity(visit, Severity.HIGH),
        occurred_at=occurred_at,
        trigger_event_id=trigger_event_id,
        reads=events(visit.check_ins, valid_diagnoses(visit), visit.closures),
        reasons=reasons,
        floor=True,
        tier=context.world.policy.rules.warranty_repeat_repair.tier,
    )


def _too_many_attempts(context: RuleContext) -> Iterator[Finding]:
    visit, law = context.visit, context.jurisdiction.repeat_repair
    reasons: list[Reason] = []
    compared: list[_Fact] = []
    tried = attempts(visit)
    lines = other_lines(context) if tried else ()
    for own in tried:
        found = _attempts_up_to(context, own, lines)
        if len(found) + 1 < law.attempts:
            continue
        compared += [later(visit.closures), *faults(visit)[own.symptom]]
        reasons.append(
            reason(
                "WARRANTY_REPEAT_REPAIR",
                symptom=own.symptom,
                vehicle_id=visit.vehicle_id,
                attempts=len(found),
                attempts_limit=law.attempts - 1,
                within_months=law.within_months,
                attempted=", ".join(f"{each}: {instant(at)}" for at, each in found),
                limit_source=law.source,
            )
        )
    if reasons:
        trigger = later(compared)
        yield _finding(context, None, trigger.occurred_at, trigger.event_id, tuple(reasons))


def _attempts_up_to(
    context: RuleContext, own: Attempt, lines: tuple[PastVisit, ...]
) -> list[tuple[int, str]]:
    """This attempt and those before it within the period, as (when, visit), in order.

    Lines keep no event_id, so of two visits at one instant the greater visit_id is the later.
    """
    last = (own.occurred_at, context.visit.visit_id)
    before = [
        (each.occurred_at, line.visit_id)
        for line in lines
        for each in line.attempts
        if each.symptom == own.symptom and (each.occurred_at, line.visit_id) < last
    ]
    if not before:
        return [last]
    law = context.jurisdiction.repeat_repair
    since = instant_months_before(own.occurred_at, law.within_months, context.site.time_zone)
    return [*sorted(each for each in before if since < each[0]), last]


class _Crossing(Struct, frozen=True, kw_only=True):
    """A day of the visit on which the days out of service came to a mark."""

    mark: int
    day: date
    first: date
    days: int


def _too_many_days(context: RuleContext) -> Iterator[Finding]:
    visit, law = context.visit, context.jurisdiction.repeat_repair
    begun = check_in(visit)
    if begun is None or not _may_be_enough(context, begun) or not is_out_of_service(visit):
        return
    crossings = tuple(_crossings(context))
    if not crossings:
        return
    found = min((each for group in faults(visit).values() for each in group), key=moment)
    known = later((begun, found))
    for each in crossings:
        due = midnight(context.site.time_zone, each.day)
        # The day began after all was known: time made it, and the check-in had started the clock.
        by_time = due > known.occurred_at
        yield _finding(
            context,
            f"days-{each.mark}",
            due if by_time else known.occurred_at,
            begun.event_id if by_time else known.event_id,
            (
                reason(
                    "WARRANTY_REPEAT_REPAIR_DAYS",
                    vehicle_id=visit.vehicle_id,
                    days_out_of_service=each.days,
                    mark=each.mark,
                    reached_on=each.day.isoformat(),
                    counted_from=each.first.isoformat(),
                    within_months=law.within_months,
                    limit_source=law.source,
                ),
            ),
        )


def _may_be_enough(context: RuleContext, begun: CheckIn) -> bool:
    """Whether days can come to a mark at all: of one visit alone most are over long before."""
    if len(context.customer.visits) > 1 or context.customer.past:
        return True
    closures, marks = context.visit.closures, context.jurisdiction.repeat_repair.days_out_of_service
    until = later(closures).occurred_at if closures else context.world.now
    # The day of its beginning counts and that of its end; clocks and zones may be put on.
    days = min(marks, default=0) - _MARGIN_DAYS
    return until - begun.occurred_at >= days * DAY_MS


def _days_to_come(context: RuleContext, horizon_days: int) -> tuple[date, ...]:
    """The days on which the open visit may come to a mark, if it lasts so much longer than now."""
    spans = _spans(context, horizon_days)
    if not _is_alone(context, spans):
        return tuple(each.day for each in _crossings(context, horizon_days))
    first, _, last = spans[0]
    until_now = last - horizon_days - first + 1
    marks = context.jurisdiction.repeat_repair.days_out_of_service
    mark = min((each for each in marks if until_now < each <= last - first + 1), default=None)
    return () if mark is None else (date.fromordinal(first + mark - 1),)


def _is_alone(context: RuleContext, spans: list[_Span]) -> bool:
    """Whether the visit alone was out of service, all of it within the period."""
    if len(spans) != 1 or spans[0][1] != context.visit.visit_id:
        return False
    first, _, last = spans[0]
    months = context.jurisdiction.repeat_repair.within_months
    # A month has 28 days or more: nearly all visits are shorter than that many of them.
    return last - first < months * _SHORTEST_MONTH_DAYS or _since(last, months) < first


def _crossings(context: RuleContext, horizon_days: int = 0) -> Iterator[_Crossing]:
    """For each mark, the first day of the visit on which it is reached and was not the day before.

    Open visits are taken to last `horizon_days` longer than now.
    """
    law = context.jurisdiction.repeat_repair
    spans = sorted(_spans(context, horizon_days))
    days_at_most = sum(last - first + 1 for first, _, last in spans)
    marks = sorted(mark for mark in law.days_out_of_service if mark <= days_at_most)
    if not marks:
        return
    if _is_alone(context, spans):
        yield from _crossings_alone(spans[0][0], marks)
        return
    owners = _owners(spans)
    marks = [mark for mark in marks if mark <= len(owners)]
    if not marks:
        return
    days, own = sorted(owners), context.visit.visit_id
    all_count = _since(days[-1], law.within_months) < days[0]
    for mark in marks:
        # The count cannot reach the mark before as many days are there.
        candidates = days[mark - 1 : mark] if all_count else days[mark - 1 :]
        for day in candidates:
            if owners[day] != own:
                continue
            counted = _within(days, day, law.within_months)
            if len(counted) >= mark > len(_within(days, day - 1, law.within_months)):
                yield _Crossing(
                    mark=mark,
                    day=date.fromordinal(day),
                    first=date.fromordinal(counted[0]),
                    days=len(counted),
                )
                break


def _crossings_alone(first: int, marks: list[int]) -> Iterator[_Crossing]:
    """Where each day counts, and is the visit's, a mark is reached on the day of that number."""
    for mark in marks:
        day = date.fromordinal(first + mark - 1)
        yield _Crossing(mark=mark, day=day, first=date.fromordinal(first), days=mark)


def _since(last: int, months: int) -> int:
    """The last day outside of the period that ends with `last`."""
    return months_before(date.fromordinal(last), months).toordinal()


def _within(days: list[int], last: int, months: int) -> list[int]:
    """The days of the period that ends with `last`; one exactly so many months old is outside."""
    return days[bisect_right(days, _since(last, months)) : bisect_right(days, last)]


def _spans(context: RuleContext, horizon_days: int) -> list[_Span]:
    """The days out of service of the vehicle: first day, visit, last day."""
    if len(context.customer.visits) == 1 and not context.customer.past:
        alone = _span(context.visit, context.world, horizon_days)
        return [] if alone is None else [alone]
    spans: list[_Span] = []
    for visit in vehicle_visits(context):
        counts = visit is context.visit or not is_silent(visit, context.world)
        span = _span(visit, context.world, horizon_days) if counts else None
        if span is not None:
            spans.append(span)
        elif (
            visit is not context.visit
            and (days := days_before(context, visit.visit_id)) is not None
        ):
            spans.append((days[0], visit.visit_id, days[1]))
    spans += [
        (line.out_of_service[0], line.visit_id, line.out_of_service[1])
        for line in past_lines(context)
        if line.out_of_service is not None
    ]
    return spans


def _span(visit: Visit, world: World, horizon_days: int) -> _Span | None:
    days = out_of_service(visit, world)
    if days is None:
        return None
    first, last = days
    goes_on = not visit.closures and not is_silent(visit, world)
    return first, visit.visit_id, last + horizon_days if goes_on else last


def _owners(spans: list[_Span]) -> dict[int, str]:
    """Each day out of service, with the visit it is of: the one that began first."""
    owners: dict[int, str] = {}
    for first, visit_id, last in spans:
        for day in range(first, last + 1):
            owners.setdefault(day, visit_id)
    return owners
