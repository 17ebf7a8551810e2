"""The commands, what `--help` says of each, and docs/commands.md."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.commands import COMMANDS, app, sign_of_life
from agents.commands.console.exits import exits_of
from agents.commands.console.manual import MANUAL
from agents.commands.console.progress import Progress
from tests.commands_page import PAGE, leaves, page

ROOT = Path(__file__).parents[3]


def test_each_command_is_in_the_manual_and_nothing_else() -> None:
    assert [path for path, _ in leaves()] == list(MANUAL)


class Terminal(io.StringIO):
    """A stream that is a terminal, or is none."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("name", "terminal", "before", "after"),
    [
        ("cases", True, "recourse cases ...", "recourse cases ...\r\x1b[2K"),
        ("cases", False, "", ""),
        ("status", True, "recourse status ...", "recourse status ...\r\x1b[2K"),
        ("status", False, "recourse status ...\n", "recourse status ...\n"),
        ("doctor", False, "recourse doctor ...\n", "recourse doctor ...\n"),
    ],
)
def test_a_command_says_that_it_begins_and_in_a_pipe_those_that_are_waited_for(
    name: str, terminal: bool, before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Terminal(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", stream)

    with sign_of_life(name):
        assert stream.getvalue() == before
    assert stream.getvalue() == after


def progress(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool
) -> Iterator[tuple[Progress, Terminal]]:
    """What a command is at, and the stream that says it; its seconds are the test's."""
    stream = Terminal(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(Progress, "_run", lambda self: self._over.wait())
    with Progress("recourse status", "asking Kafka at a:1") as begun:
        yield begun, stream


def test_on_a_terminal_a_command_says_what_it_is_at_on_one_line_that_goes_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr("agents.commands.console.progress.time.monotonic", lambda: now[0])
    steps = progress(monkeypatch, terminal=True)
    begun, stream = next(steps)
    now[0] = 3.2
    begun.tick()
    begun.say("reading \x1b cases")
    begun.hide()
    assert next(steps, None) is None

    away = "\r\x1b[2K"
    assert stream.getvalue().split(away)[1:] == [
        "recourse status: asking Kafka at a:1 ...",
        "recourse status: asking Kafka at a:1 ... 3 s",
        "recourse status: reading \\x1b cases ...",
        "",
        "",
    ]


def test_in_a_pipe_what_takes_two_seconds_is_a_line_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("agents.commands.console.progress.time.monotonic", lambda: now[0])
    steps = progress(monkeypatch, terminal=False)
    begun, stream = next(steps)
    for now[0] in (1.9, 2.0, 2.1):
        begun.tick()
    begun.say("reading cases")
    for now[0] in (4.0, 4.1, 5.0):
        begun.tick()
    begun.hide()
    assert next(steps, None) is None

    assert stream.getvalue() == (
        "recourse status: asking Kafka at a:1 ...\nrecourse status: reading cases ...\n"
    )


def test_the_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make commands"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_exit_code_that_a_command_names_is_in_the_manual(name: str) -> None:
    module = vars(import_module(COMMANDS[name][0]))
    named = {
        value for key, value in module.items() if key.startswith("EXIT_") and type(value) is int
    }
    told = {
        code for path, entry in MANUAL.items() if path.split()[0] == name for code in entry.exits
    }

    assert named <= told | {0}


@pytest.mark.parametrize("path", MANUAL)
def test_help_ends_with_an_example_that_begins_with_the_command(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    if path != "kafka tool":  # it hands --help on to Kafka's tool
        arguments = [*path.split(), "--help"]
        monkeypatch.setattr("sys.argv", ["recourse", *arguments])
        shown = CliRunner().invoke(app, arguments)
        assert shown.exit_code == 0
        for code, meaning in exits_of(MANUAL[path]).items():
            assert f"{code}  {meaning[:30]}" in shown.stdout

    for example in MANUAL[path].examples:
        assert example.startswith(f"recourse {path}")


@pytest.mark.parametrize("path", MANUAL)
def test_files_that_an_example_names_are_there(path: str) -> None:
    for example in MANUAL[path].examples:
        for word in example.split():
            if word.startswith(("docs/", "agents/")):
                assert (ROOT / word).is_file()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("recourse dra", {"drain"}),
        ("recourse dead-letters re", {"redrive"}),
        ("recourse cases --over", {"--overdue"}),
        ("recourse cases --tier R", {"REGIONAL"}),
        ("recourse doctor --role red", {"redriver"}),
    ],
)
def test_a_shell_completes_commands_options_and_words(typed: str, completed: set[str]) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("recourse")],
        env=os.environ
        | {
            "_RECOURSE_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split()) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert set(done.stdout.split()) == completed
