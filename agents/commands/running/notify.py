"""`recourse notify`: send the notices."""

import os
import signal
from pathlib import Path
from typing import Annotated

import typer
from confluent_kafka import KafkaException

from agents.commands.console.options import leave_service
from agents.notifier.consumer import Notifier
from agents.notifier.links import links_of
from agents.notifier.routes import checked, secrets_of, ways_in
from agents.notifier.sinks import Sinks
from agents.pipeline import settings
from agents.records.schema_registry import codecs_of
from agents.reference_data.files import UnusableFile, read
from streams.errors import EXIT_CONFIGURATION, EXIT_RESTART, ConfigurationError, Fenced
from streams.runtime import logs
from streams.runtime.health import HealthServer
from streams.transport.reaching import check_believed


def notify(
    configuration: Annotated[
        Path, typer.Argument(metavar="WAYS.yaml", help="Where notices go (docs/notify.md).")
    ],
    http_port: Annotated[
        int | None, typer.Option(help="Port of /metrics and /health; 0 takes a free one.")
    ] = None,
    worker_number: Annotated[
        int | None, typer.Option(help="Stable and different for each process.")
    ] = None,
    idle: Annotated[
        float | None,
        typer.Option(min=0, metavar="SECONDS", help="End when nothing was due for so long."),
    ] = None,
) -> None:
    """Send notices by Apprise, each when it is due, and write what became of them.

    Reads recourse.notices (committed records, in the group APPLICATION-notify) and writes
    recourse.deliveries. Settings of Kafka are those of the worker (RECOURSE_...). Where the address
    of the board and the file of its links' keys are set, customers get a link to their case.
    """
    logs.configure()  # what fails before the settings are known is a line, too
    try:
        loaded = settings.load(http_port=http_port, worker_number=worker_number)
        logs.configure(loaded.log_level, loaded.log_format)
        ways = ways_in(read(configuration))
        secrets = secrets_of(ways)
        checked(ways, secrets, str(configuration))
        links = links_of(os.environ)
        wire = codecs_of(loaded)
        check_believed(loaded.bootstrap_servers)
        notifier = Notifier(loaded, ways, secrets, Sinks(ways.timeout_seconds), wire, links=links)
    except UnusableFile as problem:
        leave_service(problem, EXIT_CONFIGURATION)
    except ConfigurationError as problem:
        leave_service(problem, problem.exit_code)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: notifier.stop())
    health = HealthServer(loaded.http_host, loaded.http_port, lambda: None, lambda: None)
    health.start()
    try:
        notifier.run(idle)
    except ConfigurationError as problem:
        leave_service(problem, problem.exit_code)
    except (Fenced, KafkaException) as problem:
        leave_service(problem, EXIT_RESTART)
    finally:
        health.stop()
