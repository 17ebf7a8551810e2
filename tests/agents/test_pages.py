"""The pages for the teams at either end say what is so; tests/kafka runs their lines."""

import inspect
import io
import json
import re
from pathlib import Path
from typing import Any

import fastavro
import pytest

from agents.core.desk import remedies
from agents.operations.access import granted_roles, roles
from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.pipeline.stages import CUSTOMERS_INPUTS
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.files import read
from agents.reference_data.policy_files import default_policy, policy_in
from agents.simulation.simulate import simulate
from schemas.catalogue import TOPICS, schema
from schemas.records import DeadLetterReason, Decision, EscalationStatus, RemedyKind
from streams.serialisation.framing import fingerprint_of, single_object
from streams.serialisation.logical import parsed

DOCS = Path(__file__).parents[2] / "docs"
PRODUCERS = (DOCS / "producers.md").read_text(encoding="utf-8")
CONSUMERS = (DOCS / "consumers.md").read_text(encoding="utf-8")
ESTIMATES = "service.estimates"
NOTICES = "recourse.notices"
REDRIVER = "redriver"
ESTIMATE: dict[str, Any] = {
    "event_id": "e1",
    "occurred_at": 1_772_462_160_000,
    "customer_id": "c1",
    "visit_id": "v1",
    "vehicle_id": "car1",
    "site_id": "columbus",
    "estimate_id": "q1",
    "revision": 1,
    "currency": "USD",
    "total": 10_000,
    "subtotal": 9_300,
    "lines": [],
}
OTHER = schema("estimate") | {
    "fields": [
        *schema("estimate")["fields"],
        {"name": "x", "type": ["null", "string"], "default": None},
    ]
}


@pytest.mark.parametrize(
    ("page", "program"), [(PRODUCERS, "producer.py"), (CONSUMERS, "consumer.py")]
)
def test_the_program_on_the_page_is_the_one_beside_it(page: str, program: str) -> None:
    (shown,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)

    assert shown == (DOCS / "examples" / program).read_text(encoding="utf-8")


@pytest.mark.parametrize("program", ["producer.py", "consumer.py", "dead_letters.py"])
def test_the_programs_take_nothing_of_ours_but_the_schemas(program: str) -> None:
    text = (DOCS / "examples" / program).read_text(encoding="utf-8")

    assert not re.search(r"^\s*(import|from) (agents|streams|schemas)\b", text, re.MULTILINE)


def test_the_table_of_inputs_has_every_topic_with_its_schema_and_the_bytes_in_front() -> None:
    rows = re.findall(r"^\| `(service\.\S+)` \| `(\w+)` \| `(.*?)` \|", PRODUCERS, re.MULTILINE)

    assert rows == [
        (topic.name, topic.schema, first_bytes(topic.schema or ""))
        for topic in TOPICS.values()
        if topic.name in CUSTOMERS_INPUTS and topic.name.startswith("service.")
    ]


def first_bytes(name: str) -> str:
    return single_object(fingerprint_of(schema(name)), b"").hex(" ")


def test_the_table_of_outputs_has_the_retention_that_is_set() -> None:
    rows = re.findall(
        r"^\| `((?:recourse|privacy)\S+)` \| `(\w+)` .* \| (\d+ days|the newest record .*) \|$",
        CONSUMERS,
        re.MULTILINE,
    )

    assert {name for name, *_ in rows} == set(roles()["consumer"].reads)
    for name, its_schema, kept in rows:
        assert TOPICS[name].schema == its_schema
        if not TOPICS[name].compacted:
            days, _, unit = kept.partition(" ")
            assert (unit, TOPICS[name].retention_ms) == ("days", int(days) * 86_400_000), name


def test_each_topic_of_a_producer_has_the_roles_that_write_it() -> None:
    rows = re.findall(r"^\| `(service\.\S+)` \|.*?` \|.*?` \| (`.*?) \|", PRODUCERS, re.MULTILINE)

    assert [(topic, re.findall(r"`(.*?)`", cell)) for topic, cell in rows] == [
        (
            topic,
            [n for n, role in granted_roles().items() if topic in role.writes and n != REDRIVER],
        )
        for topic in CUSTOMERS_INPUTS
        if topic.startswith("service.")
    ]


def test_each_topic_of_a_consumer_has_the_roles_that_read_it() -> None:
    rows = re.findall(r"^\| `([a-z]+\.\S+)` \|.*\| (`[^|]*`) \| [^|]+ \|$", CONSUMERS, re.MULTILINE)

    assert rows
    for topic, cell in rows:
        readers = [n for n in ("consumer", "sender") if topic in granted_roles()[n].reads]
        assert re.findall(r"`(.*?)`", cell) == readers, topic


