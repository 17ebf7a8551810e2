"""Who is due when: the customers of a partition by hour, those of the first hour by moment."""

from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from typing import Final

HOUR_MS: Final = 3_600_000


_STALE_AT_MOST: Final = 64


class DueIndex:
    """Keys by their moment; `moment_of` says what it is now, None for a key that has none.

    Of a million customers few are due in one hour, so a set for each is enough. Only the first hour
    has a heap, made when it becomes the first: a key that has another moment by now stays in there
    until it comes to its top. So who asks what is next does not look at all of that hour.
    """

    def __init__(self, moment_of: Callable[[str], int | None]) -> None:
        self._moment_of = moment_of
        self._hours: dict[int, set[str]] = {}
        self._first: int | None = None  # the hour whose keys are in the heap
        self._heap: list[tuple[int, str]] = []

    def move(self, key: str, was: int | None, will: int | None) -> None:
        """Notes that the key's moment (ms) is another one; None: it has none."""
        if was == will:
            return
        before = None if was is None else was // HOUR_MS
        after = None if will is None else will // HOUR_MS
        if before is not None and before != after:
            self._hours[before].discard(key)
            if not self._hours[before]:
                del self._hours[before]
                if before == self._first:
                    self._first = None
        if will is None or after is None:
            return
        hour = self._hours.setdefault(after, set())
        hour.add(key)
        if self._first is None or after > self._first:
            return
        if after < self._first or len(self._heap) > 2 * len(hour) + _STALE_AT_MOST:
            self._first = None  # the heap is made anew
        else:
            heappush(self._heap, (will, key))

    def earliest(self) -> int | None:
        """The first moment of all; None where there is none."""
        if not self._hours:
            return None
        if self._first is None:
            self._first = min(self._hours)
            self._heap = list(self._of_hour(self._first))
            heapify(self._heap)
        heap = self._heap
        while self._moment_of(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0][0]

    def until(self, moment: int) -> Iterator[tuple[int, str]]:
        """All moments at or before one, with their keys; each key once, in no order."""
        first = self.earliest()
        if first is None or first > moment:
            return
        hour = moment // HOUR_MS
        if hour == self._first:
            yield from self._top(moment)
            return
        for number in [each for each in self._hours if each <= hour]:
            yield from (each for each in self._of_hour(number) if each[0] <= moment)

    def _of_hour(self, number: int) -> Iterator[tuple[int, str]]:
        for key in self._hours[number]:
            at = self._moment_of(key)
            if at is not None:
                yield at, key

    def _top(self, moment: int) -> Iterator[tuple[int, str]]:
        """What of the heap is not later than a moment: below what is later all is later."""
        heap, found, places = self._heap, set[tuple[int, str]](), [0]
        while places:
            place = places.pop()
            if place < len(heap) and heap[place][0] <= moment:
                found.add(heap[place])
                places += (2 * place + 1, 2 * place + 2)
        return (each for each in found if self._moment_of(each[1]) == each[0])
