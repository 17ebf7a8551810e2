"""How many places are free and from when on: as the throttle lets one after another pass."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.core.customers.places import free_at, places_at
from agents.core.customers.state import Entry
from agents.core.customers.stays import Stay
from agents.core.customers.throttle import Limits, passes
from schemas.records import OutcomeName
from tests.core.builders import policy

HOUR = 3_600_000
DAY = 24 * HOUR
T = 1_000 * DAY
COMES_TO = [
    (1.0, None),
    (0.0, OutcomeName.UPHELD),
    (0.5, OutcomeName.PARTLY_UPHELD),
    (2.0, OutcomeName.UNFOUNDED),
    (4.0, OutcomeName.ABUSIVE),
]
ENTRIES = st.lists(
    st.tuples(
        st.integers(-300 * 24, 48) | st.integers(-30, 30),
        st.integers(-2, 2),
        st.sampled_from(COMES_TO),
    ),
    max_size=8,
)
STAYS = st.lists(st.tuples(st.integers(-60, 0), st.integers(0, 40)), max_size=3)


def entry(at: int, weight: float = 1.0, outcome: OutcomeName | None = None) -> Entry:
    return Entry(
        escalation_id="", disagreement_id="", occurred_at=at, weight=weight, outcome=outcome,
        asked=True,
    )  # fmt: skip


def limits(stays: list[tuple[int, int]], **throttle: int) -> Limits:
    cars = [
        Stay(f"car{number}", T + begin * DAY, T + (begin + days) * DAY)
        for number, (begin, days) in enumerate(stays)
    ]
    return Limits(policy(throttle=throttle).throttle, cars)


def one_by_one(entries: list[Entry], at: int, of: Limits) -> int:
    """How many pass if each that passed takes its place."""
    asked = list(entries)
    while passes(asked, at, of):
        asked.append(entry(at))
    return len(asked) - len(entries)


@given(ENTRIES, STAYS, st.integers(0, 6), st.integers(1, 4), st.sampled_from([1, 2, 30]))
@example([(5, 0, COMES_TO[0]), (9, 0, COMES_TO[0])], [], 6, 2, 30)
@example([(24, -1, COMES_TO[0]), (24, -1, COMES_TO[0])], [], 6, 2, 30)
@example([(24, 0, COMES_TO[0]), (24, 0, COMES_TO[0])], [], 6, 2, 30)
def test_so_many_are_free_as_the_throttle_lets_pass_one_after_the_other(
    drawn: list[tuple[int, int, tuple[float, OutcomeName | None]]],
    stays: list[tuple[int, int]],
    limit: int,
    per_day: int,
    window: int,
) -> None:
    of = limits(stays, limit=limit, per_day=per_day, per_vehicle=1, window_days=window)
    entries = [entry(T + hours * HOUR + ms, *comes_to) for hours, ms, comes_to in drawn]

    for at in (T, T + 1, T + DAY, *(each.occurred_at + 1 for each in entries)):
        assert free_at(entries, at, of) == one_by_one(entries, at, of)


@given(ENTRIES, STAYS, st.integers(0, 6), st.integers(1, 4))
def test_between_its_moments_the_number_stays_and_each_is_exact(
    drawn: list[tuple[int, int, tuple[float, OutcomeName | None]]],
    stays: list[tuple[int, int]],
    limit: int,
    per_day: int,
) -> None:
    of = limits(stays, limit=limit, per_day=per_day, per_vehicle=1)
    entries = [entry(T + hours * HOUR + ms, *comes_to) for hours, ms, comes_to in drawn]

    places = places_at(entries, T, of)

    free = places.free
    assert free == free_at(entries, T, of)
    for at, then in places.changes:
        assert (free_at(entries, at - 1, of), free_at(entries, at, of)) == (free, then)
        assert then != free
        free = then
    assert free == free_at(entries, T + 3_000 * DAY, of)


@pytest.mark.parametrize("later", [0, 1])
def test_a_policy_that_holds_nobody_back_is_counted_and_not_counted_off(later: int) -> None:
    of = limits([], limit=1_000_000, per_day=1_000_000)
    entries = [entry(T - DAY, 2.0, OutcomeName.UNFOUNDED), entry(T + later * HOUR)]

    assert places_at(entries, T, of).free == 999_997


def test_of_a_fleet_that_asked_for_half_a_year_each_moment_is_found() -> None:
    of = limits([(-60, 90)] * 3, limit=60, per_day=60)
    entries = [entry(T - number * 7 * HOUR, 2.0, OutcomeName.UNFOUNDED) for number in range(300)]

    changes = places_at(entries, T, of).changes

    steps = zip(changes[1:], changes, strict=False)
    rises = [at for (at, free), (_, before) in steps if free > before]
    assert len(rises) > 50
    for at in rises:
        assert free_at(entries, at - 1, of) < free_at(entries, at, of)
