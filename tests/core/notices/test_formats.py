import re
from fractions import Fraction
from random import Random

import pytest
from babel.core import get_global

from agents.core.money import exponent
from agents.core.notices.wording.formats import exact, locale_of, money
from agents.core.notices.wording.texts import languages, render, values_of


@pytest.mark.parametrize(
    ("minor", "amount"),
    [
        ("10900", Fraction(10_900)),
        ("1045/3", Fraction(1045, 3)),
        ("", Fraction(0)),
        ("%000", Fraction(0)),
        ("1/0", Fraction(0)),
    ],
)
def test_an_amount_is_exact_and_what_is_none_is_nothing(minor: str, amount: Fraction) -> None:
    assert exact(minor) == amount


def test_a_notice_is_written_also_where_a_reason_holds_no_amount() -> None:
    assert money("%000", "USD", "en") == "$0.00"


def test_a_notice_is_written_also_where_an_amount_has_more_digits_than_any() -> None:
    assert money("1" + 28 * "0", "USD", "en") == "USD 1" + 26 * "0"


def in_use() -> list[str]:
    """The currencies that CLDR says are tender somewhere."""
    return sorted(
        {
            currency
            for lands in get_global("territory_currencies").values()
            for currency, _, until, is_tender in lands
            if until is None and is_tender
        }
    )


LOCALES = ("de", "en", "es", "fr", "de_AT", "de_CH", "en_GB", "es_419", "es_MX", "fr_CA")


def minor_of(shown: str, currency: str) -> int:
    """The minor units that a figure says; all digits that ISO 4217 has must be there."""
    figure = re.findall(r"\d[\d.,'’\s]*", shown)[0]  # noqa: RUF001 - as Swiss figures have it
    parts = re.split(r"\D", figure.strip())
    digits = exponent(currency)
    assert not digits or len(parts[-1]) == digits, (shown, currency)
    return int("".join(parts))


def test_every_currency_is_shown_with_the_digits_that_it_has_so_that_amounts_add_up() -> None:
    random = Random(4217)
    assert {"RSD", "ALL", "LBP", "MGA", "IQD", "AFN", "IRR", "LAK", "MMK", "SYP", "YER"} <= {
        *in_use()
    }
    for currency in in_use():
        for locale in LOCALES:
            base = random.randrange(10 ** random.randint(1, 9))
            more = random.randrange(1, 10 ** random.randint(1, 9))
            shown = [money(str(each), currency, locale) for each in (base, more, base + more)]
            assert [minor_of(each, currency) for each in shown] == [base, more, base + more], shown


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("base", ["201/2", "203/2", "1045/3", "100"])
def test_what_was_agreed_to_and_the_rise_are_the_price_also_where_a_base_is_a_fraction(
    language: str, base: str
) -> None:
    amount = 150
    excess = amount - Fraction(base)
    given = {"base_minor": base, "amount_minor": str(amount), "excess_minor": str(excess)}
    values = values_of(given | {"currency": "RSD"}, language)
    shown = [str(values[each]) for each in ("base", "amount", "excess")]
    agreed, now, more = (minor_of(each, "RSD") for each in shown)

    assert (now, agreed + (more if amount > Fraction(base) else -more)) == (amount, amount)


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("message", ["customer-opened", "manager-opened"])
@pytest.mark.parametrize("currency", ["RSD", "IQD", "JPY", "EUR"])
def test_what_a_notice_says_adds_up(message: str, language: str, currency: str) -> None:
    given = {
        "rule": "ESTIMATE_OVER_AUTHORISED", "kind": "ESTIMATE", "authorised": "yes", "tax": "with",
        "base_minor": "10050", "amount_minor": "11160", "excess_minor": "1110",
        "currency": currency,
    }  # fmt: skip
    agreed, now, more = (
        money(each, currency, locale_of(language) or "") for each in ("10050", "11160", "1110")
    )
    made = render(message, given, language)

    assert all(each in made.text for each in (agreed, now, more)), made.text
    assert minor_of(agreed, currency) + minor_of(more, currency) == minor_of(now, currency)
