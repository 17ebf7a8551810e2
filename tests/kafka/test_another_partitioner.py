"""Two customers with the same story: Cora's systems place keys by murmur2, Dora's by their clients'
own defaults. What is decided, counted and forgotten must be the same.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from rich.console import Console

from agents.operations.erasure import Place, Proof
from agents.pipeline.stages import CARRIED_CUSTOMERS, CARRIED_REGIONS, stages
from agents.records import codecs
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.publish import directory_to_publish
from agents.reference_data.reference import POLICIES, REFERENCES, Reference
from agents.simulation.demo.event_generator import Arrival
from agents.simulation.demo.machine import Machine
from agents.simulation.demo.play import WATCHED, Player, Seen
from schemas.catalogue import PARTITIONS
from schemas.records import DeadLetter, Decision, Disagreement
from streams.runtime.verify import verify
from streams.settings import load
from streams.topology import Message
from streams.transport.kafka import client
from streams.transport.placing import partition_of
from streams.transport.reading import read_all
from tests.agents.test_carried import visits
from tests.bad_input.good import CHECK_INS, ERASURES, NOW, Good, erasure

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]
LATER = NOW + 3_600_000


@dataclass
class Both:
    """What came of both stories."""

    servers: str
    outputs: list[Seen]
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    state: list[Message] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    redriven: list[subprocess.CompletedProcess[str]] = field(default_factory=list)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if "RECOURSE" not in name}
        return subprocess.run(
            [sys.executable, "-m", "agents", *arguments],
            env=clean | {"RECOURSE_BOOTSTRAP_SERVERS": self.servers},
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    def command(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments, "--json")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return {"code": done.returncode, "lines": lines}


def sent(player: Player, records: list[Good]) -> None:
    for each in records:
        message = each.message(codecs.encode)
        arrival = Arrival(
            message.timestamp, message.topic, message.key or b"", message.value or b""
        )
        player.send([arrival])
        player.settle()


def lived_through(both: Both, right: Player, other: Player) -> None:
    for customer, player in (("cora", right), ("dora", other)):
        sent(player, [each for each in visits(customer) if each.topic != ERASURES])
    right.tick(LATER)
    right.settle()
    both.said["doctor"] = both.command("doctor", "--role", "operator", "--own-time")
    both.said["audit"] = both.command("audit")
    both.said["status"] = both.command("status")
    # The right to be forgotten is asked for by another team: it may place keys rightly or not.
    for customer, player in (("cora", other), ("dora", right)):
        sent(player, [Good(ERASURES, erasure(customer, LATER), LATER)])
    other.send([Arrival(LATER, CHECK_INS, b"dora", b"no Avro")])
    other.settle()


def forge(servers: str) -> None:
    """Writes to the carried records as a worker's principal could: with a made-up value."""
    first = next(iter(read_all(servers, {CARRIED_CUSTOMERS: PARTITIONS})))
    producer = Producer(client(servers))
    producer.produce(
        first.topic, b"made up", first.key, first.partition, headers=list(first.headers)
    )
    assert producer.flush(30) == 0


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    machine = Machine(keep=False)
    try:
        machine.start_broker(Console(file=io.StringIO()))
        both = Both(machine.bootstrap_servers, [])
        servers, watch = machine.bootstrap_servers, machine.watch_worker
        right = Player(servers, watch, both.outputs.append)
        other = Player(servers, watch, lambda _: None, lambda _: True)
        policy = default_policy()
        published = (POLICIES, policy.version, policy.model_dump_json().encode())
        right.publish([published, *directory_to_publish(demo_directory(), Reference())])
        machine.start_worker()
        lived_through(both, right, other)
        right.settle()
        for player in (right, other):
            player.close()
        assert machine.stop_worker() == 0, machine.worker_log.read_text()
        settings = load(bootstrap_servers=servers)
        both.differences = verify(stages(), REFERENCES, settings, decode_order, WATCHED).differences
        changelogs = {stage.changelog: PARTITIONS for stage in stages()}
        both.state = list(read_all(servers, changelogs))
        both.said["whole"] = both.command("audit")
        both.redriven = [both.run("dead-letters", "redrive", "--all", "--yes") for _ in range(2)]
        forge(servers)
        both.said["forged"] = both.command("audit")
        yield both
    finally:
        machine.close()


