"""What is kept of a customer, and how long; how visits end."""

from datetime import datetime
from typing import Any

import pytest

from agents.core.customers.retention import due_at, trimmed
from agents.core.customers.state import Case, Customer, Escalated
from agents.core.world import Directory, World
from schemas.records import CustomerResponse, Decision, VisitEnded
from tests.core.builders import (
    DAY,
    HOUR,
    at,
    check_in,
    closure,
    diagnosis,
    package_policy,
    policy,
    said,
    site,
    visit,
)
from tests.core.customers.stage import Stage


def _ended(stage: Stage) -> list[VisitEnded]:
    return [each for each in stage.outputs if isinstance(each, VisitEnded)]


def _pressed(event_id: str = "p", days: float = 0, **fields: Any) -> CustomerResponse:
    return said(event_id, "REQUESTED", "NONE", days=days, **fields)


def test_a_visit_s_rating_is_the_closures_else_the_customers_last() -> None:
    stage = Stage()
    stage.take(said("r1", "RATED", "NONE", hours=1, rating=2))
    stage.take(said("r2", "RATED", "NONE", hours=2, rating=5))
    stage.take(said("r3", "ASKED", "NONE", hours=3))
    stage.take(closure("c", hours=4))
    stage.take(said("r4", "RATED", "NONE", hours=1, rating=2, visit_id="v2"), at(0, 5))
    stage.take(closure("c2", hours=5, visit_id="v2", rating=1))

    assert [each.rating for each in _ended(stage)] == [5, 1]


@pytest.mark.parametrize(("more", "left"), [(-1, 1), (0, 0)])
def test_an_entry_is_kept_until_it_can_count_for_no_event_that_is_in_time(
    more: int, left: int
) -> None:
    stage = Stage()
    stage.take(_pressed())
    stage.tick(at() + (30 + 180) * DAY + 1 + 720 * HOUR + more)

    assert len(stage.customer().entries) == left


@pytest.mark.parametrize(("more", "left"), [(-1, 1), (0, 0)])
def test_a_would_be_entry_is_kept_for_its_window_and_what_is_late(more: int, left: int) -> None:
    stage = Stage(policy(pilot={"default": {"gate": "SHADOW"}}, kept={"closed_visit_days": 1}))
    stage.take(_pressed())
    stage.take(closure("c", hours=1))
    stage.tick(at(60) + more)

    assert len(stage.customer().would_be_entries) == left


@pytest.mark.parametrize(("sooner", "left"), [(0.001, 1), (0, 0)])
def test_an_entry_is_kept_for_a_visit_that_began_while_it_counted(sooner: float, left: int) -> None:
    stage = Stage(policy(pilot={"default": {"gate": "SHADOW"}}, kept={"closed_visit_days": 1}))
    stage.take(_pressed())
    stage.take(closure("c", hours=1))
    stage.take(check_in("in", visit_id="v2", days=60, hours=-sooner))
    stage.tick(at(119))
    assert len(stage.customer().would_be_entries) == left
    stage.tick(at(122))

    assert stage.customer().would_be_entries == ()


@pytest.mark.parametrize(("more", "left"), [(-1, 1), (0, 0)])
def test_the_line_of_a_visit_is_kept_as_long_as_the_longest_rule_looks_back(
    more: int, left: int
) -> None:
    stage = Stage(policy(kept={"first_visit_years": 5}))
    stage.take(check_in())
    stage.take(closure("c", hours=1))
    stage.tick(at(0, 1) + 24 * 31 * DAY + more)

    assert len(stage.customer().past) == left


def test_a_line_on_which_something_found_may_rest_stays_as_long_as_the_visit() -> None:
    stage = Stage(policy(kept={"first_visit_years": 5}))
    stage.take(check_in())
    stage.take(diagnosis())
    stage.take(closure("c", days=9, operations_done=("brakes",)))
    stage.tick(at(715))
    stage.take(check_in("in2", visit_id="v2", days=720))
    stage.take(diagnosis("d2", visit_id="v2", days=720))
    stage.tick(at(725))
    assert [each.subject_id for each in stage.decided] == ["days-15"]
    # The line of the first would go on the 754th day, 744 after its closure.
    for days in (752, 760, 800):
        stage.take(said(f"r{days}", "RATED", "NONE", visit_id="v2", days=days))
        stage.tick(at(days + 4))
        assert stage.customer().due_at > stage.now
    assert [each.visit_id for each in stage.customer().past] == ["v1"]
    assert Decision.CORRECTED not in [each.decision for each in stage.decided]

    stage.take(closure("c2", visit_id="v2", days=805))
    stage.tick(at(835))
    assert [each.visit_id for each in stage.customer().past] == ["v2"]


def test_a_line_of_a_visit_that_opened_anew_keeps_what_was_there() -> None:
    stage = Stage()
    stage.take(check_in())
    stage.take(diagnosis("d1", hours=1))
    stage.take(closure("c", hours=2, operations_done=("brakes",)))
    stage.take(check_in("other", visit_id="v2", days=20))
    stage.tick(at(33))
    stage.take(diagnosis("d2", days=34, fault_found=False, symptom="hum"))
    stage.take(closure("c2", days=34, hours=1))
    stage.tick(at(65))

    (line,) = (each for each in stage.customer().past if each.visit_id == "v1")
    assert [each.symptom for each in line.attempts] == ["rattle"]
    assert [symptom for symptom, _ in line.no_fault_found] == ["hum"]
    assert line.first_occurred_at == at()
    assert line.out_of_service is not None


