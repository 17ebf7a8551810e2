"""Money in minor units, exactly."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = (
    dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    )
    | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
    | {"CLF": 4, "UYW": 4}
)


def exponent(currency: str | None) -> int:
    """How many decimal digits the currency's minor unit has (ISO 4217)."""
    return _EXPONENTS.get(currency or "", 2)


@lru_cache(maxsize=1_024)  # the policy has few amounts, and rules ask for them at every event
def minor_units(major: Decimal, currency: str | None) -> Fraction:
    """An amount in major units as minor units of the currency, exactly."""
    return Fraction(major) * Fraction(10) ** exponent(currency)


@lru_cache(maxsize=4_096)  # several rules ask it of one base, and again at the next event
def percentage(percent: Decimal, of_minor: int | Fraction) -> Fraction:
    """`percent` % of an amount, exactly."""
    return Fraction(percent) / 100 * of_minor
