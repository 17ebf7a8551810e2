"""Business time: when a site is open, when a manager is on shift, and how hours are counted.

Hours and shifts are read by the wall clock of their time zone. `from` belongs to them, `to` does
not; 24:00 is midnight at the day's end; a `to` that is not after its `from` is over midnight and
belongs to the day it starts on, also where that day's neighbour is a holiday. Where the wall clock
jumps over `from` or `to`, the jump is that moment; where it shows it twice, `from` is the first and
`to` the second. Several of a day are a split shift; where they overlap, time counts once.

Hours of single days (`hours_on`) stand in place of that day's, and above holidays and days on which
a site is closed; they belong to the day they start on, too.

Who has no hours, or none within `SEARCHED_DAYS`, is open always: time then counts on the calendar,
so that a gap in the directory never stops a clock.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import holidays

from agents.core.standards import zone_of
from agents.core.wall_clock import instant, local, minutes
from schemas.records import DayHours, Hours, Manager, Site

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
SEARCHED_DAYS: Final = 366  # a leap year: further than any closure a site would have announced
_FURTHEST_DAYS: Final = 10 * 366
"""From so far on time counts on the calendar: no deadline costs the walk of centuries."""
_DAY_MINUTES: Final = 24 * 60
_ALWAYS: Final = (Hours(days=(1, 2, 3, 4, 5, 6, 7), from_="00:00", to="24:00"),)
_STRETCH_DAYS: Final = 32  # how much is looked up at once
_MARGIN_DAYS: Final = 3  # an interval may begin a day before, and a local day may be another one
_FAR_DAYS: Final = 800  # further away a line begins anew: a clock far off, in a backfill or a test
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_MILLISECOND: Final = timedelta(milliseconds=1)

Interval = tuple[int, int]
D = TypeVar("D", Site, Manager)


def is_open(site: Site, at: int) -> bool:
    """Whether the site is open at an instant (epoch milliseconds)."""
    return _of_site(site).contains(at)


def next_opening(site: Site, at: int) -> int:
    """The first instant at or after `at` at which the site is open (epoch milliseconds)."""
    return _of_site(site).next_opening(at)


def add_business_time(site: Site, start_ms: int, duration_ms: int) -> int:
    """The first instant by which `duration_ms` of opening time has passed since `start_ms`.

    So a deadline that is used up exactly at closing time is at closing time.
    """
    return _of_site(site).add(start_ms, duration_ms)


def business_time_between(site: Site, start_ms: int, end_ms: int) -> int:
    """How much of the site's opening time lies between two instants (milliseconds)."""
    return _of_site(site).between(start_ms, end_ms)


def before_business_time(site: Site, end_ms: int, duration_ms: int) -> int:
    """The last instant from which on `duration_ms` of opening time lies before `end_ms`.

    So where the site was closed before it opened, it is that opening.
    """
    early = end_ms - duration_ms - 1
    furthest = min(early, end_ms - _FURTHEST_DAYS * DAY_MS)
    while business_time_between(site, early, end_ms) < duration_ms:
        if early <= furthest:
            return early - duration_ms
        early = max(furthest, 2 * early - end_ms)
    late = end_ms
    while late - early > 1:
        middle = (early + late) // 2
        if business_time_between(site, middle, end_ms) >= duration_ms:
            early = middle
        else:
            late = middle
    return early if duration_ms > 0 else end_ms


def on_shift(manager: Manager, at: int) -> bool:
    """Whether the manager works at an instant, by their own time zone; without shifts: always."""
    return _of_manager(manager).contains(at)


def next_in_hours(time_zone: str, hours: tuple[Hours, ...], at: int) -> int:
    """The first instant at or after `at` that lies in the hours of a time zone (ms)."""
    return _calendar(time_zone, hours, None, (), ()).next_opening(at)


def next_on_shift(manager: Manager, at: int) -> int:
    """The first instant at or after `at` at which the manager works (epoch milliseconds)."""
    return _of_manager(manager).next_opening(at)


def shift_ends(manager: Manager, at: int, before: int) -> int | None:
    """When the shift that holds `at` ends (epoch milliseconds); None: not before `before`."""
    return _of_manager(manager).closing(at, before)


def back_from(manager: Manager, at: int) -> int:
    """The first instant from `at` on (epoch milliseconds) at which no absence holds."""
    until = [each.until for each in manager.absences if each.from_ <= at < each.until]
    return back_from(manager, max(until)) if until else at


def local_date(time_zone: str, at: int) -> date:
    """The date that the wall clock of the time zone shows at an instant."""
    return date.fromordinal(local_ordinal(time_zone, at))


