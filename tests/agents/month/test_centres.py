"""What the centres of the simulated month do about what managers decide for their customers."""

from typing import Any

import pytest

from agents.core.calendar import MINUTE_MS
from agents.records import codecs
from agents.simulation.demo.event_generator import Arrival
from agents.simulation.month.centres import APPROVED_AFTER_MINUTES, KEPT_PERCENT, Centres
from schemas.records import (
    Closure,
    CustomerResponse,
    EscalationStatus,
    OutcomeName,
    Reason,
    Response,
    Rule,
    WarrantyDecision,
    WarrantyDecisionName,
)
from tests.agents.explain.records import AT, a_disagreement, a_step

FAR = AT + 10_000 * MINUTE_MS
CLOSURES = "service.closures"
RISE = Reason(
    code="ESTIMATE_OVER_AUTHORISED", facts={"base_minor": "50000", "amount_minor": "70000"}
)


def decided(centres: Centres, rule: Rule, outcome: OutcomeName, **changes: Any) -> None:
    """A finding of visit v1, and what a manager decided about it."""
    found = a_disagreement(rule=rule, **changes)
    centres.take(found)
    centres.take(
        a_step(
            occurred_at=AT,
            status=EscalationStatus.RESOLVED,
            outcome=outcome,
            disagreement_ids=(found.disagreement_id,),
        )
    )


def that_keep() -> Centres:
    """Of the seeds the first with which the centre keeps what was decided in case v1:1."""
    for seed in range(100):
        centres = Centres(seed)
        decided(centres, Rule.WARRANTY_DENIED_AGAINST_CAUSE, OutcomeName.UPHELD, subject_id="claim")
        if centres.due(FAR):
            return Centres(seed)
    raise AssertionError("none keeps it")


def closure(visit_id: str = "v1", charged: int | None = 70_000) -> Arrival:
    record = Closure(
        event_id="e9",
        occurred_at=AT + 60 * MINUTE_MS,
        customer_id="c1",
        visit_id=visit_id,
        vehicle_id="car",
        site_id="columbus",
        charged_total=charged,
        charged_subtotal=None if charged is None else charged * 10 // 11,
        operations_done=("inspection",),
    )
    return Arrival(record.occurred_at + 1, CLOSURES, b"c1", codecs.encode(CLOSURES, record))


def charged(centres: Centres, arrival: Arrival) -> tuple[int | None, int | None]:
    record = codecs.decode(CLOSURES, centres.as_decided(arrival).value)
    assert isinstance(record, Closure)
    return record.charged_total, record.charged_subtotal


def test_a_rise_decided_for_the_customer_is_not_charged_with_and_without_tax() -> None:
    centres = that_keep()
    decided(centres, Rule.ESTIMATE_OVER_AUTHORISED, OutcomeName.UPHELD, reasons=(RISE,))

    assert charged(centres, closure()) == (50_000, 45_454)
    assert centres.due(FAR) == []


@pytest.mark.parametrize("arrival", [closure("v2"), closure(charged=None)])
def test_another_visits_closure_and_one_that_charges_nothing_stay_as_they_are(
    arrival: Arrival,
) -> None:
    centres = that_keep()
    decided(centres, Rule.ESTIMATE_OVER_AUTHORISED, OutcomeName.UPHELD, reasons=(RISE,))

    assert centres.as_decided(arrival) is arrival


def test_a_rise_decided_partly_for_the_customer_is_agreed_to_and_charged() -> None:
    centres = that_keep()
    decided(centres, Rule.ESTIMATE_OVER_AUTHORISED, OutcomeName.PARTLY_UPHELD, reasons=(RISE,))

    (said,) = centres.due(FAR)

    record = codecs.decode(said.topic, said.value)
    assert isinstance(record, CustomerResponse)
    assert (record.response, record.visit_id) == (Response.AUTHORISED, "v1")
    assert AT < said.at == record.occurred_at < closure().at
    assert charged(centres, closure()) == (70_000, 63_636)


def test_a_claim_decided_for_the_customer_is_approved_some_hours_later() -> None:
    centres = that_keep()
    decided(centres, Rule.WARRANTY_DENIED_AGAINST_CAUSE, OutcomeName.UPHELD, subject_id="claim")
    low, high = APPROVED_AFTER_MINUTES

    assert centres.due(AT + low * MINUTE_MS - 1) == []
    (approved,) = centres.due(AT + high * MINUTE_MS)

    record = codecs.decode(approved.topic, approved.value)
    assert isinstance(record, WarrantyDecision)
    assert (record.claim_id, record.decision) == ("claim", WarrantyDecisionName.APPROVED)
    assert centres.due(FAR) == []


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (Rule.ESTIMATE_OVER_AUTHORISED, OutcomeName.UNFOUNDED),
        (Rule.WARRANTY_DENIED_AGAINST_CAUSE, OutcomeName.PARTLY_UPHELD),
        (Rule.WARRANTY_DENIED_AGAINST_CAUSE, OutcomeName.UNFOUNDED),
        (Rule.ESTIMATE_DISPUTED, OutcomeName.UPHELD),
    ],
)
def test_nothing_is_done_about_what_nobody_has_to_keep(rule: Rule, outcome: OutcomeName) -> None:
    centres = that_keep()
    decided(centres, rule, outcome, subject_id="claim", reasons=(RISE,))

    assert centres.due(FAR) == []
    assert charged(centres, closure()) == (70_000, 63_636)


def test_a_few_decisions_in_a_hundred_are_not_kept() -> None:
    kept = 0
    for number in range(400):
        centres = Centres(1)
        found = a_disagreement(rule=Rule.WARRANTY_DENIED_AGAINST_CAUSE, subject_id="claim")
        centres.take(found)
        step = a_step(
            escalation_id=f"v{number}:1",
            status=EscalationStatus.RESOLVED,
            outcome=OutcomeName.UPHELD,
            disagreement_ids=(found.disagreement_id,),
        )
        centres.take(step)
        kept += bool(centres.due(FAR))

    assert KEPT_PERCENT - 3 < kept / 4 < KEPT_PERCENT + 3
