# ruff: noqa: SLF001 - this file is where the private interfaces are used
"""A consumer group on Faust, in whole fetched batches.

The private interfaces that it uses are listed in private_apis.py.

Faust keeps: group membership and rebalance, the consumer thread, conductor, stream, agent.
Replaced, by subclassing, for our own apps only (no class of Faust or aiokafka is patched):

- `Consumer.getmany`: one message a fetch, whose value is a `Batch` for each partition of it; one
  whose position moved without records (control records) gives an empty batch;
- message offsets: a counter, so that nothing of Faust's own book-keeping of offsets (gaps, acks,
  read offsets, seeks) can drop or commit a record; the real offsets are in the batches;
- commits: the runtime's, in its own transactions; Faust's do nothing;
- revocation and assignment: the runtime commits before the old generation ends, and restores
  outside the callback, because aiokafka sends no heartbeat while a callback runs;
- the consumer's settings: fetch wait (Faust: 1,500 ms), our own assignor, read committed.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import faust
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from faust.app.base import BootStrategy
from faust.tables.manager import TableManager
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage
from mode.services import Service
from mode.utils.locks import Event

from streams.access import access
from streams.errors import Fenced
from streams.topology import Records
from streams.transport.assignor import KeepingAssignor
from streams.transport.draining import Drain, Drained, Place
from streams.transport.fetching import MessageConsumer
from streams.transport.membership import Membership, commit, prove
from streams.transport.private_apis import group_metadata, problem_of, say_goodbye

FETCH_WAIT_MS = 50
"""How long the broker holds a fetch without data; Faust's 1,500 halves the speed (engine.md, 3)."""
POSITION_WAIT_SECONDS = 0.05
"""How long a fetch waits here before positions moved by control records alone are reported."""
NEVER_SECONDS = 86_400.0 * 365
"""For Faust's own timers that must not act."""


class Batch(NamedTuple):
    """What one fetch brought of a partition, read up to `begin` before and `next_offset` then."""

    topic: str
    partition: int
    batches: list[Records]
    begin: int
    next_offset: int
    epoch: int


class Listener(Protocol):
    """What the runtime does with a group membership."""

    epoch: int
    """Counts revocations: batches of an earlier one are thrown away."""

    def wanted(self) -> set[Place]:
        """The partitions to fetch now: restored, and with room for more."""

    async def revoke(self) -> None:
        """Commits what is handled and lets go of all; the old generation still counts."""

    def assign(self, places: set[Place], membership: Membership) -> None:
        """Takes the partitions; returns at once."""

    def accept(self, batch: Batch) -> None:
        """Takes a batch."""

    def fail(self, error: BaseException) -> None:
        """Stops the worker."""


