"""What cases come from, read for the commands that tell of it."""

from datetime import date
from pathlib import Path

import typer
from confluent_kafka import KafkaException
from msgspec import Struct
from rich.progress import Progress

from agents.commands.console.options import leave
from agents.commands.console.output import say
from agents.commands.console.screen import Screen
from agents.commands.running.topics import NotPublished, published
from agents.commands.simulation.simulate import read_lines
from agents.core.policy import Policy
from agents.core.world import Directory
from agents.operations.audit.reading import TICKS
from agents.operations.causes.case import Case, Collected, cases_of
from agents.operations.causes.reading import NoCauses, of_lines, of_topics
from agents.operations.causes.report import Seeing
from agents.operations.status.clock import now_of
from agents.pipeline.settings import load
from agents.records.schema_registry import codecs_of
from agents.reference_data.directory_files import demo_directory, load_directory
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import default_policy, load_policy
from streams.errors import ConfigurationError, EngineError
from streams.runtime import logs

EXIT_UNREADABLE = 2


class Source(Struct, frozen=True, kw_only=True):
    """Where it is read from: files, or Kafka where there are none."""

    bootstrap_servers: str
    files: tuple[Path, ...] = ()
    policy: Path | None = None
    directory: Path | None = None


class Read(Struct, frozen=True, kw_only=True):
    """The cases and visits, what holds, and the time (ms)."""

    seeing: Seeing
    policy: Policy
    directory: Directory
    now: int


def read_causes(source: Source) -> Read:
    """Reads it; one sentence and exit code 2 where it can't be."""
    try:
        return _of_files(source) if source.files else _of_kafka(source.bootstrap_servers)
    except (NoCauses, NotPublished, UnusableFile, ConfigurationError, EngineError) as problem:
        leave(problem, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {source.bootstrap_servers} can't be asked: {error.args[0].str()}"
        leave(NoCauses(sentence), EXIT_UNREADABLE)


def _of_files(source: Source) -> Read:
    policy = default_policy() if source.policy is None else load_policy(source.policy)
    directory = demo_directory()
    if source.directory is not None:
        directory = load_directory(source.directory, whole=False)
    collected = of_lines(line for path in source.files for line in read_lines(path))
    return _read(collected, policy, directory, collected.now)


def _of_kafka(bootstrap_servers: str) -> Read:
    logs.configure("ERROR", "auto")
    settings = load(bootstrap_servers=bootstrap_servers)
    console = Screen(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading what was found ...", total=None)

        def told(read: int, whole: int) -> None:
            progress.update(task, completed=read, total=whole)

        wire = codecs_of(settings, writes=False)
        collected, left_out = of_topics(bootstrap_servers, wire, told)
        now = now_of(bootstrap_servers, TICKS)
        world = published(bootstrap_servers).world(now)
    if left_out:
        say(f"{left_out}.", err=True)
    return _read(collected, world.policy, world.directory, now)


def _read(collected: Collected, policy: Policy, directory: Directory, now: int) -> Read:
    cases: list[Case] = cases_of(collected, directory)
    seeing = Seeing(cases=cases, visits=collected.visits)
    return Read(seeing=seeing, policy=policy, directory=directory, now=now)


def day_asked(text: str) -> date:
    """A day as it was asked for."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day: must be as 2026-04-01") from None
