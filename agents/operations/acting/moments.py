"""A moment to come as people write it, on the clock of the site."""

import re
from datetime import UTC, date, datetime, timedelta

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.rfc3339 import milliseconds
from agents.core.standards import zone_of
from agents.core.wall_clock import instant, local, minutes

SUCH_AS = "30m, 2h or 3d from now, 15:30 or 2026-03-02 15:30 on the site's clock, or RFC 3339"
_FROM_NOW = re.compile(r"([0-9]{1,6})\s?(s|m|min|h|d)\Z")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]\Z")
_DAY_AND_CLOCK = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]((?:[01]?[0-9]|2[0-3]):[0-5][0-9])\Z")
_UNIT_MS = {"s": 1_000, "m": MINUTE_MS, "min": MINUTE_MS, "h": 60 * MINUTE_MS, "d": DAY_MS}


def moment_to_come(text: str, now: int, time_zone: str) -> int | None:
    """Epoch milliseconds of such a moment; None: it is none.

    A time of the clock alone is the next one, today or tomorrow. Of two with one time (the clock
    is put back) it is the first.
    """
    text = text.strip()
    from_now = _FROM_NOW.match(text)
    if from_now is not None:
        return now + int(from_now[1]) * _UNIT_MS[from_now[2]]
    if _CLOCK.match(text):
        today = local(zone_of(time_zone), now).date()
        at = _at(today, text, time_zone)
        return at if at > now else _at(today + timedelta(days=1), text, time_zone)
    both = _DAY_AND_CLOCK.match(text)
    if both is None:
        return milliseconds(text)
    try:
        day = datetime.strptime(both[1], "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return _at(day, both[2], time_zone)


def _at(day: date, clock: str, time_zone: str) -> int:
    return instant(zone_of(time_zone), day, minutes(clock), last=False)