class _ConsumerThread(driver.AIOKafkaConsumerThread):
    app: "_App"

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        self._drain = Drain()
        super().__init__(*args, **kwargs)

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:  # noqa: ANN401, ARG002
        settings = self.app.group_settings
        session_ms = settings.session_timeout_ms
        return MessageConsumer(
            bootstrap_servers=settings.bootstrap_servers,
            **access().for_aiokafka(),
            client_id=settings.group,
            group_id=settings.group,
            group_instance_id=settings.instance_id,
            partition_assignment_strategy=[self.app.assignor_of_numbers],
            enable_auto_commit=False,
            # Never by itself: the runtime knows where each partition begins, and seeks there.
            auto_offset_reset="none",
            isolation_level="read_committed",
            check_crcs=True,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            max_partition_fetch_bytes=settings.fetch_bytes,
            # A slow unit is no reason to leave the group: the commit is fenced by generation.
            max_poll_interval_ms=86_400_000,
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=max(100, session_ms // 10),
            request_timeout_ms=max(40_000, session_ms + 5_000),
            rebalance_timeout_ms=max(60_000, session_ms),
        )

    async def stop(self) -> None:
        """As mode's, which waits for the thread in the event loop and stands there for ever.

        What the thread still does may wait for that loop: a rebalance, where a topic has gone.
        """
        if self._started.is_set():
            await Service.stop(self)
            if self._thread is not None:
                await asyncio.to_thread(self._thread.stop)

    async def fetch(self, places: set[Place]) -> dict[Place, Drained]:
        """What has come of the partitions."""
        fetched: dict[Place, Drained] = await self.call_thread(self._fetch, places)
        return fetched

    async def _fetch(self, places: set[Place]) -> dict[Place, Drained]:
        if not self.consumer.flow_active:
            return {}
        return await self._drain.fetched(
            self._ensure_consumer(),
            places,
            POSITION_WAIT_SECONDS,
            self.app.group_settings.give_out_bytes,
        )

    async def prove(self, membership: Membership) -> None:
        """Asks the broker whether the member still has its partitions."""
        await self.call_thread(self._prove, membership)

    async def _prove(self, membership: Membership) -> None:
        await prove(self._ensure_consumer()._coordinator, membership)

    async def join_again(self) -> None:
        """Makes the group share out anew."""
        await self.call_thread(self._join_again)

    async def _join_again(self) -> None:
        self._ensure_consumer()._coordinator.request_rejoin()

    async def commit_offsets(self, membership: Membership, offsets: Mapping[Place, int]) -> None:
        """Commits under that membership; an old one is refused by the broker."""
        await self.call_thread(self._commit_offsets, membership, offsets)

    async def _commit_offsets(self, membership: Membership, offsets: Mapping[Place, int]) -> None:
        await commit(self._ensure_consumer()._coordinator, membership, offsets)

    async def seek_all(self, offsets: Mapping[Place, int]) -> bool:
        """Moves to the offsets; false where a rebalance has taken the partitions away."""
        sought: bool = await self.call_thread(self._seek_all, offsets)
        return sought

    async def _seek_all(self, offsets: Mapping[Place, int]) -> bool:
        return self._drain.seek(self._ensure_consumer(), offsets)


class _Consumer(driver.Consumer):
    app: "_App"
    _thread: _ConsumerThread

    def _new_consumer_thread(self) -> _ConsumerThread:
        return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:  # noqa: ARG002, ASYNC109
        listener = self.app.listener
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
        wanted, epoch = listener.wanted(), listener.epoch
        if not wanted or self.should_stop:
            await asyncio.sleep(0.01)
            return
        drained = await self._thread.fetch(wanted)
        if not self.flow_active or epoch != listener.epoch or self.should_stop:
            return  # thrown away: the new assignment seeks
        batches = [
            Batch(*place, found.batches, found.begin, found.end, epoch)
            for place, found in drained.items()
            if found.batches or self.app.reported.get(place) != (epoch, found.end)
        ]
        if batches:
            yield self._message(batches)

    def _message(self, batches: Sequence[Batch]) -> tuple[TP, ConsumerMessage]:
        """All of a fetch as one message: what Faust does for each costs more than a record."""
        for batch in batches:
            self.app.reported[batch.topic, batch.partition] = (batch.epoch, batch.next_offset)
        self.app.sequence += 1
        value: Any = batches
        topic, partition = batches[0].topic, batches[0].partition
        tp = TP(topic, partition)
        return tp, ConsumerMessage(
            topic, partition, self.app.sequence, 0.0, 1, None, None, value, None, 0, 0,
            tp, generation_id=self.app.consumer_generation_id,
        )  # fmt: skip

    def ack(self, message: Any) -> bool:  # noqa: ANN401
        message.acked = True
        self._unacked_messages.discard(message)
        return True

    async def wait_empty(self) -> None:
        """Nothing to wait for: what agents have not handed over is thrown away by its epoch."""

    async def commit(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401, ARG002
        return False

    async def perform_seek(self) -> None:
        """The runtime seeks."""

    async def create_topic(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Topics are declared elsewhere."""

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """A counter has no gaps."""

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        await self.app.listener.revoke()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        coordinator = self._thread._ensure_consumer()._coordinator
        instance_id = self.app.group_settings.instance_id
        membership = Membership(coordinator.generation, coordinator.member_id, instance_id)
        numbers = {tp.partition for tp in assigned}
        self.app.assignor_of_numbers.owns(membership.generation, numbers)
        await super().on_partitions_assigned(assigned, generation_id)
        self.app.listener.assign({(tp.topic, tp.partition) for tp in assigned}, membership)


class _Transport(driver.Transport):
    Consumer = _Consumer


class _Schema(faust.Schema[Any, Any]):
    """The value of an event is what a fetch brought; Faust decodes nothing."""

    def compile(self, app: Any, **_: Any) -> Any:  # noqa: ANN401
        create_event = app.create_event

        async def decode(message: Any, *, propagate: bool = False) -> Any:  # noqa: ANN401, ARG001
            return create_event(None, message.value, None, message)

        return decode


class _Tables(TableManager):
    async def on_start(self) -> None:
        """As Faust's, without its second of waiting for tables: there are none."""
        await self._update_channels()
        await self.recovery.start()


class _Boot(BootStrategy):
    enable_kafka_producer = False
    enable_web = False
    enable_sensors = False


class GroupSettings(NamedTuple):
    """What a group's consumer needs to know."""

    bootstrap_servers: str
    group: str
    topics: tuple[str, ...]
    session_timeout_ms: int
    instance_id: str | None
    fetch_bytes: int
    """Of one partition of one topic, at once; that much of each may lie unread in aiokafka."""
    give_out_bytes: int
    """Of all of them together, unpacked, at once."""


class _App(faust.App):
    BootStrategy = _Boot

    def __init__(self, settings: GroupSettings, listener: Listener) -> None:
        self.group_settings = settings
        self.listener = listener
        self.assignor_of_numbers = KeepingAssignor(settings.instance_id or "")
        self.sequence = 0
        self.reported: dict[Place, tuple[int, int]] = {}
        session_seconds = settings.session_timeout_ms / 1000
        super().__init__(
            settings.group,
            broker="kafka://" + settings.bootstrap_servers.split(",")[0],
            store="memory://",
            TableManager=_Tables,
            autodiscover=False,
            web_enabled=False,
            topic_disable_leader=True,
            topic_allow_declare=False,
            stream_wait_empty=False,
            stream_recovery_delay=0.0,
            broker_session_timeout=session_seconds,
            broker_request_timeout=max(40.0, session_seconds + 5),
            broker_commit_interval=NEVER_SECONDS,
            broker_commit_livelock_soft_timeout=NEVER_SECONDS,
            stream_processing_timeout=NEVER_SECONDS,
        )

    def _create_directories(self) -> None:
        """None: Faust would make folders for tables that it does not keep, in a place that is
        everybody's or that can't be written."""  # noqa: D205, D209

    def _new_transport(self) -> _Transport:
        return _Transport(self.conf.broker_consumer, self)


class GroupMember:
    """One member of one consumer group: a Faust app with one agent over all topics."""

    def __init__(self, settings: GroupSettings, listener: Listener) -> None:
        self._listener = listener
        self._app = _App(settings, listener)
        self._started = False
        self._app.finalize()
        topic = self._app.topic(*settings.topics, schema=_Schema())
        self._app.agent(topic, name=settings.group)(self._take)

    async def _take(self, stream: Any) -> None:  # noqa: ANN401
        async for batches in stream:
            try:
                for batch in batches:
                    self._listener.accept(batch)
            except Exception as error:  # noqa: BLE001 - Faust would restart the agent and lose it
                self._listener.fail(error)

    async def start(self) -> None:
        """Joins the group; assignments come to the listener.

        Raises:
            Fenced: no broker answered just now.
        """
        try:
            await self._app.start()
            self._started = True
            # Which of Faust's services hears first of a broker that is away is the threads' to say.
            reason = self.crashed()
            if isinstance(reason, KafkaError):
                raise reason
        except KafkaError as error:
            raise Fenced(f"group {self._app.group_settings.group}: {error!r}") from error

    async def seek(self, offsets: Mapping[Place, int]) -> bool:
        """Moves to the offsets; false where a rebalance has taken the partitions away."""
        return await self._thread().seek_all(offsets)

    async def join_again(self) -> None:
        """Joins once more, so that the group shares out anew.

        It does: what this member had last goes with its wish to join, and is another by now.
        """
        await self._thread().join_again()

    async def prove(self, membership: Membership) -> None:
        """Returns once the broker says that nobody else has this member's partitions.

        Raises:
            Fenced: somebody else may have them.
        """
        await self._thread().prove(membership)

    async def commit(self, membership: Membership, offsets: Mapping[Place, int]) -> None:
        """Commits offsets without a transaction.

        Raises:
            Fenced: the broker refused; somebody else may have the partitions.
        """
        await self._thread().commit_offsets(membership, offsets)

    def _thread(self) -> _ConsumerThread:
        consumer = self._app.consumer
        assert isinstance(consumer, _Consumer), "the app makes its consumer by our transport"
        return consumer._thread

    def crashed(self) -> BaseException | None:
        """Why Faust has given up, if it has."""
        if self._app.crashed:
            return self._app.crash_reason or RuntimeError("Faust crashed without a reason")
        if self._app.should_stop:
            return RuntimeError("Faust has stopped by itself")
        coordinator = self._coordinator()
        return None if coordinator is None else problem_of(coordinator)

    async def stop(self, limit_seconds: float, *, for_good: bool) -> bool:
        """Leaves the group; false if that took longer than the limit.

        A member with a place of its own (static) only goes, unless it is `for_good`: then its
        partitions go to others at once.
        """
        coordinator = self._coordinator()
        if for_good and coordinator is not None:
            say_goodbye(coordinator)
        # Not `wait_for`: it would wait on for an app that does not let itself be cancelled, as one
        # whose fetcher has crashed, and the process ends anyway.
        leaving = asyncio.ensure_future(self._app.stop())
        await asyncio.wait({leaving}, timeout=limit_seconds)
        if not leaving.done():
            return False
        leaving.result()  # raises what it raised
        return True

    def _coordinator(self) -> Any:  # noqa: ANN401 - aiokafka's, without types; None before a start
        if not self._started:
            return None
        inner = self._thread()._consumer
        return None if inner is None else inner._coordinator


__all__ = [
    "Batch", "Event", "GroupMember", "GroupSettings", "Listener", "Membership", "Place",
    "group_metadata",
]  # fmt: skip
