"""When our own code fails too often: stop, rather than drain the input into dead letters."""

import traceback
from collections import deque
from pathlib import PurePath

from streams.errors import EngineError

WINDOW_RECORDS = 1_000
FEWEST = 20
"""So few failures never stop a worker, whatever their share."""


class TooManyFailed(EngineError):  # noqa: N818 - it says what happened
    """A defect that meets too many records. Exit 70: a restart alone does not help."""


class FailureLimit:
    """Counts FAILED among the last records of a worker.

    `at_most_percent` of the last 1,000 may fail; 100 never stops. It is no part of a replay: that
    must give what the worker gave, before and after a restart.
    """

    def __init__(self, at_most_percent: int) -> None:
        self._at_most_percent = at_most_percent
        self._last: deque[bool] = deque(maxlen=WINDOW_RECORDS)
        self._failed = 0

    def apart(self) -> "FailureLimit":
        """One as strict, that counts by itself."""
        return FailureLimit(self._at_most_percent)

    def took(self, *, failed: bool) -> None:
        """Notes how a record ended.

        Raises:
            TooManyFailed: more failed than may.
        """
        if len(self._last) == WINDOW_RECORDS:
            self._failed -= self._last[0]
        self._last.append(failed)
        self._failed += failed
        if failed and self._failed > max(FEWEST, WINDOW_RECORDS * self._at_most_percent // 100):
            raise TooManyFailed(
                f"{self._failed} of the last {len(self._last)} records ended in FAILED: more than "
                f"{self._at_most_percent} % of {WINDOW_RECORDS} "
                "(RECOURSE_FAILED_AT_MOST_PERCENT); nothing more is handled, see what raised above"
            )


UNLIMITED = FailureLimit(100)


def place_of(error: Exception) -> str:
    """Type and place of an error, without its message: that may hold ids, and addresses of memory
    that would make a replay differ.
    """  # noqa: D205
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{type(error).__name__} at {PurePath(frame.filename).name}:{frame.lineno} ({frame.name})"
    )
