"""Who hears that what was found ABUSIVE waits for another person's confirmation, and when."""

from typing import Any

import pytest

from agents.core.desk.handle import handle_time
from agents.core.handling import TRIED_AGAIN_MS, Counted, in_one_go
from schemas.records import ActionName, Answer, OutcomeName, Response, Subject, Tier, TopicName
from tests.core.desk.world import (
    DAY,
    EVA,
    HOUR,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    SPOKE,
    Desk,
    action,
    at,
    disagreement,
    manager,
    policy,
)

FOUND_AT = NOW + MINUTE
WARNED_AT = FOUND_AT + 3 * DAY
"""Two days before the end of five: on Thursday, while the site is open."""
ABUSIVE = action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.ABUSIVE, reason="again")


def spoken(*managers: Any, **differs: Any) -> Desk:
    clocks = {"confirm_within_days": 5, **differs.pop("clocks", {})}
    holds = policy(operators=["op"], clocks=clocks, **differs)
    desk = Desk(*(managers or (LENA, RUTH, EVA)), holds=holds)
    desk.says(disagreement())
    desk.says(SPOKE)
    return desk


def asked(desk: Desk) -> list[tuple[str, str]]:
    """Who was asked to confirm it, and whether once more."""
    found = [each for each in desk.notices if each.message == "manager-to-confirm"]
    desk.notices.clear()
    return [(each.addressee.id, each.parameters["again"]) for each in found]


def test_one_above_is_asked_at_once_and_two_days_before_the_end() -> None:
    desk = spoken()
    desk.says(ABUSIVE, FOUND_AT)
    assert asked(desk) == [("ruth", "no")]
    assert desk.next_due(FOUND_AT) == WARNED_AT

    assert desk.ticks(WARNED_AT - 1) == []
    assert asked(desk) == []
    assert desk.ticks(WARNED_AT) == []
    assert asked(desk) == [("ruth", "yes")]
    assert desk.next_due(WARNED_AT) == FOUND_AT + 30 * DAY


def test_any_other_outcome_asks_nobody() -> None:
    desk = spoken()
    unfounded = action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UNFOUNDED)
    desk.says(unfounded, FOUND_AT)

    assert asked(desk) == []
    assert desk.next_due(FOUND_AT) == FOUND_AT + 30 * DAY


def test_under_a_policy_of_generation_1_it_counts_at_once_and_nobody_is_asked() -> None:
    desk = spoken(generation=1)
    desk.says(ABUSIVE, FOUND_AT)

    assert asked(desk) == []
    assert desk.next_due(FOUND_AT) == FOUND_AT + 30 * DAY


def test_where_the_policy_was_taken_back_nobody_is_asked_what_would_be_refused() -> None:
    desk = spoken()
    desk.says(ABUSIVE, FOUND_AT)
    desk.notices.clear()
    desk.fields["holds"] = policy(generation=1, clocks={"confirm_within_days": 5})

    assert (desk.ticks(WARNED_AT), asked(desk)) == ([], [])
    refused = desk.says(action(ActionName.CONFIRM, by="ruth", action_id="c"), WARNED_AT)
    assert [each.reasons[0].code for each in refused] == ["NOT_YET"]


@pytest.mark.parametrize("by", ["eva", "lena"])
def test_where_no_manager_can_confirm_it_an_operator_hears_of_it_both_times(by: str) -> None:
    staff = (LENA, RUTH, EVA) if by == "eva" else (LENA,)
    desk = spoken(*staff)

    resolved = desk.hears(
        action(ActionName.RESOLVE, by, "r", outcome=OutcomeName.ABUSIVE, reason="again"), FOUND_AT
    )

    assert resolved.noted == (Counted.NOBODY_TO_CONFIRM,)
    assert asked(desk) == []
    assert desk.next_due(FOUND_AT) == WARNED_AT
    assert noted_at(desk, WARNED_AT) == (Counted.NOBODY_TO_CONFIRM,)
    assert noted_at(desk, WARNED_AT + 1) == ()


def noted_at(desk: Desk, now: int) -> tuple[Counted, ...]:
    handled = in_one_go(handle_time(desk.partition, desk.world(now)))
    desk.partition.apply(handled.changed)
    return handled.noted


def test_the_next_tier_is_asked_where_the_one_above_has_nobody() -> None:
    desk = spoken(LENA, EVA)
    desk.says(ABUSIVE, FOUND_AT)

    assert asked(desk) == [("eva", "no")]


def test_who_found_it_is_not_asked_to_confirm_it_though_they_were_promoted_since() -> None:
    desk = spoken(LENA)
    desk.says(ABUSIVE, FOUND_AT)
    assert asked(desk) == []
    desk.managers = (manager("lena", Tier.REGIONAL), EVA)

    desk.ticks(WARNED_AT)

    assert asked(desk) == [("eva", "yes")]


