"""Business time: when a site is open, when a manager is on shift, and how hours are counted.

Hours and shifts are read by the wall clock of their time zone. `from` belongs to them, `to` does
not; 24:00 is midnight at the day's end; a `to` that is not after its `from` is over midnight and
belongs to the day it starts on, also where that day's neighbour is a holiday. Where the wall clock
jumps over `from` or `to`, the jump is that moment; where it shows it twice, `from` is the first and
`to` the second. Several of a day are a split shift; where they overlap, time counts once.

Who has no hours, or none within `SEARCHED_DAYS`, is open always: time then counts on the calendar,
so that a gap in the directory never stops a clock.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from schemas.records import Hours, Manager, Site

MINUTE_MS: Final = 60_000
DAY_MS: Final = 24 * 60 * MINUTE_MS
SEARCHED_DAYS: Final = 366  # a leap year: further than any closure a site would have announced
_DAY_MINUTES: Final = 24 * 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = _EPOCH.toordinal()
_MILLISECOND: Final = timedelta(milliseconds=1)

Interval = tuple[int, int]


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


def on_shift(manager: Manager, at: int) -> bool:
    """Whether the manager works at an instant, by their own time zone; without shifts: always."""
    return _calendar(manager.time_zone, tuple(manager.shifts), None, ()).contains(at)


def next_in_hours(time_zone: str, hours: tuple[Hours, ...], at: int) -> int:
    """The first instant at or after `at` that lies in the hours of a time zone (ms)."""
    return _calendar(time_zone, hours, None, ()).next_opening(at)


def next_on_shift(manager: Manager, at: int) -> int:
    """The first instant at or after `at` at which the manager works (epoch milliseconds)."""
    return _calendar(manager.time_zone, tuple(manager.shifts), None, ()).next_opening(at)


def shift_ends(manager: Manager, at: int, before: int) -> int | None:
    """When the shift that holds `at` ends (epoch milliseconds); None: not before `before`."""
    return _calendar(manager.time_zone, tuple(manager.shifts), None, ()).closing(at, before)


def local_date(time_zone: str, at: int) -> date:
    """The date that the wall clock of the time zone shows at an instant."""
    return date.fromordinal(local_ordinal(time_zone, at))


def local_ordinal(time_zone: str, at: int) -> int:
    """That date's number (`date.toordinal`)."""
    offset = _offset_of_day(time_zone, at // DAY_MS)
    if offset is None:
        return _local(_zone(time_zone), at).date().toordinal()
    return _EPOCH_DAY + (at + offset) // DAY_MS


@lru_cache(maxsize=65_536)
def _offset_of_day(time_zone: str, utc_day: int) -> int | None:
    """The zone's offset (ms) on a day of UTC; None where it changes within or around that day."""
    zone = _zone(time_zone)
    offsets = {_local(zone, (utc_day + days) * DAY_MS).utcoffset() for days in (-1, 0, 1, 2)}
    first = offsets.pop()
    return None if offsets or first is None else first // _MILLISECOND


def local_day(time_zone: str, at: int) -> Interval:
    """The local day in which an instant lies: its first instant, and the first of the next one."""
    zone = _zone(time_zone)
    day = _local(zone, at).date()
    return _instant(zone, day, 0, last=False), _instant(zone, day, _DAY_MINUTES, last=False)


class _Calendar:
    """Opening hours in one time zone; each day's intervals are computed once."""

    def __init__(
        self, zone: ZoneInfo, hours: tuple[Hours, ...], code: str | None, closed: frozenset[date]
    ) -> None:
        self._zone = zone
        self._hours = tuple(
            (frozenset(each.days), _minutes(each.from_), _minutes(each.to)) for each in hours
        )
        self._code = code
        self._closed = closed
        self._days: dict[date, tuple[Interval, ...]] = {}

    def contains(self, at: int) -> bool:
        return self.next_opening(at) == at

    def next_opening(self, at: int) -> int:
        for begin, end in self._intervals(at):
            if at < end:
                return max(at, begin)
        return at

    def closing(self, at: int, before: int) -> int | None:
        closes = at
        for begin, end in self._intervals(at):
            if closes >= before:
                return None
            if begin > closes:
                return closes
            closes = max(closes, end)
        return None

    def add(self, start: int, duration: int) -> int:
        left, reached = duration, start
        for begin, end in self._intervals(start):
            reached = max(reached, begin)
            if left <= end - reached:
                return reached + left if left > 0 else start
            if end > reached:
                left -= end - reached
                reached = end
        return reached + left

    def between(self, start: int, end: int) -> int:
        total, reached = 0, start
        for opens, closes in self._intervals(start):
            if opens >= end:
                return total
            total += max(0, min(closes, end) - max(opens, reached))
            reached = max(reached, closes)
        return total + max(0, end - reached)

    def _intervals(self, at: int) -> Iterator[Interval]:
        """Disjoint intervals in order, from the one that may hold `at`.

        It ends once no day opens within `SEARCHED_DAYS`.
        """
        day = _local(self._zone, at).date() - timedelta(days=1)
        closed_days, end_before = 0, None
        while closed_days <= SEARCHED_DAYS:
            for begin, end in self._day(day):
                begins = begin if end_before is None else max(begin, end_before)
                if begins < end:
                    yield begins, end
                    closed_days, end_before = -1, end
            closed_days += 1
            day += timedelta(days=1)

    def _day(self, day: date) -> tuple[Interval, ...]:
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = tuple(sorted(self._opens(day)))
        return found

    def _opens(self, day: date) -> Iterator[Interval]:
        if day in self._closed or _is_holiday(self._code, day):
            return
        for days, begin, end in self._hours:
            if day.isoweekday() in days:
                until = end if end > begin else end + _DAY_MINUTES
                yield (
                    _instant(self._zone, day, begin, last=False),
                    _instant(self._zone, day, until, last=True),
                )


def _of_site(site: Site) -> _Calendar:
    return _calendar(site.time_zone, tuple(site.hours), site.holidays, tuple(site.closed_on))


@lru_cache(maxsize=8192)
def _calendar(
    time_zone: str, hours: tuple[Hours, ...], code: str | None, closed_on: tuple[date, ...]
) -> _Calendar:
    return _Calendar(_zone(time_zone), hours, code, frozenset(closed_on))


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    """The time zone; UTC for a name that does not exist (the directory's check refuses those)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _local(zone: ZoneInfo, at: int) -> datetime:
    return (_EPOCH + at * _MILLISECOND).astimezone(zone)


def _instant(zone: ZoneInfo, day: date, minutes: int, *, last: bool) -> int:
    """When the wall clock shows `minutes` after midnight of `day` (epoch milliseconds).

    `last`: the second of two. A time that the wall clock jumps over is the moment of the jump.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 - a wall clock's time
    first, second = (_epoch_ms(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if first <= second:
        return second if last else first
    return _jump(zone, second, first)


def _jump(zone: ZoneInfo, before: int, after: int) -> int:
    """The instant between two at which the zone's offset changes (whole seconds, as in tzdata)."""
    offset = _local(zone, before).utcoffset()
    below, above = before // 1000, after // 1000
    while above - below > 1:
        middle = (below + above) // 2
        if _local(zone, middle * 1000).utcoffset() == offset:
            below = middle
        else:
            above = middle
    return above * 1000


def _epoch_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


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
