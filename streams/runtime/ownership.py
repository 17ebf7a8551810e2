"""What a worker had before a rebalance or a stop, and what of it is still true afterwards."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import structlog
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from streams.errors import EngineError
from streams.metrics import PARTITIONS_KEPT
from streams.runtime.carrying import Placement
from streams.runtime.changelog import bounds as changelog_bounds
from streams.runtime.partition import Partition
from streams.runtime.restore import input_ends, restore, what_is_committed
from streams.runtime.said import Said
from streams.runtime.snapshots import Bounds, Snapshots, Topic
from streams.settings import Settings
from streams.topology import Stage
from streams.transport.faust import Membership
from streams.transport.kafka import Place, patiently, topic_id, topic_setting

log = structlog.get_logger()

CONFIRM_SECONDS = 4.0
"""How long a stop waits for Kafka to say up to where its state holds; then there is no snapshot."""
SAVE_SECONDS = 15.0
"""How long a stop waits for the disk."""


def nobody_between(before: Membership | None, after: Membership) -> bool:
    """Whether no other member can have had what one member had in both generations.

    Each rebalance makes the next generation, so between two that follow each other was none. The
    same member id says that the group is the same and has not thrown this member out: else it had
    to join under a new one. (An instance id proves nothing: it outlives the member.)
    """
    return (
        before is not None
        and before.member_id == after.member_id
        and before.generation + 1 == after.generation
    )


class Ownership:
    """Lets go of partitions and takes them: kept ones first, then those to be restored."""

    def __init__(
        self,
        stage: Stage,
        group: str,
        settings: Settings,
        admin_client: AdminClient,
        placement: Placement | None = None,
    ) -> None:
        self._stage = stage
        self._placement = placement
        self._group = group
        self._settings = settings
        self._servers = settings.bootstrap_servers
        self._admin = admin_client
        self._snapshots: Snapshots | None = None
        self._said = Said(stage.name, exactly_once=settings.guarantee != "at_least_once")
        self._left: Mapping[int, Partition] = {}
        self._left_under: Membership | None = None

    async def open(self) -> None:
        """Looks at the changelog, if there are to be snapshots of it."""
        if self._settings.state_dir is None:
            return
        try:
            topic = await asyncio.to_thread(patiently, "look at the changelog", self._topic)
        except KafkaException as error:
            log.warning("no_snapshots", stage=self._stage.name, reason=error.args[0].str())
            return
        folder = Path(self._settings.state_dir)
        self._snapshots = Snapshots(folder, self._settings.application, self._stage, topic)
        await asyncio.to_thread(self._snapshots.clean)

    def _topic(self) -> Topic:
        name = self._stage.changelog
        kept = topic_setting(self._admin, name, "delete.retention.ms")
        return Topic(topic_id(self._admin, name), int(kept))

    def let_go(self, partitions: Mapping[int, Partition], membership: Membership | None) -> None:
        """Remembers what was had, and in which generation."""
        self._left, self._left_under = partitions, membership

    def forget(self) -> None:
        """What is in memory is not what is committed."""
        self._left, self._left_under = {}, None

    async def take(
        self,
        numbers: Sequence[int],
        membership: Membership,
        stop: threading.Event,
        own: Callable[[dict[int, Partition], Mapping[Place, int]], Awaitable[bool]],
    ) -> bool:
        """Gives partitions to `own` as they are ready, with offsets; false where it wants no more.

        Raises:
            ConfigurationError: the state and the group's offsets can't both be true.
            Fenced: stopped while waiting for Kafka.
        """
        left = self._left if nobody_between(self._left_under, membership) else {}
        self.forget()
        arguments = (self._stage, self._group, self._servers, numbers, stop)
        asked = await asyncio.to_thread(what_is_committed, *arguments)
        loosely = self._settings.guarantee == "at_least_once"
        asked = asked._replace(at_least_once=loosely)
        # A belt: what is committed must be what this worker has committed last.
        kept = {
            number: left[number]
            for number in numbers
            if number in left and left[number].committed == asked.by_group(self._stage, number)
        }
        del left
        if kept:
            await self._begin_anew(kept, stop)
            PARTITIONS_KEPT.labels(self._stage.name).inc(len(kept))
            log.info("partitions_kept", stage=self._stage.name, partitions=sorted(kept))
            if not await own(kept, _begins(kept)):
                return False
        missing = [number for number in numbers if number not in kept]
        del kept
        restored = await asyncio.to_thread(
            restore,
            self._stage,
            self._servers,
            asked,
            missing,
            stop=stop,
            placement=self._placement,
            snapshots=self._snapshots,
            said=self._said,
        )
        return await own(restored, _begins(restored))

    async def _begin_anew(self, kept: Mapping[int, Partition], stop: threading.Event) -> None:
        ends = await asyncio.to_thread(input_ends, self._stage, self._servers, list(kept), stop)
        for number, partition in kept.items():
            partition.begin_anew()
            partition.merge.expect({topic: ends[topic, number] for topic in self._stage.topics})

    # ------------------------------------------------------------------ a planned stop

    async def bounds(
        self, confirm: Callable[[Mapping[Place, int]], Awaitable[None]]
    ) -> dict[int, tuple[Partition, Bounds]]:
        """Partitions let go of, and how far the changelog goes for which their state is right.

        1. Everything is committed, and nothing more is handled.
        2. The ends of the changelog are asked for.
        3. `confirm` commits the same offsets again. Taken, it says that this worker was the owner
           up to now: so nobody else had written before 2.

        Empty where there are no snapshots, or Kafka does not say so in time.
        """
        left = self._left  # a rebalance may come while the worker stops, and lets go of nothing
        offsets: dict[Place, int] = {}
        for partition in left.values():
            offsets |= partition.committed
        if self._snapshots is None or not offsets:
            return {}
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                found = await asyncio.to_thread(  # 2
                    changelog_bounds, self._stage, self._servers, list(left), _STOPPED
                )
                await confirm(offsets)  # 3
        except (EngineError, KafkaException, TimeoutError) as error:
            self._snapshots.failed(None, str(error) or f"no answer in {CONFIRM_SECONDS} s")
            return {}
        return {number: (left[number], each) for number, each in found.items()}

    async def save(self, stopped: Mapping[int, tuple[Partition, Bounds]]) -> None:
        """Writes the state of partitions that were let go to files."""
        snapshots = self._snapshots
        if snapshots is None or not stopped:
            return
        try:
            async with asyncio.timeout(SAVE_SECONDS):
                for number, (partition, bounds) in stopped.items():
                    records = partition.fold.records()
                    await asyncio.to_thread(
                        snapshots.save,
                        number,
                        bounds,
                        records,
                        partition.checkpoint,
                        partition.loose,
                    )
        except TimeoutError:
            snapshots.failed(None, f"not written in {SAVE_SECONDS} s")


_STOPPED = threading.Event()
_STOPPED.set()  # a stop asks Kafka once


def _begins(partitions: Mapping[int, Partition]) -> dict[Place, int]:
    return {
        place: offset for each in partitions.values() for place, offset in each.committed.items()
    }
