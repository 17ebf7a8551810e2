"""The throttle: weights, fading, windows, `next_at`."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.customers.state import Entry
from agents.core.customers.throttle import (
    Limits,
    fade,
    gone_at,
    in_last_day,
    next_at,
    passes,
    used,
    weight_of,
)
from agents.core.policy_numbers import Throttle
from agents.reference_data.policy_files import default_policy
from schemas.records import Outcome, OutcomeName, OutcomeStatus, WithdrawnBy

HOUR = 3_600_000
DAY = 24 * HOUR
T = 100 * DAY


@cache
def limits(**changes: int) -> Throttle:
    return default_policy().throttle.model_copy(update=changes)


def entry(at: int, weight: float = 1, outcome: OutcomeName | None = None) -> Entry:
    return Entry(
        escalation_id=f"v:{at}", disagreement_id=f"v:R:{at}", occurred_at=at,
        weight=weight, outcome=outcome,
    )  # fmt: skip


def outcome(status: OutcomeStatus, **changes: Any) -> Outcome:
    given = {"on_appeal": False} | changes
    return Outcome(
        escalation_id="v:1", visit_id="v", customer_id="c", occurred_at=T, status=status, **given
    )


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (outcome(OutcomeStatus.RESOLVED, outcome=OutcomeName.UPHELD), 0),
        (outcome(OutcomeStatus.RESOLVED, outcome=OutcomeName.PARTLY_UPHELD), 0.5),
        (outcome(OutcomeStatus.RESOLVED, outcome=OutcomeName.UNFOUNDED), 2),
        (outcome(OutcomeStatus.RESOLVED, outcome=OutcomeName.UNFOUNDED, on_appeal=True), 3),
        (outcome(OutcomeStatus.RESOLVED, outcome=OutcomeName.ABUSIVE), 4),
        (outcome(OutcomeStatus.RESOLVED, outcome=OutcomeName.ABUSIVE, on_appeal=True), 4),
        (outcome(OutcomeStatus.RESOLVED), 1),
        (outcome(OutcomeStatus.WITHDRAWN, withdrawn_by=WithdrawnBy.CUSTOMER), 1),
        (outcome(OutcomeStatus.WITHDRAWN, withdrawn_by=WithdrawnBy.FACT), 0),
        (outcome(OutcomeStatus.MERGED, merged_into="v:2"), 0),
    ],
)
def test_each_outcome_has_its_weight(result: Outcome, expected: float) -> None:
    assert weight_of(result, entry(T), limits().weights) == expected


def test_a_reopened_one_keeps_the_weight_of_its_last_outcome() -> None:
    resolved = Entry(
        escalation_id="v:1", disagreement_id="v:R:1", occurred_at=T, weight=2,
        outcome=OutcomeName.UNFOUNDED, closed=True,
    )  # fmt: skip

    assert weight_of(outcome(OutcomeStatus.REOPENED), resolved, limits().weights) == 2


def test_a_reopened_withdrawn_one_weighs_one_again() -> None:
    withdrawn = Entry(
        escalation_id="v:1", disagreement_id="v:R:1", occurred_at=T, weight=0, closed=True
    )

    assert weight_of(outcome(OutcomeStatus.REOPENED), withdrawn, limits().weights) == 1


@pytest.mark.parametrize(
    ("age", "expected"), [(-1, 0), (0, 1), (30 * DAY - 1, 1), (30 * DAY, 0), (30 * DAY + 1, 0)]
)
def test_an_entry_counts_whole_while_it_is_younger_than_the_window(age: int, expected: int) -> None:
    assert fade(entry(T), T + age, limits()) == expected


@pytest.mark.parametrize("found", [OutcomeName.UNFOUNDED, OutcomeName.ABUSIVE])
@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (30 * DAY - 1, 1),
        (30 * DAY, 1),
        (120 * DAY, 0.5),
        (210 * DAY, 0.25),
        (210 * DAY + 1, 0),
    ],
)
def test_unfounded_and_abusive_fade_and_at_a_quarter_still_count(
    found: OutcomeName, age: int, expected: float
) -> None:
    assert fade(entry(T, 2, found), T + age, limits()) == expected


@pytest.mark.parametrize("found", [OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD, None])
def test_other_outcomes_do_not_fade_but_end(found: OutcomeName | None) -> None:
    assert fade(entry(T, 1, found), T + 30 * DAY, limits()) == 0


def test_used_is_the_sum_of_weights_up_to_then() -> None:
    entries = [entry(T - DAY, 0.5), entry(T, 2), entry(T + 1, 4)]

    assert used(entries, T, limits()) == 2.5


@pytest.mark.parametrize(("age", "expected"), [(-1, 0), (0, 1), (DAY - 1, 1), (DAY, 0)])
def test_a_day_is_24_hours_and_its_end_is_outside(age: int, expected: int) -> None:
    assert in_last_day([entry(T)], T + age) == expected


def test_what_weighs_nothing_takes_no_place_in_the_day() -> None:
    assert in_last_day([entry(T, 0), entry(T, 0.5)], T) == 1


@pytest.mark.parametrize(("weight", "expected"), [(1.5, True), (2, True), (2.5, False)])
def test_one_more_passes_up_to_the_limit(weight: float, expected: bool) -> None:
    assert passes([entry(T - 2 * DAY, weight)], T, Limits(limits())) is expected


@pytest.mark.parametrize(("earlier", "expected"), [(DAY - 1, False), (DAY, True)])
def test_a_third_one_within_24_hours_does_not_pass(earlier: int, expected: bool) -> None:
    entries = [entry(T - earlier, 0.5), entry(T - HOUR, 0.5)]

    assert passes(entries, T, Limits(limits())) is expected


@pytest.mark.parametrize(("ahead", "expected"), [(30 * DAY - 1, False), (30 * DAY, True)])
def test_a_late_one_must_leave_the_later_ones_their_limit(ahead: int, expected: bool) -> None:
    assert passes([entry(T + ahead, 3)], T, Limits(limits())) is expected


@pytest.mark.parametrize(("ahead", "expected"), [(DAY - 1, False), (DAY, True)])
def test_a_late_one_must_leave_the_later_ones_their_day(ahead: int, expected: bool) -> None:
    entries = [entry(T + DAY - 2, 0.5), entry(T + ahead, 0.5)]

    assert passes(entries, T, Limits(limits())) is expected


def test_next_at_is_when_the_window_of_the_one_too_many_ends() -> None:
    entries = [entry(T - 3 * DAY), entry(T - 2 * DAY), entry(T - DAY)]

    assert next_at(entries, T, Limits(limits())) == T - 3 * DAY + 30 * DAY


def test_next_at_is_when_the_day_of_the_one_too_many_ends() -> None:
    entries = [entry(T - 3 * HOUR, 0.5), entry(T - 2 * HOUR, 0.5)]

    assert next_at(entries, T, Limits(limits())) == T - 3 * HOUR + DAY


def test_next_at_of_a_fading_entry_is_when_it_has_faded_enough() -> None:
    entries = [entry(T, 4, OutcomeName.ABUSIVE)]

    assert next_at(entries, T, Limits(limits())) == T + 120 * DAY


def test_with_a_limit_of_nothing_there_is_no_next_time() -> None:
    assert next_at([], T, Limits(limits(limit=0))) is None


def test_without_entries_the_next_time_is_now() -> None:
    assert next_at([], T, Limits(limits())) == T


@pytest.mark.parametrize(
    ("found", "later", "expected"),
    [(OutcomeName.ABUSIVE, -1, True), (OutcomeName.ABUSIVE, 0, False), (None, 0, False)],
)
def test_an_entry_is_gone_when_no_outcome_could_make_it_count(
    found: OutcomeName | None, later: int, expected: bool
) -> None:
    one = entry(T, 4, found)

    assert (fade(one, gone_at(one.occurred_at, limits()) + later, limits()) > 0) is expected


OUTCOMES = st.sampled_from(
    [
        (1.0, None), (0.0, OutcomeName.UPHELD), (0.5, OutcomeName.PARTLY_UPHELD),
        (2.0, OutcomeName.UNFOUNDED), (4.0, OutcomeName.ABUSIVE),
    ]
)  # fmt: skip
TIMES = st.integers(0, 80 * 24).map(lambda hours: T + hours * HOUR)
ENTRIES = st.lists(st.builds(lambda at, result: entry(at, *result), TIMES, OUTCOMES), max_size=8)


@given(ENTRIES, TIMES)
def test_next_at_passes_and_nothing_before_it_does(entries: list[Entry], start: int) -> None:
    found = next_at(entries, start, Limits(limits()))

    assert found is not None
    assert passes(entries, found, Limits(limits()))
    assert found == start or not passes(entries, found - 1, Limits(limits()))
    step = max(1, (found - start) // 40)
    assert not any(passes(entries, at, Limits(limits())) for at in range(start, found, step))


@given(st.lists(TIMES, max_size=14))
def test_the_count_never_exceeds_the_limit_in_any_window_in_any_order(times: list[int]) -> None:
    entries: list[Entry] = []
    for at in times:
        if passes(entries, at, Limits(limits())):
            entries.append(entry(at))

    for each in entries:
        assert used(entries, each.occurred_at, limits()) <= 3
        assert in_last_day(entries, each.occurred_at) <= 2
