"""One partition of one stage in a worker: fold, merge, and the order in which it handled."""

from collections.abc import Iterator, Mapping

from streams.metrics import RECORDS_EMITTED, RECORDS_HANDLED
from streams.runtime.fold import Fold
from streams.runtime.merge import Merge
from streams.runtime.references import Snapshot
from streams.topology import Message, Run, Stage
from streams.transport.kafka import Place, Write


class Partition:
    """Owned by one worker from its restore to its revocation."""

    def __init__(self, stage: Stage, number: int) -> None:
        self.number = number
        self.fold = Fold(stage, number)
        self.merge = Merge(stage.inputs, stage.tick_topic)
        self._stage = stage
        self._runs: list[Run] = []
        self._handled = {t: RECORDS_HANDLED.labels(stage.name, t) for t in stage.topics}

    @property
    def now(self) -> int:
        """The largest Kafka timestamp handled so far."""
        return self.fold.now

    def handle(self, message: Message, snapshot: Snapshot) -> list[Write]:
        """Handles one message and notes its place in the order."""
        writes = self.fold.handle(message, snapshot.value)
        self._note(message, snapshot.offsets)
        self._handled[message.topic].inc()
        for write in writes:
            RECORDS_EMITTED.labels(self._stage.name, write.topic).inc()
        return writes

    def _note(self, message: Message, reference: Mapping[str, int]) -> None:
        runs = self._runs
        if runs and runs[-1].topic == message.topic and runs[-1].reference is reference:
            runs[-1] = runs[-1]._replace(last=message.offset)
        else:
            runs.append(Run(message.topic, message.offset, message.offset, reference))

    def changelog(self) -> Iterator[Write]:
        """The changelog records of what changed since the last call."""
        return self.fold.changelog()

    def positions(self) -> dict[Place, int]:
        """The offset after the last handled record of each topic."""
        found = {(t, self.number): self.merge.position(t) for t in self._stage.topics}
        return {place: offset for place, offset in found.items() if offset is not None}

    def take_runs(self) -> list[Run]:
        """The order in which records were handled since the last call."""
        runs, self._runs = self._runs, []
        return runs
