"""`recourse notify` on Kafka: reads notices, sends what is due, writes what became of it.

For each notice, in this order:
1. Read it. Crash here: it is read again, as it is not done.
2. Send it. Crash after it: it is sent once more, under the same id. Nothing can prevent that: the
   service and Kafka have no common transaction.
3. Write its Delivery and the mark of its partition in one transaction, under the group's
   generation. Crash: as after 2, or all of it is there.
"""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple

import structlog
from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka import Message as KafkaMessage

from agents.notifier import metrics
from agents.notifier.links import Links
from agents.notifier.pending_notices import Entry, PendingNotices
from agents.notifier.plan import Ended, Progress, after_failure, begun, taken
from agents.notifier.routes import NoAddress, Routes, filled
from agents.notifier.sinks import Sink, letter_of
from agents.records import codecs
from agents.records.codecs import Codecs
from schemas.records import AddresseeKind, Channel, Delivery, Notice
from streams.errors import Fenced
from streams.settings import Settings
from streams.transport.kafka import Transactions, Write, client, patiently

log = structlog.get_logger()

NOTICES: Final = "recourse.notices"
DELIVERIES: Final = "recourse.deliveries"
_POLL_SECONDS: Final = 0.2
_AT_ONCE_READ: Final = 500
_COMMIT_EVERY_SECONDS: Final = 5.0  # of what made nothing: records passed over
_MINUTE_SECONDS: Final = 60.0
_READ_BACK_MS: Final = 4 * 86_400_000  # no notice waits longer: a site is closed for holidays


class _Tried(NamedTuple):
    """What a try came to; `problem` None: the channel took it. `final`: no use to try again."""

    entry: Entry
    problem: str | None
    final: bool = False


