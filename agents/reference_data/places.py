"""Countries and their parts, as far as they are known (ISO 3166)."""

import re
from functools import cache

import holidays
from babel import Locale

_COUNTRY = re.compile(r"[A-Z]{2}")
_SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_NO_COUNTRY = "ZZ"
_KNOWN_WHOLE = ("US", "CA", "DE")
"""Where all subdivisions are known; elsewhere any code of the right form is taken."""


def is_country(code: str) -> bool:
    """Whether there is such a country."""
    return _COUNTRY.fullmatch(code) is not None and code in _countries()


def is_subdivision(code: str) -> bool:
    """Whether there is such a part of a country, or may be."""
    country, _, part = code.partition("-")
    if _SUBDIVISION.fullmatch(code) is None or not is_country(country):
        return False
    return country not in _KNOWN_WHOLE or part in getattr(holidays, country).subdivisions


@cache
def _countries() -> frozenset[str]:
    return frozenset(Locale("en").territories) - {_NO_COUNTRY}
