"""Deadlines of a case by its site's clock: the dates are worked out by hand in the comments.

NORMAL: 2 h to acknowledge, 8 h to decide. HIGH: 1 h and 4 h. Both in opening hours. SAFETY: 15 min
and 4 h of the calendar.
"""

import pytest
from msgspec.structs import replace

from schemas.records import Hours, Severity, Site
from tests.core.desk.world import SITE, Desk, at, disagreement

WEEK, EVERY_DAY = (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
AUCKLAND, HONOLULU = "Pacific/Auckland", "Pacific/Honolulu"
N, H, S = Severity.NORMAL, Severity.HIGH, Severity.SAFETY


def place(zone: str, *shifts: tuple[str, str], days: tuple[int, ...] = WEEK) -> Site:
    hours = tuple(Hours(days=days, from_=begin, to=end) for begin, end in shifts)
    return replace(SITE, time_zone=zone, hours=hours, holidays="DE-BY" if zone == BERLIN else None)


SPLIT = place(BERLIN, ("09:00", "12:00"), ("13:00", "17:00"))
NIGHT = place(NEW_YORK, ("18:00", "02:00"), days=EVERY_DAY)


@pytest.mark.parametrize(
    ("site", "severity", "opened", "acknowledge_by", "decide_by"),
    [
        # Half an hour before the break, then an hour and a half after it. Of the 8 h Monday has
        # 30 min and 4 h, Tuesday 3 h until noon and 30 min more.
        (SPLIT, N, "2026-03-02 11:30", "2026-03-02 14:30", "2026-03-03 13:30"),
        # In the break: from 13:00 on. Monday has 4 h, Tuesday the other 4: until 14:00.
        (SPLIT, N, "2026-03-02 12:15", "2026-03-02 15:00", "2026-03-03 14:00"),
        # Saturday before clocks go forward (Sunday 29 March): from Monday 09:00 on, 7 h of it.
        (SPLIT, N, "2026-03-28 12:00", "2026-03-30 11:00", "2026-03-31 10:00"),
        # Maundy Thursday, an hour is left. Good Friday (3 April), the weekend and Easter Monday
        # (the 6th) have none; Tuesday has the second hour, and with all of its 7 h the eighth.
        (SPLIT, N, "2026-04-02 16:00", "2026-04-07 10:00", "2026-04-07 17:00"),
        (SPLIT, H, "2026-04-02 16:30", "2026-04-07 09:30", "2026-04-07 13:30"),
        # SAFETY counts on where clocks go forward: 01:50, and 15 min later it is 03:05; after 4 h
        # 06:50. And back (25 October, 03:00 becomes 02:00): 4 h after 01:50 it is 04:50.
        (SPLIT, S, "2026-03-29 01:50", "2026-03-29 03:05", "2026-03-29 06:50"),
        (SPLIT, S, "2026-10-25 01:50", "2026-10-25 02:05", "2026-10-25 04:50"),
        # A shift over midnight: 23:30 and 2 h are 01:30. 8 h: 2 h 30 min until 02:00, then from
        # 18:00 on 5 h 30 min: 23:30 of the next day.
        (NIGHT, N, "2026-07-01 23:30", "2026-07-02 01:30", "2026-07-02 23:30"),
        # The night when clocks go back there (1 November, 02:00 EDT becomes 01:00 EST): from 23:30
        # 3 h 30 min are left. 2 h later it is 01:30, for the first time. Of 8 h, 4 h 30 min lie in
        # the next night: 22:30. HIGH: half an hour of its 4 h.
        (NIGHT, N, "2026-10-31 23:30", "2026-11-01 01:30", "2026-11-01 22:30"),
        (NIGHT, H, "2026-10-31 23:30", "2026-11-01 00:30", "2026-11-01 18:30"),
        # And forward (8 March, 02:00 becomes 03:00): 02:00 is when it closes, so nothing is lost.
        (NIGHT, H, "2026-03-07 23:30", "2026-03-08 00:30", "2026-03-08 19:30"),
    ],
)
def test_deadlines_by_the_sites_clock(
    site: Site, severity: Severity, opened: str, acknowledge_by: str, decide_by: str
) -> None:
    assert _deadlines(site, severity, at(opened, site.time_zone)) == (
        at(acknowledge_by, site.time_zone),
        at(decide_by, site.time_zone),
    )


@pytest.mark.parametrize(
    ("zone", "acknowledge_by", "decide_by"),
    [
        # One instant, 04:30 UTC of Friday, 6 March 2026. In Auckland (+13) it is Friday 17:30: from
        # Monday 09:00 on, which is Sunday 20:00 UTC.
        (AUCKLAND, "2026-03-08 22:00", "2026-03-09 04:00"),
        # In Honolulu (-10) it is Thursday 18:30: from Friday 09:00 on, which is 19:00 UTC.
        (HONOLULU, "2026-03-06 21:00", "2026-03-07 03:00"),
    ],
)
def test_deadlines_on_either_side_of_the_date_line(
    zone: str, acknowledge_by: str, decide_by: str
) -> None:
    site = place(zone, ("09:00", "17:00"))

    assert _deadlines(site, N, at("2026-03-06 04:30", "UTC")) == (
        at(acknowledge_by, "UTC"),
        at(decide_by, "UTC"),
    )


def _deadlines(site: Site, severity: Severity, now: int) -> tuple[int, int]:
    desk = Desk(sites=(site,))
    desk.says(disagreement(severity=severity, occurred_at=now, decided_at=now), now)
    clocks = desk.state().clocks
    return clocks.acknowledge_by, clocks.decide_by
