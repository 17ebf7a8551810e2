"""What the rules over several visits need from each: a line, also once its record has gone."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import DAY_MS, local_date, local_day, local_ordinal
from agents.core.customers.rule_base.facts import (
    later,
    memoize_last,
    memoize_last_as_of,
    moment,
    valid_diagnoses,
)
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Attempt, Customer, PastVisit, Visit
from agents.core.world import World
from schemas.records import CheckIn, Diagnosis, Stage

_LONGEST_MONTH_DAYS: Final = 31
_FIRST_DAY: Final = date(2, 1, 1)  # a year in which each zone still has a day before it


def line_of(visit: Visit, world: World) -> PastVisit:
    """The line of a visit as it is now; open visits are out of service up to `world.now`."""
    times = [
        each.occurred_at
        for facts in (
            visit.check_ins,
            visit.diagnoses,
            visit.estimates,
            visit.warranty_decisions,
            visit.responses,
            visit.closures,
        )
        for each in facts
    ]
    return PastVisit(
        visit_id=visit.visit_id,
        vehicle_id=visit.vehicle_id,
        first_occurred_at=visit.first_occurred_at,
        last_occurred_at=max(times, default=visit.first_occurred_at),
        attempts=attempts(visit),
        no_fault_found=tuple(
            sorted({(each.symptom or "", each.occurred_at) for each in no_fault_found(visit)})
        ),
        out_of_service=None if is_silent(visit, world) else out_of_service(visit, world),
        counters=visit.counters,
        stay_closed_at=_stay_closed_at(visit),
    )


def _stay_closed_at(visit: Visit) -> int | None:
    """When a stay ended, of a visit with a check-in: its last closure, or its silence (ms)."""
    if not visit.check_ins:
        return None
    return later(visit.closures).occurred_at if visit.closures else visit.silent_since


def joined(before: PastVisit, line: PastVisit) -> PastVisit:
    """The line of a visit whose record went, and was opened anew by a later event."""
    times: dict[str, int] = {}
    for each in (*before.attempts, *line.attempts):
        times[each.symptom] = max(each.occurred_at, times.get(each.symptom, each.occurred_at))
    return replace(
        line,
        first_occurred_at=min(before.first_occurred_at, line.first_occurred_at),
        last_occurred_at=max(before.last_occurred_at, line.last_occurred_at),
        attempts=tuple(Attempt(symptom=each, occurred_at=times[each]) for each in sorted(times)),
        no_fault_found=tuple(sorted({*before.no_fault_found, *line.no_fault_found})),
        out_of_service=line.out_of_service or before.out_of_service,
        stay_closed_at=_later_of(line.stay_closed_at, before.stay_closed_at),
    )


def _later_of(one: int | None, other: int | None) -> int | None:
    return max((each for each in (one, other) if each is not None), default=None)


def other_lines(context: RuleContext) -> tuple[PastVisit, ...]:
    """The lines of the customer's other visits of the same vehicle, in no order that matters."""
    own, customer = context.visit.visit_id, context.customer
    if len(customer.visits) == 1 and not customer.past:
        return ()
    past = _by_vehicle(customer).past
    whole = (
        joined(past[each.visit_id], line) if each.visit_id in past else line
        for each in vehicle_visits(context)
        if each.visit_id != own
        for line in (line_of(each, context.world),)
    )
    return (*whole, *past_lines(context))


def vehicle_visits(context: RuleContext) -> Iterator[Visit]:
    """The visit, and the customer's others of the same vehicle that are still whole."""
    yield context.visit
    own, vehicle_id = context.visit.visit_id, context.visit.vehicle_id
    if vehicle_id is not None and len(context.customer.visits) > 1:
        for each in _by_vehicle(context.customer).visits.get(vehicle_id, ()):
            if each.visit_id != own:
                yield each


def looked_back_until(line: PastVisit, world: World) -> int:
    """Up to when a visit may have begun that still looks at the line (ms).

    That is as far as any rule looks back, months taken at their longest.
    """
    days = world.policy.kept.past_visit_months * _LONGEST_MONTH_DAYS
    return line.last_occurred_at + days * DAY_MS


def past_lines(context: RuleContext) -> Iterator[PastVisit]:
    """The lines of visits of the same vehicle whose record has gone.

    One that is kept for another visit alone, as that began earlier, is not there for this one: it
    goes with the other, and time takes no ground away.
    """
    own, vehicle_id = context.visit.visit_id, context.visit.vehicle_id
    if vehicle_id is None or not context.customer.past:
        return
    for each in _by_vehicle(context.customer).lines.get(vehicle_id, ()):
        if each.visit_id == own or each.visit_id in context.customer.visits:
            continue
        if context.visit.first_occurred_at <= looked_back_until(each, context.world):
            yield each


def days_before(context: RuleContext, visit_id: str) -> tuple[int, int] | None:
    """The days out of service of a visit whose record opened anew, as its line has them."""
    line = _by_vehicle(context.customer).past.get(visit_id) if context.customer.past else None
    return None if line is None else line.out_of_service