def test_a_silent_visit_is_open_again_with_its_next_event() -> None:
    stage = Stage()
    stage.take(check_in())
    stage.tick(at(60))
    assert stage.visit().silent_since == at(60)
    stage.take(diagnosis("d", days=61))
    assert stage.visit().silent_since is None
    stage.tick(at(121))

    assert len(_ended(stage)) == 1


def test_ids_are_kept_as_long_as_they_could_come_again_after_the_last_visit_has_gone() -> None:
    stage = Stage()
    stage.take(check_in())
    stage.take(closure("c", hours=1))
    assert stage.customer().seen["c"].until == at(31, 1)
    stage.tick(at(40))

    assert stage.customer().seen == {}


@pytest.mark.parametrize(("more", "left"), [(-1, 1), (0, 0), (1, 0)])
def test_a_closed_visit_is_kept_for_thirty_days_from_the_arrival_of_its_last_closure(
    more: int, left: int
) -> None:
    stage = Stage()
    stage.take(closure("c"))
    stage.take(closure("c2", hours=1), at(20))
    stage.tick(at(50) + more)

    assert len(stage.customer().visits) == left


@pytest.mark.parametrize(
    ("record", "days"),
    [
        (closure("e"), 30),
        (said("e", "AUTHORISED", "ESTIMATE"), 30),
        (said("e", "ASKED", "NONE"), 1),
        (check_in("e"), 1),
    ],
    ids=lambda each: getattr(each, "response", type(each).__name__),
)
@pytest.mark.parametrize(("more", "held"), [(-1, True), (0, False), (1, False)])
def test_an_id_is_held_as_long_as_it_could_come_again(
    record: object, days: int, more: int, *, held: bool
) -> None:
    """As late as its topic allows, and the delay of the topic."""
    stage = Stage()
    stage.take(record)
    stage.take(check_in("other", visit_id="v2", days=days + 0.5), at(days + 1) + more)

    assert ("e" in stage.customer().seen) == held


# What goes when, to the millisecond: kept before its time, gone at it; `due_at` is that time.

WORLD = World(now=at(), policy=package_policy(), directory=Directory([site()]))
TWO_YEARS_ON = at() + (365 + 366) * DAY  # 2028 has a leap day


def _customer(**fields: Any) -> Customer:
    whole: dict[str, Any] = {
        "customer_id": "c1",
        "first_visit_id": "v1",
        "first_visit_at": at(),
        "first_event_id": "e1",
        "last_visit_at": at(),
    }
    return Customer(**(whole | fields))


@pytest.mark.parametrize(("more", "kept"), [(-1, True), (0, False), (1, False)])
def test_who_never_came_again_is_forgotten_two_years_after_their_last_visit(
    more: int, kept: bool
) -> None:
    customer = _customer()

    assert due_at(customer, WORLD) == TWO_YEARS_ON
    assert (trimmed(customer, WORLD, TWO_YEARS_ON + more) is not None) == kept


def test_who_has_a_visit_is_forgotten_by_no_time() -> None:
    here = _customer(visits={"v1": visit(check_in())})

    assert trimmed(here, WORLD, TWO_YEARS_ON + DAY) is not None


@pytest.mark.parametrize(
    ("last_day", "gone_on"),
    [
        ("2024-02-28", "2026-02-28"),
        ("2024-02-29", "2026-03-01"),
        ("2024-03-29", "2026-03-29"),
    ],
)
def test_a_leap_day_has_its_years_on_the_first_of_march(last_day: str, gone_on: str) -> None:
    def midnight(day: str) -> int:
        return int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1000)

    assert due_at(_customer(last_visit_at=midnight(last_day)), WORLD) == midnight(gone_on)


ERASED_FOR = 60 * DAY


@pytest.mark.parametrize(("more", "kept"), [(-1, True), (0, False)])
def test_that_somebody_was_erased_is_kept_for_sixty_days(more: int, kept: bool) -> None:
    erased = _customer(erased_at=at())

    assert due_at(erased, WORLD) == at() + ERASED_FOR
    assert (trimmed(erased, WORLD, at() + ERASED_FOR + more) is not None) == kept


@pytest.mark.parametrize(("more", "left"), [(-1, 1), (0, 0)])
def test_an_appeal_of_the_throttle_is_kept_for_its_time_and_for_what_is_late(
    more: int, left: int
) -> None:
    customer = _customer(throttle_appeals=((at(), "v1:1"),))
    after = trimmed(customer, WORLD, at() + 31 * DAY + more)

    assert after is not None
    assert len(after.throttle_appeals) == left


@pytest.mark.parametrize(("more", "left"), [(-1, 1), (0, 0)])
def test_an_escalation_is_kept_for_erasures_for_sixty_days(more: int, left: int) -> None:
    customer = _customer(escalations=(Escalated("v1:1", "r1", at()),))
    after = trimmed(customer, WORLD, at() + 60 * DAY + more)

    assert due_at(customer, WORLD) == at() + 60 * DAY
    assert after is not None
    assert len(after.escalations) == left


def test_an_escalation_that_is_open_is_kept_whatever_time_passes() -> None:
    case = Case(escalation_id="v1:1", opened_at=at())
    here = visit(check_in(), cases=(case,))
    customer = _customer(escalations=(Escalated("v1:1", "r1", at()),), visits={"v1": here})

    after = trimmed(customer, WORLD, at() + 90 * DAY)

    assert after is not None
    assert after.escalations == customer.escalations
