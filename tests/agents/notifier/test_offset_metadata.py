"""What Kafka keeps of a partition beside its offset: which notices are not done."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.notifier.offset_metadata import (
    AT_MOST,
    PENDING_AT_MOST,
    SPAN_AT_MOST,
    Mark,
    fits,
    mark_in,
    text_of,
)


@given(st.integers(0, 2**40), st.sets(st.integers(0, 3_000)), st.integers(1, 3_001))
def test_a_mark_is_read_back_as_it_was(begin: int, pending: set[int], span: int) -> None:
    mark = Mark(
        position=begin + span, pending=frozenset(begin + each for each in pending if each < span)
    )

    assert mark_in(text_of(mark), mark.begin) == mark


def test_where_nothing_is_pending_the_offset_says_all() -> None:
    mark = Mark(position=17)

    assert (mark.begin, text_of(mark), mark_in("", 17)) == (17, "", mark)
    assert (mark.is_done(16), mark.is_done(17)) == (True, False)


@pytest.mark.parametrize("text", [None, "", "another program's", "n%%%", "b0", "r12"])
def test_a_text_that_is_none_of_ours_counts_for_nothing(text: str | None) -> None:
    assert mark_in(text, 5) == Mark(position=5)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_whatever_fits_by_its_span_can_be_kept_by_a_broker(share: float) -> None:
    chance = random.Random(share)
    pending = {0} | {each for each in range(SPAN_AT_MOST) if chance.random() < share}
    text = text_of(Mark(position=SPAN_AT_MOST, pending=frozenset(pending)))

    assert len(text) <= AT_MOST


def test_whatever_fits_by_its_number_can_be_kept_by_a_broker() -> None:
    chance = random.Random(7)
    pending = {0} | {chance.randrange(2**34) for _ in range(PENDING_AT_MOST - 1)}
    text = text_of(Mark(position=2**34, pending=frozenset(pending)))

    assert len(text) <= AT_MOST


def test_more_than_that_may_not_fit() -> None:
    assert fits(PENDING_AT_MOST, 10**9)
    assert fits(10**9, SPAN_AT_MOST)
    assert not fits(PENDING_AT_MOST + 1, SPAN_AT_MOST + 1)