def local_ordinal(time_zone: str, at: int) -> int:
    """That date's number (`date.toordinal`)."""
    offset = _offset_of_day(time_zone, at // DAY_MS)
    if offset is None:
        return local(zone_of(time_zone), at).date().toordinal()
    return _EPOCH_DAY + (at + offset) // DAY_MS


@lru_cache(maxsize=65_536)
def _offset_of_day(time_zone: str, utc_day: int) -> int | None:
    """The zone's offset (ms) on a day of UTC; None where it changes within or around that day."""
    zone = zone_of(time_zone)
    offsets = {local(zone, (utc_day + days) * DAY_MS).utcoffset() for days in (-1, 0, 1, 2)}
    first = offsets.pop()
    return None if offsets or first is None else first // _MILLISECOND


def local_day(time_zone: str, at: int) -> Interval:
    """The local day in which an instant lies: its first instant, and the first of the next one."""
    return _of_local_day(time_zone, local_ordinal(time_zone, at))


@lru_cache(maxsize=8_192)
def _of_local_day(time_zone: str, ordinal: int) -> Interval:
    zone, day = zone_of(time_zone), date.fromordinal(ordinal)
    return instant(zone, day, 0, last=False), instant(zone, day, _DAY_MINUTES, last=False)


class _Calendar:
    """Opening hours in one time zone: a line of disjoint intervals, in order, of so many days.

    The line grows with what is asked for. For each interval it has the day on which it begins and
    the opening time from the line's start up to its end, so that a place is found by halving and
    what lies between two is a difference.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        hours: tuple[Hours, ...],
        code: str | None,
        closed: frozenset[date],
        hours_on: tuple[DayHours, ...],
    ) -> None:
        self._zone = zone
        self._hours_on: dict[date, list[Interval]] = {}
        for each in hours_on:
            of_day = self._hours_on.setdefault(each.date, [])
            of_day.append((minutes(each.from_), minutes(each.to)))
        self._hours = tuple(
            (frozenset(each.days), minutes(each.from_), minutes(each.to)) for each in hours
        )
        self._code = code
        self._closed = closed
        self._begin_at(0)

    def contains(self, at: int) -> bool:
        place = self._next(at)
        return place is None or self._begins[place] <= at

    def next_opening(self, at: int) -> int:
        place = self._next(at)
        return at if place is None else max(at, self._begins[place])

    def closing(self, at: int, before: int) -> int | None:
        place, closes = self._next(at), at
        while place is not None and closes < before:
            if self._begins[place] > closes:
                return closes
            closes = self._ends[place]
            place = self._after(place)
        return None

    def add(self, start: int, duration: int) -> int:
        place = self._next(start)
        if place is None:
            return start + duration
        if duration <= 0:
            return start
        wanted = self._opened_by(start, place) + duration
        while True:
            last = self._last_before_a_gap(place)
            if wanted <= self._opened[last]:
                found = bisect_left(self._opened, wanted, place, last + 1)
                return self._ends[found] - (self._opened[found] - wanted)
            far = self._days[last] - _day_of(start) > _FURTHEST_DAYS
            if far or self._after(last) is None:
                return self._ends[last] + wanted - self._opened[last]

    def between(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        place = self._next(start)
        if place is None:
            return end - start
        before = self._opened_by(start, place)
        self._lengthen_to(_day_of(end))
        last = bisect_right(self._ends, end)
        gap = self._last_before_a_gap(place)
        if last <= gap:
            return self._opened_by(end, last) - before
        after = self._after(gap)
        if after is None:
            return self._opened[gap] - before + end - self._ends[gap]
        return self._opened_by(end, after) - before

    def _opened_by(self, at: int, place: int) -> int:
        """The opening time up to an instant, where `place` is the first that ends after it."""
        return self._opened[place] - (self._ends[place] - max(at, self._begins[place]))

    def _next(self, at: int) -> int | None:
        """The first interval that ends after an instant; None: time counts on the calendar."""
        day = _day_of(at)
        if not self._from + _MARGIN_DAYS <= day < self._to - _MARGIN_DAYS:
            self._cover(day)
        place = bisect_right(self._ends, at)
        if place < len(self._days) and self._days[place] - day < SEARCHED_DAYS // 2:
            return place
        looked = local(self._zone, at).date().toordinal() - 2
        return (
            place if self._is_near(place, max(looked, *self._days[place - 1 : place], 0)) else None
        )

    def _after(self, place: int) -> int | None:
        """The interval after another; None where time counts on the calendar from its end on."""
        return place + 1 if self._is_near(place + 1, self._days[place]) else None

    def _is_near(self, place: int, day: int) -> bool:
        """Whether an interval is there, with at most `SEARCHED_DAYS` closed days since a day."""
        while place >= len(self._days):
            if self._to > day + SEARCHED_DAYS + 1:
                return False
            self._lengthen()
        return self._days[place] <= day + SEARCHED_DAYS + 1

    def _last_before_a_gap(self, place: int) -> int:
        """The last interval of the line from a place on before it is closed for too long."""
        gap = bisect_right(self._gaps, place)
        return self._gaps[gap] - 1 if gap < len(self._gaps) else len(self._days) - 1

    def _begin_at(self, day: int) -> None:
        """A line of no days yet; days are ordinals (`date.toordinal`)."""
        self._from = self._to = day
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._days: list[int] = []
        self._opened: list[int] = []
        self._gaps: list[int] = []

    def _cover(self, day: int) -> None:
        """Make the line cover a day with its neighbours; far from it, a new one begins."""
        until = self._to
        if not self._from - _FAR_DAYS < day < until + _FAR_DAYS:
            self._begin_at(day - _STRETCH_DAYS)
        elif day < self._from + _MARGIN_DAYS:
            self._begin_at(day - _STRETCH_DAYS)
            self._lengthen_to(until)
        self._lengthen_to(day)

    def _lengthen_to(self, day: int) -> None:
        while self._to <= day + _MARGIN_DAYS:
            self._lengthen()

    def _lengthen(self) -> None:
        for day in range(self._to, self._to + _STRETCH_DAYS):
            for begin, end in sorted(self._opens(date.fromordinal(day))):
                begins = max(begin, self._ends[-1]) if self._ends else begin
                if begins >= end:
                    continue
                if self._days and day - self._days[-1] > SEARCHED_DAYS + 1:
                    self._gaps.append(len(self._days))
                total = self._opened[-1] if self._opened else 0
                self._begins.append(begins)
                self._ends.append(end)
                self._days.append(day)
                self._opened.append(total + end - begins)
        self._to += _STRETCH_DAYS

    def _opens(self, day: date) -> Iterator[Interval]:
        for begin, end in self._hours_of(day):
            until = end if end > begin else end + _DAY_MINUTES
            yield (
                instant(self._zone, day, begin, last=False),
                instant(self._zone, day, until, last=True),
            )

    def _hours_of(self, day: date) -> Iterable[Interval]:
        """The hours of a day, in minutes after its midnight."""
        own = self._hours_on.get(day)
        if own is not None:
            return own
        if day in self._closed or _is_holiday(self._code, day):
            return ()
        weekday = day.isoweekday()
        return [(begin, end) for days, begin, end in self._hours if weekday in days]


def _day_of(at: int) -> int:
    """The day of UTC in which an instant lies, as an ordinal; the local one is at most one off."""
    return _EPOCH_DAY + at // DAY_MS


def _of_site(site: Site) -> _Calendar:
    known = _OF_SITES.get(id(site))
    if known is None or known[0] is not site:
        calendar = _calendar(
            site.time_zone,
            tuple(site.hours),
            site.holidays,
            tuple(site.closed_on),
            tuple(site.hours_on or ()),
        )
        known = _remembered(_OF_SITES, site, calendar)
    return known[1]


def _of_manager(manager: Manager) -> _Calendar:
    known = _OF_MANAGERS.get(id(manager))
    if known is None or known[0] is not manager:
        calendar = _calendar(
            manager.time_zone, tuple(manager.shifts), None, (), tuple(manager.hours_on or ())
        )
        known = _remembered(_OF_MANAGERS, manager, calendar)
    return known[1]


# By identity, for a record of the directory is asked for again and again, and its hash is long.
_OF_SITES: dict[int, tuple[Site, _Calendar]] = {}
_OF_MANAGERS: dict[int, tuple[Manager, _Calendar]] = {}
_REMEMBERED: Final = 8192


def _remembered(
    known: dict[int, tuple[D, _Calendar]], record: D, calendar: _Calendar
) -> tuple[D, _Calendar]:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[id(record)] = (record, calendar)
    return record, calendar


@lru_cache(maxsize=8192)
def _calendar(
    time_zone: str,
    hours: tuple[Hours, ...],
    code: str | None,
    closed_on: tuple[date, ...],
    hours_on: tuple[DayHours, ...],
) -> _Calendar:
    if hours_on and not hours:  # open always, but on these days
        hours, code, closed_on = _ALWAYS, None, ()
    return _Calendar(zone_of(time_zone), hours, code, frozenset(closed_on), hours_on)


def _is_holiday(code: str | None, day: date) -> bool:
    return code is not None and day in _holidays(code, day.year)


@lru_cache(maxsize=4096)
def _holidays(code: str, year: int) -> frozenset[date]:
    """Public holidays of a country or subdivision (ISO 3166-2, US-CA); of an unknown place none."""
    country, _, subdivision = code.partition("-")
    for place in (subdivision or None, None):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=place, years=year))
        except NotImplementedError:
            continue
    return frozenset()
