"""What time makes of a case: dates by hand. Opened on Monday, 2 March 2026, 10:00, NORMAL:

open from 09:00 to 17:00, so 2 h to acknowledge end at 12:00, the 4 h until REGIONAL at 14:00, and
the 8 h to decide on Tuesday at 10:00.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.records import (
    Absence,
    ActionName,
    EscalationStatus,
    Hours,
    OutcomeName,
    Severity,
    Tier,
    Wish,
)
from tests.core.desk.world import (
    DAY,
    EVA,
    HOUR,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    SITE,
    SPOKE,
    Desk,
    action,
    at,
    disagreement,
    joined,
    manager,
    policy,
)

S = EscalationStatus
STORMLESS = {"storm": {"cases": 999}}


def opened(*managers: Any, **fields: Any) -> Desk:
    desk = Desk(*managers, holds=policy(operators=["op"], **STORMLESS))
    desk.says(disagreement(**fields))
    return desk


def clock(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, ZoneInfo("Europe/Berlin")).strftime("%a %H:%M:%S")


def line(step: Any) -> str:
    """A step as `Mon 11:00:00 WARNED lena WARNING ACKNOWLEDGE 50`."""
    said = [
        " ".join(
            [
                reason.code,
                *(
                    reason.facts[each]
                    for each in ("deadline", "percent")
                    if reason.code == "WARNING"
                ),
            ]
        )
        for reason in step.reasons
    ]
    who = "nobody" if step.manager is None else step.manager.manager_id
    return " ".join([clock(step.occurred_at), step.status, who, *said])


def lines(steps: list[Any]) -> list[str]:
    return [line(step) for step in steps]


def ticked(desk: Desk, until: int) -> list[str]:
    """Each due moment with a tick of its own, up to a moment, as `simulate` does."""
    now, found = desk_now(desk), []
    while (due := desk.next_due(now)) is not None and due <= until:
        now = max(due, now + 1)
        found.extend(desk.ticks(now))
    return lines(found)


def desk_now(desk: Desk) -> int:
    return max(each.last_step_at for each in desk.partition.records.values())


NORMAL = [
    "Mon 11:00:00 WARNED lena WARNING ACKNOWLEDGE 50",
    "Mon 11:30:00 WARNED lena WARNING ACKNOWLEDGE 75",
    "Mon 14:00:00 MOVED_UP ruth NOT_ACKNOWLEDGED",
    "Mon 14:00:00 WARNED ruth WARNING DECIDE 50",
    "Mon 15:00:00 WARNED ruth WARNING ACKNOWLEDGE 50",
    "Mon 15:30:00 WARNED ruth WARNING ACKNOWLEDGE 75",
    "Mon 16:00:00 WARNED ruth WARNING DECIDE 75",
    "Tue 10:00:00 MOVED_UP eva UNDECIDED",
    "Tue 11:00:00 WARNED eva WARNING ACKNOWLEDGE 50",
    "Tue 11:30:00 WARNED eva WARNING ACKNOWLEDGE 75",
    "Tue 12:00:00 WARNED eva WARNING DECIDE 50",
    "Tue 13:00:00 WARNED eva WARNING DECIDE 75",
    "Tue 14:00:00 WARNED eva OVERDUE",
]
HIGH = [
    "Mon 10:30:00 WARNED lena WARNING ACKNOWLEDGE 50",
    "Mon 10:45:00 WARNED lena WARNING ACKNOWLEDGE 75",
    "Mon 11:00:00 MOVED_UP ruth NOT_ACKNOWLEDGED",
    "Mon 11:30:00 WARNED ruth WARNING ACKNOWLEDGE 50",
    "Mon 11:45:00 WARNED ruth WARNING ACKNOWLEDGE 75",
    "Mon 12:00:00 WARNED ruth WARNING DECIDE 50",
    "Mon 13:00:00 WARNED ruth WARNING DECIDE 75",
    "Mon 14:00:00 MOVED_UP eva UNDECIDED",
    "Mon 14:30:00 WARNED eva WARNING ACKNOWLEDGE 50",
    "Mon 14:45:00 WARNED eva WARNING ACKNOWLEDGE 75",
    "Mon 15:00:00 WARNED eva WARNING DECIDE 50",
    "Mon 15:30:00 WARNED eva WARNING DECIDE 75",
    "Mon 16:00:00 WARNED eva OVERDUE",
]
SAFETY = [
    "Mon 10:07:30 WARNED lena WARNING ACKNOWLEDGE 50",
    "Mon 10:11:15 WARNED lena WARNING ACKNOWLEDGE 75",
    "Mon 10:15:00 MOVED_UP ruth NOT_ACKNOWLEDGED",
    "Mon 10:22:30 WARNED ruth WARNING ACKNOWLEDGE 50",
    "Mon 10:26:15 WARNED ruth WARNING ACKNOWLEDGE 75",
    "Mon 11:00:00 MOVED_UP eva NOT_ACKNOWLEDGED",
    "Mon 11:07:30 WARNED eva WARNING ACKNOWLEDGE 50",
    "Mon 11:11:15 WARNED eva WARNING ACKNOWLEDGE 75",
    "Mon 12:00:00 WARNED eva WARNING DECIDE 50",
    "Mon 13:00:00 WARNED eva WARNING DECIDE 75",
    "Mon 14:00:00 WARNED eva OVERDUE",
]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [(Severity.NORMAL, NORMAL), (Severity.HIGH, HIGH), (Severity.SAFETY, SAFETY)],
)
def test_a_case_that_nobody_touches(severity: Severity, expected: list[str]) -> None:
    assert ticked(opened(severity=severity), NOW + 30 * DAY) == expected
    assert lines(opened(severity=severity).ticks(NOW + 30 * DAY)) == expected, "in one late tick"


@given(st.lists(st.integers(0, 40 * HOUR), max_size=12))
@settings(deadline=None)
def test_it_does_not_matter_when_ticks_come(passes: list[int]) -> None:
    managers = (
        replace(LENA, shifts=(Hours(days=(1, 2, 3), from_="08:00", to="12:30"),)), RUTH, EVA,
    )  # fmt: skip
    many, one = opened(*managers), opened(*managers)
    for desk in (many, one):
        desk.says(joined(severity=Severity.HIGH), NOW + 20 * MINUTE)
        desk.says(action(ActionName.PROMISE, until=NOW + HOUR), NOW + 20 * MINUTE)
    said, now = [], NOW + 20 * MINUTE
    for each in passes:
        now += each
        said.extend(many.ticks(now))

    assert said == one.ticks(now)


def test_an_acknowledgement_stops_its_clock_and_not_the_decisions() -> None:
    desk = opened(severity=Severity.SAFETY)
    desk.says(action(ActionName.ACKNOWLEDGE), NOW + 10 * MINUTE)

    assert ticked(desk, NOW + DAY) == [
        "Mon 12:00:00 WARNED lena WARNING DECIDE 50",
        "Mon 13:00:00 WARNED lena WARNING DECIDE 75",
        "Mon 14:00:00 MOVED_UP ruth UNDECIDED",  # acknowledged or not; 2 h to decide
        "Mon 14:07:30 WARNED ruth WARNING ACKNOWLEDGE 50",
        "Mon 14:11:15 WARNED ruth WARNING ACKNOWLEDGE 75",
        "Mon 15:00:00 WARNED ruth WARNING DECIDE 50",
        "Mon 15:30:00 WARNED ruth WARNING DECIDE 75",
        "Mon 16:00:00 MOVED_UP eva UNDECIDED",  # 1 h
        "Mon 16:07:30 WARNED eva WARNING ACKNOWLEDGE 50",
        "Mon 16:11:15 WARNED eva WARNING ACKNOWLEDGE 75",
        "Mon 16:30:00 WARNED eva WARNING DECIDE 50",
        "Mon 16:45:00 WARNED eva WARNING DECIDE 75",
        "Mon 17:00:00 WARNED eva OVERDUE",
    ]


def test_the_time_to_decide_is_halved_down_to_half_an_hour() -> None:
    desk = opened(LENA, RUTH, EVA, severity=Severity.SAFETY)
    desk.fields["holds"] = policy(clocks={"SAFETY": {"decide_minutes": 50}})
    desk.says(disagreement("v2:R:1", visit_id="v2", escalation_id="v2:1", severity=Severity.SAFETY))
    desk.says(action(ActionName.ACKNOWLEDGE, escalation_id="v2:1"))

    moved = [each for each in desk.ticks(NOW + 90 * MINUTE) if each.escalation_id == "v2:1"]

    found = [each for each in moved if each.status is S.MOVED_UP]
    assert [(clock(each.occurred_at), clock(each.decide_by)) for each in found] == [
        ("Mon 10:50:00", "Mon 11:20:00"),
        ("Mon 11:20:00", "Mon 11:50:00"),
    ]


def test_a_tier_with_nobody_reachable_is_skipped_at_once() -> None:
    desk = opened(LENA, replace(RUTH, max_open=0), EVA, severity=Severity.SAFETY)

    (step,) = [each for each in desk.ticks(NOW + 15 * MINUTE) if each.status is S.MOVED_UP]

    assert (step.tier, step.manager.manager_id) == (Tier.EXECUTIVE, "eva")
    assert [(each.manager_id, each.why) for each in step.passed_over] == [("ruth", "AT_LIMIT")]


def test_where_nobody_above_can_be_reached_it_is_said_once_and_tried_again() -> None:
    desk = opened(LENA, replace(RUTH, max_open=0), severity=Severity.SAFETY)

    assert ticked(desk, NOW + 31 * MINUTE)[2:] == [
        "Mon 10:15:00 WARNED lena NOT_ACKNOWLEDGED NOBODY_ELSE",
    ]
    desk.managers = (LENA, RUTH)
    assert ticked(desk, NOW + 46 * MINUTE) == ["Mon 10:45:00 MOVED_UP ruth NOT_ACKNOWLEDGED"]


def test_undecided_with_nobody_above_is_said_once_and_tried_again() -> None:
    desk = opened(LENA, severity=Severity.SAFETY)
    desk.says(action(ActionName.ACKNOWLEDGE))

    found = ticked(desk, NOW + 7 * HOUR)

    assert found[2:] == ["Mon 14:00:00 WARNED lena OVERDUE NOBODY_ELSE"]
    assert desk.state().acknowledged_by == "lena"
    desk.managers = (LENA, RUTH)  # tried after half of 4 h, then after half of that, ...
    assert ticked(desk, NOW + 8 * HOUR)[:1] == ["Mon 17:30:00 MOVED_UP ruth UNDECIDED"]


def test_a_rise_of_severity_gives_a_deadline_that_can_be_overdue_again() -> None:
    desk = opened(LENA, severity=Severity.HIGH)
    desk.says(action(ActionName.ACKNOWLEDGE))
    assert ticked(desk, NOW + 5 * HOUR)[-1] == "Mon 14:00:00 WARNED lena OVERDUE NOBODY_ELSE"

    (step,) = desk.says(joined(severity=Severity.SAFETY), NOW + 5 * HOUR)

    assert step.decide_by == NOW + 9 * HOUR
    assert ticked(desk, NOW + DAY)[-1] == "Mon 19:00:00 WARNED lena OVERDUE NOBODY_ELSE"


def test_a_move_of_the_table_to_a_tier_that_the_case_has_does_nothing() -> None:
    desk = opened(severity=Severity.HIGH, wish=Wish(tier=Tier.REGIONAL))

    assert [each for each in ticked(desk, NOW + 3 * HOUR) if "MOVED_UP" in each] == []


# Promises


@pytest.mark.parametrize(
    "kept", [None, ActionName.CONTACTED, ActionName.RESOLVE, ActionName.SNOOZE]
)
def test_a_promise_is_missed_after_half_an_hour_unless_it_is_kept(kept: ActionName | None) -> None:
    desk = opened()
    desk.says(action(ActionName.PROMISE, until=NOW + HOUR), NOW + MINUTE)
    assert ticked(desk, NOW + 90 * MINUTE - 1) == []
    if kept is not None:
        done = action(kept, action_id="k", until=NOW + DAY, outcome=OutcomeName.UPHELD)
        desk.says(done, NOW + 90 * MINUTE - 1)

    steps = desk.ticks(NOW + 90 * MINUTE)

    if kept in (ActionName.CONTACTED, ActionName.RESOLVE):
        assert steps == []
    else:
        assert lines(steps) == ["Mon 11:30:00 MOVED_UP ruth SILENCE_PROMISE_MISSED"]
        assert (steps[0].acknowledge_by, steps[0].decide_by) == (
            NOW + 7 * HOUR // 2,
            NOW + 11 * HOUR // 2,
        )


def test_a_later_promise_takes_the_place_of_the_first() -> None:
    desk = opened()
    desk.says(action(ActionName.PROMISE, action_id="p1", until=NOW + HOUR))
    desk.says(action(ActionName.PROMISE, action_id="p2", until=NOW + 2 * HOUR))

    assert ticked(desk, NOW + 3 * HOUR) == ["Mon 12:30:00 MOVED_UP ruth SILENCE_PROMISE_MISSED"]


def test_a_promise_missed_by_an_executive_is_said() -> None:
    desk = opened(wish=Wish(tier=Tier.EXECUTIVE))
    desk.says(action(ActionName.PROMISE, by="eva", until=NOW + HOUR))

    steps = desk.ticks(NOW + 2 * HOUR)

    assert lines(steps) == ["Mon 11:30:00 WARNED eva SILENCE_PROMISE_MISSED"]
    assert steps[0].decide_by == at("2026-03-03 10:00")


def test_a_promise_missed_with_nobody_above_leaves_the_deadline_where_it_is() -> None:
    desk = opened(LENA, severity=Severity.SAFETY)
    desk.says(action(ActionName.PROMISE, until=NOW + HOUR))

    assert ticked(desk, NOW + 5 * HOUR) == [
        "Mon 11:30:00 WARNED lena SILENCE_PROMISE_MISSED NOBODY_ELSE",
        "Mon 12:00:00 WARNED lena WARNING DECIDE 50",
        "Mon 13:00:00 WARNED lena WARNING DECIDE 75",
        "Mon 14:00:00 WARNED lena OVERDUE NOBODY_ELSE",
    ]


# Waits and snoozes


def test_a_wait_stops_the_clocks_until_its_end() -> None:
    desk = opened()

    desk.says(SPOKE)
    (step,) = desk.says(action(ActionName.WAIT, until=NOW + 5 * HOUR // 2), NOW + HOUR // 2)

    # 7.5 of 8 h are left: 4.5 h until 17:00, and 3 on Tuesday.
    assert (step.status, step.until, step.decide_by) == (
        S.WAITING,
        NOW + 5 * HOUR // 2,
        at("2026-03-03 12:00"),
    )
    assert ticked(desk, at("2026-03-03 12:00")) == [
        "Mon 12:30:00 WARNED lena WAIT_ENDED",
        "Mon 16:00:00 WARNED lena WARNING DECIDE 50",  # 0.5 h before the wait, 3.5 after
        "Tue 10:00:00 WARNED lena WARNING DECIDE 75",
        "Tue 12:00:00 MOVED_UP ruth UNDECIDED",
    ]


def test_the_next_action_ends_a_wait() -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(action(ActionName.WAIT, action_id="w"))

    (refused,) = desk.says(action(ActionName.PROMISE, action_id="p"), NOW + HOUR)
    assert refused.status is S.REFUSED
    assert desk.state().wait is not None  # it could not be: it was none

    (step,) = desk.says(action(ActionName.SNOOZE, action_id="s", until=NOW + DAY), NOW + HOUR)
    assert (desk.state().wait, step.decide_by) == (None, at("2026-03-03 11:00"))


def test_a_rise_of_severity_ends_a_wait_and_sets_the_clocks() -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(action(ActionName.WAIT, action_id="w"))

    (step,) = desk.says(joined(severity=Severity.SAFETY), NOW + HOUR)

    assert (desk.state().wait, step.decide_by) == (None, NOW + 5 * HOUR)


def test_a_wait_that_follows_a_wait_goes_on_from_the_clocks_of_before() -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(action(ActionName.WAIT, action_id="w1"))

    (step,) = desk.says(action(ActionName.WAIT, action_id="w2", until=NOW + 2 * HOUR), NOW + HOUR)

    # All 8 h are left at 12:00: 5 until 17:00, and 3 on Tuesday.
    assert (step.until, step.decide_by) == (NOW + 2 * HOUR, at("2026-03-03 12:00"))


def test_a_wait_through_the_night_costs_no_business_time() -> None:
    desk = opened()
    evening, morning = at("2026-03-02 18:00"), at("2026-03-03 08:00")
    desk.says(SPOKE)
    desk.says(action(ActionName.WAIT, until=morning), evening)

    assert desk.state().clocks.decide_by == at("2026-03-03 10:00")


def test_a_snooze_stops_no_clock_and_says_its_end() -> None:
    desk = opened()
    (step,) = desk.says(action(ActionName.SNOOZE, until=NOW + 75 * MINUTE))
    assert (step.status, step.until) == (S.SNOOZED, NOW + 75 * MINUTE)

    assert ticked(desk, NOW + 90 * MINUTE) == [
        "Mon 11:00:00 WARNED lena WARNING ACKNOWLEDGE 50",
        "Mon 11:15:00 WARNED lena SNOOZE_ENDED",
        "Mon 11:30:00 WARNED lena WARNING ACKNOWLEDGE 75",
    ]


def test_whoever_gets_a_case_does_not_find_it_hidden() -> None:
    desk = opened(severity=Severity.SAFETY)
    desk.says(action(ActionName.SNOOZE, until=NOW + 20 * MINUTE))

    assert "SNOOZE_ENDED" not in " ".join(ticked(desk, NOW + HOUR))


def test_closed_cases_have_nothing_to_come() -> None:
    desk = opened()
    desk.says(action(ActionName.PROMISE, action_id="p", until=NOW + HOUR))
    desk.says(action(ActionName.SNOOZE, action_id="s", until=NOW + HOUR))
    desk.says(action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UPHELD))

    assert desk.ticks(NOW + 20 * DAY) == []


# Hand-over


def shift(to: str, days: tuple[int, ...] = (1, 2, 3, 4, 5), start: str = "09:00") -> Any:
    return replace(LENA, shifts=(Hours(days=days, from_=start, to=to),))


def test_a_case_is_handed_over_when_its_manager_goes_before_the_next_deadline() -> None:
    desk = opened(shift("11:00"), manager("lars", max_open=1), RUTH)
    assert desk.state().manager_id == "lars"  # by the id
    desk = opened(shift("11:00"), RUTH)

    found = [each for each in desk.ticks(NOW + 2 * HOUR) if each.status is S.REASSIGNED]

    assert lines(found) == ["Mon 11:00:00 REASSIGNED ruth HANDED_OVER"]
    assert (found[0].acknowledge_by, found[0].decide_by) == (NOW + 3 * HOUR, at("2026-03-03 10:00"))
    assert found[0].reasons[0].facts == {
        "manager_id": "lena", "why": "OFF_SHIFT", "deadline": "2026-03-02T11:00:00Z",
    }  # fmt: skip


def test_who_is_back_before_the_next_deadline_keeps_it() -> None:
    desk = opened(shift("11:00"), RUTH)
    desk.says(action(ActionName.ACKNOWLEDGE))  # to be decided on Tuesday at 10:00; back at 09:00

    assert [each for each in ticked(desk, at("2026-03-03 09:59")) if "REASSIGNED" in each] == []


@pytest.mark.parametrize(("back", "kept"), [("09:59", True), ("10:00", False), ("10:01", False)])
def test_back_at_the_deadline_is_too_late(back: str, kept: bool) -> None:
    lena = replace(
        LENA,
        shifts=(
            Hours(days=(1,), from_="09:00", to="17:00"),
            Hours(days=(2,), from_=back, to="17:00"),
        ),
    )
    desk = opened(lena, RUTH)
    desk.says(action(ActionName.ACKNOWLEDGE))

    handed = [each for each in ticked(desk, at("2026-03-03 09:58")) if "REASSIGNED" in each]

    assert handed == ([] if kept else ["Mon 17:00:00 REASSIGNED ruth HANDED_OVER"])


def test_an_absence_that_begins_while_a_case_is_open_hands_it_over() -> None:
    desk = opened(LENA, RUTH)
    away = Absence(from_=NOW + HOUR // 2, until=NOW + 5 * DAY)
    desk.managers = (replace(LENA, absences=(away,)), RUTH)  # published after it was opened
    assert desk.next_due(NOW + 1) == NOW + 2  # at once: somebody's shifts or absences changed

    assert lines(desk.ticks(NOW + 2)) == []
    assert ticked(desk, NOW + 40 * MINUTE) == ["Mon 10:30:00 REASSIGNED ruth HANDED_OVER"]
    assert desk.next_due(NOW + 40 * MINUTE) == NOW + 3 * HOUR // 2


def test_an_absence_that_has_begun_already_hands_it_over_at_once() -> None:
    desk = opened(LENA, RUTH)
    away = Absence(from_=NOW - DAY, until=NOW + 5 * DAY)
    desk.managers = (replace(LENA, absences=(away,)), RUTH)

    assert lines(desk.ticks(NOW + MINUTE)) == ["Mon 10:01:00 REASSIGNED ruth HANDED_OVER"]


def test_who_left_the_directory_has_nothing_any_more() -> None:
    desk = opened(LENA, RUTH)
    desk.managers = (RUTH,)

    (step,) = desk.ticks(NOW + MINUTE)

    assert line(step) == "Mon 10:01:00 REASSIGNED ruth HANDED_OVER"
    assert step.reasons[0].facts["why"] == "LEFT"


def test_handed_over_to_nobody_it_is_asked_for_again_and_its_manager_may_be_back_first() -> None:
    desk = opened(shift("11:00"))

    # Nobody is warned then. What opens from 15:30 on is to be acknowledged by Tuesday 09:30 or
    # later: she is there half an hour before.
    assert ticked(desk, at("2026-03-03 09:00")) == [
        "Mon 11:00:00 REASSIGNED nobody HANDED_OVER NOBODY_REACHABLE",
        "Mon 15:30:00 REASSIGNED lena",
    ]


def test_to_whom_a_person_gave_it_while_they_were_away_it_stays() -> None:
    lars = manager("lars", absences=(Absence(from_=NOW - DAY, until=NOW + 20 * DAY),))
    desk = opened(LENA, lars, RUTH)
    desk.says(action(ActionName.REASSIGN, to_manager_id="lars"))

    assert [each for each in ticked(desk, NOW + 3 * HOUR) if "REASSIGNED" in each] == []
    assert desk.state().manager_id == "lars"


# Nobody


def test_a_case_that_nobody_has_is_not_warned_about_but_overdue_once() -> None:
    desk = Desk(manager("lena", max_open=0), holds=policy(**STORMLESS))
    desk.says(disagreement(severity=Severity.SAFETY))

    assert lines(desk.ticks(NOW + DAY)) == ["Mon 14:00:00 WARNED nobody OVERDUE NOBODY_REACHABLE"]
    assert desk.ticks(NOW + 2 * DAY) == []

    desk.managers = (LENA,)
    (step,) = desk.ticks(NOW + 2 * DAY + MINUTE)
    now = NOW + 2 * DAY + MINUTE
    assert (step.status, step.manager.manager_id) == (S.REASSIGNED, "lena")
    assert (step.acknowledge_by, step.decide_by) == (now + 15 * MINUTE, now + 2 * HOUR)
    assert desk.next_due(now) is not None


def test_a_change_of_the_policy_or_the_hours_moves_no_deadline() -> None:
    desk = opened()
    desk.fields |= {
        "holds": policy(
            clocks={"NORMAL": {"decide_minutes": 60, "acknowledge_minutes": 10}}, **STORMLESS
        ),
        "sites": (replace(SITE, hours=(Hours(days=(1,), from_="00:00", to="24:00"),)),),
    }

    assert lines(desk.ticks(NOW + 4 * HOUR)) == NORMAL[:4]
