"""`recourse act` on a real Kafka, with a worker, and while it is away.

A Kafka of its own: the pipeline's topics have fixed names. The story is lived through once; each
test looks at what a person was told.
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from agents.commands import app
from agents.core.case_links import LinkKeys
from agents.pipeline.topic_specs import topic_specs
from agents.records import codecs
from schemas.catalogue import PARTITIONS
from schemas.records import Escalation
from streams.broker import Broker
from streams.transport.kafka import admin
from streams.transport.reading import read_all
from streams.transport.topics import declare
from tests.kafka.engine_kit import WorkerProcess, wait_until

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]
CASE = "v-1:1"
BOARD, KEY = "https://board.example.com", bytes(range(32))
OPERATOR = ("--by", "op-1")  # who acts at any hour, whoever is on shift
ID = re.compile(r"--action-id (act-[0-9a-f-]{36})")


class Told(NamedTuple):
    """What a person was told."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> dict[str, str]:
        rows = (line.split("\t", 1) for line in self.out.splitlines())
        return dict(rows)


class Day(NamedTuple):
    """What was told, in the order in which it happened."""

    rehearsed: Told
    steps_after_it: int
    accepted: Told
    refused: Told
    stranger: Told
    no_case: Told
    away: Told
    heard: Told
    heard_again: Told
    found: Told
    by_the_same: Told
    confirmed: Told
    links: tuple[Told, Told, Told]
    steps: list[Escalation]


class Person:
    """Somebody at a terminal."""

    def __init__(self, servers: str) -> None:
        self._servers = servers

    def types(self, *arguments: str, **settings: str) -> Told:
        clean = {name: None for name in os.environ if name.startswith("RECOURSE_")}
        argv, sys.argv = sys.argv, ["recourse", *arguments]
        try:
            done = CliRunner().invoke(
                app,
                list(arguments),
                env={**clean, "RECOURSE_BOOTSTRAP_SERVERS": self._servers, **settings},
            )
        finally:
            sys.argv = argv
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Told(done.exit_code, done.stdout, done.stderr)

    def acts(self, *arguments: str) -> Told:
        return self.types("act", CASE, *arguments, "--timeout", "120")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("act")
    broker, workers = Broker(folder / "kafka"), list[WorkerProcess]()
    try:
        servers = broker.start(owned=True).bootstrap_servers
        declare(admin(servers), topic_specs())
        yield live_through(Person(servers), servers, folder, workers)
    finally:
        for each in workers:
            each.kill()
        broker.stop(wipe=True)


def live_through(person: Person, servers: str, folder: Path, workers: list[WorkerProcess]) -> Day:
    def start_worker() -> WorkerProcess:
        module = ("agents", "worker")
        workers.append(WorkerProcess(servers, "recourse", 0, folder, module=module))
        return workers[-1].wait_ready()

    publish(person, folder)
    worker = start_worker()
    presses = folder / "presses.jsonl"
    presses.write_text(press(), encoding="utf-8")
    assert person.types("play", str(presses)).code == 0
    wait_until("a case", lambda: person.types("cases", "--json").out.count(CASE) == 1)
    links = a_link(person, folder)
    rehearsed = person.acts("acknowledge", *OPERATOR, "--dry-run")
    steps_after_it = len(steps_on(servers))
    accepted = person.acts("acknowledge", *OPERATOR, "--json")
    refused = person.acts("acknowledge", *OPERATOR)
    stranger = person.acts("resolve", "--outcome", "upheld", "--by", "m-huber", "--json")
    no_case = person.types("act", "v-9:1", "acknowledge", *OPERATOR)
    assert worker.terminate() == 0
    promise = ("promise", "--until", "2h", *OPERATOR)
    away = person.types("act", CASE, *promise, "--timeout", "0.5")
    start_worker()
    again = (*promise, "--action-id", *ID.findall(away.error))
    heard, heard_again = person.acts(*again), person.acts(*again, "--json")
    assert person.acts("contacted", *OPERATOR).code == 0
    found = person.acts("resolve", "--outcome", "abusive", "--reason", "again", *OPERATOR, "--json")
    by_the_same = person.acts("confirm", *OPERATOR, "--json")
    confirmed = person.acts("confirm", "--by", "op-2", "--json")
    return Day(
        rehearsed, steps_after_it, accepted, refused, stranger, no_case, away, heard, heard_again,
        found, by_the_same, confirmed, links, steps_on(servers),
    )  # fmt: skip


def a_link(person: Person, folder: Path) -> tuple[Told, Told, Told]:
    """A link to the case, to one that is not there, and without the board's key."""
    key = folder / "links"
    key.write_text(KEY.hex())
    settings = {"RECOURSE_BOARD_ADDRESS": BOARD, "RECOURSE_LINK_KEY_FILE": str(key)}
    return (
        person.types("link", CASE, "--json", **settings),
        person.types("link", "v-9:1", **settings),
        person.types("link", CASE),
    )


def publish(person: Person, folder: Path) -> None:
    policy = folder / "policy.yaml"
    policy.write_text("version: act\noperators: [op-1, op-2]\n", encoding="utf-8")
    directory = ROOT / "agents/reference_data/directories/demo.yaml"
    for kind, file in (("policy", policy), ("directory", directory)):
        assert person.types(kind, "publish", str(file)).code == 0


