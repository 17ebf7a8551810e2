"""What a stage is, as data: bytes in, bytes out.

A stage reads its input topics and the ticks, folds them partition by partition with a `Processor`,
and writes what the processor returns. Everything of the domain is on the processor's side.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, overload, runtime_checkable

NOW_KEY = ":now"
"""The reserved key of a changelog: the partition's `now` in milliseconds, as decimal digits.

Its record is the last of each transaction, and says in a header what the state was made from
(`streams.runtime.checkpoint`)."""

RECORD_OVERHEAD_BYTES = 200
"""What a record costs beside its key and value; a bound for back pressure needs no more."""


BATCH_AT_MOST, BATCH_RECORDS_AT_MOST = 8_388_608, 100_000
"""Bytes and records of one compressed batch, unpacked: one that holds more is not read.

A broker bounds what is packed, and 9 kB of that may be 300 MB. A client packs into one batch what
it would send as one without compression, 1 MB unless told otherwise; of one packed record may be
left as little as 7 bytes, and each is a Message.
"""


class Message(NamedTuple):
    """One Kafka record as read. `timestamp` is Kafka's, in milliseconds."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


class Unread(Message):
    """A record whose batch was not unpacked: neither key nor value nor headers are known."""

    __slots__ = ()

    @property
    def why(self) -> str:
        """Why not, in one sentence, for its producer's engineer."""
        return (
            f"it came in a batch that unpacks to more than {BATCH_AT_MOST:,} bytes, or has more "
            f"than {BATCH_RECORDS_AT_MOST:,} records: no batch so large is read. Bound what the "
            "producer puts into one before it is compressed (docs/producers.md)"
        )


class Records(Protocol):
    """Records of one partition of one topic, one behind the other, as they were fetched.

    A `Message` is only made for who asks for one.
    """

    @property
    def topic(self) -> str:
        """Where they come from."""

    @property
    def partition(self) -> int:
        """The partition of that topic."""

    @property
    def size_bytes(self) -> int:
        """Roughly what they hold in memory."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Message]: ...

    @overload
    def __getitem__(self, place: int, /) -> Message: ...

    @overload
    def __getitem__(self, place: slice, /) -> "Records": ...

    def offset(self, place: int, /) -> int:
        """The offset of one of them."""

    def timestamp(self, place: int, /) -> int:
        """Kafka's timestamp of one of them, in milliseconds."""

    def largest_timestamp(self) -> int:
        """The largest of all."""

    def values(self) -> list[bytes | None]:
        """What they hold."""

    def until(self, begin: int, end: int, latest: int, /) -> int:
        """The first place from `begin` on that is later than `latest`; `end` if none before is."""


class Listed:
    """`Records` made of messages that are there already."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages

    @property
    def topic(self) -> str:
        """Where they come from."""
        return self._messages[0].topic

    @property
    def partition(self) -> int:
        """The partition of that topic."""
        return self._messages[0].partition

    @property
    def size_bytes(self) -> int:
        """Roughly what they hold in memory."""
        return sum(
            len(each.key or b"") + len(each.value or b"") + RECORD_OVERHEAD_BYTES
            for each in self._messages
        )

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages)

    @overload
    def __getitem__(self, place: int, /) -> Message: ...

    @overload
    def __getitem__(self, place: slice, /) -> Records: ...

    def __getitem__(self, place: int | slice, /) -> Message | Records:
        if isinstance(place, slice):
            return Listed(self._messages[place])
        return self._messages[place]

    def offset(self, place: int, /) -> int:
        """The offset of one of them."""
        return self._messages[place].offset

    def timestamp(self, place: int, /) -> int:
        """Kafka's timestamp of one of them."""
        return self._messages[place].timestamp

    def largest_timestamp(self) -> int:
        """The largest of all."""
        return max(each.timestamp for each in self._messages)

    def values(self) -> list[bytes | None]:
        """What they hold."""
        return [each.value for each in self._messages]

    def until(self, begin: int, end: int, latest: int, /) -> int:
        """The first place from `begin` on that is later than `latest`; `end` if none before is."""
        for place in range(begin, end):
            if self._messages[place].timestamp > latest:
                return place
        return end


class Emit(NamedTuple):
    """One record to write. The engine places it by murmur2 of its key.

    `at` is the `now` of the record that made it, where many were handled at once; None is the last.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    at: int | None = None


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

    def records(self) -> Iterable[tuple[str, bytes]]:
        """The whole state, as `restore` takes it: the last value of each key. Changes nothing."""

    def restore(self, key: str, value: bytes) -> None:
        """Takes one changelog record; called before any `handle`."""

    def restored(self) -> None:
        """Says that the changelog is read to its end: build the indexes."""

    def handle(self, message: Message, now: int, reference: object) -> Sequence[Emit]:
        """Handles one record or tick. Must not raise: what it raises stops the worker."""

    def drain_changes(self) -> Iterable[tuple[str, bytes | None]]:
        """Gives the last value of each key changed since the last drain; None deletes it."""


@runtime_checkable
class HandlesRuns(Protocol):
    """A processor that would rather take a stretch of one topic at once than record by record.

    It must come out as if each record had been handled by itself.
    """

    def handle_run(self, records: Records, now: int, reference: object) -> Sequence[Emit]:
        """Handles records of one topic in their order. `now` is as of before the first.

        Must not raise: what it raises stops the worker.
        """


@runtime_checkable
class TakesTurns(Protocol):
    """A processor for which a tick may be much work, and that can leave it for a while.

    It must come out as if it had been handled at once.
    """

    def handle_in_turns(
        self, message: Message, now: int, reference: object
    ) -> Generator[None, None, Sequence[Emit]]:
        """Handles a record as `handle` does, and yields wherever others may have their turn.

        Nothing else is asked of the processor in between but its changes before that record
        (`drain_changes`, `key_count`): none of the record's own may be there before its end. One
        that is never gone on with never began. Must not raise: what it raises stops the worker.
        """


@runtime_checkable
class Refuses(Protocol):
    """A processor of a stage that carries misplaced records (`Stage.carried`)."""

    def refuse(self, message: Message, detail: str, now: int, reference: object) -> Sequence[Emit]:
        """Gives up a record that the engine does not let through; `detail` says why.

        Must not raise: what it raises stops the worker.
        """


@runtime_checkable
class CountsKeys(Protocol):
    """A processor that knows the number of its keys: so a restore sees that none is missing."""

    def key_count(self) -> int:
        """How many keys `records` would give; asked once a commit, so it must not count them."""


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
    outputs: tuple[str, ...] = ()
    """Topics that the processor writes to and the stage does not read: without them no start."""
    writes_ticks: bool = False
    """The owner of this stage's partition 0 writes the ticks."""
    carried: str | None = None
    """The input over which records that lie in a wrong partition come into their own; only workers
    of the stage write it. None: where records lie is not looked at."""
    leaves_misplaced: bool = False
    """Another stage carries what lies in a wrong partition of these inputs: this one passes it
    over, and reads it where it came by `carried`."""
    may_be_absent: bool = False
    """Where a topic of it, or a right to one, is missing, at the start or later, or where it fails
    in a way that a start would not mend, the worker runs its other stages alone and says so;
    otherwise it does not start, or ends."""
    made_with: Mapping[str, str] = field(default_factory=dict)
    """What else decides what comes out (a version of data, say): kept with the state, and a
    restore warns where it is another one."""

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
