"""Running one stage: fetch, merge, handle, commit; give up and take partitions."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Coroutine, Iterable, Mapping

import structlog
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from streams.errors import EngineError, Fenced
from streams.metrics import (
    BUFFERED_BYTES,
    LAG_RECORDS,
    NOW_AGE_SECONDS,
    PARTITIONS_ASSIGNED,
    TICKS_HELD,
    WORKER_NUMBER,
)
from streams.runtime.carrying import Placement
from streams.runtime.commits import AtLeastOnce, Commits, ExactlyOnce
from streams.runtime.ownership import Ownership
from streams.runtime.partition import Partition
from streams.runtime.references import References
from streams.runtime.standstill import Standstill
from streams.runtime.ticks import TickWriter
from streams.runtime.unit_of_work import UnitOfWork
from streams.settings import Settings
from streams.topology import EncodeOrder, Stage
from streams.transport.faust import Batch, GroupMember, GroupSettings, Membership, Place
from streams.transport.fetching import fetch_bytes
from streams.transport.instance_ids import instance_id
from streams.transport.kafka import Transactions, topic_ends
from streams.transport.sending import Sender

log = structlog.get_logger()

SLICE_SECONDS = 0.01
"""How long is handled before the event loop gets its turn (heartbeat, fetches, commits).

