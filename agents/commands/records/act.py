"""`recourse act`: a person acts on a case, and hears what the desk made of it."""

import sys
from collections.abc import Callable, Iterable
from typing import Annotated, NoReturn
from uuid import uuid4

import typer
from confluent_kafka import KafkaException
from msgspec import Struct
from rich.table import Table
from rich.text import Text

from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json, say_row
from agents.commands.console.screen import Screen
from agents.commands.running import topics
from agents.operations.acting.exchange import Desk
from agents.operations.acting.reply import Reply, Verdict, as_json, case_line, lines_of_reply
from agents.operations.acting.request import (
    Request,
    Unfit,
    action_of,
    request_problems,
    words_of,
)
from agents.operations.explain.wording.reasons import Line
from agents.operations.status.clock import now_of
from agents.pipeline.processor import TICKS
from agents.pipeline.settings import load
from agents.records.schema_registry import codecs_of
from agents.reference_data.reference import Reference
from schemas.records import ActionName, OutcomeName, RemedyKind
from streams.errors import ConfigurationError, EngineError
from streams.printable import printable
from streams.runtime import logs

EXIT_NOT_DONE = 1
EXIT_NOT_ASKED = 2
EXIT_NO_ANSWER = 3
_COLOURS = {
    "Done": "bold green",
    "Refused": "bold red",
    "Unusable": "bold red",
    "Would be": "bold cyan",
    "Accepted": "yellow",
}
_WIDEST = 9  # the longest label


class _Problem(Exception):  # noqa: N818 - it says what happened
    """One sentence."""


def _words(symbols: type[ActionName | OutcomeName | RemedyKind]) -> Callable[[], list[str]]:
    return lambda: list(words_of(symbols))


def _any_of(symbols: type[ActionName | OutcomeName | RemedyKind]) -> str:
    return ", ".join(words_of(symbols))


CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="The case: `recourse cases` lists them.")
]
ActionArgument = Annotated[
    str,
    typer.Argument(
        metavar="ACTION",
        help=f"Any of {_any_of(ActionName)}.",
        autocompletion=_words(ActionName),
    ),
]
ByOption = Annotated[
    str, typer.Option("--by", help="Who acts: a manager's or operator's id. It is not proved.")
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        help="Until when (promise, wait, snooze): 30m, 2h or 3d from now, 15:30 on the site's "
        "clock, or RFC 3339."
    ),
]
ToOption = Annotated[str | None, typer.Option(help="To whom (reassign): a manager's id.")]
OutcomeOption = Annotated[
    str | None,
    typer.Option(
        help=f"What was found (resolve): {_any_of(OutcomeName)}.",
        autocompletion=_words(OutcomeName),
    ),
]
RemedyOption = Annotated[
    str | None,
    typer.Option(
        help=f"What the customer gets (resolve): {_any_of(RemedyKind)}.",
        autocompletion=_words(RemedyKind),
    ),
]
AmountOption = Annotated[
    str | None, typer.Option(help="The remedy's amount, tax included: 120.00.")
]
CurrencyOption = Annotated[str | None, typer.Option(help="Of the amount; else the site's.")]
EstimateOption = Annotated[
    str | None, typer.Option(help="The estimate whose price the remedy is of.")
]
DoneByOption = Annotated[
    str | None, typer.Option("--done-by", help="By when the remedy is to be done.")
]
MessageOption = Annotated[
    str | None,
    typer.Option(help="What the customer reads word for word (resolve), 280 characters."),
]
ReasonOption = Annotated[
    str | None, typer.Option(help="Why, for colleagues; it stands in the step.")
]
ActionIdOption = Annotated[
    str | None,
    typer.Option(
        "--action-id",
        help="The action's own id: sent twice it counts once, and the same answer is heard.",
    ),
]
TimeoutOption = Annotated[
    float, typer.Option(min=0, metavar="SECONDS", help="How long the answer is waited for.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Ask the core what it would make of it; write nothing.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="For machines: one object.")]


class _Asked(Struct, frozen=True):
    case: str
    request: Request
    action_id: str | None
    seconds: float
    dry_run: bool


def act(
    case: CaseArgument,
    action: ActionArgument,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    by: ByOption,
    until: UntilOption = None,
    to: ToOption = None,
    outcome: OutcomeOption = None,
    remedy: RemedyOption = None,
    amount: AmountOption = None,
    currency: CurrencyOption = None,
    estimate: EstimateOption = None,
    done_by: DoneByOption = None,
    message: MessageOption = None,
    reason: ReasonOption = None,
    action_id: ActionIdOption = None,
    timeout: TimeoutOption = 30,
    dry_run: DryRunOption = False,
    json_: JsonOption = False,
) -> None:
    """Act on a case as a manager or operator, and say what the desk answered.

    The action is written to recourse.actions, and the desk's committed answer is waited for: the
    step that it made, or REFUSED with the reason and what would be accepted. Whether `--by` is
    true nobody proves: whoever may write that topic can act as anybody (docs/security.md).
    """
    request = Request(
        action=action, by=by, until=until, to=to, outcome=outcome, remedy=remedy, amount=amount,
        currency=currency, estimate=estimate, done_by=done_by, message=message, reason=reason,
    )  # fmt: skip
    problems = request_problems(request)
    if problems:
        leave(Unfit(*problems), EXIT_NOT_ASKED)
    asked = _Asked(case, request, action_id, timeout, dry_run)
    try:
        reply, reference = _answer(bootstrap_servers, asked)
    except Unfit as problem:
        leave(problem, EXIT_NOT_ASKED)
    except (_Problem, topics.NotPublished, ConfigurationError, EngineError) as problem:
        leave(problem, EXIT_NOT_ASKED)
    except KafkaException as error:
        leave(_Problem(_kafka_says(bootstrap_servers, error)), EXIT_NOT_ASKED)
    _show(reply, reference, json_=json_)
    if reply.verdict is not Verdict.DONE:
        raise typer.Exit(EXIT_NOT_DONE)


def _answer(bootstrap_servers: str, asked: _Asked) -> tuple[Reply, Reference]:
    logs.configure("ERROR", "auto")
    with Screen(stderr=True).status("Reading the case ...", spinner="line") as status:
        desk = Desk(bootstrap_servers, codecs_of(load(bootstrap_servers=bootstrap_servers)))
        found = desk.find(asked.case, asked.action_id)
        if found is None:
            raise _Problem(
                f"There is no case {asked.case}: its id is VISIT:NUMBER, and steps are kept for 30 "
                "days (`recourse cases --all`)"
            )
        reference = topics.published(bootstrap_servers)
        site = reference.directory.site(found.last.site_id)
        now = now_of(bootstrap_servers, TICKS)
        action_id = asked.action_id or f"act-{uuid4()}"
        action = action_of(asked.request, found.last, site, now, action_id)
        if found.answer:
            return Reply(action=action, before=found.last, steps=found.answer), reference
        if asked.dry_run:
            return desk.rehearse(action, found.last, reference), reference
        status.update("Waiting for the desk's answer ...")
        reply = desk.send(action, found, asked.seconds)
    if reply is None:
        _no_answer(asked, action_id)
    return reply, reference


def _no_answer(asked: _Asked, action_id: str) -> NoReturn:
    say(
        f"The desk has not answered within {asked.seconds:g} s: no worker runs it, or it is behind "
        "(`recourse status`). The action stands on recourse.actions and counts as soon as the desk "
        f"reads it. To hear the answer then, type the same again with --action-id {action_id}: it "
        "counts once.",
        err=True,
    )
    raise typer.Exit(EXIT_NO_ANSWER)


def _kafka_says(bootstrap_servers: str, error: KafkaException) -> str:
    kafka, said = f"Kafka at {bootstrap_servers}", error.args[0].str()
    if error.args[0].name().endswith("AUTHORIZATION_FAILED"):
        return f"{kafka} refuses: {said}; the role act may (docs/security.md)"
    return f"{kafka} can't be asked: {said}"


def _show(reply: Reply, reference: Reference, *, json_: bool) -> None:
    world = reference.world(reply.action.occurred_at)
    if json_:
        say_json(as_json(reply, world))
        return
    about, lines = case_line(reply.before, world), list(lines_of_reply(reply, world))
    if not sys.stdout.isatty():
        say_row(("Case", about))
        for line in lines:
            say_row((line.label, line.text))
        return
    _draw(about, lines)


def _draw(about: str, lines: Iterable[Line]) -> None:
    console = Screen()
    console.print(Text(printable(about), style="bold"))
    table = Table.grid(padding=(0, 1))
    table.add_column(min_width=_WIDEST)
    table.add_column(overflow="fold")
    before = ""
    for line in lines:
        label = "" if line.label == before else line.label
        before = line.label
        style = _COLOURS.get(line.label, "dim")
        text = Text(printable(line.text), style=style if style.startswith("bold") else "")
        table.add_row(Text(label, style=style), text)
    console.print(table)
