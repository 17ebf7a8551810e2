"""The index of who is due when, against a plain dictionary."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from agents.core.customers.due_index import HOUR_MS, DueIndex

KEYS = st.sampled_from("abcdef")
MOMENTS = st.integers(-1, 40).map(lambda tenth: tenth * HOUR_MS // 10)
CHANGES = st.lists(st.tuples(KEYS, st.one_of(st.none(), MOMENTS)), max_size=60)


@given(CHANGES, st.integers(1, 4), st.lists(MOMENTS, max_size=4))
def test_the_index_says_what_the_customers_say(
    changes: list[tuple[str, int | None]], every: int, looks: list[int]
) -> None:
    truth: dict[str, int] = {}
    index = DueIndex(truth.get)
    for number, (key, at) in enumerate(changes):
        _move(index, truth, key, at)
        if number % every == 0:
            _compare(index, truth, looks)
    _compare(index, truth, looks)


def _move(index: DueIndex, truth: dict[str, int], key: str, at: int | None) -> None:
    was = truth.pop(key, None)
    if at is not None:
        truth[key] = at
    index.move(key, was, at)


def _compare(index: DueIndex, truth: dict[str, int], looks: list[int]) -> None:
    for look in looks:
        found = list(index.until(look))
        assert Counter(found) == Counter((at, key) for key, at in truth.items() if at <= look)
    assert index.earliest() == min(truth.values(), default=None)


def test_who_comes_next_is_found_by_a_look_at_few_of_those_who_are_due_in_the_hour() -> None:
    truth, looked = dict[str, int](), Counter[str]()

    def moment_of(key: str) -> int | None:
        looked[key] += 1
        return truth.get(key)

    index = DueIndex(moment_of)
    for number in range(3_000):
        _move(index, truth, str(number), number)
    assert index.earliest() == 0
    looked.clear()

    for number in range(1_000):
        assert list(index.until(number)) == [(number, str(number))]
        _move(index, truth, str(number), number + HOUR_MS)
    assert index.earliest() == 1_000
    assert looked.total() < 10_000


def test_a_customer_who_is_put_off_within_the_hour_is_due_then_and_not_before() -> None:
    truth = dict[str, int]()
    index = DueIndex(truth.get)
    for key, at in (("a", 10), ("b", 20), ("c", 30)):
        _move(index, truth, key, at)
    assert index.earliest() == 10

    _move(index, truth, "b", 40)

    assert sorted(index.until(30)) == [(10, "a"), (30, "c")]
    assert sorted(index.until(40)) == [(10, "a"), (30, "c"), (40, "b")]


def test_a_customer_who_is_put_off_within_the_hour_again_and_again_fills_nothing() -> None:
    truth = dict[str, int]()
    index = DueIndex(truth.get)
    _move(index, truth, "first", 0)
    for number in range(1, 10_000):
        _move(index, truth, "a", number)
        assert index.earliest() == 0

    assert len(index._heap) < 100
    assert sorted(index.until(9_999)) == [(0, "first"), (9_999, "a")]
