"""Apicurio as a team would run it: registered subjects, mixed framings, and a registry away."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from threading import Timer

import avro.io
import avro.schema
import pytest
from confluent_kafka.schema_registry import Schema, SchemaReference
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from agents.operations.doctor.check_framing import framing_checks
from agents.operations.doctor.checks import Verdict
from agents.pipeline.topic_specs import topic_specs
from agents.records.codecs import Codecs
from schemas.catalogue import schema
from schemas.records import CustomerResponse, Wish
from streams.broker import Status
from streams.broker.certificates import certificates
from streams.broker.server import HOST
from streams.serialisation.registry import Registry
from streams.settings import Settings
from streams.transport.kafka import admin
from streams.transport.topics import declare
from tests.kafka.engine_kit import STANDS_STILL_SECONDS, wait_until
from tests.registry.guarded import PASSWORD, GuardedRegistry
from tests.registry.rig import (
    CONFLUENT,
    DISAGREEMENTS,
    PRESSES,
    SINGLE_OBJECT,
    WAIT_MS,
    Away,
    Upstream,
    Worker,
    with_a_field_more,
)

pytestmark = [pytest.mark.kafka, pytest.mark.registry]
ESCALATIONS = "recourse.escalations"
ROOT = Path(__file__).parents[2]
EXAMPLES = "docs/examples"
SUBJECT = f"{PRESSES}-value"
PLAIN = {"auto.register.schemas": False, "use.latest.version": False}


@pytest.fixture(scope="module")
def upstream(broker: Status) -> Upstream:
    declare(admin(broker.bootstrap_servers), topic_specs())
    team = Upstream(broker.bootstrap_servers)
    team.publish_reference()
    return team


Start = Callable[..., Worker]


@pytest.fixture
def start(broker: Status, registry: Away, tmp_path: Path) -> Iterator[Start]:
    """Starts a worker that knows the registry; each test ends with its worker stopped."""
    workers: list[Worker] = []

    def started(**settings: str) -> Worker:
        known = {"REGISTRY_URL": registry.url, "REGISTRY_WAIT_MS": str(WAIT_MS)}
        log = tmp_path / f"{len(workers)}.log"
        workers.append(Worker(broker.bootstrap_servers, log, **(known | settings)))
        return workers[-1]

    yield started
    registry.come_back()
    for worker in workers:
        assert worker.stop() == 0, worker.log.read_text()


def serializer(registry: Away, name: str = "customer_response") -> AvroSerializer:
    made: AvroSerializer = AvroSerializer(registry.client(), json.dumps(schema(name)), conf=PLAIN)
    return made


@pytest.mark.usefixtures("ids")
def test_both_framings_in_one_topic_are_read(
    registry: Away, upstream: Upstream, start: Start
) -> None:
    start()
    theirs = serializer(registry)
    mixed = [f"mixed-{number}" for number in range(20)]
    for number, customer in enumerate(mixed):
        if number % 2:
            upstream.press_registered(customer, theirs)
        else:
            upstream.press(customer)

    wait_until("all are raised", lambda: upstream.raised() >= set(mixed))
    assert not set(mixed) & set(upstream.dead())


def test_a_schema_that_refers_to_another_is_read_as_one(registry: Away) -> None:
    """Confluent's serialiser writes it, as a team whose schema lies in two files would have it."""
    whole = schema("customer_response")
    wish = next(each for each in whole["fields"] if each["name"] == "wish")["type"][1]
    fields = [
        each | {"type": ["null", "recourse.Wish"]} if each["name"] == "wish" else each
        for each in whole["fields"]
    ]
    client = registry.client()
    client.register_schema("wish", Schema(json.dumps({"namespace": "recourse"} | wish), "AVRO"))
    reference = SchemaReference(name="recourse.Wish", subject="wish", version=1)
    two = Schema(json.dumps(whole | {"fields": fields}), "AVRO", [reference])
    number = client.register_schema("two-files-value", two)
    plain = {
        "event_id": "e1", "occurred_at": 5, "customer_id": "c1", "visit_id": "v1",
        "site_id": "columbus", "response": "REQUESTED", "subject": "NONE",
        "wish": {"language": "de"},
    }  # fmt: skip
    writes = AvroSerializer(client, two, conf={**PLAIN, "use.schema.id": number})
    context = SerializationContext("two-files", MessageField.VALUE)

    read = Codecs(Registry(registry.url, 2.0).schema_of).decode(PRESSES, writes(plain, context))

    assert isinstance(read, CustomerResponse)
    assert (read.event_id, read.wish) == ("e1", Wish(language="de"))


