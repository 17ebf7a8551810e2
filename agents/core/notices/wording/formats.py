"""Amounts, times and names of languages as people read them where they are."""

import re
from copy import copy
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Final

from babel.core import Locale, UnknownLocaleError, get_global
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_day_names,
    get_timezone_gmt,
    get_timezone_name,
)
from babel.languages import get_official_languages
from babel.numbers import NumberPattern, format_currency

from agents.core.money import exponent
from agents.core.standards import is_currency, zone_of

_HOUR: Final = re.compile(r"\d+")
_NOON: Final = 12
_LONG: Final = 20  # digits; an amount has fewer, and a Decimal takes more


def exact(minor: str) -> Fraction:
    """An amount as a reason holds it (`10900` or `1045/3`); nothing where it holds no amount."""
    try:
        return Fraction(minor)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


@lru_cache(maxsize=8_192)
def money(minor: str, currency: str | None, locale: str) -> str:
    """An amount (minor units, `10900` or `1045/3`), rounded to what can be paid: `$1,094.60`.

    Rounded once, to the digits of ISO 4217: CLDR shows fewer of many currencies (RSD, IQD), and
    what was rounded apart does not add up.
    """
    digits = exponent(currency)
    if minor.isdecimal() and len(minor) < _LONG:
        figure = Decimal(minor).scaleb(-digits)
    else:
        amount = round(exact(minor) / 10**digits, digits)
        figure = Decimal(amount.numerator) / Decimal(amount.denominator)
    known = currency if currency and is_currency(currency) else "XXX"
    try:
        return format_currency(
            figure, known, _pattern(locale, digits), _locale(locale), currency_digits=False
        )
    except InvalidOperation:  # it has more digits than any amount: shown as it is
        return f"{known} {figure:f}"


@lru_cache(maxsize=256)
def _pattern(locale: str, digits: int) -> NumberPattern:
    """How amounts are written there, with so many digits after the point."""
    found: NumberPattern = copy(_locale(locale).currency_formats["standard"])
    found.frac_prec = (digits, digits)
    return found


def day_and_clock(
    at: int, time_zone: str, locale: str, *, with_year: bool = False
) -> dict[str, str | int]:
    """A moment (ms) by the wall clock of a time zone, for a language to choose from.

    `day` is `Mon, Mar 2`, `clock` is `9:20 AM`; `weekday` and `date` are whole (`lunes`, `2 de
    marzo`), `short_date` is `2 mar`. `hour` is that of `clock`, `minute` has two digits, `half` is
    `am` or `pm` where the clock has twelve hours, else `none`; `full_hour` is yes or no.
    """
    year = "y" if with_year else ""
    local = in_zone(at, time_zone)
    return _day(local.date(), locale, year) | _clock(
        local.time().replace(second=0, microsecond=0), locale
    )


@lru_cache(maxsize=8_192)
def _day(local: date, locale: str, year: str) -> dict[str, str | int]:
    return {
        "day": format_skeleton(f"{year}MMMEd", local, locale=locale, fuzzy=True),
        "weekday": format_date(local, "EEEE", locale=locale),
        "date": format_date(local, "long", locale=locale)
        if year
        else format_skeleton("MMMMd", local, locale=locale, fuzzy=True),
        "short_date": format_skeleton(f"{year}MMMd", local, locale=locale, fuzzy=True),
    }


@lru_cache(maxsize=8_192)
def _clock(local: time, locale: str) -> dict[str, str | int]:
    clock = format_time(local, "short", locale=locale)
    hour = _HOUR.search(clock)
    twelve_hours = "a" in _locale(locale).time_formats["short"].pattern
    return {
        "clock": clock,
        "hour": int(hour[0]) if hour else 0,
        "minute": f"{local.minute:02}",
        "full_hour": "no" if local.minute else "yes",
        "half": ("pm" if local.hour >= _NOON else "am") if twelve_hours else "none",
    }


def zone_name(at: int, time_zone: str, locale: str) -> str:
    """The short name of the time zone at a moment (ms): `EST`, `MEZ`."""
    local = in_zone(at, time_zone)
    name = get_timezone_name(local, "short", locale=locale)
    if name.isalpha():
        return name
    own = f"{local:%Z}"  # CLDR has no short name in this language
    return own if own.isalpha() else get_timezone_gmt(local, locale=locale)


def zone_in_words(time_zone: str, locale: str) -> str:
    """A time zone as people call it, whatever the season: `Central European Time`."""
    return get_timezone_name(zone_of(time_zone), "long", locale=locale)


@lru_cache(maxsize=8_192)
def weekdays(days: tuple[int, ...], locale: str) -> str:
    """Days of the week (1 is Monday), several that follow each other as one: `Mon-Wed, Fri`."""
    names = get_day_names("abbreviated", "stand-alone", locale)
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    shown = (dict.fromkeys([run[0], run[-1]]) for run in runs)
    return ", ".join("\u2013".join(str(names[day - 1]) for day in run) for run in shown)


def clock_time(given: str, locale: str) -> dict[str, str | int]:
    """A time of the day (`07:30`; `24:00` is its end) as `day_and_clock` has that of a moment."""
    return _clock(time(int(given[:2]) % 24, int(given[3:])), locale)


def language_name(tag: str, locale: str) -> str:
    """What a language (BCP 47) is called in another: `French`; its tag where nobody knows it."""
    named = _locale(locale).languages.get(tag.replace("_", "-").partition("-")[0].lower())
    return tag if named is None else str(named)


@lru_cache(maxsize=256)
def locale_of(tag: str) -> str | None:
    """The locale (CLDR) of a language (BCP 47): `de_AT` of `de-AT`; None where there is none."""
    try:
        return str(Locale.parse(tag, sep="-"))
    except (ValueError, UnknownLocaleError):
        return None


def country_of(time_zone: str) -> str:
    """The country that a time zone is of (CLDR); empty where it is of none, as UTC."""
    return str(get_global("zone_territories").get(time_zone, ""))


def region_of(locale: str) -> str | None:
    """The region that a locale (CLDR) names: `US` of `en_US`."""
    return _locale(locale).territory


@lru_cache(maxsize=256)
def is_of_its_own(language: str, country: str) -> bool:
    """Whether a language is one of a country, and this not the one that CLDR means without any."""
    usual = str(get_global("likely_subtags").get(language, ""))
    spoken = get_official_languages(country, regional=True, de_facto=True) if country else ()
    return language in spoken and not usual.endswith(f"_{country}")


def in_zone(at: int, time_zone: str) -> datetime:
    """A moment (ms) by the wall clock of a time zone; by UTC where the zone does not exist."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    try:
        return moment.astimezone(zone_of(time_zone))
    except OverflowError:  # the last day of the year 9999, say
        return moment


@lru_cache(maxsize=256)
def _locale(name: str) -> Locale:
    return Locale.parse(name)
