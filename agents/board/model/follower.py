"""Follows the topics: each record that is committed becomes rows, with its offset beside them.

In no group: every board has a copy of its own, and begins where its database ends. What a crash
leaves: the rows of a transaction and their offsets, or neither. Kafka may be away, the database
locked or full: then it is said, what is there is shown, and it is tried again.
"""

import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as KafkaMessage

from agents.board import metrics
from agents.board.model.changes import Changes
from agents.board.model.database import Database
from agents.board.model.rows import ACTIONS, CASES, REFERENCES, TOPICS_READ, Row, rows_of
from agents.operations.status.clock import time_of_ticks
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable
from agents.records.engine_records import TICKS
from streams.errors import ConfigurationError, EngineError
from streams.topology import Message
from streams.transport.kafka import (
    AWAY,
    PATIENCE_SECONDS,
    Place,
    admin,
    partition_counts,
    topic_ends,
    topic_starts,
)
from streams.transport.reading import NO_GROUPS, as_message, committed_reader

log = structlog.get_logger()

_AT_ONCE: Final = 2_000
_A_MOMENT: Final = 0.05
_AGAIN_SECONDS: Final = 2.0
_SWEEP_SECONDS: Final = 20.0
_ASK_SECONDS: Final = 5.0
_TOO_LONG_AWAY_MS: Final = 6 * 86_400_000
"""Deletions can be read for seven days: a copy that is older may hold what was deleted since."""
_LETTERS_KEPT_MS: Final = 30 * 86_400_000
_NEEDED: Final = (CASES, ACTIONS)


class Heard(NamedTuple):
    """How true the copy is: `at` (ms, this machine's clock) it held all that was committed."""

    at: int | None
    problem: str | None = None
    left_out: int = 0

    def age(self) -> int | None:
        """How long ago that was (ms); None: never yet."""
        return None if self.at is None else max(0, _now() - self.at)


