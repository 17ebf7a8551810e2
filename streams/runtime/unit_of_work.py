"""What was handled since the last commit, and its way into one commit.

While unit n is committed in a thread, n+1 is gathered; it is handed to Kafka only after n has
committed, and a failure of n stops the worker, so n+1 is thrown away with it.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence

from streams.errors import Fenced
from streams.metrics import CHANGELOG_RECORDS, COMMIT_SECONDS, COMMITS, UNIT_LIMIT_BYTES
from streams.runtime.commits import Commits, Unit
from streams.runtime.partition import Partition
from streams.runtime.unit_size import UnitSize
from streams.topology import RECORD_OVERHEAD_BYTES, EncodeOrder
from streams.transport.kafka import Changelog, Place, Write
from streams.transport.throttling import THROTTLES

COMMIT_LIMIT_SECONDS = 20.0
"""A commit that long is given up, and the worker restores.

Twice the transaction's time-out: by then the broker has aborted it. librdkafka 2.16 was seen to
wait without end, past its own limit, for a coordinator that was away when the commit began.
"""
UNIT_RECORDS = 100_000
"""A unit of so many records is committed at once; bounds the length of a transaction."""
UNIT_BYTES = 32_000_000
"""The same, of so many bytes of outputs, unless the settings say otherwise; bounds memory. What
commits take may bound it further (`streams.runtime.unit_size`)."""
HANDLED_BYTES = 100
"""What a record adds to a unit by itself, at a guess: what it changes of the state."""


class UnitOfWork:
    """Outputs, changelog, offsets and order of one stage since the last commit."""

    def __init__(
        self,
        stage_name: str,
        commits: Commits,
        order_topic: str | None,
        encode_order: EncodeOrder,
        unit_bytes: int = UNIT_BYTES,
    ) -> None:
        self._unit_bytes = unit_bytes
        self.size = UnitSize(unit_bytes + UNIT_RECORDS * HANDLED_BYTES)
        """How much a unit may hold by now."""
        self._stage_name = stage_name
        self._commits = commits
        self._order_topic = order_topic
        self._encode_order = encode_order
        self._turn = asyncio.Lock()
        self._touched: dict[int, Partition] = {}
        self._writes: list[Write] = []
        self._handled = self._bytes = 0
        self._broken = False
        self._throttles = THROTTLES.heard
        self.oldest_at: float | None = None
        """When the oldest uncommitted record was handled (monotonic seconds), if there is one."""
        self.room = asyncio.Event()
        self.room.set()
        self.full = asyncio.Event()
        """Set while there is no room."""
        self.begun = asyncio.Event()
        """Set while something waits to be committed."""

    def add(self, partition: Partition, writes: Sequence[Write], handled: int = 1) -> None:
        """Takes what handled messages gave."""
        if self.oldest_at is None:
            self.oldest_at = time.monotonic()
            self.begun.set()
        self._touched[partition.number] = partition
        self._writes += writes
        self._handled += handled
        for write in writes:
            self._bytes += len(write.value or b"") + RECORD_OVERHEAD_BYTES
        self._hear_of_throttles()
        is_full = self._handled >= UNIT_RECORDS or self._bytes >= self._unit_bytes
        if is_full or self._weight() >= self.size.bytes:
            self.room.clear()
            self.full.set()

    def say_origin(self, partition: Partition) -> None:
        """Takes a partition whose changelog does not say what its state was made from.

        A version from before wrote it: its offsets are believed until they are said, so they are
        said at once, and not with the first record that comes.
        """
        if partition.checkpoint is None and partition.now:
            self.add(partition, (), 0)

    async def commit(self) -> None:
        """Commits what is there; one commit at a time.

        Raises:
            Fenced: nothing of the unit is visible, and nothing in memory is to be trusted.
        """
        async with self._turn:
            if self._broken:
                raise Fenced("an earlier unit of work did not commit")
            if not self._touched:
                return
            began = time.monotonic()
            touched, size, handled = self._touched, self._weight(), self._handled
            unit = self._cut()
            await self._hand_over(unit)
            for (topic, number), offset in unit.offsets.items():
                touched[number].committed[topic, number] = offset
            seconds = time.monotonic() - began
            self._hear_of_throttles()
            self.size.committed(size, handled, seconds, began + seconds)
            UNIT_LIMIT_BYTES.labels(self._stage_name).set(self.size.bytes)
            COMMITS.labels(self._stage_name).inc()
            COMMIT_SECONDS.labels(self._stage_name).observe(seconds)

    def _hear_of_throttles(self) -> None:
        if self._throttles != THROTTLES.heard:
            self._throttles = THROTTLES.heard
            self.size.throttled(time.monotonic())

    def _weight(self) -> int:
        return self._bytes + self._handled * HANDLED_BYTES

    def wait_seconds(self) -> float:
        """How long what is there is better kept: the broker would hold it back by a quota."""
        self._hear_of_throttles()
        return self.size.wait_seconds(self._weight(), time.monotonic())

    async def confirm(self, offsets: Mapping[Place, int]) -> None:
        """Commits what is committed already: taken, it says that this worker is still the owner.

        Raises:
            Fenced: it is not, or an earlier unit did not commit.
        """
        async with self._turn:
            if self._broken:
                raise Fenced("an earlier unit of work did not commit")
            await self._hand_over(Unit([], [], offsets))

    async def _hand_over(self, unit: Unit) -> None:
        try:
            await asyncio.wait_for(self._commits.commit(unit), COMMIT_LIMIT_SECONDS)
        except TimeoutError:
            self._broken = True
            raise Fenced(f"a commit took more than {COMMIT_LIMIT_SECONDS} s") from None
        except BaseException:
            self._broken = True  # whoever waits for the turn must not commit the next unit
            raise

    def _cut(self) -> Unit:
        """Ends the unit; runs without interruption between two messages."""
        touched, self._touched = self._touched, {}
        writes, self._writes = self._writes, []
        self._restart_count()
        changelogs: list[Changelog] = []
        offsets: dict[Place, int] = {}
        for partition in touched.values():
            positions = partition.positions()
            offsets |= positions
            changelogs.append(partition.changelog(positions))
            runs = partition.take_runs()
            if self._order_topic is not None and runs:
                value = self._encode_order(self._stage_name, partition.number, runs)
                key = str(partition.number).encode()
                writes.append(Write(self._order_topic, -1, key, value, (), partition.now))
        CHANGELOG_RECORDS.labels(self._stage_name).inc(
            sum(len(each.changes) for each in changelogs)
        )
        return Unit(writes, changelogs, offsets)

    def drop(self) -> None:
        """Forgets what is not committed."""
        self._touched, self._writes = {}, []
        self._restart_count()

    def _restart_count(self) -> None:
        self._handled, self._bytes, self.oldest_at = 0, 0, None
        self.begun.clear()
        self.full.clear()
        self.room.set()
