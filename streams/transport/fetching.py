"""An aiokafka consumer that gives whole batches of our own, whatever their headers are called.

The private interfaces that it uses are listed in private_apis.py: `Fetcher` makes
`MemoryRecords` and `PartitionRecords` by those names, `AIOKafkaConsumer.start` makes `Fetcher`. For
this consumer alone these names mean subclasses of ours; nothing is patched.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import READ_COMMITTED, Fetcher, FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords

from streams.topology import BATCH_AT_MOST, Records
from streams.transport.records import StillPacked, raw_batches, read_batch

FETCH_EVERY_SECONDS = 0.025
"""A broker is asked no more often; a fetch that brings much takes longer by itself."""


FETCH_AT_MOST_BYTES, FETCH_AT_LEAST_BYTES = 1_048_576, 16_384
"""Of a partition at once. A record that is larger is fetched all the same, alone."""


class _RawRecords:
    """Fetched batches as aiokafka reads them, each with its bytes at hand."""

    def __init__(self, data: bytes) -> None:
        self._records = MemoryRecords(data)
        self._raw = raw_batches(data)
        self.has_next, self.size_in_bytes = self._records.has_next, self._records.size_in_bytes

    def next_batch(self) -> tuple[Any, bytes]:
        """The next batch, and its bytes."""
        return self._records.next_batch(), next(self._raw, b"")


class _Messages(PartitionRecords):
    """A fetched partition: CRC, aborted transactions and control batches as in the base class."""

    def _unpack_records(self) -> Iterator[Records]:
        while self._records.has_next():
            batch, raw = self._records.next_batch()
            if self._check_crcs and not batch.validate_crc():
                raise CorruptRecordException(f"Invalid CRC - {self._tp}")
            aborted = self._isolation_level == READ_COMMITTED and self._is_aborted(batch)
            unread = aborted or batch.is_control_batch
            records = None if unread else self._read(raw)
            self.next_fetch_offset = batch.next_offset  # before: it may rest there for a while
            if records is not None and len(records):
                yield records

    def _is_aborted(self, batch: Any) -> bool:  # noqa: ANN401 - of aiokafka's extension
        if batch.producer_id is None:
            return False
        self._consume_aborted_up_to(batch.base_offset)
        if batch.is_control_batch and self._contains_abort_marker(batch):
            self._aborted_producers.discard(batch.producer_id)
        return bool(batch.is_transactional and batch.producer_id in self._aborted_producers)

    def _read(self, raw: bytes) -> Records:
        """Its records from the offset on that was asked for: a batch may begin before it."""
        topic, partition = self._tp
        try:
            return read_batch(topic, partition, raw, self.next_fetch_offset)
        except ValueError as error:
            raise CorruptRecordException(f"{error} - {self._tp}") from error


class Room:
    """How many bytes may be given out, unpacked, before the rest must wait for the next time."""

    def __init__(self) -> None:
        self.left = 0

    def take(self, size: int) -> None:
        """Takes what is given out; the last may be larger than what was left."""
        self.left -= size


class Fetched(FetchResult):
    """What was fetched of a partition, given out as far as there is room; the rest stays packed.

    `room`: set by the fetcher once this has come.
    """

    room: Room | None = None
    _partition_records: Any

    def getall(self, max_records: int | None = None) -> list[Records]:
        """The next batches; `max_records` is not asked for here."""
        assert max_records is None, "it is given out by bytes"
        if not self.has_more() or not self.check_assignment(self._topic_partition):
            return []
        found: list[Records] = []
        while self.room is None or self.room.left > 0:
            records = next(self._partition_records, None)
            self._update_position()
            if records is None:
                self._partition_records = None
                break
            found.append(records)
            if self.room is not None:
                # What was not unpacked to its end was unpacked as far as may be.
                still_packed = isinstance(records, StillPacked)
                self.room.take(BATCH_AT_MOST if still_packed else records.size_bytes)
        return found


def _with(function: Any, **names: object) -> Any:  # noqa: ANN401 - a function of any kind
    """The function with something else under names that it looks up in its module."""
    changed = FunctionType(
        function.__code__,
        function.__globals__ | names,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    changed.__kwdefaults__ = function.__kwdefaults__
    return changed


class _Fetcher(Fetcher):
    _ask = _with(
        Fetcher._proc_fetch_request,  # noqa: SLF001 - this file is where the private interfaces are used
        MemoryRecords=_RawRecords,
        PartitionRecords=_Messages,
        FetchResult=Fetched,
    )
    fetched_records = _with(Fetcher.fetched_records, FetchResult=Fetched)
    _room: Room | None = None

    def give_out(self, at_most: int) -> None:
        """Gives room for so many bytes, unpacked; one batch is given out whatever it holds."""
        self._room = self._room or Room()
        self._room.left = at_most

    async def _proc_fetch_request(self, assignment: object, node_id: int, request: object) -> bool:
        """Gives out what has come at once, and ends, so that the next may be sent, after a rest.

        Without it a fetch went out for each record. Each names all partitions, and the one that
        has just brought something only if that has been taken by then: so it is there, too.
        """
        began = time.monotonic()
        try:
            found: bool = await self._ask(assignment, node_id, request)
        except asyncio.CancelledError:
            # Who ends the fetcher awaits this and expects none: it would end the whole thread.
            return False
        if found:
            for each in self._records.values():
                if isinstance(each, Fetched):
                    each.room = self._room
            for waiting in self._fetch_waiters:
                self._notify(waiting)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(began + FETCH_EVERY_SECONDS - time.monotonic())
        return found


class MessageConsumer(AIOKafkaConsumer):
    """A consumer whose fetcher gives `Message`s."""

    start = _with(AIOKafkaConsumer.start, Fetcher=_Fetcher)


def fetch_bytes(buffer_bytes: int, places: int) -> int:
    """So that one worker with all partitions fetches no more than the buffer holds."""
    return min(FETCH_AT_MOST_BYTES, max(FETCH_AT_LEAST_BYTES, buffer_bytes // places))
