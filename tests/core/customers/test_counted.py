"""What an operator wants counted: no record says it."""

import pytest

from agents.core.handling import Counted
from agents.core.world import Directory
from tests.core.builders import HOUR, at, check_in, closure, estimate, policy, said, site
from tests.core.customers.stage import Stage


def stage(**differs: object) -> Stage:
    """Sites s1 and s2 in region r1, s3 in r2."""
    made = Stage(policy(**differs))
    made.directory = Directory([site(), site(site_id="s2"), site(site_id="s3", region_id="r2")])
    return made


@pytest.mark.parametrize(
    ("site_id", "noted"), [("s1", ()), ("s2", ()), ("s3", (Counted.OTHER_REGION,))]
)
def test_a_check_in_of_another_region_is_noted(site_id: str, noted: tuple[Counted, ...]) -> None:
    made = stage()
    made.take(said("r", "RATED", "NONE"))

    assert made.take(check_in(site_id=site_id, hours=1)).noted == noted


def test_a_check_in_that_another_one_replaced_before_is_not_noted() -> None:
    made = stage()
    made.take(check_in("late", hours=2))

    assert made.take(check_in("early", hours=1, site_id="s3"), at(hours=2)).noted == ()


def test_what_exceeds_the_records_of_a_day_is_noted() -> None:
    made = stage(throttle={"limit": 0, "records_a_day": 1})
    made.take(check_in())
    found = [
        made.take(said(f"r{hour}", "REQUESTED", "NONE", hours=hour, visit_id="v2")).noted
        for hour in (1, 2, 3)
    ]

    assert found == [(), (Counted.RECORDS_EXCEEDED,), (Counted.RECORDS_EXCEEDED,)]


@pytest.mark.parametrize(("late", "noted"), [(-1, ()), (0, ()), (1, (Counted.CLOSURE_NOT_JUDGED,))])
def test_a_closure_that_came_too_late_to_be_judged_is_noted(
    late: int, noted: tuple[Counted, ...]
) -> None:
    made = stage()
    charged = closure(charged_total=100, currency="USD")

    assert made.take(charged, charged.occurred_at + 24 * HOUR + late).noted == noted


def test_a_late_closure_that_is_judged_by_an_estimate_is_not_noted() -> None:
    made = stage()
    made.take(estimate())
    charged = closure(hours=1, charged_total=100, currency="USD")

    assert made.take(charged, charged.occurred_at + 25 * HOUR).noted == ()
