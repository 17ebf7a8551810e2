"""The evidence that a cause is more frequent at a site, and what is said of many."""

from collections import Counter
from itertools import product
from math import exp, inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.operations.causes.standing_out import (
    EXPOSED_DAYS,
    Claim,
    Exposure,
    log_evidence,
    part_of,
    said,
)

DAY = 100


@pytest.mark.parametrize("times", [1.0, 1.5, 3.0])
@pytest.mark.parametrize("own", [1, 5, 20])
def test_where_the_ratio_is_the_one_asked_for_the_evidence_is_1_on_average(
    own: int, times: float
) -> None:
    """Over all ways in which four cases can fall, on two days with other visits."""
    exposure = Exposure({"a": {DAY: own, DAY + 30: 2 * own}, "b": {DAY: 10, DAY + 30: 7}})
    days = (DAY, DAY, DAY + 30, DAY + 30)
    chances = {
        day: times * (here := exposure.at("a", day))[0] / (times * here[0] + here[1])
        for day in set(days)
    }
    expected = 0.0
    for places in product("ab", repeat=len(days)):
        chance = 1.0
        for day, place in zip(days, places, strict=True):
            chance *= chances[day] if place == "a" else 1 - chances[day]
        cases = list(zip(days, places, strict=True))
        expected += chance * exp(log_evidence("a", cases, exposure, times))
    assert abs(expected - 1) < 1e-9


def test_where_it_is_less_frequent_the_evidence_is_less_than_1_on_average() -> None:
    exposure = Exposure({"a": {DAY: 5}, "b": {DAY: 5}})
    expected = 0.0
    for places in product("ab", repeat=5):
        cases = [(DAY, place) for place in places]
        expected += 0.5**5 * exp(log_evidence("a", cases, exposure, 1.5))
    assert expected < 0.9


@pytest.mark.parametrize(("later", "counts"), [(EXPOSED_DAYS - 1, True), (EXPOSED_DAYS, False)])
def test_a_case_comes_from_a_visit_of_the_four_weeks_before(later: int, *, counts: bool) -> None:
    exposure = Exposure({"a": {DAY: 3}, "b": {DAY + later: 4}})
    assert exposure.at("a", DAY + later) == (3 if counts else 0, 4)
    assert exposure.at("a", DAY - 1) == (0, 0)
    assert exposure.at("unknown", DAY) == (0, 3)


def test_a_case_that_can_come_from_one_site_alone_says_nothing() -> None:
    alone = Exposure({"a": {DAY: 3}})
    assert log_evidence("a", [(DAY, "a")] * 50, alone, 1.5) == pytest.approx(0)
    nobody = Exposure({"b": {DAY: 3}})
    assert log_evidence("a", [(DAY, "a")] * 50, nobody, 1.5) == pytest.approx(0)


@given(st.dictionaries(st.integers(0, 80), st.integers(0, 9), max_size=20))
def test_the_visits_of_days_are_those_that_began_on_them(days: dict[int, int]) -> None:
    exposure = Exposure({"a": days, "b": {}})
    for day in (0, 13, 40, 90, 200):
        expected = sum(n for at, n in days.items() if day - EXPOSED_DAYS < at <= day)
        assert exposure.at("a", day) == (expected, 0)


def test_the_parts_of_the_error_add_up_to_less_than_1() -> None:
    assert sum(part_of(number) for number in range(1, 100_000)) < 1


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([80, 30.1, 1], [True, True, False]),  # 20 * 3, 20 * 3 / 2 = 30, 20
        ([60.1, 29.9, 1], [True, False, False]),
        ([59.9, 29.9, 19.9], [False, False, False]),
        ([20.1, 20.1, 20.1], [True, True, True]),
        ([], []),
    ],
)
def test_what_is_said_of_many_is_chosen_as_e_bh_does(
    evidence: list[float], expected: list[bool]
) -> None:
    """Wang and Ramdas: the k largest, for the largest k with an e-value of K / (error * k)."""
    claims = [Claim(log(each), log(1 / 3)) for each in evidence]
    assert said(claims, 0.05) == expected


def test_nothing_is_said_without_evidence() -> None:
    assert said([Claim(-inf, log(0.5)), Claim(0, log(0.5))]) == [False, False]


def test_cases_of_other_sites_count_against() -> None:
    exposure = Exposure({"a": {DAY: 10}, "b": {DAY: 10}})
    here = [(DAY, "a")] * 12
    alone = log_evidence("a", here, exposure, 1.5)
    beside = log_evidence("a", [*here, *[(DAY, "b")] * 6], exposure, 1.5)
    assert alone > beside
    assert Counter(here) == {(DAY, "a"): 12}
