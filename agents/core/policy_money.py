"""Amounts of the policy in the currency of a visit: what they stand for where that is no dollar."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from agents.core.policy_numbers import Part
from agents.core.policy_values import Phrase, decimal_number
from agents.core.standards import is_currency

BASE = "USD"
"""What an amount of the policy is in, where nothing else is said."""


def _currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError("must be a currency of ISO 4217, such as SEK")
    return code


def _of_the_base(units: dict[str, Decimal]) -> dict[str, Decimal]:
    if units.get(BASE, 1) != 1:
        raise ValueError(f"must have 1 for {BASE}: that is what amounts stand for")
    return units


Currency = Annotated[str, AfterValidator(_currency)]
Factor = Annotated[Decimal, BeforeValidator(decimal_number), Field(gt=0, le=10**9)]


class Money(Part):
    """What the policy's amounts stand for: `units` major units of a currency for one dollar each.

    It makes a limit one of the right size in the currency of a visit; it is no rate of exchange. A
    currency without an entry counts 1.
    """

    units: Annotated[
        dict[Currency, Factor],
        AfterValidator(_of_the_base),
        Phrase("How many major units of a currency stand for one US dollar"),
    ]

    def in_currency(self, amount: Decimal, own: str | None, currency: str | None) -> Decimal:
        """An amount in major units that is stated in `own` (None: dollars), in a currency."""
        if own == currency:
            return amount
        factor, of_own = self._unit(currency), self._unit(own)
        return amount if factor == of_own else _plain(amount * factor / of_own)

    def has_unit(self, currency: str | None) -> bool:
        """Whether it is said what stands for a dollar; of no currency nothing need be."""
        return currency in (None, BASE) or currency in self.units

    def _unit(self, currency: str | None) -> Decimal:
        return self.units.get(currency or BASE, Decimal(1))


def _plain(amount: Decimal) -> Decimal:
    """Without decimals that say nothing, as a person writes it."""
    return Decimal(int(amount)) if amount == int(amount) else amount.normalize()


Amounts = Mapping[str, str | None]
"""Fields that hold an amount in major units, each with the currency that it is stated in."""


def of_dollars(part: type[Part]) -> Amounts:
    """The amounts of a part of the policy, all of them in dollars."""
    return {name: None for name in part.model_fields if name.endswith("_major")}
