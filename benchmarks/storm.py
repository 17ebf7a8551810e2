"""A site's storm: what each of its cases costs, and how long all others wait meanwhile.

In memory, presses of as many customers at one site through both stages: the cost of one must not
grow with their number. On Kafka, a storm within a minute while other customers press at other
sites; from the moment at which a press was due to be sent until a read-committed consumer has its
decision, and its case opened.
"""

import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.console import Console

from agents.core.world import Directory
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.records.headers import TRACE
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.machine import reference_records
from benchmarks.latency import ESCALATIONS, Reading, delays_of, reader_of, trace_of
from benchmarks.report import Table, percentile
from benchmarks.rig import Rig, Stuck, Worker, named
from benchmarks.stream import DISAGREEMENTS, Timed
from schemas.records import CustomerResponse, Response, Subject
from streams.runtime.collector import collect_rarely
from streams.testing import Driver

SIZES = (500, 1_000, 2_000, 4_000, 8_000)
STORM_CASES, STORM_SECONDS, OTHERS_A_SECOND = 6_000, 60.0, 100
RESPONSES = "service.customer-responses"
_START = 1_772_460_000_000  # a Monday afternoon; in memory alone
_STORM_MS = 50 * 60_000
_WARM_UP_SECONDS, _PATIENCE_SECONDS, _QUIET_SECONDS = 10.0, 300.0, 5.0


class Press(NamedTuple):
    """A press of the button by a customer of their own."""

    record: Timed
    in_storm: bool


def press(name: str, site_id: str, at: int) -> Timed:
    """A customer who asks for a manager at a moment (ms)."""
    response = CustomerResponse(
        event_id=f"{name}-press",
        occurred_at=at,
        customer_id=name,
        visit_id=f"{name}-visit",
        site_id=site_id,
        response=Response.REQUESTED,
        subject=Subject.NONE,
    )
    return Timed(at, RESPONSES, name.encode(), codecs.encode(RESPONSES, response))


def in_memory(directory: Directory, sizes: Iterable[int] = SIZES) -> Table:
    """The CPU of a press through both stages, at one site and spread over all."""
    sites = sorted(directory.sites)
    rows = []
    for count in sizes:
        one, many = (_cost(directory, count, chosen) for chosen in (sites[:1], sites))
        rows.append((count, one / count * 1e6, many / count * 1e6))
    return Table(
        title="Presses within 50 minutes, in memory: µs of CPU each, both stages",
        columns=("presses", "of one site", f"of {len(sites)} sites"),
        rows=tuple(rows),
    )


