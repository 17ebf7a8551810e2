"""What a stage is, as data: bytes in, bytes out.

A stage reads its input topics and the ticks, folds them partition by partition with a `Processor`,
and writes what the processor returns. Everything of the domain is on the processor's side.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

NOW_KEY = ":now"
"""The reserved key of a changelog: the partition's `now` in milliseconds, as decimal digits."""


class Message(NamedTuple):
    """One Kafka record as read. `timestamp` is Kafka's, in milliseconds."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


class Emit(NamedTuple):
    """One record to write. The engine places it by murmur2 of its key and stamps it with `now`."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Run(NamedTuple):
    """A stretch of one topic that a partition handled without a break.

    `reference` says, for each reference topic, the offset after the last record in force.
    """

    topic: str
    first: int
    last: int
    reference: Mapping[str, int]


class Processor(Protocol):
    """One partition of one stage, as a pure fold.

    The same messages in the same order with the same references give the same emits and state.
    """

    def restore(self, key: str, value: bytes) -> None:
        """Takes one changelog record; called before any `handle`."""

    def restored(self) -> None:
        """Says that the changelog is read to its end: build the indexes."""

    def handle(self, message: Message, now: int, reference: object) -> Sequence[Emit]:
        """Handles one record or tick. Must not raise: what it raises stops the worker."""

    def drain_changes(self) -> Iterable[tuple[str, bytes | None]]:
        """Gives the last value of each key changed since the last drain; None deletes it."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One agent over one table. All topics of a stage have the same number of partitions."""

    name: str
    """Names the group and the transactions: "customers" gives the group `recourse-customers`."""
    inputs: tuple[str, ...]
    tick_topic: str
    """Read like an input, but held back until the inputs are read up to the tick."""
    changelog: str
    """Compacted topic that holds the processor's state; the key `:now` is the engine's."""
    processor: Callable[[int], Processor]
    """Makes the processor of a partition."""
    writes_ticks: bool = False
    """The owner of this stage's partition 0 writes the ticks."""

    @property
    def topics(self) -> tuple[str, ...]:
        """All that the stage reads: its inputs and the ticks."""
        return (*self.inputs, self.tick_topic)


@dataclass(frozen=True, kw_only=True)
class ReferenceTopics:
    """Topics that every worker reads whole, outside its groups. One partition each."""

    topics: tuple[str, ...] = ()
    empty: object = None
    """The snapshot before the first record."""
    fold: Callable[[object, Message], object] = lambda snapshot, _: snapshot
    """Snapshot and record to the next snapshot. Pure, and indifferent to the order of topics."""
    missing: Callable[[object], str | None] = lambda _: None
    """A sentence when a worker must not start with this snapshot."""
    told: Callable[[object], None] = lambda _: None
    """Hears of each new snapshot in a worker, once, before it is in force; must not raise."""


EncodeTick = Callable[[int], bytes]
"""Makes the value of a tick from the wall clock's milliseconds."""

EncodeOrder = Callable[[str, int, Sequence[Run]], bytes]
"""Makes an order record from the stage, the partition and the runs of one transaction."""

DecodeOrder = Callable[[bytes], tuple[str, int, Sequence[Run]]]
"""Reads an order record back."""
