# ruff: noqa: SLF001 - the names of librdkafka's own error codes begin with an underscore
"""What goes past Faust, by confluent-kafka: transactions, ends, stable offsets, whole reads."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import structlog
from confluent_kafka import (
    Consumer,
    IsolationLevel,
    KafkaError,
    KafkaException,
    Producer,
    ThrottleEvent,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka import Message as KafkaMessage
from confluent_kafka.admin import (
    AdminClient,
    ConfigResource,
    OffsetSpec,
    ResourceType,
)

from streams.access import access
from streams.errors import Fenced, taken_over
from streams.servers import configured
from streams.transport.placing import partition_of as partition_of  # noqa: PLC0414 - had from here
from streams.transport.throttling import THROTTLES

log = structlog.get_logger()

PATIENCE_SECONDS = 5.0
"""How long one call to the broker may take before it is said aloud and tried again."""
TRANSACTION_TIMEOUT_MS = 10_000
"""How long a dead worker's open transaction can hold back readers and the next owner."""
REQUEST_SECONDS = 30.0

Place = tuple[str, int]
Result = TypeVar("Result")


class Write(NamedTuple):
    """One record to write.

    `partition` -1 lets murmur2 of the key place it, `timestamp` 0 is the client's time.
    """

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp: int


Change = tuple[str, bytes | None]
"""A key of a changelog and its new value; None deletes it."""


class Changelog(NamedTuple):
    """What has changed of a partition's state: records of a compacted topic.

    `headers` are those of the last one, which is written behind all others; they have none.
    """

    topic: str
    partition: int
    changes: Sequence[Change]
    headers: tuple[tuple[str, bytes], ...] = ()


def _on_error(error: KafkaError) -> None:
    log.warning("kafka_unreachable", error=error.str(), fatal=error.fatal())


def _on_throttle(event: ThrottleEvent) -> None:
    THROTTLES.hear("librdkafka", event.throttle_time)


def client(bootstrap_servers: str, **settings: object) -> dict[str, Any]:
    """Settings of a confluent-kafka client; broker errors and its own lines are logged.

    As `access`, it may raise.
    """
    known = access()
    base = {
        "bootstrap.servers": configured(bootstrap_servers, known.security_protocol),
        "error_cb": _on_error,
        "throttle_cb": _on_throttle,
        # Without one it writes its lines to stderr by itself.
        "logger": logging.getLogger("librdkafka"),
        "log_level": 2,
    }
    own = {name.replace("_", "."): value for name, value in settings.items()}
    return base | known.for_librdkafka() | own


def admin(bootstrap_servers: str) -> AdminClient:
    """An admin client."""
    return AdminClient(client(bootstrap_servers))


def patiently(what: str, call: Callable[[], Result], stop: threading.Event | None = None) -> Result:
    """Repeats a call while the broker is away, saying so each time.

    Raises:
        KafkaException: what trying again cannot heal.
        Fenced: if `stop` was set meanwhile.
    """
    while True:
        try:
            return call()
        except KafkaException as error:
            problem = error.args[0]
            # A transaction that must be aborted may call itself timed out: it never heals.
            lost = problem.txn_requires_abort() or problem.fatal()
            if lost or not (problem.retriable() or problem.code() in AWAY):
                raise
            log.warning("waiting_for_kafka", doing=what, error=problem.str())
        if stop is not None and stop.wait(0.5):
            raise Fenced(f"{what}: stopped while waiting for Kafka")
        if stop is None:
            time.sleep(0.5)


AWAY = {
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._TIMED_OUT,
    KafkaError._TIMED_OUT_QUEUE,
    KafkaError._WAIT_COORD,
    KafkaError._RESOLVE,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.NOT_COORDINATOR,
    KafkaError.REQUEST_TIMED_OUT,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.UNSTABLE_OFFSET_COMMIT,
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError.NOT_LEADER_FOR_PARTITION,
}


def _is_taken_over(problem: KafkaError) -> bool:
    # Of offsets that were refused one by one, the text alone says why.
    text = "Static consumer fenced"
    return problem.code() in TAKEN_OVER or text in problem.str()


TAKEN_OVER = {
    KafkaError._FENCED,
    KafkaError.FENCED_INSTANCE_ID,
    KafkaError.INVALID_PRODUCER_EPOCH,
    KafkaError.TRANSACTION_COORDINATOR_FENCED,
}


