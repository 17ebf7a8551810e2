"""A real Kafka on one core, workers on the other, and the stream in its topics."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import psutil
from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from rich.console import Console

from agents.pipeline.stages import stages
from agents.pipeline.topic_specs import topic_specs
from agents.reference_data.directory_files import MANAGERS, SITES
from agents.reference_data.publish import Record
from agents.reference_data.reference import POLICIES
from benchmarks.stream import TICKS, Timed, is_source
from benchmarks.usage import BROKERS_CORE, WORKERS_CORE, Moment, Watch
from schemas.catalogue import PARTITIONS
from streams.broker import Broker
from streams.broker.server import die_with_parent
from streams.topology import Stage
from streams.transport.kafka import Place, admin, client, patiently, topic_ends
from streams.transport.topics import declare

LOOK_SECONDS = 0.05
QUIET_SECONDS = 1.5
"""Nothing committed for so long, with all inputs read: it is done."""
STALL_SECONDS = 60.0
_STOP_SECONDS = 30.0
_REFERENCES = frozenset({POLICIES, SITES, MANAGERS})


Headers = tuple[tuple[str, bytes], ...]


class Stuck(Exception):  # noqa: N818 - it says what happened
    """A worker does not get on, or has ended; one sentence."""


class MeasuredBroker(Broker):
    """A broker as in production: compiled fully, with memory; pinned like whoever starts it."""

    jvm = ("-Xmx1g", "-Xms1g", "--enable-native-access=ALL-UNNAMED")


class Rig:
    """Kafka with the stream's topics; each run begins with empty outputs and no state."""

    def __init__(self, references: Sequence[Record], console: Console, linger_ms: int = 20) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="recourse-bench-"))
        os.sched_setaffinity(0, {BROKERS_CORE})
        self._broker = MeasuredBroker(self.folder / "kafka")
        status = self._broker.start(owned=True, console=console)
        self.servers, self.broker_pid = status.bootstrap_servers, status.pid
        self._admin = admin(self.servers)
        self._producer = Producer(
            client(
                self.servers,
                partitioner="murmur2_random",
                linger_ms=linger_ms,
                batch_size=262_144,
                queue_buffering_max_messages=500_000,
            )
        )
        self._filled: dict[str, int] = {}
        self._runs = 0
        self.application = ""
        declare(self._admin, topic_specs(own_time=True))
        for topic, key, value in references:
            self._producer.produce(topic, value, key.encode())
        self._producer.flush()

    def close(self) -> None:
        """Ends Kafka and removes everything."""
        self._broker.stop(wipe=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def let_broker_use(self, cores: set[int]) -> None:
        """Moves all threads of the broker, and this program, to other cores."""
        os.sched_setaffinity(0, cores)
        for thread in psutil.Process(self.broker_pid).threads():
            os.sched_setaffinity(thread.id, cores)

    def begin_run(self, records: Sequence[Timed]) -> None:
        """Empties outputs and changelogs, and sees that exactly these records are in the inputs."""
        self._runs += 1
        self.application = f"bench{self._runs}"
        counts: dict[str, int] = {}
        for record in records:
            counts[record.topic] = counts.get(record.topic, 0) + 1
        # What no stage writes stays for the next run, also for one that does not read it.
        kept = {t for t, count in self._filled.items() if counts.get(t, count) == count}
        if self._runs > 1:
            self._empty(kept)
        self.write(record for record in records if record.topic not in kept)
        written = {t: count for t, count in counts.items() if is_source(t)}
        self._filled = {t: count for t, count in self._filled.items() if t in kept} | written

    def _empty(self, kept: Iterable[str]) -> None:
        own = [spec for spec in topic_specs(own_time=True) if spec.name not in _REFERENCES]
        gone = [spec.name for spec in own if spec.name not in set(kept)]
        for future in self._admin.delete_topics(gone).values():
            future.result()
        deadline = time.monotonic() + _STOP_SECONDS
        while set(gone) & self._admin.list_topics(timeout=10).topics.keys():
            if time.monotonic() > deadline:
                raise Stuck("Kafka does not let go of deleted topics")
            time.sleep(0.1)
        time.sleep(1)  # the broker removes them a moment later; the names are free then
        declare(self._admin, own)

    def write(self, records: Iterable[Timed]) -> None:
        """Writes records with their timestamps; a tick goes to every partition."""
        for record in records:
            self.send(record)
        if self._producer.flush(_STOP_SECONDS):
            raise Stuck("Kafka did not take all records of the stream")

    def send(self, record: Timed, headers: Headers = ()) -> None:
        """Hands a record over."""
        if record.topic != TICKS:
            self._produce(record, record.key, -1, headers)
            return
        for number in range(PARTITIONS):
            self._produce(record, str(number).encode(), number, headers)

    def write_changelog(self, topic: str, records: Iterable[tuple[int, bytes, bytes]]) -> None:
        """Writes partition, key and value as a stage would have."""
        for number, key, value in records:
            self._produce(Timed(0, topic, key, value), key, number, ())
        if self._producer.flush(_STOP_SECONDS):
            raise Stuck("Kafka did not take all records of the changelog")

    def poll(self) -> None:
        """Hears what became of records handed over.

        Raises:
            Stuck: Kafka refused one.
        """
        self._producer.poll(0)

    def _produce(self, record: Timed, key: bytes, partition: int, headers: Headers) -> None:
        while True:
            try:
                self._producer.produce(
                    record.topic, record.value, key, partition, timestamp=record.at,
                    headers=list(headers), on_delivery=_refused,
                )  # fmt: skip
            except BufferError:
                self._producer.poll(0.1)
            else:
                return

    @contextlib.contextmanager
    def worker(
        self,
        number: int = 0,
        core: int = WORKERS_CORE,
        stage_names: Sequence[str] = (),
        port: int = 0,
        **more: str,
    ) -> Iterator["Worker"]:
        """`recourse worker` on a core of its own; `more` are further settings."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")} | {
            "RECOURSE_BOOTSTRAP_SERVERS": self.servers,
            "RECOURSE_APPLICATION": self.application,
            "RECOURSE_WORKER_NUMBER": str(number),
            "RECOURSE_HTTP_PORT": str(port),
            "RECOURSE_LOG_FORMAT": "json",
            **more,
        }
        log = self.folder / f"{self.application}-{number}.log"
        started = Worker(environment, stage_names, log, core)
        try:
            yield started
        finally:
            started.stop()

    def progress(self, chosen: Sequence[Stage]) -> "Progress":
        """How far these stages have come in this run."""
        return Progress(self.servers, self.application, chosen)

    def ends(self, places: Iterable[Place]) -> dict[Place, int]:
        """How far topics go."""
        return topic_ends(self._admin, list(places))


class Worker:
    """A worker's process."""

    def __init__(
        self, environment: Mapping[str, str], stage_names: Sequence[str], log: Path, core: int
    ) -> None:
        self.log = log
        chosen = [part for name in stage_names for part in ("--stage", name)]

        def pin() -> None:
            die_with_parent()
            os.sched_setaffinity(0, {core})

        with log.open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "agents", "worker", *chosen],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=pin,  # noqa: PLW1509 - before there are threads in it
            )
        self.pid = self._process.pid

    def check(self) -> None:
        """Raises `Stuck` where it has ended."""
        code = self._process.poll()
        if code is not None:
            last = self.log.read_text(errors="replace").splitlines()[-3:]
            raise Stuck(f"the worker ended with {code}: {' '.join(last)}")

    def stop(self) -> None:
        """Tells it to stop, and waits."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


class Progress:
    """The committed offsets of a run's groups."""

    def __init__(self, servers: str, application: str, chosen: Sequence[Stage]) -> None:
        self._asked = [
            (
                Consumer(client(servers, group_id=f"{application}-{stage.name}")),
                [TopicPartition(topic, n) for topic in stage.topics for n in range(PARTITIONS)],
            )
            for stage in chosen
        ]

    def committed(self) -> int:
        """Input records that the stages have committed."""
        return sum(
            max(each.offset, 0)
            for consumer, places in self._asked
            for each in patiently(
                "see how far the worker is", partial(consumer.committed, places, 10)
            )
        )

    def close(self) -> None:
        """Lets go of Kafka."""
        for consumer, _ in self._asked:
            consumer.close()


