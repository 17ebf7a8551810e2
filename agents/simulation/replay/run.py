"""One customer's past through stage customers: the same functions, one record after the other."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Protocol

from msgspec import Struct

from agents.core.customers.handle import handle, handle_time
from agents.core.customers.partition import NOT_DUE, Partition
from agents.core.customers.state import Customer
from agents.core.handling import Arrived, Handled, in_one_go
from agents.core.pseudonyms import Pseudonyms, key_of
from agents.core.world import World
from agents.simulation.replay.recording import DISAGREEMENTS, OUTCOMES, Past, Stored
from agents.simulation.replay.timeline import Timeline
from schemas.records import Disagreement, Outcome

_INVENTED = 1 << 62
"""The place of outcomes that nobody recorded: after those of the same moment that were."""


class Outcomes(Protocol):
    """What managers say in a run."""

    def translated(self, outcome: Outcome) -> Outcome | None:
        """A recorded outcome as it holds in this run; None: what it is of is not there."""

    def opened(self, finding: Disagreement) -> Iterable[tuple[int, Outcome]]:
        """Outcomes that nobody recorded, of the case that a finding opened, each with when (ms)."""


class AsRecorded:
    """All that was recorded, and nothing else."""

    def translated(self, outcome: Outcome) -> Outcome | None:
        """The outcome."""
        return outcome

    def opened(self, finding: Disagreement) -> Iterable[tuple[int, Outcome]]:  # noqa: ARG002
        """Nothing."""
        return ()


class _Records(Partition):
    """The table of one customer: their record, or what stays of it under a hash.

    Nothing is encoded, for nothing is kept.
    """

    def __init__(self) -> None:
        super().__init__()
        self._records: dict[str, Customer] = {}

    def get(self, customer_id: str) -> Customer | None:
        return self._records.get(customer_id)

    def look(self, customer_id: str) -> Customer | None:
        return self._records.get(customer_id)

    def keys_after(self, key: str, at_most: int) -> list[str]:
        return sorted(each for each in self._records if each > key)[:at_most]

    def erased(self, customer_id: str, pseudonyms: Pseudonyms) -> Customer | None:
        if len(self._records) == 1 and customer_id in self._records:
            return None
        marks = (each for each in pseudonyms.marks(customer_id) if each in self._records)
        found = next(marks, None)
        return None if found is None or key_of(found) is None else self._records[found]

    def apply(
        self,
        changed: Mapping[str, Customer | None],
        values: Mapping[str, bytes | None] | None = None,  # noqa: ARG002
    ) -> None:
        for key, after in changed.items():
            if after is None:
                self._records.pop(key, None)
            else:
                self._records[key] = after

    def count(self) -> int:
        return len(self._records)

    def next_due(self) -> int | None:
        first = min((each.due_at for each in self._records.values()), default=NOT_DUE)
        return None if first >= NOT_DUE else first

    def due_by(self, now: int) -> Iterator[tuple[int, str]]:
        return ((each.due_at, key) for key, each in self._records.items() if each.due_at <= now)


def decisions(
    past: Past,
    timeline: Timeline,
    until: int,
    outcomes: Outcomes | None = None,
    *,
    tick_ms: int = 0,
) -> list[Disagreement]:
    """What stage customers decides of a customer's past, up to and with the moment `until` (ms).

    What is due comes at its moment, or up to `tick_ms` later than what arrives meanwhile.
    """
    return _Run(past, timeline, outcomes or AsRecorded(), tick_ms).up_to(until)


class _Run:
    def __init__(
        self,
        past: Past,
        timeline: Timeline,
        outcomes: Outcomes,
        tick_ms: int,
    ) -> None:
        self._tick_ms = tick_ms
        self._timeline = timeline
        self._outcomes = outcomes
        self._records = _Records()
        self._decided = list[Disagreement]()
        self._invented = 0
        self._waiting = list(past.inputs)
        self._ticks, self._place = past.ticks, 0
        heapify(self._waiting)

    def up_to(self, until: int) -> list[Disagreement]:
        end = _end_of(until)
        while True:
            stored = self._waiting[0][0] if self._waiting else end
            if stored.at > until:
                stored = end
            if self._acted_before(stored):
                continue  # what was decided may bring an outcome that comes before this record
            if stored is end:
                return self._decided
            _, record = heappop(self._waiting)
            self._take(stored, record)
            if stored.place < _INVENTED:
                self._place = stored.place

    def _acted_before(self, next_: Stored) -> bool:
        """Does what is due first, if that is before a record is handled."""
        due = self._records.next_due()
        now = None if due is None else self._acts_at(due, next_)
        if now is None:
            return False
        self._apply(in_one_go(handle_time(self._records, self._world(now), {})), now)
        left = self._records.next_due()
        assert left is None or left > now, "what was due is done, or is tried again later"
        return True

    def _acts_at(self, due: int, before: Stored) -> int | None:
        """When the clock acts on what is due; None: not before that record is handled."""
        if self._ticks is None:
            return due if due < before.at - self._tick_ms else None
        first = bisect_left(self._ticks, self._place, key=lambda each: each.place)
        at = bisect_left(self._ticks, due, lo=first, key=lambda each: each.now)
        tick = self._ticks[at] if at < len(self._ticks) else None
        if tick is None or tick.now > before.at or tick.place > before.place:
            return None
        return tick.now

    def _take(self, stored: Stored, record: Struct) -> None:
        if isinstance(record, Outcome) and stored.place < _INVENTED:
            translated = self._outcomes.translated(record)
            if translated is None:
                return
            record = translated
        arrived = Arrived(
            topic=stored.topic,
            record=record,
            timestamp=stored.timestamp,
            first_arrived_at=stored.first_arrived_at,
        )
        self._apply(handle(self._records, arrived, self._world(stored.at)), stored.at)

    def _world(self, now: int) -> World:
        return self._timeline.world(now)

    def _apply(self, handled: Handled[Customer], now: int) -> None:
        if handled.failures:
            raise handled.failures[0].error
        self._records.apply(handled.changed)
        for output in handled.outputs:
            if output.topic != DISAGREEMENTS:
                continue
            finding = output.record
            assert isinstance(finding, Disagreement), output.topic
            self._decided.append(finding)
            for found_at, outcome in self._outcomes.opened(finding):
                self._invented += 1
                place, at = _INVENTED + self._invented, max(found_at, now)
                stored = Stored(at, True, place, OUTCOMES, b"", timestamp=at)
                heappush(self._waiting, (stored, outcome))


def _end_of(moment: int) -> Stored:
    """What comes after all of a moment (ms)."""
    return Stored(moment + 1, True, _INVENTED << 1, "", b"", timestamp=moment + 1)
