"""A worker whose own code fails too often stops."""

import pytest

from agents.pipeline.failures import FEWEST, WINDOW_RECORDS, FailureLimit, TooManyFailed


def test_as_many_as_the_share_may_fail_and_one_more_may_not() -> None:
    limit = FailureLimit(5)
    for number in range(WINDOW_RECORDS):
        limit.took(failed=number >= WINDOW_RECORDS - 50)
    with pytest.raises(TooManyFailed, match="51 of the last 1000 records ended in FAILED"):
        limit.took(failed=True)


@pytest.mark.parametrize("failures", [FEWEST - 1, FEWEST])
def test_a_few_never_stop_a_worker(failures: int) -> None:
    limit = FailureLimit(1)
    for _ in range(failures):
        limit.took(failed=True)


def test_one_more_than_a_few_does_where_the_share_is_small() -> None:
    limit = FailureLimit(1)
    for _ in range(FEWEST):
        limit.took(failed=True)
    with pytest.raises(TooManyFailed):
        limit.took(failed=True)


def test_at_a_hundred_percent_nothing_stops_it() -> None:
    limit = FailureLimit(100)
    for _ in range(3 * WINDOW_RECORDS):
        limit.took(failed=True)


def test_failures_long_ago_do_not_count() -> None:
    limit = FailureLimit(5)
    for _ in range(4):
        for number in range(WINDOW_RECORDS):
            limit.took(failed=number < 50)
