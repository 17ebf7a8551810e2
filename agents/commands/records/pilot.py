"""`recourse pilot`: before a pilot starts, and before each of its steps."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from confluent_kafka import KafkaException

from agents.commands.console import tables
from agents.commands.console.counted import counted_in_file, counted_in_kafka
from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json, write_text
from agents.commands.console.screen import Screen
from agents.commands.running.topics import NotPublished, published
from agents.commands.simulation.simulate import read_lines
from agents.core.policy import Policy
from agents.core.rfc3339 import text_of
from agents.operations.audit.reading import TICKS, Unreadable, records_of_lines
from agents.operations.effect.ended_visits import VISITS, NoVisits, read_visits
from agents.operations.effect.measures import METRICS, MetricName
from agents.operations.effect.planning import PLANNED, Plan, TooLittle, plan
from agents.operations.effect.proposing import Proposal, Verdict, proposal, with_steps
from agents.operations.effect.reading import Sums
from agents.operations.status.clock import now_of
from agents.pipeline.settings import load
from agents.records.schema_registry import codecs_of
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import default_policy, load_policy
from agents.reference_data.written import next_policy_as_yaml
from schemas.records import VisitEnded
from streams.errors import ConfigurationError, EngineError
from streams.runtime import logs

EXIT_UNREADABLE = 2
EXIT_WAIT, EXIT_BACK = 1, 3
app = typer.Typer(help="The pilot: what it takes, and its next step.", no_args_is_help=True)
_SHARES = ["5", "10", "25", "50"]


@app.callback()
def pilot() -> None:
    """The pilot: what it takes, and its next step."""


@app.command("plan")
def plan_(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    from_: Annotated[
        Path | None, typer.Option("--from", help="What `simulate` wrote, instead of Kafka.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="The policy to come, with `worthwhile` and the salt."),
    ] = None,
    *,
    share: Annotated[
        list[str] | None, typer.Option(help="Percent of customers inside; several times: each.")
    ] = None,
    metric: Annotated[
        MetricName, typer.Option(help=f"One of {', '.join(PLANNED)}.")
    ] = MetricName.SAME_DAY,
    site: Annotated[list[str] | None, typer.Option(help="Only this site; several times.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object.")] = False,
) -> None:
    """Say how many weeks a pilot takes to show a worthwhile difference, by the sites' own visits.

    Without --policy the one in force counts. The sites are also listed in an order drawn by the
    pilot's salt: to go live one after the other, with nobody choosing who is first.
    """
    if metric not in PLANNED:
        raise typer.BadParameter(
            f"--metric is {metric.value!r}: must be one of {', '.join(PLANNED)}"
        )
    shares = [_share(each) for each in share or _SHARES]
    visits, rules = _of_file(from_, policy) if from_ else _of_kafka(bootstrap_servers, policy)
    meant = (each for each in visits if not site or each.site_id in site)
    sought = METRICS[metric].worthwhile(rules.worthwhile)
    try:
        answer = plan(meant, metric, sought=sought, shares=shares, salt=rules.pilot.salt)
    except TooLittle as problem:
        leave(problem, EXIT_UNREADABLE)
    if json_:
        say_json(as_json(answer))
    else:
        _show(answer)


@app.command()
def propose(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    from_: Annotated[
        Path | None, typer.Option("--from", help="What `simulate` wrote, instead of Kafka.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="With --from: the policy with `pilot.success`; else the package's."),
    ] = None,
    *,
    next_: Annotated[
        Path | None, typer.Option("--next", help="Write the policy of the next step: a file.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object.")] = False,
) -> None:
    """Say whether the pilot may take its next step: go, wait or back, by the policy's own rule.

    The rule is `pilot.success` of the policy in force, written before the first look. What can't be
    worked out from what is counted is said by name, and holds a step back.
    """
    sums = Sums()
    if from_ is not None:
        rules = counted_in_file(from_, policy, sums).policy
    else:
        rules = counted_in_kafka(bootstrap_servers, sums).policy
    if sums.whole_since is not None:
        since = text_of(sums.whole_since)
        say(f"Promises are counted whole since {since}; of days before, a part.", err=True)
    found = proposal(sums, rules)
    if next_ is not None and found.steps and found.verdict is not Verdict.WAIT:
        write_text(next_, next_policy_as_yaml(with_steps(rules, found.steps)))
    if json_:
        say_json(proposal_as_json(found))
    else:
        _show_proposal(found, next_)
    if found.verdict is not Verdict.GO:
        raise typer.Exit(EXIT_WAIT if found.verdict is Verdict.WAIT else EXIT_BACK)


def proposal_as_json(found: Proposal) -> dict[str, object]:
    """The proposal for machines."""
    return {
        "verdict": found.verdict.value,
        "checks": [
            {"name": each.name, "state": each.state.value, "why": each.why} for each in found.checks
        ],
        "steps": [
            {"site": each.site_id, "now": float(each.now), "then": float(each.then)}
            for each in found.steps
        ],
    }


def _show_proposal(found: Proposal, next_: Path | None) -> None:
    for sentence in sentences_of(found):
        say(sentence)
    tables.show(
        ("pilot.success", "so far", "why"),
        [(each.name, each.state.value, each.why) for each in found.checks],
    )
    for step in found.steps:
        if found.verdict is not Verdict.WAIT:
            site = step.site_id or "sites without an entry"
            say(f"{site}: {step.now:f} % -> {step.then:f} %")
    if next_ is not None and found.steps and found.verdict is not Verdict.WAIT:
        say(f"Written: {next_}. Compare it: recourse policy diff {next_}")


def sentences_of(found: Proposal) -> Iterator[str]:
    """What to do, and what holds a step back, in words."""
    holding = ", ".join(each.name for each in found.holding)
    match found.verdict:
        case Verdict.GO if found.steps:
            yield "Go: all that pilot.success asks for is met."
        case Verdict.GO:
            yield "Go: all that pilot.success asks for is met, and no step is left."
        case Verdict.BACK:
            yield f"Back: against a step is {holding}."
        case _:
            yield f"Wait: not met is {holding}."


def _share(text: str) -> int:
    try:
        share = int(Decimal(text) * 100)
    except ArithmeticError:
        share = 0
    if not 0 < share < 10_000:  # noqa: PLR2004 - of 10,000
        raise typer.BadParameter(f"--share is {text!r}: must be a percentage above 0 and below 100")
    return share


def _of_file(path: Path, policy: Path | None) -> tuple[Iterable[VisitEnded], Policy]:
    try:
        rules = default_policy() if policy is None else load_policy(policy)
        records, _ = records_of_lines(read_lines(path), (VISITS,))
    except (Unreadable, UnusableFile) as problem:
        leave(problem, EXIT_UNREADABLE)
    return (each for each, _ in records if isinstance(each, VisitEnded)), rules


def _of_kafka(bootstrap_servers: str, policy: Path | None) -> tuple[Iterable[VisitEnded], Policy]:
    logs.configure("ERROR", "auto")
    try:
        settings = load(bootstrap_servers=bootstrap_servers)
        with Screen(stderr=True).status("Reading the visits ...", spinner="line"):
            found, left_out = read_visits(bootstrap_servers, codecs_of(settings, writes=False))
            if policy is None:
                now = now_of(bootstrap_servers, TICKS)
                rules = published(bootstrap_servers).world(now).policy
            else:
                rules = load_policy(policy)
    except (NoVisits, NotPublished, UnusableFile, ConfigurationError, EngineError) as problem:
        leave(problem, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be asked: {error.args[0].str()}"
        leave(NoVisits(sentence), EXIT_UNREADABLE)
    if left_out:
        say(f"{left_out}.", err=True)
    return found, rules


def as_json(answer: Plan) -> dict[str, object]:
    """The plan for machines."""
    metric = METRICS[answer.metric]
    return {
        "metric": answer.metric.value,
        "sought": round(answer.sought * metric.scale, 6),
        "unit": metric.unit,
        "weeks_seen": round(answer.weeks_seen, 2),
        "sites": [
            {
                "site": each.site_id,
                "a_week": round(each.a_week, 2),
                "now": round(each.share * metric.scale, 4),
                "customers": each.customers,
            }
            for each in answer.sites
        ],
        "steps": [
            {
                "percent": each.share / 100,
                "weeks": each.weeks,
                "visits": each.visits,
                "inside": each.inside_visits,
            }
            for each in answer.steps
        ],
        "order": list(answer.order),
    }


def _show(answer: Plan) -> None:
    for sentence in _sentences(answer):
        say(sentence)
    tables.show(
        ("inside", "weeks", METRICS[answer.metric].counted, "of them inside"),
        [
            (
                f"{each.share / 100:g} %",
                f"{each.weeks:,}",
                f"{each.visits:,}",
                f"{each.inside_visits:,}",
            )
            for each in answer.steps
        ],
    )
    say(f"Sites in an order that the salt draws: {', '.join(answer.order)}.")


def _sentences(answer: Plan) -> Iterator[str]:
    metric = METRICS[answer.metric]
    a_week = sum(each.a_week for each in answer.sites)
    shown = metric.amount(answer.sought * metric.scale)
    sites = "1 site" if len(answer.sites) == 1 else f"{len(answer.sites)} sites"
    yield (
        f"{metric.heading}: {sites} with "
        f"{a_week:,.0f} {metric.counted} a week, as of the last {answer.weeks_seen:.1f} weeks."
    )
    yield (
        f"To see {shown} in four pilots of five that have it, looking whenever you like "
        "(wrong in one of twenty that have not):"
    )
