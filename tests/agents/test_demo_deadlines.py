"""In which steps the demo's week is played: to the minute where somebody lets a deadline pass."""

from typing import Any

import pytest

from agents.core.calendar import MINUTE_MS
from agents.core.rfc3339 import text_of
from agents.simulation.demo.deadlines import AT_MOST, Deadlines, steps
from agents.simulation.demo.event_generator import Arrival
from agents.simulation.demo.people import People
from schemas.records import Decision, EscalationStatus, ManagerContact, Reason
from tests.agents.explain.records import AT, a_disagreement, a_step

HOUR = 60 * MINUTE_MS
ANN = ManagerContact(manager_id="m-alvarez", name="Rosa")


def minutes(deadlines: Deadlines, until: int = HOUR) -> list[int]:
    """The ends of the steps, in minutes from the beginning."""
    return [(each - AT) // MINUTE_MS for each in steps(deadlines, AT, AT + until, HOUR)]


def awaiting(due_after: int, name: str = "v1") -> Any:
    due = Reason(code="AWAITING", facts={"due_at": text_of(AT + due_after)})
    return a_disagreement(
        disagreement_id=name, decision=Decision.AWAITING, reasons=(due,), decided_at=AT
    )


def heard(after: int) -> list[Arrival]:
    return [Arrival(AT + after, "service.customer-responses", b"c1", b"")]


def test_where_nothing_is_due_the_week_is_played_hour_by_hour() -> None:
    assert minutes(Deadlines(People(1), []), 3 * HOUR) == [60, 120, 180]


@pytest.mark.parametrize(
    ("due_after", "ends"),
    [
        (20 * MINUTE_MS, [20, 60]),
        (20 * MINUTE_MS - 1, [20, 60]),
        (20 * MINUTE_MS + 1, [21, 60]),
        (60 * MINUTE_MS - 1, [60]),
        (60 * MINUTE_MS, [60]),
        (60 * MINUTE_MS + 1, [60, 61, 120]),
    ],
)
def test_a_price_that_waits_in_vain_has_a_step_at_its_minute(
    due_after: int, ends: list[int]
) -> None:
    deadlines = Deadlines(People(1), [])
    deadlines.take(awaiting(due_after))

    assert minutes(deadlines, ends[-1] * MINUTE_MS) == ends


@pytest.mark.parametrize(
    ("after", "ends"), [(0, [20, 60]), (1, [60]), (20 * MINUTE_MS, [60]), (1_200_001, [20, 60])]
)
def test_one_of_whose_customer_something_comes_by_then_has_none(
    after: int, ends: list[int]
) -> None:
    deadlines = Deadlines(People(1), heard(after))
    deadlines.take(awaiting(20 * MINUTE_MS))

    assert minutes(deadlines) == ends


def a_case(**changes: Any) -> Any:
    given: dict[str, Any] = {
        "occurred_at": AT,
        "acknowledge_by": AT + 10 * MINUTE_MS,
        "decide_by": AT + 40 * MINUTE_MS,
        "manager": ANN,
    }
    return a_step(**given | changes)


def test_a_case_that_nobody_means_to_take_has_a_step_at_each_of_its_deadlines() -> None:
    deadlines = Deadlines(People(1), [])
    deadlines.take(a_case())

    assert minutes(deadlines) == [10, 40, 60]


def test_what_was_acknowledged_waits_for_its_decision_and_what_is_closed_for_nothing() -> None:
    deadlines = Deadlines(People(1), [])
    deadlines.take(a_case())
    deadlines.take(a_case(status=EscalationStatus.ACKNOWLEDGED, step=1))
    taken = minutes(deadlines)
    deadlines.take(a_case(status=EscalationStatus.RESOLVED, step=2))

    assert (taken, minutes(deadlines)) == ([40, 60], [60])


def test_a_promised_call_is_missed_half_an_hour_after_its_time_unless_it_was_made() -> None:
    deadlines = Deadlines(People(1), [])
    deadlines.take(a_case(decide_by=AT + 9 * HOUR))
    until = AT + 15 * MINUTE_MS
    promised = a_case(status=EscalationStatus.PROMISED, step=1, until=until)
    deadlines.take(promised)
    waiting = minutes(deadlines)
    deadlines.take(a_case(status=EscalationStatus.CONTACTED, step=2, decide_by=AT + 9 * HOUR))

    assert (waiting, minutes(deadlines)) == ([40, 45, 60], [60])


def test_what_somebody_means_to_do_by_then_needs_no_step_of_its_own() -> None:
    people = People(1)
    deadlines = Deadlines(people, [])
    far = a_case(acknowledge_by=AT + 59 * MINUTE_MS, decide_by=AT + 9 * HOUR)
    people.read(far)  # they look at it within 50 minutes
    deadlines.take(far)

    assert minutes(deadlines) == [60]


def test_of_one_hour_no_more_than_a_few_minutes_have_a_step_of_their_own() -> None:
    deadlines = Deadlines(People(1), [])
    for minute in range(1, 31):
        deadlines.take(awaiting(minute * MINUTE_MS, f"v{minute}"))

    assert minutes(deadlines) == [*range(1, AT_MOST + 1), 60]
