"""When a manager goes and comes back, by their shifts and absences (calendar time, ms)."""

from zlib import crc32

from msgspec import msgpack

from agents.core.calendar import next_on_shift, on_shift, shift_ends
from agents.core.world import Directory
from schemas.records import Manager, Why

NOBODY = 0  # the presence of a case without a manager, or with one who left the directory


def presence_of(manager_id: str | None, directory: Directory) -> int:
    """A number that is another for another manager, and when their shifts or absences change."""
    manager = directory.managers.get(manager_id or "")
    if manager is None:
        return NOBODY
    days: tuple[object, ...]
    days = (manager.manager_id, manager.time_zone, manager.shifts, manager.absences)
    if manager.hours_on:
        days = (*days, manager.hours_on)
    return crc32(msgpack.encode(days)) or 1


def away(manager: Manager, at: int) -> Why | None:
    """Why the manager is not there at an instant, or None."""
    if any(each.from_ <= at < each.until for each in manager.absences):
        return Why.ABSENT
    return None if on_shift(manager, at) else Why.OFF_SHIFT


def arrives(manager: Manager, as_of: int, until: int) -> int | None:
    """When the manager can be reached for what counts as of a moment; None: not by `until`."""
    return returns(manager, as_of, max(as_of, until) + 1)


def returns(manager: Manager, at: int, before: int) -> int | None:
    """The first instant from `at` on at which the manager is there; None: not before `before`."""
    while at < before:
        there = next_on_shift(manager, at)
        absent = [each.until for each in manager.absences if each.from_ <= there < each.until]
        if not absent:
            return there if there < before else None
        at = max(absent)
    return None


def misses_next_shift(manager: Manager, at: int) -> bool:
    """Whether an absence holds when the manager's next shift begins, or goes on."""
    there = next_on_shift(manager, at)
    return any(each.from_ <= there < each.until for each in manager.absences)


def goes(manager: Manager, at: int, before: int) -> int | None:
    """The first instant from `at` on at which the manager is away; None: not before `before`."""
    if away(manager, at) is not None:
        return at if at < before else None
    absences = [each.from_ for each in manager.absences if at < each.from_ < each.until]
    ends = shift_ends(manager, at, before)
    gone = min([*absences, *([] if ends is None else [ends])], default=before)
    return gone if gone < before else None
