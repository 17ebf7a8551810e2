from fractions import Fraction

import pytest

from agents.core.notices.formats import exact, money


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
