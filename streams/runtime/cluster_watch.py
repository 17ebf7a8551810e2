"""What a running worker looks at beside its work.

Does Kafka answer, are its topics what they were, has every partition of its stages an owner?
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

import structlog
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from streams.errors import ConfigurationError
from streams.metrics import PARTITIONS_UNOWNED
from streams.runtime.topic_watch import (
    CONFIRM_SECONDS,
    LOOK_AGAIN_SECONDS,
    LOOK_SECONDS,
    TopicChanges,
)
from streams.topology import Stage
from streams.transport.coordinators import Coordinators
from streams.transport.groups import NOBODY, STABLE, Group, groups
from streams.transport.kafka import patiently
from streams.transport.topic_look import SeenTopic, look_at

log = structlog.get_logger()

SILENT_SECONDS = 15.0
"""Kafka has not answered for so long: not ready."""
UNOWNED_SECONDS = 10.0
"""Partitions have had no owner for so long, in a group that does not move: not ready."""
_LOOKS_AT_THE_END = 2
"""Without a difference in so many looks, topics are not why a worker ends."""


def unowned(stage: Stage, group: Group, seen: Mapping[str, SeenTopic | None]) -> int | None:
    """How many partitions of a stage nobody has; None while its group moves.

    A topic with more partitions than the others counts: who reads the stage has none of those.
    """
    if group.state not in (STABLE, NOBODY):
        return None
    there = [topic.partitions for name in stage.topics if (topic := seen.get(name)) is not None]
    return len(set(range(max(there, default=0))) - group.numbers)


class ClusterWatch:
    """Looks every few seconds, in a thread, so that nothing waits for it."""

    def __init__(
        self,
        client: AdminClient,
        coordinators: Coordinators,
        partitions: Mapping[str, int],
        stages: Mapping[str, Stage],
        suspect: Callable[[bool], None],
    ) -> None:
        """`stages` by their group; `suspect` hears whether topics look changed."""
        self._client = client
        self._coordinators = coordinators
        self._partitions = partitions
        self._stages = stages
        self._suspect = suspect
        self._changes = TopicChanges(partitions, {})
        self._answered_at = time.monotonic()
        self._unowned: dict[str, tuple[int, float]] = {}

    async def begin(self) -> None:
        """Notes what the topics are now; waits for Kafka."""
        first = await asyncio.to_thread(patiently, "look at the topics", self._look_at_topics)
        self._changes = TopicChanges(self._partitions, first)
        self._answered_at = time.monotonic()

    def _look_at_topics(self) -> dict[str, SeenTopic | None]:
        return look_at(self._client, self._partitions)

    async def run(self) -> NoReturn:
        """Looks until cancelled.

        Raises:
            ConfigurationError: a topic is certainly not what it was; one sentence.
        """
        while True:
            again = LOOK_SECONDS if self._changes.suspected is None else LOOK_AGAIN_SECONDS
            await asyncio.sleep(again)
            seen = await self._look()
            if seen is not None:
                await self._look_at_owners(seen)

    async def _look(self) -> Mapping[str, SeenTopic | None] | None:
        try:
            seen = await asyncio.to_thread(self._look_at_topics)
        except KafkaException as error:
            log.warning("waiting_for_kafka", doing="look at the topics", error=error.args[0].str())
            self._changes.no_answer()
            self._suspect(False)
            return None
        self._answered_at = time.monotonic()
        before = self._changes.suspected
        certain = self._changes.look(seen, self._answered_at)
        suspected = self._changes.suspected
        if suspected is not None and suspected != before:
            log.warning("topics_look_changed", found=suspected)
        self._suspect(suspected is not None)
        if certain is not None:
            raise ConfigurationError(certain)
        return seen

    async def _look_at_owners(self, seen: Mapping[str, SeenTopic | None]) -> None:
        try:
            found = await asyncio.to_thread(groups, self._coordinators, list(self._stages))
        except KafkaException as error:
            log.warning("waiting_for_kafka", doing="look at the groups", error=error.args[0].str())
            return
        for name, stage in self._stages.items():
            count = unowned(stage, found[name], seen)
            if count is None:
                continue
            before, since = self._unowned.get(stage.name, (0, 0.0))
            self._unowned[stage.name] = count, since if before else time.monotonic()
            PARTITIONS_UNOWNED.labels(stage.name).set(count)

    async def explanation(self) -> ConfigurationError | None:
        """Whether a change of the topics is why the worker ends; looks until that is certain."""
        until = time.monotonic() + 2 * CONFIRM_SECONDS
        quiet = 0
        while quiet < _LOOKS_AT_THE_END and time.monotonic() < until:
            try:
                if await self._look() is None:
                    return None
            except ConfigurationError as error:
                return error
            quiet = quiet + 1 if self._changes.suspected is None else 0
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return None

    def problem(self) -> str | None:
        """Why no work can be done, as far as Kafka shows it; None if it can."""
        silent = time.monotonic() - self._answered_at
        if silent > SILENT_SECONDS:
            return f"Kafka has not answered for {silent:.0f} s"
        if self._changes.suspected is not None:
            return self._changes.suspected
        return next(filter(None, map(self._without_owner, self._stages.values())), None)

    def _without_owner(self, stage: Stage) -> str | None:
        count, since = self._unowned.get(stage.name, (0, 0.0))
        lasts = time.monotonic() - since
        if not count or lasts < UNOWNED_SECONDS:
            return None
        return (
            f"stage {stage.name}: {count} partitions have had no owner for {lasts:.0f} s "
            "(docs/runbooks/RecoursePartitionsUnowned.md)"
        )


def groups_of(application: str, stages: Sequence[Stage]) -> dict[str, Stage]:
    """The stages by the names of their groups."""
    return {f"{application}-{stage.name}": stage for stage in stages}
