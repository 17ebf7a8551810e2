"""Dead letters on a real Kafka: listed, shown, and redriven once, counted from their first arrival.

A Kafka of its own: the pipeline's topics have fixed names, and other tests count what is in them.
The story is played once, by the commands that an operator types; each test looks at what it left.
"""

import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from confluent_kafka import OFFSET_END, Producer, TopicPartition
from rich.console import Console
from typer.testing import CliRunner, Result

from agents.commands.records import dead_letters
from agents.commands.simulation.play import play
from agents.core.rfc3339 import milliseconds, text_of
from agents.operations.dead_letters.reader import LetterReader
from agents.operations.dead_letters.redriver import NotRedriven, Redriver
from agents.pipeline.dead_letter import (
    DEAD_LETTERS,
    LETTER_TOPICS,
    SERVICE_DEAD_LETTERS,
    dead_letter,
    id_of,
)
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.records.codecs import PLAIN
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.publish import directory_to_publish
from agents.reference_data.reference import POLICIES, REFERENCES, Reference
from agents.simulation.demo.machine import Machine
from agents.simulation.demo.play import WATCHED, Player
from schemas.catalogue import TOPICS
from schemas.records import DeadLetterReason
from streams.runtime.verify import verify
from streams.settings import load
from streams.topology import Message
from streams.transport.kafka import admin, client
from streams.transport.reading import read_all

pytestmark = pytest.mark.kafka
HOUR = 3_600_000
NINE = milliseconds("2026-03-02T14:00:00Z") or 0  # Monday, 09:00 in Columbus
HUGE = "x" * 950_000


def response(event_id: str, customer_id: str, occurred_at: int) -> dict[str, Any]:
    return {
        "event_id": event_id, "occurred_at": text_of(occurred_at), "customer_id": customer_id,
        "visit_id": f"{customer_id}-v", "site_id": "columbus", "response": "REQUESTED",
        "subject": "NONE",
    }  # fmt: skip


ACTION = {
    "action_id": "a1", "occurred_at": text_of(NINE), "escalation_id": "in-time-v:1",
    "region_id": "us-east", "by": "x-adeyemi", "action": "ACKNOWLEDGE",
}  # fmt: skip
DEAD: list[dict[str, Any]] = [
    # 30 h late when it arrives at nine; by two o'clock, when it is given up, it would be 35.
    {
        "topic": "service.customer-responses",
        "value": response("late", "late", NINE - 30 * HOUR),
        "arrived_at": text_of(NINE),
    },
    {"topic": "recourse.actions", "value": ACTION},  # its escalation is not there yet
    {"topic": "service.estimates", "value": HUGE, "key": "huge", "arrived_at": text_of(NINE)},
]
IN_TIME = {
    "topic": "service.customer-responses",
    "value": response("in-time", "in-time", NINE + 5 * HOUR),
}


@dataclass
class Story:
    servers: str
    ids: dict[str, str] = field(default_factory=dict)
    said: dict[str, Result] = field(default_factory=dict)
    topics: dict[str, list[Message]] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def command(self, *arguments: str) -> Result:
        try:
            return CliRunner().invoke(
                dead_letters.app, [*arguments, "--bootstrap-servers", self.servers]
            )
        finally:
            structlog.reset_defaults()  # the command's stderr is closed by now

    def records(self, topic: str) -> list[Message]:
        return list(read_all(self.servers, {topic: TOPICS[topic].partitions}))

    def letters(self) -> int:
        return sum(len(self.records(topic)) for topic in LETTER_TOPICS)

    def decoded(self, topic: str) -> list[Any]:
        return [codecs.decode(topic, each.value or b"") for each in self.topics[topic]]


def until(what: str, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.1)


def policies() -> list[tuple[str, str, bytes | None]]:
    """From two hours after the dead letters on, an event may be 30 h late."""
    default = default_policy()
    first = default.model_copy(update={"version": "v1"})
    second = json.loads(first.model_dump_json()) | {
        "version": "v2", "effective_from": text_of(NINE + 7 * HOUR), "late_after_hours": 30,
    }  # fmt: skip
    return [
        (POLICIES, "v1", first.model_dump_json().encode()),
        (POLICIES, "v2", json.dumps(second).encode()),
    ]


def sent(story: Story, folder: Path, lines: list[dict[str, Any]]) -> None:
    file = folder / "events.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in lines))
    play(file, story.servers, own_time=True, as_they_are=True)
    structlog.reset_defaults()


