"""`recourse status`: how it stands, on one screen."""

import sys
import time
from typing import Annotated, NoReturn

import typer
from confluent_kafka import KafkaException
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say_json, say_row
from agents.commands.console.progress import Progress
from agents.commands.console.screen import Screen
from agents.operations.status.probe import Probe
from agents.operations.status.status import Status, wants_a_look
from agents.operations.status.status_page import (
    BEHIND,
    MEMBERS,
    STAGES,
    WORKERS,
    Rows,
    as_json,
    behind_rows,
    facts,
    member_rows,
    stage_rows,
    worker_rows,
)
from agents.pipeline.settings import load
from agents.records.schema_registry import codecs_of
from streams.errors import ConfigurationError
from streams.printable import printable
from streams.runtime import logs

EXIT_LOOK, EXIT_UNREADABLE = 1, 2
_CASE_SECONDS = 1.5


class _Unreachable(Exception):  # noqa: N818 - it says what the case is
    """Kafka did not answer, or said no; one sentence."""


def status(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    worker: Annotated[
        list[str] | None,
        typer.Option(
            envvar="RECOURSE_WORKERS",
            help="host:port of a worker's /metrics; several times (in the setting: with spaces).",
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again and again, until Ctrl-C.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=1, help="With --watch: seconds between two looks.")
    ] = 5.0,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Read every step of every case, however long that takes."),
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object a look.")] = False,
) -> None:
    """Say how it stands: lag, owners, policy, ticks, dead letters, cases, what wants a look.

    It asks Kafka from outside, and workers by their own HTTP where they are named. A look takes
    about 3 s at most, whatever the topics hold: docs/operating.md says what it reads for that.
    """
    logs.configure("ERROR", "auto")
    try:
        settings = load(bootstrap_servers=bootstrap_servers)
        look = Probe(
            bootstrap_servers,
            settings.application,
            codecs_of(settings, writes=False),
            worker or (),
            None if whole else _CASE_SECONDS,
        )
        if watch:
            _watch(look, every, json_=json_)
        found = _looked(look, bootstrap_servers)
    except ConfigurationError as problem:
        leave(problem, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be asked: {error.args[0].str()}"
        leave(_Unreachable(sentence), EXIT_UNREADABLE)
    _print(found, json_=json_)
    raise typer.Exit(EXIT_LOOK if wants_a_look(found) else 0)


def _looked(look: Probe, bootstrap_servers: str) -> Status:
    """One look, and what it is at meanwhile."""
    with Progress("recourse status", f"asking Kafka at {bootstrap_servers}") as progress:
        return look.now(progress.say)


def _watch(look: Probe, every: float, *, json_: bool) -> NoReturn:
    try:
        if json_ or not sys.stdout.isatty():
            while True:
                _print(look.now(), json_=json_)
                time.sleep(every)
        with Live(screen=True, auto_refresh=False) as live:
            while True:
                live.update(_screen(look.now()), refresh=True)
                time.sleep(every)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _print(found: Status, *, json_: bool) -> None:
    if json_:
        say_json(as_json(found))
    elif sys.stdout.isatty():
        Screen().print(_screen(found))
    else:
        for line in lines(found):
            say_row(line.split("\t"))


def lines(found: Status) -> list[str]:
    """A status as plain lines with tabs; each begins with what it is."""
    rows: Rows = facts(found)
    rows += [("stage", *row) for row in stage_rows(found)]
    rows += [("member", *row) for row in member_rows(found)]
    rows += [("worker", *row) for row in worker_rows(found)]
    behind, more = behind_rows(found)
    rows += [("behind", *row) for row in behind]
    if more:
        rows.append(("behind", f"and {more} partitions more"))
    rows += [("unknown", sentence) for sentence in found.unknown]
    rows += [("look at", sentence) for sentence in wants_a_look(found)]
    return ["\t".join(map(printable, row)) for row in rows]


def _screen(found: Status) -> RenderableType:
    known = Table(box=None, pad_edge=False, show_header=False)
    known.add_column(style="bold", no_wrap=True)
    known.add_column(overflow="fold")
    for name, sentence in facts(found):
        known.add_row(name, Text(printable(sentence)))
    parts: list[RenderableType] = [known, _table(STAGES, stage_rows(found))]
    parts.append(_table(MEMBERS, member_rows(found)))
    parts.append(_table(WORKERS, worker_rows(found)))
    behind, more = behind_rows(found)
    parts.append(_table(BEHIND, behind))
    if more:
        parts.append(Text(f"and {more} partitions more", style="dim"))
    parts += [Text(f"Not looked at: {printable(each)}", style="yellow") for each in found.unknown]
    wanted = wants_a_look(found)
    parts += [Text(f"Look at: {printable(sentence)}", style="bold red") for sentence in wanted]
    if not wanted:
        parts.append(Text("Nothing wants a look.", style="green"))
    return Group(*(part for part in parts if part != ""))


def _table(titles: tuple[str, ...], rows: Rows) -> RenderableType:
    if not rows:
        return ""
    table = Table(box=None, pad_edge=False, header_style="bold", title=" ", title_justify="left")
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table
