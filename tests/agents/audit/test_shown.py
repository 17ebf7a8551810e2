"""What recourse.cases shows is held against the steps: faults planted, and found from outside."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from agents.core.handling import Tombstone
from agents.operations.audit.finding import Breach
from agents.operations.audit.ledger import Ledger
from agents.operations.audit.reading import records_of_lines
from agents.reference_data.policy_files import default_policy
from schemas.records import Case, CasePhase, Erased, Escalation, OutcomeName, Tier
from tests.scenarios.test_scenarios import as_it_is_run

AFTER = 1_774_000_000_000  # 2026-03-20: days after what is played here
OPEN = [
    {"at": "1 09:00", "response": {"response": "REQUESTED"}},
    {"at": "1 09:10", "action": {"action": "CONTACTED"}},
]
RESOLVED = [*OPEN, {"at": "1 09:20", "action": {"action": "RESOLVE", "outcome": "UPHELD"}}]
ABUSIVE = [
    *OPEN,
    {"at": "1 09:20", "action": {"action": "RESOLVE", "outcome": "ABUSIVE", "reason": "again"}},
    {"at": "1 09:25", "action": {"action": "ACKNOWLEDGE"}},
]
FORGOTTEN = [*OPEN, {"at": "1 09:30", "erasure": {}}]
GONE = [*RESOLVED, {"at": "40 09:00", "tick": {}}]


def records(events: list[dict[str, Any]]) -> list[Any]:
    lines = [
        json.dumps(
            {"topic": e.topic, "key": e.key, "at": e.at, "value": json.loads(bytes(e.value))}
        )
        for e in as_it_is_run({"events": events})
    ]
    return [record for record, _ in records_of_lines([line.encode() for line in lines])[0]]


def audited(found: list[Any], *, generation: int = 2, until: int = AFTER) -> list[str]:
    policy = default_policy().model_copy(update={"generation": generation})
    versions = {each.policy_version for each in found if isinstance(each, Escalation)}
    ledger = Ledger(dict.fromkeys(versions, policy))
    for record in found:
        ledger.take(record)
    ledger.tick(0, until)
    ledger.ticks.ran(0, until)
    return [each.detail for each in ledger.findings() if each.what is Breach.SHOWN_OTHERWISE]


def with_last(found: list[Any], **changes: Any) -> list[Struct]:
    """The records with another newest one in recourse.cases."""
    last = [each for each in found if isinstance(each, Case)][-1]
    return [replace(each, **changes) if each is last else each for each in found]


@pytest.mark.parametrize("events", [OPEN, RESOLVED, ABUSIVE, FORGOTTEN, GONE])
def test_of_what_the_desk_writes_nothing_is_found(events: list[dict[str, Any]]) -> None:
    found = records(events)

    assert any(isinstance(each, Case) for each in found)
    assert any(isinstance(e, Tombstone) for e in found) is (events in (FORGOTTEN, GONE))
    assert audited(found) == []


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (
            lambda found: with_last(found, step=1),
            "it is shown as of step 1, and its newest is 2",
        ),
        (
            lambda found: with_last(found, phase=CasePhase.OPEN),
            "step 2 says phase RESOLVED, and it is shown as OPEN",
        ),
        (
            lambda found: with_last(found, outcome=OutcomeName.UNFOUNDED),
            "step 2 says outcome UPHELD, and it is shown as UNFOUNDED",
        ),
        (
            lambda found: with_last(found, tier=Tier.EXECUTIVE, manager=None),
            "step 2 says tier LOCAL, and it is shown as EXECUTIVE",
        ),
    ],
)
def test_what_is_shown_otherwise_than_the_newest_step_says_is_found(
    plant: Callable[[list[Any]], list[Any]], said: str
) -> None:
    assert audited(plant(records(RESOLVED)))[0] == said


def test_a_step_that_is_not_shown_is_found_once_it_must_be_there() -> None:
    """Between two topics there is no order: what came just now may be read later."""
    found = records(OPEN)
    stale = [each for each in found if not (isinstance(each, Case) and each.step == 1)]
    last = max(each.occurred_at for each in found if isinstance(each, Escalation))

    assert audited(stale) == ["it is shown as of step 0, and its newest is 1"]
    assert audited(stale, until=last) == []


def test_an_open_case_that_is_not_shown_is_found_from_generation_2_of_its_policy_on() -> None:
    unshown = [each for each in records(OPEN) if not isinstance(each, Case)]

    assert audited(unshown) == ["step 1 left it open, and it is not shown"]
    assert audited(unshown, generation=1) == []


def test_a_case_that_is_shown_after_its_customer_was_forgotten_is_found() -> None:
    found = records(FORGOTTEN)
    kept = [each for each in found if not isinstance(each, Tombstone)]

    assert any(isinstance(each, Erased) for each in found)
    assert audited(kept) == ["its customer asked to be forgotten, and it is shown"]


def test_of_what_was_shown_without_a_step_only_what_time_leaves_is_compared() -> None:
    """The manager may have another contact by then, and what the step was is not known."""
    found = [each for each in records(OPEN) if not isinstance(each, Case)]
    shown = [each for each in records(OPEN) if isinstance(each, Case)][-1]
    filled = replace(shown, status=None, manager=None)

    assert audited([*found, filled]) == []
    assert audited([*found, replace(filled, tier=Tier.REGIONAL)]) == [
        "step 1 says tier LOCAL, and it is shown as REGIONAL"
    ]
