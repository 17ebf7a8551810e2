"""The command `recourse`: one file a command, imported only when it is called."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from agents.commands.console.extras import EXIT_LACKING, lacking
from agents.commands.console.manual import taught
from agents.commands.console.output import say, say_lines
from agents.pipeline.data_packages import data_versions
from streams.errors import ConfigurationError
from streams.printable import printable

COMMANDS = {
    "demo": (
        "agents.commands.simulation.demo",
        "demo",
        "Run the whole pipeline on a simulated week.",
    ),
    "worker": ("agents.commands.running.worker", "worker", "Run the stages until told to stop."),
    "notify": ("agents.commands.running.notify", "notify", "Send what people are to be told."),
    "archive": (
        "agents.commands.records.archive",
        "archive",
        "Keep the past longer than Kafka does, as Parquet.",
    ),
    "board": (
        "agents.commands.running.board",
        "board",
        "Cases in a browser: people look, act and decide.",
    ),
    "simulate": (
        "agents.commands.simulation.simulate",
        "simulate",
        "Run events through all stages, no Kafka.",
    ),
    "month": (
        "agents.commands.simulation.month",
        "month",
        "Thirty simulated days: who is kept waiting, how long.",
    ),
    "play": ("agents.commands.simulation.play", "play", "Send a file of events to a Kafka."),
    "replay": (
        "agents.commands.simulation.replay",
        "replay",
        "What another policy would have decided, over the recorded past.",
    ),
    "explain": (
        "agents.commands.records.explain",
        "explain",
        "What happened and why, in plain words.",
    ),
    "dead-letters": (
        "agents.commands.records.dead_letters",
        "app",
        "What could not be used: list, show, send again.",
    ),
    "status": ("agents.commands.running.status", "status", "How it stands, on one screen."),
    "doctor": (
        "agents.commands.running.doctor",
        "doctor",
        "Is it set up rightly? If not, what would be.",
    ),
    "cases": (
        "agents.commands.records.cases",
        "cases",
        "Open cases: who has each, and what is next.",
    ),
    "effect": (
        "agents.commands.records.effect",
        "effect",
        "Does it work: customers inside the pilot and outside.",
    ),
    "pilot": (
        "agents.commands.records.pilot",
        "app",
        "Before a pilot: how many weeks; then its next step.",
    ),
    "causes": (
        "agents.commands.records.causes",
        "app",
        "What cases come from, and what would avoid them.",
    ),
    "feeds": (
        "agents.commands.records.feeds",
        "feeds_",
        "Sites that are late, silent or incomplete.",
    ),
    "act": (
        "agents.commands.records.act",
        "act",
        "Act on a case, and hear what the desk made of it.",
    ),
    "link": (
        "agents.commands.records.link",
        "link",
        "The link by which a customer opens their case.",
    ),
    "drain": (
        "agents.commands.running.drain",
        "drain",
        "Stop a worker of this machine, as planned.",
    ),
    "state": (
        "agents.commands.running.state",
        "app",
        "What stages keep, against their offsets; ways out.",
    ),
    "audit": ("agents.commands.records.audit", "audit", "From outside: was anybody forgotten?"),
    "erasure": ("agents.commands.records.erasure", "app", "Is a customer forgotten?"),
    "kafka": ("agents.commands.running.kafka", "app", "A real Kafka on this machine."),
    "topics": (
        "agents.commands.running.declared_topics",
        "topics",
        "The topics and who may use them.",
    ),
    "policy": (
        "agents.commands.reference_data.policy",
        "app",
        "The policy: thresholds, limits, clocks, gates.",
    ),
    "directory": (
        "agents.commands.reference_data.directory",
        "app",
        "The directory: sites and managers.",
    ),
}
"""Each command: its module, what it is there (a function or a Typer app), and a line of help."""


_LINE_AWAY = "\r\x1b[2K"
"""What a terminal empties the line by, back at its begin."""
_WAITED_FOR = ("doctor", "status")


class _Commands(TyperGroup):
    """Loads a command's module when the command is called, so that `--help` is quick."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer hides its context's type
        """The commands in the order of the table."""
        del ctx
        return list(COMMANDS)

    def make_context(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - the same
        """As always; what it says of a wrong option is printable."""
        with _printable_usage():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the same
        """The same: a command's own options are read here."""
        with _printable_usage():
            return super().invoke(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - the same
        """The command, from its module."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, attribute, short = COMMANDS[cmd_name]
        if not _is_called(cmd_name):
            return typer.main.get_command(_placeholder(cmd_name, short))
        try:
            with sign_of_life(cmd_name):
                found = getattr(import_module(module), attribute)
        except ModuleNotFoundError as missing:
            sentence = lacking(cmd_name, missing)
            if sentence is None:
                raise
            say(sentence, err=True)
            sys.exit(EXIT_LACKING)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False)
            alone.command(cmd_name)(found)
            found = alone
        command = typer.main.get_command(found)
        command.name = cmd_name
        return taught(command, cmd_name)


@contextmanager
def _printable_usage() -> Iterator[None]:
    """What was asked wrongly is said back to who asked, who may have pasted it."""
    try:
        yield
    except Exception as wrong:
        message = getattr(wrong, "message", None)  # the library hides its errors' types
        if isinstance(message, str):
            wrong.message = printable(message)  # type: ignore[attr-defined]
        raise


@contextmanager
def sign_of_life(name: str) -> Iterator[None]:
    """A line while a command's modules are read: seconds on a busy machine.

    On a terminal it goes away again. Elsewhere only those say it that take long and are waited for.
    """
    if not sys.stderr.isatty():
        if name in _WAITED_FOR:
            sys.stderr.write(f"recourse {name} ...\n")
            sys.stderr.flush()
        yield
        return
    sys.stderr.write(f"recourse {name} ...")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write(_LINE_AWAY)
        sys.stderr.flush()


def _is_called(name: str) -> bool:
    # A shell that completes has the words in its environment (click's name, typer's name).
    completed = os.environ.get("COMP_WORDS", os.environ.get("_TYPER_COMPLETE_ARGS", ""))
    return name in sys.argv[1:] or name in completed.split()


def _placeholder(name: str, short: str) -> typer.Typer:
    only = typer.Typer(add_completion=False)
    only.command(name, help=short, short_help=short)(lambda: None)
    return only


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    help="When a customer and a service centre disagree, the customer gets a manager who decides.",
)


def _say_version(*, wanted: bool) -> None:
    if wanted:
        from agents.pipeline.commit import told  # noqa: PLC0415 - asked for once

        say(told())
        raise typer.Exit


@app.callback()
def _recourse(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda wanted: _say_version(wanted=wanted),
            is_eager=True,
            help="Say the version and the commit.",
        ),
    ] = False,
) -> None:
    """When a customer and a service centre disagree, the customer gets a manager who decides."""
    del version


def main() -> None:
    """The entry point."""
    try:
        data_versions()  # a command without them would end in the middle, or decide differently
        app(prog_name="recourse")
    except ConfigurationError as problem:  # of a setting that only a connection asks for
        say(str(problem), err=True)
        sys.exit(problem.exit_code)
    except Exception:
        if sys.excepthook not in (sys.__excepthook__, typer.main.except_hook):
            raise  # a service's: it says so in its log
        say_lines(traceback.format_exc(), err=True)
        sys.exit(1)
