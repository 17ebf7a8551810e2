"""What the customer says in words of their own, and how they want to be addressed: at the desk."""

from typing import Any

import pytest

from agents.core.desk.state import Addressing, SaidLast
from schemas.records import AddresseeKind, Channel, Notice, Response, Subject, TopicName, Wish
from tests.core.desk.test_inbound import RESOLVE, answer, erased, opened
from tests.core.desk.world import NOW, Desk

CHECKED_IN: dict[str, Any] = {
    "response": Response.CHECKED_IN,
    "subject": Subject.NONE,
    "language": "fr",
    "channels": (Channel.EMAIL,),
    "quiet_from": "20:00",
    "quiet_until": "07:00",
    "time_zone": "Europe/Paris",
}


def test_what_a_check_in_says_is_how_the_customer_is_addressed_from_then_on() -> None:
    desk = opened()

    assert desk.says(answer(**CHECKED_IN)) == []
    assert desk.state().addressing == Addressing(
        language="fr",
        channels=(Channel.EMAIL,),
        quiet_from="20:00",
        quiet_until="07:00",
        time_zone="Europe/Paris",
    )


def test_a_check_in_of_a_version_before_leaves_how_the_customer_is_addressed() -> None:
    desk = opened()
    before = desk.state().addressing

    desk.says(answer(response=Response.CHECKED_IN, site_id="s1"))

    assert desk.state().addressing == before


def test_other_words_of_the_customer_leave_how_they_are_addressed() -> None:
    desk = opened()
    before = desk.state().addressing

    desk.says(answer(**(CHECKED_IN | {"response": Response.ASKED})))

    assert desk.state().addressing == before


def test_who_was_forgotten_is_addressed_by_nothing_that_comes_later() -> None:
    desk = opened()
    desk.says(erased())

    desk.says(answer(**CHECKED_IN, words="it is me again"))

    assert desk.state().addressing == Addressing(language="de")
    assert desk.state().said_last is None


@pytest.mark.parametrize(
    "end",
    [
        RESOLVE,
        erased(),
    ],
)
def test_the_customers_words_go_with_the_end_of_the_case(end: Any) -> None:
    desk = opened()
    desk.says(answer(words="too much", topic=TopicName.PRICE))
    assert desk.state().said_last == SaidLast(at=NOW, words="too much", topic=TopicName.PRICE)

    desk.says(end)

    assert desk.state().said_last is None
    desk.says(answer("e10", words="still too much"))
    assert desk.state().said_last is None


@pytest.mark.parametrize(("later", "kept"), [(-1, "first"), (0, "second"), (1, "second")])
def test_of_the_customers_words_those_count_that_occurred_last(later: int, kept: str) -> None:
    desk = opened()
    desk.says(answer(words="first", occurred_at=NOW))

    desk.says(answer("e10", words="second", occurred_at=NOW + later))

    assert desk.state().said_last == SaidLast(at=NOW + max(0, later), words=kept)


def test_a_wished_language_stays_and_the_check_ins_is_the_one_beside_it() -> None:
    desk = opened(wish=Wish(language="es"))

    desk.says(answer(**CHECKED_IN))

    addressing = desk.state().addressing
    assert (addressing.language, addressing.visit_language) == ("es", "fr")
    assert addressing.wish == Wish(language="es")


def test_a_language_that_has_no_texts_leaves_notices_in_the_one_of_the_visit() -> None:
    desk = opened(language="de", wish=Wish(language="tr"))
    assert desk.state().addressing.visit_language == "de"
    assert _to_customer(desk)[-1].language == "de"

    later = opened(language="de")
    later.says(answer(response=Response.REQUESTED, subject=Subject.NONE, wish=Wish(language="tr")))
    assert later.state().addressing.visit_language == "de"
    assert _to_customer(later)[-1].language == "de"


def test_a_wished_language_that_is_the_visits_is_kept_once() -> None:
    desk = opened(language="de", wish=Wish(language="de"))
    assert desk.state().addressing.visit_language is None

    later = opened(language="de")
    later.says(answer(response=Response.REQUESTED, subject=Subject.NONE, wish=Wish(language="de")))
    assert later.state().addressing.visit_language is None


def _to_customer(desk: Desk) -> list[Notice]:
    return [each for each in desk.notices if each.addressee.kind is AddresseeKind.CUSTOMER]