class _ByVehicle(Struct, frozen=True, kw_only=True):
    """A customer's visits and lines by vehicle, and all lines by visit.

    A fleet has hundreds of vehicles; each of its visits asks for those of its own.
    """

    visits: dict[str, list[Visit]]
    lines: dict[str, list[PastVisit]]
    past: dict[str, PastVisit]


@memoize_last
def _by_vehicle(customer: Customer) -> _ByVehicle:
    visits: dict[str, list[Visit]] = {}
    for visit in customer.visits.values():
        if visit.vehicle_id is not None:
            visits.setdefault(visit.vehicle_id, []).append(visit)
    lines: dict[str, list[PastVisit]] = {}
    for line in customer.past:
        if line.vehicle_id is not None:
            lines.setdefault(line.vehicle_id, []).append(line)
    past = {each.visit_id: each for each in customer.past}
    return _ByVehicle(visits=visits, lines=lines, past=past)


@memoize_last
def no_fault_found(visit: Visit) -> tuple[Diagnosis, ...]:
    """Valid diagnoses without a fault, for symptoms for which the centre found none on the visit.

    A diagnosis without a symptom matches no other visit's, so it is left out.
    """
    valid = valid_diagnoses(visit)
    found = {each.symptom for each in valid if each.stage is Stage.CENTRE and each.fault_found}
    return tuple(
        each
        for each in valid
        if not each.fault_found and each.symptom is not None and each.symptom not in found
    )


@memoize_last
def faults(visit: Visit) -> dict[str, tuple[Diagnosis, ...]]:
    """Valid diagnoses that found the fault, by symptom (by code, where they name none)."""
    found: dict[str, list[Diagnosis]] = {}
    for each in valid_diagnoses(visit):
        if each.fault_found:
            found.setdefault(each.code if each.symptom is None else each.symptom, []).append(each)
    return {each: tuple(found[each]) for each in sorted(found)}


def repaired(visit: Visit) -> bool:
    """Whether the visit is an attempt: closed, a fault found, and an operation done."""
    if not visit.closures or not later(visit.closures).operations_done:
        return False
    return any(each.fault_found for each in valid_diagnoses(visit))


@memoize_last
def attempts(visit: Visit) -> tuple[Attempt, ...]:
    """The attempts that a visit is, one for each symptom: when its last fact occurred."""
    if not repaired(visit):
        return ()
    closure = later(visit.closures)
    return tuple(
        Attempt(
            symptom=symptom,
            occurred_at=max(closure.occurred_at, later(diagnoses).occurred_at),
        )
        for symptom, diagnoses in faults(visit).items()
    )


@memoize_last_as_of
def out_of_service(visit: Visit, world: World) -> tuple[int, int] | None:
    """The local calendar days (ordinals, both inclusive) from check-in to closure, or up to now.

    Only of attempts and of open visits with the fault found; none without a check-in. Of one that
    counts as closed by silence: up to then.
    """
    begun = check_in(visit)
    if begun is None or not is_out_of_service(visit):
        return None
    zone = world.directory.site(visit.site_id).time_zone
    if visit.closures:
        until = later(visit.closures).occurred_at
    else:
        until = min(world.now, silent_at(visit, world) - 1)
    first, last = local_ordinal(zone, begun.occurred_at), local_ordinal(zone, until)
    return (first, last) if first <= last else None


def check_in(visit: Visit) -> CheckIn | None:
    """From when the vehicle is there: the earliest check-in."""
    if len(visit.check_ins) == 1:
        return visit.check_ins[0]
    return min(visit.check_ins, key=moment, default=None)


def is_out_of_service(visit: Visit) -> bool:
    """Whether the visit has days that count: an attempt, or not closed and the fault found."""
    return repaired(visit) if visit.closures else bool(faults(visit))


def is_silent(visit: Visit, world: World) -> bool:
    """Whether the visit counts as closed by silence: its days are in no other visit's count."""
    return not visit.closures and world.now >= silent_at(visit, world)


def silent_at(visit: Visit, world: World) -> int:
    """From when an open visit counts as closed, if nothing more comes (epoch milliseconds)."""
    if visit.silent_since is not None:
        return visit.silent_since
    return visit.last_event_at + world.policy.kept.silent_visit_closed_after_days * DAY_MS


@lru_cache(maxsize=65_536)
def midnight(time_zone: str, day: date) -> int:
    """The first instant of a local day (epoch milliseconds)."""
    noon = (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY_MS + DAY_MS // 2
    # From 12 hours ahead of UTC on, noon in UTC is the next day already; its midnight is not.
    at = noon if local_date(time_zone, noon) == day else noon - DAY_MS // 2
    return local_day(time_zone, at)[0]


@lru_cache(maxsize=65_536)
def months_before(day: date, months: int) -> date:
    """The same day so many calendar months before; where a month has no such day, its last.

    Before any event there is, it is one day: so many months are all of the past.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < _FIRST_DAY.year:
        return _FIRST_DAY
    first = date(year, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def instant_months_before(at: int, months: int, time_zone: str) -> int:
    """The instant so many calendar months before another, at the same local time of day."""
    day = local_date(time_zone, at)
    since_midnight = at - midnight(time_zone, day)
    return midnight(time_zone, months_before(day, months)) + since_midnight