No record is begun after it, so that a partition waits for one record of each other at the most.
"""
LOOK_SECONDS = 0.1
"""How often, with nothing to commit, it is looked whether Faust or the references gave up."""
QUESTION_SECONDS = 0.02
"""How often it is looked whether a tick waits for the ends of its topics."""
_OVERFULL = 2
"""So many times the buffer may wait: shares, and what single batches had more."""
RETRY_SECONDS = 0.5
ASK_FOR_ALL_AT_MOST = 5
"""How often a group that shared out some topics of a partition alone is made to do it anew."""
REPORT_SECONDS = 5.0
LAST_COMMIT_SECONDS = 8.0
"""How long a worker that is told to stop waits for a broker that does not answer."""


class StageRunner:
    """One stage in this worker; the listener of its group membership."""

    def __init__(
        self,
        stage: Stage,
        settings: Settings,
        references: References,
        admin_client: AdminClient,
        encode_order: EncodeOrder,
        *,
        partitions: int,
        ticks_due: bool = False,
    ) -> None:
        """`ticks_due`: the broker stamps the ticks, so they come as long as somebody lives."""
        self.stage = stage
        self.group = f"{settings.application}-{stage.name}"
        self.epoch = 0
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._settings = settings
        self._references = references
        self._admin = admin_client
        self._partitions: dict[int, Partition] = {}
        self._whole = False
        self._asked_for_all = 0
        placement = Placement(partitions, settings.misplaced == "carry")
        self._ownership = Ownership(stage, self.group, settings, admin_client, placement)
        self._ready = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop_restore = threading.Event()
        self._stopping = False
        self._commit_now = asyncio.Event()
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()
        self._standstill = Standstill(settings.tick_interval_ms) if ticks_due else None
        group = GroupSettings(
            settings.bootstrap_servers,
            self.group,
            stage.topics,
            settings.session_timeout_ms,
            instance_id(self.group, settings.worker_number, stage.topics)
            if settings.static_membership
            else None,
            fetch_bytes(settings.buffer_bytes, partitions * len(stage.topics)),
            settings.buffer_bytes,
        )
        self._member = GroupMember(group, self)
        WORKER_NUMBER.labels(stage.name).set(settings.worker_number)
        self._commits = self._how_to_commit()
        order_topic = f"{settings.application}.order" if settings.order_log else None
        self._unit = UnitOfWork(
            stage.name, self._commits, order_topic, encode_order, settings.unit_bytes
        )

    def _how_to_commit(self) -> Commits:
        servers, queue_bytes = self._settings.bootstrap_servers, 2 * self._settings.unit_bytes
        if self._settings.guarantee == "at_least_once":
            session = self._settings.session_timeout_ms / 1000
            outputs = Sender(servers, queue_bytes=queue_bytes)
            changelog = Sender(servers, session / 2, queue_bytes)
            return AtLeastOnce(self.group, outputs, changelog, self._member, session)
        name = f"{self.group}-{self._settings.worker_number}"
        return ExactlyOnce(self.group, Transactions(servers, name, queue_bytes=queue_bytes))

    # ------------------------------------------------------------------ life

    async def start(self, tick_writer: TickWriter | None) -> None:
        """Ends what an earlier life left open, joins the group, begins to work."""
        await self._ownership.open()
        await self._commits.start()
        for work in (self._work(), self._commit_regularly(), self._ask_ends(), self._report()):
            self._spawn(work)
        if tick_writer is not None:
            interval = self._settings.tick_interval_ms
            self._spawn(tick_writer.run(interval, lambda: 0 in self._partitions))
        await self._member.start()

    async def stop(self, limit_seconds: float, *, for_good: bool) -> None:
        """Finishes the message in hand, commits, leaves the group, keeps its state in files.

        `for_good`: others get the partitions at once, also from a worker with a place of its own.
        """
        self._stopping = True
        self._stop_restore.set()
        if not self.failure.done():
            try:
                await asyncio.wait_for(self.revoke(), LAST_COMMIT_SECONDS)
            except TimeoutError:
                self.fail(Fenced(f"no commit within {LAST_COMMIT_SECONDS} s of the end"))
        for task in self._tasks:
            task.cancel()
        stopped = {} if for_good else await self._ownership.bounds(self._unit.confirm)
        if not await self._member.stop(limit_seconds, for_good=for_good):
            log.warning("left_without_goodbye", stage=self.stage.name)
        self._commits.close()
        await self._ownership.save(stopped)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        # What breaks while the worker stops (a restore, say) is not why it stops.
        if not task.cancelled() and task.exception() is not None and not self._stopping:
            self.fail(task.exception() or RuntimeError("unknown"))

    def fail(self, error: BaseException) -> None:
        """Stops the worker: nothing more is handled or committed."""
        self.epoch += 1
        self._partitions = {}
        self._ownership.forget()
        self._unit.drop()
        if not self.failure.done():
            self.failure.set_exception(error)

    def hold(self, held: bool) -> None:  # noqa: FBT001 - a switch
        """Handles and commits nothing while it is held; goes on from there."""
        if held:
            self._may_go_on.clear()
        else:
            self._may_go_on.set()

    # ------------------------------------------------------------------ group membership

    def wanted(self) -> set[Place]:
        """Partitions with room: each topic of a partition has its share of the buffer.

        A share, because a tick that waits for one topic must never be starved of it by another.
        One batch may be much more than a share, so where all of them hold too much, only that is
        fetched for which one partition waits.
        """
        if self._stopping or not self._partitions:
            return set()
        share = self._settings.buffer_bytes // (len(self._partitions) * len(self.stage.topics))
        waiting = {
            (topic, number): partition.merge.buffered_bytes(topic)
            for number, partition in self._partitions.items()
            for topic in self.stage.topics
        }
        if sum(waiting.values()) > _OVERFULL * self._settings.buffer_bytes:
            lacking = ((n, each.merge.lacking()) for n, each in self._partitions.items())
            number, topics = next((each for each in lacking if each[1]), (0, []))
            return {(topic, number) for topic in topics}
        return {place for place, size in waiting.items() if size <= share}

    async def revoke(self) -> None:
        """Handles nothing more, commits what is handled, lets go of all partitions."""
        self.epoch += 1
        self._stop_restore.set()
        self._ownership.let_go(self._partitions, self._commits.membership)
        self._partitions, self._whole = {}, False
        PARTITIONS_ASSIGNED.labels(self.stage.name).set(0)
        try:
            await self._unit.commit()
        except EngineError as error:
            self.fail(error)

    def assign(self, places: set[Place], membership: Membership) -> None:
        """Takes partitions: restores them beside the event loop, then fetches."""
        numbers = sorted({number for _, number in places})
        complete = {(topic, number) for topic in self.stage.topics for number in numbers}
        if complete != places:
            self._spawn(self._ask_for_all(places))
            return
        self._asked_for_all = 0
        self._commits.membership = membership
        self._stop_restore = threading.Event()
        log.info("partitions_assigned", stage=self.stage.name, partitions=numbers,
                 generation=membership.generation)  # fmt: skip
        self._spawn(self._take(numbers, membership, self._stop_restore))

    async def _ask_for_all(self, places: set[Place]) -> None:
        """Lets the group share out anew; gives up where that does not help.

        A topic may have been away when it shared out last, and a static member that comes back
        gets what was shared out then. Where a topic has changed the worker finds out which.
        """
        of = {topic: sorted(n for t, n in places if t == topic) for topic in self.stage.topics}
        self._asked_for_all += 1
        if self._asked_for_all > ASK_FOR_ALL_AT_MOST:
            raise Fenced(f"group {self.group}: of its topics were assigned {of}")
        log.warning("assigned_in_part", stage=self.stage.name, of=of)
        await asyncio.sleep(RETRY_SECONDS)
        await self._member.join_again()

    async def _take(
        self, numbers: list[int], membership: Membership, stop: threading.Event
    ) -> None:
        epoch = self.epoch

        async def own(partitions: dict[int, Partition], offsets: Mapping[Place, int]) -> bool:
            wanted = {place: at for place, at in offsets.items() if place[1] in partitions}
            if epoch != self.epoch or not await self._member.seek(wanted) or epoch != self.epoch:
                return False  # a rebalance or the end came first
            for (topic, number), at in wanted.items():
                partitions[number].merge.begin_at({topic: at})
            self._partitions = {**self._partitions, **partitions}
            for each in partitions.values():
                self._unit.say_origin(each)
            PARTITIONS_ASSIGNED.labels(self.stage.name).set(len(self._partitions))
            return True

        try:
            # Not `|=`: it reads before it waits, and an assignment that is over may end later.
            if await self._ownership.take(numbers, membership, stop, own):
                self._whole = True
        except Fenced:
            if not stop.is_set():
                raise

    def accept(self, batch: Batch) -> None:
        """Takes a fetched batch; one of an earlier assignment is thrown away."""
        partition = self._partitions.get(batch.partition)
        if batch.epoch != self.epoch or partition is None:
            return
        read_to = partition.merge.read_to(batch.topic)
        if batch.begin != read_to:
            raise Fenced(f"stage {self.stage.name}: {batch.topic}[{batch.partition}] was read up "
                         f"to {read_to}, and then from {batch.begin}")  # fmt: skip
        partition.merge.add_batches(batch.topic, batch.batches, batch.next_offset)
        self._ready.set()

    # ------------------------------------------------------------------ work

    async def _work(self) -> None:
        while True:
            self._commit_now.set()
            await self._ready.wait()
            self._ready.clear()
            self._commit_now.clear()
            busy = True
            while busy:
                busy = False
                for number in list(self._partitions):
                    await self._may_go_on.wait()
                    await self._has_room()
                    busy |= self._handle_slice(number)
                    await asyncio.sleep(0)

    async def _has_room(self) -> None:
        """Waits for the commit of a unit that is full: at once, not when its time has come."""
        if not self._unit.room.is_set():
            self._commit_now.set()
            await self._unit.room.wait()
            self._commit_now.clear()

    def _handle_slice(self, number: int) -> bool:
        partition = self._partitions.get(number)
        if partition is None:
            return False
        until = time.monotonic() + SLICE_SECONDS
        while self._unit.room.is_set() and time.monotonic() < until:
            run_at_most = min(partition.fold.run_at_most, self._unit.size.run_at_most)
            try:
                made = partition.turn(run_at_most, self._references.current, until)
            except BaseException as error:
                self.fail(error)  # at once: else half of a record could be committed before
                raise
            if made is None:
                return False
            if made[1]:
                self._unit.add(partition, *made)
        return True

    async def _commit_regularly(self) -> None:
        """Commits soon when there is nothing else to handle, and rarely under a backlog.

        The interval is what a reader of committed records waits for; each commit costs the broker
        as much as hundreds of records.
        """
        shortest = self._settings.commit_idle_ms / 1000
        longest = self._settings.commit_interval_ms / 1000
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._unit.begun.wait(), LOOK_SECONDS)
                if not await self._fills_up(shortest):
                    await asyncio.wait_for(self._commit_now.wait(), longest - shortest)
            if (wait := self._unit.wait_seconds()) > 0:
                await asyncio.sleep(wait)
            if self._may_go_on.is_set():
                await self._unit.commit()
            reason = self._member.crashed() if not self._stopping else None
            if reason is not None:
                raise Fenced(f"stage {self.stage.name}: Faust gave up: {reason!r}") from reason
            if self._references.failure is not None:
                raise self._references.failure

    async def _fills_up(self, seconds: float) -> bool:
        """Waits for so long, or until the unit is full: then nothing more comes before a commit."""
        try:
            await asyncio.wait_for(self._unit.full.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _ask_ends(self) -> None:
        """Asks how far the topics go for which a tick waits, after the tick was read."""
        while True:
            await asyncio.sleep(QUESTION_SECONDS)
            questions = {p: p.merge.question() for p in self._partitions.values()}
            waiting = {p: question for p, question in questions.items() if question is not None}
            if not waiting:
                continue
            ends = await self._ends(p.number for p in waiting)
            for partition, question in waiting.items():
                found = {t: ends[t, n] for t, n in ends if n == partition.number}
                if found:
                    partition.merge.answer(question, found)
            self._ready.set()

    async def _ends(self, numbers: Iterable[int]) -> dict[Place, int]:
        places = [(topic, number) for number in numbers for topic in self.stage.topics]
        try:
            return await asyncio.to_thread(topic_ends, self._admin, places)
        except KafkaException as error:
            log.warning("waiting_for_kafka", doing="ask for ends", error=error.args[0].str())
            await asyncio.sleep(RETRY_SECONDS)
            return {}

    # ------------------------------------------------------------------ what an operator sees

    def is_restored(self) -> bool:
        """Whether this worker has its place in the group, and its partitions their state."""
        return self._whole

    def uncommitted_seconds(self) -> float:
        """The age of the oldest handled record that is not committed."""
        oldest = self._unit.oldest_at
        return 0.0 if oldest is None else time.monotonic() - oldest

    def time_stands_still(self) -> str | None:
        """A sentence where ticks are due and the slowest partition does not move."""
        if self._standstill is None:
            return None
        problem = self._standstill.problem(time.monotonic(), time.time() * 1000)
        return problem and f"stage {self.stage.name}: {problem}"

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            name, partitions = self.stage.name, list(self._partitions.values())
            if self._standstill is not None:
                oldest = min((p.now for p in partitions), default=None)
                self._standstill.hear(oldest, time.monotonic())
            TICKS_HELD.labels(name).set(sum(p.merge.holds_a_tick() for p in partitions))
            BUFFERED_BYTES.labels(name).set(
                sum(p.merge.buffered_bytes(t) for p in partitions for t in self.stage.topics)
            )
            started = [p.now for p in partitions if p.now]
            NOW_AGE_SECONDS.labels(name).set(time.time() - min(started) / 1000 if started else 0)
            ends = await self._ends(p.number for p in partitions)
            for topic in self.stage.topics:
                LAG_RECORDS.labels(name, topic).set(
                    sum(ends[topic, p.number] - (p.merge.position(topic) or 0)
                        for p in partitions if (topic, p.number) in ends)
                )  # fmt: skip
