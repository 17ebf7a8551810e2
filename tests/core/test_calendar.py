from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from agents.core.calendar import (
    add_business_time,
    business_time_between,
    is_open,
    local_date,
    local_day,
    next_on_shift,
    next_opening,
    on_shift,
)
from schemas.records import DayHours, Hours, Manager, Site, Tier

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
    hours_on: tuple[DayHours, ...] | None = None,
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
        hours_on=hours_on,
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


NIGHT = site(hours(EVERY_DAY, "22:00", "06:00"))
NEW_YORK, SYDNEY, LORD_HOWE = "America/New_York", "Australia/Sydney", "Australia/Lord_Howe"


@pytest.mark.parametrize(
    ("zone", "opened", "start", "hours_open", "expected"),
    [
        # Berlin, Sunday 2026-03-29, 02:00 becomes 03:00 at 01:00 UTC. Open 00:00 to 08:00 is 7 h:
        # 23:00 UTC the day before to 06:00 UTC. 7 h end at closing time, 8 h an hour into Monday,
        # which begins at 22:00 UTC.
        (BERLIN, ("00:00", "08:00"), "2026-03-28 23:00", 7, "2026-03-29 06:00"),
        (BERLIN, ("00:00", "08:00"), "2026-03-28 23:00", 8, "2026-03-29 23:00"),
        # Sunday 2026-10-25, 03:00 becomes 02:00 at 01:00 UTC: 9 h, 22:00 UTC to 07:00 UTC.
        (BERLIN, ("00:00", "08:00"), "2026-10-24 22:00", 9, "2026-10-25 07:00"),
        (BERLIN, ("00:00", "08:00"), "2026-10-24 22:00", 10, "2026-10-26 00:00"),
        # New York, Sunday 2026-03-08, 02:00 becomes 03:00 at 07:00 UTC. 09:00 to 17:00 is 14:00 to
        # 22:00 UTC on Saturday, 13:00 to 21:00 UTC on Sunday: 8 h each, a day of 23 h between.
        (NEW_YORK, ("09:00", "17:00"), "2026-03-07 14:00", 9, "2026-03-08 14:00"),
        # Sunday 2026-11-01, 02:00 becomes 01:00 at 06:00 UTC: Saturday 13:00 to 21:00 UTC, Sunday
        # 14:00 to 22:00 UTC.
        (NEW_YORK, ("09:00", "17:00"), "2026-10-31 13:00", 9, "2026-11-01 15:00"),
        # Sydney, the other way round: Sunday 2026-04-05, 03:00 becomes 02:00 at 16:00 UTC of the
        # 4th (9 h from 13:00 UTC); Sunday 2026-10-04, 02:00 becomes 03:00 at 16:00 UTC of the 3rd
        # (7 h from 14:00 UTC).
        (SYDNEY, ("00:00", "08:00"), "2026-04-04 13:00", 9, "2026-04-04 22:00"),
        (SYDNEY, ("00:00", "08:00"), "2026-10-03 14:00", 7, "2026-10-03 21:00"),
        (SYDNEY, ("00:00", "08:00"), "2026-10-03 14:00", 8, "2026-10-04 14:00"),
        # Lord Howe changes by half an hour: 2026-04-05, 02:00 (+11) becomes 01:30 (+10:30) at 15:00
        # UTC of the 4th. 00:00 is 13:00 UTC, 08:00 is 21:30 UTC: 8 h 30 min; a ninth hour has its
        # second half on Monday, from 13:30 UTC on.
        (LORD_HOWE, ("00:00", "08:00"), "2026-04-04 13:00", 9, "2026-04-05 14:00"),
    ],
)
def test_where_clocks_change_what_was_open_counts(
    zone: str, opened: tuple[str, str], start: str, hours_open: int, expected: str
) -> None:
    place = site(hours(EVERY_DAY, *opened), time_zone=zone)

    assert add_business_time(place, utc(start), hours_open * HOUR) == utc(expected)
    assert business_time_between(place, utc(start), utc(expected)) == hours_open * HOUR


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        # The break of a split shift on the Sunday of the change (Berlin, 2026-03-29: 00:30 UTC is
        # 01:30, 01:00 UTC is 03:00). Open 00:00 to 01:30 and 03:30 to 06:00.
        ("2026-03-29 00:00", 30, "2026-03-29 00:30"),  # 01:30, the break begins
        ("2026-03-29 00:00", 31, "2026-03-29 01:31"),  # 03:31: the break lasted an hour, not two
        ("2026-03-29 00:45", 0, "2026-03-29 00:45"),
        ("2026-03-29 00:45", 150, "2026-03-29 04:00"),  # 06:00, closing time
        ("2026-03-29 00:45", 151, "2026-03-29 22:01"),  # Monday 00:01
        # And where it is longer (2026-10-25: 00:30 UTC is the first 02:30, 01:30 UTC the second).
        ("2026-10-24 23:00", 30, "2026-10-24 23:30"),  # 01:30
        ("2026-10-24 23:00", 31, "2026-10-25 02:31"),  # 03:31: the break lasted three hours
    ],
)
def test_a_split_shift_on_a_day_of_change(start: str, minutes: int, expected: str) -> None:
    place = site(hours(EVERY_DAY, "00:00", "01:30"), hours(EVERY_DAY, "03:30", "06:00"))

    assert add_business_time(place, utc(start), minutes * MINUTE) == utc(expected)


