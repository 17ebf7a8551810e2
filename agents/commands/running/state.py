"""`recourse state`: what the stages keep, and from where on they would go on: look, and put right.

The ways out of a start that was refused (docs/disaster-recovery.md).
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Annotated, Any, TypeVar

import typer
from confluent_kafka import KafkaException

from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json
from agents.commands.console.tables import show as show_table
from agents.pipeline.settings import load
from agents.pipeline.stages import every_stage
from streams.errors import EngineError
from streams.runtime import logs, recovery
from streams.runtime.beginning import Why
from streams.runtime.recovery import Begin, NotDone, Seen
from streams.topology import Stage
from streams.transport.coordinators import Coordinators
from streams.transport.kafka import Place

app = typer.Typer(
    no_args_is_help=True,
    help="What the stages keep, against their groups' offsets; the ways out of a refused start.",
)
EXIT_REFUSED, EXIT_NOT_ASKED = 1, 2
_STAGES = {stage.name: stage for stage in every_stage()}
_SHOWN = 20
_EXPECTED = frozenset({Why.AGREED, Why.FIRST})

StageArgument = Annotated[
    str, typer.Argument(metavar="STAGE", help=f"One of {', '.join(_STAGES)}.")
]
PartitionOption = Annotated[
    list[int] | None, typer.Option("--partition", min=0, help="Of this partition; may be repeated.")
]
EveryOption = Annotated[
    bool, typer.Option("--every-partition", help="Of all partitions of the stage.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For machines: one object a line.")]

Result = TypeVar("Result")


@app.command()
def show(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    stage: Annotated[list[str] | None, typer.Option(help="Of this stage alone.")] = None,
    partition: PartitionOption = None,
    *,
    all_: Annotated[
        bool, typer.Option("--all", help="Also the topics where both say the same.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """What the changelog says, what the group says, and where a worker would begin: or why not.

    It reads the changelogs as a start does, so it takes as long. It changes nothing.
    """
    wanted = [_stage(name) for name in stage] if stage else list(_STAGES.values())
    refused = False
    for each in wanted:
        seen = _asked(partial(_look, each, bootstrap_servers, partition))
        refused |= not all(one.begins for one in seen)
        _print(each, seen, every=all_, json_=json_)
    if refused:
        raise typer.Exit(EXIT_REFUSED)


@app.command("reset-offsets")
def reset_offsets(
    stage: StageArgument,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    partition: PartitionOption = None,
    *,
    every_partition: EveryOption = False,
    yes: YesOption = False,
    json_: JsonOption = False,
) -> None:
    """Put the group back to what its changelog says: nothing is skipped, nothing read twice.

    For a group whose offsets were moved ahead, or restored from elsewhere. The stage's workers must
    be stopped. Where the changelog says nothing, the offset stays.
    """
    one, numbers = _stage(stage), _chosen(partition, every=every_partition)
    seen = _asked(lambda: _look(one, bootstrap_servers, numbers))
    moves = [
        (topic, each.number, each.group.get(topic), at)
        for each in seen
        for topic, at in recovery.positions_of_state(each).items()
        if each.group.get(topic) != at
    ]
    _ask(moves, "the group's offset", yes=yes, json_=json_)
    offsets: dict[Place, int] = {(topic, number): at for topic, number, _, at in moves}
    coordinators, group = Coordinators(bootstrap_servers), _group(one, bootstrap_servers)
    _asked(lambda: recovery.nobody_runs(coordinators, group))
    _asked(lambda: recovery.set_offsets(coordinators, group, offsets))
    say(f"{len(moves)} offsets of group {group} are what its changelog says.", err=json_)


@app.command()
def accept(
    stage: StageArgument,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    partition: PartitionOption = None,
    *,
    begin: Annotated[
        Begin,
        typer.Option(
            help="Go on at the group's offsets, at the state's, at the first records, at the ends."
        ),
    ] = Begin.GROUP,
    every_partition: EveryOption = False,
    yes: YesOption = False,
    json_: JsonOption = False,
) -> None:
    """Take what a changelog holds now for the state, whatever was lost, and say so in it.

    For somebody who knows what is lost: docs/disaster-recovery.md says it, case by case. The
    stage's workers must be stopped. Where a topic has no offset of the chosen kind, the other
    kind is taken, and else its first record.
    """
    one, numbers = _stage(stage), _chosen(partition, every=every_partition)
    seen = _asked(lambda: _look(one, bootstrap_servers, numbers))
    moves = [
        (topic, each.number, recovery.positions_of_state(each).get(topic), at)
        for each in seen
        for topic, at in recovery.accepted(each, begin).items()
    ]
    for each in seen:
        for sentence in _reasons(each):
            say(sentence, err=True)
    _ask(moves, "where the stage goes on", yes=yes, json_=json_)
    chosen = {each.number: (each, begin) for each in seen}
    group = _group(one, bootstrap_servers)
    _asked(lambda: recovery.accept(one, group, bootstrap_servers, chosen))
    say(f"{len(seen)} partitions of stage {stage} are accepted as they are.", err=json_)


@app.command()
def remove(
    stage: StageArgument,
    partition: Annotated[int, typer.Option(min=0, help="The changelog's partition.")],
    offset: Annotated[int, typer.Option(min=0, help="Where the record lies in it.")],
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    yes: YesOption = False,
) -> None:
    """Take a record out of a changelog that nobody of ours wrote: its key is deleted.

    A record that this version can read stays: it is state. The stage's workers must be stopped.
    """
    one = _stage(stage)
    record = _asked(lambda: recovery.record_at(one, bootstrap_servers, partition, offset))
    say(f"key {record.key!r}, a value of {len(record.value or b'')} bytes", err=True)
    _sure("Take it away?", yes=yes)
    group = _group(one, bootstrap_servers)
    _asked(lambda: recovery.remove(one, group, bootstrap_servers, record))
    say(f"Its key is deleted from {one.changelog}[{partition}].")


# ---------------------------------------------------------------------- what they share


def _stage(name: str) -> Stage:
    if name not in _STAGES:
        raise typer.BadParameter(f"stage is {name!r}: must be one of {', '.join(_STAGES)}")
    return _STAGES[name]


def _chosen(partition: Sequence[int] | None, *, every: bool) -> list[int] | None:
    if bool(partition) == every:
        raise typer.BadParameter("give either --partition N (once or more) or --every-partition")
    return None if every else list(partition or ())


def _group(stage: Stage, bootstrap_servers: str) -> str:
    return f"{load(bootstrap_servers=bootstrap_servers).application}-{stage.name}"


def _look(stage: Stage, bootstrap_servers: str, numbers: Sequence[int] | None) -> list[Seen]:
    logs.configure("ERROR", "auto")
    return recovery.look(stage, _group(stage, bootstrap_servers), bootstrap_servers, numbers)


def _asked(call: Callable[[], Result]) -> Result:
    """What Kafka says; where it can't be asked, or something speaks against it, the end."""
    try:
        return call()
    except NotDone as problem:
        leave(problem, EXIT_REFUSED)
    except EngineError as problem:
        leave(problem, EXIT_NOT_ASKED)
    except KafkaException as error:
        leave(_NotAsked(f"Kafka can't be asked: {error.args[0].str()}"), EXIT_NOT_ASKED)


