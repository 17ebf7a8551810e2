"""One partition of one stage in a worker: fold, merge, and the order in which it handled."""

import math
import time
from collections import Counter
from collections.abc import Generator, Mapping
from typing import NamedTuple

from prometheus_client import Counter as PrometheusCounter

from streams.metrics import MISPLACED, RECORDS_EMITTED, RECORDS_HANDLED
from streams.runtime import checkpoint
from streams.runtime.carrying import Placement
from streams.runtime.checkpoint import Origin
from streams.runtime.fold import Fold
from streams.runtime.merge import Merge
from streams.runtime.references import Snapshot
from streams.topology import Records, Run, Stage
from streams.transport.kafka import Changelog, Place, Write


class _Tick(NamedTuple):
    """A tick that is being handled, in turns: from its state on nothing has changed yet."""

    records: Records
    """It alone."""
    snapshot: Snapshot
    work: Generator[None, None, list[Write]]


class Partition:
    """Owned by one worker from its restore to its revocation."""

    def __init__(self, stage: Stage, number: int, placement: Placement | None = None) -> None:
        self.number = number
        self.fold = Fold(stage, number, placement, self._misplaced)
        self.merge = Merge(stage.inputs, stage.tick_topic)
        self.committed: dict[Place, int] = {}
        """The group's offsets of its topics that belong to the state as it was last committed."""
        self.origin: Origin | None = None
        """What the changelog is told of where its state comes from; None: nothing."""
        self.checkpoint: bytes | None = None
        """What it was told last, or says where it was not told anything yet."""
        self.loose = 0
        """How many changes a crash under at_least_once has left behind that in the changelog."""
        self._stage = stage
        self._runs: list[Run] = []
        self._tick: _Tick | None = None
        self._emits: dict[str, PrometheusCounter] = {}
        carries = stage.carried is not None and not stage.leaves_misplaced
        for topic in stage.inputs if carries else ():
            for became in ("carried", "refused"):
                MISPLACED.labels(stage.name, topic, became)  # the first is an increase, too
        self._handled = {t: RECORDS_HANDLED.labels(stage.name, t) for t in stage.topics}

    @property
    def now(self) -> int:
        """The largest Kafka timestamp handled so far."""
        return self.fold.now

    def turn(
        self, at_most: int, snapshot: Snapshot, until: float
    ) -> tuple[list[Write], int] | None:
        """Goes on with the tick in hand, or handles the next records; None: there is nothing.

        `at_most` so many, and what `handle_run` says of `until`.
        """
        if self.is_in_a_tick:
            return self.go_on(until)
        run = self.merge.pop_run(at_most)
        return None if run is None else self.handle_run(run, snapshot, until)

    def handle_run(
        self, records: Records, snapshot: Snapshot, until: float = math.inf
    ) -> tuple[list[Write], int]:
        """Handles records of one topic and notes their place in the order.

        Gives what they make, and how many they are: what is not begun by `until` (monotonic
        seconds) goes back to where it was taken from. Of a tick whose work is not done by then it
        gives nothing: it is to be gone on with before anything else of the partition.
        """
        if records.topic == self._stage.tick_topic:
            work = self.fold.tick(records[0], snapshot.value)
            self._tick = _Tick(records, snapshot, work)
            return self.go_on(until)
        writes, count = self.fold.handle_run(records, snapshot.value, until)
        if count < len(records):
            self.merge.give_back(records[count:])
            records = records[:count]
        return self._handled_run(records, snapshot, writes)

    @property
    def is_in_a_tick(self) -> bool:
        """Whether a tick is handled in part; `go_on` goes on with it."""
        return self._tick is not None

    def go_on(self, until: float = math.inf) -> tuple[list[Write], int]:
        """Goes on with the tick that is handled in part; gives what `handle_run` gives.

        The state, `now`, the order and the positions are as before the tick until it is done: so a
        commit in between holds nothing of it, and whoever takes over begins it anew.
        """
        tick = self._tick
        assert tick is not None, "a tick is handled in part"
        while True:
            try:
                next(tick.work)
            except StopIteration as done:
                self._tick = None
                writes: list[Write] = done.value
                return self._handled_run(tick.records, tick.snapshot, writes)
            if time.monotonic() > until:
                return [], 0

    def _handled_run(
        self, records: Records, snapshot: Snapshot, writes: list[Write]
    ) -> tuple[list[Write], int]:
        count = len(records)
        self._note(records, snapshot.offsets)
        self._handled[records.topic].inc(count)
        for topic, number in Counter(write.topic for write in writes).items():
            self._emitted(topic).inc(number)
        return writes, count

    def _misplaced(self, topic: str, became: str) -> None:
        MISPLACED.labels(self._stage.name, topic, became).inc()

    def _emitted(self, topic: str) -> PrometheusCounter:
        known = self._emits.get(topic)
        if known is None:
            known = self._emits[topic] = RECORDS_EMITTED.labels(self._stage.name, topic)
        return known

    def _note(self, records: Records, reference: Mapping[str, int]) -> None:
        first, last = records.offset(0), records.offset(len(records) - 1)
        runs = self._runs
        if runs and runs[-1].topic == records.topic and runs[-1].reference is reference:
            runs[-1] = runs[-1]._replace(last=last)
        else:
            runs.append(Run(records.topic, first, last, reference))

    def changelog(self, positions: Mapping[Place, int]) -> Changelog:
        """What has changed since the last call, and from where on it is to be gone on."""
        changes = self.fold.changes()
        headers: tuple[tuple[str, bytes], ...] = ()
        if self.origin is not None:
            self.checkpoint = self.origin.checkpoint(positions, self.fold.key_count())
            self.loose = 0
            headers = ((checkpoint.HEADER, self.checkpoint),)
        return Changelog(self._stage.changelog, self.number, changes, headers)

    def positions(self) -> dict[Place, int]:
        """The offset after the last handled record of each topic."""
        found = {(t, self.number): self.merge.position(t) for t in self._stage.topics}
        if self._tick is not None:
            found[self._stage.tick_topic, self.number] = self._tick.records.offset(0)
        return {place: offset for place, offset in found.items() if offset is not None}

    def begin_anew(self) -> None:
        """Forgets what is fetched and not handled: it is fetched again from what is committed."""
        self.merge = Merge(self._stage.inputs, self._stage.tick_topic)
        self._runs = []
        self._tick = None

    def take_runs(self) -> list[Run]:
        """The order in which records were handled since the last call."""
        runs, self._runs = self._runs, []
        return runs
