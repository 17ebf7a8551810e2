"""How long a partition stands still when workers come and go, as a read-committed consumer sees it.

Every partition is sent a record each ten milliseconds; the pause of a partition is the longest time
without an output of it, less nothing: what is normal (a few tens of milliseconds) is in it.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition
from msgspec import Struct
from rich.console import Console

from benchmarks.echo import CHANGELOG, HEARD, SAID, TICKS
from benchmarks.report import Table
from benchmarks.rig import MeasuredBroker, Stuck
from streams.broker.server import die_with_parent
from streams.transport.kafka import admin, client, partition_of
from streams.transport.topics import TopicSpec, declare

PARTITIONS = 12
KEYS = 120_000
_VALUE_BYTES = 700
_EVERY_SECONDS = 0.01
_NORMAL_SECONDS = 3.0
_LIMIT_SECONDS = 40.0
_QUIET = 0.5


class Pause(Struct, frozen=True, kw_only=True):
    """What one event did to the partitions; times in seconds."""

    what: str
    longest: float
    median: float
    untouched: int
    """Partitions that stood still for less than half a second."""


class Stream:
    """Sends to every partition all the time, and notes when each says something."""

    def __init__(self, servers: str) -> None:
        self._servers = servers
        self._stop = threading.Event()
        self._said: list[list[float]] = [[] for _ in range(PARTITIONS)]
        self._threads = [threading.Thread(target=each) for each in (self._send, self._read)]
        for thread in self._threads:
            thread.start()

    def _send(self) -> None:
        producer = Producer(client(self._servers, linger_ms=0))
        while not self._stop.wait(_EVERY_SECONDS):
            for number in range(PARTITIONS):
                producer.produce(HEARD, b"x" * 100, b"key-%d" % number, number)
            producer.poll(0)
        producer.flush(5)

    def _read(self) -> None:
        settings = client(
            self._servers, group_id="handover", isolation_level="read_committed",
            enable_auto_commit=False, fetch_wait_max_ms=10,
        )  # fmt: skip
        consumer = Consumer(settings)
        consumer.assign([TopicPartition(SAID, number, 0) for number in range(PARTITIONS)])
        while not self._stop.is_set():
            messages = consumer.consume(500, 0.005)
            now = time.monotonic()
            for each in messages:
                if each.error() is None:
                    # An output is placed by its key; the key says of which input it is.
                    number = int((each.key() or b"").decode().rpartition("-")[2])
                    self._said[number].append(now)
        consumer.close()

    def close(self) -> None:
        """Ends both threads."""
        self._stop.set()
        for thread in self._threads:
            thread.join(10)

    def pauses(self, event: Callable[[], Callable[[], bool]]) -> list[float]:
        """The longest silence of each partition from an event until all go on.

        `event` gives what says whether it has come to its end.

        Raises:
            Stuck: one does not.
        """
        began = time.monotonic()
        is_over = event()
        end = began + _LIMIT_SECONDS
        calm = time.monotonic() + _NORMAL_SECONDS
        while time.monotonic() < calm or min(map(self._last, range(PARTITIONS))) < calm:
            if self._stalled() or not is_over():
                calm = time.monotonic() + _NORMAL_SECONDS
            if time.monotonic() > end:
                raise Stuck(f"a partition stood still for {_LIMIT_SECONDS:.0f} s")
            time.sleep(0.05)
        return [self._longest(number, began) for number in range(PARTITIONS)]

    def _last(self, number: int) -> float:
        return self._said[number][-1] if self._said[number] else 0.0

    def _stalled(self) -> bool:
        now = time.monotonic()
        return any(now - self._last(number) > _QUIET for number in range(PARTITIONS))

    def _longest(self, number: int, began: float) -> float:
        times = [began] + [each for each in self._said[number] if each > began]
        return max(later - earlier for earlier, later in pairwise(times))


class Workers:
    """Workers of the echo stage, by number."""

    def __init__(self, servers: str, folder: Path) -> None:
        self._servers, self._folder = servers, folder
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, number: int) -> Callable[[], bool]:
        """Starts one; gives what says whether it has got its partitions."""
        path = self._folder / f"worker-{number}.log"
        before = _restores(path)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")} | {
            "RECOURSE_BOOTSTRAP_SERVERS": self._servers,
            "RECOURSE_WORKER_NUMBER": str(number),
            "RECOURSE_STATE_DIR": str(self._folder / "state"),
            "RECOURSE_LOG_FORMAT": "json",
        }
        with path.open("ab") as log:
            self._processes[number] = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.echo"],
                env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent,  # noqa: PLW1509
            )  # fmt: skip
        return lambda: _restores(path) > before

    def end(self, number: int, how: signal.Signals) -> Callable[[], bool]:
        """Tells one to end, and waits."""
        process = self._processes.pop(number)
        process.send_signal(how)
        process.wait(30)
        return lambda: True

    def again(self, number: int, how: signal.Signals) -> Callable[[], bool]:
        """Ends one, and starts it again at once."""
        self.end(number, how)
        return self.start(number)

    def close(self) -> None:
        """Kills what runs."""
        for process in self._processes.values():
            process.kill()
            process.wait(10)


def _restores(log: Path) -> int:
    """How often the worker has got partitions."""
    return log.read_bytes().count(b'"partitions_restored"') if log.exists() else 0


def table(pauses: list[Pause]) -> Table:
    """What each event did."""
    return Table(
        title=f"Hand-over: {PARTITIONS} partitions, {KEYS:,} keys of {_VALUE_BYTES} bytes of state",
        columns=("event", "longest pause s", "median pause s", "partitions under 0.5 s"),
        rows=tuple((each.what, each.longest, each.median, each.untouched) for each in pauses),
        note=(
            "The longest time without an output of a partition, seen by a read-committed consumer. "
            "Session time-out 10 s, static members, exactly once. Kafka, both workers, sender and "
            "consumer share the machine."
        ),
    )


def measure(console: Console) -> list[Table]:
    """Two workers; one joins, restarts, is killed, goes."""
    with _broker(console) as (servers, folder):
        _prepare(servers)
        workers, stream = Workers(servers, folder), Stream(servers)
        found: list[Pause] = []

        def see(what: str, event: Callable[[], Callable[[], bool]]) -> None:
            each = sorted(stream.pauses(event))
            found.append(
                Pause(
                    what=what, longest=each[-1], median=each[len(each) // 2],
                    untouched=sum(pause < _QUIET for pause in each),
                )
            )  # fmt: skip
            console.print(f"  {what}: {each[-1]:.1f} s at most", highlight=False)

        try:
            stream.pauses(lambda: workers.start(0))
            see("a second worker joins", lambda: workers.start(1))
            see("it restarts as planned", lambda: workers.again(1, signal.SIGTERM))
            see("it is killed and restarted", lambda: workers.again(1, signal.SIGKILL))
            see("it goes for good", lambda: workers.end(1, signal.SIGUSR1))
            see("it joins again", lambda: workers.start(1))
            see("it is killed and stays away", lambda: workers.end(1, signal.SIGKILL))
        finally:
            stream.close()
            workers.close()
        return [table(found)]


@contextlib.contextmanager
def _broker(console: Console) -> Iterator[tuple[str, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="recourse-bench-"))
    broker = MeasuredBroker(folder / "kafka")
    try:
        yield broker.start(owned=True, console=console).bootstrap_servers, folder
    finally:
        broker.stop(wipe=True)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(servers: str) -> None:
    timed = {"message.timestamp.type": "LogAppendTime"}
    config = {HEARD: timed, SAID: {}, TICKS: timed, CHANGELOG: {"cleanup.policy": "compact"}}
    specs = [
        TopicSpec(name=topic, partitions=PARTITIONS, config=each) for topic, each in config.items()
    ]
    declare(admin(servers), specs)
    producer = Producer(client(servers, queue_buffering_max_messages=500_000))
    for count in range(KEYS):
        key = b"customer-%d" % count
        producer.produce(CHANGELOG, b"x" * _VALUE_BYTES, key, partition_of(key, PARTITIONS))
    if producer.flush(60):
        raise Stuck("Kafka did not take the state")