def test_all_is_equal_to_the_pure_core(both: Both) -> None:
    assert both.differences == []
    letters = [each.record for each in both.outputs if isinstance(each.record, DeadLetter)]
    assert [(each.topic, each.key, each.value) for each in letters] == [
        (CHECK_INS, "dora", b"no Avro")
    ]
    assert letters[0].partition != partition_of(b"dora", PARTITIONS)


def test_the_same_is_decided_and_the_outcome_counts_for_both(both: Both) -> None:
    decided: dict[str, list[tuple[str, Decision, float]]] = {"cora": [], "dora": []}
    for seen in both.outputs:
        record = seen.record
        if isinstance(record, Disagreement):
            assert record.throttle is not None
            name = record.disagreement_id.replace(record.customer_id, "she")
            used = round(record.throttle.used, 3)
            decided[record.customer_id].append((name, record.decision, used))

    weight = 4.0  # of an ABUSIVE one
    assert decided["cora"] == decided["dora"]
    assert [(name, decision) for name, decision, _ in decided["dora"]] == [
        ("she-v1:ESTIMATE_DISPUTED:1", Decision.RAISED),
        ("she-v2:ESTIMATE_DISPUTED:1", Decision.THROTTLED),
    ]
    assert decided["dora"][1][2] == pytest.approx(weight, abs=0.01)


def test_both_are_forgotten_whoever_asks_for_it(both: Both) -> None:
    for customer in ("cora", "dora"):
        proof = Proof(customer, dict.fromkeys((stage.changelog for stage in stages()), None))
        for message in both.state:
            proof.take(message)

        assert {each.place for each in proof.found()} == {Place.SUPERSEDED}


def test_what_lay_wrong_was_carried_and_nothing_else(both: Both) -> None:
    carried = list(
        read_all(both.servers, {CARRIED_CUSTOMERS: PARTITIONS, CARRIED_REGIONS: PARTITIONS})
    )
    of_dora = [each for each in carried if b"dora" in (each.value or b"")]

    assert {each.key for each in carried if each.topic == CARRIED_CUSTOMERS} <= {b"cora", b"dora"}
    assert len([each for each in of_dora if each.topic == CARRIED_CUSTOMERS]) == 6
    assert [dict(each.headers)["carried_from_topic"] for each in of_dora][:1] == [
        b"service.check-ins"
    ]


def test_doctor_audit_and_status_say_whose_producer_it_is(both: Both) -> None:
    told = [each for each in both.said["doctor"]["lines"] if each["area"] == "partitions"]
    wrong = {each["found"].partition(":")[0] for each in told if each["verdict"] == "fix"}
    (audit,) = both.said["audit"]["lines"]
    found = {(each["what"], each["of"]) for each in audit["findings"]}
    (status,) = both.said["status"]["lines"]
    topics = {"service.check-ins", "service.estimates", "service.customer-responses"}

    assert topics <= wrong
    assert {("MISPLACED", topic) for topic in topics} <= found
    assert topics <= status["misplaced"].keys()
    assert any("RecourseRecordsMisplaced" in each for each in status["look_at"])
    assert all(both.said[each]["code"] == 1 for each in ("doctor", "audit", "status"))


def test_a_redriven_record_goes_to_its_right_partition_and_only_once(both: Both) -> None:
    first, second = both.redriven
    again = [
        message
        for message in read_all(both.servers, {CHECK_INS: PARTITIONS})
        if "redriven_from" in dict(message.headers)
    ]

    assert (first.returncode, second.returncode) == (0, 0), (first.stderr, second.stderr)
    assert [(each.partition, each.key, each.value) for each in again] == [
        (partition_of(b"dora", PARTITIONS), b"dora", b"no Avro")
    ]
    assert "1 redriven" in first.stdout + first.stderr
    assert "1 redriven" not in second.stdout + second.stderr


def test_audit_finds_a_carried_record_that_is_not_what_lies_where_it_came_from(both: Both) -> None:
    found = {
        name: [
            each["detail"].partition(": ")[0].partition(" ")[2]
            for each in both.said[name]["lines"][0]["findings"]
            if each["what"] == "CARRIED_OTHERWISE"
        ]
        for name in ("whole", "forged")
    }

    assert found == {"whole": [], "forged": ["holds something else"]}
