from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.calendar import (
    add_business_time,
    business_time_between,
    is_open,
    local_date,
    local_day,
    next_opening,
    on_shift,
)
from schemas.records import Hours, Manager, Site, Tier

MINUTE = 60_000
HOUR = 60 * MINUTE
BERLIN = "Europe/Berlin"
WEEKDAYS = (1, 2, 3, 4, 5)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def hours(days: tuple[int, ...], begin: str, end: str) -> Hours:
    return Hours(days=days, from_=begin, to=end)


def site(
    *shifts: Hours,
    time_zone: str = BERLIN,
    holidays: str | None = None,
    closed_on: tuple[date, ...] = (),
) -> Site:
    return Site(
        site_id="s",
        region_id="r",
        name="S",
        country="DE",
        subdivision="DE-BY",
        currency="EUR",
        time_zone=time_zone,
        hours=shifts,
        holidays=holidays,
        closed_on=closed_on,
    )


def manager(*shifts: Hours, time_zone: str = BERLIN) -> Manager:
    return Manager(
        manager_id="m",
        name="M",
        tier=Tier.LOCAL,
        site_ids=("s",),
        region_ids=(),
        languages=("de",),
        phone="+49",
        email=None,
        app_handle=None,
        shifts=shifts,
        time_zone=time_zone,
        absences=(),
        max_open=None,
        max_new_a_day=None,
    )


