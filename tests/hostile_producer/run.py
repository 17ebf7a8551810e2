"""A hostile producer and honest customers against a worker on a Kafka of its own."""

import io
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from confluent_kafka import Producer
from rich.console import Console

from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.publish import directory_to_publish
from agents.reference_data.reference import POLICIES, Reference
from agents.simulation.demo.machine import Machine
from schemas.catalogue import TOPICS
from schemas.records import Disagreement
from streams.serialisation.framing import confluent
from streams.topology import Message
from streams.transport.kafka import client
from streams.transport.reading import read_all
from tests.bad_input.good import ACTIONS, DISAGREEMENTS, ERASURES, driver, estimate, morning
from tests.bad_input.registry import ODD
from tests.hostile_producer.bombs import bombs, send_raw
from tests.hostile_producer.largest import KINDS, largest, long_id
from tests.kafka.engine_kit import WorkerProcess, wait_until
from tests.kafka.test_bad_input import RegistryDouble, Sender

LIMIT_MB = 2_147
"""The chart's limit of a worker: 2 Gi."""
ODD_CLOCKS = (-62_135_596_800_000, 0, 2**31 * 1000, 253_402_300_799_999)
_ACTS = 2
"""Of the hostile producer before each honest event; one is a record, or a burst."""


class Came(NamedTuple):
    """What came of a run."""

    expected: list[tuple[Any, ...]]
    """What the pure core decides of the honest customers."""
    found: list[tuple[Any, ...]]
    sent: Counter[str]
    """What the hostile producer did, by name."""
    letters: dict[str, float]
    """Dead letters by reason, by the worker's own count."""
    peak_mb: int
    end: int
    """The worker's exit code, told to stop."""


class Hostile:
    """One producer with the rights to write all `service.*`, and a seed."""

    def __init__(self, servers: str, seed: int, megabytes: int, records: int) -> None:
        self._random = random.Random(seed)
        self._servers = servers
        self._producer = Producer(
            client(servers, message_max_bytes=1_040_000, linger_ms=5, compression_type="zstd")
        )
        self._bombs = list(bombs(_now(), megabytes, records))
        self._deck: list[Callable[[], None]] = []
        self._count = 0
        self.sent = Counter[str]()
        self._acts: tuple[Callable[[], None], ...] = (
            self.largest,
            self.many_small,
            self.made_up_ids,
            self.odd_schema,
            self.odd_clock,
            self.noise,
            self.bomb,
        )

    def act(self) -> None:
        """Does one of what it can do: each once, in an order of its own, before one comes again."""
        if not self._deck:
            self._deck = self._random.sample(self._acts, len(self._acts))
        chosen = self._deck.pop()
        self.sent[chosen.__name__] += 1
        chosen()
        self._producer.poll(0)

    def flush(self) -> None:
        """Waits until the broker has all of it."""
        self._producer.flush(30)

    def _write(self, topic: str, key: bytes, value: bytes) -> None:
        while True:
            try:
                self._producer.produce(topic, value, key, timestamp=_now())
            except BufferError:
                self._producer.poll(0.1)
            else:
                return

    def _topic(self) -> str:
        return self._random.choice([*KINDS])

    def largest(self) -> None:
        self._count += 1
        topic, customer = self._topic(), f"hostile{self._random.randrange(4)}"
        visit = f"{customer}-{self._random.randrange(3)}"
        record = largest(topic, self._count, customer, visit, _now() - 1_000)
        self._write(topic, long_id(customer).encode(), codecs.encode(topic, record))

    def many_small(self) -> None:
        topic = "service.estimates"
        for _ in range(50):
            self._count += 1
            names = {"event_id": f"s{self._count}", "visit_id": f"small-{self._count // 400}"}
            record = estimate("small", _now() - 1_000, 10_000 + self._count, **names)
            self._write(topic, b"small", codecs.encode(topic, record))

    def made_up_ids(self) -> None:
        for _ in range(200):
            value = confluent(self._random.randrange(100_000, 2**31), b"\x02a")
            self._write(self._topic(), b"made-up", value)

    def odd_schema(self) -> None:
        for number in ODD:
            self._write("service.estimates", b"odd", confluent(number, self._random.randbytes(40)))

    def odd_clock(self) -> None:
        self._count += 1
        record = estimate("late", self._random.choice(ODD_CLOCKS), event_id=f"o{self._count}")
        self._write("service.estimates", b"late", codecs.encode("service.estimates", record))

    def noise(self) -> None:
        size = self._random.choice((0, 1, 9, 10, 11, 1_000, 100_000, 950_000))
        heads = (b"", b"\0", b"\xc3\x01", codecs.codec("service.estimates").fingerprint)
        value = self._random.choice(heads) + self._random.randbytes(size)
        self._write(self._topic(), self._random.randbytes(self._random.choice((1, 2_000))), value)

    def bomb(self) -> None:
        raws = [
            (self._topic(), self._random.randrange(12), self._random.choice(self._bombs))
            for _ in range(self._random.randrange(1, 6))
        ]
        for code in send_raw(self._servers, raws):
            self.sent["bombs taken by the broker" if code == 0 else f"refused with {code}"] += 1


