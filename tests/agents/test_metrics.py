"""The metrics of the domain: what a stage tells becomes a number."""

import pytest
from prometheus_client import REGISTRY

from agents.core.handling import Handled, Noted, Output
from agents.metrics import PrometheusCounts
from schemas.records import Reason, Tier
from tests.core.desk.world import escalation


@pytest.mark.parametrize(
    ("noted", "name"),
    [
        (Noted.OTHER_REGION, "recourse_check_ins_of_another_region_total"),
        (Noted.RECORDS_EXCEEDED, "recourse_records_exceeded_total"),
        (Noted.UNDELIVERED, "recourse_undelivered_notices_total"),
    ],
)
def test_what_is_noted_is_counted(noted: Noted, name: str) -> None:
    before = REGISTRY.get_sample_value(name)
    handled: Handled[object] = Handled(noted=(noted, noted))
    PrometheusCounts().handled("customers", "service.check-ins", handled)

    assert before is not None
    assert REGISTRY.get_sample_value(name) == before + 2


def test_everything_that_can_be_noted_has_a_metric() -> None:
    PrometheusCounts().handled("desk", "recourse.deliveries", Handled(noted=tuple(Noted)))


@pytest.mark.parametrize(
    ("code", "name", "labels"),
    [
        ("OVERDUE", "recourse_overdue_escalations_total", {"tier": "EXECUTIVE"}),
        ("SITE_STORM", "recourse_site_storms_total", {"kind": "ESTIMATE"}),
    ],
)
def test_what_an_operator_must_look_at_is_counted(
    code: str, name: str, labels: dict[str, str]
) -> None:
    reason = Reason(code=code, facts={"kind": "ESTIMATE"})
    record = escalation(tier=Tier.EXECUTIVE, reasons=(reason,))
    before = REGISTRY.get_sample_value(name, labels) or 0
    output = Output(topic="recourse.escalations", record=record)
    PrometheusCounts().handled("desk", "recourse.ticks", Handled(outputs=(output,)))

    assert REGISTRY.get_sample_value(name, labels) == before + 1
