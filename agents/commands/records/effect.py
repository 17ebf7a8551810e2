"""`recourse effect`: does the channel work, by customers inside the pilot and outside."""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from agents.commands.console import tables
from agents.commands.console.counted import counted_in_file, counted_in_kafka
from agents.commands.console.options import BootstrapOption
from agents.commands.console.output import say, say_json, write_text
from agents.operations.effect.measures import METRICS, MetricName
from agents.operations.effect.page.effect_page import page
from agents.operations.effect.reading import Sums
from agents.operations.effect.report import Answer, Asked, Line, Report, report
from agents.operations.effect.rollout import Rollout, rollout
from agents.operations.effect.sentences import of_rollout, sentences

EXIT_UNREADABLE = 2
EXIT_OFF = 1
_TITLES = ("metric", "site", "inside", "outside", "difference", "from", "to", "so far")

Many = list[str] | None


def effect(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    from_: Annotated[
        Path | None, typer.Option("--from", help="What `simulate` wrote, instead of Kafka.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="With --from: the policy with `worthwhile`; else the package's."),
    ] = None,
    *,
    since: Annotated[
        str | None, typer.Option(help="Only what ended from this local day on: 2026-04-01.")
    ] = None,
    site: Annotated[Many, typer.Option(help="Only this site; several times: any.")] = None,
    region: Annotated[Many, typer.Option(help="Only sites of this region.")] = None,
    metric: Annotated[
        list[MetricName] | None, typer.Option(help="Only this metric; several times: any.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object a line.")] = False,
    html: Annotated[
        Path | None, typer.Option(help="Also write it as a page, to be shown: a file.")
    ] = None,
) -> None:
    """Compare customers inside the pilot with those outside, at sites that are LIVE for a share.

    The intervals hold however often one looks. Sites that are LIVE for all customers, or for none,
    have nobody to compare with, and are left out. Where sites went live one after the other in the
    order that the salt draws, they are also compared before and after, with all their visits.
    """
    asked = Asked(
        sites=frozenset(site or ()),
        regions=frozenset(region or ()),
        metrics=tuple(metric or MetricName),
    )
    sums = Sums(since=None if since is None else day_of(since))
    if from_ is not None:
        rules = counted_in_file(from_, policy, sums).policy
    else:
        rules = counted_in_kafka(bootstrap_servers, sums).policy
    answer = report(sums, rules.worthwhile, asked)
    steps = None
    if sums.since is None:
        steps = rollout(sums, rules.worthwhile, rules.pilot.salt, asked)
    if html is not None:
        write_text(html, page(answer, steps, sums, rules.worthwhile, asked))
    if json_:
        for each in (*as_json(answer), *rollout_as_json(steps)):
            say_json(each)
    else:
        _show(answer, steps)
    if answer.ratio is not None and answer.ratio.is_off:
        raise typer.Exit(EXIT_OFF)


def day_of(text: str) -> date:
    """A local day as it was asked for."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--since is {text!r}: must be a day, as 2026-04-01") from None


def as_json(answer: Report) -> Iterable[dict[str, object]]:
    """The report for machines: a line a metric and site, `site` null for all of them."""
    for line in answer.lines:
        metric = METRICS[line.metric]
        shown = {
            name: None if value is None else round(value * metric.scale, 6)
            for name, value in (
                ("inside", line.inside),
                ("outside", line.outside),
                ("difference", line.difference),
                ("low", line.low),
                ("high", line.high),
            )
        }
        yield {
            "design": "holdout",
            "metric": line.metric.value,
            "site": line.site_id,
            "answer": line.answer.value,
            **shown,
            "unit": metric.unit,
            "customers_inside": line.customers_inside,
            "customers_outside": line.customers_outside,
            "base": line.base,
            "missing": line.missing,
            "sought": round(line.sought * metric.scale, 6),
            "since": answer.first_day,
            "until": answer.last_day,
            "sample_ratio_p": None if answer.ratio is None else answer.ratio.p,
        }


def rollout_as_json(steps: Rollout | None) -> Iterable[dict[str, object]]:
    """What came of going live one after the other, for machines: a line a metric."""
    if steps is None:
        return
    for line in steps.lines:
        metric, found = METRICS[line.metric], line.found
        shown = {
            name: None if value is None else round(value * metric.scale, 6)
            for name, value in (
                ("difference", None if found is None else found.value),
                ("low", None if found is None else found.low),
                ("high", None if found is None else found.high),
            )
        }
        yield {
            "design": "stepped-wedge",
            "metric": line.metric.value,
            "site": None,
            "answer": line.answer.value,
            **shown,
            "unit": metric.unit,
            "p": None if found is None else found.p,
            "sites": len(steps.starts),
            "live": len(steps.live),
            "weeks": 0 if found is None else found.weeks,
            "sought": round(line.sought * metric.scale, 6),
            "since": steps.live[0].isoformat(),
            "left_out": list(steps.passed_over),
        }


def _show(answer: Report, steps: Rollout | None) -> None:
    for sentence in (*sentences(answer), *(() if steps is None else of_rollout(steps))):
        say(sentence, err=not sys.stdout.isatty())
    if answer.sites:
        tables.show(_TITLES, [cells(line) for line in answer.lines])


def cells(line: Line) -> tuple[str, ...]:
    """A line for people, one cell a title."""
    metric = METRICS[line.metric]

    def shown(value: float | None, form: str) -> str:
        return "" if value is None else form.format(value * metric.scale)

    return (
        line.metric.value,
        line.site_id or "all",
        shown(line.inside, "{:.2f}"),
        shown(line.outside, "{:.2f}"),
        shown(line.difference, "{:+.2f}"),
        shown(line.low, "{:+.2f}"),
        shown(line.high, "{:+.2f}"),
        _so_far(line),
    )


def _so_far(line: Line) -> str:
    if line.answer is Answer.NOT_YET and line.missing is not None:
        metric = METRICS[line.metric]
        sought = f"{line.sought * metric.scale:.2g} {metric.unit}"
        return f"not yet: about {line.missing:,} more {metric.counted} to see {sought}"
    if line.answer is Answer.NOTHING:
        return "too few customers in an arm"
    return line.answer.value
