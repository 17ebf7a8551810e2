"""What commands have in common; imports nothing that is slow to import."""

from typing import Annotated, NoReturn

import typer

from agents.commands.console.output import say

BootstrapOption = Annotated[
    str,
    typer.Option(
        "--bootstrap-servers", envvar="RECOURSE_BOOTSTRAP_SERVERS", help="Kafka: host:port."
    ),
]


def leave(problem: Exception, code: int = 1) -> NoReturn:
    """One sentence a problem on stderr, each on its line, and the exit code."""
    for sentence in getattr(problem, "sentences", (str(problem),)):
        say(sentence, err=True)
    raise typer.Exit(code)


def leave_service(problem: Exception, code: int) -> NoReturn:
    """The same of what runs on and on, whose stderr is a log: a line of it, but on a terminal."""
    from streams.runtime import logs  # noqa: PLC0415 - slow to import

    logs.say_end(problem, code)
    raise typer.Exit(code)
