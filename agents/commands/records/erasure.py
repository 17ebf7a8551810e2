"""`recourse erasure`: is a customer forgotten?"""

from typing import Annotated, NoReturn

import msgspec
import typer
from confluent_kafka import KafkaException

from agents.commands.console.extras import lacking_said
from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json
from agents.commands.console.screen import Screen
from agents.commands.console.tables import show
from agents.core.rfc3339 import text_of
from agents.operations.erasure import Found, Place, Proof
from agents.pipeline.settings import load, pseudonyms
from agents.pipeline.topic_specs import not_shown, topic_specs
from schemas.catalogue import TOPICS
from streams.errors import ConfigurationError, EngineError
from streams.transport.kafka import admin, partition_counts, topic_setting
from streams.transport.reading import read_all

EXIT_FOUND, EXIT_UNREADABLE = 1, 2
_STAYS = (Place.STATE, Place.STAYS, Place.ARCHIVED)
_MEANING = {
    Place.STATE: "kept: not erased",
    Place.SUPERSEDED: "replaced or deleted; compaction removes it",
    Place.AGES_OUT: "ages out",
    Place.ARCHIVED: "kept: in the archive",
    Place.STAYS: "kept: this Kafka has no retention for the topic",
}

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Is a customer forgotten?")


@app.callback()
def _erasure() -> None:
    """Is a customer forgotten?"""


@app.command()
def prove(
    customer: Annotated[str, typer.Argument(help="The customer's id.", metavar="CUSTOMER")],
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PLACE", help="Look in an archive (`recourse archive`), not in Kafka."
        ),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Look for a customer's id in every topic and changelog, and say where it is found.

    An erasure takes the id out of all that is kept: tables, changelogs, compacted topics. Other
    records are not rewritten; they age out with their topic. Reads everything: hours of a busy
    Kafka take minutes. State files of workers (RECOURSE_STATE_DIR) are not looked at.
    """
    if from_ is not None:
        _prove_archive(customer, from_, json_=json_)
    try:
        settings = load(bootstrap_servers=bootstrap_servers)
        proof = _proof(customer, settings.bootstrap_servers)
    except (ConfigurationError, EngineError) as why:
        leave(why, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be read: {error.args[0].str()}"
        leave(EngineError(sentence), EXIT_UNREADABLE)
    found = proof.found()
    _print(proof, found, json_=json_)
    raise typer.Exit(EXIT_FOUND if any(each.place in _STAYS for each in found) else 0)


def _prove_archive(customer: str, place: str, *, json_: bool) -> NoReturn:
    with lacking_said("erasure prove --from"):
        from agents.operations.archive.proof import looked_for  # noqa: PLC0415 - of an extra
        from agents.operations.archive.stores import StoreFailed, store_at  # noqa: PLC0415
    try:
        looked = looked_for(store_at(place), customer)
    except StoreFailed as problem:
        leave(problem, EXIT_UNREADABLE)
    found = [
        Found(topic=topic, place=Place.ARCHIVED, records=count)
        for topic, count in sorted(looked.found.items())
    ]
    if json_:
        told = [msgspec.to_builtins(each) for each in found]
        say_json({"erased": not found, "looked_at": looked.rows, "found": told})
    else:
        if found:
            rows = [[each.topic, f"{each.records:,}", _MEANING[each.place], ""] for each in found]
            show(["topic", "records", "what becomes of them", "until"], rows)
        count = sum(each.records for each in found)
        said = f"the id is in {count:,} of them." if found else "the id is in none of them."
        say(f"Looked at {looked.rows:,} records of the archive: {said}", err=True)
    raise typer.Exit(EXIT_FOUND if found else 0)


def _proof(customer: str, bootstrap_servers: str) -> Proof:
    client = admin(bootstrap_servers)
    needed = [spec.name for spec in topic_specs()]
    counts = partition_counts(client, needed)
    missing = sorted(set(needed) - counts.keys())
    if missing:
        raise ConfigurationError(not_shown(bootstrap_servers, missing))
    retention = {name: _retention_ms(client, name) for name in counts}
    keys = pseudonyms()
    proof = Proof(customer, retention, keys.marks(customer), keys.public_mark(customer))
    for message in read_all(bootstrap_servers, counts):
        proof.take(message)
    return proof


def _retention_ms(client: object, topic: str) -> int | None:
    """As this Kafka has it, whatever is declared."""
    if topic not in TOPICS or TOPICS[topic].compacted:
        return None
    return int(topic_setting(client, topic, "retention.ms"))  # type: ignore[arg-type]


def _print(proof: Proof, found: list[Found], *, json_: bool) -> None:
    if json_:
        told = {
            "erased": not any(each.place in _STAYS for each in found),
            "asked_at": None if proof.asked_at is None else text_of(proof.asked_at),
            "looked_at": proof.looked_at,
            "under_a_hash": proof.hashed,
            "found_by_trying": proof.found_by_trying,
            "found": [
                msgspec.to_builtins(each) | {"until": each.until and text_of(each.until)}
                for each in found
            ],
        }
        say_json(told)
        return
    if found:
        rows = [
            [e.topic, f"{e.records:,}", _MEANING[e.place], text_of(e.until) if e.until else ""]
            for e in found
        ]
        show(["topic", "records", "what becomes of them", "until"], rows)
    console = Screen(stderr=True, soft_wrap=True)
    for sentence in _verdict(proof, found):
        console.print(sentence)


def _verdict(proof: Proof, found: list[Found]) -> list[str]:
    asked = (
        "No erasure was asked for, or that is too long ago for privacy.erasures to say so."
        if proof.asked_at is None
        else f"Erasure was asked for at {text_of(proof.asked_at)}."
    )
    hashed = f"{_hold(proof.hashed)} it under a keyed hash, until it fades: so declared."
    public = (
        f"{_hold(proof.found_by_trying)} it under a hash without a key: can be found by trying "
        "ids. Set RECOURSE_PRIVACY_KEY_FILE for every worker (docs/security.md)."
    )
    stays = sum(each.records for each in found if each.place in _STAYS)
    ends = [each.until for each in found if each.until is not None]
    verdict = f"Looked at {proof.looked_at:,} records: " + (
        f"the id is in {stays:,} of those that are kept."
        if stays
        else "the id is in no table, changelog or compacted topic."
    )
    aged = [f"What is left has aged out by {text_of(max(ends))}."] if ends and not stays else []
    doubt = [] if found else ["No other record has it either: is it written right?"]
    hidden = [hashed] if proof.hashed else []
    open_ = [public] if proof.found_by_trying else []
    return [asked, *hidden, *open_, verdict, *aged, *doubt]


def _hold(records: int) -> str:
    return "1 record holds" if records == 1 else f"{records:,} records hold"
