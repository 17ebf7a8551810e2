"""What the engine's tests need: topics, a feed, worker processes, the verdict."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import NewTopic

from streams.errors import EXIT_RESTART
from streams.runtime.verify import Report, verify
from streams.settings import Settings
from streams.transport.kafka import admin, patiently, stable_offsets, topic_ends
from streams.transport.reading import read_all
from streams.transport.topics import OWN_TIME
from tests.streams.toy import Toy, decode_order

ROOT = Path(__file__).parents[2]
PARTITIONS = 4
STANDS_STILL_SECONDS = 120.0
"""A bound against standing still, on however busy a machine: no measure of anything."""
_LISTENS = re.compile(r'"port": (\d+), "event": "http_listening"')


def servers_of(request: pytest.FixtureRequest) -> str:
    """The broker of the run; ENGINE_TEST_KAFKA names one that runs already."""
    given = os.environ.get("ENGINE_TEST_KAFKA")
    return given or str(request.getfixturevalue("broker").bootstrap_servers)


def wait_until(
    what: str, condition: Callable[[], bool], seconds: float = STANDS_STILL_SECONDS
) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


def _timed(kind: str) -> dict[str, str]:
    return dict(OWN_TIME) if kind == "CreateTime" else {"message.timestamp.type": kind}


class WorkerProcess:
    """A worker in a process of its own: the toy's, or what `module` names.

    It listens on any free port and says which: one that was chosen for it may be another's by then.
    """

    def __init__(
        self,
        servers: str,
        application: str,
        number: int,
        folder: Path,
        stages: str = "counting echo",
        *,
        module: tuple[str, ...] = ("tests.streams.toy_worker",),
        **settings: Any,
    ) -> None:
        self.servers = servers
        self._port: int | None = None
        self.log = folder / f"worker-{number}-{time.monotonic_ns()}.log"
        given = {
            "bootstrap_servers": servers, "application": application, "worker_number": number,
            "http_port": 0, "order_log": 1, "tick_interval_ms": 300,
            "session_timeout_ms": 6_000, **settings,
        }  # fmt: skip
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")}
        environment["TOY_STAGES"] = stages
        environment["PYTHONFAULTHANDLER"] = "1"  # SIGABRT makes it say where it is
        environment |= {f"RECOURSE_{k.upper()}": str(v) for k, v in given.items()}
        self._module, self._environment = module, environment
        self._begin()

    def _begin(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self._module],
                cwd=ROOT, env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip

    def begin_again(self) -> None:
        """As whoever runs it does where it ends with 75, which says so; with a log of its own."""
        assert self.process.poll() == EXIT_RESTART, self.said()
        self.log = self.log.with_name(f"{self.log.stem}-again.log")
        self._port = None
        self._begin()

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; status 0 while nobody listens."""
        if self._port is None:
            said = _LISTENS.search(self.said())
            if said is None:
                return 0, "it has not said where it listens"
            self._port = int(said[1])
        url = f"http://127.0.0.1:{self._port}{path}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def metric(self, line: str) -> float:
        for each in self.get("/metrics")[1].splitlines():
            if each.startswith(line):
                return float(each.rpartition(" ")[2])
        return 0.0

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.said()
        return self.get("/health/ready")[0] == 200

    def wait_ready(self) -> "WorkerProcess":
        wait_until("worker ready", self.is_ready)
        return self

    def said(self) -> str:
        return self.log.read_text()

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(STANDS_STILL_SECONDS)

    def ended(self, seconds: float = STANDS_STILL_SECONDS) -> int:
        """Its exit code, once it has ended by itself."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)  # it says where it is
            self.process.wait(STANDS_STILL_SECONDS)
            raise AssertionError(f"it goes on after {seconds} s: {self.said()}") from None

    def terminate(self, seconds: float = STANDS_STILL_SECONDS) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


class Kit:
    """One test's topics and workers on a real broker."""

    replication = 1

    def __init__(self, servers: str, prefix: str, folder: Path) -> None:
        self.servers, self.toy, self.folder = servers, Toy(prefix), folder
        self.workers: list[WorkerProcess] = []
        self.admin = admin(servers)
        self.producer = Producer(
            {
                "bootstrap.servers": servers,
                "partitioner": "murmur2_random",
                "linger.ms": 5,
                "log_level": 2,
            }
        )

    def create_topics(self, ticks: str = "LogAppendTime", inputs: str = "LogAppendTime") -> None:
        """The toy's. What is written has its inputs' time, and nothing goes for being old.

        A record of 1970 is: a broker that looks just then (each five minutes) takes it away.
        """
        toy, copies = self.toy, self.replication
        inputs_and_carried = (toy.left, toy.right, toy.carried)
        new = [NewTopic(t, PARTITIONS, copies, config=_timed(inputs)) for t in inputs_and_carried]
        new += [NewTopic(toy.ticks, PARTITIONS, copies, config=_timed(ticks))]
        compact, own_time = {"cleanup.policy": "compact"}, dict(OWN_TIME)
        for changelog in (toy.changelog, toy.echo_changelog):
            new += [NewTopic(changelog, PARTITIONS, copies, config=compact)]
        new += [NewTopic(t, PARTITIONS, copies, config=own_time) for t in (toy.out, toy.echo)]
        new += [NewTopic(toy.order, 1, copies, config=own_time)]
        new += [NewTopic(toy.reference, 1, copies)]
        for future in self.admin.create_topics(new).values():
            future.result(30)

    def write(
        self, topic: str, key: str, value: str, timestamp: int = 0, partition: int = -1
    ) -> None:
        while True:
            try:
                self.producer.produce(
                    topic, value.encode(), key.encode(), partition, timestamp=timestamp
                )
            except BufferError:
                self.producer.poll(0.1)
            else:
                return

    def write_reference(self) -> None:
        self.write(self.toy.reference, "k", "first")
        self.producer.flush(10)

    def feed(self, first: int, count: int) -> None:
        """Records alternating between both topics, about as fast as a busy day."""
        for number in range(first, first + count):
            topic = self.toy.left if number % 2 else self.toy.right
            self.write(topic, f"k{number % 500}", str(number))
        self.producer.flush(30)

    def worker(
        self, number: int = 0, stages: str = "counting echo", **settings: Any
    ) -> WorkerProcess:
        process = WorkerProcess(
            self.servers, self.toy.prefix, number, self.folder, stages, **settings
        )
        self.workers.append(process)
        return process

    def lag(self) -> int:
        """Records of the first stage's inputs that are not committed as handled."""
        toy = self.toy
        places = [(t, n) for t in (toy.left, toy.right) for n in range(PARTITIONS)]
        carried = [(toy.carried, n) for n in range(PARTITIONS)]
        ends = patiently("ends", lambda: topic_ends(self.admin, places))
        group = f"{toy.prefix}-counting"
        done = patiently("done", lambda: stable_offsets(self.servers, group, places + carried))
        # After the others' offsets, with which they were written; their ends hold markers too.
        written = read_all(self.servers, {toy.carried: PARTITIONS})
        waiting = sum(m.offset >= done.get((m.topic, m.partition), 0) for m in written)
        return sum(ends[place] - done.get(place, 0) for place in places) + waiting

    def stop_all(self) -> None:
        """Stops writing, and works off what the first stage still writes to the second."""
        for worker in self.workers:
            if worker.process.poll() is None:
                assert worker.terminate() == 0
        echo = self.worker(stages="echo").wait_ready()
        wait_until("the second stage has caught up", lambda: self.second_lag() == 0)
        assert echo.terminate() == 0

    def second_lag(self) -> int:
        """Records of the first stage that the second has not committed as handled."""
        places = [(self.toy.out, n) for n in range(PARTITIONS)]
        done = stable_offsets(self.servers, f"{self.toy.prefix}-echo", places)
        written = read_all(self.servers, {self.toy.out: PARTITIONS})
        return sum(m.offset >= done.get((m.topic, m.partition), 0) for m in written)

    def wait_handled(self, seconds: float = 300.0) -> None:
        """Until all inputs are handled; other work beside it can make that take minutes.

        Where that is so much that a worker stands still for longer than its session, it ends with
        75. If none is left then, the last one is begun again, or nobody would handle anything.
        """

        def handled() -> bool:
            if self.lag() == 0:
                return True
            if self.workers and all(each.process.poll() is not None for each in self.workers):
                self.workers[-1].begin_again()
            return False

        wait_until("all inputs handled", handled, seconds)

    def outputs(self) -> list[str]:
        return [
            (m.value or b"").decode() for m in read_all(self.servers, {self.toy.out: PARTITIONS})
        ]

    def verdict(self, *, second: bool = True) -> Report:
        settings = Settings(bootstrap_servers=self.servers, application=self.toy.prefix)
        toy = self.toy
        stages, outputs = (toy.stages, [toy.out, toy.echo]) if second else ([toy.stage], [toy.out])
        return verify(stages, toy.references, settings, decode_order, outputs)

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
