"""Each event of the customers' channel has a receipt; one that has none is found."""

from typing import Any

import pytest
from msgspec.structs import replace

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.operations.audit.finding import Breach
from agents.operations.audit.ledger import Ledger
from agents.reference_data.policy_files import default_policy
from schemas.records import (
    CustomerResponse,
    Erasure,
    Receipt,
    ReceiptStatus,
    Response,
    Subject,
)

HOUR_MS = 60 * MINUTE_MS
AT = 1_772_000_000_000
"""When the first event came."""


def event(number: int, at: int = AT) -> CustomerResponse:
    return CustomerResponse(
        event_id=f"e{number}",
        occurred_at=at,
        customer_id="c1",
        visit_id="v1",
        vehicle_id=None,
        site_id="columbus",
        response=Response.REQUESTED,
        subject=Subject.NONE,
        subject_id=None,
        subject_revision=None,
        authorised_total=None,
        currency=None,
        rating=None,
        wish=None,
    )


def receipt(number: int, at: int = AT, status: ReceiptStatus = ReceiptStatus.TAKEN) -> Receipt:
    return Receipt(
        event_id=f"e{number}",
        customer_id="c1",
        visit_id="v1",
        response=Response.REQUESTED,
        occurred_at=at,
        handled_at=at,
        status=status,
        counted=False,
        decisions=(),
        handed_to=(),
        reasons=(),
        policy_version="default",
    )


def audited(
    *records: Any, until: int = AT + 10 * MINUTE_MS, generation: int = 2
) -> list[tuple[str, str]]:
    policy = default_policy().model_copy(update={"generation": generation})
    ledger = Ledger({"default": policy})
    for place, record in enumerate(records):
        if isinstance(record, CustomerResponse):
            ledger.said(record, record.occurred_at, 3, f"service.customer-responses:3:{place}")
        else:
            at = record.handled_at if isinstance(record, Receipt) else record.occurred_at
            ledger.take(record, at, 3)
    ledger.tick(0, until)
    ledger.ticks.ran(0, until)
    found = [each for each in ledger.findings() if each.what is Breach.UNANSWERED]
    return [(each.of, each.detail) for each in found]


LATER = AT + MINUTE_MS + 1
"""From then on what was answered says that the one before should have been."""
LACKS = [("service.customer-responses:3:0", "it has no receipt, and what came after it has")]


@pytest.mark.parametrize(
    "records",
    [
        (event(1), receipt(1)),
        (receipt(1), event(1)),
        (event(1), receipt(1), event(1), receipt(1, status=ReceiptStatus.ALREADY)),
        (event(1), event(1), receipt(1), receipt(1, status=ReceiptStatus.ALREADY)),
    ],
)
def test_an_event_with_its_receipt_is_well(records: tuple[Any, ...]) -> None:
    assert audited(*records, receipt(9, LATER), event(9, LATER)) == []


def test_an_event_without_a_receipt_is_found_once_a_later_one_has_one() -> None:
    assert audited(event(1), receipt(9, LATER), event(9, LATER)) == LACKS
    assert audited(event(1), receipt(9, LATER - 1), event(9, LATER - 1)) == []


def test_a_second_copy_that_nobody_answered_is_found() -> None:
    at = "service.customer-responses:3:2"

    found = audited(event(1), receipt(1), event(1), receipt(9, LATER), event(9, LATER))

    assert found == [(at, LACKS[0][1])]


@pytest.mark.parametrize(("after", "found"), [(HOUR_MS - 1, 0), (HOUR_MS, 0), (HOUR_MS + 1, 1)])
def test_where_nothing_is_answered_it_waits_an_hour(after: int, found: int) -> None:
    said = audited(event(1), until=AT + after)

    assert said == [("service.customer-responses:3:0", "it has no receipt for an hour")][:found]


def test_receipts_are_kept_for_a_week_so_nothing_older_is_asked_for() -> None:
    assert audited(event(1), until=AT + 6 * DAY_MS - 1) != []
    assert audited(event(1), until=AT + 6 * DAY_MS) == []


def test_under_a_policy_of_generation_1_nothing_is_answered() -> None:
    assert audited(event(1), until=AT + 2 * HOUR_MS, generation=1) == []


def test_what_a_customer_said_before_they_asked_to_be_forgotten_is_not_answered() -> None:
    erasure = Erasure(occurred_at=AT, customer_id="c1")
    earlier = replace(erasure, occurred_at=AT - 1)

    assert audited(event(1), erasure, until=AT + 2 * HOUR_MS) == []
    assert audited(event(1), earlier, until=AT + 2 * HOUR_MS) != []
