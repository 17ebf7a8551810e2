"""Deadlines of open cases that follow a change of hours or policy: dates by hand.

Opened on Monday, 2 March 2026, 10:00, NORMAL, open from 09:00 to 17:00: to be acknowledged by
12:00, REGIONAL at 14:00, decided by Tuesday 10:00.
"""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.core.calendar import add_business_time, before_business_time, business_time_between
from agents.core.desk.state import Mark
from schemas.records import (
    ActionName,
    DayHours,
    Escalation,
    EscalationStatus,
    Hours,
    OutcomeName,
    Severity,
    Site,
)
from tests.core.desk.world import (
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
    policy,
)

S = EscalationStatus
WEEK = (1, 2, 3, 4, 5)
FOLLOW = {"follow_changes": True}


def hours(*shifts: tuple[str, str]) -> Site:
    return replace(SITE, hours=tuple(Hours(days=WEEK, from_=a, to=b) for a, b in shifts))


def opened(**clocks: Any) -> Desk:
    desk = Desk(LENA, RUTH, EVA, holds=policy(clocks=FOLLOW | clocks), sites=(SITE,))
    desk.says(disagreement())
    return desk


def deadlines(desk: Desk) -> tuple[int, int]:
    clocks = desk.state().clocks
    return clocks.acknowledge_by, clocks.decide_by


def test_without_the_setting_an_open_case_keeps_its_deadlines_and_the_next_one_has_others() -> None:
    desk = opened(follow_changes=False)
    desk.fields["sites"] = (hours(("09:00", "11:00")),)

    assert desk.ticks(at("2026-03-02 10:30")) == []
    assert deadlines(desk) == (at("2026-03-02 12:00"), at("2026-03-03 10:00"))
    desk.says(disagreement("v2:R:1", visit_id="v2", escalation_id="v2:1"))
    assert desk.state("v2:1").clocks.acknowledge_by == at("2026-03-03 10:00")
    assert desk.state().clocks.begun is None


@pytest.mark.parametrize(
    ("site", "acknowledge_by", "decide_by"),
    [
        # An hour until 11:00, the second on Tuesday until 10:00; of the 8 h each day has 2.
        (hours(("09:00", "11:00")), "2026-03-03 10:00", "2026-03-06 10:00"),
        # A break from 11:00 to 12:00: an hour later each.
        (hours(("09:00", "11:00"), ("12:00", "17:00")), "2026-03-02 13:00", "2026-03-03 11:00"),
        # Open until 22:00: 8 h are over at 18:00.
        (hours(("09:00", "22:00")), "2026-03-02 12:00", "2026-03-02 18:00"),
        # Closed on Tuesday.
        (
            replace(SITE, closed_on=(date(2026, 3, 3),)),
            "2026-03-02 12:00",
            "2026-03-04 10:00",
        ),
        # An hour on Tuesday, and that only from 11:00 on.
        (
            replace(
                SITE,
                hours_on=(DayHours(date=date(2026, 3, 3), from_="11:00", to="12:00"),),
            ),
            "2026-03-02 12:00",
            "2026-03-03 12:00",
        ),
    ],
)
def test_deadlines_follow_the_sites_hours_from_when_they_began(
    site: Site, acknowledge_by: str, decide_by: str
) -> None:
    desk = opened()
    desk.fields["sites"] = (site,)
    now = at("2026-03-02 10:30")

    (step,) = desk.ticks(now)

    assert isinstance(step, Escalation)
    assert (step.status, step.occurred_at) == (S.WARNED, now)
    assert (step.acknowledge_by, step.decide_by) == (at(acknowledge_by), at(decide_by))
    (reason,) = step.reasons
    assert reason.code == "DEADLINES_CHANGED"
    assert reason.facts == {
        "acknowledge_by": "2026-03-02T11:00:00Z",
        "decide_by": "2026-03-03T09:00:00Z",
    }
    assert [each.message for each in desk.notices[-2:]] == [
        "customer-deadlines-changed",
        "manager-deadlines-changed",
    ]
    assert desk.ticks(now + 1) == []


