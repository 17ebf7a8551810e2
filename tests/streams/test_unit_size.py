"""How much a unit of work may hold, by what commits have taken."""

import pytest

from streams.runtime.unit_size import LEAST_BYTES, START_BYTES, WINDOW_SECONDS, UnitSize

AT_MOST = 32_000_000


class SlowBroker:
    """Takes `rate` bytes a second; with a quota all at once, until its window is used up."""

    def __init__(self, rate: float, *, quota: bool = False) -> None:
        self.size, self.now, self._rate, self._quota = UnitSize(AT_MOST), 0.0, rate, quota
        self._through: list[tuple[float, int]] = []

    def fill(self, commits: int) -> list[float]:
        """Full units, one behind the other; gives how long each took."""
        took = []
        for _ in range(commits):
            full = self.size.bytes
            self.now += self.size.wait_seconds(full, self.now)
            seconds = 0.01 + self._held_back(full)
            self._through.append((self.now, full))
            self.now += seconds
            self.size.committed(full, 1, seconds, self.now)
            took.append(seconds)
        return took

    def _held_back(self, size: int) -> float:
        """A quota: each request of four waits as long as all of the window is too much."""
        if not self._quota:
            return size / self._rate
        window = sum(each for at, each in self._through if at > self.now - WINDOW_SECONDS)
        too_much = (window + size) / self._rate - WINDOW_SECONDS
        if too_much <= 0:
            return 0.0
        self.size.throttled(self.now)
        return 4 * too_much


def test_on_a_quick_broker_eighty_commits_reach_the_whole_unit() -> None:
    broker = SlowBroker(1e9)
    broker.fill(80)

    assert broker.size.bytes == AT_MOST


@pytest.mark.parametrize("rate", [4_000, 200_000, 1_000_000])
@pytest.mark.parametrize("quota", [False, True])
def test_no_commit_comes_near_the_time_out_however_little_the_broker_takes(
    rate: int, *, quota: bool
) -> None:
    broker = SlowBroker(rate, quota=quota)

    assert max(broker.fill(300)) <= 7.0
    if quota:  # and most of what it takes is used
        assert sum(size for _, size in broker._through) / broker.now > 0.85 * rate


def test_a_broker_that_gets_slow_at_once_costs_one_slow_commit_and_then_none() -> None:
    broker = SlowBroker(1e9)
    broker.fill(70)
    broker.size.committed(1_600_000, 1, 8.0, broker.now)
    assert broker.size.bytes == 200_000

    broker._rate = 200_000
    assert max(broker.fill(50)) <= 2.1


def test_small_commits_prove_nothing_and_a_slow_one_never_closes_the_door() -> None:
    size = UnitSize(AT_MOST)
    for _ in range(100):
        size.committed(100, 1, 0.01, 1.0)
    assert size.bytes == START_BYTES
    for _ in range(10):
        size.committed(1, 1, 9.0, 1.0)
    assert size.bytes == LEAST_BYTES
    assert size.run_at_most == 20


def test_the_settings_own_limit_holds() -> None:
    size = UnitSize(1_000)
    for _ in range(20):
        size.committed(1_000, 1, 0.01, 1.0)

    assert size.bytes == 1_000
