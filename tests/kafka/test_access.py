"""A broker that asks who you are: each role can do what it needs, and nothing else.

The broker is the guarded one that `recourse kafka up --guarded` starts; the ACLs are those that
`recourse topics apply --access` writes; every role tries every topic, both ways.
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
from typing import Any

import pytest
from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AclOperation, AdminClient, NewTopic

from agents.operations.access import Role, granted_roles
from agents.pipeline.stages import every_stage
from agents.records.codecs import decode
from schemas.catalogue import TOPICS
from streams.broker import Broker
from streams.broker.guard import Guard

pytestmark = pytest.mark.kafka
CHANGELOGS = tuple(stage.changelog for stage in every_stage())
ALL = (*TOPICS, *CHANGELOGS)
ROOT = Path(__file__).parents[2]
PUBLISHED = {
    "policy": ROOT / "docs/examples/strict.yaml",
    "directory": ROOT / "agents/reference_data/directories/demo.yaml",
}


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guard]:
    broker = Broker(tmp_path_factory.mktemp("guarded"))
    broker.start(owned=True, guarded=True)
    try:
        done = recourse(broker.guard, "admin", "topics", "apply", "--access")
        assert done.returncode == 0, done.stderr + done.stdout
        yield broker.guard
    finally:
        broker.stop(wipe=True)


@pytest.fixture(scope="module")
def published(guard: Guard) -> None:
    for kind, file in PUBLISHED.items():
        done = recourse(guard, "operator", kind, "publish", str(file))
        assert done.returncode == 0, done.stderr


def environment(guard: Guard, user: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if "RECOURSE" not in name}
    return clean | guard.environment(user)


def recourse(guard: Guard, user: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agents", *arguments],
        env=environment(guard, user),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def client(guard: Guard, user: str, **settings: Any) -> dict[str, Any]:
    return {
        "bootstrap.servers": guard.bootstrap_servers,
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": str(guard.folder / "ca.pem"),
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": user,
        "sasl.password": guard.password_file(user).read_text(),
        "log_level": 0,
        **{name.replace("_", "."): value for name, value in settings.items()},
    }


def covered(names: tuple[str, ...], topic: str) -> bool:
    return any(
        topic.startswith(name[:-1]) if name.endswith("*") else topic == name for name in names
    )


def written(guard: Guard, user: str) -> set[str]:
    """The topics that took a record, or would have if it had a key: compacted ones want one."""
    taken: set[str] = set()

    def answered(error: KafkaError | None, message: Message) -> None:
        if error is None or error.code() == KafkaError.INVALID_RECORD:
            taken.add(str(message.topic()))

    producer = Producer(client(guard, user))
    for topic in ALL:
        producer.produce(topic, b"tried", None, 0, on_delivery=answered)
    assert producer.flush(30) == 0
    return taken


def read(guard: Guard, user: str) -> set[str]:
    """The topics of which the broker says that this client may read them."""
    admin_client = AdminClient(client(guard, user))  # without a name it ends before it answers
    answers = admin_client.describe_topics(
        TopicCollection(list(ALL)), include_authorized_operations=True
    )
    allowed = set()
    for topic, future in answers.items():
        try:
            operations = future.result(30).authorized_operations
        except KafkaException as error:
            assert error.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED, error  # noqa: PT017
        else:
            allowed |= {topic} if AclOperation.READ in operations else set()
    return allowed


@pytest.mark.parametrize("name", granted_roles())
def test_a_role_can_do_what_is_declared_and_nothing_else(guard: Guard, name: str) -> None:
    role: Role = granted_roles()[name]

    assert written(guard, name) == {topic for topic in ALL if covered(role.writes, topic)}
    assert read(guard, name) == {topic for topic in ALL if covered(role.reads, topic)}


@pytest.mark.parametrize("name", granted_roles())
def test_no_role_makes_or_removes_topics(guard: Guard, name: str) -> None:
    admin_client = AdminClient(client(guard, name))

    for future in (
        admin_client.create_topics([NewTopic("mine", 1, 1)])["mine"],
        admin_client.delete_topics(["recourse.actions"])["recourse.actions"],
    ):
        with pytest.raises(KafkaException) as refused:
            future.result(30)
        assert refused.value.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_nobody_but_an_admin_gives_rights(guard: Guard) -> None:
    done = recourse(guard, "operator", "topics", "apply", "--access")

    assert (done.returncode, done.stderr) == (
        1,
        (
            f"Kafka at {guard.bootstrap_servers} does not let operator do this "
            "(CLUSTER_AUTHORIZATION_FAILED): docs/security.md says who may\n"
        ),
    )


@pytest.mark.parametrize(
    "name", ["consumer", "managers-app", "act", "notify", "auditor", "redriver", "operator"]
)
def test_nobody_else_takes_a_place_in_the_workers_group(guard: Guard, name: str) -> None:
    consumer = Consumer(client(guard, name, group_id="recourse-desk"))
    try:
        consumer.subscribe(["recourse.notices"])
        codes = set()
        end = time.monotonic() + 90
        while KafkaError.GROUP_AUTHORIZATION_FAILED not in codes and time.monotonic() < end:
            message = consumer.poll(0.5)
            error = message.error() if message is not None else None
            codes |= {error.code()} if error is not None else set()
        assert KafkaError.GROUP_AUTHORIZATION_FAILED in codes
        assert consumer.assignment() == []
    finally:
        consumer.close()


def test_nobody_else_fences_the_worker(guard: Guard) -> None:
    for name in ("consumer", "service-system", "notify", "redriver", "operator"):
        producer = Producer(client(guard, name, transactional_id="recourse-desk-0"))
        with pytest.raises(KafkaException, match="TRANSACTIONAL_ID_AUTHORIZATION_FAILED"):
            producer.init_transactions(30)


def test_a_wrong_password_and_a_plain_client_get_nothing(guard: Guard) -> None:
    tried: list[dict[str, Any]] = [
        client(guard, "worker") | {"sasl.password": "wrong"},
        {"bootstrap.servers": guard.bootstrap_servers, "log_level": 0},
    ]
    for settings in tried:
        with pytest.raises(KafkaException):
            AdminClient(settings).list_topics(timeout=2)


def test_planning_again_finds_nothing_to_do(guard: Guard) -> None:
    done = recourse(guard, "admin", "topics", "plan", "--access", "--json")

    assert (done.returncode, json.loads(done.stdout)) == (0, {"topics": [], "access": []})


@pytest.mark.usefixtures("published")
def test_auditor_and_redriver_read_without_a_place_in_any_group(guard: Guard) -> None:
    done = {
        "audit": recourse(guard, "auditor", "audit", "--json"),
        "list": recourse(guard, "redriver", "dead-letters", "list", "--json"),
        "redrive": recourse(
            guard, "redriver", "dead-letters", "redrive", "--reason", "FAILED", "--yes"
        ),
    }

    said = {name: each.stdout + each.stderr for name, each in done.items()}
    assert not [each for each in said.values() if "authorization" in each.lower()], said
    # 1: it has read, and found what other tests wrote to the topics.
    assert done.pop("audit").returncode in {0, 1}, said
    assert {each.returncode for each in done.values()} == {0}, said


@pytest.mark.usefixtures("published")
def test_the_pipeline_runs_with_everybody_in_their_role(guard: Guard, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with log.open("wb") as stream:
        worker = subprocess.Popen(
            [sys.executable, "-m", "agents", "worker", "--http-port", "0"],
            env=environment(guard, "worker") | {"RECOURSE_TICK_INTERVAL_MS": "200"},
            cwd=ROOT,
            stdout=stream,
            stderr=stream,
        )
    try:
        lines = tmp_path / "now.jsonl"
        lines.write_text(_now(), encoding="utf-8")
        done = recourse(guard, "customer-channel", "play", str(lines))
        assert done.returncode == 0, done.stderr
        record: Any = decode("recourse.escalations", first_of(guard, "recourse.escalations"))
        assert record.status.value == "OPENED"
        port = json.loads(
            next(line for line in log.read_text().splitlines() if "http_listening" in line)
        )["port"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            metrics = answer.read().decode()
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0, log.read_text()
    password = guard.password_file("worker").read_text()
    assert password not in log.read_text()
    assert password not in metrics


def first_of(guard: Guard, topic: str) -> bytes:
    consumer = Consumer(
        client(guard, "consumer", group_id="consumer-test", auto_offset_reset="earliest")
    )
    try:
        consumer.assign([TopicPartition(topic, number, 0) for number in range(12)])
        end = time.monotonic() + 90
        while time.monotonic() < end:
            message = consumer.poll(0.5)
            if message is not None and message.error() is None and message.value() != b"tried":
                return bytes(message.value() or b"")
    finally:
        consumer.close()
    raise AssertionError(f"nothing came to {topic}")


def _now() -> str:
    """A customer presses the button, now."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    value = {
        "event_id": "press-1",
        "occurred_at": at,
        "customer_id": "c-1",
        "visit_id": "v-1",
        "vehicle_id": None,
        "site_id": "columbus",
        "response": "REQUESTED",
        "subject": "NONE",
    }
    return json.dumps({"topic": "service.customer-responses", "value": value}) + "\n"