class _NotAsked(Exception):  # noqa: N818 - it says what the case is
    """One sentence."""


def _reasons(seen: Seen) -> Iterable[str]:
    if seen.unreadable is not None:
        yield seen.unreadable
    for each in seen.beginning.refusals:
        yield each.sentence


def _rows(seen: Seen, *, every: bool) -> Iterable[tuple[str, int | None, int | None, str]]:
    """Topic, the state's offset, the group's, and what comes of it."""
    refused = {each.topic: each.unfit.value for each in seen.beginning.refusals}
    of_state = seen.state.checkpoint.positions if seen.state and seen.state.checkpoint else {}
    for topic in seen.ground.topics:
        why = seen.beginning.whys.get(topic)
        verdict = refused.get(topic) or ("not compared" if why is None else why.value)
        if every or (verdict != "not compared" and (topic in refused or why not in _EXPECTED)):
            kept = of_state.get(topic)
            yield topic, None if kept is None else kept.offset, seen.group.get(topic), verdict


def _print(stage: Stage, seen: Sequence[Seen], *, every: bool, json_: bool) -> None:
    if json_:
        for each in seen:
            say_json(_told(stage, each))
        return
    rows = [
        [f"{topic}[{each.number}]", _number(kept), _number(group), verdict]
        for each in seen
        for topic, kept, group, verdict in _rows(each, every=every)
    ]
    if rows:
        shown = rows if every else rows[:_SHOWN]
        show_table([stage.name, "state", "group", "verdict"], shown)
        if len(rows) > len(shown):
            say(f"and {len(rows) - len(shown)} more: --all shows them")
    refused = [each for each in seen if not each.begins]
    for each in refused:
        for sentence in _reasons(each):
            say(sentence)
    keys = sum(each.state.keys for each in seen if each.state is not None)
    verdict = f"{len(refused)} would not" if refused else "all would"
    say(f"stage {stage.name}: {len(seen)} partitions, {keys:,} keys; {verdict} begin.")


def _number(offset: int | None) -> str:
    return "-" if offset is None else str(offset)


def _told(stage: Stage, seen: Seen) -> dict[str, Any]:
    made = None if seen.state is None else seen.state.checkpoint
    return {
        "stage": stage.name,
        "partition": seen.number,
        "begins": seen.begins,
        "why_not": list(_reasons(seen)),
        "keys": None if seen.state is None else seen.state.keys,
        "keys_committed": None if made is None else made.keys,
        "made_with": {} if made is None else made.made_with,
        "topics": {
            topic: {"state": kept, "group": group, "verdict": verdict}
            for topic, kept, group, verdict in _rows(seen, every=True)
        },
    }


def _ask(
    moves: Sequence[tuple[str, int, int | None, int]], what: str, *, yes: bool, json_: bool
) -> None:
    """Shows what would be set, and asks.

    Raises:
        Exit: there is nothing to set, or the answer was no.
    """
    if not moves:
        say("Nothing is to be set.", err=json_)
        raise typer.Exit(0)
    if json_:
        for topic, number, before, at in moves:
            told = {"topic": topic, "partition": number, "before": before, "offset": at}
            say_json(told)
    else:
        rows = [[f"{topic}[{n}]", _number(before), str(at)] for topic, n, before, at in moves]
        show_table([what, "before", "then"], rows)
    _sure("Set them?", yes=yes)


def _sure(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody is there to answer: give --yes")
    typer.confirm(question, abort=True, err=True)
