"""What the registry takes under the contract's subjects, and what it refuses."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka.schema_registry import Schema
from confluent_kafka.schema_registry.error import SchemaRegistryError

from agents.operations.doctor.check_contract import schema_checks
from agents.operations.doctor.checks import Verdict
from agents.records.schema_registry import compatibility_of
from schemas.catalogue import TOPICS, schema
from streams.errors import ConfigurationError
from streams.serialisation.registry import READ_BY_ALL, Registry
from streams.settings import Settings
from tests.registry.rig import PRESSES, Away

pytestmark = [pytest.mark.kafka, pytest.mark.registry]
SUBJECT = f"{PRESSES}-value"
Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def namespace_said_once(part: Any, inherited: str | None = None) -> Any:
    """A schema as the client sends it: an inner type has its namespace from the outer."""
    if isinstance(part, list):
        return [namespace_said_once(each, inherited) for each in part]
    if not isinstance(part, dict):
        return part
    own = part.get("namespace", inherited)
    return {
        name: value if name == "default" else namespace_said_once(value, own)
        for name, value in part.items()
        if name != "namespace" or value != inherited
    }


def test_every_topic_has_its_subject_with_the_compatibility_that_we_promise(
    registry: Away, ids: dict[str, int]
) -> None:
    client = registry.client()

    assert set(client.get_subjects()) >= {f"{topic}-value" for topic in ids}
    assert set(ids) == {name for name, topic in TOPICS.items() if topic.schema}
    assert {topic: client.get_compatibility(f"{topic}-value") for topic in ids} == {
        topic: compatibility_of(topic) for topic in ids
    }
    assert [topic for topic in ids if compatibility_of(topic) == READ_BY_ALL] == [
        *(t for t in ids if t.startswith("service.") and t != "service.dead-letters"),
        "recourse.actions",
        "recourse.deliveries",
        "privacy.erasures",
    ]
    for topic, number in ids.items():
        there = json.loads(client.get_schema(number).schema_str or "")
        assert there == namespace_said_once(schema(TOPICS[topic].schema or ""))


def test_the_registry_refuses_a_schema_that_breaks_old_records(
    registry: Away, ids: dict[str, int]
) -> None:
    assert PRESSES in ids
    declared = schema("customer_response")
    broken = declared | {"fields": [*declared["fields"], {"name": "more", "type": "string"}]}

    with pytest.raises(ConfigurationError, match=f"refuses the schema of {SUBJECT}"):
        Registry(registry.url, 1.0).register(SUBJECT, broken, READ_BY_ALL)


def without(name: str) -> Change:
    return lambda fields: [each for each in fields if each["name"] != name]


def put_in(field: str, **changed: Any) -> Change:
    return lambda fields: [each | changed if each["name"] == field else each for each in fields]


def and_also(**field: Any) -> Change:
    return lambda fields: [*fields, field]


MAY = {
    "as it is": lambda fields: fields,
    "in another order": lambda fields: fields[::-1],
    "with one more that has a default": and_also(name="bay", type=["null", "string"], default=None),
    "without one that has a default": without("promised_ready_at"),
}
MAY_NOT = {
    "without one that must be given": without("symptoms"),
    "with one more that must be given": and_also(name="bay", type="string"),
    "with another name": put_in("symptoms", name="complaints"),
    "with another type": put_in("site_id", type="long"),
}


def test_a_team_may_register_what_breaks_nobody_and_nothing_else(registry: Away) -> None:
    ours = schema("check_in")
    client = registry.client()
    for number, (said, change) in enumerate((MAY | MAY_NOT).items()):
        subject = f"team-{number}-value"
        Registry(registry.url, 1.0).register(subject, ours, READ_BY_ALL)
        theirs = Schema(json.dumps(ours | {"fields": change(ours["fields"])}), "AVRO")
        if said in MAY:
            client.register_schema(subject, theirs)
        else:
            with pytest.raises(SchemaRegistryError, match=r"(?i)incompatible"):
                client.register_schema(subject, theirs)


@pytest.mark.usefixtures("ids")
def test_doctor_names_a_subject_that_takes_what_breaks_others(registry: Away) -> None:
    settings = Settings(registry_url=registry.url)
    subject = "service.closures-value"

    def to_fix() -> list[tuple[str, str]]:
        checks = schema_checks(settings)
        return [(each.found, each.right) for each in checks if each.verdict is Verdict.FIX]

    registry.client().set_compatibility(subject, "BACKWARD_TRANSITIVE")
    try:
        (found, right), *others = to_fix()
    finally:
        registry.client().set_compatibility(subject, READ_BY_ALL)
    assert found == f"{subject} takes what is BACKWARD_TRANSITIVE"
    assert right.startswith("must be FULL_TRANSITIVE")
    assert [*others, *to_fix()] == []
