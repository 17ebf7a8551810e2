"""`recourse simulate`: the pipeline without Kafka, from a file."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer
from rich.progress import Progress

from agents.commands.console.options import leave
from agents.commands.console.screen import Screen
from agents.pipeline.settings import pseudonyms
from agents.reference_data.directory_files import demo_directory, load_directory
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import default_policy, load_policy
from agents.reference_data.reference import Reference, reference_of, without_its_key
from agents.simulation.simulate import Simulation, lines_of
from streams.errors import ConfigurationError
from streams.printable import printable_json

_WORTH_A_BAR = 2_000  # lines: fewer are done before anybody looks


def simulate(
    events: Annotated[
        Path,
        typer.Argument(metavar="EVENTS.jsonl", help="Lines {topic, value, arrived_at?, key?}."),
    ],
    policy: Annotated[Path | None, typer.Option(help="YAML or JSON; else the package's.")] = None,
    directory: Annotated[Path | None, typer.Option(help="YAML or JSON; else the demo's.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write; else stdout.")] = None,
    *,
    site_days: Annotated[
        bool, typer.Option("--site-days", help="Write what each site's day came to, at the end.")
    ] = False,
) -> None:
    """Run events through all stages without Kafka, and write what they make, line by line."""
    try:
        reference = _reference(policy, directory)
        texts = read_lines(events)
        with ExitStack() as files:
            sink = sys.stdout.buffer if out is None else files.enter_context(_open(out))
            _run(Simulation(reference, site_days=site_days), texts, sink)
    except (UnusableFile, ConfigurationError) as problem:
        leave(problem)


def _reference(policy: Path | None, directory: Path | None) -> Reference:
    keys = pseudonyms()
    rules = default_policy() if policy is None else load_policy(policy)
    lacking = without_its_key(rules, keys)
    if lacking is not None:
        raise UnusableFile([f"{policy}: {lacking}"])
    entries = demo_directory() if directory is None else load_directory(directory, whole=False)
    return reference_of(rules, entries, keys)


def read_lines(path: Path) -> list[bytes]:
    """The lines of a file; raises `UnusableFile`."""
    try:
        return path.read_bytes().split(b"\n")
    except OSError as error:
        raise UnusableFile([f"{path} can't be read: {error.strerror or error}"]) from error


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise UnusableFile([f"{path} can't be written: {error.strerror or error}"]) from error


def _run(simulation: Simulation, texts: list[bytes], sink: BinaryIO) -> None:
    lines = lines_of(texts)
    console = Screen(stderr=True)
    shown = console.is_terminal and len(lines) >= _WORTH_A_BAR
    with Progress(console=console, transient=True, disable=not shown) as progress:
        task = progress.add_task("events", total=len(lines) + 1)
        for written in simulation.run(lines):
            sink.writelines(map(_line, written))
            progress.advance(task)
    sink.flush()


def _line(written: object) -> bytes:
    encoded = msgspec.json.encode(written)
    if not encoded.isascii() or b"\x7f" in encoded:  # what is below " " is escaped already
        encoded = printable_json(encoded.decode()).encode()
    return encoded + b"\n"
