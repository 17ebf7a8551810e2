"""The whole table of broken input, in both framings, to a real worker on a real Kafka.

Good records around it, one after the other as in memory: each broken one must be the dead letter
that the table says, at its place in Kafka, and everything else what the good ones give alone.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from confluent_kafka import Message as KafkaMessage
from confluent_kafka import Producer
from msgspec.structs import replace
from rich.console import Console

from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.pipeline.stages import stages
from agents.records.codecs import decode
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.publish import directory_to_publish
from agents.reference_data.reference import POLICIES, Reference, references
from agents.simulation.demo.machine import Machine
from agents.simulation.demo.play import WATCHED, Player, _place
from schemas.catalogue import TOPICS
from schemas.records import DeadLetter, ReceiptStatus
from streams.runtime.verify import Report, verify
from streams.settings import load
from streams.topology import Message
from streams.transport.kafka import client, partition_of
from streams.transport.reading import read_all
from tests.bad_input.breaking import FRAMINGS, Framing
from tests.bad_input.kinds import Kind
from tests.bad_input.registry import SCHEMAS, SINGLE_OBJECT
from tests.bad_input.run import (
    CASES,
    GOOD,
    HERE,
    INSIGHTS,
    broken_at,
    expected_letter,
    of,
)
from tests.registry.rig import Worker

pytestmark = pytest.mark.kafka
MOST_BYTES = 1_040_000  # of a record: just below what a broker takes
Place = tuple[str, int, int]


class RegistryDouble(BaseHTTPRequestHandler):
    """Answers `GET /schemas/ids/N` as a registry does, from the table's schemas."""

    def do_GET(self) -> None:
        last = self.path.split("?")[0].rpartition("/")[2]
        known = SCHEMAS.get(int(last)) if last.isdigit() else None
        answer: dict[str, Any] = {"error_code": 40403, "message": "Schema not found"}
        if known is not None:
            answer = {"schema": json.dumps(known)}
        body = json.dumps(answer).encode()
        self.send_response(404 if known is None else 200)
        self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@dataclass
class Sent:
    """A run: where each broken record lies in Kafka, what came, and the verdict."""

    broken: dict[Place, tuple[Kind, Framing]] = field(default_factory=dict)
    outputs: list[Message] = field(default_factory=list)
    report: Report | None = None


class Sender(Player):
    """Sends records as they are, and waits until the stages have worked them off."""

    def __init__(self, bootstrap_servers: str) -> None:
        super().__init__(bootstrap_servers, lambda: None, lambda _: None)
        self.places: list[Place] = []
        self._raw = Producer(client(bootstrap_servers, message_max_bytes=MOST_BYTES, linger_ms=0))

    def one(self, message: Message, home: bytes) -> Place:
        """Sends one, and says where it lies; `home` is the key whose partition it goes to."""
        places: list[Place] = []

        def delivered(error: object, sent: KafkaMessage) -> None:
            self._delivered(error, sent)
            place, offset = _place(sent)
            places.append((*place, offset))

        self._raw.produce(
            message.topic,
            message.value,
            message.key,
            partition_of(home, TOPICS[message.topic].partitions),
            timestamp=message.timestamp,
            headers=list(message.headers),
            on_delivery=delivered,
        )
        self._raw.flush()
        return places[0]

    def _see(self, message: KafkaMessage) -> None:
        """Broken records lie in the output topics as well: they are not decoded here."""
        place, offset = _place(message)
        self._owe(place, offset + 1)


ELSEWHERE = {
    # Its key belongs into another partition than the escalation's: it is carried there.
    "an action of another region, keyed so": (
        "escalation ann-v1:1 does not exist, or was closed and is no longer kept"
    )
}


def _good_key(topic: str) -> bytes:
    return b"us-east" if TOPICS[topic].key == "region_id" else b"ann"


