"""Schemas over time: what old writers wrote is read, and a change that breaks them is found."""

from copy import deepcopy
from typing import Any

import pytest

from agents.records import codecs
from schemas import records
from schemas.catalogue import TOPICS, released, schema
from streams.serialisation.codec import Codec
from tests.check_schemas import problems

NAMES = sorted({topic.schema for topic in TOPICS.values() if topic.schema})


def changed(name: str, *changes: Any) -> dict[str, Any]:
    declared = deepcopy(schema(name))
    for change in changes:
        change(declared["fields"])
    return declared


def field(fields: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(each for each in fields if each["name"] == name)


@pytest.mark.parametrize("name", NAMES)
def test_every_release_is_read(name: str) -> None:
    assert released(name)
    for old in released(name):
        assert problems(old, schema(name)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda fields: fields.append({"name": "more", "type": ["null", "string"], "default": None}),
        lambda fields: field(fields, "stage")["type"]["symbols"].append("LATER"),
        lambda fields: fields.remove(field(fields, "recall_id")),
    ],
    ids=["an optional field more", "a symbol more", "a field less"],
)
def test_what_may_change(change: Any) -> None:
    assert problems(schema("diagnosis"), changed("diagnosis", change)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda fields: fields.append({"name": "more", "type": "string"}),
        lambda fields: field(fields, "code").update(name="fault_code"),
        lambda fields: field(fields, "code").update(type="long"),
        lambda fields: field(fields, "symptom").update(type="string", default=""),
    ],
    ids=["a field without default", "another name", "another type", "no longer optional"],
)
def test_what_may_not_change(change: Any) -> None:
    assert problems(schema("diagnosis"), changed("diagnosis", change)) != []


def test_a_symbol_taken_away_without_a_default_may_not_go() -> None:
    def narrower(fields: list[dict[str, Any]]) -> None:
        symbols = field(fields, "stage")["type"]
        symbols["symbols"].remove("REMOTE")
        symbols.pop("default")

    assert problems(schema("diagnosis"), changed("diagnosis", narrower)) != []


def test_what_says_nothing_new_is_read_by_a_worker_of_the_version_before() -> None:
    """Without a registry: it knows the first release's schema alone."""
    answer = records.Answer(
        event_id="e1", occurred_at=0, escalation_id="v1:1", visit_id="v1", region_id="us-east",
        response=records.Response.DISPUTED, subject=records.Subject.ESTIMATE,
    )  # fmt: skip
    before: Codec[records.Answer] = Codec(released("answer")[0], records.Answer)

    assert before.decode(codecs.encode("recourse.answers", answer)) == answer
