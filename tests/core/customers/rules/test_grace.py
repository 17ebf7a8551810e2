"""How long a price may wait for its yes: the sum of an estimate and its base, at its borders."""

from typing import Any

import pytest

from agents.core.customers.rules.estimate import due, estimate_over_authorised, judged
from agents.core.customers.state import Grace
from schemas.records import Severity
from tests.core.builders import HOUR, MINUTE, at, closure, context, diagnosis, estimate, said, visit

FIRST = estimate("e1", total=100_000)
RISE = estimate("e2", hours=1, revision=2, total=111_000)
HIGH = estimate("e3", hours=2, revision=3, total=200_000)
WITHIN = estimate("e4", hours=2, revision=3, total=101_000)

DUES = [
    pytest.param((FIRST,), None, id="nothing rose"),
    pytest.param((FIRST, RISE), at(hours=3), id="two hours"),
    pytest.param((FIRST, RISE, HIGH), at(hours=2), id="an hour where it is HIGH, which has passed"),
    pytest.param(
        (FIRST, estimate("e2", hours=1, revision=2, total=200_000)), at(hours=2), id="HIGH at once"
    ),
    pytest.param((FIRST, RISE, WITHIN), None, id="back within the limit"),
    pytest.param(
        (FIRST, RISE, WITHIN, estimate("e5", hours=5, revision=4, total=111_000)),
        at(hours=6),
        id="an hour, and another",
    ),
    pytest.param((FIRST, RISE, said("no", "DECLINED", hours=2)), None, id="declined"),
    pytest.param((FIRST, RISE, said("no", "DECLINED", hours=3)), None, id="declined when due"),
    pytest.param(
        (FIRST, RISE, said("no", "DECLINED", hours=3.01)), at(hours=3), id="declined after"
    ),
    pytest.param(
        (FIRST, RISE, said("no", "DECLINED", hours=0, subject_revision=1)),
        at(hours=3),
        id="another revision was declined",
    ),
    pytest.param((FIRST, RISE, said("yes", hours=2)), None, id="agreed"),
    pytest.param(
        (FIRST, RISE, said("yes", hours=2), said("no", "DECLINED", hours=2.5)),
        None,
        id="agreed, and taken back: that was an answer",
    ),
    pytest.param((FIRST, RISE, diagnosis(hours=2, safety=True)), at(hours=2), id="unsafe since"),
    pytest.param((FIRST, RISE, diagnosis(hours=0, safety=True)), at(hours=1), id="unsafe before"),
    pytest.param((FIRST, RISE, closure(hours=2)), at(hours=2), id="closed, not said for how much"),
    pytest.param((FIRST, RISE, closure(hours=2, charged_total=1)), None, id="closed and charged"),
    pytest.param(
        (FIRST, RISE, closure(hours=3, charged_total=1)), None, id="closed and charged when due"
    ),
    pytest.param(
        (FIRST, RISE, closure(hours=3.01, charged_total=1)), at(hours=3), id="charged after"
    ),
    pytest.param(
        (
            estimate("e1", total=10_000),
            said("yes", hours=1),
            estimate("e2", hours=2, revision=2, total=12_000),
            said("yes2", hours=3),
            estimate("e3", hours=4, revision=3, total=14_000),
        ),
        at(hours=6),
        id="a new base has a sum of its own",
    ),
    pytest.param(
        (
            said("yes", hours=-1, authorised_total=100_000),
            estimate("e1", total=111_000),
        ),
        at(hours=2),
        id="a total that was agreed before any estimate",
    ),
]


@pytest.mark.parametrize(("facts", "expected"), DUES)
def test_a_price_is_due_when_its_grace_is_over(facts: Any, expected: int | None) -> None:
    assert due(context(visit(*facts))) == expected


@pytest.mark.parametrize(("late", "count"), [(-1, 0), (0, 1), (1, 1)])
def test_it_is_judged_at_its_due_moment(late: int, count: int) -> None:
    found = judged(context(visit(FIRST, RISE), now=at(hours=3) + late))
    grace = Grace(estimate_id="est1", base="e1", due_at=at(hours=3), minutes=120)
    assert found == (grace,) * count


def _judged(*facts: Any, due_at: int) -> Any:
    grace = Grace(estimate_id="est1", base="e1", due_at=due_at, minutes=120)
    return visit(*facts, graces=(grace,))


def test_what_was_judged_is_a_finding_as_of_its_due_moment() -> None:
    (found,) = estimate_over_authorised(context(_judged(FIRST, RISE, due_at=at(hours=3))))
    assert (found.awaiting, found.due_at, found.occurred_at) == (False, at(hours=3), at(hours=3))
    assert found.trigger_event_id == "e2"


def test_after_that_a_further_price_waits_with_a_sum_of_its_own() -> None:
    further = estimate("e3", hours=4, revision=3, total=120_000)
    there = _judged(FIRST, RISE, further, due_at=at(hours=3))
    (found,) = estimate_over_authorised(context(there))
    assert (found.awaiting, found.grounded, due(context(there))) == (True, True, at(hours=6))


@pytest.mark.parametrize(("hours", "found"), [(2.99, 0), (3, 0), (3.01, 1)])
def test_an_answer_by_the_due_moment_that_arrives_late_takes_the_ground_away(
    hours: float, found: int
) -> None:
    there = _judged(FIRST, RISE, said("no", "DECLINED", hours=hours), due_at=at(hours=3))
    assert len(estimate_over_authorised(context(there))) == found


def test_a_price_that_waits_says_until_when() -> None:
    (found,) = estimate_over_authorised(context(visit(FIRST, RISE)))
    assert (found.awaiting, found.grounded, found.severity) == (True, False, Severity.NORMAL)
    assert found.reasons[-1].facts == {
        "due_at": "2026-03-02T12:00:00Z",
        "business_minutes": "120",
    }
    assert at(hours=3) - at(hours=1) == 2 * HOUR == 120 * MINUTE
