"""`recourse month`: thirty simulated days, with managers to spare and with a few too few."""

import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.progress import Progress

from agents.commands.console.options import leave
from agents.commands.console.output import say_json_text
from agents.commands.console.screen import Screen
from agents.commands.console.tables import show
from agents.reference_data.directory_files import load_directory
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import default_policy, load_policy
from agents.simulation.month.columns import Month, month_of
from agents.simulation.month.network import network
from agents.simulation.month.side_by_side import Asked, simulated
from agents.simulation.month.table import headings, rows

EXIT_FOUND = 1
VISITS_A_DAY_AND_SITE = 100_000 / 30 / 50
VACANT = (0, 18, 24)


def month(
    *,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many, from a Monday on.")] = 30,
    sites: Annotated[int, typer.Option(min=1, max=1_000, help="The demo's, again and again.")] = 50,
    visits: Annotated[
        int | None,
        typer.Option(min=1, help="Of all sites and days; else 100,000 of 50 sites and 30 days."),
    ] = None,
    vacant: Annotated[
        list[int] | None,
        typer.Option(help="LOCAL posts left vacant; several: a column each. Else 0, 18 and 24."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed is the same month.")] = 1,
    policy: Annotated[Path | None, typer.Option(help="YAML or JSON; else the package's.")] = None,
    directory: Annotated[
        Path | None, typer.Option(help="Your sites and managers, YAML or JSON; else the demo's.")
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="How many at once.")] = 2,
    json_: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Simulate a month of visits and managers: how long cases take, and who is kept waiting.

    Without Kafka, through the same code. Times are medians and 90th percentiles, in the site's
    opening hours (SAFETY: the calendar). The auditor looks at what was made.
    """
    try:
        rules = default_policy() if policy is None else load_policy(policy)
        staffed = network(sites) if directory is None else load_directory(directory)
    except UnusableFile as problem:
        leave(problem)
    many = max(1, round(VISITS_A_DAY_AND_SITE * days * len(staffed.sites)))
    asked = Asked(
        seed=seed,
        days=days,
        visits=many if visits is None else visits,
        vacant=tuple(VACANT if vacant is None else vacant),
        directory=staffed,
        policy=rules,
    )
    found = _simulated(asked, processes)
    if json_:
        say_json_text(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        show(headings(found.columns), rows(found.columns))
    raise typer.Exit(EXIT_FOUND if any(each.audit for each in found.columns) else 0)


def _simulated(asked: Asked, processes: int) -> Month:
    """With a bar on a terminal."""
    began, console = time.monotonic(), Screen(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"{asked.days} days, {asked.visits:,} visits", total=None)

        def days_over(over: int, of: int) -> None:
            progress.update(task, completed=over, total=of)

        variants = simulated(asked, processes, days_over)
    seconds = time.monotonic() - began
    return month_of(asked, variants, processes=processes, seconds=seconds)