@pytest.mark.usefixtures("ids")
def test_a_newer_version_of_an_upstream_team_is_read(
    registry: Away, upstream: Upstream, start: Start
) -> None:
    start()
    newer = json.dumps(with_a_field_more(schema("customer_response")))
    registry.client().register_schema(SUBJECT, Schema(newer, "AVRO"))
    upstream.press_registered("newer", AvroSerializer(registry.client(), newer, conf=PLAIN))

    wait_until("it is raised", lambda: "newer" in upstream.raised())


@pytest.mark.usefixtures("ids")
def test_an_id_that_the_registry_lacks_is_an_unknown_schema(
    upstream: Upstream, start: Start
) -> None:
    start()
    upstream.send("lacking", b"\x00" + (99_999).to_bytes(4, "big") + b"rest")
    upstream.press("behind-lacking")

    wait_until("the one behind it", lambda: "behind-lacking" in upstream.raised())
    wait_until("its dead letter", lambda: "lacking" in upstream.dead())
    assert upstream.dead()["lacking"] == (
        "UNKNOWN_SCHEMA",
        "schema id 99999 can't be had: the registry has none",
    )


@pytest.mark.usefixtures("ids")
def test_a_registry_away_in_the_middle_stops_nothing_that_is_known(
    registry: Away, upstream: Upstream, start: Start
) -> None:
    worker = start()
    theirs = serializer(registry)
    upstream.press_registered("before", theirs)
    wait_until("it is raised", lambda: "before" in upstream.raised())
    unknown = serializer(registry, "check_in")  # its id was not met in the topic of presses yet
    other = unknown(_a_check_in(), SerializationContext("service.check-ins", MessageField.VALUE))
    registry.go()
    upstream.press_registered("meanwhile", theirs)
    wait_until("a known id goes on", lambda: "meanwhile" in upstream.raised())
    assert other is not None
    upstream.send("unknown", other)
    upstream.press("behind-unknown")
    wait_until("the one behind it", lambda: "behind-unknown" in upstream.raised())
    wait_until("its dead letter", lambda: "unknown" in upstream.dead())

    reason, detail = upstream.dead()["unknown"]
    assert reason == "UNKNOWN_SCHEMA"
    assert detail.endswith(f"the registry has not answered for {WAIT_MS / 1000:g} s")
    assert worker.says("waiting_for_registry")


@pytest.mark.usefixtures("ids")
def test_a_registry_that_comes_back_in_time_was_never_missed(
    registry: Away, upstream: Upstream, start: Start
) -> None:
    theirs = serializer(registry)
    upstream.press_registered("warm", theirs)  # so that the serializer knows its id
    registry.go()
    worker = start(REGISTRY_WAIT_MS="30000", SESSION_TIMEOUT_MS="60000")
    upstream.press_registered("patient", theirs)
    wait_until("it waits", lambda: worker.says("waiting_for_registry"))
    registry.come_back()

    wait_until("it is raised", lambda: {"warm", "patient"} <= upstream.raised())
    assert "patient" not in upstream.dead()


@pytest.mark.usefixtures("ids")
def test_without_the_registry_a_worker_starts_and_reads_what_needs_none(
    registry: Away, upstream: Upstream, start: Start
) -> None:
    registry.go()
    start()
    upstream.press("alone")

    wait_until("it is raised", lambda: "alone" in upstream.raised())


