"""`recourse dead-letters`: what could not be used, why, and sending it again."""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from heapq import nlargest
from typing import Annotated

import typer
from confluent_kafka import KafkaException
from msgspec.structs import replace
from rich.table import Table
from rich.text import Text

from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json, say_row
from agents.commands.console.screen import Screen
from agents.core.rfc3339 import text_of
from agents.operations.dead_letters.page import Whole, as_json, line, page, summary
from agents.operations.dead_letters.reader import Letter, LetterReader, marks_of
from agents.operations.dead_letters.redriver import NotRedriven, Redriver, Sent
from agents.operations.dead_letters.redriving import CanNotBe, Marks
from agents.operations.dead_letters.selection import Selection, moment
from agents.pipeline.dead_letter import id_of, place_named, place_of
from agents.pipeline.settings import load
from agents.records.codecs import Codecs
from agents.records.schema_registry import codecs_of
from schemas.records import DeadLetterReason
from streams.errors import ConfigurationError, EngineError
from streams.runtime import logs

app = typer.Typer(
    help="What could not be used: listed, shown, and sent again. A dead letter's ID is "
    "TOPIC:PARTITION:OFFSET of its record, as in service.estimates:3:17."
)
_TITLES = ("given up", "reason", "id", "key", "redriven", "detail")
_WIDE = 120  # columns: narrower, a table would cut off the ids
_ALL_REASONS = ", ".join(each.value for each in DeadLetterReason)

ReasonOption = Annotated[
    list[str] | None, typer.Option("--reason", help=f"Several times: any of {_ALL_REASONS}.")
]
TopicOption = Annotated[
    list[str] | None, typer.Option("--topic", help="The record's topic; several times: any.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="Given up since: 2h (ago; s, m, h, d) or RFC 3339.")
]
KeyOption = Annotated[str | None, typer.Option("--key", help="The record's key.")]


class _Problem(Exception):  # noqa: N818 - it says what happened
    """One sentence."""


@contextmanager
def _reading(bootstrap_servers: str) -> Iterator[tuple[LetterReader, Codecs, str]]:
    """A reader, the codecs and the application's name; every error ends in a sentence."""
    logs.configure("WARNING", "auto")
    try:
        settings = load(bootstrap_servers=bootstrap_servers)
        wire = codecs_of(settings)
        reader = LetterReader(bootstrap_servers, wire)
        try:
            yield reader, wire, settings.application
        finally:
            reader.close()
    except (_Problem, NotRedriven) as problem:
        leave(problem)
    except KafkaException as error:
        kafka, said = f"Kafka at {bootstrap_servers}", error.args[0].str()
        if error.args[0].name().endswith("AUTHORIZATION_FAILED"):
            leave(_Problem(f"{kafka} refuses: {said}; the role redriver may (docs/security.md)"))
        leave(_Problem(f"{kafka} can't be reached: {said}"))
    except ConfigurationError as problem:
        say(str(problem), err=True)
        raise typer.Exit(problem.exit_code) from None
    except EngineError as problem:
        leave(problem)


@contextmanager
def _busy() -> Iterator[None]:
    """Shows on a terminal that topics are being read: that may take a while."""
    if not sys.stderr.isatty():
        yield
        return
    with Screen(stderr=True).status("Reading the topics ..."):
        yield


def _selection(
    reasons: Sequence[str] | None,
    topics: Sequence[str] | None,
    since: str | None,
    key: str | None,
) -> Selection:
    known = {each.value: each for each in DeadLetterReason}
    wanted = [each.upper() for each in reasons or ()]
    unknown = [each for each in wanted if each not in known]
    if unknown:
        raise typer.BadParameter(f"--reason is {unknown[0]!r}: must be one of {_ALL_REASONS}")
    at = None if since is None else moment(since, time.time_ns() // 1_000_000)
    if since is not None and at is None:
        raise typer.BadParameter(
            f"--since is {since!r}: must be such as 2h, 3d or 2026-03-02T14:00:00Z"
        )
    return Selection(frozenset(known[each] for each in wanted), frozenset(topics or ()), at, key)


@app.command(name="list")
def list_(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    reason: ReasonOption = None,
    topic: TopicOption = None,
    since: SinceOption = None,
    key: KeyOption = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most, the newest.")] = 50,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Do not look up which were redriven (that reads the topics since then)."
        ),
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object a line.")] = False,
) -> None:
    """List dead letters, newest first: a table on a terminal, lines with tabs in a pipe."""
    selection = _selection(reason, topic, since, key)
    with _reading(bootstrap_servers) as (reader, _, _):
        with _busy():
            matching = (each for each in reader.letters() if selection.has(each.record))
            total, newest = _newest(matching, limit)
            marks = Marks({}, frozenset()) if quick else marks_of(reader, newest)
        unreadable = reader.unreadable
    if json_:
        for each in newest:
            row = summary(each, marks)
            say_json({k: v for k, v in row.items() if not quick or k != "redriven"})
    else:
        _show_list([line(each, marks) for each in newest], quick=quick)
        if total > len(newest):
            say(f"{len(newest)} of {total:,}, the newest (--limit).", err=True)
        if not total:
            say("No dead letters.", err=True)
    if unreadable:
        say(f"{unreadable:,} records of the topic are no dead letters.", err=True)


def _newest(letters: Iterator[Letter], limit: int) -> tuple[int, list[Letter]]:
    counted = Counter[None]()

    def seen() -> Iterator[Letter]:
        for each in letters:
            counted[None] += 1
            yield each

    newest = nlargest(limit, seen(), key=lambda each: (each.record.occurred_at, each.own))
    return counted[None], newest


def _show_list(rows: Sequence[tuple[str, ...]], *, quick: bool) -> None:
    titles = [each for each in _TITLES if not quick or each != "redriven"]
    shown = [
        [cell for title, cell in zip(_TITLES, row, strict=True) if title in titles] for row in rows
    ]
    console = Screen()
    if not sys.stdout.isatty():
        for row in shown:
            say_row(row)
    elif console.width < _WIDE:
        for at, reason, id_, *rest in shown:
            console.print(Text.assemble(f"{at}  ", (f"{reason:14}", "bold"), f"  {id_}"))
            titled = zip(titles[3:], rest, strict=True)
            console.print(Text("  " + "; ".join(f"{title} {cell}" for title, cell in titled)))
    elif shown:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for title in titles:
            table.add_column(title, no_wrap=title != "detail", overflow="fold")
        for row in shown:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)


