"""Where nobody above can be reached: each thing is said once, and no clock is lost by it."""

from schemas.records import (
    Absence,
    ActionName,
    Escalation,
    EscalationStatus,
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


def test_overdue_is_said_once_of_a_deadline_also_where_a_colleague_takes_over() -> None:
    goes = at("2026-03-03 11:00")
    anna = manager("anna", absences=(Absence(from_=goes, until=goes + 9 * DAY),))
    desk = Desk(anna, LENA)
    desk.says(disagreement())

    said = [each for hour in range(60) for each in desk.ticks(NOW + hour * 60 * MINUTE)]

    assert [each.occurred_at for each in steps_with(said, "OVERDUE")] == [DECIDE_BY]
    assert [each.occurred_at for each in steps_with(said, "HANDED_OVER")] == [goes]
    told = [each.message for each in desk.notices if each.addressee.kind == "CUSTOMER"]
    assert told.count("customer-overdue") == 1


def test_at_the_top_what_was_overdue_below_is_not_said_again() -> None:
    desk = Desk(LENA)
    desk.says(disagreement())
    said = list(desk.ticks(DECIDE_BY))
    desk.managers = (LENA, EVA)
    desk.says(action(ActionName.REASSIGN, to_manager_id="eva"), DECIDE_BY + MINUTE)

    said += desk.ticks(DECIDE_BY + 2 * DAY)

    assert [each.occurred_at for each in steps_with(said, "OVERDUE")] == [DECIDE_BY]


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

    half = at("2026-03-03 15:00")
    assert (step.tier, step.decide_by) == (Tier.LOCAL, half)
    (moved,) = steps_with(desk.ticks(half), "UNDECIDED")
    assert (moved.status, moved.tier, moved.occurred_at) == (S.MOVED_UP, Tier.REGIONAL, half)
