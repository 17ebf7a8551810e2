"""Words of the world's lists: which currencies and time zones there are."""

from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.numbers import list_currencies


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has or had the currency."""
    return code in _currencies()


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
