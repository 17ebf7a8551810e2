"""What a measurement says: tables and sentences, shown to a person, a pipe, a page or a machine."""

import json
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

import typer
from msgspec import Struct, to_builtins
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

Cell = str | int | float | None


class Table(Struct, frozen=True, kw_only=True):
    """A table of measured numbers; a cell of None was not measured."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


class Spread(Struct, frozen=True, kw_only=True):
    """Several measurements of one thing."""

    median: float
    lowest: float
    highest: float
    count: int

    def __str__(self) -> str:
        """The median, and the rest where there is any."""
        if self.count == 1:
            return shown(self.median)
        return f"{shown(self.median)} ({shown(self.lowest)} to {shown(self.highest)})"


def spread(values: Sequence[float]) -> Spread:
    """Median, lowest and highest of at least one value."""
    return Spread(median=median(values), lowest=min(values), highest=max(values), count=len(values))


def shown(cell: Cell) -> str:
    """A cell as text: three significant digits where it is small, no false ones where it is not."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or abs(cell) >= 100:  # noqa: PLR2004 - three digits
        return f"{round(cell):,}"
    return f"{cell:.3g}" if abs(cell) < 10 else f"{cell:.1f}"  # noqa: PLR2004 - the same


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all are not above (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def markdown(table: Table) -> Iterator[str]:
    """The lines of a table as a page has it."""
    yield f"**{table.title}**"
    yield ""
    yield "| " + " | ".join(table.columns) + " |"
    yield "|" + "---|" * len(table.columns)
    for row in table.rows:
        yield "| " + " | ".join(map(shown, row)) + " |"
    if table.note:
        yield ""
        yield table.note


def plain(table: Table) -> Iterator[str]:
    """The lines of a table in a pipe: one an entry, tabs between."""
    yield f"# {table.title}"
    for row in (table.columns, *table.rows):
        yield "\t".join(map(shown, row))
    if table.note:
        yield f"# {table.note}"


def show(tables: Sequence[Table], how: str, about: dict[str, Any]) -> None:
    """Prints tables as `how` says: json, markdown, or for whoever reads stdout."""
    console = Console()
    if how == "json":
        typer.echo(json.dumps({"about": about, "tables": to_builtins(tables)}, indent=1))
    elif how == "markdown":
        for table in tables:
            typer.echo("\n".join([*markdown(table), ""]))
    elif not console.is_terminal:
        for table in tables:
            typer.echo("\n".join(plain(table)))
    else:
        for table in tables:
            _print(console, table)


def _print(console: Console, table: Table) -> None:
    rich = RichTable(box=None, pad_edge=False, header_style="bold", title_justify="left")
    for number, column in enumerate(table.columns):
        rich.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in table.rows:
        rich.add_row(*(escape(shown(cell)) for cell in row))
    console.print(f"\n[bold]{escape(table.title)}[/bold]", highlight=False)
    console.print(rich)
    if table.note:
        console.print(table.note, style="dim", markup=False, highlight=False)
