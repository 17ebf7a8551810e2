"""The order in which stage customers handled its records, where the order log has it.

Timestamps order what was minutes apart; of what came within seconds only the log says what was
first, and at which tick the clock acted (docs/architecture.md).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from streams.topology import Run

STAGE: Final = "customers"


class Tick(NamedTuple):
    """The clock acts: `now` (ms) as the stage had it, and where in the partition's order."""

    now: int
    place: int


class OrderLog:
    """Places of records among all that one partition of the stage handled."""

    def __init__(self, records: Iterable[tuple[str, int, Sequence[Run]]]) -> None:
        """`records`: what each says, in the order of its partition: stage, partition, runs."""
        self._runs: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
        handled: dict[int, int] = defaultdict(int)
        for stage, partition, runs in records:
            if stage != STAGE:
                continue
            for run in runs:
                count = run.last - run.first + 1
                self._runs[run.topic, partition].append((run.first, run.last, handled[partition]))
                handled[partition] += count
        for of in self._runs.values():
            of.sort()

    def __bool__(self) -> bool:
        return bool(self._runs)

    def count(self, topic: str, partition: int) -> int:
        """How many records of a topic the partition handled."""
        return sum(last - first + 1 for first, last, _ in self._runs.get((topic, partition), ()))

    def place(self, topic: str, partition: int, offset: int) -> int | None:
        """The place of a record; None where the log does not have it."""
        runs = self._runs.get((topic, partition), ())
        at = bisect_right(runs, (offset, float("inf"), 0)) - 1
        if at < 0:
            return None
        first, last, place = runs[at]
        return place + offset - first if offset <= last else None
