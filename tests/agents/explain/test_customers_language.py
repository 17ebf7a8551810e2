"""The customer's words in the customer's language: which it is, and a decision in each."""

from pathlib import Path
from typing import Any

import pytest

from agents.core.notices.wording.plain import quoted
from agents.operations.explain.page import explained
from agents.operations.explain.story import story_of
from agents.reference_data.files import read
from schemas.records import (
    EscalationStatus,
    Notice,
    OutcomeName,
    Remedy,
    RemedyKind,
    Rule,
    Wish,
)
from tests.agents.explain.records import AT, HOUR, a_disagreement, a_step
from tests.agents.explain.test_notices import a_notice

SAID = read(Path(__file__).with_suffix(".yaml")).data  # the spelling's check knows English
UNDER = SAID["under"]
ASKED, DECIDED = SAID["asked"], SAID["decided"]


def paragraphs(*records: Any) -> tuple[str, ...]:
    story = story_of("v1:1", records)
    assert story is not None
    return explained(story).customer


def a_request(**changes: Any) -> Any:
    return a_disagreement(
        **({"rule": Rule.REQUESTED_BY_CUSTOMER, "escalation_id": "v1:1", "reasons": ()} | changes)
    )


@pytest.mark.parametrize(
    ("said", "language", "call"),
    [
        ({"language": "en"}, "en", "at +1."),
        ({"language": "en", "time_zone": "Europe/Berlin"}, "en", "on +1."),
        ({"language": "en-GB"}, "en", "on +1."),
        ({"language": "de"}, "de", UNDER),
        ({"language": "de-AT"}, "de", UNDER),
        ({"language": "fr-CA"}, "fr", "au +1."),
        ({"language": "es"}, "es", "al +1."),
        ({"language": "zz"}, "en", "at +1."),
        ({"language": "de", "wish": Wish(language="fr")}, "fr", "au +1."),
    ],
)
def test_a_customer_is_spoken_to_in_their_language_as_where_they_are(
    said: dict[str, Any], language: str, call: str
) -> None:
    about, stands = paragraphs(a_request(**said), a_step())

    assert about.startswith(ASKED[language])
    assert stands.endswith(call)


@pytest.mark.parametrize(
    ("notice", "call"),
    [
        (a_notice(language="es-US"), "al +1."),
        (a_notice("v1:1:0:manager", language="es-US"), "at +1."),
    ],
)
def test_the_last_notice_to_the_customer_says_in_which_language(notice: Notice, call: str) -> None:
    told = paragraphs(a_request(language="en"), a_step(), notice)

    assert told[-1].endswith(call)


@pytest.mark.parametrize("language", sorted(DECIDED))
def test_a_decision_is_told_with_its_remedy_and_the_managers_own_words(language: str) -> None:
    remedy = Remedy(kind=RemedyKind.PRICE_TO, amount=60_000, currency="USD", by=AT + 3 * HOUR)
    resolved = a_step(
        step=1,
        status=EscalationStatus.RESOLVED,
        outcome=OutcomeName.PARTLY_UPHELD,
        remedy=remedy,
        message=quoted("So it was agreed."),
    )
    told = paragraphs(a_request(language=language), a_step(), resolved)

    assert told[-1] == DECIDED[language]


AGREED = (
    "Terrence Brooks has decided about the price. We agree with you. If you want to know what "
    "happens next, please ask us."
)
FOLLOWED = (
    "Terrence Brooks has looked into the price and found that the service center followed the "
    "rules. If you want to know why, please ask us."
)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (OutcomeName.UPHELD, AGREED),
        (OutcomeName.UNFOUNDED, FOLLOWED),
        (OutcomeName.ABUSIVE, FOLLOWED),  # only managers hear of abuse that nobody has confirmed
    ],
)
def test_a_decision_without_words_says_that_one_may_ask(outcome: OutcomeName, said: str) -> None:
    resolved = a_step(step=1, status=EscalationStatus.RESOLVED, outcome=outcome)

    assert paragraphs(a_request(), a_step(), resolved)[-1] == said


def test_what_an_operator_decided_was_decided_by_us() -> None:
    fields = {"status": EscalationStatus.RESOLVED, "outcome": OutcomeName.UPHELD, "by": "op"}
    told = paragraphs(a_request(), a_step(), a_step(step=1, **fields))

    assert told[-1].startswith("We have decided about the price.")