def press() -> str:
    """A customer presses the button now."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    value = {
        "event_id": "press-1", "occurred_at": at, "customer_id": "c-1", "visit_id": "v-1",
        "vehicle_id": None, "site_id": "columbus", "response": "REQUESTED", "subject": "NONE",
    }  # fmt: skip
    return json.dumps({"topic": "service.customer-responses", "value": value}) + "\n"


def steps_on(servers: str) -> list[Escalation]:
    read = read_all(servers, {"recourse.escalations": PARTITIONS})
    found = [codecs.decode("recourse.escalations", each.value or b"") for each in read]
    return [each for each in found if isinstance(each, Escalation)]


def test_a_dry_run_says_what_would_be_and_writes_nothing(day: Day) -> None:
    assert day.rehearsed.code == 0, day.rehearsed
    assert day.rehearsed.lines["Would be"].startswith("Acknowledged, ")
    assert day.steps_after_it == 1


def test_what_the_desk_did_is_heard_once_it_is_committed(day: Day) -> None:
    said = day.accepted.json

    assert (day.accepted.code, said["verdict"], said["dry_run"]) == (0, "DONE", False)
    assert said["by_proved"] is False
    assert [(each["step"], each["status"], each["by"]) for each in said["steps"]] == [
        (1, "ACKNOWLEDGED", "op-1")
    ]
    assert codecs.from_json("recourse.escalations", said["steps"][0]) == day.steps[1]


def test_what_the_desk_refused_is_said_with_what_it_would_take(day: Day) -> None:
    assert day.refused.code == 1
    assert day.refused.lines["Refused"] == (
        "op-1 wanted to acknowledge it, but op-1 had done so already."
    )
    assert day.refused.lines["Accepted"].startswith("Contacted, promise, wait or resolve")


def test_who_may_not_act_is_refused_by_the_desk_and_hears_who_may(day: Day) -> None:
    refused = day.stranger.json["refused"]

    assert (day.stranger.code, refused["code"]) == (1, "NOT_ENTITLED")
    assert "op-1" in refused["by"]
    assert "m-huber" not in refused["by"]


def test_of_a_case_that_is_not_there_nothing_is_sent(day: Day) -> None:
    assert (day.no_case.code, day.no_case.out) == (2, "")
    assert day.no_case.error == (
        "There is no case v-9:1: its id is VISIT:NUMBER, and steps are kept for 30 days "
        "(`recourse cases --all`)\n"
    )


def test_without_an_answer_it_is_said_that_the_action_stands(day: Day) -> None:
    assert (day.away.code, day.away.out) == (3, "")
    assert day.away.error.startswith("The desk has not answered within 0.5 s: ")


def test_asked_again_with_its_id_the_action_counts_once_and_is_answered(day: Day) -> None:
    assert day.heard.code == 0, day.heard
    assert day.heard.lines["Done"].startswith("A call was promised, ")
    heard = day.heard_again.json["steps"]
    assert [codecs.from_json("recourse.escalations", each) for each in heard] == [
        each for each in day.steps if each.status == "PROMISED"
    ]


def test_what_one_person_found_abusive_another_confirms_and_the_same_one_does_not(day: Day) -> None:
    found, confirmed = day.found.json, day.confirmed.json

    assert (day.found.code, found["verdict"]) == (0, "DONE")
    assert [(each["status"], each["outcome"]) for each in found["steps"]] == [
        ("RESOLVED", "ABUSIVE")
    ]
    assert (day.by_the_same.code, day.by_the_same.json["refused"]["code"]) == (1, "BY_THE_SAME")
    assert (day.confirmed.code, confirmed["verdict"]) == (0, "DONE")
    assert [(each["status"], each["by"]) for each in confirmed["steps"]] == [("CONFIRMED", "op-2")]


def test_the_case_has_the_steps_that_were_told_and_no_other(day: Day) -> None:
    assert [str(each.status) for each in day.steps] == [
        "OPENED", "ACKNOWLEDGED", "REFUSED", "REFUSED", "PROMISED", "CONTACTED", "RESOLVED",
        "REFUSED", "CONFIRMED",
    ]  # fmt: skip


def test_a_link_opens_the_case_that_it_was_asked_for(day: Day) -> None:
    made, no_case, without_key = day.links

    token = str(made.json["link"]).removeprefix(f"{BOARD}/c/")
    believed = LinkKeys(keys=(KEY,)).believed(token, round(time.time() * 1000))
    assert (made.code, made.json["case"]) == (0, CASE)
    assert believed is not None
    assert believed.escalation_id == CASE
    assert (no_case.code, no_case.out) == (2, "")
    assert no_case.error == "There is no case v-9:1 (`recourse cases --all`)\n"
    assert (without_key.code, without_key.out) == (2, "")
    assert without_key.error.startswith("RECOURSE_BOARD_ADDRESS and RECOURSE_LINK_KEY_FILE ")


def test_without_kafka_one_sentence_says_so() -> None:
    told = Person("localhost:1").acts("acknowledge", *OPERATOR)

    assert (told.code, told.out) == (2, "")
    assert told.error.startswith("Kafka at localhost:1 can't be asked: ")