def test_deadlines_follow_the_policys_numbers() -> None:
    desk = opened()
    normal = {"acknowledge_minutes": 90, "decide_minutes": 300}
    desk.fields["holds"] = policy(clocks=FOLLOW | {"NORMAL": normal})

    desk.ticks(at("2026-03-02 10:30"))

    assert deadlines(desk) == (at("2026-03-02 11:30"), at("2026-03-02 15:00"))
    assert desk.state().clocks.warn_decide == (
        Mark(at("2026-03-02 12:30"), 50),
        Mark(at("2026-03-02 13:45"), 75),
    )


def test_what_would_have_been_due_before_the_change_is_due_with_it_and_its_warnings_are_gone() -> (
    None
):
    desk = opened()
    normal = {"acknowledge_minutes": 10, "decide_minutes": 20}
    desk.fields["holds"] = policy(clocks=FOLLOW | {"NORMAL": normal})
    now = at("2026-03-02 10:30")

    steps = desk.ticks(now)

    assert [(each.status, each.occurred_at) for each in steps] == [
        (S.WARNED, now),
        (S.MOVED_UP, now),
    ]
    assert steps[0].decide_by == steps[0].acknowledge_by == now
    assert [each.reasons[0].code for each in steps] == ["DEADLINES_CHANGED", "UNDECIDED"]


def test_a_deadline_that_has_passed_stays_passed() -> None:
    """To be acknowledged by 12:00; at 12:30 it is too late for a later time."""
    desk = opened(NORMAL={"next_tier_after_minutes": {"REGIONAL": 9_999}})
    desk.ticks(at("2026-03-02 12:10"))
    longer = {"acknowledge_minutes": 400, "next_tier_after_minutes": {"REGIONAL": 9_999}}
    desk.fields["holds"] = policy(clocks=FOLLOW | {"NORMAL": longer})

    assert desk.ticks(at("2026-03-02 12:30")) == []
    assert deadlines(desk) == (at("2026-03-02 12:00"), at("2026-03-03 10:00"))


def test_what_is_acknowledged_has_another_time_to_decide_alone() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE), at("2026-03-02 10:10"))
    desk.fields["sites"] = (hours(("09:00", "11:00")),)

    desk.ticks(at("2026-03-02 10:30"))

    assert deadlines(desk) == (at("2026-03-02 12:00"), at("2026-03-06 10:00"))


def test_the_moves_of_the_table_follow_too() -> None:
    """REGIONAL after 4 h: at 14:00; with a break from 11:00 to 12:00 at 15:00."""
    desk = opened()
    desk.fields["sites"] = (hours(("09:00", "11:00"), ("12:00", "17:00")),)
    desk.ticks(at("2026-03-02 10:30"))

    (moved,) = [
        each
        for each in desk.ticks(at("2026-03-02 16:00"))
        if isinstance(each, Escalation) and each.status is S.MOVED_UP
    ]

    assert moved.occurred_at == at("2026-03-02 15:00")


def test_while_it_waits_its_clocks_stand_still_and_go_on_by_the_new_hours() -> None:
    """2 h had passed by noon, 6 are left. It waits until Tuesday noon; then 5 h, and one more."""
    desk = opened()
    desk.says(SPOKE)
    desk.says(action(ActionName.WAIT, until=at("2026-03-03 12:00")), at("2026-03-02 12:00"))
    assert desk.state().clocks.decide_by == at("2026-03-04 10:00")
    # Open until 18:00: from Tuesday noon 6 h are over at 18:00.
    desk.fields["sites"] = (hours(("09:00", "18:00")),)

    (step,) = desk.ticks(at("2026-03-02 13:00"))
    assert (step.status, step.decide_by) == (S.WARNED, at("2026-03-03 18:00"))
    assert desk.ticks(at("2026-03-02 13:01")) == []

    (over,) = desk.ticks(at("2026-03-03 12:00"))
    assert (over.reasons[0].code, over.decide_by) == ("WAIT_ENDED", at("2026-03-03 18:00"))
    # And once it has gone on, a further change counts from what was left: 1 h was used by 13:00.
    desk.fields["sites"] = (SITE,)
    (again,) = desk.ticks(at("2026-03-03 13:00"))
    assert again.decide_by == at("2026-03-04 10:00")


