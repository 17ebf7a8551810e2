"""What the demo says of a reason: amounts with the digits that their currency has."""

import pytest

from agents.simulation.demo.words import sentence
from schemas.records import Reason


@pytest.mark.parametrize(
    ("currency", "said"),
    [
        ("EUR", "111.60 EUR is 11.10 above 100.50, limit 50.00 (policy)"),
        ("JPY", "11160 JPY is 1110 above 10050, limit 5000 (policy)"),
        ("KWD", "11.160 KWD is 1.110 above 10.050, limit 5.000 (policy)"),
    ],
)
def test_amounts_have_the_digits_of_their_currency(currency: str, said: str) -> None:
    facts = {
        "amount_minor": "11160",
        "excess_minor": "1110",
        "base_minor": "10050",
        "limit_minor": "5000",
        "limit_source": "policy",
        "currency": currency,
    }

    assert sentence(Reason(code="ESTIMATE_OVER_AUTHORISED", facts=facts)) == said