class Transactions:
    """One transactional producer. Called from one thread at a time.

    `record_at_most` is the client's own limit (bytes); what a topic takes is the broker's to say.
    `queue_bytes`: what it may hold unsent; who hands over more waits.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        transactional_id: str,
        record_at_most: int = 1_000_000,
        queue_bytes: int = 64_000_000,
    ) -> None:
        self._stop = threading.Event()
        self._name = transactional_id
        self._producer = Producer(
            client(
                bootstrap_servers,
                transactional_id=transactional_id,
                transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
                message_max_bytes=record_at_most,
                partitioner="murmur2_random",
                linger_ms=5,
                batch_size=262_144,
                queue_buffering_max_messages=1_000_000,
                queue_buffering_max_kbytes=max(2_000, queue_bytes // 1_000),
            )
        )

    def start(self) -> None:
        """Aborts what an earlier life of this worker left open, and fences it."""
        patiently("init_transactions", lambda: self._producer.init_transactions(REQUEST_SECONDS))

    def commit(
        self,
        writes: Sequence[Write],
        offsets: Mapping[Place, int],
        group_metadata: bytes = b"",
        changelogs: Sequence[Changelog] = (),
        texts: Mapping[Place, str] | None = None,
    ) -> None:
        """Makes one transaction of outputs, changelog, order log and input offsets.

        1. Begin. Crash here: nothing has happened.
        2. Hand over the records. Crash: the transaction times out, or the next life aborts it.
        3. Send the offsets, if there are any, with the group's generation: an old one is refused
           here. Crash: as 2.
           `texts`: what is kept beside an offset.
        4. Commit; flushes first. Crash: the broker either has the commit, and all of it is visible,
           or has not, and none is. Offsets tell the next owner which.

        Raises:
            Fenced: another owner has the partitions, or the broker refused; nothing is visible.
        """
        producer = self._producer
        try:
            producer.begin_transaction()  # 1
            for write in writes:  # 2
                self._produce(write)
            for changelog in changelogs:
                self._produce_all(changelog)
            if offsets:
                self._send(offsets, group_metadata, texts or {})  # 3
            patiently(  # 4
                "commit_transaction",
                lambda: producer.commit_transaction(PATIENCE_SECONDS),
                self._stop,
            )
        except KafkaException as error:
            self._abort()
            problem = error.args[0]
            if _is_taken_over(problem):
                raise taken_over(self._name, problem.str()) from error
            raise Fenced(f"the transaction was refused: {problem.str()}") from error

    def _send(
        self, offsets: Mapping[Place, int], group_metadata: bytes, texts: Mapping[Place, str]
    ) -> None:
        positions = [
            TopicPartition(*place, offset, texts.get(place, ""))
            for place, offset in offsets.items()
        ]
        patiently(
            "send_offsets_to_transaction",
            lambda: self._producer.send_offsets_to_transaction(
                positions, group_metadata, PATIENCE_SECONDS
            ),
            self._stop,
        )

    def _produce(self, write: Write) -> None:
        while True:
            try:
                self._producer.produce(
                    write.topic,
                    write.value,
                    write.key,
                    write.partition,
                    None,
                    None,
                    write.timestamp,
                    list(write.headers) if write.headers else None,
                )
            except BufferError:
                self._wait_for_room()
            else:
                return

    def _wait_for_room(self) -> None:
        if self._stop.is_set():
            raise Fenced("stopped while handing over records")
        self._producer.poll(0.1)

    def _produce_all(self, changelog: Changelog) -> None:
        """At once, in half of the time that they take one by one.

        Their timestamps are the client's: it takes none for many, and nobody asks for them.
        """
        *changes, (last_key, last_value) = changelog.changes
        left: list[dict[str, Any]] = [{"key": key, "value": value} for key, value in changes]
        while self._producer.produce_batch(changelog.topic, left, changelog.partition) < len(left):
            # Each key is there once, so in which order they are taken does not matter.
            left = [each for each in left if "_error" in each]
            for each in left:
                error = each.pop("_error")
                if error.code() != KafkaError._QUEUE_FULL:
                    raise KafkaException(error)
            self._wait_for_room()
        topic, number, headers = changelog.topic, changelog.partition, changelog.headers
        self._produce(Write(topic, number, last_key.encode(), last_value, headers, 0))

    def _abort(self) -> None:
        try:
            self._producer.abort_transaction(PATIENCE_SECONDS)
        except KafkaException as error:
            # The next life's init_transactions, or the time-out, aborts it.
            log.warning("abort_failed", error=error.args[0].str())

    def give_up(self) -> None:
        """Ends the waiting of a call that another thread is in."""
        self._stop.set()


def topic_ends(admin_client: AdminClient, places: Iterable[Place]) -> dict[Place, int]:
    """High watermarks as the broker has them now, open transactions included."""
    return _offsets(admin_client, places, OffsetSpec.latest())  # type: ignore[no-untyped-call]


def readable_ends(admin_client: AdminClient, places: Iterable[Place]) -> dict[Place, int]:
    """How far a read-committed consumer can read now."""
    latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # lacks annotations
    return _offsets(admin_client, places, latest, IsolationLevel.READ_COMMITTED)


def topic_starts(admin_client: AdminClient, places: Iterable[Place]) -> dict[Place, int]:
    """The offsets of the first records that are still there."""
    return _offsets(admin_client, places, OffsetSpec.earliest())  # type: ignore[no-untyped-call]


def ends_with_epoch(
    admin_client: AdminClient, places: Iterable[Place]
) -> dict[Place, tuple[int, int]]:
    """High watermarks, and the epoch of the leader of the last record below them."""
    latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # lacks annotations
    found = _listed(admin_client, places, latest)
    return {place: (each.offset, each.leader_epoch or 0) for place, each in found.items()}


class Described(NamedTuple):
    """A topic as Kafka has it."""

    topic_id: str
    """Kafka's own id: a topic that is made anew, or elsewhere, has another. Empty: it has none."""
    partitions: int


