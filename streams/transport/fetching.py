"""An aiokafka consumer that gives whole batches of our own, whatever their headers are called.

What it leans on is listed in insides.py: `Fetcher` makes
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
from aiokafka.consumer.fetcher import READ_COMMITTED, Fetcher, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords

from streams.compiled import native
from streams.topology import Listed, Message, Records
from streams.transport.records import raw_batches, read_batch

FETCH_EVERY_SECONDS = 0.025
"""A broker is asked no more often; a fetch that brings much takes longer by itself."""


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
            if not aborted and not batch.is_control_batch:
                records = self._read(batch, raw)
                if len(records):
                    yield records
            self.next_fetch_offset = batch.next_offset

    def _is_aborted(self, batch: Any) -> bool:  # noqa: ANN401 - of aiokafka's extension
        if batch.producer_id is None:
            return False
        self._consume_aborted_up_to(batch.base_offset)
        if batch.is_control_batch and self._contains_abort_marker(batch):
            self._aborted_producers.discard(batch.producer_id)
        return bool(batch.is_transactional and batch.producer_id in self._aborted_producers)

    def _read(self, batch: Any, raw: bytes) -> Records:  # noqa: ANN401 - the same
        """Its records from the offset on that was asked for: a batch may begin before it."""
        topic, partition = self._tp
        if native is None:
            with contextlib.suppress(UnicodeDecodeError):  # of a header's name
                return Listed(
                    [
                        Message(
                            topic, partition, r.offset, r.timestamp, r.key, r.value, (*r.headers,)
                        )
                        for r in batch
                        if r.offset >= self.next_fetch_offset
                    ]
                )
        try:
            return read_batch(topic, partition, raw, self.next_fetch_offset)
        except ValueError as error:
            raise CorruptRecordException(f"{error} - {self._tp}") from error


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
        Fetcher._proc_fetch_request,  # noqa: SLF001 - this file is where the insides are touched
        MemoryRecords=_RawRecords,
        PartitionRecords=_Messages,
    )

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
            for waiting in self._fetch_waiters:
                self._notify(waiting)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(began + FETCH_EVERY_SECONDS - time.monotonic())
        return found


class MessageConsumer(AIOKafkaConsumer):
    """A consumer whose fetcher gives `Message`s."""

    start = _with(AIOKafkaConsumer.start, Fetcher=_Fetcher)