class Notifier:
    """One process that sends notices; several share the work by their group."""

    def __init__(
        self,
        settings: Settings,
        ways: Routes,
        secrets: Mapping[str, str],
        sink: Sink,
        wire: Codecs = codecs.PLAIN,
        *,
        links: Links | None = None,
    ) -> None:
        self._ways = ways
        self._secrets = secrets
        self._sink = sink
        self._wire = wire
        self._links = links
        self._book = PendingNotices()
        self._stop = threading.Event()
        self._tried: SimpleQueue[_Tried] = SimpleQueue()
        self._deliveries: list[Write] = []
        self._flying = 0
        self._paused: frozenset[int] = frozenset()
        name = f"{settings.application}-notify"
        self._transactions = Transactions(
            settings.bootstrap_servers, f"{name}-{settings.worker_number}"
        )
        membership = (
            {"group_instance_id": f"{name}-{settings.worker_number}"}
            if settings.static_membership
            else {}
        )
        self._consumer = Consumer(
            client(
                settings.bootstrap_servers,
                group_id=name,
                session_timeout_ms=settings.session_timeout_ms,
                isolation_level="read_committed",
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                enable_partition_eof=True,
                queued_max_messages_kbytes=16_384,
                **membership,
            )
        )

    def stop(self) -> None:
        """Sends nothing new, waits for what is on its way, says what became of it, and ends."""
        self._stop.set()

    def run(self, idle_seconds: float | None = None) -> None:
        """Until told to stop; or until nothing was due for so many seconds.

        Raises:
            Fenced: another process has the partitions, or the broker refused; start again.
        """
        self._transactions.start()
        self._consumer.subscribe(
            [NOTICES], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost
        )
        log.info("notify_started")
        try:
            with ThreadPoolExecutor(self._ways.at_once, "recourse-notify") as pool:
                self._until_stopped(pool, idle_seconds)
        finally:
            self._consumer.close()
        log.info("notify_stopped")

    def _until_stopped(self, pool: ThreadPoolExecutor, idle_seconds: float | None) -> None:
        last_done = committed = time.monotonic()
        while not self._stop.is_set():
            read = self._read()
            self._send_due(pool)
            self._sort_out(0.0 if read else _POLL_SECONDS)
            if read or self._flying or self._deliveries:
                last_done = time.monotonic()
            if self._deliveries or time.monotonic() - committed > _COMMIT_EVERY_SECONDS:
                self._commit()
                committed = time.monotonic()
            if idle_seconds is not None and time.monotonic() - last_done > idle_seconds:
                break
        self._land()

    def _read(self) -> bool:
        """Takes what has come; whether anything had."""
        self._pause()
        timeout = 0.0 if self._flying else _POLL_SECONDS
        messages = self._consumer.consume(_AT_ONCE_READ, timeout)
        for message in messages:
            error = message.error()
            if error is not None:
                if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's own name
                    self._book.reached_end(message.partition() or 0)
                else:
                    log.warning("waiting_for_kafka", error=error.str())
                continue
            self._take(message)
        metrics.IN_HAND.set(len(self._book))
        metrics.UNREADABLE.set(self._book.aside)
        return bool(messages)

    def _take(self, message: KafkaMessage) -> None:
        partition, offset, value = message.partition(), message.offset(), message.value()
        assert partition is not None, "a message that was read lies somewhere"
        assert offset is not None, "a message that was read lies somewhere"
        is_new = self._book.is_new(partition, offset)
        try:
            notice = self._wire.decode(NOTICES, value or b"")
        except codecs.Undecodable as problem:
            if is_new:
                self._set_aside(partition, offset, problem)
            return
        assert isinstance(notice, Notice), "the topic's schema makes notices"
        metrics.SUPERSEDED.inc(self._book.supersede(notice.supersedes or ()))
        if not is_new:
            return  # done before; but what it takes the place of may come again
        if self._book.is_superseded(notice.notice_id):
            self._book.pass_over(partition)
            metrics.SUPERSEDED.inc()
            return
        if notice.addressee.kind is AddresseeKind.UNKNOWN:  # a word of a later version
            self._book.pass_over(partition)
            metrics.SKIPPED.inc()
            return
        progress = begun(notice)
        if isinstance(progress, Ended):
            entry = Entry(
                partition=partition,
                offset=offset,
                notice=notice,
                progress=Progress(channels=(), due=0),
            )
            self._book.add(entry)
            self._end(entry, progress)
            return
        self._book.add(Entry(partition=partition, offset=offset, notice=notice, progress=progress))

    def _set_aside(self, partition: int, offset: int, problem: codecs.Undecodable) -> None:
        """One that can't be read must not stop the others: it is said, and stays undone.

        So a version that can read it sends it (docs/consumers.md). What it holds is not said.
        """
        is_kept = self._book.set_aside(partition, offset)
        log.error(
            "notice_unreadable",
            place=f"{NOTICES}:{partition}:{offset}",
            why=f"{problem.reason}, {problem.detail.partition(' is ')[0]}",
            read_at_the_next_start=is_kept,
        )

    def _send_due(self, pool: ThreadPoolExecutor) -> None:
        free = self._ways.at_once - self._flying
        for entry in self._book.take_due(_now(), free):
            self._flying += 1
            pool.submit(self._try, entry).add_done_callback(_say_what_raised)

    def _try(self, entry: Entry) -> None:
        """In a thread of its own: one try of one channel."""
        tried = _Tried(entry, "sending failed: a defect of ours")
        try:
            tried = self._sent(entry, entry.progress.channels[0])
        finally:
            self._tried.put(tried)

    def _sent(self, entry: Entry, channel: Channel) -> _Tried:
        way = self._ways.way_of(entry.notice, channel)
        if way is None:
            return _Tried(entry, "no way is configured", final=True)
        link = None if self._links is None else self._links.of_notice(entry.notice, _now())
        problems, final = [], True
        for address in way.to:
            try:
                whole = filled(address, entry.notice, self._secrets)
            except NoAddress as lacks:
                problems.append(str(lacks))
                continue
            problem = self._sink.send(whole, letter_of(entry.notice, channel, link))
            if problem is None:
                return _Tried(entry, None)
            problems.append(problem)
            final = False
        return _Tried(entry, ", ".join(problems), final)

    def _sort_out(self, timeout: float) -> None:
        """What the tries came to: the next try, or the end."""
        while self._flying:
            try:
                tried = self._tried.get(timeout=timeout) if timeout else self._tried.get_nowait()
            except Empty:
                return
            self._flying -= 1
            timeout = 0.0
            self._judge(tried)

    def _judge(self, tried: _Tried) -> None:
        entry = tried.entry
        kind, channel = entry.notice.addressee.kind, entry.progress.channels[0]
        took = "no" if tried.problem else "yes"
        metrics.SENT.labels(addressee=kind.value, channel=channel.value, took=took).inc()
        if tried.problem is None:
            metrics.LATE.observe(max(0, _now() - entry.notice.not_before) / 1000)
            self._end(entry, taken())
            return
        after = after_failure(
            entry.progress, tried.problem, _now(), self._ways.limits, final=tried.final
        )
        if isinstance(after, Ended):
            self._end(entry, after)
        else:
            self._book.put_back(entry, after)

    def _end(self, entry: Entry, ended: Ended) -> None:
        if not self._book.end(entry):
            return  # its partition is another's now, who sends it again
        notice = entry.notice
        said = "yes" if ended.delivered else "no"
        metrics.DELIVERIES.labels(addressee=notice.addressee.kind.value, delivered=said).inc()
        if not ended.delivered:
            log.warning("notice_not_delivered", message=notice.message, why=ended.reason)
        record = Delivery(
            notice_id=notice.notice_id,
            escalation_id=notice.escalation_id,
            region_id=notice.region_id,
            occurred_at=_now(),
            delivered=ended.delivered,
            reason=ended.reason,
        )
        value = self._wire.encode(DELIVERIES, record)
        headers = (("event_id", notice.notice_id.encode()),)
        self._deliveries.append(Write(DELIVERIES, -1, notice.region_id.encode(), value, headers, 0))

    def _commit(self) -> None:
        """Deliveries and marks in one transaction."""
        marks = self._book.marks()
        if not marks and not self._deliveries:
            return
        offsets = {(NOTICES, partition): offset for partition, (offset, _) in marks.items()}
        texts = {(NOTICES, partition): text for partition, (_, text) in marks.items()}
        metadata = self._consumer.consumer_group_metadata()
        self._transactions.commit(self._deliveries, offsets, metadata, texts=texts)
        self._deliveries = []

    def _land(self) -> None:
        """What is on its way comes back, and is said."""
        self._until_landed(self._ways.timeout_seconds + 1)
        self._commit()

    def _until_landed(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self._flying and time.monotonic() < end:
            self._sort_out(_POLL_SECONDS)

    def _pause(self) -> None:
        """Reads no more of a partition in which too much waits; goes on when it is done."""
        full = self._book.full(self._ways.in_hand_at_most) & self._book.partitions
        more, less = full - self._paused, (self._paused & self._book.partitions) - full
        for each in full:
            self._book.reached_end(each)  # no more of it can be read before something is sent
        if more:
            self._consumer.pause([TopicPartition(NOTICES, each) for each in more])
            log.warning("notify_paused", partitions=sorted(more))
        if less:
            self._consumer.resume([TopicPartition(NOTICES, each) for each in less])
        self._paused = full
        metrics.PAUSED.set(len(full))

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """From the committed offsets on; their text says what is done after them.

        What came shortly before is read, too, for what it supersedes: that may still come.
        """
        committed = patiently("ask for offsets", lambda: consumer.committed(partitions, 10), None)
        for each in committed:
            if each.offset < 0:  # nothing was ever committed: from the beginning
                low, _ = patiently(
                    "ask for the beginning",
                    lambda place=each: consumer.get_watermark_offsets(place, 10),  # type: ignore[misc]
                    None,
                )
                each.offset = low
            self._book.open(each.partition, each.offset, each.metadata)
        consumer.assign(_from_before(consumer, committed))
        log.info("notify_assigned", partitions=sorted(each.partition for each in committed))

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Another process gets them: what is on its way comes back and is said before."""
        del consumer
        self._until_landed(min(self._ways.timeout_seconds, _MINUTE_SECONDS))
        try:
            self._commit()
        except Fenced as error:
            log.warning("notify_commit_refused", error=str(error))
        self._forget(partitions)

    def _lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Another process has them already."""
        del consumer
        self._forget(partitions)

    def _forget(self, partitions: list[TopicPartition]) -> None:
        for each in partitions:
            self._book.close(each.partition)
        self._paused -= {each.partition for each in partitions}
        self._deliveries = []


def _from_before(consumer: Consumer, committed: list[TopicPartition]) -> list[TopicPartition]:
    """The places to read from: where something came so long ago, where that is before the mark."""
    since = _now() - _READ_BACK_MS
    asked = [TopicPartition(NOTICES, each.partition, since) for each in committed]
    found = patiently("ask for times", lambda: consumer.offsets_for_times(asked, 10), None)
    earlier = {each.partition: each.offset for each in found if each.offset >= 0}
    return [
        TopicPartition(
            NOTICES, each.partition, min(each.offset, earlier.get(each.partition, each.offset))
        )
        for each in committed
    ]


def _now() -> int:
    return time.time_ns() // 1_000_000


def _say_what_raised(future: "Future[None]") -> None:
    error = future.exception()
    if error is not None:
        log.error("notify_defect", error=type(error).__name__)
