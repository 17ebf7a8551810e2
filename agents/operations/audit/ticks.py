"""When time was written, by partition: what was due is there once so many ticks have come."""

from msgspec import Struct

_LATE = 2
"""How many ticks may pass before an effect must be there (the design's own allowance)."""
_APART_MS = 60_000
"""Ticks come every few seconds; where they are further apart, nobody wrote any in between."""


class _Run(Struct, kw_only=True):
    """Ticks without a gap, from the first to the last (ms)."""

    first: int
    last: int


class Ticks:
    """The ticks of all partitions."""

    def __init__(self) -> None:
        self._latest: dict[int, list[int]] = {}
        self._runs: dict[int, list[_Run]] = {}

    def came(self, partition: int, at: int) -> None:
        """A tick (ms)."""
        latest = self._latest.setdefault(partition, [])
        latest.append(at)
        del latest[: -_LATE - 1]
        runs = self._runs.setdefault(partition, [])
        if runs and at - runs[-1].last <= _APART_MS:
            runs[-1].last = max(runs[-1].last, at)
        else:
            runs.append(_Run(first=at, last=at))

    def ran(self, partition: int, until: int) -> None:
        """Time moved by itself up to a moment (ms), as it does in `simulate`."""
        self._latest[partition] = [until]
        self._runs[partition] = [_Run(first=0, last=until)]

    @property
    def horizon(self) -> int:
        """Up to here all that time makes must be there: two ticks have come since, everywhere."""
        return min((latest[0] for latest in self._latest.values()), default=0)

    def should_have_acted(self, partition: int, due: int, at: int) -> bool:
        """Whether between two moments (ms) more ticks came than an effect may be late.

        Not while workers were down: nobody wrote ticks then.
        """
        for run in self._runs.get(partition, ()):
            surely = max(due, run.first) + (_LATE + 1) * _APART_MS
            if run.last >= surely:
                return at > surely
        return False

    def forget(self, before: int) -> None:
        """Lets go of what was before a moment (ms)."""
        for partition, runs in self._runs.items():
            self._runs[partition] = [each for each in runs if each.last >= before]
