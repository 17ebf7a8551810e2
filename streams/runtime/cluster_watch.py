"""What a running worker looks at beside its work.

Does Kafka answer, are its topics what they were, has every partition of its stages an owner?
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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


class Apart:
    """The topics that only one stage uses, which may be absent, and who hears of their change."""

    def __init__(
        self,
        stage: str,
        topics: Collection[str],
        suspect: Callable[[bool], None],
        lost: Callable[[ConfigurationError], None],
    ) -> None:
        """`suspect` hears whether they look changed, `lost` once that is certain, in a sentence."""
        self.stage = stage
        self.topics = topics
        self._suspect, self._lost = suspect, lost
        self.changes = TopicChanges({}, {})

    def begin(self, partitions: Mapping[str, int], first: Mapping[str, SeenTopic | None]) -> None:
        """Takes what they are now."""
        self.changes = TopicChanges(partitions, first)

    def look(self, seen: Mapping[str, SeenTopic | None], at: float) -> None:
        """Takes a look of a moment (seconds)."""
        certain = self.changes.look(seen, at)
        self._suspect(self.changes.suspected is not None)
        if certain is not None:
            self._lost(ConfigurationError(certain))

    def no_answer(self) -> None:
        """Nobody answered."""
        self.changes.no_answer()
        self._suspect(False)


class ClusterWatch:
    """Looks every few seconds, in a thread, so that nothing waits for it."""

    def __init__(
        self,
        client: AdminClient,
        coordinators: Coordinators,
        partitions: Mapping[str, int],
        stages: Mapping[str, Stage],
        suspect: Callable[[bool], None],
        *,
        apart: Iterable[Apart] = (),
    ) -> None:
        """`stages` by their group; `suspect` hears whether topics look changed.

        `apart`: topics that only a stage uses which may be absent; only that stage hears of them.
        """
        self._client = client
        self._coordinators = coordinators
        self._apart = {each.stage: each for each in apart}
        self._all = partitions
        own = {topic for each in self._apart.values() for topic in each.topics}
        self._partitions = {name: each for name, each in partitions.items() if name not in own}
        self._stages = dict(stages)
        self._suspect = suspect
        self._changes = TopicChanges(self._partitions, {})
        self._answered_at = time.monotonic()
        self._unowned: dict[str, tuple[int, float]] = {}

    async def begin(self) -> None:
        """Notes what the topics are now; waits for Kafka."""
        first = await asyncio.to_thread(patiently, "look at the topics", self._look_at_topics)
        self._changes = TopicChanges(self._partitions, first)
        for each in self._apart.values():
            each.begin({name: self._all[name] for name in each.topics}, first)
        self._answered_at = time.monotonic()

    def _look_at_topics(self) -> dict[str, SeenTopic | None]:
        return look_at(self._client, self._all)

    def leave_out(self, stage: Stage) -> None:
        """Looks no more at what is only of a stage that the worker goes on without."""
        self._apart.pop(stage.name, None)
        self._stages = {group: each for group, each in self._stages.items() if each != stage}
        self._unowned.pop(stage.name, None)
        PARTITIONS_UNOWNED.labels(stage.name).set(0)

    async def run(self) -> NoReturn:
        """Looks until cancelled.

        Raises:
            ConfigurationError: a topic is certainly not what it was; one sentence.
        """
        while True:
            looks = (self._changes, *(each.changes for each in self._apart.values()))
            quiet = all(each.suspected is None for each in looks)
            again = LOOK_SECONDS if quiet else LOOK_AGAIN_SECONDS
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
            for each in self._apart.values():
                each.no_answer()
            return None
        self._answered_at = time.monotonic()
        before = self._changes.suspected
        certain = self._changes.look(seen, self._answered_at)
        suspected = self._changes.suspected
        if suspected is not None and suspected != before:
            log.warning("topics_look_changed", found=suspected)
        self._suspect(suspected is not None)
        for each in list(self._apart.values()):
            each.look(seen, self._answered_at)
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
