"""What an answer of the customer makes people hear, without a step of the case."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.records import (
    Answer,
    Decision,
    Hours,
    Response,
    Rule,
    Settled,
    Subject,
    Tier,
    TopicName,
)
from tests.core.desk.test_inbound import RESOLVE, answer, erased, opened
from tests.core.desk.world import LENA, NOW, RUTH, Desk, disagreement, manager

REQUESTED = {"rule": Rule.REQUESTED_BY_CUSTOMER, "occurred_at": NOW}


def heard(desk: Desk, said: Answer) -> list[tuple[str, str]]:
    """The notices that an answer makes: what, and to whom."""
    before = len(desk.notices)
    desk.hears(said)
    return [(each.message, each.addressee.id) for each in desk.notices[before:]]


def asks(event_id: str = "e9", **fields: Any) -> Answer:
    return answer(event_id, response=Response.REQUESTED, subject=Subject.NONE, **fields)


def rated(event_id: str = "e9", **fields: Any) -> Answer:
    whole = {"response": Response.RATED, "subject": Subject.NONE, "settled": Settled.NO}
    return answer(event_id, **(whole | fields))


@pytest.mark.parametrize(("later", "told"), [(-1, True), (0, False), (1, True)])
def test_what_made_the_ground_is_no_second_request_in_whichever_order_both_come(
    later: int, told: bool
) -> None:
    desk = opened(**REQUESTED)

    said = asks(occurred_at=NOW + later)

    assert heard(desk, said) == ([("customer-stands", "c1")] if told else [])


def test_a_request_beside_one_that_was_taken_back_is_a_first_one() -> None:
    desk = opened(**REQUESTED)
    desk.says(disagreement("v1:ESTIMATE_DISPUTED:2", decision=Decision.JOINED))
    gone = {"decision": Decision.CORRECTED, "corrects": desk.state().disagreement_ids[0]}
    desk.says(disagreement("v1:REQUESTED_BY_CUSTOMER:3", **gone))
    assert [each.stands for each in desk.state().grounds] == [False, True]

    assert heard(desk, asks(occurred_at=NOW + 1)) == []


def test_a_request_that_crossed_the_end_of_the_case_is_not_answered_by_it() -> None:
    desk = opened(**REQUESTED)
    desk.says(RESOLVE)

    assert heard(desk, asks(occurred_at=NOW + 1)) == []


def test_of_who_was_forgotten_no_manager_hears() -> None:
    desk = opened()
    desk.says(RESOLVE)
    desk.says(erased())

    assert heard(desk, rated(occurred_at=NOW + 1)) == []


def test_who_was_not_in_the_case_hears_first_that_it_is_not_settled() -> None:
    desk = opened(LENA, RUTH)
    desk.says(RESOLVE)
    assert heard(desk, rated(occurred_at=NOW + 1)) == [("manager-not-settled", "ruth")]


@pytest.mark.parametrize("shifts", [(), ((1, 2, 3, 4, 5), "02:00", "03:00")])
def test_at_the_highest_tier_somebody_else_of_it_hears_also_when_nobody_can_be_reached(
    shifts: Any,
) -> None:
    there = (Hours(days=shifts[0], from_=shifts[1], to=shifts[2]),) if shifts else ()
    of = {"shifts": there}
    desk = Desk(manager("adam", Tier.EXECUTIVE), manager("zoe", Tier.EXECUTIVE, **of))
    desk.says(disagreement())
    assert desk.state().manager_id == "adam"
    desk.says(replace(RESOLVE, by="adam"))

    assert heard(desk, rated(occurred_at=NOW + 1)) == [("manager-not-settled", "zoe")]


def test_a_newer_topic_takes_the_place_of_one_without_words() -> None:
    desk = opened()
    desk.says(answer("a", topic=TopicName.DAMAGE))
    desk.says(answer("b", topic=TopicName.PRICE))

    said = desk.state().said_last
    assert said is not None
    assert said.topic is TopicName.PRICE
