"""Records as they are, one a topic, for docs/asyncapi.yaml: a visit, run through both stages."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.simulation.simulate import simulate
from schemas.catalogue import TOPICS, schema

_SHOWN = ("recourse.disagreements", "recourse.escalations", "recourse.outcomes")
"""Of what recourse writes: no texts, which are worded anew now and then."""
_VISIT = {"customer_id": "c1", "visit_id": "v1", "site_id": "columbus"}
_CAR = _VISIT | {"vehicle_id": "car1"}
_ESTIMATE = _CAR | {"estimate_id": "est1", "currency": "USD"}
_LINE = {"operation": "brakes", "claim_id": None}
_CASE = {"escalation_id": "v1:1", "region_id": "us-east"}
_SENT: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "service.check-ins",
        _CAR | {"language": "en", "channels": ["APP", "SMS"], "symptoms": ["noise when braking"]},
    ),
    (
        "service.diagnoses",
        _CAR
        | {"diagnosis_id": "dia1", "revision": 1, "stage": "CENTRE", "code": "B1", "cause": "WEAR"}
        | {"fault_found": True, "safety": False},
    ),
    (
        "service.warranty-decisions",
        _CAR
        | {"claim_id": "claim1", "revision": 1, "decision": "DENIED", "reason_code": "WEAR"}
        | {"diagnosis_id": "dia1", "operations": ["brakes"]},
    ),
    (
        "service.estimates",
        _ESTIMATE
        | {"revision": 1, "total": 40_000, "subtotal": 37_200}
        | {"lines": [_LINE | {"amount": 37_200}]},
    ),
    (
        "service.customer-responses",
        _VISIT | {"response": "DISPUTED", "subject": "ESTIMATE", "subject_id": "est1"},
    ),
    ("recourse.actions", _CASE | {"by": "m-brooks", "action": "ACKNOWLEDGE"}),
    (
        "recourse.deliveries",
        _CASE | {"notice_id": "v1:1:0:customer", "delivered": True},
    ),
    (
        "recourse.actions",
        _CASE | {"by": "m-brooks", "action": "RESOLVE", "outcome": "PARTLY_UPHELD"},
    ),
    (
        "service.closures",
        _CAR | {"operations_done": ["brakes"], "charged_total": 40_000, "currency": "USD"},
    ),
    ("privacy.erasures", {"customer_id": "c2"}),
)


def sent() -> frozenset[str]:
    """The topics of which a record is written here by hand."""
    return frozenset(topic for topic, _ in _SENT)


@cache
def example_payloads() -> dict[str, dict[str, Any]]:
    """By topic, as Avro has the first of its records here: times in milliseconds."""
    found: dict[str, dict[str, Any]] = {}
    for topic, value in _records():
        found.setdefault(topic, msgspec.to_builtins(codecs.from_json(topic, value)))
    return found


def _records() -> Iterator[tuple[str, dict[str, Any]]]:
    lines: list[tuple[str, dict[str, Any]]] = []
    for number, (topic, value) in enumerate(_SENT):
        name = "action_id" if topic == "recourse.actions" else "event_id"
        has_one = any(each["name"] == name for each in schema(TOPICS[topic].schema or "")["fields"])
        names = {name: f"e{number + 1}"} if has_one else {}
        at = {"occurred_at": f"2026-03-02T14:{number:02d}:00Z"}
        lines.append((topic, names | at | value))
    yield from lines
    texts = [json.dumps({"topic": topic, "value": each}).encode() for topic, each in lines]
    for batch in simulate(texts, default_policy(), demo_directory()):
        for each in batch:
            assert not each.topic.endswith("dead-letters"), bytes(each.value).decode()
            if each.topic in _SHOWN:
                yield each.topic, json.loads(bytes(each.value))