def _told(machine: Machine, sender: Sender, worker: Worker) -> Sent:
    sent = Sent()
    good = [each.message(SINGLE_OBJECT.encode) for each in GOOD]
    for position, message in enumerate(good):
        if position == HERE:
            for kind, framing in CASES:
                broken = kind.broken(kind.topic, framing, broken_at()).message
                sent.broken[sender.one(broken, _good_key(kind.topic))] = kind, framing
            sender.settle()
        sender.one(message, message.key or b"")
        sender.settle()
    sender.tick(GOOD[-1].at)
    sender.settle()
    sender.close()
    assert worker.stop() == 0, worker.log.read_text()
    sent.outputs = [
        message
        for topic in WATCHED
        for message in read_all(machine.bootstrap_servers, {topic: TOPICS[topic].partitions})
        if (message.topic, message.partition, message.offset) not in sent.broken
    ]
    settings = load(bootstrap_servers=machine.bootstrap_servers)
    known = references(SINGLE_OBJECT.decode)
    # Into some outputs we have written ourselves; those are compared by their records.
    pure = [topic for topic in WATCHED if topic not in {place[0] for place in sent.broken}]
    sent.report = verify(stages(wire=SINGLE_OBJECT), known, settings, decode_order, pure)
    return sent


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    machine = Machine(keep=False)
    registry = ThreadingHTTPServer(("127.0.0.1", 0), RegistryDouble)
    Thread(target=registry.serve_forever, daemon=True).start()
    folder: Path = tmp_path_factory.mktemp("bad-input")
    worker: Worker | None = None
    try:
        machine.start_broker(Console(file=io.StringIO()))
        sender = Sender(machine.bootstrap_servers)
        policy = (POLICIES, default_policy().version, default_policy().model_dump_json().encode())
        sender.publish([policy, *directory_to_publish(demo_directory(), Reference())])
        url = f"http://127.0.0.1:{registry.server_port}"
        worker = Worker(
            machine.bootstrap_servers, folder / "worker.log", REGISTRY_URL=url, ORDER_LOG="1"
        )
        yield _told(machine, sender, worker)
    finally:
        if worker is not None:
            worker.process.kill()
            worker.process.wait()
        machine.close()
        registry.shutdown()
        registry.server_close()


def test_each_broken_record_is_the_dead_letter_of_the_table(sent: Sent) -> None:
    expected = {
        place: replace(
            letter := expected_letter(kind, framing),
            partition=place[1],
            offset=place[2],
            detail=ELSEWHERE.get(kind.name, letter.detail),
        )
        for place, (kind, framing) in sent.broken.items()
    }
    letters = [
        read
        for each in sent.outputs
        if each.topic in LETTER_TOPICS
        and isinstance(read := SINGLE_OBJECT.decode(each.topic, each.value or b""), DeadLetter)
    ]
    found = {(each.topic, each.partition, each.offset): each for each in letters}

    assert len(letters) == len(sent.broken) == len(CASES)
    assert {place: each for place, each in found.items() if each != expected[place]} == {}


def test_the_good_records_give_what_they_give_alone(sent: Sent) -> None:
    alone = [each for each in of(FRAMINGS[0]).outputs if each.topic in WATCHED]
    others = [
        each
        for each in sent.outputs
        if each.topic not in LETTER_TOPICS and not _too_late(each) and not _refused(each)
    ]

    assert sorted(map(_content, others)) == sorted(map(_content, alone))


def _refused(message: Message) -> bool:
    """Whether it answers a broken word of a customer, which has a dead letter, too."""
    if message.topic != "recourse.receipts":
        return False
    receipt: Any = decode(message.topic, message.value or b"")
    return receipt.status is ReceiptStatus.REFUSED


def _too_late(message: Message) -> bool:
    """What a dead letter of an event that came too late adds to the counts of its site."""
    if message.topic != INSIGHTS:
        return False
    record: Any = decode(INSIGHTS, message.value or b"")
    return "too_late" in record.counts


def _content(message: Message) -> tuple[Any, ...]:
    return message.topic, message.key, message.value, message.timestamp, message.headers


def test_the_whole_is_equal_to_the_pure_core(sent: Sent) -> None:
    assert sent.report is not None
    assert sent.report.differences == []
