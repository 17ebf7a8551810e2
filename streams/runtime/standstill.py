"""Whether the time of a stage goes on, where the broker stamps its ticks."""

from datetime import UTC, datetime

STILL_SECONDS = 60.0
"""So long without a step, and so far behind the clock: time stands still.

Far behind alone is a backlog, which a worker works off."""


class Standstill:
    """Hears from time to time how far the slowest partition is. Has no clock."""

    def __init__(self, tick_interval_ms: int) -> None:
        self._seconds = max(STILL_SECONDS, 3 * tick_interval_ms / 1000)
        self._moved: tuple[int | None, float] = (None, 0.0)

    def hear(self, oldest_now_ms: int | None, at: float) -> None:
        """Takes the oldest `now` of the partitions at a moment (seconds); None: there is none."""
        if oldest_now_ms is None or oldest_now_ms != self._moved[0]:
            self._moved = oldest_now_ms, at

    def problem(self, at: float, clock_ms: float) -> str | None:
        """A sentence once time stands still."""
        oldest, since = self._moved
        if oldest is None or at - since <= self._seconds:
            return None
        if clock_ms - oldest <= self._seconds * 1000:
            return None
        where = "no tick has come yet"
        if oldest:
            where = f"at {datetime.fromtimestamp(oldest / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
        return (
            f"time has stood still for {at - since:.0f} s, {where} "
            "(docs/runbooks/RecourseTicksStopped.md)"
        )
