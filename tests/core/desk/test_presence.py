"""When a manager goes and comes back. 2 March 2026 is a Monday; Berlin."""

from datetime import date

import pytest
from msgspec.structs import replace

from agents.core.calendar import shift_ends
from agents.core.desk.presence import away, goes, presence_of, returns
from agents.core.world import Directory
from schemas.records import Absence, DayHours, Hours, Why
from tests.core.desk.world import DAY, HOUR, LENA, MINUTE, NOW, RUTH, at

WEEK = (1, 2, 3, 4, 5, 6, 7)
FAR = NOW + 60 * DAY
SPLIT = replace(
    LENA,
    shifts=(
        Hours(days=(1, 2, 3, 4, 5), from_="08:00", to="12:00"),
        Hours(days=(1, 2, 3, 4, 5), from_="13:00", to="17:00"),
    ),
)
NIGHT = replace(LENA, shifts=(Hours(days=(1, 2, 3, 4, 5), from_="22:00", to="06:00"),))
ROUND = replace(
    LENA,
    shifts=(
        Hours(days=WEEK, from_="00:00", to="12:00"),
        Hours(days=WEEK, from_="12:00", to="24:00"),
    ),
)


@pytest.mark.parametrize(
    ("manager", "since", "gone", "back"),
    [
        (SPLIT, "2026-03-02 10:00", "2026-03-02 12:00", "2026-03-02 13:00"),
        (SPLIT, "2026-03-02 13:00", "2026-03-02 17:00", "2026-03-03 08:00"),
        (SPLIT, "2026-03-06 16:59", "2026-03-06 17:00", "2026-03-09 08:00"),  # over the weekend
        (SPLIT, "2026-03-02 12:00", "2026-03-02 12:00", "2026-03-02 13:00"),  # gone already
        (NIGHT, "2026-03-02 23:00", "2026-03-03 06:00", "2026-03-03 22:00"),
        (NIGHT, "2026-03-07 05:00", "2026-03-07 06:00", "2026-03-09 22:00"),  # Friday's night
        # Clocks go forward on Sunday, 29 March 2026; the shift of Saturday is none.
        (NIGHT, "2026-03-28 01:00", "2026-03-28 06:00", "2026-03-30 22:00"),
    ],
)
def test_the_end_of_a_shift_and_the_next_one(
    manager: object, since: str, gone: str, back: str
) -> None:
    assert goes(manager, at(since), FAR) == at(gone)  # type: ignore[arg-type]
    assert returns(manager, at(gone), FAR) == at(back)  # type: ignore[arg-type]


@pytest.mark.parametrize("manager", [LENA, ROUND])
def test_who_always_works_never_goes(manager: object) -> None:
    assert goes(manager, NOW, FAR) is None  # type: ignore[arg-type]
    assert returns(manager, NOW, FAR) == NOW  # type: ignore[arg-type]


def absent(*spans: tuple[int, int]) -> tuple[Absence, ...]:
    return tuple(Absence(from_=since, until=until) for since, until in spans)


def test_an_absence_begins_and_the_next_shift_after_it_counts() -> None:
    manager = replace(SPLIT, absences=absent((NOW + HOUR, at("2026-03-03 12:30"))))

    assert goes(manager, NOW, FAR) == NOW + HOUR
    assert away(manager, NOW + HOUR) is Why.ABSENT
    assert returns(manager, NOW + HOUR, FAR) == at("2026-03-03 13:00")


def test_absences_one_after_the_other_are_one() -> None:
    manager = replace(
        LENA,
        absences=absent((NOW, NOW + DAY), (NOW + DAY, NOW + 2 * DAY), (NOW + HOUR, NOW + HOUR)),
    )

    assert goes(manager, NOW - 1, FAR) == NOW
    assert returns(manager, NOW, FAR) == NOW + 2 * DAY
    assert (returns(manager, NOW, NOW + 2 * DAY), goes(manager, NOW - 1, NOW)) == (None, None)


@pytest.mark.parametrize(("before", "found"), [(-1, None), (0, None), (1, at("2026-03-02 12:00"))])
def test_only_what_is_before_the_deadline_is_looked_for(before: int, found: int | None) -> None:
    deadline = at("2026-03-02 12:00") + before

    assert goes(SPLIT, NOW, deadline) == found
    assert shift_ends(SPLIT, NOW, deadline) in (found, at("2026-03-02 12:00"), None)


def test_presence_is_another_with_other_days_or_another_manager() -> None:
    def presence(manager: object, manager_id: str = "lena") -> int:
        return presence_of(manager_id, Directory((), (manager, RUTH)))  # type: ignore[arg-type]

    known = presence(LENA)
    others = [
        presence(SPLIT),
        presence(replace(LENA, absences=absent((NOW, NOW + MINUTE)))),
        presence(replace(LENA, time_zone="UTC")),
        presence(LENA, "ruth"),
        presence(LENA, "nobody"),
    ]

    assert presence(replace(LENA, phone="+49", languages=())) == known
    assert len({known, *others}) == len(others) + 1


def test_a_half_day_ends_the_shift_and_an_absence_still_holds() -> None:
    until_noon = DayHours(date=date(2026, 3, 3), from_="08:00", to="10:00")
    half = replace(SPLIT, hours_on=(until_noon,))
    away_then = replace(half, absences=absent((at("2026-03-03 00:00"), at("2026-03-04 00:00"))))

    assert goes(half, at("2026-03-03 09:00"), FAR) == at("2026-03-03 10:00")
    assert returns(half, at("2026-03-03 10:00"), FAR) == at("2026-03-04 08:00")
    assert [away(half, at(f"2026-03-03 {clock}")) for clock in ("09:59", "10:00", "10:01")] == [
        None, Why.OFF_SHIFT, Why.OFF_SHIFT,
    ]  # fmt: skip
    assert away(away_then, at("2026-03-03 09:00")) is Why.ABSENT
    numbers = {presence_of("lena", Directory([], [each])) for each in (SPLIT, half, away_then)}
    assert len(numbers) == 3
