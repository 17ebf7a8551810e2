"""Decisions said not to be kept: what the auditor makes of them, and of faults planted in them."""

import json
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from agents.core.reasons import FOUND
from agents.operations.audit.finding import Breach
from agents.operations.audit.ledger import Ledger
from agents.operations.audit.reading import TOPICS
from agents.records.codecs import from_json
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import reference_of
from agents.simulation.simulate import Simulation, lines_of
from schemas.records import Disagreement, Escalation, EscalationStatus, OutcomeName, Rule, Tier

AFTER = 1_772_557_200_000  # 2026-03-03T17:00:00Z


def action(minute: int, name: str, **more: Any) -> dict[str, Any]:
    when = f"2026-03-02T16:{minute:02}:00Z"
    value = {
        "action_id": f"a{minute}",
        "occurred_at": when,
        "escalation_id": "v1:1",
        "region_id": "us-east",
        "by": "m-brooks",
        "action": name,
    }
    return {"topic": "recourse.actions", "arrived_at": when, "value": value | more}


@cache
def records() -> tuple[Struct, ...]:
    """A loaner is promised within the hour, and nobody says that there was one."""
    asked = {
        "event_id": "e1",
        "occurred_at": "2026-03-02T16:00:00Z",
        "customer_id": "c1",
        "visit_id": "v1",
        "site_id": "columbus",
        "response": "REQUESTED",
        "subject": "NONE",
    }
    remedy = {"kind": "LOANER", "by": "2026-03-02T17:00:00Z"}
    lines = [
        {"topic": "service.customer-responses", "value": asked},
        action(10, "RESOLVE", outcome="UPHELD", remedy=remedy),
        {"topic": "recourse.ticks", "value": {"now": "2026-03-02T17:00:00Z"}, "key": "0"},
    ]
    simulation = Simulation(reference_of(default_policy(), demo_directory()))
    texts = [json.dumps(line).encode() for line in lines]
    return tuple(
        from_json(each.topic, json.loads(bytes(each.value)))
        for written in simulation.run(lines_of(texts))
        for each in written
        if each.topic in TOPICS
    )


def audited(found: list[Struct]) -> list[tuple[Breach, str]]:
    policy = default_policy()
    ledger = Ledger({policy.version: policy})
    for record in found:
        ledger.take(record)
    ledger.tick(0, AFTER)
    ledger.ticks.ran(0, AFTER)
    return [
        (each.what, each.detail)
        for each in ledger.findings()
        if each.what is Breach.NOT_KEPT_DIFFERS
    ]


def planted(change: Callable[[Any], Any]) -> list[Struct]:
    return [change(each) for each in records()]


def is_step(record: Any, status: EscalationStatus, escalation_id: str) -> bool:
    return (
        isinstance(record, Escalation)
        and record.status is status
        and record.escalation_id == escalation_id
    )


def test_nothing_is_wrong_with_what_the_pipeline_says() -> None:
    (record,) = (
        each
        for each in records()
        if isinstance(each, Disagreement) and each.rule is Rule.DECISION_NOT_KEPT
    )
    assert [each.code for each in record.reasons][:2] == ["DECISION_NOT_KEPT", FOUND]
    assert audited(list(records())) == []


def _too_low(each: Any) -> Any:
    opened = is_step(each, EscalationStatus.OPENED, "v1:2")
    return replace(each, tier=Tier.LOCAL) if opened else each


def _against(each: Any) -> Any:
    resolved = is_step(each, EscalationStatus.RESOLVED, "v1:1")
    return replace(each, outcome=OutcomeName.UNFOUNDED) if resolved else each


def _spoken(after_ms: int) -> list[Struct]:
    (resolved,) = (e for e in records() if is_step(e, EscalationStatus.RESOLVED, "v1:1"))
    assert isinstance(resolved, Escalation)
    assert resolved.remedy is not None
    assert resolved.remedy.by is not None
    spoke = replace(
        resolved,
        step=resolved.step + 1,
        status=EscalationStatus.CONTACTED,
        occurred_at=resolved.remedy.by + after_ms,
        outcome=None,
        remedy=None,
    )
    return [*records(), spoke]


@pytest.mark.parametrize(
    ("found", "detail"),
    [
        (partial(planted, _too_low), "v1:2 begins at LOCAL, below REGIONAL"),
        (partial(planted, _against), "v1:1 has no such decision for the customer"),
        (partial(_spoken, -1), "somebody spoke of it in time, in v1:1"),
        (partial(_spoken, 0), "somebody spoke of it in time, in v1:1"),
        (partial(_spoken, 1), None),
    ],
    ids=["begins too low", "no decision", "spoken before", "spoken at the moment", "after it"],
)
def test_a_planted_fault_is_named(found: Callable[[], list[Struct]], detail: str | None) -> None:
    assert [said for _, said in audited(found())] == ([] if detail is None else [detail])
