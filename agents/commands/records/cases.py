"""`recourse cases`: which cases are open, who has each, and what is to happen next."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from confluent_kafka import KafkaException
from msgspec import Struct
from rich.table import Table
from rich.text import Text

from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json, say_row
from agents.commands.console.screen import Screen
from agents.commands.simulation.simulate import read_lines
from agents.core.rfc3339 import text_of
from agents.operations.audit.reading import TICKS, Unreadable, records_of_lines
from agents.operations.cases.case_lines import CaseLine, Next, Order, Wanted, ordered
from agents.operations.cases.case_reader import NoCases, cases_of, read_cases
from agents.operations.status.clock import now_of
from agents.operations.status.durations import lasting
from agents.pipeline.settings import load
from agents.records.schema_registry import codecs_of
from agents.reference_data.files import UnusableFile
from schemas.records import Escalation, EscalationStatus, Severity, Tier
from streams.errors import ConfigurationError, EngineError
from streams.printable import printable
from streams.runtime import logs

EXIT_UNREADABLE = 2
_TITLES = ("case", "severity", "tier", "status", "site", "manager", "age", "next", "when")
_WIDE = 150  # columns: narrower, the site is left out

Many = list[str] | None


_Symbols = type[Tier | Severity | EscalationStatus]


def _choices(of: _Symbols) -> str:
    return ", ".join(_names(of)())


def _names(of: _Symbols) -> Callable[[], list[str]]:
    return lambda: [each.value for each in of if each.value != "UNKNOWN"]


def cases(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    from_: Annotated[
        Path | None, typer.Option("--from", help="What `simulate` wrote, instead of Kafka.")
    ] = None,
    *,
    region: Annotated[Many, typer.Option(help="Only of this region; several times: any.")] = None,
    site: Annotated[Many, typer.Option(help="Only at this site.")] = None,
    manager: Annotated[Many, typer.Option(help="Only with this manager (their id).")] = None,
    tier: Annotated[
        Many,
        typer.Option(help=f"Any of {_choices(Tier)}.", autocompletion=_names(Tier)),
    ] = None,
    severity: Annotated[
        Many,
        typer.Option(help=f"Any of {_choices(Severity)}.", autocompletion=_names(Severity)),
    ] = None,
    status: Annotated[
        Many,
        typer.Option(
            help=f"Any of {_choices(EscalationStatus)}.", autocompletion=_names(EscalationStatus)
        ),
    ] = None,
    sort: Annotated[Order, typer.Option(help="What comes first.")] = Order.DUE,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    all_: Annotated[bool, typer.Option("--all", help="Also closed ones.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    unacknowledged: Annotated[
        bool, typer.Option("--unacknowledged", help="Only what nobody has acknowledged.")
    ] = False,
    without_manager: Annotated[
        bool, typer.Option("--without-manager", help="Only what nobody has.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object a line.")] = False,
) -> None:
    """List open cases, one a line, with what is to happen next and when.

    A table on a terminal, lines with tabs in a pipe. `recourse explain CASE` tells the whole story.
    """
    wanted = Wanted(
        regions=frozenset(region or ()),
        sites=frozenset(site or ()),
        managers=frozenset(manager or ()),
        tiers=_symbols("--tier", Tier, tier),
        severities=_symbols("--severity", Severity, severity),
        statuses=_symbols("--status", EscalationStatus, status),
        closed_too=all_,
        overdue=overdue,
        unacknowledged=unacknowledged,
        without_manager=without_manager,
    )
    seen = _of_file(from_) if from_ is not None else _of_kafka(bootstrap_servers, wanted)
    found = [line for line in seen.lines if wanted.has(line, seen.now)]
    shown = ordered(found, sort)[:limit]
    if json_:
        for line in shown:
            say_json(as_json(line, seen.now))
        return
    _show(shown, seen.now)
    if len(shown) < len(found):
        say(f"{len(shown)} of {len(found):,} (--limit).", err=True)
    elif not found:
        say("No such case.", err=True)


class _Seen(Struct, frozen=True):
    lines: Sequence[CaseLine]
    now: int


def _of_file(path: Path) -> _Seen:
    try:
        records, now = records_of_lines(read_lines(path))
    except (Unreadable, UnusableFile) as problem:
        leave(problem, EXIT_UNREADABLE)
    return _Seen(cases_of(each for each, _ in records if isinstance(each, Escalation)), now)


def _of_kafka(bootstrap_servers: str, wanted: Wanted) -> _Seen:
    logs.configure("ERROR", "auto")
    try:
        settings = load(bootstrap_servers=bootstrap_servers)
        with Screen(stderr=True).status("Reading the cases ...", spinner="line"):
            read = read_cases(
                bootstrap_servers,
                codecs_of(settings, writes=False),
                None,
                closed_too=wanted.closed_too,
            )
            now = now_of(bootstrap_servers, TICKS)
        if read.left_out:
            say(f"{read.left_out}.", err=True)
        return _Seen(read.lines, now)
    except (NoCases, ConfigurationError, EngineError) as problem:
        leave(problem, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be asked: {error.args[0].str()}"
        leave(NoCases(sentence), EXIT_UNREADABLE)


def _symbols(option: str, of: Any, given: Many) -> frozenset[Any]:  # noqa: ANN401 - an enum's type
    names = {each.value for each in of} - {"UNKNOWN"}
    for name in given or ():
        if name.upper() not in names:
            raise typer.BadParameter(f"{option} is {name!r}: must be one of {_choices(of)}")
    return frozenset(of(name.upper()) for name in given or ())


def as_json(line: CaseLine, now: int) -> dict[str, object]:
    """A case for machines."""
    return {
        "case": line.escalation_id,
        "severity": line.severity.value,
        "tier": line.tier.value,
        "status": line.status.value,
        "region": line.region_id,
        "site": line.site_id,
        "manager": line.manager_id,
        "opened_at": text_of(line.opened_at),
        "opened_before": not line.begun,
        "acknowledged": line.acknowledged,
        "open": line.is_open,
        "next": line.next.value if line.is_open else None,
        "due_at": None if line.due_at is None else text_of(line.due_at),
        "late_seconds": line.late(now) // 1000,
    }


def cells(line: CaseLine, now: int) -> tuple[str, ...]:
    """A case for people, one cell a title."""
    return (
        line.escalation_id,
        line.severity.value,
        line.tier.value,
        line.status.value,
        line.site_id,
        line.manager_id or "nobody",
        f"{'' if line.begun else 'over '}{lasting(now - line.opened_at)}",
        "" if line.next is Next.NOTHING else line.next.value,
        _when(line, now),
    )


def _when(line: CaseLine, now: int) -> str:
    if line.due_at is None:
        return ""
    late = line.late(now)
    return f"{lasting(late)} late" if late else f"in {lasting(line.due_at - now)}"


def _show(lines: Sequence[CaseLine], now: int) -> None:
    rows = [tuple(map(printable, cells(line, now))) for line in lines]
    if not sys.stdout.isatty():
        for row in rows:
            say_row(row)
        return
    if not rows:
        return
    console = Screen()
    left_out = {"site"} if console.width < _WIDE else set[str]()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in _TITLES:
        if title not in left_out:
            table.add_column(title, overflow="fold", no_wrap=title != "case")
    for line, row in zip(lines, rows, strict=True):
        style = "red" if line.late(now) else "dim" if not line.is_open else ""
        table.add_row(
            *(
                Text(cell, style=style)
                for title, cell in zip(_TITLES, row, strict=True)
                if title not in left_out
            )
        )
    console.print(table)
    console.print(f"{len(rows)} shown; as of {text_of(now - now % 1000)}.", style="dim")