def _now() -> int:
    return int(time.time() * 1000)


def honest(customer: str) -> Iterator[Message]:
    """What service systems send of one customer, who disagrees; as it lies in Kafka."""
    for each in morning((customer,), _now() - 20_000):
        if each.topic not in {ACTIONS, ERASURES}:
            yield each.message(codecs.encode)


def decisions(made: list[Message], prefix: str) -> Iterator[tuple[Any, ...]]:
    """The decisions on customers whose ids begin so, without the times at which they were made."""
    for each in made:
        record = None
        if each.topic == DISAGREEMENTS:
            record = codecs.decode(each.topic, each.value or b"")
        if isinstance(record, Disagreement) and record.customer_id.startswith(prefix):
            codes = tuple(reason.code for reason in record.reasons)
            yield (
                record.disagreement_id,
                record.decision,
                record.severity,
                record.subject_id,
                record.escalation_id,
                record.trigger_event_id,
                codes,
            )


class Play(NamedTuple):
    """How long and how hard: `megabytes` of the largest bomb, `records` of that of many."""

    seed: int
    seconds: float
    megabytes: int = 300
    records: int = 5_000
    rounds: int = 10**9


def run(folder: Path, play: Play) -> Came:
    """Plays; nothing is left running."""
    machine, worker = Machine(keep=False), None
    registry = ThreadingHTTPServer(("127.0.0.1", 0), RegistryDouble)
    Thread(target=registry.serve_forever, daemon=True).start()
    try:
        machine.start_broker(Console(file=io.StringIO()))
        servers = machine.bootstrap_servers
        sender = Sender(servers)
        policy = (POLICIES, default_policy().version, default_policy().model_dump_json().encode())
        sender.publish([policy, *directory_to_publish(demo_directory(), Reference())])
        worker = WorkerProcess(
            servers,
            "recourse",
            0,
            folder,
            module=("agents", "worker"),
            registry_url=f"http://127.0.0.1:{registry.server_port}",
        ).wait_ready()
        hostile = Hostile(servers, play.seed, play.megabytes, play.records)
        return _played(worker, sender, hostile, play)
    finally:
        if worker is not None:
            worker.kill()
        machine.close()
        registry.shutdown()
        registry.server_close()


def _played(worker: WorkerProcess, sender: Sender, hostile: Hostile, play: Play) -> Came:
    until, expected, customers = time.monotonic() + play.seconds, list[tuple[Any, ...]](), 0
    while time.monotonic() < until and customers < play.rounds:
        customers += 1
        alone = driver(codecs.PLAIN)
        alone.read()
        for message in honest(f"honest{customers}"):
            for _ in range(_ACTS):
                hostile.act()
            hostile.flush()
            expected += decisions(
                alone.pipe(message.topic, message.key, message.value, message.timestamp, (), 0),
                "honest",
            )
            sender.one(message, message.key or b"")
            sender.settle()
            assert worker.process.poll() is None, worker.said()[-3_000:]
    lines = _metrics(worker)
    letters = {
        reason: _counted(lines, reason)
        for reason in ("INVALID", "UNREADABLE", "UNKNOWN_SCHEMA", "TOO_LATE", "FAILED")
    }
    peak = _peak_mb(worker)
    sender.close()
    end = worker.terminate(60)
    read = read_all(worker.servers, {DISAGREEMENTS: TOPICS[DISAGREEMENTS].partitions})
    found = list(decisions(list(read), "honest"))
    return Came(sorted(expected, key=str), sorted(found, key=str), hostile.sent, letters, peak, end)


def _metrics(worker: WorkerProcess) -> list[str]:
    """As the worker gives them, however busy the machine is."""
    found: list[str] = []

    def are_there() -> bool:
        status, text = worker.get("/metrics")
        found[:] = text.splitlines()
        return status == HTTPStatus.OK

    wait_until("metrics", are_there, 60)
    return found


def _counted(lines: list[str], reason: str) -> float:
    of = [
        each
        for each in lines
        if each.startswith("recourse_dead_letters_total") and f'reason="{reason}"' in each
    ]
    return sum(float(each.rpartition(" ")[2]) for each in of)


def _peak_mb(worker: WorkerProcess) -> int:
    status = Path(f"/proc/{worker.process.pid}/status").read_text(encoding="utf-8")
    (line,) = [each for each in status.splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) * 1_024 // 1_000_000