def test_once_it_is_confirmed_or_open_again_nobody_is_asked_any_more() -> None:
    for what, by in ((ActionName.CONFIRM, "ruth"), (ActionName.REOPEN, "lena")):
        desk = spoken(clocks={"warn_at_percent": []})
        desk.says(ABUSIVE, FOUND_AT)
        desk.says(action(what, by, "x", occurred_at=FOUND_AT + 1), FOUND_AT + 1)
        if what is ActionName.REOPEN:
            upheld = action(ActionName.RESOLVE, "lena", "y", outcome=OutcomeName.UPHELD)
            desk.says(upheld, FOUND_AT + 2)
        desk.notices.clear()

        desk.ticks(WARNED_AT + DAY)

        assert asked(desk) == []


def test_what_is_found_abusive_again_after_it_was_reopened_has_a_time_of_its_own() -> None:
    desk = spoken(clocks={"warn_at_percent": []})
    desk.says(ABUSIVE, FOUND_AT)
    desk.says(action(ActionName.REOPEN, "lena", "o", occurred_at=FOUND_AT + 1), FOUND_AT + 1)
    desk.says(action(ActionName.CONTACTED, "lena", "c"), FOUND_AT + 2)
    again = action(ActionName.RESOLVE, "lena", "r2", outcome=OutcomeName.ABUSIVE, reason="again")
    desk.says(again, FOUND_AT + DAY)
    desk.notices.clear()

    desk.ticks(WARNED_AT + DAY - 1)
    assert asked(desk) == []
    desk.ticks(WARNED_AT + DAY)
    assert asked(desk) == [("ruth", "yes")]


def test_whom_nobody_spoke_with_by_their_own_word_is_asked_about_no_more() -> None:
    desk = spoken()
    desk.says(ABUSIVE, FOUND_AT)
    denied = Answer(
        escalation_id="v1:1",
        visit_id="v1",
        region_id="r1",
        event_id="e9",
        occurred_at=FOUND_AT + 1,
        response=Response.ASKED,
        subject=Subject.NONE,
        topic=TopicName.CONDUCT,
    )
    desk.says(denied, FOUND_AT + 1)
    desk.notices.clear()

    desk.ticks(WARNED_AT)

    assert asked(desk) == []
    assert desk.next_due(WARNED_AT) == FOUND_AT + 30 * DAY


@pytest.mark.parametrize(("within", "again"), [(1, False), (2, False), (3, True)])
def test_it_is_said_once_more_only_where_the_time_is_longer_than_what_is_before_its_end(
    within: int, again: bool
) -> None:
    desk = spoken(clocks={"confirm_within_days": within})
    desk.says(ABUSIVE, FOUND_AT)
    desk.notices.clear()

    desk.ticks(FOUND_AT + DAY)

    assert asked(desk) == ([("ruth", "yes")] if again else [])


def test_what_comes_due_while_the_site_is_closed_is_told_when_it_opens() -> None:
    desk = spoken(clocks={"confirm_within_days": 7})  # so on Saturday
    desk.says(ABUSIVE, FOUND_AT)
    desk.notices.clear()
    monday = at("2026-03-09 09:00")

    desk.ticks(FOUND_AT + 5 * DAY)
    desk.ticks(monday - 1)
    assert asked(desk) == []
    desk.ticks(monday)
    assert asked(desk) == [("ruth", "yes")]
    assert desk.next_due(monday) == FOUND_AT + 30 * DAY


def test_what_is_found_once_the_site_has_closed_is_told_when_it_opens_and_once_more() -> None:
    desk = spoken()
    desk.says(ABUSIVE, at("2026-03-02 17:00"))
    tuesday = at("2026-03-03 09:00")
    assert asked(desk) == []
    assert desk.next_due(NOW + 8 * HOUR) == tuesday

    desk.ticks(tuesday)
    assert asked(desk) == [("ruth", "no")]
    assert desk.next_due(tuesday) == at("2026-03-05 17:00")


def test_that_nobody_can_confirm_it_waits_for_no_opening() -> None:
    desk = spoken(LENA, clocks={"confirm_within_days": 7})
    saturday = FOUND_AT + 5 * DAY
    desk.says(ABUSIVE, FOUND_AT)

    assert noted_at(desk, saturday) == (Counted.NOBODY_TO_CONFIRM,)


def test_what_fails_on_a_closed_case_is_tried_again_later_and_the_others_go_on() -> None:
    desk = spoken()
    desk.says(ABUSIVE, FOUND_AT)
    broken = {"v1:1": ValueError("a defect")}
    handled = in_one_go(handle_time(desk.partition, desk.world(WARNED_AT), broken))
    desk.partition.apply(handled.changed)
    desk.notices.clear()
    assert [each.key for each in handled.failures] == ["v1:1"]
    assert desk.next_due(WARNED_AT) == WARNED_AT + TRIED_AGAIN_MS

    desk.ticks(WARNED_AT + TRIED_AGAIN_MS - 1)
    assert asked(desk) == []
    desk.ticks(WARNED_AT + TRIED_AGAIN_MS)
    assert asked(desk) == [("ruth", "yes")]
