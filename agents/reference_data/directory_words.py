"""What differs between two directories, in words: a sentence for each difference, none left out."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from agents.core.customers.cards import shifts_in_words
from agents.core.standards import zone_of
from agents.core.tiers import TIERS
from agents.core.world import Directory
from agents.reference_data.policy_words import value_in_words
from schemas.records import Absence, DayHours, Hours, Manager, Site, Tier

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def changes(before: Directory, after: Directory) -> tuple[str, ...]:
    """A sentence for each difference; then what they mean for who answers for a site."""
    return (
        *_entries(before.sites, after.sites, _site, _new_site, _same_site),
        *_entries(before.managers, after.managers, _manager, _new_manager, _same_manager),
        *_nobody_left(before, after),
    )


def absence_in_words(absence: Absence, time_zone: str) -> str:
    """As in "from Mon 2026-12-21 09:00 until Mon 2027-01-04 09:00 (Europe/Berlin)"."""
    begin, end = (_local(at, time_zone) for at in (absence.from_, absence.until))
    deputy = "" if absence.deputy_id is None else f", {absence.deputy_id} standing in"
    return f"from {begin} until {end} ({time_zone}){deputy}"


def hours_in_words(hours: Iterable[Hours]) -> str:
    """Opening hours or shifts; none are the whole day."""
    return shifts_in_words(hours) or "at any time"


def days_in_words(hours_on: Iterable[DayHours] | None) -> str:
    """Hours of single days, as in "2026-12-24 08:00-12:00"; none are no text."""
    return _listed(_day(each) for each in hours_on or ())


def _day(hours: DayHours) -> str:
    return f"{hours.date} {hours.from_}-{hours.to}"


def _local(at: int, time_zone: str) -> str:
    moment = _EPOCH + timedelta(milliseconds=at)
    # "For ever" is the last or first day of the calendar: there may be no such local time.
    with suppress(OverflowError):
        moment = moment.astimezone(zone_of(time_zone))
    return moment.strftime("%a %Y-%m-%d %H:%M")


def _entries(
    before: Any,  # noqa: ANN401 - sites or managers, by id
    after: Any,  # noqa: ANN401
    named: Callable[[Any], str],
    new: Callable[[Any], str],
    same: Callable[[Any, Any], Iterable[str]],
) -> Iterable[str]:
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            yield f"{named(before[key])} is taken away."
        elif key not in before:
            yield f"{named(after[key])} is new: {new(after[key])}."
        elif before[key] != after[key]:
            yield from (f"{named(after[key])}{said}." for said in same(before[key], after[key]))


def _site(site: Site) -> str:
    return f"Site {site.site_id}"


def _new_site(site: Site) -> str:
    holidays = f", holidays of {site.holidays}" if site.holidays else ""
    closed = f", closed on {_listed(site.closed_on)}" if site.closed_on else ""
    return (
        f"{site.name}, region {site.region_id}, {site.subdivision}, {site.currency}, open "
        f"{hours_in_words(site.hours)} ({site.time_zone}){holidays}{closed}{_and_on(site)}"
    )


def _and_on(record: Site | Manager) -> str:
    days = days_in_words(record.hours_on)
    return f", instead on {days}" if days else ""


def _same_days(old: Any, new: Any, verb: str) -> Iterable[str]:  # noqa: ANN401 - hours_on or None
    come = [each for each in _many(new) if each not in _many(old)]
    gone = [each for each in _many(old) if each not in _many(new)]
    yield from (f" {verb} on {_day(each)} instead of that day's hours" for each in come)
    yield from (f" no longer has own hours on {_day(each)}" for each in gone)
    yield from _order("hours_on", _many(old), _many(new))


def _same_site(before: Site, after: Site) -> Iterable[str]:
    for name in _differing(before, after):
        old, new = getattr(before, name), getattr(after, name)
        match name:
            case "hours":
                yield f" is open {hours_in_words(new)}, not {hours_in_words(old)} any more"
            case "closed_on":
                yield from (f" is also closed on {day}" for day in new if day not in old)
                yield from (f" is no longer closed on {day}" for day in old if day not in new)
                yield from _order(name, old, new)
            case "hours_on":
                yield from _same_days(old, new, "is open")
            case "region_id":
                yield f" goes from region {old} to {new}; visits that are open stay in {old}"
            case _:
                yield _changed(name, old, new)


def _manager(manager: Manager) -> str:
    return f"{manager.name} ({manager.manager_id})"


def _new_manager(manager: Manager) -> str:
    away = "".join(
        f", absent {absence_in_words(each, manager.time_zone)}" for each in manager.absences
    )
    limits = "".join(
        f", {words} {value}"
        for words, value in (
            ("open cases at most", manager.max_open),
            ("new ones a day at most", manager.max_new_a_day),
        )
        if value is not None
    )
    return (
        f"{manager.tier} for {answers_for(manager)}, speaks {_listed(manager.languages)}, reached "
        f"by {contacts(manager)}, works {hours_in_words(manager.shifts)} ({manager.time_zone})"
        f"{_and_on(manager)}{away}{limits}"
    )


def answers_for(manager: Manager) -> str:
    """The sites or regions of a manager."""
    return _listed((*manager.site_ids, *manager.region_ids)) or "nothing"


def contacts(manager: Manager) -> str:
    """How a manager can be reached."""
    return _listed(filter(None, (manager.phone, manager.email, manager.app_handle))) or "nothing"


def _same_manager(before: Manager, after: Manager) -> Iterable[str]:
    for name in _differing(before, after):
        old, new = getattr(before, name), getattr(after, name)
        come, gone = (
            [each for each in _many(new) if each not in _many(old)],
            [each for each in _many(old) if each not in _many(new)],
        )
        match name:
            case "shifts":
                yield f" works {hours_in_words(new)}, not {hours_in_words(old)} any more"
            case "hours_on":
                yield from _same_days(old, new, "works")
            case "absences":
                yield from (f" is absent {absence_in_words(e, after.time_zone)}" for e in come)
                yield from (
                    f" is no longer absent {absence_in_words(e, before.time_zone)}" for e in gone
                )
                yield from _order(name, old, new)
            case "site_ids" | "region_ids":
                what = "site" if name == "site_ids" else "region"
                yield from (f" answers for {what} {each} too" for each in come)
                yield from (f" no longer answers for {what} {each}" for each in gone)
                yield from _order(name, old, new)
            case "languages":
                yield from (f" speaks {each} too" for each in come)
                yield from (f" no longer speaks {each}" for each in gone)
                yield from _order(name, old, new)
            case "max_open" | "max_new_a_day":
                what = "open cases" if name == "max_open" else "new cases a day"
                yield (f" may have {_limit(new)} {what}, not {_limit(old)} any more")
            case _:
                yield _changed(name, old, new)


def _many(value: object) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _limit(value: int | None) -> str:
    return "as many as the policy says" if value is None else str(value)


def _order(name: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterable[str]:
    """Where the same are there in another order, or another number of times."""
    if all(each in new for each in old) and all(each in old for each in new):
        yield f": {name} has the same entries, written differently"


def _changed(name: str, old: object, new: object) -> str:
    return f": {name} goes from {value_in_words(old)} to {value_in_words(new)}"


def _differing(before: msgspec.Struct, after: msgspec.Struct) -> Iterable[str]:
    return (
        name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name)
    )


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(str, values))


def _nobody_left(before: Directory, after: Directory) -> Iterable[str]:
    """Sites for which a tier had somebody and has nobody any more."""
    for key, site in sorted(after.sites.items()):
        known = before.sites.get(key)
        for tier in TIERS:
            had = known and before.managers_of(tier, key, known.region_id)
            if had and not after.managers_of(tier, key, site.region_id):
                where = "at site" if tier is Tier.LOCAL else f"of region {site.region_id} at site"
                yield f"Then nobody is {tier} {where} {key}: its cases go to another tier."