@pytest.mark.parametrize(
    ("code", "start", "minutes", "expected"),
    [
        # Easter Sunday is 2026-04-05: Good Friday the 3rd and Easter Monday the 6th are holidays.
        # Thursday 16:00 has an hour left, the second is Tuesday's first.
        ("DE-BY", "2026-04-02 16:00", 120, "2026-04-07 10:00"),
        # Without holidays the second is Friday's first.
        (None, "2026-04-02 16:00", 120, "2026-04-03 10:00"),
        # Independence Day 2026 is a Saturday: the United States keep Friday the 3rd.
        ("US", "2026-07-02 16:00", 120, "2026-07-06 10:00"),
        # Family Day, the third Monday of February (the 16th), is Ontario's and not Canada's.
        ("CA-ON", "2026-02-13 16:00", 120, "2026-02-17 10:00"),
        ("CA", "2026-02-13 16:00", 120, "2026-02-16 10:00"),
        # The French national day 2026 is a Tuesday.
        ("FR", "2026-07-13 16:00", 120, "2026-07-15 10:00"),
        # Christmas 2026: Friday the 25th and Saturday the 26th; New Year's Day 2027 is a Friday.
        ("DE-BY", "2026-12-24 16:30", 60, "2026-12-28 09:30"),
        ("DE-BY", "2026-12-31 16:30", 60, "2027-01-04 09:30"),
    ],
)
def test_time_passes_over_holidays(
    code: str | None, start: str, minutes: int, expected: str
) -> None:
    place = site(hours(WEEKDAYS, "09:00", "17:00"), holidays=code)

    assert add_business_time(place, at(start), minutes * MINUTE) == at(expected)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-03-02 23:59", 2, "2026-03-03 00:01"),
        ("2026-03-02 05:59", 1, "2026-03-02 06:00"),
        ("2026-03-02 05:59", 2, "2026-03-02 22:01"),
        ("2026-03-02 22:00", 480, "2026-03-03 06:00"),  # 8 h: a whole night
        ("2026-03-02 22:00", 481, "2026-03-03 22:01"),
        ("2026-12-31 22:00", 480, "2027-01-01 06:00"),  # over the year's end
        ("2028-02-28 23:00", 420, "2028-02-29 06:00"),  # 2028 is a leap year
        ("2028-02-29 23:00", 420, "2028-03-01 06:00"),
        # The nights of the change: 7 h from Saturday 2026-03-28 22:00, 9 h from 2026-10-24 22:00.
        ("2026-03-28 22:00", 420, "2026-03-29 06:00"),
        ("2026-03-28 22:00", 421, "2026-03-29 22:01"),
        ("2026-10-24 22:00", 540, "2026-10-25 06:00"),
        ("2026-10-24 22:00", 541, "2026-10-25 22:01"),
    ],
)
def test_a_shift_over_midnight_counts_on(start: str, minutes: int, expected: str) -> None:
    assert add_business_time(NIGHT, at(start), minutes * MINUTE) == at(expected)


def test_a_night_that_ends_on_a_holiday_is_whole_and_the_holidays_own_does_not_begin() -> None:
    # New Year's Day 2027 is a holiday: the night of the 31st ends on it at 06:00, the next begins
    # on the 2nd at 22:00. From 05:00 that is 1 h, then the hour until 23:00 on the 2nd.
    place = site(hours(EVERY_DAY, "22:00", "06:00"), holidays="DE")

    assert add_business_time(place, at("2027-01-01 05:00"), 2 * HOUR) == at("2027-01-02 23:00")


