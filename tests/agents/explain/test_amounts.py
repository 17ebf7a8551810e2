"""Amounts, limits and times as people read them."""

import pytest

from agents.core.notices.wording.formats import money
from agents.operations.explain.wording.amounts import in_figures
from agents.operations.explain.wording.reasons import lines_of
from agents.operations.explain.wording.texts import texts_for
from agents.operations.explain.wording.time_format import local, localised
from schemas.records import Reason
from tests.agents.explain.records import AT


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        ("109460", "USD", "1,094.60 USD"),
        ("5", "EUR", "0.05 EUR"),
        ("1200", "JPY", "1,200 JPY"),
        ("1234", "KWD", "1.234 KWD"),
        ("2091/2", "USD", "10.455 USD"),
        ("1045/3", "USD", "about 3.483333 USD"),
        ("10050", "RSD", "100.50 RSD"),
        ("20600", "IQD", "20.600 IQD"),
        ("10000000000000000001", "USD", "100,000,000,000,000,000.01 USD"),
        ("100", None, "1.00 in the currency of the site"),
    ],
)
def test_an_operator_sees_every_digit(minor: str, currency: str | None, shown: str) -> None:
    assert in_figures(minor, currency) == shown


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        ("109460", "USD", "en_US", "$1,094.60"),
        ("109460", "EUR", "en_GB", "€1,094.60"),
        ("1200", "JPY", "en", "¥1,200"),
        ("1045/3", "USD", "en", "$3.48"),
        ("10050", "RSD", "en", "RSD100.50"),
        ("20600", "IQD", "de", "20,600\xa0IQD"),
    ],
)
def test_a_customer_sees_what_can_be_paid(
    minor: str, currency: str, locale: str, shown: str
) -> None:
    assert money(minor, currency, locale) == shown


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"limit_percent": "0"}, "any rise needs a new yes"),
        ({"limit_percent": "10"}, "10 % of the base"),
        ({"limit_fixed_major": "25"}, "25.00 USD"),
        (
            {"limit_percent": "10", "limit_fixed_major": "10", "limit_is": "LESSER"},
            "the lesser of 10.00 USD and 10 % of the base",
        ),
        (
            {
                "limit_percent": "10",
                "limit_fixed_major": "10",
                "limit_is": "GREATER",
                "limit_at_most_major": "50",
            },
            "the greater of 10.00 USD and 10 % of the base, at most 50.00 USD",
        ),
        ({}, "any rise needs a new yes"),
    ],
)
def test_a_limit_says_what_it_is_made_of(facts: dict[str, str], shown: str) -> None:
    amounts = {"limit_minor": "0", "limit_source": "MCL 257.1332", "currency": "USD"}
    reason = Reason(code="CHARGED_OVER_AUTHORISED", facts=amounts | facts)
    (line,) = lines_of(reason, "UTC")

    assert line.text == f"0.00 USD above the base: {shown}. Source: MCL 257.1332."


def test_the_bases_of_several_estimates_are_listed() -> None:
    facts = {
        "base_minor": "30000",
        "bases": "a:1: 10000 (e3), b: 15000 (lowest revision), before any estimate: 5000 (e9)",
        "currency": "EUR",
    }
    (line,) = lines_of(Reason(code="CHARGED_OVER_AUTHORISED", facts=facts), "UTC")

    assert line.text == (
        "300.00 EUR: a:1 100.00 EUR, authorised by e3; b 150.00 EUR, its lowest revision; "
        "before any estimate 50.00 EUR, authorised by e9."
    )


def test_the_places_of_a_throttle_can_be_added_up() -> None:
    facts = {
        "entries": "v1:X:1 2026-03-02T14:00:00Z 2 x 0.5; v2:X:1 2026-03-03T14:00:00Z 1 x 1",
        "entries_after": "1",
    }
    lines = lines_of(Reason(code="THROTTLE", facts=facts), "America/New_York")

    assert [each.text for each in lines] == [
        (
            "v1:X:1 of Mon 2 Mar 2026 09:00 EST weighs 2, faded to 0.5 of that; "
            "v2:X:1 of Tue 3 Mar 2026 09:00 EST weighs 1."
        ),
        "Escalations asked for after it that count too: 1.",
    ]


def test_times_are_local_with_their_zone() -> None:
    assert local(AT, "Europe/Berlin") == "Mon 2 Mar 2026 15:00 CET"
    assert local(AT, "No/Where") == "Mon 2 Mar 2026 14:00 UTC"
    assert localised("until 2026-03-02T14:00:00.500Z.", "Asia/Tokyo") == (
        "until Mon 2 Mar 2026 23:00 JST."
    )


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("en-US", "America/New_York", "Mon, Mar 2, 2026 at 9\u00a0a.m. (EST)"),
        ("en-GB", "Europe/Berlin", "Mon, 2 Mar 2026 at 15:00 (CET)"),
        ("es-US", "America/Chicago", "las 8:00\u00a0a.\u00a0m. (CST) del lunes 2 de marzo de 2026"),
        ("fr", "America/Sao_Paulo", "lundi 2 mars 2026 à 11\u00a0h (UTC-03:00)"),
    ],
)
def test_a_customer_reads_times_as_at_home(language: str, zone: str, shown: str) -> None:
    assert texts_for(language).moment(AT, zone) == shown
