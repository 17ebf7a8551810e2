"""`recourse explain`: what happened to an id, and why, for operator and customer."""

import time
from pathlib import Path
from typing import Annotated

import typer
from confluent_kafka import KafkaException
from rich.progress import Progress

from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json_text
from agents.commands.console.screen import Screen
from agents.operations.dead_letters.selection import moment
from agents.operations.explain.lookup import Lookup
from agents.operations.explain.page import as_json, explained, show
from agents.operations.explain.story import Story, story_of
from agents.operations.explain.wording.lines import NotOutput, records_in
from agents.pipeline.settings import load
from agents.records.schema_registry import codecs_of
from streams.errors import ConfigurationError, EngineError
from streams.runtime import logs


class _Problem(Exception):  # noqa: N818 - it says what happened
    """One sentence."""


def explain(
    id_: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A disagreement (visit:rule:n), escalation (visit:n), visit, or dead letter "
            "(topic:partition:offset).",
        ),
    ],
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Output of `recourse simulate`; else Kafka."),
    ] = None,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    since: Annotated[
        str | None, typer.Option("--since", help="No further back than: 2h, 3d (ago) or RFC 3339.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Say what happened, in order, and why: for an operator, and for the customer."""
    if from_ is not None:
        story, looked_at = _in_file(id_, from_)
    else:
        story, looked_at = _on_kafka(id_, bootstrap_servers, _moment(since))
    if story is None:
        leave(_Problem(f"Nothing is known of {id_}: looked through {looked_at}."))
    explanation = explained(story)
    if json_:
        say_json_text(as_json(explanation))
    else:
        show(explanation, Screen())


def _moment(since: str | None) -> int | None:
    at = None if since is None else moment(since, time.time_ns() // 1_000_000)
    if since is not None and at is None:
        raise typer.BadParameter(
            f"--since is {since!r}: must be such as 2h, 3d or 2026-03-02T14:00:00Z"
        )
    return at


def _in_file(id_: str, path: Path) -> tuple[Story | None, str]:
    try:
        texts = path.read_bytes().split(b"\n")
        records = list(records_in(texts, str(path)))
    except OSError as error:
        leave(_Problem(f"{path} can't be read: {error.strerror or error}"))
    except NotOutput as error:
        leave(error)
    return story_of(id_, records), f"{len(records):,} records in {path}"


def _on_kafka(id_: str, bootstrap_servers: str, since: int | None) -> tuple[Story | None, str]:
    logs.configure("ERROR", "auto")
    console = Screen(stderr=True)
    try:
        wire = codecs_of(load(bootstrap_servers=bootstrap_servers), writes=False)
        lookup = Lookup(bootstrap_servers, wire, since)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("records", total=None)
            story = lookup.story(
                id_, lambda total, read: bar.update(task, completed=read, total=total)
            )
    except KafkaException as error:
        leave(_Problem(f"Kafka at {bootstrap_servers} can't be reached: {error.args[0].str()}"))
    except ConfigurationError as problem:
        say(str(problem), err=True)
        raise typer.Exit(problem.exit_code) from None
    except EngineError as problem:
        leave(problem)
    if lookup.left_out.count:
        say(f"{lookup.left_out}.", err=True)
    return story, f"{lookup.looked_at:,} records on Kafka at {bootstrap_servers}"
