"""The reference job's rules, as events of runs and as single ones."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.reference_job.processor import Job, Topics, World, world
from benchmarks.reference_job.records import Manager
from streams.topology import Listed, Message

TOPICS = Topics("diagnoses", "estimates", "decisions", "escalations")
HOUR = 3_600_000
HEAD = ["event_id", "visit_id", "customer_id", "site_id"]
KIND = {"type": "enum", "name": "Kind",
        "symbols": ["DIAGNOSIS_CHANGED", "ESTIMATE_INCREASED", "WARRANTY_CONFLICT"]}  # fmt: skip
MANAGER = {"type": "record", "name": "Manager",
           "fields": [{"name": n, "type": "string"}
                      for n in ("manager_id", "name", "phone", "email")]}  # fmt: skip
FIELDS: dict[str, dict[str, Any]] = {
    "Diagnosis": {"code": "string",
                  "cause": {"type": "enum", "name": "Cause", "symbols": ["WEAR", "MANUFACTURING"]}},
    "EstimateRevision": {"amount_minor": "long"},
    "WarrantyDecision": {
        "decision": {"type": "enum", "name": "Decision", "symbols": ["APPROVED", "DENIED"]}},
    "Escalation": {"escalation_id": "string", "kind": KIND,
                   "status": {"type": "enum", "name": "Status", "symbols": ["RAISED", "THROTTLED"]},
                   "trigger_event_id": "string", "trigger_timestamp": "long",
                   "manager": ["null", MANAGER]},
}  # fmt: skip


@pytest.fixture
def known(tmp_path: Path) -> World:
    """Schemas like those of the race."""
    for name, fields in FIELDS.items():
        head = HEAD[1:] if name == "Escalation" else HEAD
        listed = dict.fromkeys(head, "string") | {"occurred_at": "long"} | fields
        schema = {"type": "record", "name": name,
                  "fields": [{"name": n, "type": t} for n, t in listed.items()]}  # fmt: skip
        (tmp_path / f"{name}.avsc").write_text(json.dumps(schema))
    manager = {"manager_id": "m1", "name": "Mia", "phone": "1", "email": "m@x"}
    (tmp_path / "managers.json").write_text(json.dumps({"s1": manager}))
    return world(TOPICS, tmp_path, tmp_path / "managers.json")


def event(known: World, name: str, at: int, visit: str = "v1", **fields: Any) -> bytes:
    plain = {"event_id": f"e{at}", "visit_id": visit, "customer_id": "c1", "site_id": "s1"}
    return known.codecs[name].encode_plain(plain | {"occurred_at": at} | fields)


def run(known: World, job: Job, topic: str, values: Sequence[bytes]) -> list[tuple[Any, ...]]:
    records = Listed([Message(topic, 0, n, 1_000 + n, b"c1", v) for n, v in enumerate(values)])
    found = [
        known.codecs["Escalation"].decode(e.value or b"") for e in job.handle_run(records, 0, None)
    ]
    return [
        (f.escalation_id, f.status, f.occurred_at, f.trigger_timestamp, f.manager) for f in found
    ]


MIA = Manager(manager_id="m1", name="Mia", phone="1", email="m@x")


def test_a_changed_diagnosis_is_found_once(known: World) -> None:
    codes = [event(known, "Diagnosis", at, code=code, cause="WEAR")
             for at, code in ((1, "a"), (2, "a"), (3, "b"), (4, "c"))]  # fmt: skip

    assert run(known, Job(known), TOPICS.diagnoses, codes) == [
        ("v1:DIAGNOSIS_CHANGED", "RAISED", 3, 1_002, MIA)
    ]


@pytest.mark.parametrize(
    ("second", "found"),
    [(120_000, 0), (120_001, 1), (119_999, 0)],
)
def test_an_estimate_must_rise_by_more_than_a_fifth(known: World, second: int, found: int) -> None:
    amounts = [event(known, "EstimateRevision", at, amount_minor=amount)
               for at, amount in ((1, 100_000), (2, second), (3, second))]  # fmt: skip

    assert len(run(known, Job(known), TOPICS.estimates, amounts)) == found


@pytest.mark.parametrize(("second", "found"), [(29_999, 0), (30_000, 1)])
def test_an_estimate_must_rise_by_20000_at_least(known: World, second: int, found: int) -> None:
    amounts = [event(known, "EstimateRevision", at, amount_minor=amount)
               for at, amount in ((1, 10_000), (2, second))]  # fmt: skip

    assert len(run(known, Job(known), TOPICS.estimates, amounts)) == found


@pytest.mark.parametrize("diagnosis_first", [True, False])
def test_a_denied_claim_of_a_manufacturing_fault_is_found_in_either_order(
    known: World, diagnosis_first: bool
) -> None:
    job = Job(known)
    diagnosis = (TOPICS.diagnoses, [event(known, "Diagnosis", 7, code="a", cause="MANUFACTURING")])
    decision = (TOPICS.decisions, [event(known, "WarrantyDecision", 5, decision="DENIED")])
    first, second = (diagnosis, decision) if diagnosis_first else (decision, diagnosis)

    assert run(known, job, *first) == []
    assert run(known, job, *second) == [("v1:WARRANTY_CONFLICT", "RAISED", 7, 1_000, MIA)]


def test_of_a_customers_hour_three_are_raised(known: World) -> None:
    job = Job(known)
    for number in range(5):
        at = HOUR + number if number < 4 else 2 * HOUR
        visit = f"v{number}"
        values = [event(known, "Diagnosis", at, visit, code=c, cause="WEAR") for c in "ab"]
        (found,) = run(known, job, TOPICS.diagnoses, values)
        assert found[1] == ("THROTTLED" if number == 3 else "RAISED")
        assert found[4] == (None if number == 3 else MIA)


def test_a_restored_job_goes_on_where_it_was(known: World) -> None:
    first, second = Job(known), Job(known)
    before = [event(known, "Diagnosis", 1, code="a", cause="WEAR")]
    run(known, first, TOPICS.diagnoses, before)
    for key, value in first.drain_changes():
        second.restore(key, value or b"")
    after = [event(known, "Diagnosis", 2, code="b", cause="WEAR")]

    assert run(known, second, TOPICS.diagnoses, after) == run(known, first, TOPICS.diagnoses, after)
    assert len(list(first.drain_changes())) == 2
    assert list(first.drain_changes()) == []