def told(story: Story, player: Player, folder: Path) -> None:
    """The story up to its end."""
    player.tick(NINE + 5 * HOUR)
    player.settle()
    sent(story, folder, DEAD)
    until("three dead letters", lambda: story.letters() == 3)
    story.said["list"] = story.command("list")
    for line in story.said["list"].stdout.splitlines():
        _, _, name, key, *_ = line.split("\t")
        story.ids[key] = name
        story.said[f"show {key}"] = story.command("show", name)
    sent(story, folder, [IN_TIME])
    # `settle` knows nothing of what another producer sent, and a tick that overtakes the request
    # opens its case two hours later, past its warnings.
    until("the case is open", lambda: len(story.records("recourse.escalations")) == 1)
    player.tick(NINE + 7 * HOUR)
    player.settle()
    story.said["redrive"] = story.command("redrive", *sorted(story.ids.values()))
    until("the huge one is dead again", lambda: story.letters() == 4)
    story.said["second"] = story.command("redrive", story.ids["late"])
    story.said["unasked"] = story.command("redrive", "--all")
    story.said["rest"] = story.command("redrive", "--all", "--yes")
    until("and again", lambda: story.letters() == 5)
    story.said["again"] = story.command("redrive", story.ids["late"], "--again")
    story.said["json"] = story.command("list", "--json", "--topic", "recourse.actions")
    story.said["shown"] = story.command("show", story.ids["late"])
    player.tick(NINE + 8 * HOUR)  # waits for all that was sent before
    player.settle()
    story.topics = {
        topic: story.records(topic)
        for topic in (
            *LETTER_TOPICS, "recourse.disagreements", "recourse.escalations", "service.estimates",
            "service.customer-responses",
        )
    }  # fmt: skip


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    machine = Machine(keep=False)
    try:
        machine.start_broker(Console(file=io.StringIO()))
        story = Story(machine.bootstrap_servers)
        player = Player(machine.bootstrap_servers, machine.watch_worker, lambda _: None)
        player.publish([*policies(), *directory_to_publish(demo_directory(), Reference())])
        machine.start_worker()
        told(story, player, tmp_path_factory.mktemp("story"))
        player.close()
        assert machine.stop_worker() == 0, machine.worker_log.read_text()
        settings = load(bootstrap_servers=story.servers)
        report = verify(stages(), REFERENCES, settings, decode_order, WATCHED)
        story.differences += report.differences
        yield story
    finally:
        machine.close()


def test_what_came_of_it_is_equal_to_the_pure_core(story: Story) -> None:
    assert story.differences == []


def test_each_dead_letter_is_listed_with_its_reason(story: Story) -> None:
    lines = [line.split("\t") for line in story.said["list"].stdout.splitlines()]

    assert {(reason, key, redriven) for _, reason, _, key, redriven, _ in lines} == {
        ("TOO_LATE", "late", "no"),
        ("INVALID", "us-east", "no"),
        ("INVALID", "huge", "no"),
    }
    assert {at for at, *_ in lines} == {text_of(NINE + 5 * HOUR)}


def test_each_dead_letter_is_kept_where_its_sender_may_read_it(story: Story) -> None:
    kept = {topic: [each.topic for each in story.decoded(topic)] for topic in LETTER_TOPICS}

    assert kept[DEAD_LETTERS] == ["recourse.actions"]
    assert sorted(kept[SERVICE_DEAD_LETTERS]) == [
        "service.customer-responses",
        *["service.estimates"] * 3,
    ]


def test_a_dead_letter_of_a_version_before_is_redriven_from_the_old_place(story: Story) -> None:
    (original,) = [e for e in story.topics["service.customer-responses"] if e.key == b"in-time"]
    letter = dead_letter(original, DeadLetterReason.UNKNOWN_SCHEMA, "as it was", original.timestamp)
    producer = Producer(client(story.servers))
    producer.produce(DEAD_LETTERS, codecs.encode(DEAD_LETTERS, letter), original.key)
    assert producer.flush(30) == 0

    listed = story.command("list", "--reason", "UNKNOWN_SCHEMA", "--json")
    (found,) = (json.loads(line) for line in listed.stdout.splitlines())
    redriven = story.command("redrive", id_of(letter))

    assert (found["id"], found["redriven"]) == (id_of(letter), None)
    assert redriven.stdout.startswith(f"{id_of(letter)} is sent again; ")


def test_a_dead_letter_is_shown_with_its_value_and_its_first_arrival(story: Story) -> None:
    shown = story.said["show late"].stdout

    assert f"first arrival  {text_of(NINE)}\n" in shown
    assert '"visit_id": "late-v"' in shown
    assert "late_after_hours" in shown