def _cost(directory: Directory, count: int, sites: Sequence[str]) -> float:
    driver = Driver(stages(), REFERENCES, 1)
    for topic, key, value in reference_records(directory, default_policy()):
        driver.pipe(topic, key.encode(), value, 0)
    given = [
        press(f"c{n}", sites[n % len(sites)], _START + n * _STORM_MS // count) for n in range(count)
    ]
    collect_rarely()
    began = time.process_time()
    for each in given:
        driver.pipe(each.topic, each.key, each.value, each.at)
    return time.process_time() - began


def measure(
    console: Console,
    cases: int = STORM_CASES,
    seconds: float = STORM_SECONDS,
    *,
    on_kafka: bool,
) -> list[Table]:
    """Both tables; on Kafka a storm of so many cases in so many seconds."""
    directory = demo_directory()
    tables = [in_memory(directory)]
    if on_kafka:
        tables.append(_on_kafka(directory, console, cases, seconds))
    return tables


def _on_kafka(directory: Directory, console: Console, cases: int, seconds: float) -> Table:
    rig = Rig(reference_records(directory, default_policy()), console, linger_ms=1)
    try:
        rig.begin_run([])
        with rig.worker() as worker:
            sending = _Sending(rig, worker, sorted(directory.sites))
            try:
                sending.until_ready()
                sending.send(_WARM_UP_SECONDS, 0)
                calm = sending.send(seconds, 0)
                console.print("  the storm", highlight=False)
                storm = sending.send(seconds, cases)
            finally:
                sending.close()
    finally:
        rig.close()
    return _table(calm, storm, seconds)


class Waited(NamedTuple):
    """How long presses waited (ms): for their decision, and for their case."""

    presses: int
    decisions: tuple[float, ...]
    cases: tuple[float, ...]


class Half(NamedTuple):
    """What came of a minute; `done_in` is how long the storm took from its first press (s)."""

    others: Waited
    storm: Waited
    done_in: float


def _table(calm: Half, storm: Half, seconds: float) -> Table:
    rows = []
    for what, waited in (
        ("others, without a storm", calm.others),
        ("others, during the storm", storm.others),
        ("the storm's own", storm.storm),
    ):
        cells = [
            cell
            for hop in (waited.decisions, waited.cases)
            for cell in (percentile(hop, 50), percentile(hop, 99), max(hop), len(hop))
        ]
        rows.append((what, waited.presses, *cells))
    hops = [f"{hop} {each}" for hop in ("decision", "case") for each in ("p50", "p99", "max", "n")]
    rate = storm.storm.presses / storm.done_in
    return Table(
        title=f"{storm.storm.presses:,} cases of one site within {seconds:.0f} s, others at "
        f"{OTHERS_A_SECOND} a second: ms",
        columns=("presses", "sent", *hops),
        rows=tuple(rows),
        note=f"The storm's cases were all open {storm.done_in:.0f} s after its first press: "
        f"{rate:,.0f} a second.",
    )


class _Sending:
    """Sends both at their rates, and reads what comes of them."""

    def __init__(self, rig: Rig, worker: Worker, sites: Sequence[str]) -> None:
        self._rig, self._worker = rig, worker
        self._stormy, self._others = sites[0], sites[1:]
        self._consumer = reader_of(rig)
        self._readings: list[Reading] = []
        self._seen: set[tuple[str, bytes]] = set()
        self._number = 0

    def close(self) -> None:
        """Lets go of Kafka."""
        self._consumer.close()

    def until_ready(self) -> None:
        """A few presses first: the worker is ready when their offsets are committed."""
        self._send_one(self._others[0], {})
        self._rig.poll()
        progress, end = self._rig.progress(named(["customers"])), time.monotonic() + 60
        while not progress.committed():
            self._worker.check()
            if time.monotonic() > end:
                raise Stuck("the worker committed nothing in 60 s")
            self._read(0.1)
        progress.close()

    def send(self, seconds: float, storm_cases: int) -> Half:
        """Sends for so long, and waits until all that was sent has its case."""
        due: tuple[dict[bytes, float], dict[bytes, float]] = ({}, {})
        self._readings.clear()
        began = time.monotonic()
        rates = (float(OTHERS_A_SECOND), storm_cases / seconds)
        while any(len(due[n]) < int(rates[n] * seconds) for n in (0, 1)):
            for n in (0, 1):
                wanted = int(rates[n] * min(seconds, time.monotonic() - began))
                while len(due[n]) < wanted:
                    at = began + len(due[n]) / rates[n]
                    site = self._stormy if n else self._others[len(due[n]) % len(self._others)]
                    self._send_one(site, due[n], at)
            self._rig.poll()
            self._read(0.001)
        self._await({*due[0], *due[1]})
        waited = [
            Waited(len(each), *(delays_of(each, self._of(each), topic, 0.0) for topic in _HOPS))
            for each in due
        ]
        opened = [e.at for e in self._readings if e.topic == ESCALATIONS and e.trace in due[1]]
        return Half(waited[0], waited[1], max(opened, default=began) - began)

    def _of(self, due: dict[bytes, float]) -> list[Reading]:
        return [each for each in self._readings if each.trace in due]

    def _await(self, traces: set[bytes]) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while left := [each for each in traces if (ESCALATIONS, each) not in self._seen]:
            self._worker.check()
            if time.monotonic() > end:
                raise Stuck(f"{len(left):,} presses have no case {_PATIENCE_SECONDS:.0f} s later")
            self._read(0.2)

    def _send_one(self, site_id: str, due: dict[bytes, float], at: float | None = None) -> None:
        self._number += 1
        trace = trace_of(self._number)
        record = press(f"c{self._number}", site_id, int(time.time() * 1000))
        self._rig.send(record, ((TRACE, trace),))
        due[trace] = time.monotonic() if at is None else at

    def _read(self, seconds: float) -> None:
        """Takes the first of each topic that a press made."""
        messages = self._consumer.consume(1_000, seconds)
        at = time.monotonic()
        for each in messages:
            trace, topic = dict(each.headers() or ()).get(TRACE), each.topic() or ""
            if each.error() is not None or not isinstance(trace, bytes):
                continue
            if (topic, trace) not in self._seen:
                self._seen.add((topic, trace))
                self._readings.append(Reading(at, topic, trace))


_HOPS = (DISAGREEMENTS, ESCALATIONS)