class Follower:
    """One thread that keeps the database true."""

    def __init__(
        self, bootstrap_servers: str, wire: Codecs, database: Database, changes: Changes
    ) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._wire = wire
        self._database = database
        self._changes = changes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="board-follower", daemon=True)
        self._unread: set[Place] = set()
        self._left_out = 0
        self._swept = self._asked = 0.0
        self.heard = Heard(at=None)
        self.own_time: int | None = None
        """The pipeline's time (ms) where the writers of the topics give it; None: the clock's."""

    def start(self) -> None:
        """Begins to follow; what an earlier life left is shown meanwhile, with its age."""
        at = self._database.peek("heard_at")
        self.heard = Heard(at=None if at is None else int(at))
        self._thread.start()

    def stop(self) -> None:
        """Ends, and waits for it."""
        self._stop.set()
        self._thread.join(10)
        self._database.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (KafkaException, EngineError) as problem:
                self._say("kafka", str(_of_kafka(problem)))
            except sqlite3.OperationalError as problem:  # locked, full, or not to be opened
                self._say("database", f"the database {self._database.path.name}: {problem}")
            except sqlite3.DatabaseError as problem:
                self._say("database", f"the database is broken, and is made anew: {problem}")
                self._database.spoil()
            self._stop.wait(_AGAIN_SECONDS)

    def _say(self, what: str, problem: str) -> None:
        metrics.FAILED.labels(what=what).inc()
        log.warning("board_waits", what=what, problem=problem)
        self.heard = self.heard._replace(problem=problem)

    def _follow(self) -> None:
        client = admin(self._bootstrap_servers)
        known = client.list_topics(timeout=PATIENCE_SECONDS)
        counts = partition_counts(client, [*TOPICS_READ, TICKS])
        absent = [each for each in _NEEDED if each not in counts]
        if absent:
            raise ConfigurationError(not_shown(self._bootstrap_servers, absent))
        self._open(known.cluster_id or "")
        consumer = committed_reader(
            self._bootstrap_servers,
            "recourse-board",
            auto_offset_reset="earliest",
            queued_min_messages=20_000,
        )
        try:
            self._assign(consumer, counts)
            self.own_time = time_of_ticks(client, TICKS)
            self._read_on(consumer)
        finally:
            consumer.close()

    def _open(self, origin: str) -> None:
        heard = self._heard_before(origin)
        stale = heard is not None and _now() - heard > _TOO_LONG_AWAY_MS
        if self._database.start(origin, stale=stale):
            log.info("board_begins_anew", stale=stale)
        self._left_out = self._database.count_left_out()
        at = self._database.about().get("heard_at")
        self.heard = Heard(at=None if at is None else int(at), left_out=self._left_out)
        self._changes.everything()

    def _heard_before(self, origin: str) -> int | None:
        """When the copy was true last, where there is one; opens it."""
        self._database.start(origin)
        at = self._database.about().get("heard_at")
        return None if at is None else int(at)

    def _assign(self, consumer: Consumer, counts: Mapping[str, int]) -> None:
        """From where the database ends; of the ticks only what comes, and the last ones."""
        client, after = admin(self._bootstrap_servers), self._database.offsets()
        places = [(topic, n) for topic in TOPICS_READ for n in range(counts.get(topic, 0))]
        starts, ends = topic_starts(client, places), topic_ends(client, places)
        begins = {}
        for place in places:
            known = after.get(place, 0)
            begins[place] = starts[place] if known > ends[place] else max(starts[place], known)
        ticks = [(TICKS, number) for number in range(counts.get(TICKS, 0))]
        for place, end in topic_ends(client, ticks).items():
            begins[place] = max(0, end - 1)
        self._unread = {place for place in places if begins[place] < ends[place]}
        consumer.assign([TopicPartition(*place, begin) for place, begin in begins.items()])
        log.info("board_follows", partitions=len(begins), behind=len(self._unread))

    def _read_on(self, consumer: Consumer) -> None:
        while not self._stop.is_set():
            messages = consumer.consume(_AT_ONCE, _A_MOMENT)
            if messages:
                self._take(messages)
            elif time.monotonic() - self._asked > _ASK_SECONDS:
                self._ask(consumer)
            if not self._unread and time.monotonic() - self._swept > _SWEEP_SECONDS:
                self._sweep()

    def _ask(self, consumer: Consumer) -> None:
        """Where nothing is new for long: that Kafka is there, and so there is nothing new.

        Raises:
            KafkaException: it is not.
        """
        consumer.list_topics(CASES, timeout=_ASK_SECONDS)
        self._hear(_now())

    def _hear(self, now: int) -> None:
        """As of now the copy holds all that was committed, if nothing is left to be read."""
        self._asked = time.monotonic()
        if not self._unread:
            self.heard = Heard(at=now, left_out=self._left_out)
            metrics.HEARD_AT.set(now / 1000)

    def _take(self, messages: Iterable[KafkaMessage]) -> None:
        """What was read, in one transaction; then those who listen hear of it."""
        now, rows, offsets, read = _now(), list[Row](), dict[Place, int](), 0
        for each in messages:
            if each.error() is not None:
                self._is_end(each)
                continue
            message = as_message(each)
            place = message.topic, message.partition
            if message.topic == TICKS:
                self._tick(message)
                continue
            offsets[place] = message.offset + 1
            read += 1
            rows += self._rows(message, now)
        about = {} if self._unread else {"heard_at": str(now)}
        if rows or offsets:
            self._database.write(rows, offsets, about)
            metrics.READ.inc(read)
        self._hear(now)
        if rows:
            self._changes.tell(rows)

    def _rows(self, message: Message, now: int) -> list[Row]:
        try:
            record = None
            if message.value is not None and message.topic not in REFERENCES:
                record = self._wire.decode(message.topic, message.value)
            return list(rows_of(message, record, now))
        except Undecodable as why:
            return [self._set_aside(message, why)]

    def _set_aside(self, message: Message, why: Undecodable) -> Row:
        """One that can't be read must not hide the others: it is said, and counted."""
        place = (message.topic, message.partition, message.offset)
        short = f"{why.reason}, {why.detail.partition(' is ')[0]}"
        log.error("board_record_unreadable", place=":".join(map(str, place)), why=short)
        metrics.UNREADABLE.labels(topic=message.topic).inc()
        self._left_out += 1
        return Row("INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?)", (*place, short))

    def _tick(self, message: Message) -> None:
        if self.own_time is not None:
            self.own_time = max(self.own_time, message.timestamp)

    def _is_end(self, message: KafkaMessage) -> None:
        error = message.error()
        assert error is not None, "asked before"
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's own code
            self._unread.discard((message.topic() or "", message.partition() or 0))
        elif not error.retriable() and error.code() not in AWAY | NO_GROUPS:
            raise EngineError(f"reading {message.topic()} failed: {error.str()}")

    def _sweep(self) -> None:
        now = _now()
        until = (self.own_time or now) - _LETTERS_KEPT_MS
        about = {} if self.heard.at is None else {"heard_at": str(self.heard.at)}
        self._database.sweep(now - int(_SWEEP_SECONDS * 1000), until, about)
        self._swept = time.monotonic()


def _of_kafka(problem: Exception) -> str:
    said = problem.args[0]
    return f"Kafka: {said.str()}" if isinstance(said, KafkaError) else str(problem)


def _now() -> int:
    return time.time_ns() // 1_000_000
