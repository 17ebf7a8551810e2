"""A processor with its `now`: the fold that runtime, replay and driver share."""

from collections.abc import Iterator

from streams.errors import EngineError, ProcessorFailed
from streams.topology import NOW_KEY, HandlesRuns, Message, Records, Stage
from streams.transport.kafka import Change, Write

RUN_AT_MOST = 1_000
"""Records that a processor gets at once; nothing else happens meanwhile."""
SINGLY_AT_MOST = 50
"""The same, where it takes them one by one."""


class Fold:
    """One partition of one stage, without Kafka."""

    def __init__(self, stage: Stage, number: int) -> None:
        self.number = number
        self.now = 0
        """The largest Kafka timestamp handled so far, in milliseconds; it never goes back."""
        self._stage = stage
        self._processor = stage.processor(number)
        self._handles_runs = self._processor if isinstance(self._processor, HandlesRuns) else None
        self.run_at_most = SINGLY_AT_MOST if self._handles_runs is None else RUN_AT_MOST
        """How many records may be handled in one go."""

    def restore(self, key: str, value: bytes) -> None:
        """Takes one changelog record."""
        if key == NOW_KEY:
            self.now = int(value)
        else:
            self._processor.restore(key, value)

    def restored(self) -> None:
        """Says that the changelog is read."""
        self._processor.restored()

    def records(self) -> Iterator[tuple[str, bytes]]:
        """The whole state, `now` included, as `restore` takes it."""
        yield NOW_KEY, b"%d" % self.now
        yield from self._processor.records()

    def handle(self, message: Message, reference: object) -> list[Write]:
        """Folds one message; what it emits is stamped with `now`.

        Raises:
            EngineError: the processor gave up.
            ProcessorFailed: the processor raised; the state is not to be trusted any more.
        """
        self.now = now = max(self.now, message.timestamp)
        try:
            emits = self._processor.handle(message, now, reference)
        except EngineError:
            raise
        except Exception as error:
            what = f"{message.topic}[{message.partition}] offset {message.offset}"
            raise self._failed(what, error) from error
        return [Write(e.topic, -1, e.key, e.value, e.headers, now) for e in emits]

    def handle_run(self, records: Records, reference: object) -> list[Write]:
        """Folds records of one topic, in one go if the processor takes them so.

        Raises:
            EngineError: the processor gave up.
            ProcessorFailed: the processor raised; the state is not to be trusted any more.
        """
        processor = self._handles_runs
        if processor is None:
            return [write for message in records for write in self.handle(message, reference)]
        before = self.now
        self.now = now = max(before, records.largest_timestamp())
        try:
            emits = processor.handle_run(records, before, reference)
        except EngineError:
            raise
        except Exception as error:
            offsets = f"{records.offset(0)} to {records.offset(len(records) - 1)}"
            what = f"{records.topic}[{records.partition}] offsets {offsets}"
            raise self._failed(what, error) from error
        return [
            Write(e.topic, -1, e.key, e.value, e.headers, now if e.at is None else e.at)
            for e in emits
        ]

    def _failed(self, what: str, error: Exception) -> ProcessorFailed:
        return ProcessorFailed(
            f"stage {self._stage.name}: handling {what} raised {type(error).__name__}"
        )

    def changes(self) -> list[Change]:
        """The last value of each key changed since the last call, `now` last."""
        return [*self._processor.drain_changes(), (NOW_KEY, b"%d" % self.now)]

    def changelog(self) -> Iterator[Write]:
        """The same as records of the changelog."""
        topic, number = self._stage.changelog, self.number
        for key, value in self.changes():
            yield Write(topic, number, key.encode(), value, (), self.now)
