"""No customer is woken, safety excepted."""

import pytest

from agents.core.notices.timing import QuietHours, after_quiet_hours
from schemas.records import Severity
from tests.core.desk.world import at

BERLIN = "Europe/Berlin"


def quiet(begin: str | None, end: str | None) -> QuietHours:
    return QuietHours(begin=begin, end=end, time_zone=BERLIN)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02 20:59", "2026-03-02 20:59"),
        ("2026-03-02 21:00", "2026-03-03 07:30"),  # quiet hours begin
        ("2026-03-03 00:00", "2026-03-03 07:30"),
        ("2026-03-03 07:29", "2026-03-03 07:30"),
        ("2026-03-03 07:30", "2026-03-03 07:30"),  # and end
    ],
)
def test_a_notice_waits_for_the_end_of_quiet_hours(now: str, until: str) -> None:
    found = after_quiet_hours(at(now), quiet("21:00", "07:30"), Severity.HIGH)

    assert found == at(until)


def test_quiet_hours_of_one_day_need_no_midnight() -> None:
    found = after_quiet_hours(at("2026-03-02 13:00"), quiet("12:00", "14:00"), Severity.NORMAL)

    assert found == at("2026-03-02 14:00")


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until"), [(None, None), ("21:00", None), (None, "07:00"), ("9:00",) * 2]
)
def test_half_quiet_hours_are_none(quiet_from: str | None, quiet_until: str | None) -> None:
    now = at("2026-03-02 23:00")

    assert after_quiet_hours(now, quiet(quiet_from, quiet_until), Severity.NORMAL) == now


def test_safety_waits_for_nobody() -> None:
    now = at("2026-03-02 23:00")

    assert after_quiet_hours(now, quiet("21:00", "07:30"), Severity.SAFETY) == now


def test_the_end_is_by_the_wall_clock_when_the_clocks_change() -> None:
    # Europe/Berlin, 29 March 2026: 02:00 becomes 03:00. An end at 02:30 is the jump itself.
    late = at("2026-03-28 23:00")

    assert after_quiet_hours(late, quiet("21:00", "07:00"), Severity.NORMAL) == at(
        "2026-03-29 07:00"
    )
    assert after_quiet_hours(late, quiet("21:00", "02:30"), Severity.NORMAL) == at(
        "2026-03-29 03:00"
    )
