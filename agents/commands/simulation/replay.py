"""`recourse replay`: what another policy would have decided, over the recorded past."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from confluent_kafka import KafkaException
from rich.progress import Progress

from agents.commands.console import tables
from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json_text
from agents.commands.console.screen import Screen
from agents.commands.running.topics import NotPublished, published
from agents.commands.simulation.simulate import read_lines
from agents.core.policy import Policy
from agents.core.rfc3339 import milliseconds
from agents.core.world import Directory
from agents.pipeline.settings import load, pseudonyms
from agents.records.schema_registry import codecs_of
from agents.reference_data.directory_files import demo_directory, load_directory
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import default_policy, load_policy
from agents.reference_data.policy_words import changes
from agents.reference_data.reference import reference_of
from agents.simulation.replay.durations import typical_durations
from agents.simulation.replay.reading import of_topics
from agents.simulation.replay.recording import NoRecording, Recording, of_lines
from agents.simulation.replay.report import Effect, Report, Sample, report, sentences, span
from agents.simulation.replay.shards import Ended, Question, replayed
from agents.simulation.replay.sweep import Sweep, swept
from schemas.records import Rule
from streams.errors import ConfigurationError, EngineError
from streams.runtime import logs

EXIT_TURNS, EXIT_UNREADABLE = 1, 2
_WORTH_A_BAR = 200  # customers
_NAMED = 20
_TITLES = ("policy", "rule", "then", "now", "findings", "what became of the cases then")

Many = list[str] | None


Then = Annotated[
    Path | None, typer.Option(help="With --from: the policy of then; else the package's.")
]
ThenDirectory = Annotated[
    Path | None, typer.Option(help="With --from: the directory of then; else the demo's.")
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--from", help="Lines of `simulate`, in and out; several times: all."),
]
Since = Annotated[
    str | None, typer.Option(help="From when the other policy holds (RFC 3339); else always.")
]
Swept = Annotated[
    str | None, typer.Option(help="KEY=V1,V2,...: the policy with each of these values.")
]
Samples = Annotated[
    int, typer.Option(min=0, max=1_000, help="Examples of each kind of difference.")
]
Allowed = Annotated[
    int, typer.Option(min=0, help="So many upheld cases may be refused; more is exit code 1.")
]
Workers = Annotated[int, typer.Option(min=0, max=512, help="Processes; 0: one for each core.")]


def replay(
    policy: Annotated[
        Path | None, typer.Option(help="The other policy; else the one of then, for --sweep.")
    ] = None,
    directory: Annotated[
        Path | None, typer.Option(help="Another directory; else the one of then.")
    ] = None,
    from_: Files = None,
    then: Then = None,
    then_directory: ThenDirectory = None,
    *,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    since: Since = None,
    until: Annotated[str | None, typer.Option(help="Up to when it is looked at.")] = None,
    site: Annotated[Many, typer.Option(help="Only findings at this site; several times.")] = None,
    rule: Annotated[Many, typer.Option(help="Only findings of this rule; several times.")] = None,
    sweep: Swept = None,
    samples: Samples = 3,
    allow: Allowed = 0,
    workers: Workers = 0,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object.")] = False,
) -> None:
    """Run the recorded past again: first as it was, as a proof, then under another policy.

    Only stage customers runs, on the outcomes that were recorded. What managers would have said in
    cases that nobody had, and how busy they would have been, it does not know.
    """
    try:
        recording = (
            _of_files(from_, then, then_directory) if from_ else _of_kafka(bootstrap_servers)
        )
        others = _policies(recording, policy, sweep, is_alone=directory is None)
        question = _question(
            recording,
            others,
            None if directory is None else load_directory(directory, whole=False),
            since=_moment("--since", since),
            until=_moment("--until", until),
            sites=frozenset(site or ()),
            rules=frozenset(map(_rule, rule or ())),
            samples=samples,
        )
    except (NoRecording, NotPublished, UnusableFile, ConfigurationError, EngineError) as problem:
        leave(problem, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be asked: {error.args[0].str()}"
        leave(NoRecording(sentence), EXIT_UNREADABLE)
    try:
        found = _replayed(question, workers or os.cpu_count() or 1)
    except Ended as problem:
        leave(problem, EXIT_UNREADABLE)
    if policy is not None:
        found = _with_changes(found, recording, others)
    if json_:
        say_json_text(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    else:
        _show(found)
    if found.turns(allow):
        raise typer.Exit(EXIT_TURNS)


def _of_files(paths: list[Path], policy: Path | None, directory: Path | None) -> Recording:
    rules = default_policy() if policy is None else load_policy(policy)
    entries = demo_directory() if directory is None else load_directory(directory, whole=False)
    lines = [line for path in paths for line in read_lines(path)]
    return of_lines(lines, reference_of(rules, entries, pseudonyms()))


def _of_kafka(bootstrap_servers: str) -> Recording:
    logs.configure("ERROR", "auto")
    settings = load(bootstrap_servers=bootstrap_servers)
    reference = replace(published(bootstrap_servers), pseudonyms=pseudonyms())
    console = Screen(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading the past ...", total=None)

        def told(read: int, whole: int) -> None:
            progress.update(task, completed=read, total=whole)

        return of_topics(bootstrap_servers, codecs_of(settings, writes=False), reference, told)


def _policies(
    recording: Recording, path: Path | None, sweep: str | None, *, is_alone: bool
) -> Mapping[str, Callable[[Policy], Policy]]:
    """By name what the policy of each moment becomes: another one, or with other numbers."""
    given = None if path is None else load_policy(path)
    base = recording.timeline.last.policy(recording.last_at or 0) if given is None else given
    if sweep is None and path is None and is_alone:
        raise UnusableFile(["nothing to compare with: give --policy, --directory or --sweep"])

    def unswept(policy: Policy) -> Policy:
        return policy if given is None else given

    if sweep is None:
        return {base.version: unswept}
    changes = swept(Sweep.of(sweep))
    return {name: partial(_both, unswept, change) for name, change in changes.items()}


def _both(
    first: Callable[[Policy], Policy], second: Callable[[Policy], Policy], policy: Policy
) -> Policy:
    return second(first(policy))


def _question(
    recording: Recording,
    policies: Mapping[str, Callable[[Policy], Policy]],
    directory: Directory | None,
    *,
    since: int | None,
    until: int | None,
    sites: frozenset[str],
    rules: frozenset[str],
    samples: int,
) -> Question:
    if recording.first_at is None or recording.last_at is None:
        raise NoRecording("no event of a customer is recorded: there is no past to replay")
    begin = recording.first_at if since is None else since
    timelines = {
        name: recording.timeline.with_each_policy(each, begin) for name, each in policies.items()
    }
    if directory is not None:
        timelines = {n: each.with_directory(directory, begin) for n, each in timelines.items()}
    return Question(
        recording=recording,
        policies=timelines,
        since=begin,
        until=recording.last_at if until is None else min(until, recording.last_at),
        took_ms=typical_durations(recording),
        samples=samples,
        sites=sites,
        rules=rules,
    )


def _moment(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    at = milliseconds(text)
    if at is None:
        raise typer.BadParameter(
            f"{option} is {text!r}: must be a time of RFC 3339 as 2026-11-30T09:00:00Z"
        )
    return at


def _rule(name: str) -> str:
    if name not in Rule.__members__ or name == Rule.UNKNOWN:
        raise typer.BadParameter(f"--rule is {name!r}: must be the name of a rule (docs/domain.md)")
    return name


def _replayed(question: Question, workers: int) -> Report:
    customers = len(question.recording.stored)
    console = Screen(stderr=True)
    is_shown = console.is_terminal and customers >= _WORTH_A_BAR
    bar = Progress(console=console, transient=True) if is_shown else nullcontext()
    with bar as progress:
        task = None if progress is None else progress.add_task("customers", total=customers)

        def done(count: int) -> None:
            if progress is not None and task is not None:
                progress.advance(task, count)

        return report(replayed(question, workers, done))


def _with_changes(
    found: Report, recording: Recording, policies: Mapping[str, Callable[[Policy], Policy]]
) -> Report:
    """The report, with what each policy says otherwise than the one in force.

    A file holds what differs from the package's, so it may change more than its author had in mind.
    """
    then = recording.timeline.last.policy(recording.last_at or 0)
    effects = tuple(
        msgspec.structs.replace(each, changes=changes(then, policies[each.policy](then), {}))
        for each in found.effects
    )
    return msgspec.structs.replace(found, effects=effects)


def _show(found: Report) -> None:
    for sentence in sentences(found):
        say(sentence, err=not sys.stdout.isatty())
    for each in found.named[:_NAMED]:
        say(f"  {each.why}: {each.of} was {each.recorded}, is {each.recomputed}", err=True)
    rows = [row for effect in found.effects for row in _rows(effect)]
    if rows:
        tables.show(_TITLES, rows)
    for effect in found.effects:
        for title, every in (
            ("Upheld then, refused now", effect.refused),
            ("No throttle may touch it, and it turned", effect.floor),
            ("Examples", effect.samples),
        ):
            _show_samples(f"{effect.policy}: {title}", every[:_NAMED])


def _rows(effect: Effect) -> list[tuple[str, ...]]:
    return [
        (
            effect.policy,
            line.rule,
            line.before,
            line.after,
            span(line.count, line.if_upheld),
            ", ".join(f"{count} {name}" for name, count in line.outcomes.items()),
        )
        for line in effect.lines
    ]


def _show_samples(title: str, samples: tuple[Sample, ...]) -> None:
    if not samples:
        return
    say("")
    say(title)
    for each in samples:
        then = "no such finding" if each.before is None else each.before.decision
        now = "no such finding" if each.after is None else each.after.decision
        became = f"; the case was {each.outcome}" if each.outcome else ""
        say(f"  {each.visit_id}, {each.rule}: {then} then, {now} now{became}")
        for name, side in (("then", each.before), ("now", each.after)):
            if side is not None:
                say(f"    {name}: {side.why}")
                if side.customer:
                    say(f"      to the customer: {side.customer}")
