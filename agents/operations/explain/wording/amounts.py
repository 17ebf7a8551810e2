"""Money as people read it, from the exact minor units that reasons hold (`10900` or `1045/3`)."""

from decimal import Decimal
from fractions import Fraction

from agents.core.money import exponent

_MORE_DIGITS = 4  # of an amount that is no whole number of minor units


def in_figures(minor: str, currency: str | None) -> str:
    """An amount for an operator, every digit of it: `1,094.60 USD`; `about` where it never ends."""
    amount, digits = _major(minor, currency), exponent(currency)
    shown = round(amount, digits)
    if shown != amount:
        shown = round(amount, digits + _MORE_DIGITS)
        digits = _digits(shown, digits)
    about = "" if shown == amount else "about "
    figure = Decimal(int(shown * 10**digits)).scaleb(-digits)  # a float has too few digits
    return f"{about}{figure:,.{digits}f} {currency or 'in the currency of the site'}"


def _major(minor: str, currency: str | None) -> Fraction:
    return Fraction(minor) / Fraction(10 ** exponent(currency))


def _digits(amount: Fraction, at_least: int) -> int:
    """How many digits after the point an amount needs."""
    digits = at_least
    while (amount * 10**digits).denominator != 1:
        digits += 1
    return digits
