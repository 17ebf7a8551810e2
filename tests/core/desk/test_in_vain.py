"""Where nobody above can be reached: each thing is said once, and no clock is lost by it."""

import pytest

from schemas.records import (
    Absence,
    ActionName,
    Escalation,
    EscalationStatus,
    Hours,
    Tier,
)
from tests.core.desk.world import (
    DAY,
    EVA,
    LENA,
    MINUTE,
    NOW,
    STAFF,
    Desk,
    action,
    at,
    disagreement,
    manager,
)

S = EscalationStatus
DECIDE_BY = at("2026-03-03 10:00")


def steps_with(said: list[object], code: str) -> list[Escalation]:
    return [
        each
        for each in said
        if isinstance(each, Escalation) and any(reason.code == code for reason in each.reasons)
    ]


def test_overdue_is_said_once_of_each_deadline_and_a_colleague_who_takes_over_has_one() -> None:
    goes = at("2026-03-03 11:00")
    anna = manager("anna", absences=(Absence(from_=goes, until=goes + 9 * DAY),))
    desk = Desk(anna, LENA)
    desk.says(disagreement())

    said = [each for hour in range(60) for each in desk.ticks(NOW + hour * 60 * MINUTE)]

    overdue = [DECIDE_BY, goes + 30 * MINUTE]
    assert [each.occurred_at for each in steps_with(said, "OVERDUE")] == overdue
    assert [each.occurred_at for each in steps_with(said, "HANDED_OVER")] == [goes]
    told = [each.message for each in desk.notices if each.addressee.kind == "CUSTOMER"]
    assert told.count("customer-overdue") == 2


@pytest.mark.parametrize(
    ("back", "handed_over"),
    [
        ("2026-03-04 08:59", False),
        ("2026-03-04 09:00", False),  # the absence ends as their shift begins
        ("2026-03-04 09:01", True),
    ],
)
def test_an_overdue_case_that_is_only_tried_again_is_handed_over_from_who_is_absent_alone(
    back: str, handed_over: bool
) -> None:
    """Overdue on Tuesday at ten, tried again at two; who has it works until noon."""
    leave = Absence(from_=at("2026-03-03 18:00"), until=at(back))
    shifts = (Hours(days=(1, 2, 3, 4, 5), from_="09:00", to="12:00"),)
    anna = manager("anna", shifts=shifts, absences=(leave,))
    desk = Desk(anna)
    desk.says(disagreement())
    desk.says(action(ActionName.ACKNOWLEDGE, "anna"))
    desk.managers = (anna, LENA)
    desk.ticks(DECIDE_BY)

    said = desk.ticks(at("2026-03-03 13:00"))
    assert [each.occurred_at for each in steps_with(said, "HANDED_OVER")] == (
        [at("2026-03-03 12:00")] if handed_over else []
    )


def test_who_gets_an_overdue_case_at_the_top_has_half_an_hour_and_it_is_said_once_more() -> None:
    desk = Desk(LENA)
    desk.says(disagreement())
    said = list(desk.ticks(DECIDE_BY))
    desk.managers = (LENA, EVA)
    desk.says(action(ActionName.REASSIGN, to_manager_id="eva"), DECIDE_BY + MINUTE)

    said += desk.ticks(DECIDE_BY + 2 * DAY)

    overdue = [DECIDE_BY, DECIDE_BY + 31 * MINUTE]
    assert [each.occurred_at for each in steps_with(said, "OVERDUE")] == overdue


def test_each_missed_promise_is_said_and_the_deadline_stays_what_it_is() -> None:
    desk = Desk(LENA)
    desk.says(disagreement())
    first, second = at("2026-03-02 10:30"), at("2026-03-02 13:00")
    desk.says(action(ActionName.PROMISE, action_id="a1", until=first))
    said = list(desk.ticks(first + 30 * MINUTE))
    again = action(ActionName.PROMISE, action_id="a2", until=second)
    desk.says(again, first + 31 * MINUTE)

    said += desk.ticks(DECIDE_BY + DAY)

    missed = steps_with(said, "SILENCE_PROMISE_MISSED")
    assert [each.occurred_at for each in missed] == [first + 30 * MINUTE, second + 30 * MINUTE]
    assert [each.occurred_at for each in steps_with(said, "OVERDUE")] == [DECIDE_BY]


def test_what_the_top_could_not_decide_in_time_has_a_clock_again_when_it_is_given_down() -> None:
    desk = Desk(EVA)
    desk.says(disagreement())
    assert len(steps_with(desk.ticks(DECIDE_BY), "OVERDUE")) == 1
    assert desk.state().clocks.decide_passed
    desk.managers = STAFF
    given = at("2026-03-03 11:00")

    (step,) = desk.says(action(ActionName.REASSIGN, "eva", to_manager_id="lena"), given)

    theirs = given + 30 * MINUTE
    assert (step.tier, step.acknowledge_by, step.decide_by) == (Tier.LOCAL, theirs, theirs)
    (moved,) = steps_with(desk.ticks(theirs), "UNDECIDED")
    assert (moved.status, moved.tier, moved.occurred_at) == (S.MOVED_UP, Tier.REGIONAL, theirs)


def test_given_down_a_second_time_it_keeps_its_deadline_and_is_tried_again_after_their_time() -> (
    None
):
    desk = Desk(EVA)
    desk.says(disagreement())
    desk.ticks(DECIDE_BY)
    desk.managers = (LENA, EVA)
    given = at("2026-03-03 11:00")
    desk.says(action(ActionName.REASSIGN, "eva", action_id="a1", to_manager_id="lena"), given)
    desk.ticks(given + 30 * MINUTE)  # up to Eva again
    kept = desk.state().clocks.decide_by
    desk.ticks(kept)
    desk.ticks(at("2026-03-04 17:00"))
    assert desk.state().clocks.decide_passed
    again = at("2026-03-05 11:00")
    passed = desk.state().clocks.decide_by

    down = action(ActionName.REASSIGN, "eva", action_id="a2", to_manager_id="lena")
    (step,) = desk.says(down, again)

    assert (step.tier, step.acknowledge_by, step.decide_by) == (Tier.LOCAL, passed, passed)
    (moved,) = steps_with(desk.ticks(again + 30 * MINUTE), "UNDECIDED")
    assert (moved.tier, moved.occurred_at) == (Tier.EXECUTIVE, again + 30 * MINUTE)
