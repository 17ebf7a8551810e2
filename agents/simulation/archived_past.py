"""A recording in an archive: a share of the customers at a time, so that it fits in memory."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from agents.core.pseudonyms import Pseudonyms
from agents.operations.archive.columns import (
    OFFSET,
    PARTITION,
    TIMESTAMP,
    records_in,
    table_in,
)
from agents.operations.archive.manifest import File, manifest_at
from agents.operations.archive.stores import store_at
from agents.pipeline.processor import TICKS
from agents.records import codecs
from agents.records.engine_records import ORDER, decode_order
from agents.reference_data.reference import REFERENCES, Reference, fold, missing
from agents.simulation.replay.order import OrderLog
from agents.simulation.replay.reading import READ, Taking
from agents.simulation.replay.recording import DISAGREEMENTS, NoRecording, Recording
from agents.simulation.replay.timeline import Timeline
from streams.topology import Message
from streams.transport.placing import partition_of

ROWS_AT_ONCE: Final = 1_000_000
"""Records of customers that are in memory at once, about; each takes some 600 bytes."""

_PUBLISHED_WITHIN_MS: Final = 60_000
"""Entries of a directory come one by one: what comes within this of the one before is with it."""

Shard = frozenset[int]
"""Partitions whose customers are read together."""


class ArchivedPast:
    """The past in an archive."""

    def __init__(
        self, place: str, pseudonyms: Pseudonyms, rows_at_once: int = ROWS_AT_ONCE
    ) -> None:
        """Looks what is in it.

        Raises:
            NotReadable: there is no archive.
            StoreFailed: the place can't be read.
            NoRecording: it has no policy, no directory, or nothing of customers.
        """
        self._place = place
        self._store = store_at(place)
        self._files = manifest_at(self._store, place).files
        rows = sum(each.rows for each in self._files if each.topic in READ)
        positions = manifest_at(self._store, place).positions
        self._partitions = len(positions.get(DISAGREEMENTS, {}))
        if not rows or not self._partitions:
            raise NoRecording(f"{place}: the archive has nothing of customers")
        self.timeline = self._timeline(Reference(pseudonyms=pseudonyms))
        self._count = min(-(-rows // rows_at_once), self._partitions)

    def shards(self) -> list[Shard]:
        """The shares that are read one after the other: all customers, each in one of them."""
        every = range(self._partitions)
        return [frozenset(every[number :: self._count]) for number in range(self._count)]

    def recording(
        self, shard: Shard, progress: Callable[[int, int], None] = lambda *_: None
    ) -> Recording:
        """All of the customers of a share. `progress` hears how many files are read, of how many.

        Raises:
            NotReadable, StoreFailed: the archive can't be read (any more).
        """
        log = OrderLog(
            decode_order(each.value or b"") for each in self._messages(ORDER, shard) if each.value
        )
        taking = Taking(codecs.PLAIN, self.timeline, log, self._partitions)
        if log:
            for message in self._messages(TICKS, shard):
                taking.tick(message)
        whole = sum(each.topic in READ for each in self._files)
        read = 0
        for topic in READ:
            of = None if topic == DISAGREEMENTS else shard
            for file in self._of(topic):
                for message in self._in(file, of):
                    if topic != DISAGREEMENTS or self._is_in(message, shard):
                        taking.take(message)
                read += 1
                progress(read, whole)
        return taking.whole()

    def _is_in(self, message: Message, shard: Shard) -> bool:
        """Whether a decision is of a customer of the share: it lies by its region."""
        found = codecs.decode(DISAGREEMENTS, message.value or b"")
        customer_id = str(getattr(found, "customer_id", ""))
        return partition_of(customer_id.encode(), self._partitions) in shard

    def _timeline(self, empty: Reference) -> Timeline:
        """Policies and directory as they changed; the first that are whole hold before, too."""
        every = [each for topic in REFERENCES.topics for each in self._messages(topic, None)]
        turns, reference, before = list[tuple[int, Reference]](), empty, 0
        for message in sorted(every, key=lambda each: (each.timestamp, each.topic, each.offset)):
            reference = fold(reference, message)
            is_first = len(turns) <= 1 and message.timestamp - before <= _PUBLISHED_WITHIN_MS
            if missing(reference) is None:
                if not turns or is_first:
                    turns = [(0, reference)]
                else:
                    turns.append((message.timestamp, reference))
            before = message.timestamp
        if not turns:
            raise NoRecording(f"{self._place}: {missing(reference)}")
        return Timeline(turns)

    def _messages(self, topic: str, shard: Shard | None) -> Iterator[Message]:
        for file in self._of(topic):
            yield from self._in(file, shard)

    def _of(self, topic: str) -> Iterable[File]:
        return sorted(
            (each for each in self._files if each.topic == topic),
            key=lambda each: (each.day, each.path),
        )

    def _in(self, file: File, shard: Shard | None) -> Iterator[Message]:
        """The records of a file as they were written, or as we write them."""
        table = table_in(self._store.get(file.path))
        if shard is not None:
            table = table.filter(pc.is_in(table.column(PARTITION), pa.array(shard, pa.int32())))
        table = table.sort_by([(TIMESTAMP, "ascending"), (OFFSET, "ascending")])
        for message, record in records_in(file.topic, table):
            if record is not None:
                yield message._replace(value=codecs.encode(file.topic, record))
            else:
                yield message