@app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="TOPIC:PARTITION:OFFSET.")],
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    json_: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Show a dead letter in full: what is wrong, its value as far as it can be read, what to do."""
    with _reading(bootstrap_servers) as (reader, wire, _):
        for letter in _found(reader, [id_]):
            lying = reader.lying_at(place_of(letter.record))
            whole = Whole(letter, marks_of(reader, [letter]), lying)
            if json_:
                say_json(as_json(whole, wire))
            else:
                _show_page(page(whole, wire))


def _show_page(parts: Sequence[tuple[str, Sequence[str]]]) -> None:
    console = Screen(soft_wrap=True)
    width = max(len(title) for title, _ in parts) + 2
    for title, lines in parts:
        for number, text in enumerate(lines):
            label = title if number == 0 else ""
            console.print(Text.assemble((label.ljust(width), "bold"), text))


def _found(reader: LetterReader, ids: Sequence[str]) -> list[Letter]:
    """The dead letters with these ids, in that order (one may have several: one a stage)."""
    for each in ids:
        if place_named(each) is None:
            raise _Problem(f"{each!r} is no id: must be TOPIC:PARTITION:OFFSET of the record")
    found = [each for each in reader.letters() if id_of(each.record) in ids]
    absent = [each for each in ids if each not in {id_of(letter.record) for letter in found}]
    if absent:
        raise _Problem(
            f"There is no dead letter {absent[0]}: an id is TOPIC:PARTITION:OFFSET of the record, "
            "and dead letters are kept for 30 days (`recourse dead-letters list`)"
        )
    return sorted(found, key=lambda each: ids.index(id_of(each.record)))


@app.command()
def redrive(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="TOPIC:PARTITION:OFFSET.")
    ] = None,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    reason: ReasonOption = None,
    topic: TopicOption = None,
    since: SinceOption = None,
    key: KeyOption = None,
    all_: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    again: Annotated[
        bool,
        typer.Option("--again", help="Also what was redriven before, or may have been."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Send the records of dead letters through the front door again, each once.

    The original bytes go to the original topic, into the partition of their key, with the original
    key and headers, and two more: first_arrived_at (lateness counts from it) and redriven_from (the
    ID). What was redriven is passed over, or refused if it is named. Give IDs, or a selection, or
    --all.
    """
    selection = _selection(reason, topic, since, key)
    selected = selection != Selection()
    if (bool(ids) + (selected or all_)) != 1:
        raise typer.BadParameter(
            "give either IDs, or a selection (--reason, --since, ...) or --all"
        )
    with _reading(bootstrap_servers) as (reader, _, application):
        with _busy():
            letters = (
                _found(reader, ids)
                if ids
                else [_light(each) for each in reader.letters() if selection.has(each.record)]
            )
            redriver = Redriver(bootstrap_servers, application, reader)
            redriver.start()
            chosen, refused = redriver.sorted_out(letters, again=again)
        if not ids:
            _ask(chosen, len(refused), yes=yes)
        failed = _send(redriver, chosen)
    if ids:
        failed += len(refused)
        for each in refused:
            say(each.sentence, err=True)
    if failed:
        raise typer.Exit(1)


def _light(letter: Letter) -> Letter:
    """The dead letter without its bytes, of which there may be many; they are read when sent."""
    return Letter(letter.own, replace(letter.record, value=None, headers={}, detail=""))


def _ask(chosen: Sequence[Letter], passed_over: int, *, yes: bool) -> None:
    """Says what would be sent, and asks.

    Raises:
        Exit: the answer was no, there is nobody to answer, or there is nothing to send.
    """
    if passed_over:
        say(f"{passed_over:,} are passed over: redriven already, erased, or ticks.")
    if not chosen:
        say("Nothing is to be redriven.")
        raise typer.Exit(0)
    counts = Counter((each.record.topic, each.record.reason.value) for each in chosen)
    say(f"{len(chosen):,} are to be redriven:")
    for (topic, reason), count in sorted(counts.items()):
        say(f"  {topic}  {reason}  {count:,}")
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody is there to answer: give --yes to redrive them")
    typer.confirm("Redrive them?", abort=True)


def _send(redriver: Redriver, chosen: Sequence[Letter]) -> int:
    """Sends, says what was sent, and gives how many were not."""
    sent = failed = 0
    for batch in redriver.send(chosen):
        for each in batch:
            if isinstance(each, CanNotBe):
                failed += 1
                say(each.sentence, err=True)
            else:
                sent += 1
                say(_sentence(each))
    if chosen:
        say(f"{sent:,} redriven" + (f", {failed:,} not." if failed else "."))
    return failed


def _sentence(sent: Sent) -> str:
    record, again = sent.letter.record, sent.again
    since = text_of(again.first_arrived_at)
    known = "given up (the record itself is gone)" if again.guessed else "first arrived"
    return f"{id_of(record)} is sent again; {known} {since}."