def test_outputs_in_confluents_framing_are_read_by_others(
    registry: Away, ids: dict[str, int], upstream: Upstream, start: Start
) -> None:
    registry.go()
    worker = start(FRAMING="confluent")
    wait_until("it waits for the registry", lambda: worker.says("waiting_for_registry"))
    registry.come_back()
    upstream.press("framed")
    theirs = AvroDeserializer(registry.client())
    ours = avro.io.DatumReader(avro.schema.parse(_without_logical_types("disagreement")))

    def framed() -> list[bytes]:
        return [v for v in upstream.values(DISAGREEMENTS, CONFLUENT) if b"framed" in v]

    wait_until("it is written", lambda: bool(framed()))
    (value,) = framed()
    assert int.from_bytes(value[1:5], "big") == ids[DISAGREEMENTS]
    read = theirs(value, SerializationContext(DISAGREEMENTS, MessageField.VALUE))
    assert isinstance(read, dict)
    assert read["customer_id"] == "framed"
    assert ours.read(avro.io.BinaryDecoder(io.BytesIO(value[5:])))["decision"] == read["decision"]


def test_a_topic_is_changed_over_and_back_under_a_consumer_that_reads_both(
    broker: Status, registry: Away, upstream: Upstream, start: Start, tmp_path: Path
) -> None:
    environment = os.environ | {
        "RECOURSE_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "REGISTRY": registry.url,
        "DONE": str(tmp_path / "done.db"),
        "KAFKA_CONFIG": str(tmp_path / "group"),
    }
    (tmp_path / "group").write_text("group.id=consumer-changed-over\n")
    consumer = subprocess.Popen(
        [sys.executable, "-u", f"{EXAMPLES}/consumer.py"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    over = {"FRAMING_BY_TOPIC": f"{ESCALATIONS}=confluent"}
    bound = Timer(STANDS_STILL_SECONDS * 5, consumer.kill)  # else its next line is waited for
    bound.start()
    try:
        for customer, settings in (("then", {}), ("over", over), ("back", {})):
            worker = start(**settings)
            upstream.press(customer)
            framing = CONFLUENT if settings else SINGLE_OBJECT
            mark = f"visit-{customer}:1".encode()
            wait_until(
                f"the step of {customer}",
                lambda: any(mark in v for v in upstream.values(ESCALATIONS, framing)),  # noqa: B023 - at once
            )
            assert customer in upstream.raised()  # which is read from single-object encoding alone
            assert worker.stop() == 0
        assert consumer.stdout is not None
        told = [*islice(filter(re.compile("visit-(then|over|back):").match, consumer.stdout), 3)]
    finally:
        bound.cancel()
        consumer.kill()
        consumer.communicate()

    assert [line.split()[:4] for line in told] == [
        [f"visit-{customer}:1", "step", "0", "OPENED"] for customer in ("then", "over", "back")
    ]
    named = Settings(
        bootstrap_servers=broker.bootstrap_servers,
        registry_url=registry.url,
        framing_by_topic=over["FRAMING_BY_TOPIC"],
    )
    (check,) = framing_checks(admin(broker.bootstrap_servers), named, [ESCALATIONS])
    assert check.verdict is Verdict.UNKNOWN  # of the newest there are those of before and after
    assert check.found.endswith("are in single-object encoding")


def test_the_programs_for_neighbours_write_and_read_with_a_registry(  # noqa: PLR0917 - fixtures
    broker: Status,
    registry: Away,
    ids: dict[str, int],
    upstream: Upstream,
    start: Start,
    tmp_path: Path,
) -> None:
    """Also after another team has registered a version of its own."""
    start(FRAMING="confluent")
    newer = json.dumps(with_a_field_more(schema("estimate")))
    assert registry.client().register_schema("service.estimates-value", Schema(newer, "AVRO")) > 0
    environment = os.environ | {
        "RECOURSE_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "REGISTRY": registry.url,
        "DONE": str(tmp_path / "done.db"),
    }

    def run(*program: str) -> str:
        command = [sys.executable, f"{EXAMPLES}/{program[0]}", *program[1:]]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("producer.py", "neighbour", "neighbour-v1")

    def steps() -> list[bytes]:
        return [v for v in upstream.values(ESCALATIONS, CONFLUENT) if b"neighbour-v1" in v]

    wait_until("its step is written", lambda: len(steps()) == 1)
    framed = upstream.values("service.estimates", CONFLUENT)
    assert {int.from_bytes(value[1:5], "big") for value in framed} == {ids["service.estimates"]}
    told = [line for line in run("consumer.py", "3").splitlines() if "neighbour" in line]
    assert [line.split()[:4] for line in told] == [["neighbour-v1:1", "step", "0", "OPENED"]]


def reason(refused: Worker) -> str:
    """Why a worker did not start: its last line says it."""
    line = json.loads(refused.log.read_text().splitlines()[-1])
    assert (line["event"], line["exit_code"]) == ("not_started", 78)
    return str(line["reason"])


def _a_check_in() -> dict[str, object]:
    return {
        "event_id": "e",
        "occurred_at": 0,
        "customer_id": "c",
        "visit_id": "v",
        "vehicle_id": "w",
        "site_id": "s",
        "language": "en",
        "channels": [],
        "symptoms": [],
    }


def _without_logical_types(name: str) -> str:
    text = json.dumps(schema(name))
    return text.replace('{"type": "long", "logicalType": "timestamp-millis"}', '"long"')


@pytest.fixture
def guarded(registry: Away, tmp_path: Path) -> Iterator[GuardedRegistry]:
    proxy = GuardedRegistry(registry.url, tmp_path)
    yield proxy
    proxy.close()


@pytest.mark.usefixtures("ids")
def test_a_registry_with_tls_and_a_password_is_read_and_written(
    registry: Away, guarded: GuardedRegistry, upstream: Upstream, start: Start
) -> None:
    worker = start(**guarded.settings(FRAMING="confluent"))
    newer = json.dumps(with_a_field_more(schema("customer_response")))  # not what we registered
    registry.client().register_schema(SUBJECT, Schema(newer, "AVRO"))
    theirs = AvroSerializer(registry.client(), newer, conf=PLAIN)
    upstream.press_registered("guarded", theirs)

    def decided() -> list[bytes]:
        # By its customer: other tests write in this framing too.
        return [v for v in upstream.values(DISAGREEMENTS, CONFLUENT) if b"guarded" in v]

    wait_until("it is decided", lambda: bool(decided()))
    assert {code for _, code in guarded.asked} == {200}
    assert any("/schemas/ids/" in asked for asked, _ in guarded.asked)
    assert any(asked.startswith("POST") for asked, _ in guarded.asked)
    assert PASSWORD not in worker.log.read_text()


@pytest.mark.parametrize("framing", ["single-object", "confluent"])
def test_who_is_not_let_in_by_the_registry_does_not_start(
    guarded: GuardedRegistry, broker: Status, tmp_path: Path, framing: str
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("canary-wrong-91cc")
    refused = Worker(
        broker.bootstrap_servers,
        tmp_path / "refused.log",
        **guarded.settings(REGISTRY_PASSWORD_FILE=str(wrong), FRAMING=framing),
    )

    assert refused.process.wait(60) == 78
    assert "canary" not in refused.log.read_text()
    assert reason(refused) == (
        f"the registry {guarded.url} does not let recourse in (401): "
        "RECOURSE_REGISTRY_USERNAME and RECOURSE_REGISTRY_PASSWORD_FILE must be those of a user "
        "who may read schemas"
    )


def test_a_registry_that_cannot_prove_who_it_is_is_not_asked(
    guarded: GuardedRegistry, broker: Status, tmp_path: Path
) -> None:
    other, _ = certificates(HOST)
    (tmp_path / "other.pem").write_bytes(other)
    refused = Worker(
        broker.bootstrap_servers,
        tmp_path / "refused.log",
        **guarded.settings(REGISTRY_CA_FILE=str(tmp_path / "other.pem")),
    )

    assert refused.process.wait(60) == 78
    assert reason(refused) == (
        f"the certificate of the registry {guarded.url} can't be verified: "
        "RECOURSE_REGISTRY_CA_FILE must be the authority that signed it"
    )
    assert guarded.asked == []