def at(text: str, zone: str = BERLIN, fold: int = 0) -> int:
    """Epoch milliseconds of a local time such as 2026-03-02 09:00."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return round(wall.timestamp() * 1000)


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


OFFICE = site(hours(WEEKDAYS, "09:00", "17:00"))
SPLIT = site(hours(WEEKDAYS, "08:00", "12:00"), hours(WEEKDAYS, "13:00", "18:00"))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at("2026-03-02 09:00") - 1, False),
        (at("2026-03-02 09:00"), True),
        (at("2026-03-02 09:00") + 1, True),
        (at("2026-03-02 17:00") - 1, True),
        (at("2026-03-02 17:00"), False),
        (at("2026-03-02 17:00") + 1, False),
        (at("2026-03-06 16:59"), True),
        (at("2026-03-07 12:00"), False),  # Saturday
    ],
)
def test_from_belongs_to_the_hours_and_to_does_not(moment: int, expected: bool) -> None:
    assert is_open(OFFICE, moment) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02 11:59", True),
        ("2026-03-02 12:00", False),
        ("2026-03-02 12:59", False),
        ("2026-03-02 13:00", True),
    ],
)
def test_a_split_shift_has_a_break(moment: str, expected: bool) -> None:
    assert is_open(SPLIT, at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-06 21:59", False),
        ("2026-03-06 22:00", True),  # Friday
        ("2026-03-07 00:00", True),
        ("2026-03-07 05:59", True),
        ("2026-03-07 06:00", False),
        ("2026-03-07 22:00", False),  # Saturday's night does not begin
        ("2026-03-08 01:00", False),
    ],
)
def test_a_shift_over_midnight_belongs_to_the_day_it_starts_on(moment: str, expected: bool) -> None:
    night = hours((5,), "22:00", "06:00")

    assert is_open(site(night), at(moment)) is expected
    assert on_shift(manager(night), at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-03-02 23:59", True), ("2026-03-03 00:00", False), ("2026-03-02 17:59", False)],
)
def test_24_00_is_midnight_at_the_days_end(moment: str, expected: bool) -> None:
    assert is_open(site(hours((1,), "18:00", "24:00")), at(moment)) is expected


def test_equal_from_and_to_are_a_whole_day() -> None:
    whole = site(hours((1,), "09:00", "09:00"))

    assert is_open(whole, at("2026-03-03 08:59"))
    assert not is_open(whole, at("2026-03-03 09:00"))


def test_a_shift_is_by_the_managers_own_time_zone() -> None:
    in_new_york = manager(hours(WEEKDAYS, "09:00", "17:00"), time_zone="America/New_York")

    assert not on_shift(in_new_york, utc("2026-03-02 13:59"))
    assert on_shift(in_new_york, utc("2026-03-02 14:00"))


def test_without_hours_or_shifts_it_is_always_open() -> None:
    never_declared = site()
    moment = at("2026-03-01 03:00")

    assert is_open(never_declared, moment)
    assert next_opening(never_declared, moment) == moment
    assert add_business_time(never_declared, moment, HOUR) == moment + HOUR
    assert business_time_between(never_declared, moment, moment + HOUR) == HOUR
    assert on_shift(manager(), moment)


@pytest.mark.parametrize(
    ("code", "day", "open_then"),
    [
        ("US-CA", "2026-03-31", False),  # Cesar Chavez Day, California's
        ("US", "2026-03-31", True),
        ("US-XX", "2026-12-25", False),  # a subdivision that does not exist: its country's
        ("US-XX", "2026-03-31", True),
        ("DE-BY", "2026-01-06", False),  # Epiphany, Bavaria's
        ("DE", "2026-01-06", True),
        ("DE", "2026-10-03", False),
        ("ZZ", "2026-12-25", True),
        (None, "2026-12-25", True),
    ],
)
def test_a_holiday_is_closed(code: str | None, day: str, open_then: bool) -> None:
    place = site(hours(EVERY_DAY, "09:00", "17:00"), holidays=code)

    assert is_open(place, at(f"{day} 12:00")) is open_then


def test_a_holiday_is_the_local_date_on_which_hours_begin() -> None:
    night = site(hours(EVERY_DAY, "22:00", "06:00"), closed_on=(date(2026, 3, 3),))

    assert is_open(night, at("2026-03-03 05:59"))  # began the day before
    assert not is_open(night, at("2026-03-03 22:00"))
    assert not is_open(night, at("2026-03-04 05:59"))
    assert is_open(night, at("2026-03-04 22:00"))


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-03-02 09:00", 479, "2026-03-02 16:59"),
        ("2026-03-02 09:00", 480, "2026-03-02 17:00"),
        ("2026-03-02 09:00", 481, "2026-03-03 09:01"),
        ("2026-03-02 08:00", 60, "2026-03-02 10:00"),
        ("2026-03-02 17:00", 60, "2026-03-03 10:00"),
        ("2026-03-06 16:30", 60, "2026-03-09 09:30"),  # over a weekend
        ("2026-03-02 16:00", 600, "2026-03-04 10:00"),
        ("2026-03-07 12:00", 0, "2026-03-07 12:00"),
    ],
)
def test_time_counts_only_while_the_site_is_open(start: str, minutes: int, expected: str) -> None:
    assert add_business_time(OFFICE, at(start), minutes * MINUTE) == at(expected)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-03-02 11:00", 60, "2026-03-02 12:00"),
        ("2026-03-02 11:00", 61, "2026-03-02 13:01"),
        ("2026-03-02 12:30", 30, "2026-03-02 13:30"),
        ("2026-03-02 11:00", 361, "2026-03-03 08:01"),
    ],
)
def test_time_stands_still_in_the_break(start: str, minutes: int, expected: str) -> None:
    assert add_business_time(SPLIT, at(start), minutes * MINUTE) == at(expected)


def test_overlapping_hours_count_once() -> None:
    twice = site(hours(WEEKDAYS, "09:00", "13:00"), hours(WEEKDAYS, "12:00", "17:00"))
    within = site(hours(WEEKDAYS, "09:00", "17:00"), hours(WEEKDAYS, "12:00", "13:00"))

    for each in (twice, within):
        assert add_business_time(each, at("2026-03-02 09:00"), 8 * HOUR) == at("2026-03-02 17:00")
        assert (
            business_time_between(each, at("2026-03-02 00:00"), at("2026-03-03 00:00")) == 8 * HOUR
        )


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02 08:00", "2026-03-02 09:00"),
        ("2026-03-02 09:00", "2026-03-02 09:00"),
        ("2026-03-02 16:59", "2026-03-02 16:59"),
        ("2026-03-02 17:00", "2026-03-03 09:00"),
        ("2026-03-06 17:00", "2026-03-09 09:00"),
    ],
)
def test_the_next_opening_is_now_while_it_is_open(moment: str, expected: str) -> None:
    assert next_opening(OFFICE, at(moment)) == at(expected)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-02 08:00", "2026-03-02 09:00", 0),
        ("2026-03-02 08:00", "2026-03-02 09:01", 1),
        ("2026-03-02 16:59", "2026-03-02 20:00", 1),
        ("2026-03-02 10:00", "2026-03-02 10:00", 0),
        ("2026-03-02 12:00", "2026-03-03 12:00", 480),
        ("2026-03-06 12:00", "2026-03-09 12:00", 480),
    ],
)
def test_business_time_between_is_what_was_open(start: str, end: str, minutes: int) -> None:
    assert business_time_between(OFFICE, at(start), at(end)) == minutes * MINUTE


def test_a_night_has_seven_hours_when_clocks_go_forward_and_nine_when_they_go_back() -> None:
    night = site(hours(EVERY_DAY, "22:00", "06:00"))

    spring = business_time_between(night, at("2026-03-28 22:00"), at("2026-03-29 06:00"))
    autumn = business_time_between(night, at("2026-10-24 22:00"), at("2026-10-25 06:00"))

    assert (spring, autumn) == (7 * HOUR, 9 * HOUR)


def test_hours_that_begin_where_the_clock_jumps_begin_with_the_jump() -> None:
    # Berlin, 2026-03-29: 02:00 becomes 03:00, at 01:00 UTC.
    jumped = site(hours((7,), "02:30", "05:00"))
    ends_in_the_gap = site(hours((7,), "01:00", "02:30"))
    jump = utc("2026-03-29 01:00")

    assert next_opening(jumped, at("2026-03-29 00:00")) == jump
    assert is_open(ends_in_the_gap, jump - 1)
    assert not is_open(ends_in_the_gap, jump)


def test_hours_that_end_where_the_clock_repeats_end_the_second_time() -> None:
    # Berlin, 2026-10-25: 03:00 becomes 02:00, at 01:00 UTC; 02:30 is at 00:30 and at 01:30 UTC.
    repeated = site(hours((7,), "02:30", "05:00"))
    ends_twice = site(hours((7,), "01:00", "02:30"))

    assert next_opening(repeated, at("2026-10-25 00:00")) == utc("2026-10-25 00:30")
    assert is_open(ends_twice, utc("2026-10-25 01:30") - 1)
    assert not is_open(ends_twice, utc("2026-10-25 01:30"))


@pytest.mark.parametrize(("closed_days", "opens"), [(365, True), (366, True), (367, False)])
def test_a_site_that_does_not_open_for_a_year_counts_on_the_calendar(
    closed_days: int, opens: bool
) -> None:
    first = date(2026, 3, 2)
    closed = tuple(date.fromordinal(first.toordinal() + day) for day in range(closed_days))
    place = site(hours(EVERY_DAY, "09:00", "17:00"), closed_on=closed)
    moment = at("2026-03-02 12:00")
    reopening = date.fromordinal(first.toordinal() + closed_days)

    expected = at(f"{reopening} 10:00") if opens else moment + HOUR
    assert add_business_time(place, moment, HOUR) == expected
    assert is_open(place, moment) is not opens


def test_a_time_zone_that_does_not_exist_is_utc() -> None:
    assert local_date("Mars/Olympus", utc("2026-03-02 23:59")) == date(2026, 3, 2)
    assert local_date("../etc", utc("2026-03-02 23:59")) == date(2026, 3, 2)


def test_a_local_day_has_23_hours_when_clocks_go_forward() -> None:
    assert local_day(BERLIN, at("2026-03-29 12:00")) == (
        at("2026-03-29 00:00"),
        at("2026-03-29 00:00") + 23 * HOUR,
    )


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-01 07:59", date(2026, 2, 28)),
        ("2026-03-01 08:00", date(2026, 3, 1)),
    ],
)
def test_a_local_date_is_what_the_wall_clock_shows(moment: str, expected: date) -> None:
    assert local_date("America/Los_Angeles", utc(moment)) == expected


CLOCKS = st.integers(0, 24 * 4 - 1).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
SHIFTS = st.builds(
    hours,
    st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
    CLOCKS,
    st.one_of(CLOCKS, st.just("24:00")),
)
SITES = st.builds(
    lambda shifts, zone: site(*shifts, time_zone=zone),
    st.lists(SHIFTS, max_size=3),
    st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
MOMENTS = st.integers(utc("2026-03-01 00:00"), utc("2026-11-30 00:00"))


@given(SITES, MOMENTS, st.integers(0, 100 * HOUR))
def test_what_was_added_lies_between(place: Site, start: int, duration: int) -> None:
    assert (
        business_time_between(place, start, add_business_time(place, start, duration)) == duration
    )


@given(SITES, MOMENTS, st.integers(1, 20 * 24 * HOUR))
def test_adding_what_lies_between_never_goes_further_and_skips_no_open_time(
    place: Site, start: int, length: int
) -> None:
    between = business_time_between(place, start, start + length)
    reached = add_business_time(place, start, between)

    assert reached <= start + length
    assert business_time_between(place, reached, start + length) == 0


@given(SITES, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(place: Site, moment: int) -> None:
    opening = next_opening(place, moment)

    assert is_open(place, opening)
    assert business_time_between(place, moment, opening) == 0


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        ("Europe/Berlin", "2026-03-28T22:59:59Z", "2026-03-28"),
        ("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29"),  # the night of the change
        ("Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29"),
        ("Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30"),
        ("Pacific/Kiritimati", "2026-07-01T10:00:00Z", "2026-07-02"),
        ("America/New_York", "2026-07-01T03:59:59Z", "2026-06-30"),
    ],
)
def test_the_local_date_is_that_of_the_wall_clock(zone: str, text: str, expected: str) -> None:
    moment = round(datetime.fromisoformat(text).timestamp() * 1000)

    assert local_date(zone, moment).isoformat() == expected
