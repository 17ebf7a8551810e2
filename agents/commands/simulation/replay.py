"""`recourse replay`: what another policy would have decided, over the recorded past."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from confluent_kafka import KafkaException
from rich.progress import Progress

from agents.commands.console import tables
from agents.commands.console.extras import lacking_said
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
from agents.simulation.replay.totals import Totals
from schemas.records import Rule, Severity
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
    Many,
    typer.Option(
        "--from",
        help="Lines of `simulate`, in and out, several times: all; or an archive "
        "(`recourse archive`): its folder, s3://...",
    ),
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
    with _problems_said(bootstrap_servers):
        asked = _Asked(
            policy=policy,
            sweep=sweep,
            directory=None if directory is None else load_directory(directory, whole=False),
            since=_moment("--since", since) or 0,
            until=_moment("--until", until),
            sites=frozenset(site or ()),
            rules=frozenset(map(_rule, rule or ())),
            samples=samples,
        )
        recordings = _recordings(from_, then, then_directory, bootstrap_servers)
        found = _report(recordings, asked, workers or os.cpu_count() or 1)
    if json_:
        say_json_text(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    else:
        _show(found)
    if found.turns(allow):
        raise typer.Exit(EXIT_TURNS)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the options say."""

    policy: Path | None
    sweep: str | None
    directory: Directory | None
    since: int
    until: int | None
    sites: frozenset[str]
    rules: frozenset[str]
    samples: int


@contextmanager
def _problems_said(bootstrap_servers: str) -> Iterator[None]:
    """A sentence and exit code 2 for what can't be read or computed."""
    try:
        yield
    except (NoRecording, NotPublished, UnusableFile, Ended) as problem:
        leave(problem, EXIT_UNREADABLE)
    except (ConfigurationError, EngineError) as problem:
        leave(problem, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be asked: {error.args[0].str()}"
        leave(NoRecording(sentence), EXIT_UNREADABLE)


def _report(recordings: Iterator[Recording], asked: _Asked, workers: int) -> Report:
    """What is found in all of the past, a part of it after the other."""
    totals, then = Totals(), None
    policies: Mapping[str, Callable[[Policy], Policy]] = {}
    took_ms: Mapping[Severity, int] = {}
    for recording in recordings:
        policies = policies or _policies(recording, asked)
        took_ms = took_ms or typical_durations(recording)
        then = recording.timeline.last.policy(recording.last_at or 0)
        totals.add(_replayed(_question(recording, policies, asked, took_ms), workers))
        del recording  # the next one takes its place in memory
    if then is None:
        raise NoRecording("no event of a customer is recorded: there is no past to replay")
    found = report(totals)
    return found if asked.policy is None else _with_changes(found, then, policies)


def _recordings(
    from_: Many, then: Path | None, then_directory: Path | None, bootstrap_servers: str
) -> Iterator[Recording]:
    """The past; from an archive a share of the customers at a time."""
    if not from_:
        yield _of_kafka(bootstrap_servers)
    elif len(from_) == 1 and ("://" in from_[0] or Path(from_[0]).is_dir()):
        yield from _of_archive(from_[0])
    else:
        yield _of_files([Path(each) for each in from_], then, then_directory)


def _of_archive(place: str) -> Iterator[Recording]:
    with lacking_said("replay --from"):
        from agents.operations.archive.manifest import NotReadable  # noqa: PLC0415 - of an extra
        from agents.operations.archive.stores import StoreFailed  # noqa: PLC0415
        from agents.simulation.archived_past import ArchivedPast  # noqa: PLC0415
    try:
        past = ArchivedPast(place, pseudonyms())
        for shard in past.shards():
            with _reading() as told:
                recording = past.recording(shard, told)
            if recording.first_at is not None:
                yield recording
            del recording
    except (NotReadable, StoreFailed) as problem:
        raise NoRecording(str(problem)) from problem


@contextmanager
def _reading() -> Iterator[Callable[[int, int], None]]:
    """A bar of what was read, for a person."""
    console = Screen(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading the past ...", total=None)
        yield lambda read, whole: progress.update(task, completed=read, total=whole)


def _of_files(paths: list[Path], policy: Path | None, directory: Path | None) -> Recording:
    rules = default_policy() if policy is None else load_policy(policy)
    entries = demo_directory() if directory is None else load_directory(directory, whole=False)
    lines = [line for path in paths for line in read_lines(path)]
    return of_lines(lines, reference_of(rules, entries, pseudonyms()))


def _of_kafka(bootstrap_servers: str) -> Recording:
    logs.configure("ERROR", "auto")
    settings = load(bootstrap_servers=bootstrap_servers)
    reference = replace(published(bootstrap_servers), pseudonyms=pseudonyms())
    with _reading() as told:
        return of_topics(bootstrap_servers, codecs_of(settings, writes=False), reference, told)


def _policies(recording: Recording, asked: _Asked) -> Mapping[str, Callable[[Policy], Policy]]:
    """By name what the policy of each moment becomes: another one, or with other numbers."""
    path, sweep = asked.policy, asked.sweep
    given = None if path is None else load_policy(path)
    base = recording.timeline.last.policy(recording.last_at or 0) if given is None else given
    if sweep is None and path is None and asked.directory is None:
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
    asked: _Asked,
    took_ms: Mapping[Severity, int],
) -> Question:
    if recording.first_at is None or recording.last_at is None:
        raise NoRecording("no event of a customer is recorded: there is no past to replay")
    timelines = {
        name: recording.timeline.with_each_policy(each, asked.since)
        for name, each in policies.items()
    }
    if asked.directory is not None:
        timelines = {
            name: each.with_directory(asked.directory, asked.since)
            for name, each in timelines.items()
        }
    last = recording.last_at
    return Question(
        recording=recording,
        policies=timelines,
        since=asked.since,
        until=last if asked.until is None else min(asked.until, last),
        took_ms=took_ms,
        samples=asked.samples,
        sites=asked.sites,
        rules=asked.rules,
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


def _replayed(question: Question, workers: int) -> Totals:
    customers = len(question.recording.stored)
    console = Screen(stderr=True)
    is_shown = console.is_terminal and customers >= _WORTH_A_BAR
    bar = Progress(console=console, transient=True) if is_shown else nullcontext()
    with bar as progress:
        task = None if progress is None else progress.add_task("customers", total=customers)

        def done(count: int) -> None:
            if progress is not None and task is not None:
                progress.advance(task, count)

        return replayed(question, workers, done)


def _with_changes(
    found: Report, then: Policy, policies: Mapping[str, Callable[[Policy], Policy]]
) -> Report:
    """The report, with what each policy says otherwise than the one in force.

    A file holds what differs from the package's, so it may change more than its author had in mind.
    """
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
