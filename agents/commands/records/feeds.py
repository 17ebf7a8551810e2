"""`recourse feeds`: sites that are late, silent or incomplete, worst first."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from agents.commands.console import tables
from agents.commands.console.counted import counted_in_file, counted_in_kafka
from agents.commands.console.options import BootstrapOption
from agents.commands.console.output import say, say_json
from agents.operations.feeds.health import WINDOW_DAYS, Feed, FeedCounts, State, feeds, sentences

EXIT_WANTED = 1
_TITLES = (
    "site", "state", "visits", "usual", "no closure", "no diagnosis", "no estimate", "late",
    "too late", "last",
)  # fmt: skip
Many = list[str] | None


def feeds_(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    from_: Annotated[
        Path | None, typer.Option("--from", help="What `simulate` wrote, instead of Kafka.")
    ] = None,
    *,
    days: Annotated[
        int, typer.Option(min=1, max=366, help="How many days are looked at.")
    ] = WINDOW_DAYS,
    above: Annotated[
        float, typer.Option(min=0, max=100, help="Late or incomplete above so many percent.")
    ] = 10,
    site: Annotated[Many, typer.Option(help="Only this site; several times: any.")] = None,
    region: Annotated[Many, typer.Option(help="Only sites of this region.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also the sites that are well.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object a line.")] = False,
) -> None:
    """List the sites whose events come late, not at all, or not whole, the worst first.

    A share counts as far as it is sure: of few visits it may be high by chance. A visit is counted
    once it has ended, so a site that sends no closures is silent before it is incomplete.
    """
    counted = FeedCounts()
    if from_ is not None:
        now = counted_in_file(from_, None, counted).now
    else:
        now = counted_in_kafka(bootstrap_servers, counted).now
    today = _today(now, counted)
    found = [
        each
        for each in feeds(counted, today=today, days=days, above=above / 100)
        if (not site or each.site_id in site) and (not region or each.region_id in region)
    ]
    shown = [each for each in found if all_ or each.state is not State.WELL]
    if json_:
        for each in shown:
            say_json(as_json(each))
    else:
        for sentence in sentences(found, days):
            say(sentence, err=not sys.stdout.isatty())
        if shown:
            tables.show(_TITLES, [cells(each) for each in shown])
    if any(each.state is not State.WELL for each in found):
        raise typer.Exit(EXIT_WANTED)


def _today(now: int, counted: FeedCounts) -> date:
    """The last day that is over everywhere, or the last on which something was counted."""
    over = datetime.fromtimestamp(now / 1000, UTC).date() if now else date.min
    return max(over, counted.last_day or date.min)


def as_json(feed: Feed) -> dict[str, object]:
    """A feed for machines; shares in percent, null where there is nothing to have a share of."""
    return {
        "site": feed.site_id,
        "region": feed.region_id,
        "state": feed.state.value,
        "visits": feed.visits,
        "usual": round(feed.usual, 2),
        "last_day": None if feed.last_day is None else feed.last_day.isoformat(),
        "too_late": feed.too_late,
        **{
            name: None if share.value is None else round(100 * share.value, 4)
            for name, share in (
                ("without_closure", feed.without_closure),
                ("without_diagnosis", feed.without_diagnosis),
                ("without_estimate", feed.without_estimate),
                ("late", feed.late),
            )
        },
    }


def cells(feed: Feed) -> tuple[str, ...]:
    """A feed for people, one cell a title."""
    shares = (feed.without_closure, feed.without_diagnosis, feed.without_estimate, feed.late)
    return (
        feed.site_id,
        feed.state.value,
        f"{feed.visits:,}",
        f"{feed.usual:,.0f}",
        *("" if each.value is None else f"{100 * each.value:.0f} %" for each in shares),
        f"{feed.too_late:,}",
        "" if feed.last_day is None else f"{feed.last_day}",
    )
