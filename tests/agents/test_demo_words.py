"""What the demo says of a reason, and of a notice as it arrives by its first channel."""

import pytest

from agents.simulation.demo.words import sentence, told
from schemas.records import Addressee, AddresseeKind, Channel, Notice, Reason


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


def a_notice(channels: tuple[Channel, ...]) -> Notice:
    return Notice(
        notice_id="n1",
        addressee=Addressee(kind=AddresseeKind.CUSTOMER, id="c1"),
        channels=channels,
        not_before=0,
        language="en",
        message="customer-opened",
        parameters={},
        title="Your case",
        text="Ann has your case. Call 1.",
        region_id="us-east",
        policy_version="p1",
        short_text="Columbus: Ann has it. Tel. 1",
    )


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ((Channel.SMS, Channel.EMAIL), "to c1 by SMS: Columbus: Ann has it. Tel. 1"),
        ((Channel.APP, Channel.SMS), "to c1 by APP: Your case. Ann has your case. Call 1."),
        ((Channel.EMAIL,), "to c1 by EMAIL: Your case. Ann has your case. Call 1."),
        ((), "to c1: Your case. Ann has your case. Call 1."),
    ],
)
def test_a_notice_is_shown_as_it_arrives(channels: tuple[Channel, ...], said: str) -> None:
    assert told(a_notice(channels)) == said


def test_when_a_price_is_due_is_said_by_the_clock_of_the_week() -> None:
    facts = {"due_at": "2026-09-15T14:25:00Z", "business_minutes": "60"}

    said = sentence(Reason(code="AWAITING", facts=facts))

    assert said == "the customer may answer until Tue 14:25"
