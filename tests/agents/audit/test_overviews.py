"""What recourse.customers says of a customer is held against what was published: faults planted."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from agents.operations.audit.finding import Breach, Finding
from agents.operations.audit.for_apps.overviews import NoOverview
from agents.operations.audit.ledger import Ledger
from agents.operations.audit.reading import records_of_lines
from agents.reference_data.policy_files import default_policy
from schemas.records import CustomerOverview, Disagreement, Outcome
from tests.scenarios.test_scenarios import as_it_is_run

AFTER = 1_774_000_000_000  # 2026-03-20: days after what is played here
OPEN = [
    {"at": "1 09:00", "response": {"response": "REQUESTED"}},
    {"at": "1 09:10", "action": {"action": "CONTACTED"}},
]
RESOLVED = [*OPEN, {"at": "1 09:20", "action": {"action": "RESOLVE", "outcome": "UNFOUNDED"}}]
REOPENED = [
    *RESOLVED,
    {"at": "1 10:00", "response": {"response": "APPEALED", "subject": "ESCALATION"}},
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


def audited(found: list[Any], *, generation: int = 2, until: int = AFTER) -> list[Finding]:
    policy = default_policy().model_copy(update={"generation": generation})
    versions = {each.policy_version for each in found if isinstance(each, Disagreement)}
    ledger = Ledger(dict.fromkeys(versions, policy))
    for record in found:
        ledger.take(record)
    ledger.tick(0, until)
    ledger.ticks.ran(0, until)
    return [each for each in ledger.findings() if each.what is Breach.OVERVIEW_DIFFERS]


def details(found: list[Any], **how: Any) -> list[str]:
    return [each.detail for each in audited(found, **how)]


def with_last(found: list[Any], **changes: Any) -> list[Any]:
    """The records with another newest one of the customer."""
    last = [each for each in found if isinstance(each, CustomerOverview)][-1]
    return [replace(each, **changes) if each is last else each for each in found]


def without_last(found: list[Any]) -> list[Any]:
    last = [each for each in found if isinstance(each, CustomerOverview)][-1]
    return [each for each in found if each is not last]


@pytest.mark.parametrize("events", [OPEN, RESOLVED, REOPENED, FORGOTTEN, GONE])
def test_of_what_the_product_writes_nothing_is_found(events: list[dict[str, Any]]) -> None:
    found = records(events)

    assert any(isinstance(each, CustomerOverview) for each in found)
    assert any(isinstance(each, NoOverview) for each in found) is (events is FORGOTTEN)
    assert audited(found) == []


@pytest.mark.parametrize(
    ("events", "plant", "said"),
    [
        (OPEN, lambda f: with_last(f, open_cases=()), "v1:1: open, and not named in it"),
        (RESOLVED, without_last, "v1:1: ended, and named in it as open"),
        (
            RESOLVED,
            lambda f: with_last(f, open_cases=("v1:1",)),
            "v1:1: ended, and named in it as open",
        ),
        (RESOLVED, lambda f: with_last(f, used=0.5), "used is 0.5: the entries give 1 to 2"),
    ],
)
def test_a_record_that_differs_is_found(
    events: list[dict[str, Any]], plant: Callable[[list[Any]], list[Any]], said: str
) -> None:
    assert details(plant(records(events))) == [said]


def test_a_customer_without_a_record_is_found_where_a_case_is_open() -> None:
    found = [each for each in records(OPEN) if not isinstance(each, CustomerOverview)]
    (said,) = audited(found)

    assert (said.of, said.detail) == (
        "recourse.customers",
        "v1:1: open, and its customer has no record",
    )
    assert audited(found, generation=1) == []


def test_what_changed_a_moment_ago_is_given_time() -> None:
    found = records(RESOLVED)
    ended = max(each.occurred_at for each in found if isinstance(each, Outcome))

    assert details(without_last(found), until=ended + 60_000) == []
    assert details(without_last(found), until=ended + 60_001) != []
