"""Both stages in memory as two workers have them: queues, units of work, kills.

What a stage writes is seen by the other when its unit is committed. Between ticks the topics of a
stage may be read in any order; a tick waits until all that came up to it is read. A kill throws
state, queue positions and outputs of the unit away; the new worker begins from the changelog.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import Struct

from agents.operations.audit.reading import gone_record
from agents.pipeline.stages import stages
from agents.records.codecs import PLAIN
from agents.reference_data.reference import Reference, fold
from schemas.catalogue import TOPICS
from schemas.records import Tick
from streams.runtime.fold import Fold
from streams.topology import Message, Stage
from streams.transport.kafka import Write

TICKS = "recourse.ticks"


class Done(NamedTuple):
    """One record that a stage handled: with which reference data, and what it wrote."""

    message: Message
    now: int
    reference: Reference
    wrote: list[Write]

    @property
    def record(self) -> Struct:
        """What was handled."""
        return PLAIN.decode(self.message.topic, self.message.value or b"")

    @property
    def outputs(self) -> list[Struct]:
        """What was written."""
        made = [
            gone_record(each.topic, (each.key or b"").decode())
            if each.value is None
            else PLAIN.decode(each.topic, each.value)
            for each in self.wrote
        ]
        return [each for each in made if each is not None]


class Worker:
    """One stage: its fold, what waits for it, what its unit of work holds, what is committed."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.waiting: dict[str, deque[Message]] = {topic: deque() for topic in stage.topics}
        self.changelog: dict[str, bytes] = {}
        self.unit: list[Done] = []
        self.committed: list[Done] = []
        self.fold = self._restored()

    def _restored(self) -> Fold:
        fold_ = Fold(self.stage, 0)
        for key, value in self.changelog.items():
            fold_.restore(key, value)
        fold_.restored()
        return fold_

    def readable(self) -> list[str]:
        """The topics of which a record may be handled next."""
        there = [topic for topic, queue in self.waiting.items() if queue and topic != TICKS]
        if there or not self.waiting[TICKS]:
            tick = self.waiting[TICKS][0].timestamp if self.waiting[TICKS] else None
            over = tick is not None and all(
                self.waiting[topic][0].timestamp > tick for topic in there
            )
            return [*there, TICKS] if over else there
        return [TICKS]

    def handle(self, topic: str, reference: Reference) -> None:
        """Handles the next record of a topic."""
        message = self.waiting[topic].popleft()
        wrote = self.fold.handle(message, reference)
        self.unit.append(Done(message, self.fold.now, reference, wrote))

    def commit(self) -> list[Done]:
        """The unit is committed: its changelog, and with it what it handled."""
        for change in self.fold.changelog():
            key = (change.key or b"").decode()
            if change.value is None:
                self.changelog.pop(key, None)
            else:
                self.changelog[key] = change.value
        unit, self.unit = self.unit, []
        self.committed += unit
        return unit

    def die(self) -> None:
        """The worker is gone, and another has its place: what was not committed is read again."""
        for done in reversed(self.unit):
            self.waiting[done.message.topic].appendleft(done.message)
        self.unit = []
        self.fold = self._restored()


class Pipeline:
    """The topics, and a worker for each stage. `at` is the broker's time."""

    def __init__(self, reference: Reference, at: int) -> None:
        self.reference = reference
        self.at = at
        self.workers = {stage.name: Worker(stage) for stage in stages()[:2]}
        self.written: list[tuple[Struct, int]] = []
        """With when it was committed (ms)."""
        self.seen: Callable[[str, Done], None] = lambda _stage, _done: None
        self._offsets: dict[str, int] = defaultdict(int)

    def send(self, topic: str, record: Struct) -> None:
        """A record comes into a topic, now."""
        key = TOPICS[topic].key_of(record).encode()
        self._append(topic, key, PLAIN.encode(topic, record))

    def refer(self, topic: str, key: str, value: bytes | None) -> None:
        """A reference record comes; both stages have it at once."""
        before = self.reference.refused_count
        message = Message(topic, 0, 0, self.at, key.encode(), value)
        self.reference = fold(self.reference, message, decode=PLAIN.decode)
        assert self.reference.refused_count == before, self.reference.refused

    def tick(self) -> None:
        """Time is written."""
        self._append(TICKS, b"0", PLAIN.encode(TICKS, Tick(now=self.at)))

    def work(self, name: str, most: int, choose: Callable[[Sequence[str]], str]) -> int:
        """A stage handles so many records at most, in the order that `choose` makes of them."""
        worker = self.workers[name]
        for handled in range(most):
            readable = worker.readable()
            if not readable:
                return handled
            worker.handle(choose(readable), self.reference)
        return most

    def commit(self, name: str) -> None:
        """A stage commits its unit: now the others see what it wrote."""
        for done in self.workers[name].commit():
            for write in done.wrote:
                self._append(write.topic, write.key, write.value)
            self.written += [(each, self.at) for each in done.outputs]
            self.seen(name, done)

    def kill(self, name: str) -> None:
        """A worker dies."""
        self.workers[name].die()

    def drain(self, *, backwards: bool = False) -> None:
        """Everything that waits is handled and committed, by both."""
        place = -1 if backwards else 0
        while any(
            self.work(name, 1_000, lambda readable: readable[place]) or worker.unit
            for name, worker in self.workers.items()
        ):
            for name in self.workers:
                self.commit(name)

    def made_again(self) -> None:
        """The committed inputs in their order make the committed outputs and state again."""
        for worker in self.workers.values():
            again = Fold(worker.stage, 0)
            again.restored()
            for done in worker.committed:
                assert again.handle(done.message, done.reference) == done.wrote
            assert dict(again.records()) == dict(worker.fold.records())

    def _append(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        offset = self._offsets[topic]
        self._offsets[topic] += 1
        message = Message(topic, 0, offset, self.at, key, value)
        for worker in self.workers.values():
            if topic in worker.waiting:
                worker.waiting[topic].append(message)