def test_every_reason_decision_and_status_is_explained() -> None:
    reasons = set(re.findall(r"^\| ([A-Z_]+) \|", PRODUCERS, re.MULTILINE))
    told = set(
        re.findall(r"\b[A-Z_]{4,}\b", "\n".join(re.findall(r"^\| .*$", CONSUMERS, re.MULTILINE)))
    )

    assert reasons == {each.value for each in DeadLetterReason} - {"UNKNOWN"}
    assert {each.value for each in (*Decision, *EscalationStatus)} - told <= {"UNKNOWN"}


def test_every_remedy_is_on_both_pages_and_all_that_refuses_one_on_the_managers() -> None:
    section = PRODUCERS.partition("## What a manager's app sends\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    named = {each for row in rows for each in re.findall(r"`([A-Z_]+)`", row)}
    kinds = {each.value for each in RemedyKind if each is not RemedyKind.UNKNOWN}
    refusals = set(re.findall(r"ActionRefusal\.([A-Z_]+)", inspect.getsource(remedies)))
    refusals -= {"TAKEN_BACK"}  # of ABUSIVE

    assert named == kinds | refusals
    assert all(
        re.search(rf"^\| with .*\b{kind}\b", CONSUMERS, re.MULTILINE) for kind in kinds - {"NONE"}
    )


@pytest.mark.parametrize(
    "value",
    [
        b"hello",
        single_object(fingerprint_of(OTHER), b""),
        b"\x00\x00\x00\x00\x07rest",
        ESTIMATE | {"total": -5},
        ESTIMATE | {"event_id": "a b"},
    ],
)
def test_the_details_of_unreadable_values_are_those_on_the_page(
    value: bytes | dict[str, Any],
) -> None:
    with pytest.raises(codecs.Undecodable) as caught:
        codecs.decode(ESTIMATES, value if isinstance(value, bytes) else avro(value))

    assert f"| {caught.value.reason} |" in PRODUCERS
    assert f"| `{caught.value.detail}` |" in PRODUCERS


@pytest.mark.parametrize(
    "line",
    [
        {"key": "c2", "value": ESTIMATE},
        {"arrived_at": "2026-03-02T14:30:00Z", "value": ESTIMATE},
        {
            "topic": "service.customer-responses",
            "arrived_at": "2026-03-03T14:40:00Z",
            "value": ESTIMATE | {"response": "ASKED", "subject": "NONE"},
        },
        {"value": ESTIMATE | {"event_id": "e2", "currency": "EUR"}},
        {
            "topic": "service.customer-responses",
            "value": ESTIMATE | {"response": "UNKNOWN", "subject": "ESTIMATE"},
        },
    ],
)
def test_the_details_of_events_that_cannot_be_used_are_those_on_the_page(
    line: dict[str, Any],
) -> None:
    good = {"topic": ESTIMATES, "value": in_json(ESTIMATE | {"event_id": "e0"})}
    given = {"topic": ESTIMATES} | line | {"value": in_json(line["value"])}
    texts = [json.dumps(each).encode() for each in (good, given)]
    written = simulate(texts, default_policy(), demo_directory())
    (dead,) = [
        json.loads(bytes(each.value))
        for made in written
        for each in made
        if each.topic in LETTER_TOPICS
    ]

    assert f"| {dead['reason']} |" in PRODUCERS
    assert f"| `{dead['detail']}` |" in PRODUCERS


def in_json(value: dict[str, Any]) -> dict[str, Any]:
    return value | {"occurred_at": "2026-03-02T14:36:00Z"}


def avro(value: dict[str, Any]) -> bytes:
    """As a team would write it that checks nothing."""
    body = io.BytesIO()
    fastavro.schemaless_writer(body, parsed(schema("estimate")), value)
    return single_object(fingerprint_of(schema("estimate")), body.getvalue())


def test_the_notice_on_the_page_is_the_one_that_its_command_makes() -> None:
    (shown,) = re.findall(r"^```json\n(.*?)^```$", CONSUMERS, re.MULTILINE | re.DOTALL)
    policy = policy_in(read(DOCS / "examples" / "strict.yaml"))
    texts = (DOCS / "examples" / "rise.jsonl").read_bytes().splitlines()

    written = simulate(texts, policy, demo_directory())

    notices = [json.loads(bytes(e.value)) for b in written for e in b if e.topic == NOTICES]
    assert json.loads(shown) == notices[0]
