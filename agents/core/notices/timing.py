"""From when a notice may be sent: after quiet hours, in the site's hours."""

from msgspec import Struct

from agents.core.calendar import MINUTE_MS, next_in_hours
from agents.core.world import World
from schemas.records import Hours, Severity

_EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


class QuietHours(Struct, frozen=True, kw_only=True):
    """When a customer is not to be disturbed, by their clock (`HH:MM`).

    Hours that lack an end, or end when they begin, are none.
    """

    begin: str | None
    end: str | None
    time_zone: str


def quiet_hours(
    said_from: str | None, said_until: str | None, time_zone: str, country: str, world: World
) -> QuietHours:
    """Those that the check-in says; else what the policy says of the site's country."""
    begin, end = said_from, said_until
    if begin is None or end is None:
        default = world.policy.notices.of(country)
        begin, end = default.quiet_from, default.quiet_until
    return QuietHours(begin=begin, end=end, time_zone=time_zone)


def after_quiet_hours(at: int, quiet: QuietHours, severity: Severity) -> int:
    """When a customer may be disturbed, at or after `at` (ms): once their quiet hours end.

    Safety waits for nobody.
    """
    if severity is Severity.SAFETY or quiet.begin is None or quiet.end is None:
        return at
    if quiet.begin == quiet.end:
        return at
    awake = Hours(days=_EVERY_DAY, from_=quiet.end, to=quiet.begin)
    return next_in_hours(quiet.time_zone, (awake,), at)


def is_answer(acted_at: int | None, at: int, world: World) -> bool:
    """Whether what is said at a moment (ms) comes soon enough after what the customer did.

    `acted_at`: when that was; None: they did nothing. Quiet hours hold no such answer.
    """
    minutes = world.policy.notices.answered_within_minutes
    return acted_at is not None and at - acted_at <= minutes * MINUTE_MS


def told_from(
    acted_at: int | None, at: int, quiet: QuietHours, severity: Severity, world: World
) -> int:
    """From when a customer may be told what is said at a moment (ms): quiet hours hold no answer.

    `acted_at`: when they did what it may be an answer to (ms); None: they did nothing.
    """
    return at if is_answer(acted_at, at, world) else after_quiet_hours(at, quiet, severity)
