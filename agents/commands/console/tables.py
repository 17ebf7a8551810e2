"""Tables: aligned on a terminal, one line an entry with tabs between in a pipe."""

from collections.abc import Sequence

from rich.table import Table

from agents.commands.console.output import say, say_row
from agents.commands.console.screen import Screen
from streams.printable import printable

EXIT_ALIKE = 0
EXIT_DIFFERENT = 1
EXIT_NOT_COMPARED = 2
"""What the commands `diff` end with."""


def show(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a table."""
    console = Screen()
    if not console.is_terminal:
        for row in (columns, *rows):
            say_row(row)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(printable, row))
    console.print(table)


def list_of(sentences: Sequence[str]) -> None:
    """Prints sentences, each on a line of its own."""
    for sentence in sentences:
        say(f"  {sentence}")