def test_a_value_too_long_for_a_dead_letter_is_read_where_it_lies(story: Story) -> None:
    assert f"{len(HUGE) + 2:,} bytes: JSON" in story.said["show huge"].stdout
    original, *again = (each.value for each in story.topics["service.estimates"])
    assert original == json.dumps(HUGE).encode()
    assert again == [original, original]


def test_redriven_late_event_counts_from_its_first_arrival_and_is_applied_once(
    story: Story,
) -> None:
    assert story.said["redrive"].exit_code == 0, story.said["redrive"].output
    late = [
        (each.visit_id, each.decision, each.policy_version)
        for each in story.decoded("recourse.disagreements")
        if each.visit_id == "late-v"
    ]

    assert late == [("late-v", "RAISED", "v2")]


def test_redriven_action_is_taken_now_that_its_escalation_is_there(story: Story) -> None:
    steps = [
        each.status
        for each in story.decoded("recourse.escalations")
        if each.escalation_id == "in-time-v:1"
    ]

    # An executive acts on a NORMAL case: heard, but above its ceiling, so it is not taken over.
    assert steps == ["OPENED", "WARNED", "WARNED", "ACKNOWLEDGED"]


def test_a_redriven_record_is_the_original_with_two_headers_more(story: Story) -> None:
    first, *again = (
        each for each in story.topics["service.customer-responses"] if each.key == b"late"
    )

    headers = (
        ("first_arrived_at", str(NINE).encode()),
        ("redriven_from", story.ids["late"].encode()),
    )
    assert [(each.key, each.value, each.partition) for each in again] == [
        (first.key, first.value, first.partition)
    ] * 2
    assert [each.headers for each in (first, *again)] == [(), headers, headers]


def test_second_redrive_is_refused_with_a_sentence(story: Story) -> None:
    second = story.said["second"]

    assert second.exit_code == 1
    assert f"{story.ids['late']} was redriven already, as " in second.stderr
    assert story.said["again"].exit_code == 0
    assert ", as service.customer-responses:" in story.said["shown"].stdout


def test_what_is_redriven_is_passed_over_by_a_selection_and_the_rest_keeps_its_first_arrival(
    story: Story,
) -> None:
    assert story.said["unasked"].exit_code == 2
    assert "give --yes" in story.said["unasked"].output
    assert "3 are passed over" in story.said["rest"].stdout
    assert f"first arrived {text_of(NINE)}." in story.said["rest"].stdout
    redriven = [
        each for each in story.decoded(SERVICE_DEAD_LETTERS) if "redriven_from" in each.headers
    ]
    assert [each.reason for each in redriven] == ["INVALID", "INVALID"]
    assert {each.headers["first_arrived_at"] for each in redriven} == {str(NINE).encode()}


def test_the_list_for_machines_says_what_was_redriven(story: Story) -> None:
    (found,) = (json.loads(line) for line in story.said["json"].stdout.splitlines())

    assert (found["id"], found["reason"]) == (story.ids["us-east"], "INVALID")
    assert found["redriven"]["as"].startswith("recourse.actions:")


def test_who_is_overtaken_by_another_redriver_sends_nothing(story: Story) -> None:
    reader = LetterReader(story.servers, PLAIN)
    found = [each for each in reader.letters() if id_of(each.record) == story.ids["huge"]]
    overtaken = Redriver(story.servers, "recourse", reader)
    overtaken.start()
    Redriver(story.servers, "recourse", reader).start()
    before = len(story.records("service.estimates"))

    with pytest.raises(NotRedriven):
        list(overtaken.send(found))
    reader.close()
    assert len(story.records("service.estimates")) == before


def test_where_records_are_gone_nobody_can_tell_and_the_dead_letter_is_sent(story: Story) -> None:
    name = story.ids["us-east"]
    topic, partition, _ = name.split(":")
    gone = TopicPartition(topic, int(partition), OFFSET_END)
    held = admin(story.servers)  # held: without it nobody answers
    held.delete_records([gone])[gone].result(30)

    refused = story.command("redrive", name)
    assert refused.exit_code == 1
    assert f"{name} may have been redriven already: records after it in {topic} are gone" in (
        refused.stderr
    )
    assert "redriven       nobody can tell" in story.command("show", name).stdout
    sent_again = story.command("redrive", name, "--again")
    given_up = text_of(NINE + 5 * HOUR)
    assert f"{name} is sent again; given up (the record itself is gone) {given_up}." in (
        sent_again.stdout
    )
