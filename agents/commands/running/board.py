"""`recourse board`: people look, act and decide in a browser."""

import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from confluent_kafka import KafkaException

from agents.board.identity.gate import gate_of
from agents.board.identity.settings import access
from agents.board.service import Board
from agents.board.serving import serve
from agents.commands.console.options import leave_service
from agents.pipeline import settings
from agents.records.schema_registry import codecs_of
from streams.errors import EXIT_CONFIGURATION, EXIT_RESTART, ConfigurationError
from streams.runtime import logs
from streams.settings import Settings
from streams.transport.reaching import check_believed

_PORT = 8090


def board(
    *,
    http_port: Annotated[
        int | None, typer.Option(help=f"Where browsers reach it on this machine; {_PORT} else.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Where its copy is kept, so that the next start is short; else nowhere."),
    ] = None,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Let anybody be anybody by a click: on a demo's Kafka alone."),
    ] = False,
) -> None:
    """Show cases in a browser, and take what people do.

    It keeps a copy of its own of what the topics say, and writes recourse.actions and
    service.customer-responses. Who signs in how, and who is what: docs/security.md and the policy
    (`board.roles`). Settings of Kafka are those of the worker (RECOURSE_...).
    """
    logs.configure()  # what fails before the settings are known is a line, too
    try:
        loaded = settings.load(http_port=http_port)
        logs.configure(loaded.log_level, loaded.log_format)
        _show(loaded, folder, demo=demo)
    except ConfigurationError as problem:
        leave_service(problem, problem.exit_code)
    except (sqlite3.Error, OSError) as problem:
        sentence = f"The copy in {folder or 'a temporary folder'} can't be kept: {problem}"
        leave_service(ConfigurationError(sentence), EXIT_CONFIGURATION)
    except KafkaException as problem:
        leave_service(problem, EXIT_RESTART)


def _stop(*_: object) -> None:
    """Told to stop by a signal: no part of ours, and no event loop, takes this for a fault."""
    raise SystemExit(0)


def _show(loaded: Settings, folder: Path | None, *, demo: bool) -> None:
    port = loaded.http_port or _PORT
    known = access(f"http://localhost:{port}")
    if demo and not _is_a_demos(loaded.bootstrap_servers):
        raise ConfigurationError(
            f"--demo lets anybody be anybody, so it is for the Kafka of `recourse demo --keep` on "
            f"this machine; none listens on {loaded.bootstrap_servers}"
        )
    check_believed(loaded.bootstrap_servers)
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn takes them while it serves, and raises them once more when it has stopped.
        signal.signal(number, _stop)
    with _place(folder) as there:
        served = Board(loaded.bootstrap_servers, codecs_of(loaded), there / "board.sqlite")
        gate = gate_of(known, served.model, there, demo=demo)
        try:
            served.start()
            serve(served.application(gate), loaded.http_host, port)
        finally:
            served.stop()
            gate.close()


def _is_a_demos(bootstrap_servers: str) -> bool:
    from agents.simulation.demo.machine import is_a_demos  # noqa: PLC0415 - the extra `local`

    return is_a_demos(bootstrap_servers)


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    """The folder of the copy, for this user alone: it holds customers' data."""
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield folder
        return
    made = Path(tempfile.mkdtemp(prefix="recourse-board-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
