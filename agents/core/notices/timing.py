"""From when a notice may be sent: after quiet hours, in the site's hours."""

from agents.core.calendar import next_in_hours
from schemas.records import Hours, Severity

_EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def after_quiet_hours(
    at: int, quiet_from: str | None, quiet_until: str | None, time_zone: str, severity: Severity
) -> int:
    """When a customer may be disturbed, at or after `at` (ms): once their quiet hours end.

    Safety waits for nobody. Quiet hours that lack an end, or end when they begin, are none.
    """
    if severity is Severity.SAFETY or quiet_from is None or quiet_until is None:
        return at
    if quiet_from == quiet_until:
        return at
    awake = Hours(days=_EVERY_DAY, from_=quiet_until, to=quiet_from)
    return next_in_hours(time_zone, (awake,), at)
