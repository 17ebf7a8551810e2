"""When a site is open, as far as the demo's people need it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.records import Site

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def milliseconds(moment: datetime) -> int:
    """Epoch milliseconds of a moment that has a zone."""
    return int(moment.timestamp()) * 1000


def local_date(site: Site, at: int) -> date:
    """The site's date at `at` (epoch milliseconds)."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(site.time_zone)).date()


def _moment(site: Site, day: date, clock: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    return milliseconds(
        datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(site.time_zone)).replace(
            hour=hour % 24, minute=minute
        )
        + timedelta(days=hour // 24)
    )


def opening(site: Site, day: date) -> tuple[int, int] | None:
    """From when until when a site is open on a day of its own (ms), pauses at noon passed over."""
    if day in site.closed_on:
        return None
    shifts = [hours for hours in site.hours if day.isoweekday() in hours.days]
    if not shifts:
        return None
    return (
        min(_moment(site, day, shift.from_) for shift in shifts),
        max(_moment(site, day, shift.to) for shift in shifts),
    )


def within_hours(site: Site, at: int, *, late_by: int = 10 * MINUTE) -> int:
    """`at`, or `late_by` after the next opening when the site is closed then (ms)."""
    day = local_date(site, at)
    for ahead in range(14):
        hours = opening(site, day + timedelta(days=ahead))
        if hours is None or at >= hours[1]:
            continue
        return at if at >= hours[0] else hours[0] + late_by
    return at
