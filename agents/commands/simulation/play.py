"""`recourse play`: a file of events to a Kafka."""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from confluent_kafka import KafkaException
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say
from agents.commands.console.screen import Screen
from agents.commands.simulation.simulate import read_lines
from agents.pipeline.settings import load, pseudonyms
from agents.pipeline.topic_specs import not_shown
from agents.records.schema_registry import codecs_of
from agents.reference_data.files import UnusableFile
from agents.simulation.play import Prepared, ToSend, prepare, topics_of
from agents.simulation.simulate import lines_of
from streams.errors import ConfigurationError
from streams.runtime import logs
from streams.transport.kafka import admin, partition_counts, timestamp_type
from streams.transport.sending import NotSent, Sender

_SHOWN_PROBLEMS = 20
_WORD_EVERY_SECONDS = 5.0
_INTERRUPTED = 130


class _NotPlayed(Exception):  # noqa: N818 - it says what happened
    """Nothing was sent; one sentence a problem."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


def play(
    events: Annotated[
        Path,
        typer.Argument(metavar="EVENTS.jsonl", help="Lines {topic, value, arrived_at?, key?}."),
    ],
    bootstrap_servers: BootstrapOption = "localhost:9092",
    rate: Annotated[
        float, typer.Option(min=0, help="Records a second at most; 0: as fast as it goes.")
    ] = 0,
    *,
    own_time: Annotated[
        bool,
        typer.Option(
            "--own-time",
            help="Each record's timestamp is its line's arrived_at (else occurred_at). "
            "The topics must have CreateTime.",
        ),
    ] = False,
    as_they_are: Annotated[
        bool,
        typer.Option(
            "--as-they-are",
            help="Also send what is no right record, so that the pipeline makes the dead letter: "
            "as Avro where the schema takes it, else the JSON text.",
        ),
    ] = False,
) -> None:
    """Send a file of events to a Kafka, in the order in which they arrive.

    The file is that of `recourse simulate`. Values are written in the framing of the settings
    (RECOURSE_FRAMING, RECOURSE_REGISTRY_URL). A line that is no right record is named with its
    number, and then nothing at all is sent, unless --as-they-are is given; a line without a known
    topic can't be sent anywhere. A line of recourse.ticks becomes a tick in every partition.
    """
    logs.configure("ERROR", "auto")
    try:
        wire = codecs_of(load(bootstrap_servers=bootstrap_servers))
        lines = lines_of(read_lines(events))
        partitions = _partitions(bootstrap_servers, topics_of(lines), own_time=own_time)
        prepared = prepare(
            lines, partitions, wire, pseudonyms(), own_time=own_time, as_they_are=as_they_are
        )
        _refuse(events, prepared)
        _warn_of_lateness(prepared, own_time=own_time)
        _send(bootstrap_servers, prepared, rate)
    except (UnusableFile, _NotPlayed) as problem:
        leave(problem)
    except KafkaException as error:
        leave(_NotPlayed(f"Kafka at {bootstrap_servers} can't be reached: {error.args[0].str()}"))
    except ConfigurationError as problem:
        say(str(problem), err=True)
        raise typer.Exit(problem.exit_code) from None


def _partitions(bootstrap_servers: str, topics: Sequence[str], *, own_time: bool) -> dict[str, int]:
    client = admin(bootstrap_servers)
    counts = partition_counts(client, topics)
    absent = [topic for topic in topics if topic not in counts]
    if absent:
        raise _NotPlayed(not_shown(bootstrap_servers, absent))
    if own_time:
        for topic in topics:
            if timestamp_type(client, topic) != "CreateTime":
                raise _NotPlayed(
                    f"--own-time can't be: the broker stamps the records of {topic} itself "
                    "(message.timestamp.type is LogAppendTime); make the topics with "
                    "`recourse topics create --own-time`, or leave the option out"
                )
    return counts


def _refuse(events: Path, prepared: Prepared) -> None:
    problems = prepared.problems
    if not problems:
        return
    shown = [f"{events}, {problem}" for problem in problems[:_SHOWN_PROBLEMS]]
    if len(problems) > _SHOWN_PROBLEMS:
        shown.append(f"... and {len(problems) - _SHOWN_PROBLEMS} more")
    shown.append(f"Nothing was sent: {len(problems)} lines are not right.")
    raise _NotPlayed(*shown)


def _warn_of_lateness(prepared: Prepared, *, own_time: bool) -> None:
    """Old events on topics that the broker stamps would all be dead letters TOO_LATE."""
    now = time.time_ns() // 1_000_000
    late = sum(until < now for until in prepared.in_time_until)
    if late and not own_time:
        say(
            f"{late} of {len(prepared.in_time_until)} service events occurred too long ago: as "
            "they arrive now, they will be dead letters TOO_LATE (late_after_hours of the policy; "
            "see --own-time).",
            err=True,
        )


def _send(bootstrap_servers: str, prepared: Prepared, rate: float) -> None:
    sender, began = Sender(bootstrap_servers), time.monotonic()
    try:
        for each in _shown(_paced(prepared.records, rate, sender), len(prepared.records)):
            sender.send(each.write, f"line {each.line}")
        sender.finish()
    except NotSent as problem:
        done = sender.acknowledged.total()
        leave(
            _NotPlayed(
                str(problem), f"{done:,} of {len(prepared.records):,} records are acknowledged."
            )
        )
    except KeyboardInterrupt:
        sender.finish()
        say("", err=True)
        say(f"Stopped: {sender.acknowledged.total():,} records are acknowledged.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    seconds = max(time.monotonic() - began, 0.001)
    total = sender.acknowledged.total()
    what = "1 record" if total == 1 else f"{total:,} records"
    say(f"Sent {what} in {seconds:.1f} s ({total / seconds:,.0f} a second).")
    for topic, count in sorted(sender.acknowledged.items()):
        say(f"  {topic}  {count:,}")
    if prepared.as_they_are:
        say(f"{prepared.as_they_are:,} of the lines are no right records, sent as they are.")


def _paced(records: Sequence[ToSend], rate: float, sender: Sender) -> Iterator[ToSend]:
    """The records, none before its turn."""
    began = time.monotonic()
    for number, each in enumerate(records):
        while rate and (early := began + number / rate - time.monotonic()) > 0:
            sender.wait(early)
        yield each


def _shown(records: Iterator[ToSend], total: int) -> Iterator[ToSend]:
    """The records, with a progress bar on a terminal, and a line now and then elsewhere."""
    if sys.stderr.isatty():
        columns = (
            TextColumn("records"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=Screen(stderr=True), transient=True) as progress:
            task = progress.add_task("records", total=total)
            for each in records:
                yield each
                progress.advance(task)
        return
    word_at = time.monotonic() + _WORD_EVERY_SECONDS
    for number, each in enumerate(records, 1):
        yield each
        if time.monotonic() >= word_at:
            say(f"{number:,} of {total:,} records", err=True)
            word_at += _WORD_EVERY_SECONDS
