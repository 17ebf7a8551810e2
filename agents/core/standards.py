"""Words of the world's lists: which currencies and time zones there are."""

from datetime import date
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.numbers import get_territory_currencies, list_currencies

_AS_OF = date(
    2026, 11, 30
)  # countries change their currency; what was decided is decided anew alike


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has or had the currency."""
    return code in _currencies()


@lru_cache(maxsize=1024)
def currency_of_country(code: str) -> str | None:
    """The currency of a country (ISO 3166), the first that CLDR names; None: not known."""
    return next(iter(get_territory_currencies(code, _AS_OF)), None)


def is_time_zone(name: str) -> bool:
    """Whether the IANA list has the time zone."""
    return name in _zones()


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The time zone; UTC for a name that does not exist (the directory's check refuses those)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