def test_half_of_the_time_to_decide_stays_half_whatever_the_policy_says_of_the_whole() -> None:
    """It moved up on Tuesday at 10:00, with 4 h: 14:00. With a break at noon: 15:00."""
    desk = opened()
    desk.ticks(at("2026-03-03 10:00"))
    assert desk.state().clocks.decide_by == at("2026-03-03 14:00")
    changes = {"NORMAL": {"decide_minutes": 60}}
    desk.fields |= {
        "holds": policy(clocks=FOLLOW | changes),
        "sites": (hours(("09:00", "12:00"), ("13:00", "17:00")),),
    }

    desk.ticks(at("2026-03-03 10:30"))

    assert desk.state().clocks.decide_by == at("2026-03-03 15:00")


def test_a_rise_of_severity_is_followed_from_the_rise() -> None:
    """HIGH from 11:00: to be acknowledged by 12:00, decided by 15:00; with a break 13:00, 16:00."""
    desk = opened()
    higher = disagreement("v1:R:2", severity=Severity.HIGH, subject_id="other")
    desk.says(higher, at("2026-03-02 11:00"))
    assert deadlines(desk) == (at("2026-03-02 12:00"), at("2026-03-02 15:00"))
    desk.fields["sites"] = (hours(("09:00", "11:30"), ("12:30", "17:00")),)

    desk.ticks(at("2026-03-02 11:15"))

    assert deadlines(desk) == (at("2026-03-02 13:00"), at("2026-03-02 16:00"))


def test_what_a_rise_left_as_it_was_follows_nothing_any_more() -> None:
    high = {"acknowledge_minutes": 120, "decide_minutes": 480}  # as NORMAL: a rise wins no time
    desk = opened(HIGH=high)
    desk.says(disagreement("v1:D:1", severity=Severity.HIGH), at("2026-03-02 10:30"))
    before = deadlines(desk)
    assert before == (at("2026-03-02 12:00"), at("2026-03-03 10:00"))

    desk.fields["sites"] = (hours(("09:00", "11:00")),)
    desk.ticks(at("2026-03-02 10:40"))

    assert deadlines(desk) == before


def test_a_closed_case_follows_nothing_and_the_next_moment_is_at_once_after_a_change() -> None:
    desk = opened()
    desk.fields["sites"] = (hours(("09:00", "11:00")),)
    assert desk.next_due(NOW + MINUTE) == NOW + MINUTE + 1
    desk.says(action(ActionName.RESOLVE, outcome=OutcomeName.UPHELD), NOW + MINUTE)

    assert desk.ticks(NOW + 2 * MINUTE) == []
    assert not desk.partition._set_by


def test_a_change_that_moves_no_deadline_says_nothing() -> None:
    """Saturdays too: Monday's case is decided before the next."""
    desk = opened()
    more = (*SITE.hours, Hours(days=(6,), from_="09:00", to="12:00"))
    desk.fields["sites"] = (replace(SITE, hours=more),)
    before = desk.state().clocks.begun

    assert desk.ticks(at("2026-03-02 10:30")) == []
    after = desk.state().clocks.begun
    assert before is not None
    assert after is not None
    assert after == replace(before, set_by=after.set_by) != before


@given(
    st.sampled_from(
        [SITE, hours(("09:00", "11:00"), ("12:00", "17:00")), hours(("22:00", "06:00"))]
    ),
    st.integers(at("2026-03-20 00:00"), at("2026-04-10 00:00")),
    st.integers(1, 40 * HOUR),
)
def test_before_business_time_undoes_adding_it(site: Site, start: int, duration: int) -> None:
    end = add_business_time(site, start, duration)
    began = before_business_time(site, end, duration)

    assert began >= start
    assert business_time_between(site, began, end) == duration
    assert business_time_between(site, began + 1, end) < duration
    assert add_business_time(site, began, duration) == end
