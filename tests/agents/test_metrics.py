"""The metrics of the domain: what a stage tells becomes a number."""

import pytest
from prometheus_client import REGISTRY

from agents.core.handling import Handled, Noted
from agents.metrics import PrometheusCounts


@pytest.mark.parametrize(
    ("noted", "name"),
    [
        (Noted.OTHER_REGION, "recourse_check_ins_of_another_region_total"),
        (Noted.RECORDS_EXCEEDED, "recourse_records_exceeded_total"),
    ],
)
def test_what_is_noted_is_counted(noted: Noted, name: str) -> None:
    before = REGISTRY.get_sample_value(name)
    handled: Handled[object] = Handled(noted=(noted, noted))
    PrometheusCounts().handled("customers", "service.check-ins", handled)

    assert before is not None
    assert REGISTRY.get_sample_value(name) == before + 2
