"""A contact card in the customer's language: hours, and the whole as a text."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from agents.core.notices.wording import formats
from agents.core.notices.wording.plain import NAME_AT_MOST, clipped, plain
from agents.core.notices.wording.texts import language_for, say, spoken_in
from schemas.records import Hours, ManagerContact, Site

_HOURS_AT_MOST: Final = 2_000
_TEXT_AT_MOST: Final = 8_000


def hours_text(shifts: Iterable[Hours], time_zone: str, site: Site, language: str) -> str:
    """When somebody can be reached: `Mon-Fri 7:30 AM-4:30 PM`, with dashes.

    The time zone is said where it is not the site's. Shifts without end are cut.
    """
    spoken, locale = _read_in(language, site.country)
    told = [_shift(each, spoken, locale) for each in shifts]
    if not told:
        return say(spoken, "contacts-always", {})
    if time_zone != site.time_zone:
        told.append(formats.zone_in_words(time_zone, locale))
    return clipped(", ".join(told), _HOURS_AT_MOST)


def _shift(shift: Hours, spoken: str, locale: str) -> str:
    begin, end = (
        say(spoken, "clock-time", formats.clock_time(each, locale))
        for each in (shift.from_, shift.to)
    )
    days = formats.weekdays(shift.days, locale)
    return say(spoken, "contacts-hours", {"weekdays": days, "begin": begin, "end": end})


def manager_text(contact: ManagerContact, hours: str, site: Site, language: str) -> str:
    """The line of a manager."""
    reach = [each for each in (contact.phone, contact.email) if each] or [contact.app_handle or ""]
    values = {
        "manager": plain(contact.name, NAME_AT_MOST),
        "reach": ", ".join(reach),
        "hours": hours,
    }
    return say(_read_in(language, site.country)[0], "contacts-manager", values)


def card_text(lines: Iterable[str], phone: str | None, site: Site, language: str) -> str:
    """The whole card; `phone`: the site's own, where it names no manager."""
    spoken, _ = _read_in(language, site.country)
    name = plain(site.name, NAME_AT_MOST)
    if phone is not None:
        return say(spoken, "contacts-site", {"site": name, "phone": phone})
    return clipped(
        "\n".join([say(spoken, "contacts-managers", {"site": name}), *lines]), _TEXT_AT_MOST
    )


@lru_cache(maxsize=1_024)
def _read_in(language: str, country: str) -> tuple[str, str]:
    """The texts that a language is read in in a country, and its locale (CLDR)."""
    return spoken_in(language_for((language,), country))
