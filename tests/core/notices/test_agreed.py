"""A customer hears of a yes that raises what they agreed to beyond the limit, whoever sent it."""

from typing import Any

import pytest

from agents.core.world import Directory
from schemas.records import Arm, CustomerResponse, Disagreement, Estimate, Notice
from tests.core.builders import at, check_in, estimate, policy, said, site
from tests.core.customers.stage import Stage

ABOVE = 5_000  # of a base of 100.00: the limit is 10.00, and 50.00 at most


def stage(**differs: Any) -> Stage:
    made = Stage(policy(**differs))
    made.take(check_in())
    return made


def revised(event_id: str, revision: int, total: int, hours: float) -> Estimate:
    return estimate(event_id, hours, revision=revision, total=total)


def agreed(
    event_id: str, hours: float, total: int | None = None, **fields: Any
) -> CustomerResponse:
    return said(event_id, "AUTHORISED", hours=hours, authorised_total=total, **fields)


def told(made: Stage) -> list[tuple[str, str, str]]:
    """What was told: the notice's id, how much, and what stood before."""
    return [
        (each.notice_id, each.parameters["amount_minor"], each.parameters.get("base_minor", ""))
        for each in made.outputs
        if isinstance(each, Notice) and each.message == "customer-agreed"
    ]


def test_a_yes_that_the_centre_says_for_the_customer_is_told_to_the_customer() -> None:
    """B1: 100.00 agreed to, then 900.00 with a yes of a minute before: no rule finds a rise."""
    made = stage()
    made.take(estimate("e1", 1))
    made.take(agreed("a1", 2))
    made.take(agreed("a2", 3, 90_000))
    made.take(revised("e2", 2, 90_000, 3.02))

    assert told(made) == [("v1:a2:customer", "90000", "10000")]
    assert not [each for each in made.outputs if isinstance(each, Disagreement)]
    (notice,) = [each for each in made.outputs if isinstance(each, Notice)]
    assert notice.text == (
        "We noted that you agreed to $900.00 for the work on your vehicle. Before, you had agreed "
        "to $100.00. If you did not say so, please ask to speak to a manager."
    )
    assert (notice.addressee.id, notice.not_before, notice.disagreement_id) == (
        "c1",
        at(hours=3),
        None,
    )


@pytest.mark.parametrize(("total", "is_told"), [(10_999, False), (11_000, False), (11_001, True)])
def test_up_to_the_limit_nothing_is_said(total: int, *, is_told: bool) -> None:
    made = stage()
    made.take(estimate("e1", 1))
    made.take(agreed("a1", 2, total))

    assert bool(told(made)) == is_told


def test_a_limit_before_tax_is_compared_before_tax() -> None:
    made = stage()
    made.directory = Directory([site(country="US", subdivision="US-WA")])
    made.take(estimate("e1", 1, total=10_000, subtotal=9_000))
    made.take(estimate("e2", 2, revision=2, total=11_900, subtotal=9_900))
    made.take(agreed("a1", 3))

    assert told(made) == []
    made.take(estimate("e3", 4, revision=3, total=11_000, subtotal=10_900))
    made.take(agreed("a2", 5))
    assert told(made) == [("v1:a2:customer", "11000", "11900")]


def test_a_yes_to_the_first_estimate_is_no_news_whichever_comes_first() -> None:
    first, yes = estimate("e1", 1), agreed("a1", 2, subject_id="est1", subject_revision=1)
    in_order, turned = stage(), stage()
    for each in (first, yes):
        in_order.take(each)
    for each in (yes, first):
        turned.take(each, at(hours=3))

    assert (told(in_order), told(turned)) == ([], [])


def test_a_yes_before_its_estimate_is_told_when_the_estimate_says_how_much() -> None:
    made = stage()
    made.take(estimate("e1", 1))
    made.take(agreed("a1", 2, subject_id="est1", subject_revision=2))
    assert told(made) == []
    made.take(revised("e2", 2, 90_000, 3))

    assert told(made) == [("v1:e2:customer", "90000", "10000")]


def test_a_yes_where_nothing_is_estimated_yet_is_told_with_nothing_before_it() -> None:
    made = stage()
    made.take(agreed("a1", 1, 90_000))
    made.take(revised("e1", 1, 90_000, 2))

    assert told(made) == [("v1:a1:customer", "90000", "")]


def test_the_same_yes_is_told_once_and_again_when_its_price_rises() -> None:
    made = stage()
    made.take(estimate("e1", 1))
    made.take(revised("e2", 2, 50_000, 2))
    made.take(agreed("a1", 3, subject_id="est1", subject_revision=2))
    made.take(said("r1", "RATED", "NONE", hours=4))
    made.take(check_in("in2", hours=5))
    made.take(revised("e3", 3, 50_000, 6))
    assert told(made) == [("v1:a1:customer", "50000", "10000")]
    made.take(estimate("e4", 2.5, revision=2, total=90_000), at(hours=7))

    assert told(made)[1:] == [("v1:e4:customer", "90000", "10000")]


def test_a_yes_that_was_taken_back_or_came_after_a_later_one_is_not_told() -> None:
    made = stage()
    made.take(estimate("e1", 1))
    made.take(agreed("a2", 5, 10_000))
    made.take(agreed("a1", 4, 90_000), at(hours=6))

    assert told(made) == []


@pytest.mark.parametrize(
    "differs",
    [
        {"notices": {"agreed_beyond_limit": False}},
        *({"pilot": {"default": {"gate": arm}}} for arm in (Arm.OFF, Arm.SHADOW, Arm.HOLDOUT)),
    ],
)
def test_where_the_policy_says_no_or_nobody_is_told_anything_it_is_not_told(
    differs: dict[str, Any],
) -> None:
    made = stage(**differs)
    made.take(estimate("e1", 1))
    made.take(agreed("a1", 2, 90_000))

    assert told(made) == []


def test_no_producer_can_send_a_customer_more_such_notices_a_day_than_a_rule_has_records() -> None:
    made = stage(throttle={"records_a_day": 3})
    made.take(estimate("e1", 1))
    for number in range(10):
        made.take(agreed(f"a{number}", 2 + number / 10, 20_000 * (number + 1)))
    made.take(agreed("b", 30, 900_000))

    assert [each[0] for each in told(made)] == [
        *(f"v1:a{number}:customer" for number in range(3)),
        "v1:b:customer",
    ]


@pytest.mark.parametrize(("late", "held"), [(59, False), (60, False), (61, True)])
def test_quiet_hours_hold_it_only_more_than_an_hour_after_the_yes(late: int, held: bool) -> None:
    made = Stage(policy())
    made.take(check_in(quiet_from="10:30", quiet_until="15:00", time_zone="UTC"))
    made.take(estimate("e1", 1))
    comes = at(hours=2 + late / 60)
    made.take(agreed("a1", 2, 90_000), comes)

    (notice,) = [each for each in made.outputs if isinstance(each, Notice)]
    assert notice.not_before == (at(hours=6) if held else comes)


def test_quiet_hours_hold_what_an_estimate_makes_of_a_yes_for_the_customer_did_nothing_then() -> (
    None
):
    made = Stage(policy())
    made.take(check_in(quiet_from="10:30", quiet_until="15:00", time_zone="UTC"))
    made.take(estimate("e1", 1))
    made.take(agreed("a1", 2, subject_id="est1", subject_revision=2))
    made.take(revised("e2", 2, 90_000, 2.5))

    (notice,) = [each for each in made.outputs if isinstance(each, Notice)]
    assert notice.not_before == at(hours=6)
