"""How long until an event's outcome can be read: at fixed rates, up to the limit.

From the moment at which an event was due to be sent (so a sender that falls behind hides nothing)
to the moment at which a read-committed consumer has what it made. Two hops: the disagreement (one
stage), and the escalation with its manager (both stages, through Kafka between them).
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from confluent_kafka import Consumer, TopicPartition
from msgspec import Struct
from rich.console import Console

from agents.records.headers import TRACE
from agents.simulation.demo.machine import reference_records
from benchmarks.report import Table, percentile
from benchmarks.rig import Rig, Stuck, Worker, named
from benchmarks.stream import (
    DISAGREEMENTS,
    OUTCOMES,
    Timed,
    customers_for,
    directory_for,
    is_event,
)
from benchmarks.usage import BROKERS_CORE, Watch
from schemas.catalogue import PARTITIONS
from streams.transport.kafka import client

ESCALATIONS = "recourse.escalations"
RATES = (100, 500, 1_000, 2_000, 4_000, 8_000)
"""Events a second."""
WARM_UP_SECONDS = 4.0
BROKER_WARM_UP = (300, 20.0)
"""A rate and seconds before the first measured rate: until then Kafka compiles itself."""
_REST_SECONDS = 5.0
_READY_SECONDS = 30.0
LOST_MS = 2_000.0
"""A median above it: the worker does not keep up, and a higher rate says nothing new."""


class Reading(NamedTuple):
    """An output: the moment (s) at which a consumer had it, and the trace of what caused it."""

    at: float
    topic: str
    trace: bytes


class Delays(Struct, frozen=True, kw_only=True):
    """What was measured at one rate; times in ms."""

    rate: int
    rate_reached: float
    decisions: tuple[float, ...]
    cases: tuple[float, ...]
    worker_cores: float
    broker_cores: float
    beside: float
    """How much of the broker's core was busy, with the sender and whoever else was on it."""


def trace_of(number: int) -> bytes:
    """A `traceparent` for the event of this number: what an event causes carries it on."""
    return b"00-%032x-%016x-01" % (number + 1, number + 1)


def delays_of(
    due: Mapping[bytes, float], readings: Iterable[Reading], topic: str, since: float
) -> tuple[float, ...]:
    """For events due after `since` (s): ms until what they made in the topic could be read."""
    return tuple(
        (reading.at - due[reading.trace]) * 1000
        for reading in readings
        if reading.topic == topic and due.get(reading.trace, 0.0) >= since
    )


def table(found: Sequence[Delays], guarantee: str) -> Table:
    """Percentiles by rate."""
    rows = []
    for each in found:
        cells: list[float | None] = []
        for values in (each.decisions, each.cases):
            cells += (
                [percentile(values, 50), percentile(values, 99), max(values), len(values)]
                if values
                else [None, None, None, 0]
            )
        used = (each.worker_cores, each.broker_cores, each.beside)
        rows.append((each.rate, each.rate_reached, *cells, *used))
    hops = [f"{hop} {what}" for hop in ("decision", "case") for what in ("p50", "p99", "max", "n")]
    return Table(
        title=f"Latency in ms at fixed rates, {guarantee}",
        columns=("events/s", "reached", *hops, "worker's CPU", "broker's CPU", "core 0"),
        rows=tuple(rows),
        note=(
            "From the moment an event was due to be sent until a read-committed consumer had the "
            "decision (one stage), or the case opened with its manager (both stages). The sender, "
            "the consumer and Kafka share core 0; CPU in cores."
        ),
    )


class Feed:
    """What is sent at a rate, by and by: the stream's events, actions and ticks.

    Outcomes and disagreements are left out: the stages write them. The ticks are the stream's: at
    500 events a second hours of its week pass in one second, and a tick in real time would make
    all that came due in them one burst.
    """

    def __init__(self, records: Sequence[Timed]) -> None:
        self._records = [r for r in records if r.topic not in {OUTCOMES, DISAGREEMENTS}]
        self.position = 0
        self._events, self._taken = sum(map(is_event, self._records)), 0

    @property
    def left(self) -> int:
        """How many events are left."""
        return self._events - self._taken

    def take(self) -> Timed:
        """The next record.

        Raises:
            Stuck: the stream is at its end.
        """
        if self.position == len(self._records):
            raise Stuck("the stream is too short for these rates: give more --events")
        record = self._records[self.position]
        self.position += 1
        self._taken += is_event(record)
        return record