@pytest.mark.parametrize(
    ("zone", "moment", "opening", "day"),
    [
        # Friday 2026-03-06, 10:30 UTC. Kiritimati (+14) has Saturday 00:30: it opens on Monday at
        # 09:00, which is Sunday 19:00 UTC. Pago Pago (-11) has Thursday 23:30: it opens on Friday
        # at 09:00, which is 20:00 UTC.
        ("Pacific/Kiritimati", "2026-03-06 10:30", "2026-03-08 19:00", date(2026, 3, 7)),
        ("Pacific/Pago_Pago", "2026-03-06 10:30", "2026-03-06 20:00", date(2026, 3, 5)),
        # Auckland (+13 until 2026-04-05) and Honolulu (-10) on one instant, a day apart.
        ("Pacific/Auckland", "2026-03-02 21:00", "2026-03-02 21:00", date(2026, 3, 3)),
        ("Pacific/Honolulu", "2026-03-02 21:00", "2026-03-02 21:00", date(2026, 3, 2)),
    ],
)
def test_sites_on_either_side_of_the_date_line(
    zone: str, moment: str, opening: str, day: date
) -> None:
    place = site(hours(WEEKDAYS, "09:00", "17:00"), time_zone=zone)

    assert next_opening(place, utc(moment)) == utc(opening)
    assert local_date(zone, utc(moment)) == day


def test_a_day_that_a_place_skipped_has_no_hours() -> None:
    # Samoa went over the date line: after Thursday 2011-12-29 (-10) came Saturday the 31st (+14),
    # at 10:00 UTC of the 30th. Thursday 12:00 is 22:00 UTC; 5 h until 17:00, then 3 h from Saturday
    # 09:00, which is 19:00 UTC of the 30th.
    place = site(hours(EVERY_DAY, "09:00", "17:00"), time_zone="Pacific/Apia")

    assert add_business_time(place, utc("2011-12-29 22:00"), 8 * HOUR) == utc("2011-12-30 22:00")


@given(
    st.lists(SHIFTS, min_size=1, max_size=3),
    st.integers(utc("2026-03-01 00:00"), utc("2026-03-08 00:00")),
    st.integers(0, 20 * HOUR),
)
def test_what_is_open_is_what_a_wall_clock_would_find_minute_by_minute(
    shifts: list[Hours], start: int, duration: int
) -> None:
    """Quarters of an hour, one by one, in a zone without change (Kolkata, +5:30)."""
    zone = "Asia/Kolkata"
    place = site(*shifts, time_zone=zone)
    quarter, step = 15 * MINUTE, start - start % (15 * MINUTE)
    end = start + duration

    by_the_clock = 0
    while step < end:
        if any(_is_within(each, step, zone) for each in shifts):
            by_the_clock += min(step + quarter, end) - max(step, start)
        step += quarter

    assert business_time_between(place, start, end) == by_the_clock


def _is_within(shift: Hours, moment: int, zone: str) -> bool:
    """Whether the wall clock is within a shift, of this day or of the one before."""
    wall = datetime.fromtimestamp(moment / 1000, ZoneInfo(zone))
    clock = f"{wall.hour:02}:{wall.minute:02}"
    today, yesterday = wall.isoweekday(), (wall.isoweekday() - 2) % 7 + 1
    if shift.to > shift.from_:
        return today in shift.days and shift.from_ <= clock < shift.to
    return (today in shift.days and clock >= shift.from_) or (
        yesterday in shift.days and clock < shift.to
    )


@given(SITES, MOMENTS, st.integers(1, 100 * HOUR), st.integers(1, 100 * HOUR))
def test_business_time_adds_up(place: Site, start: int, first: int, second: int) -> None:
    middle = add_business_time(place, start, first)

    assert add_business_time(place, middle, second) == add_business_time(
        place, start, first + second
    )


@given(SITES, MOMENTS, st.integers(0, 100 * HOUR))
def test_at_an_open_moment_adding_undoes_what_lies_between(
    place: Site, start: int, length: int
) -> None:
    end = next_opening(place, start + length) + 1

    assert add_business_time(place, start, business_time_between(place, start, end)) == end


def test_a_closure_too_long_to_wait_for_counts_on_the_calendar_from_the_last_closing_time() -> None:
    # Open 09:00 to 17:00, then closed from 2026-03-03 on for 367 days. Monday 16:00 has an hour.
    first = date(2026, 3, 3)
    closed = tuple(date.fromordinal(first.toordinal() + day) for day in range(367))
    place = site(hours(EVERY_DAY, "09:00", "17:00"), closed_on=closed)
    start = at("2026-03-02 16:00")

    assert add_business_time(place, start, HOUR) == at("2026-03-02 17:00")
    assert add_business_time(place, start, 2 * HOUR) == at("2026-03-02 18:00")
    assert business_time_between(place, start, at("2026-03-04 17:00")) == 49 * HOUR
    # It opens again on 2027-03-05, and then the hours count.
    assert add_business_time(place, at("2027-03-05 10:00"), 8 * HOUR) == at("2027-03-06 10:00")


def test_it_does_not_matter_in_which_order_moments_are_asked_for() -> None:
    # 16:00 on a Thursday of several years, forth and back: an hour then, another at 10:00.
    thursdays = ("2026-04-09", "2026-03-05", "2023-03-02", "2026-03-05", "2031-03-06", "2026-01-08")
    place = site(hours(WEEKDAYS, "09:00", "17:00"), closed_on=(date(2020, 1, 1),))

    for thursday in thursdays:
        start = at(f"{thursday} 16:00")
        friday = date.fromordinal(date.fromisoformat(thursday).toordinal() + 1)
        assert add_business_time(place, start, 2 * HOUR) == at(f"{friday} 10:00")
        assert business_time_between(place, start, at(f"{friday} 10:00")) == 2 * HOUR


