"""`recourse archive` on Kafka: reads every topic, committed records only, into an archive.

The manifest's positions are where it goes on; what the group is told is for those who look how far
it is. Where the store or Kafka fails, it forgets what it holds and begins anew from the manifest,
as after a crash: so there is one way to begin, and nothing is written twice.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Final

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as KafkaMessage

from agents.core.calendar import DAY_MS
from agents.operations.archive import metrics
from agents.operations.archive.batch import Batch
from agents.operations.archive.columns import day_of
from agents.operations.archive.forgetting import ERASURES
from agents.operations.archive.manifest import Gap, Manifest, NotReadable
from agents.operations.archive.stores import Store, StoreFailed
from agents.operations.archive.writer import Archive
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import PLAIN, Codecs, Undecodable
from schemas.catalogue import TOPICS
from schemas.records import Erasure
from streams.errors import ConfigurationError
from streams.settings import Settings
from streams.transport.kafka import (
    AWAY,
    Place,
    admin,
    client,
    partition_counts,
    readable_ends,
    topic_ends,
    topic_starts,
)
from streams.transport.reading import NO_GROUPS, as_message, read_from

log = structlog.get_logger()

_AT_ONCE: Final = 5_000
_POLL_SECONDS: Final = 0.5
_SIZE_AT_MOST: Final = 64_000_000
_LOOKED_EVERY_SECONDS: Final = 300.0
_AGAIN_SECONDS: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
_MADE_ONE_AT_MOST: Final = 8
"""Files made of small ones after a write: what waits is read first."""


def archived_topics() -> tuple[str, ...]:
    """All of the contract's, ticks too: the order log names them, and without it says no time.

    Of erasures the archive keeps no row, only what follows from them.
    """
    return tuple(TOPICS)


def kept_from(keep_days: int, now: int) -> dict[str, str]:
    """The first day that is kept, by topic; what holds until it is replaced is kept for ever.

    `now` in epoch milliseconds. Without the policies and the directory of then, a replay of the
    rest would be under those of today.
    """
    first = day_of(now - keep_days * DAY_MS)
    return {name: first for name, topic in TOPICS.items() if not topic.compacted}


class Archiver:
    """One process that keeps an archive up."""

    def __init__(
        self,
        settings: Settings,
        open_store: Callable[[], Store],
        wire: Codecs = PLAIN,
        every_seconds: float = 60.0,
        keep_days: int | None = None,
    ) -> None:
        """`keep_days`: what is older goes, but policies and directory; None: all stays."""
        self._settings = settings
        self._keep_days = keep_days
        self._open = open_store
        self._wire = wire
        self._every = every_seconds
        self._stop = threading.Event()
        self._failed = 0
        self.taken = 0
        """How many records went into files."""

    def stop(self) -> None:
        """Writes what was read, and ends."""
        self._stop.set()

    def run(self, *, once: bool = False) -> Manifest | None:
        """Until told to stop; with `once` until all is in it that is there now.

        The manifest that it leaves; None where it was told to stop before it had begun.

        Raises:
            ConfigurationError: topics that are not there, or are not the archive's.
            NotReadable: what lies there is no archive.
            TakenOver: another process writes it.
        """
        left: Manifest | None = None
        while not self._stop.is_set():
            try:
                left = self._life(once=once)
                if once:
                    return left
            except (StoreFailed, KafkaException) as error:
                metrics.FAILURES.inc()
                said = error.args[0].str() if isinstance(error, KafkaException) else str(error)
                if isinstance(error, KafkaException) and not _passes(error.args[0]):
                    raise ConfigurationError(f"Kafka refuses: {said}") from error
                pause = _AGAIN_SECONDS[min(self._failed, len(_AGAIN_SECONDS) - 1)]
                self._failed += 1
                log.warning("archive_begins_anew", why=said, seconds=pause)
                self._stop.wait(pause)
        return left

    def _life(self, *, once: bool) -> Manifest:
        store = self._open()
        consumer: Consumer | None = None
        try:
            life = _Life(self._settings, store, self._wire)
            consumer = life.consumer
            ends = life.ends() if once else None
            while not self._stop.is_set():
                life.read()
                is_over = ends is not None and life.has(ends)
                if is_over or life.is_due(self._every):
                    self._write(life)
                    if is_over:
                        break
            self._write(life)
            return life.archive.manifest
        finally:
            if consumer is not None:
                consumer.close()
            with contextlib.suppress(OSError):
                store.close()

    def _write(self, life: "_Life") -> None:
        self.taken += life.write(self._keep_days)
        self._failed = 0


class _Life:
    """From one beginning to the next."""

    def __init__(self, settings: Settings, store: Store, wire: Codecs) -> None:
        self._servers = settings.bootstrap_servers
        self._wire = wire
        self._admin = admin(self._servers)
        cluster = self._admin.list_topics(timeout=10.0).cluster_id or ""
        self.archive = Archive.taken_over(store, token_hex(4), cluster)
        if cluster and self.archive.manifest.cluster not in ("", cluster):
            raise NotReadable(
                f"the archive is of the Kafka {self.archive.manifest.cluster}, this one is "
                f"{cluster}: give another place"
            )
        self.consumer = Consumer(
            client(
                self._servers,
                group_id=f"{settings.application}-archive",
                isolation_level="read_committed",
                enable_auto_commit=False,
                enable_partition_eof=True,
                auto_offset_reset="error",
                queued_max_messages_kbytes=65_536,
                fetch_wait_max_ms=100,
            )
        )
        self._places: list[Place] = []
        self._asked = 0
        self._batch = Batch(wire)
        self._reached: dict[Place, int] = {}
        self._since = self._looked = time.monotonic()
        self._assign()
        self._hear_of_erasures()

    def _assign(self) -> None:
        """Goes on where the manifest says, in partitions that are new from their beginning."""
        counts = partition_counts(self._admin, archived_topics())
        missing = sorted(set(archived_topics()) - counts.keys())
        if missing:
            raise ConfigurationError(not_shown(self._servers, missing))
        places = [(name, n) for name, count in counts.items() for n in range(count)]
        if places == self._places:
            return
        starts, ends = topic_starts(self._admin, places), topic_ends(self._admin, places)
        known = self.archive.manifest.positions
        gaps, begins = list[Gap](), dict[Place, int]()
        for place in places:
            name, number = place
            position = known.get(name, {}).get(number)
            if position is not None and position > ends[place]:
                raise ConfigurationError(
                    f"{name}, partition {number}, ends at {ends[place]}, and the archive has it up "
                    f"to {position}: the topic was made anew. Give another place"
                )
            if position is not None and position < starts[place]:
                gaps.append(Gap(topic=name, partition=number, begin=position, end=starts[place]))
            begins[place] = max(position or 0, starts[place])
        if gaps:
            for each in gaps:
                log.error(
                    "archive_gap",
                    topic=each.topic,
                    partition=each.partition,
                    first=each.begin,
                    last=each.end - 1,
                )
            behind = dict[str, dict[int, int]]()
            for each in gaps:
                behind.setdefault(each.topic, {})[each.partition] = each.end
            self.archive.lost(gaps, behind)
        self._places = places
        self._reached = dict(begins)
        self.consumer.assign([TopicPartition(*place, at) for place, at in begins.items()])

    def _hear_of_erasures(self) -> None:
        """Of all that Kafka still has: rows of before one may still come."""
        begins = {place: 0 for place in self._places if place[0] == ERASURES}
        for message in read_from(self._servers, begins):
            self._ask(message.value)

    def _ask(self, value: bytes | None) -> bool:
        try:
            record = self._wire.decode(ERASURES, value or b"")
        except Undecodable:
            return False
        assert isinstance(record, Erasure), "the topic's schema makes erasures"
        self.archive.forgotten.ask(record.customer_id, record.occurred_at)
        return True

    def ends(self) -> Mapping[Place, int]:
        """Up to where the topics can be read now."""
        return readable_ends(self._admin, self._places)

    def has(self, ends: Mapping[Place, int]) -> bool:
        """Whether all before the ends was read."""
        return all(self._reached.get(place, 0) >= end for place, end in ends.items())

    def read(self) -> None:
        """Takes what has come."""
        for message in self.consumer.consume(_AT_ONCE, _POLL_SECONDS):
            error = message.error()
            if error is None:
                self._take(message)
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's own name
                place = message.topic() or "", message.partition() or 0
                self._passed(place, message.offset() or 0)
            elif not _passes(error):
                raise KafkaException(error)

    def _take(self, message: KafkaMessage) -> None:
        known = as_message(message)
        if known.topic == ERASURES:
            self._asked += self._ask(known.value)
        else:
            self._batch.take(known)
        self._passed((known.topic, known.partition), known.offset + 1)

    def _passed(self, place: Place, offset: int) -> None:
        self._reached[place] = offset
        self._batch.passed(*place, offset)

    def is_due(self, every_seconds: float) -> bool:
        """Whether what was read is to be written."""
        if self._batch.size >= _SIZE_AT_MOST:
            return True
        return time.monotonic() - self._since >= every_seconds

    def write(self, keep_days: int | None) -> int:
        """Writes what was read, lets go of what is older; how many records were written."""
        batch, now = self._batch, time.time_ns() // 1_000_000
        if self._asked:
            self.archive.forget(batch.tables(), batch.positions, now)
            metrics.FORGOTTEN.inc(self._asked)
        elif len(batch):
            self.archive.write(batch.tables(), batch.positions, now)
        if keep_days is not None:
            self.archive.expire(kept_from(keep_days, now), now)
        self.archive.tidy(now)
        if batch.size < _SIZE_AT_MOST:
            made = 0
            while made < _MADE_ONE_AT_MOST and self.archive.compact(day_of(now), now):
                made += 1
            metrics.REACHED.set(now / 1_000)
        for topic, count in batch.counts.items():
            metrics.RECORDS.labels(topic).inc(count)
        _tell(self.archive.manifest)
        self._tell_group()
        self._batch, self._asked = Batch(self._wire), 0
        self._since = time.monotonic()
        if self._since - self._looked >= _LOOKED_EVERY_SECONDS:
            self._looked = self._since
            self._assign()
        return len(batch)

    def _tell_group(self) -> None:
        offsets = [
            TopicPartition(topic, partition, offset)
            for topic, of in self.archive.manifest.positions.items()
            for partition, offset in of.items()
        ]
        if offsets:
            with contextlib.suppress(KafkaException):  # nothing leans on it
                self.consumer.commit(offsets=offsets, asynchronous=True)


def _tell(manifest: Manifest) -> None:
    metrics.FILES.set(len(manifest.files))
    metrics.SIZE.set(sum(each.size for each in manifest.files))
    metrics.GAPS.set(len(manifest.gaps))


def _passes(error: KafkaError) -> bool:
    """Whether it heals by itself."""
    return error.retriable() or error.code() in AWAY | NO_GROUPS