def watch(rig: Rig, worker: Worker, chosen: Sequence[Stage], expected: int) -> list[Moment]:
    """Looks at a worker until it has committed everything and nothing more follows.

    `expected`: the input records that were there from the beginning.

    Raises:
        Stuck: it ended, or stood still.
    """
    progress, moments = rig.progress(chosen), list[Moment]()
    watched = Watch(worker.pid, rig.broker_pid)
    changed = time.monotonic()
    try:
        while True:
            worker.check()
            moments.append(watched.look(progress.committed()))
            now = time.monotonic()
            if len(moments) == 1 or moments[-1].records != moments[-2].records:
                changed = now
            still = now - changed
            if moments[-1].records >= expected and still > QUIET_SECONDS:
                return moments
            if still > STALL_SECONDS:
                raise Stuck(
                    f"{moments[-1].records:,} of {expected:,} records were committed, and no more "
                    f"in {STALL_SECONDS:.0f} s: see {worker.log}"
                )
            time.sleep(LOOK_SECONDS)
    finally:
        progress.close()


def named(names: Sequence[str]) -> list[Stage]:
    """The stages of these names; all for none."""
    return [stage for stage in stages() if not names or stage.name in names]


def input_count(chosen: Sequence[Stage], records: Sequence[Timed]) -> int:
    """How many records these stages read of what is in the topics."""
    counts: dict[str, int] = {}
    for record in records:
        copies = PARTITIONS if record.topic == TICKS else 1
        counts[record.topic] = counts.get(record.topic, 0) + copies
    return sum(counts.get(topic, 0) for stage in chosen for topic in stage.topics)


def _refused(error: KafkaError | None, message: Message) -> None:
    del message
    if error is not None:
        raise Stuck(f"Kafka refused a record of the stream: {error}")