@pytest.mark.parametrize("weekdays", [WEEKDAYS, (1,)])
def test_up_to_each_day_what_was_open_is_counted(weekdays: tuple[int, ...]) -> None:
    # Monday 2026-03-02 09:00 to noon of each day after it: 8 h for each day before that is open,
    # 3 h of an open one.
    start, monday = at("2026-03-02 09:00"), date(2026, 3, 2).toordinal()
    for days in range(100):
        # A day closed long ago makes it another calendar, of which nothing was asked before.
        long_ago = date.fromordinal(730_000 + days)
        place = site(hours(weekdays, "09:00", "17:00"), closed_on=(long_ago,))
        whole = sum(day % 7 + 1 in weekdays for day in range(days))
        expected = whole * 8 * HOUR + (3 * HOUR if days % 7 + 1 in weekdays else 0)

        noon = at(f"{date.fromordinal(monday + days)} 12:00")
        assert business_time_between(place, start, noon) == expected


def test_a_night_that_began_before_all_that_was_asked_for_is_known() -> None:
    night = site(hours(EVERY_DAY, "22:00", "06:00"), closed_on=(date(2002, 1, 1),))
    last = date(2026, 3, 2).toordinal()

    for back in range(80):
        assert is_open(night, at(f"{date.fromordinal(last - back)} 05:00"))


def on(day: str, begin: str, end: str) -> DayHours:
    return DayHours(date=date.fromisoformat(day), from_=begin, to=end)


UNTIL_NOON = on("2026-12-24", "08:00", "12:00")
"""A Thursday."""


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-12-24T07:59:59.999", False),
        ("2026-12-24T08:00:00.000", True),
        ("2026-12-24T08:00:00.001", True),
        ("2026-12-24T11:59:59.999", True),
        ("2026-12-24T12:00:00.000", False),
        ("2026-12-24T12:00:00.001", False),
        ("2026-12-23T17:00:00.000", True),
        ("2026-12-31T17:00:00.000", True),
    ],
)
@pytest.mark.parametrize("closed_on", [(), (date(2026, 12, 24),)])
def test_a_half_day_is_in_place_of_that_days_hours_and_above_what_closes_it(
    closed_on: tuple[date, ...], moment: str, *, expected: bool
) -> None:
    place = site(hours(WEEKDAYS, "09:00", "18:00"), closed_on=closed_on, hours_on=(UNTIL_NOON,))

    assert is_open(place, at(moment)) == expected


def test_a_half_day_is_above_a_holiday_and_may_be_a_split_or_over_midnight() -> None:
    place = site(
        hours(WEEKDAYS, "09:00", "18:00"),
        holidays="DE-BY",
        hours_on=(
            on("2026-12-25", "10:00", "11:00"),
            on("2026-12-25", "22:00", "02:00"),
            on("2026-12-27", "10:00", "12:00"),
        ),
    )
    begin, end = at("2026-12-25T00:00"), at("2026-12-28T09:00")

    assert business_time_between(place, begin, end) == (1 + 4 + 2) * HOUR
    assert is_open(place, at("2026-12-26T01:59:59.999"))
    assert not is_open(place, at("2026-12-26T02:00"))


def test_time_stands_still_after_a_half_day() -> None:
    place = site(hours(WEEKDAYS, "08:00", "18:00"), hours_on=(UNTIL_NOON,))

    assert add_business_time(place, at("2026-12-24T11:00"), 60 * MINUTE) == at("2026-12-24T12:00")
    assert add_business_time(place, at("2026-12-24T11:00"), 90 * MINUTE) == at("2026-12-25T08:30")


def test_who_is_there_always_is_so_on_all_but_the_half_day() -> None:
    place = site(hours_on=(UNTIL_NOON,), closed_on=(date(2026, 12, 25),))

    assert (
        business_time_between(place, at("2026-12-23T00:00"), at("2026-12-26T00:00"))
        == (24 + 4 + 24) * HOUR
    )


def test_a_managers_half_day_is_in_place_of_that_days_shifts() -> None:
    half = structs.replace(manager(hours(WEEKDAYS, "09:00", "18:00")), hours_on=(UNTIL_NOON,))

    assert [on_shift(half, at(f"2026-12-24T{clock}")) for clock in ("08:00", "11:59", "12:00")] == [
        True, True, False,
    ]  # fmt: skip
    assert next_on_shift(half, at("2026-12-24T12:00")) == at("2026-12-25T09:00")
