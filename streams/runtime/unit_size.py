"""How much a unit of work may hold, and when the next may go: as much as the broker takes.

A unit that does not get through within the transaction's time-out costs the worker its life, and
what gets through depends on the broker: a quota, a slow disk. So a stage begins with little, takes
half as much again after each quick commit, and gives way at once where one is slow, as TCP does.

A quota lets everything through until what it allows for some seconds is used up, and then holds
each request back, one behind the other, until those seconds are over. So what came through by the
first time that the broker says so is the measure: from then on less than that is sent in as long.
"""

from collections import deque
from typing import Final

START_BYTES: Final = 16_000
LEAST_BYTES: Final = 2_000
QUICK_SECONDS: Final = 1.0
"""A full unit that was committed sooner: more would do, too."""
SLOW_SECONDS: Final = 2.0
"""One that took longer is too large; a fifth of the transaction's time-out."""
WINDOW_SECONDS: Final = 11.0
"""A quota of Kafka counts over so long (`quota.window.num`, `quota.window.size.seconds`)."""
_CAREFUL_SHARE: Final = 8
"""After a slow commit a unit grows by the eighth part only, no more by half."""
_PROVEN_SHARE: Final = 8
"""A unit is no larger than the eighth part of what came through in a window."""
_OF_WINDOW: Final = 0.8
"""Of what came through, so much is sent in the next window: ticks and other writers count too."""
_MORE_AGAIN: Final = 1.25
"""After a window in which nothing was held back, so much more is tried."""
_A_RECORD_BYTES: Final = 1_000
"""What a record leads to, at a guess, until some have come."""


class UnitSize:
    """The limit in bytes, learnt from what commits have taken. Has no clock."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._careful = False
        self._done: deque[tuple[float, int]] = deque()
        self._done_bytes = 0
        self._window_at_most: float | None = None
        self._changed_at = 0.0
        self._a_record = float(_A_RECORD_BYTES)
        self.bytes = min(at_most, START_BYTES)

    @property
    def run_at_most(self) -> int:
        """How many records may be handled in one go."""
        return max(1, int(self.bytes / self._a_record))

    def wait_seconds(self, size: int, at: float) -> float:
        """How long a unit of so many bytes is better kept, so that no quota holds it back."""
        self._forget(at)
        if self._window_at_most is None:
            return 0.0
        left, wait = self._done_bytes, 0.0
        for ended_at, each in self._done:
            if left + size <= self._window_at_most:
                break
            left -= each
            wait = ended_at + WINDOW_SECONDS - at
        return wait

    def throttled(self, at: float) -> None:
        """The broker holds requests back: what came through lately is what it takes."""
        if self._window_at_most is not None and at - self._changed_at <= WINDOW_SECONDS:
            return  # it still pays for what was too much before
        self._forget(at)
        self._careful, self._changed_at = True, at
        through = max(LEAST_BYTES * WINDOW_SECONDS, self._done_bytes * _OF_WINDOW)
        self._window_at_most = min(through, self._window_at_most or through)
        self._shrink(int(self._window_at_most / WINDOW_SECONDS * QUICK_SECONDS))

    def committed(self, size: int, records: int, seconds: float, at: float) -> None:
        """Learns from a unit of so many bytes and records; its commit took so long, and ended."""
        self._done.append((at, size))
        self._done_bytes += size
        self._forget(at)
        self._a_record = max(100.0, size / max(1, records))
        if self._window_at_most is not None and at - self._changed_at > WINDOW_SECONDS:
            self._window_at_most *= _MORE_AGAIN
            self._changed_at = at
        if seconds > SLOW_SECONDS:
            self._careful = True
            self._shrink(int(size * QUICK_SECONDS / seconds))
        elif seconds < QUICK_SECONDS and size >= self.bytes // 2:
            more = self.bytes // _CAREFUL_SHARE if self._careful else self.bytes // 2
            # A quota that is used up must not be so by much: each byte too many costs seconds.
            proven = max(START_BYTES, self._done_bytes // _PROVEN_SHARE)
            self.bytes = max(self.bytes, min(self._at_most, self.bytes + more, proven))
            if self._window_at_most is not None:
                self._shrink(int(self._window_at_most / WINDOW_SECONDS))

    def _shrink(self, fitting: int) -> None:
        self.bytes = min(self.bytes, max(LEAST_BYTES, fitting))

    def _forget(self, at: float) -> None:
        while self._done and self._done[0][0] <= at - WINDOW_SECONDS:
            self._done_bytes -= self._done.popleft()[1]