def reader_of(rig: Rig) -> Consumer:
    """Reads what both stages commit, from the first record on and almost at once."""
    consumer = Consumer(
        client(
            rig.servers,
            group_id=f"{rig.application}-reader",
            isolation_level="read_committed",
            enable_auto_commit=False,
            fetch_wait_max_ms=100,
        )
    )
    places = [(topic, n) for topic in (DISAGREEMENTS, ESCALATIONS) for n in range(PARTITIONS)]
    consumer.assign([TopicPartition(*place, 0) for place in places])
    return consumer


class _Sending:
    """Sends at a rate, reads what comes of it, and notes when."""

    def __init__(self, rig: Rig, feed: Feed) -> None:
        self._rig, self._feed = rig, feed
        self._consumer = reader_of(rig)
        self.due: dict[bytes, float] = {}
        self.readings: list[Reading] = []

    def close(self) -> None:
        """Lets go of Kafka."""
        self._consumer.close()

    def read(self, seconds: float) -> None:
        """Takes what there is to read."""
        messages = self._consumer.consume(1_000, seconds)
        at = time.monotonic()
        for each in messages:
            trace = dict(each.headers() or ()).get(TRACE)
            if each.error() is None and isinstance(trace, bytes):
                self.readings.append(Reading(at, each.topic() or "", trace))

    def send_at(self, rate: int, seconds: float) -> float:
        """Sends for a while; gives the rate that was reached."""
        began, count = time.monotonic(), 0
        total = int(rate * seconds)
        while count < total:
            now = time.monotonic()
            due = min(total, int((now - began) * rate) + 1)
            while count < due:
                self._send_one(began + count / rate)
                count += 1
            self._rig.poll()
            self.read(0.001)
        return count / (time.monotonic() - began)

    def _send_one(self, due: float) -> None:
        while not is_event(record := self._feed.take()):
            self._rig.send(record)
        trace = trace_of(self._feed.position)
        self._rig.send(record, ((TRACE, trace),))
        self.due[trace] = due


def measure(
    records: Sequence[Timed],
    rates: Sequence[int],
    seconds: float,
    guarantee: str,
    console: Console,
) -> list[Table]:
    """One worker with all stages, rate by rate, until it no longer keeps up."""
    directory = directory_for(customers_for(sum(map(is_event, records))))
    rig = Rig(reference_records(directory), console, linger_ms=1)
    feed, found = Feed(records), list[Delays]()
    try:
        rig.begin_run([])
        with rig.worker(RECOURSE_GUARANTEE=guarantee) as worker:
            sending = _Sending(rig, feed)
            try:
                _until_ready(rig, worker, sending)
                sending.send_at(*BROKER_WARM_UP)
                for rate in rates:
                    if feed.left < rate * (WARM_UP_SECONDS + seconds):
                        console.print(f"  no {rate:,} events/s: give more --events")
                        break
                    found.append(_at_rate(rig, worker, sending, rate, seconds))
                    middle = percentile(found[-1].decisions or (LOST_MS + 1,), 50)
                    console.print(
                        f"  {rate:,} events/s: half of the decisions within {middle:.0f} ms",
                        highlight=False,
                    )
                    if middle > LOST_MS:
                        break
            finally:
                sending.close()
    finally:
        rig.close()
    return [table(found, guarantee)]


def _until_ready(rig: Rig, worker: Worker, sending: _Sending) -> None:
    """A few events first: the worker is ready when their offsets are committed."""
    sending.send_at(100, 1.0)
    progress, deadline = rig.progress(named(["customers"])), time.monotonic() + _READY_SECONDS
    while not progress.committed():
        worker.check()
        if time.monotonic() > deadline:
            raise Stuck(f"the worker committed nothing in {_READY_SECONDS:.0f} s")
        sending.read(0.1)
    progress.close()


def _at_rate(rig: Rig, worker: Worker, sending: _Sending, rate: int, seconds: float) -> Delays:
    sending.due.clear()
    sending.readings.clear()
    sending.send_at(rate, WARM_UP_SECONDS)
    watched = Watch(worker.pid, rig.broker_pid, BROKERS_CORE)
    since, before = time.monotonic(), watched.look(0)
    reached = sending.send_at(rate, seconds)
    after = watched.look(0)
    end = time.monotonic() + _REST_SECONDS
    while time.monotonic() < end:
        sending.read(0.05)
    worker.check()
    took = after.at - before.at
    return Delays(
        rate=rate,
        rate_reached=reached,
        decisions=delays_of(sending.due, sending.readings, DISAGREEMENTS, since),
        cases=delays_of(sending.due, sending.readings, ESCALATIONS, since),
        worker_cores=(after.worker - before.worker) / took,
        broker_cores=(after.broker - before.broker) / took,
        beside=(after.core - before.core) / took,
    )
