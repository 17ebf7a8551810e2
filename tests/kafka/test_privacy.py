"""What is personal goes through the whole pipeline and is seen in no log and no metric.

Then the customer asks to be forgotten, and is.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from confluent_kafka import Producer

from agents.core.site_days.published import SITE_DAYS
from agents.pipeline.stages import stages
from agents.pipeline.topic_specs import topic_specs
from agents.records.codecs import encode
from schemas.catalogue import PARTITIONS, TOPICS
from schemas.records import Erasure
from streams.broker import Broker
from streams.transport.kafka import admin
from streams.transport.placing import partition_of
from streams.transport.reading import read_all
from streams.transport.topics import declare
from tests.alerts.events import NIGHT_DESK, POLICY, directory
from tests.kafka.engine_kit import wait_until

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]
CUSTOMER, LISTED, OTHER = "canary-customer-81723", "canary-listed-81724", "canary-other-81725"
VISIT, VEHICLE = "canary-visit-81726", "canary-vehicle-81727"
NAME, PHONE, WORDS = "Canaria Vogelsang", "+49-175-5550142", "my neighbour is called Canaria"
KEY = "ca9a41" * 10 + "ca9a"
CANARIES = (CUSTOMER, LISTED, OTHER, VISIT, VEHICLE, NAME, PHONE, WORDS, KEY)
LOGGED = ("worker", "audit", "notify")


class Told(NamedTuple):
    """What the processes said and showed, and what was proved before and after the erasure."""

    bootstrap_servers: str
    logs: dict[str, str]
    metrics: dict[str, str]
    before: tuple[int, dict[str, Any]]
    after: tuple[int, dict[str, Any]]


class Pipeline:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = Broker(folder / "kafka")
        servers = self.broker.start(owned=True).bootstrap_servers
        clean = {name: value for name, value in os.environ.items() if "RECOURSE" not in name}
        mine = {"TICK_INTERVAL_MS": "200", "PRIVACY_KEY": KEY, "LOG_LEVEL": "INFO"}
        mine |= {"BOOTSTRAP_SERVERS": servers}
        self.environment = clean | {f"RECOURSE_{name}": value for name, value in mine.items()}
        self.servers = servers
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def recourse(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "agents", *arguments]
        return subprocess.run(
            command, env=self.environment, cwd=ROOT,
            capture_output=True, text=True, check=False, timeout=90,
        )  # fmt: skip

    def publish(self, kind: str, document: dict[str, Any]) -> None:
        file = self.folder / f"{kind}.json"
        file.write_text(json.dumps(document))
        done = self.recourse(kind, "publish", str(file))
        assert done.returncode == 0, done.stderr

    def start(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "agents", name, *arguments, "--http-port", "0"],
                env=self.environment, cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def metrics(self, name: str) -> str:
        line = next(each for each in self.log(name).splitlines() if "http_listening" in each)
        address = f"http://127.0.0.1:{json.loads(line)['port']}/metrics"
        with urllib.request.urlopen(address, timeout=30) as answer:
            shown: str = answer.read().decode()
        return shown

    def wait(self, name: str, metric: str) -> None:
        """Until a metric of a process is above zero."""

        def above() -> bool:
            assert self.running[name].poll() is None, self.log(name)
            if "http_listening" not in self.log(name):
                return False
            lines = self.metrics(name).splitlines()
            return any(each.startswith(metric) and not each.endswith(" 0.0") for each in lines)

        wait_until(f"{metric} of {name}", above)

    def send(self, *lines: dict[str, Any]) -> None:
        file = self.folder / f"{time.monotonic_ns()}.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        done = self.recourse("play", str(file), "--as-they-are")
        assert done.returncode == 0, done.stderr

    def prove(self) -> tuple[int, dict[str, Any]]:
        done = self.recourse("erasure", "prove", CUSTOMER, "--json")
        return done.returncode, json.loads(done.stdout)

    def close(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait(60)
        self.broker.stop()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    pipeline = Pipeline(tmp_path_factory.mktemp("privacy"))
    try:
        yield _told(pipeline)
    finally:
        pipeline.close()


def _told(pipeline: Pipeline) -> Told:
    declare(admin(pipeline.servers), topic_specs())
    entry = {"customer_id": LISTED, "reason": WORDS, "until": "2099-01-01T00:00:00Z"}
    pipeline.publish("policy", POLICY | {"lists": {"block": [entry]}})
    pipeline.publish("directory", directory())
    ways = pipeline.folder / "ways.yaml"
    ways.write_text(
        f"ways:\n- {{addressee: CUSTOMER, channel: SMS, to: ['folder:{pipeline.folder}']}}"
    )
    pipeline.start("worker")
    pipeline.start("audit", "--watch")
    pipeline.start("notify", str(ways))
    _unreadable(pipeline.servers)
    pipeline.send(*_lines())
    pipeline.wait("worker", 'recourse_escalation_steps_total{status="OPENED"')
    pipeline.send(_action("RESOLVE", outcome="UPHELD", reason=WORDS))
    pipeline.wait("worker", 'recourse_escalation_steps_total{status="RESOLVED"')
    pipeline.wait("worker", 'recourse_dead_letters_total{reason="INVALID"')
    pipeline.wait("worker", 'recourse_dead_letters_total{reason="UNREADABLE"')
    pipeline.wait("notify", "recourse_notify_deliveries_total")
    metrics = {name: pipeline.metrics(name) for name in LOGGED}
    before = pipeline.prove()
    erasure = Erasure(customer_id=CUSTOMER, occurred_at=int(time.time() * 1000))
    _astray(pipeline.servers, "privacy.erasures", CUSTOMER, encode("privacy.erasures", erasure))
    pipeline.wait("worker", 'recourse_records_handled_total{stage="desk",topic="recourse.erased"}')
    proved = [before]

    def erased() -> bool:
        proved.append(pipeline.prove())
        return proved[-1][0] == 0

    wait_until("the erasure is committed", erased)
    for process in pipeline.running.values():
        process.send_signal(signal.SIGTERM)
    assert [each.wait(60) for each in pipeline.running.values()] == [0, 0, 0]
    logs = {name: pipeline.log(name) for name in LOGGED}
    logs["Kafka"] = pipeline.broker.log.read_text()
    return Told(pipeline.servers, logs, metrics, before, proved[-1])


def test_no_log_names_anybody(told: Told) -> None:
    assert min(map(len, (told.logs[name] for name in LOGGED))) > 0
    seen = {(name, each) for name, text in told.logs.items() for each in CANARIES if each in text}
    assert seen == set()


def test_no_metric_names_anybody(told: Told) -> None:
    assert all("recourse_" in shown for shown in told.metrics.values())
    seen = {
        (name, each) for name, text in told.metrics.items() for each in CANARIES if each in text
    }
    assert seen == set()


def test_before_the_erasure_the_id_is_found_in_what_is_kept(told: Told) -> None:
    code, proof = told.before

    assert (code, proof["erased"], proof["asked_at"]) == (1, False, None)
    places = {(each["topic"], each["place"]) for each in proof["found"]}
    kept, counted = stages()[:2], stages()[2]
    assert {(stage.changelog, "STATE") for stage in kept} <= places
    assert counted.changelog not in {topic for topic, _ in places}
    assert SITE_DAYS not in {topic for topic, _ in places}
    assert ("service.check-ins", "AGES_OUT") in places
    assert ("recourse.escalations", "AGES_OUT") in places
    assert ("recourse.cases", "STATE") in places
    assert ("recourse.customers", "STATE") in places


def test_after_the_erasure_it_is_in_no_table_changelog_or_compacted_topic(told: Told) -> None:
    code, proof = told.after

    assert (code, proof["erased"]) == (0, True)
    assert proof["asked_at"] is not None
    assert {each["place"] for each in proof["found"]} == {"SUPERSEDED", "AGES_OUT"}
    # The request itself lay in a wrong partition, and came to the customer's.
    assert ("recourse.carried-customers", 1) in {
        (each["topic"], each["records"]) for each in proof["found"]
    }
    assert all(each["until"] is not None for each in proof["found"] if each["place"] == "AGES_OUT")


def test_what_stands_in_the_changelogs_at_last_does_not_name_the_customer(told: Told) -> None:
    """The same without the command: the newest record of each key, as a restart would read it."""
    compacted = {each.name: each.partitions for each in TOPICS.values() if each.compacted}
    compacted |= {stage.changelog: PARTITIONS for stage in stages()}
    newest = {
        (message.topic, message.partition, message.key): message.value
        for message in read_all(told.bootstrap_servers, compacted)
    }

    assert [of for of, value in newest.items() if of[2] == CUSTOMER.encode() and value] == []
    assert [of for of, value in newest.items() if CUSTOMER.encode() in (value or b"")] == []
    assert len([of for of, value in newest.items() if value]) > 10


def _unreadable(servers: str) -> None:
    value = f"\x00no Avro {NAME} {PHONE}".encode()
    _astray(servers, "service.check-ins", OTHER, value)


def _astray(servers: str, topic: str, key: str, value: bytes) -> None:
    """As a producer writes it that places keys by something else than murmur2."""
    producer = Producer({"bootstrap.servers": servers})
    wrong = (partition_of(key.encode(), PARTITIONS) + 1) % PARTITIONS
    producer.produce(topic, value, key.encode(), wrong)
    assert producer.flush(30) == 0


def _lines() -> list[dict[str, Any]]:
    event = {
        "occurred_at": _at(),
        "customer_id": CUSTOMER,
        "visit_id": VISIT,
        "site_id": "columbus",
    }
    event |= {"vehicle_id": VEHICLE}
    check_in = event | {
        "event_id": "canary-1", "language": "en", "channels": ["SMS"],
        "symptoms": [f"{NAME} says: call {PHONE}"],
    }  # fmt: skip
    estimate = event | {
        "event_id": "canary-2", "estimate_id": "e-1", "revision": 1, "currency": "USD",
        "total": 100, "subtotal": 90, "lines": [{"operation": f"as {NAME} wants", "amount": 90}],
    }  # fmt: skip
    press = event | {"event_id": "canary-3", "response": "REQUESTED", "subject": "NONE"}
    listed = press | {"event_id": "canary-4", "customer_id": LISTED, "visit_id": "v-listed"}
    invalid = press | {"event_id": NAME, "customer_id": OTHER, "response": WORDS}
    of_the_future = check_in | {
        "event_id": "canary-5",
        "customer_id": OTHER,
        "occurred_at": _at(900),
    }
    responses = "service.customer-responses"
    return [
        {"topic": "service.check-ins", "value": check_in},
        {"topic": "service.estimates", "value": estimate},
        {"topic": responses, "value": press},
        {"topic": responses, "value": listed},
        {"topic": responses, "value": invalid},
        {"topic": "service.check-ins", "value": of_the_future},
        {"topic": "recourse.actions", "value": _action("SNOOZE", visit=NAME)["value"]},
    ]


def _action(name: str, *, visit: str = VISIT, **more: str) -> dict[str, Any]:
    value = {
        "action_id": f"{name}-1", "occurred_at": _at(), "escalation_id": f"{visit}:1",
        "region_id": "us-east", "by": NIGHT_DESK, "action": name, **more,
    }  # fmt: skip
    return {"topic": "recourse.actions", "value": value}


def _at(seconds: int = 0) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