_NO_ID = "AAAAAAAAAAAAAAAAAAAAAA"
"""What the client says of a broker from before there were ids: nothing but zeros."""


def described(admin_client: AdminClient, topics: Iterable[str]) -> dict[str, Described]:
    """Topics with their ids and numbers of partitions.

    Raises:
        KafkaException: the broker can't be asked, or a topic is not there.
    """
    asked = TopicCollection(list(topics))
    futures = admin_client.describe_topics(asked, request_timeout=PATIENCE_SECONDS)
    found = {name: future.result(REQUEST_SECONDS) for name, future in futures.items()}
    return {
        name: Described("" if str(each.topic_id) == _NO_ID else str(each.topic_id),
                        len(each.partitions))
        for name, each in found.items()
    }  # fmt: skip


def topic_id(admin_client: AdminClient, topic: str) -> str:
    """Kafka's own id of a topic; empty where it has none."""
    return described(admin_client, [topic])[topic].topic_id


def _offsets(
    admin_client: AdminClient,
    places: Iterable[Place],
    which: OffsetSpec,
    isolation_level: IsolationLevel = IsolationLevel.READ_UNCOMMITTED,
) -> dict[Place, int]:
    found = _listed(admin_client, places, which, isolation_level)
    return {place: each.offset for place, each in found.items()}


def _listed(
    admin_client: AdminClient,
    places: Iterable[Place],
    which: OffsetSpec,
    isolation_level: IsolationLevel = IsolationLevel.READ_UNCOMMITTED,
) -> dict[Place, Any]:
    asked = {TopicPartition(*place): which for place in places}
    if not asked:
        return {}
    futures = admin_client.list_offsets(
        asked,
        isolation_level=isolation_level,
        request_timeout=PATIENCE_SECONDS,
    )
    try:
        found = {p: future.result(REQUEST_SECONDS) for p, future in futures.items()}
    except KafkaException as error:
        # The client keeps the leaders it knew before a broker was away until it is told to look.
        there = admin_client.list_topics(timeout=PATIENCE_SECONDS).topics
        if error.args[0].code() == KafkaError._NOENT and all(p.topic in there for p in asked):
            # "No leaders found", of topics that are there: a broker has just come back.
            none_yet = KafkaError(KafkaError.LEADER_NOT_AVAILABLE, error.args[0].str())
            raise KafkaException(none_yet) from error
        raise
    return {(p.topic, p.partition): each for p, each in found.items()}


def stable_offsets(bootstrap_servers: str, group: str, places: Iterable[Place]) -> dict[Place, int]:
    """A group's committed offsets, once no dying owner's transaction is pending (KIP-447).

    A partition without a commit is left out.
    """
    consumer = Consumer(
        client(
            bootstrap_servers,
            group_id=group,
            isolation_level="read_committed",
            enable_auto_commit=False,
        )
    )
    try:
        asked = [TopicPartition(*place) for place in places]
        found = consumer.committed(asked, REQUEST_SECONDS)
        for each in found:
            if each.error is not None:
                raise KafkaException(each.error)
        return {(p.topic, p.partition): p.offset for p in found if p.offset >= 0}
    finally:
        consumer.close()


def partition_counts(admin_client: AdminClient, topics: Iterable[str]) -> dict[str, int]:
    """The number of partitions of each topic that exists."""
    known = admin_client.list_topics(timeout=PATIENCE_SECONDS).topics
    return {t: len(known[t].partitions) for t in topics if t in known and known[t].error is None}


def topic_setting(admin_client: AdminClient, topic: str, name: str) -> str:
    """A setting of a topic as it is in force."""
    resource = ConfigResource(ResourceType.TOPIC, topic)
    future = admin_client.describe_configs([resource], request_timeout=PATIENCE_SECONDS)[resource]
    return str(future.result(REQUEST_SECONDS)[name].value)


def timestamp_type(admin_client: AdminClient, topic: str) -> str:
    """The topic's `message.timestamp.type`."""
    return topic_setting(admin_client, topic, "message.timestamp.type")


class PlainProducer:
    """Writes single records outside of transactions: the ticks."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._producer = Producer(client(bootstrap_servers, linger_ms=0, message_timeout_ms=10_000))

    def write(self, topic: str, partition: int, key: bytes, value: bytes) -> None:
        """Hands a record over; a failure is logged."""
        self._producer.produce(topic, value, key, partition, on_delivery=_on_delivery)
        self._producer.poll(0)

    def close(self) -> None:
        """Waits a moment for what is under way."""
        self._producer.flush(2.0)


def _on_delivery(error: KafkaError | None, message: KafkaMessage) -> None:
    if error is not None:
        log.warning("tick_not_written", error=error.str(), partition=message.partition())
