"""`recourse link`: the link by which a customer opens their case on the board."""

import os
import time
from typing import Annotated

import typer
from confluent_kafka import KafkaException

from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json
from agents.core.calendar import DAY_MS
from agents.core.case_links import LONGEST_DAYS
from agents.core.rfc3339 import text_of
from agents.notifier.links import Links, links_of
from agents.operations.cases.shown_case import shown_case
from agents.pipeline.settings import BOARD_ADDRESS, LINK_KEY_FILE, load
from agents.records.schema_registry import codecs_of
from streams.errors import ConfigurationError, EngineError
from streams.runtime import logs

EXIT_NOT_MADE = 2


def link(
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="The case: `recourse cases` lists them.")
    ],
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object.")] = False,
) -> None:
    """Make the link by which a customer opens their case on the board.

    For who sends notices by a program of their own; `recourse notify` puts it in by itself. Whoever
    has the link is let in to that one case: give it to the customer, and to nobody else. It needs
    RECOURSE_BOARD_ADDRESS and RECOURSE_LINK_KEY_FILE, the board's own.
    """
    logs.configure("ERROR", "auto")
    try:
        links = _links()
        settings = load(bootstrap_servers=bootstrap_servers)
        found = shown_case(settings.bootstrap_servers, codecs_of(settings), case)
    except (ConfigurationError, EngineError) as problem:
        leave(problem, EXIT_NOT_MADE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be asked: {error.args[0].str()}"
        leave(EngineError(sentence), EXIT_NOT_MADE)
    if found is None:
        leave(EngineError(f"There is no case {case} (`recourse cases --all`)"), EXIT_NOT_MADE)
    now = round(time.time() * 1000)
    made = links.of_case(case, now)
    if json_:
        say_json({"case": case, "link": made, "until": text_of(now + LONGEST_DAYS * DAY_MS)})
    else:
        say(made)


def _links() -> Links:
    links = links_of(os.environ)
    if links is None:
        raise ConfigurationError(
            f"{BOARD_ADDRESS} and {LINK_KEY_FILE} (environment) are not set: a link is the board's "
            "address, and is signed with its key"
        )
    return links
