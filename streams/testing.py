"""A driver without a broker: pipe records in, read what the stages answer.

What a stage writes is handled by the stages that read it before `pipe` returns. Records are handled
in the order piped: the driver neither merges nor holds ticks back.
"""

from collections import Counter, deque
from collections.abc import Sequence

from streams.runtime.carrying import Placement
from streams.runtime.fold import Fold
from streams.topology import Message, ReferenceTopics, Stage
from streams.transport.kafka import partition_of


class Driver:
    """All stages in memory."""

    def __init__(
        self,
        stages: Sequence[Stage],
        references: ReferenceTopics | None = None,
        partitions: int = 1,
        *,
        carries: bool = True,
    ) -> None:
        """`carries` false: a record in a wrong partition is refused (RECOURSE_MISPLACED)."""
        self._stages = stages
        self._references = references or ReferenceTopics()
        self._partitions = partitions
        self._placement = Placement(partitions, carries)
        self._snapshot = self._references.empty
        self._folds: dict[tuple[str, int], Fold] = {}
        self._offsets: Counter[tuple[str, int]] = Counter()
        self._unread: list[Message] = []
        self._states: dict[tuple[str, int], dict[str, bytes]] = {}

    def pipe(  # noqa: PLR0917 - the fields of a record, in Kafka's order
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        timestamp: int,
        headers: tuple[tuple[str, bytes | None], ...] = (),
        partition: int | None = None,
    ) -> list[Message]:
        """Handles one record and all that follows from it; gives the outputs in the order made."""
        made: list[Message] = []
        waiting = deque([self._record(topic, key, value, timestamp, headers, partition)])
        while waiting:
            record = waiting.popleft()
            if record.topic in self._references.topics:
                self._snapshot = self._references.fold(self._snapshot, record)
            for stage in self._stages:
                if record.topic in stage.topics:
                    outputs = self._handle(stage, record)
                    made += outputs
                    waiting += outputs
        self._unread += made
        return made

    def tick(self, topic: str, value: bytes, timestamp: int) -> list[Message]:
        """Pipes one tick to every partition."""
        return [
            output
            for n in range(self._partitions)
            for output in self.pipe(topic, str(n).encode(), value, timestamp, partition=n)
        ]

    def read(self) -> list[Message]:
        """All outputs since the last call."""
        unread, self._unread = self._unread, []
        return unread

    def state(self, stage: Stage, partition: int = 0) -> dict[str, bytes]:
        """The changelog's last values: what a restore would find."""
        state = self._states.setdefault((stage.name, partition), {})
        fold = self._folds.get((stage.name, partition))
        for change in fold.changelog() if fold is not None else ():
            key = (change.key or b"").decode()
            if change.value is None:
                state.pop(key, None)
            else:
                state[key] = change.value
        return state

    def restart(self) -> None:
        """Throws the processors away and restores new ones from their changelogs."""
        for stage in self._stages:
            for name, number in [place for place in self._folds if place[0] == stage.name]:
                fold = Fold(stage, number, self._placement)
                for key, value in self.state(stage, number).items():
                    fold.restore(key, value)
                fold.restored()
                self._folds[name, number] = fold

    def _record(  # noqa: PLR0917 - the same
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        timestamp: int,
        headers: tuple[tuple[str, bytes | None], ...],
        partition: int | None,
    ) -> Message:
        is_reference = topic in self._references.topics
        if partition is None:
            partition = 0 if is_reference else partition_of(key or b"", self._partitions)
        offset = self._offsets[topic, partition]
        self._offsets[topic, partition] += 1
        return Message(topic, partition, offset, timestamp, key, value, headers)

    def _handle(self, stage: Stage, record: Message) -> list[Message]:
        place = (stage.name, record.partition)
        if place not in self._folds:
            self._folds[place] = Fold(stage, record.partition, self._placement)
            self._folds[place].restored()
        return [
            self._record(w.topic, w.key, w.value, w.timestamp, w.headers, None)
            for w in self._folds[place].handle(record, self._snapshot)
        ]
