"""How a command says anything: text is text, whoever wrote it (tables and bars: `screen`).

No other file of a command calls `typer.echo` or writes to stdout: a test holds them to it.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import typer

from streams.printable import printable, printable_json, printable_lines


def say(sentence: str, *, err: bool = False) -> None:
    """Prints one line: a line end in it is shown as an escape, for it is not ours."""
    typer.echo(printable(sentence), err=err)


def say_lines(text: str, *, err: bool = False) -> None:
    """Prints a text of several lines, in which all line ends are ours."""
    typer.echo(printable_lines(text), err=err)


def say_row(cells: Iterable[str], *, err: bool = False) -> None:
    """Prints a line for programs: cells with tabs between, and in none a tab or a line end."""
    typer.echo("\t".join(map(printable, cells)), err=err)


def say_json(value: object) -> None:
    """Prints a value for programs, on one line."""
    typer.echo(json.dumps(value, default=str))


def say_json_text(text: str) -> None:
    """The same of what is JSON already."""
    typer.echo(printable_json(text))


def write_text(path: Path, text: str) -> None:
    """Writes a file that was asked for; one sentence and exit code 2 where it can't be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        say(f"{path} can't be written: {problem.strerror}", err=True)
        raise typer.Exit(_EXIT_UNWRITTEN) from None


_EXIT_UNWRITTEN = 2
