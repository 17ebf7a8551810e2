"""How the customer wished to be spoken to, as both sides read it."""

from itertools import product

import pytest

from agents.core.notices.wishes import for_manager, noted
from agents.core.notices.wording.gsm import MOST_PARTS, parts
from agents.core.notices.wording.texts import in_short, parameters_of, render
from schemas.records import Channel, Tier, Wish
from tests.core.notices.test_texts import LONG
from tests.notices import LOCALES, SAMPLE, ZONES

HOUR = 3_600_000
DECIDE_BY = 1_772_530_200_000  # 2026-03-03 09:30 UTC
CUSTOMERS = (
    "customer-opened",
    "customer-nobody",
    "customer-joined",
    "customer-reopened",
    "customer-moved-up",
)
AT = "2026-03-03T08:00:00Z"


def said(message: str, language: str, **wished: str) -> tuple[str, str]:
    known = SAMPLE | ZONES | wished
    needed = {name: known[name] for name in parameters_of(message) if name in known}
    rendered = render(message, needed, language)
    return rendered.text, rendered.short


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (None, {}),
        (Wish(), {}),
        (Wish(tier=Tier.REGIONAL, manager_id="lena"), {}),
        (Wish(channel=Channel.UNKNOWN), {}),
        (Wish(channel=Channel.APP), {"wished": "yes", "wished_channel": "APP"}),
        (Wish(language="de"), {"wished": "yes", "wish_language": "de"}),
        (Wish(not_before=DECIDE_BY - HOUR), {}),  # it has come when they are told
        (
            Wish(not_before=DECIDE_BY - HOUR + 1),
            {"wished": "yes", "call_not_before": "2026-03-03T08:30:00.001Z"},
        ),
        (
            Wish(not_before=DECIDE_BY),
            {"wished": "yes", "call_not_before": "2026-03-03T09:30:00Z"},
        ),
        (
            Wish(not_before=DECIDE_BY + 1),
            {
                "wished": "yes",
                "call_not_before": "2026-03-03T09:30:00.001Z",
                "decided_before_call": "yes",
            },
        ),
    ],
)
def test_what_is_said_of_a_wish(wish: Wish | None, expected: dict[str, str]) -> None:
    assert noted(wish, DECIDE_BY, DECIDE_BY - HOUR) == expected
    without = {name: each for name, each in expected.items() if name != "wish_language"}
    assert for_manager(wish, wish, DECIDE_BY, DECIDE_BY - HOUR) == without
    without.pop("wished", None)
    assert for_manager(wish, None, DECIDE_BY, DECIDE_BY - HOUR) == without


@pytest.mark.parametrize(
    ("language", "wished", "text"),
    [
        (
            "en-GB",
            {"wish_language": "de", "wished_channel": "PHONE", "call_not_before": AT},
            (
                "We have noted how you would like to be contacted: in German, by phone, "
                "not before Tue 3 Mar at 09:00."
            ),
        ),
        (
            "en-GB",
            {"wished_channel": "EMAIL"},
            "We have noted how you would like to be contacted: by email.",
        ),
        (
            "en-GB",
            {"call_not_before": AT, "decided_before_call": "yes"},
            (
                "We have noted how you would like to be contacted: not before Tue 3 Mar at 09:00. "
                "Your case should be decided before then."
            ),
        ),
        (
            "de-DE",
            {"wish_language": "en", "call_not_before": AT, "decided_before_call": "yes"},
            ": auf Englisch, nicht",
        ),
        (
            "fr-FR",
            {"wish_language": "de", "wished_channel": "APP"},
            "Nous avons noté comment vous joindre : en allemand, dans l’application.",  # noqa: RUF001
        ),
        (
            "es-ES",
            {"wish_language": "fr", "wished_channel": "SMS"},
            "Hemos anotado cómo desea que le contactemos: en francés, por SMS.",
        ),
    ],
)
def test_the_customer_reads_what_was_noted(
    language: str, wished: dict[str, str], text: str
) -> None:
    spoken, short = said("customer-opened", language, wished="yes", **wished)

    assert text in spoken.replace("\u00a0", " ")
    assert short != said("customer-opened", language)[1]
    assert text not in said("customer-opened", language)[0]


@pytest.mark.parametrize("language", [*sorted(LOCALES.values()), "de-AT", "es-MX", "fr-CA"])
def test_with_any_wish_and_long_names_a_short_text_fits_into_two_parts(language: str) -> None:
    each: tuple[dict[str, str], ...] = ({}, {"call_not_before": LONG["call_not_before"]})
    both = {"call_not_before": LONG["call_not_before"], "decided_before_call": "yes"}
    for message, wished in product(CUSTOMERS, (*each, both)):
        known = SAMPLE | LONG | ZONES | {"wished": "yes"} | wished
        needed = {n: known[n] for n in parameters_of(message) if n in known}
        short = in_short(message, needed, language)  # what we found ourselves has no wish
        assert parts(short) <= MOST_PARTS, (message, short, len(short))


def test_the_manager_of_a_case_that_a_wish_joins_reads_it_and_no_other_does() -> None:
    assert (
        "The customer would like to speak French, by phone"
        in said("manager-joined", "en-GB", wished="yes", wished_channel="PHONE")[0]
    )
    assert "would like" not in said("manager-joined", "en-GB")[0]
    assert (
        "The case should be decided before that."
        in said("manager-opened", "en-GB", call_not_before=AT, decided_before_call="yes")[0]
    )
