"""The clocks of a case: when it must be acknowledged and decided (domain.md, "Tiers, clocks").

Deadlines are computed and written here; nothing acts on them yet.
"""

from agents.core.calendar import MINUTE_MS, add_business_time, is_open, next_opening
from agents.core.desk.state import Clocks
from agents.core.policy import Clock
from agents.core.world import World
from schemas.records import Severity

_ORDER = {Severity.NORMAL: 0, Severity.HIGH: 1, Severity.SAFETY: 2}


def is_graver(severity: Severity, than: Severity) -> bool:
    """Whether one severity is above another."""
    return _ORDER.get(severity, 0) > _ORDER.get(than, 0)


def opened(world: World, site_id: str, severity: Severity) -> Clocks:
    """The clocks of a case that opens, or opens again, now: all run from now."""
    clock = world.policy.clocks.of(severity)
    return Clocks(
        tiers_from=world.now,
        acknowledge_from=world.now,
        acknowledge_by=after_minutes(world, site_id, severity, clock.acknowledge_minutes),
        decide_from=world.now,
        decide_by=after_minutes(world, site_id, severity, clock.decide_minutes),
        decide_minutes=clock.decide_minutes,
    )


def risen(world: World, site_id: str, severity: Severity, before: Clocks) -> Clocks:
    """The clocks after a rise of severity: set anew from now, but no deadline later than it was.

    One that would be later stays whole, with its start.
    """
    anew = opened(world, site_id, severity)
    acknowledge = min(before, anew, key=lambda each: each.acknowledge_by)
    decide = min(before, anew, key=lambda each: each.decide_by)
    return Clocks(
        tiers_from=anew.tiers_from,
        acknowledge_from=acknowledge.acknowledge_from,
        acknowledge_by=acknowledge.acknowledge_by,
        decide_from=decide.decide_from,
        decide_by=decide.decide_by,
        decide_minutes=decide.decide_minutes,
    )


def handed_over(world: World, site_id: str, severity: Severity, before: Clocks) -> Clocks:
    """The clocks when somebody new has the case: their own time to acknowledge, from now."""
    minutes = world.policy.clocks.of(severity).acknowledge_minutes
    return Clocks(
        tiers_from=before.tiers_from,
        acknowledge_from=world.now,
        acknowledge_by=after_minutes(world, site_id, severity, minutes),
        decide_from=before.decide_from,
        decide_by=before.decide_by,
        decide_minutes=before.decide_minutes,
    )


def after_minutes(world: World, site_id: str, severity: Severity, minutes: int) -> int:
    """When so many minutes from now have passed on the clock of a severity (ms)."""
    if _on_calendar(world, site_id, severity):
        return world.now + minutes * MINUTE_MS
    return add_business_time(world.directory.site(site_id), world.now, minutes * MINUTE_MS)


def chosen_as_of(world: World, site_id: str, severity: Severity) -> int:
    """As of when a manager must be reachable (ms): now; for site hours, the next opening."""
    site = world.directory.site(site_id)
    if _on_calendar(world, site_id, severity) or is_open(site, world.now):
        return world.now
    return next_opening(site, world.now)


def _on_calendar(world: World, site_id: str, severity: Severity) -> bool:
    """A site that the directory does not know has the calendar's clock."""
    clock = world.policy.clocks.of(severity).clock
    return clock is Clock.CALENDAR or not world.directory.knows(site_id)
