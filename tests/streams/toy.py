"""A toy domain for the engine's tests: it counts, and remembers what time it was."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from streams.topology import Emit, Message, ReferenceTopics, Run, Stage


class Counting:
    """Counts per key; tells each count, and at a tick the sum of all."""

    def __init__(self, ticks: str, out: str, partition: int) -> None:
        self.ticks, self.out, self.partition = ticks, out, partition
        self.counts: dict[str, int] = {}
        self.total = 0
        self.changed: set[str] = set()

    def restore(self, key: str, value: bytes) -> None:
        self.counts[key] = int(value)

    def restored(self) -> None:
        self.total = sum(self.counts.values())

    def records(self) -> Iterable[tuple[str, bytes]]:
        return ((key, str(count).encode()) for key, count in self.counts.items())

    def key_count(self) -> int:
        return len(self.counts)

    def handle(self, message: Message, now: int, reference: object) -> Sequence[Emit]:
        if message.value == b"poison":
            raise ValueError("poison")
        if message.topic == self.ticks:
            said = f"tick {self.partition} total {self.total} now {now} reference {reference}"
            return [Emit(self.out, str(self.partition).encode(), said.encode())]
        key = (message.key or b"").decode()
        self.changed.add(key)
        self.total += 1
        if message.value == b"forget":
            self.total -= self.counts.pop(key, 0) + 1
            return []
        self.counts[key] = self.counts.get(key, 0) + 1
        side = message.topic.rpartition(".")[2]
        said = f"{side} {(message.value or b'').decode()} is {self.counts[key]} at {now}"
        return [Emit(self.out, message.key, said.encode(), (("event_id", message.value or b""),))]

    def refuse(self, message: Message, detail: str, now: int, reference: object) -> Sequence[Emit]:
        del reference
        where = f"{message.topic}[{message.partition}] offset {message.offset}"
        said = f"refused {where}: {detail} at {now}"
        return [Emit(self.out, message.key, said.encode(), (("event_id", message.value or b""),))]

    def drain_changes(self) -> Iterable[tuple[str, bytes | None]]:
        changed, self.changed = self.changed, set()
        values = {key: self.counts.get(key) for key in sorted(changed)}
        return [(key, None if n is None else str(n).encode()) for key, n in values.items()]


@dataclass(frozen=True)
class Toy:
    """The toy's topics, named by a prefix so that tests don't see each other."""

    prefix: str = "toy"

    @property
    def left(self) -> str:
        return f"{self.prefix}.left"

    @property
    def right(self) -> str:
        return f"{self.prefix}.right"

    @property
    def ticks(self) -> str:
        return f"{self.prefix}.ticks"

    @property
    def out(self) -> str:
        return f"{self.prefix}.out"

    @property
    def carried(self) -> str:
        return f"{self.prefix}.carried"

    @property
    def changelog(self) -> str:
        return f"{self.prefix}-counting-changelog"

    @property
    def reference(self) -> str:
        return f"{self.prefix}.reference"

    @property
    def order(self) -> str:
        return f"{self.prefix}.order"

    @property
    def echo(self) -> str:
        return f"{self.prefix}.echo"

    @property
    def echo_changelog(self) -> str:
        return f"{self.prefix}-echo-changelog"

    @property
    def stage(self) -> Stage:
        """Counts what comes from outside."""
        return Stage(
            name="counting",
            inputs=(self.left, self.right, self.carried),
            tick_topic=self.ticks,
            changelog=self.changelog,
            processor=lambda partition: Counting(self.ticks, self.out, partition),
            outputs=(self.out,),
            writes_ticks=True,
            carried=self.carried,
        )

    @property
    def second_stage(self) -> Stage:
        """Counts what the first one says."""
        return Stage(
            name="echo",
            inputs=(self.out,),
            tick_topic=self.ticks,
            changelog=self.echo_changelog,
            processor=lambda partition: Counting(self.ticks, self.echo, partition),
            outputs=(self.echo,),
        )

    @property
    def stages(self) -> tuple[Stage, Stage]:
        return self.stage, self.second_stage

    @property
    def references(self) -> ReferenceTopics:
        return ReferenceTopics(
            topics=(self.reference,),
            empty="none",
            fold=_fold,
            missing=lambda s: f"{self.reference} is empty: write to it" if s == "none" else None,
        )


def _fold(snapshot: object, record: Message) -> object:
    return f"{snapshot},{(record.value or b'').decode()}"


def encode_tick(now_ms: int) -> bytes:
    return str(now_ms).encode()


def encode_order(stage: str, partition: int, runs: Sequence[Run]) -> bytes:
    plain = [[*run[:3], dict(run.reference)] for run in runs]
    return json.dumps([stage, partition, plain]).encode()


def decode_order(value: bytes) -> tuple[str, int, list[Run]]:
    stage, partition, runs = json.loads(value)
    return stage, partition, [Run(*run) for run in runs]
