"""`recourse effect`: does the channel work, by customers inside the pilot and outside."""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from confluent_kafka import KafkaException
from rich.progress import Progress

from agents.commands.console import tables
from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json
from agents.commands.console.screen import Screen
from agents.commands.running.topics import NotPublished, published
from agents.commands.simulation.simulate import read_lines
from agents.core.insights import INSIGHTS
from agents.core.policy import Policy
from agents.operations.audit.reading import TICKS, Unreadable, records_of_lines
from agents.operations.effect.measures import METRICS, MetricName
from agents.operations.effect.page.effect_page import page
from agents.operations.effect.reading import NoInsights, Sums, read_sums, sums_of
from agents.operations.effect.report import Answer, Asked, Line, Report, report
from agents.operations.effect.rollout import Rollout, rollout
from agents.operations.effect.sentences import of_rollout, sentences
from agents.operations.status.clock import now_of
from agents.pipeline.settings import load
from agents.records.schema_registry import codecs_of
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import default_policy, load_policy
from schemas.records import Insight
from streams.errors import ConfigurationError, EngineError
from streams.runtime import logs

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
        rules = _of_file(from_, policy, sums)
    else:
        rules = _of_kafka(bootstrap_servers, sums)
    if sums.left_out:
        say(f"{sums.left_out}.", err=True)
    answer = report(sums, rules.worthwhile, asked)
    steps = None
    if sums.since is None:
        steps = rollout(sums, rules.worthwhile, rules.pilot.salt, asked)
    if html is not None:
        _write(html, page(answer, steps, sums, rules.worthwhile, asked))
    if json_:
        for each in (*as_json(answer), *rollout_as_json(steps)):
            say_json(each)
    else:
        _show(answer, steps)
    if answer.ratio is not None and answer.ratio.is_off:
        raise typer.Exit(EXIT_OFF)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        say(f"{path} can't be written: {problem.strerror}", err=True)
        raise typer.Exit(EXIT_UNREADABLE) from None


def day_of(text: str) -> date:
    """A local day as it was asked for."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--since is {text!r}: must be a day, as 2026-04-01") from None


def _of_file(path: Path, policy: Path | None, sums: Sums) -> Policy:
    try:
        rules = default_policy() if policy is None else load_policy(policy)
        records, _ = records_of_lines(read_lines(path), (INSIGHTS,))
    except (Unreadable, UnusableFile) as problem:
        leave(problem, EXIT_UNREADABLE)
    sums_of((each for each, _ in records if isinstance(each, Insight)), sums)
    return rules


def _of_kafka(bootstrap_servers: str, sums: Sums) -> Policy:
    logs.configure("ERROR", "auto")
    console = Screen(stderr=True)
    try:
        settings = load(bootstrap_servers=bootstrap_servers)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("Reading recourse.insights ...", total=None)

            def told(read: int, whole: int) -> None:
                progress.update(task, completed=read, total=whole)

            read_sums(bootstrap_servers, codecs_of(settings, writes=False), told, sums)
            now = now_of(bootstrap_servers, TICKS)
            policy = published(bootstrap_servers).world(now).policy
    except (NoInsights, NotPublished, ConfigurationError, EngineError) as problem:
        leave(problem, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be asked: {error.args[0].str()}"
        leave(NoInsights(sentence), EXIT_UNREADABLE)
    return policy


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
