"""The index of moments, against a plain dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from agents.core.desk.timers.due import TimerIndex

KEYS = st.sampled_from("abcdef")
CHANGES = st.lists(st.tuples(KEYS, st.one_of(st.none(), st.integers(0, 500))), max_size=40)


@given(CHANGES, st.integers(1, 90), st.lists(st.integers(0, 600), max_size=4))
def test_the_index_says_what_the_records_say(
    changes: list[tuple[str, int | None]], width: int, looks: list[int]
) -> None:
    truth: dict[str, int | None] = {}
    index = TimerIndex(truth.get, width)
    for number, (key, at) in enumerate(changes):
        truth[key] = at
        if at is not None:
            index.put(key, at)
        if number % 3 == 0:
            _compare(index, truth, looks)
    _compare(index, truth, looks)


def _compare(index: TimerIndex, truth: dict[str, int | None], looks: list[int]) -> None:
    known = sorted((at, key) for key, at in truth.items() if at is not None)
    for look in looks:
        assert index.until(look) == [each for each in known if each[0] <= look]
    assert index.earliest() == min((at for at, _ in known), default=None)


def test_what_moved_away_leaves_nothing_behind_once_its_time_has_come() -> None:
    truth = {"a": 10}
    index = TimerIndex(truth.get, 10)
    for at in range(10, 1000, 10):
        truth["a"] = at
        index.put("a", at)

    assert index.until(989) == []
    assert index.until(990) == [(990, "a")]
    assert index.earliest() == 990
