"""A processor with its `now`: the fold that runtime, replay and driver share."""

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence

from streams.errors import EngineError, ProcessorFailed
from streams.runtime.carrying import Carried, Placement, Refused, sorter
from streams.topology import (
    NOW_KEY,
    CountsKeys,
    Emit,
    HandlesRuns,
    Message,
    Records,
    Refuses,
    Stage,
    TakesTurns,
)
from streams.transport.kafka import Change, Write

RUN_AT_MOST = 1_000
"""Records that a processor gets at once; nothing else happens meanwhile."""
SINGLY_AT_MOST = 50
"""The same, where it takes them one by one."""
RUN_SECONDS = 0.05
"""How long a run may take: of a processor that turns out slower the next one is shorter."""


class Fold:
    """One partition of one stage, without Kafka."""

    def __init__(
        self,
        stage: Stage,
        number: int,
        placement: Placement | None = None,
        misplaced: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        """Without a `placement` it is not looked where records lie; `misplaced` hears of those that
        lie wrong: their topic, and what became of them.
        """  # noqa: D205
        self.number = number
        self.now = 0
        """The largest Kafka timestamp handled so far, in milliseconds; it never goes back."""
        self._stage = stage
        self._processor = stage.processor(number)
        self._handles_runs = self._processor if isinstance(self._processor, HandlesRuns) else None
        self._takes_turns = self._processor if isinstance(self._processor, TakesTurns) else None
        self._counts_keys = self._processor if isinstance(self._processor, CountsKeys) else None
        self.run_at_most = SINGLY_AT_MOST if self._handles_runs is None else RUN_AT_MOST
        """How many records may be handled in one go."""
        self._sorter = None if placement is None else sorter(stage, number, placement, misplaced)

    def restore(self, key: str, value: bytes) -> None:
        """Takes one changelog record.

        Raises:
            ValueError: what is under `:now` is no time.
        """
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

    def key_count(self) -> int | None:
        """How many keys the state has, `:now` not counted; None where nobody counts them."""
        return None if self._counts_keys is None else self._counts_keys.key_count()

    def handle(self, message: Message, reference: object) -> list[Write]:
        """Folds one message; what it emits is stamped with `now`.

        Raises:
            EngineError: the processor gave up.
            ProcessorFailed: the processor raised; the state is not to be trusted any more.
        """
        self.now = max(self.now, message.timestamp)
        found = message if self._sorter is None else self._sorter.sort(message)
        match found:
            case Message():
                return self._handle(found, reference)
            case Carried():
                return [found.write(self.now)]
            case Refused():
                return _writes(self._refuse(found, reference), self.now)
            case None:
                return []

    def _handle(self, message: Message, reference: object) -> list[Write]:
        """The same for a record that is in its place."""
        self.now = now = max(self.now, message.timestamp)
        try:
            emits = self._processor.handle(message, now, reference)
        except EngineError:
            raise
        except Exception as error:
            raise self._failed(_named(message), error) from error
        return _writes(emits, now)

    def tick(self, message: Message, reference: object) -> Generator[None, None, list[Write]]:
        """Folds a tick, and yields wherever others may have their turn; `now` steps on at the end.

        Raises:
            EngineError: the processor gave up.
            ProcessorFailed: the processor raised; the state is not to be trusted any more.
        """
        if self._takes_turns is None:
            return self._handle(message, reference)
        now = max(self.now, message.timestamp)
        try:
            emits = yield from self._takes_turns.handle_in_turns(message, now, reference)
        except EngineError:
            raise
        except Exception as error:
            raise self._failed(_named(message), error) from error
        self.now = now
        return _writes(emits, now)

    def _refuse(self, refused: Refused, reference: object) -> Sequence[Emit]:
        processor = self._processor
        assert isinstance(processor, Refuses), "a stage that carries records can refuse one"
        try:
            return processor.refuse(refused.message, refused.detail, self.now, reference)
        except Exception as error:
            raise self._failed(_named(refused.message), error) from error

    def handle_run(
        self, records: Records, reference: object, until: float = math.inf
    ) -> tuple[list[Write], int]:
        """Folds records of one topic, in one go if the processor takes them so.

        Gives what they make and how many were handled: at least one, and none more is begun after
        `until` (monotonic seconds), so that others wait for one record at the most.

        Raises:
            EngineError: the processor gave up.
            ProcessorFailed: the processor raised; the state is not to be trusted any more.
        """
        if self._sorter is not None and not self._sorter.all_in_place(records):
            return _one_by_one(self.handle, records, reference, until)
        if self._handles_runs is None:
            return _one_by_one(self._handle, records, reference, until)
        began = time.monotonic()
        writes = self._at_once(self._handles_runs, records, reference)
        took = time.monotonic() - began
        fit = RUN_AT_MOST if took <= 0 else int(len(records) * RUN_SECONDS / took)
        self.run_at_most = max(1, min(RUN_AT_MOST, fit))
        return writes, len(records)

    def _at_once(self, processor: HandlesRuns, records: Records, reference: object) -> list[Write]:
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


def _one_by_one(
    handle: Callable[[Message, object], list[Write]],
    records: Records,
    reference: object,
    until: float,
) -> tuple[list[Write], int]:
    writes: list[Write] = []
    handled = 0
    for message in records:
        writes += handle(message, reference)
        handled += 1
        if time.monotonic() > until:
            break
    return writes, handled


def _writes(emits: Sequence[Emit], now: int) -> list[Write]:
    return [Write(e.topic, -1, e.key, e.value, e.headers, now) for e in emits]


def _named(message: Message) -> str:
    return f"{message.topic}[{message.partition}] offset {message.offset}"
