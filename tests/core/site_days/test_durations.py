"""Durations in buckets: the mapping of DDSketch, in whole milliseconds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.site_days.durations import (
    LAST_BUCKET,
    LONGEST_MS,
    bucket_of,
    duration_of,
    quantile,
)

GAMMA = 1.01 / 0.99
DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("duration", "bucket"),
    [
        *[(-1, 0), (0, 0), (1, 0), (2, 35)],
        *[(7, 98), (60_000, 551), (3_600_000, 755), (DAY_MS, 914)],
        *[(LONGEST_MS - 1, LAST_BUCKET), (LONGEST_MS, LAST_BUCKET), (10**15, LAST_BUCKET)],
    ],
)
def test_a_duration_counts_in_its_bucket(duration: int, bucket: int) -> None:
    assert bucket_of(duration) == bucket


@given(st.integers(2, 60 * DAY_MS))
def test_the_bucket_is_that_of_the_papers_formula(duration: int) -> None:
    """Masson, Rim and Lee, "DDSketch" (VLDB 2019), section 2: i = ceil(log_gamma(x)).

    A floating logarithm may fall on either side of a bound; whole numbers lie on none but 1.
    """
    assert bucket_of(duration) == math.ceil(math.log(duration) / math.log(GAMMA))


@given(st.integers(1, 60 * DAY_MS))
def test_what_stands_for_a_bucket_is_within_one_percent(duration: int) -> None:
    assert abs(duration_of(bucket_of(duration)) - duration) <= 0.01 * duration * (1 + 1e-9)


@given(st.lists(st.integers(1, DAY_MS), min_size=1, max_size=50), st.floats(0, 1))
def test_a_quantile_is_within_one_percent_of_the_true_one(
    durations: list[int], share: float
) -> None:
    buckets: dict[int, int] = {}
    for each in durations:
        buckets[bucket_of(each)] = buckets.get(bucket_of(each), 0) + 1
    true = sorted(durations)[math.floor(share * (len(durations) - 1))]

    found = quantile(buckets, share)

    assert found is not None
    assert abs(found - true) <= 0.01 * true * (1 + 1e-9)


def test_of_nothing_there_is_no_quantile() -> None:
    assert quantile({}, 0.5) is None
