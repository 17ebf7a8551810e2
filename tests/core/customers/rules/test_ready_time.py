"""SILENCE_READY_TIME_PASSED: which promise was in force, when it is due, and who watched then."""

from itertools import permutations
from typing import Any

import pytest

from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules.ready_time import due, judged, silence_ready_time_passed
from agents.core.customers.state import Case, CaseStatus, Closing, ReadyTime
from tests.core.builders import (
    at,
    check_in,
    closure,
    context,
    diagnosis,
    estimate,
    policy,
    said,
    visit,
)

READY = at(hours=3)
DUE = at(hours=7)  # at a site without hours, on the calendar
PROMISED = check_in(promised_ready_at=READY)
PASSED = ReadyTime(ready_at=READY, due_at=DUE, business_hours=4)


def at_listed(
    *facts: Any, now: int = 0, kept: dict[str, int] | None = None, **of: Any
) -> RuleContext:
    rules = {"silence_ready_time_passed": {"sites": ["s1"]}}
    return context(visit(*facts, **of), rules=policy(rules=rules, kept=kept or {}), now=now)


def revision(number: int, hours: float, ready_hours: float | None) -> Any:
    ready_at = None if ready_hours is None else at(hours=ready_hours)
    return estimate(f"r{number}", hours, revision=number, ready_at=ready_at)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((check_in(),), None),
        ((PROMISED,), DUE),
        ((PROMISED, diagnosis("d", 2.9)), DUE),
        ((PROMISED, diagnosis("d", 3)), DUE),
        ((PROMISED, diagnosis("d", 3.1)), None),
        ((PROMISED, diagnosis("d", 6.9)), None),
        ((PROMISED, diagnosis("d", 7)), None),
        ((PROMISED, diagnosis("d", 7.1)), DUE),
        ((PROMISED, closure("c", 1)), None),
        ((PROMISED, closure("c", 3)), None),
        ((PROMISED, closure("c", 7)), None),
        ((PROMISED, closure("c", 7.1)), DUE),
        ((PROMISED, said("ask", "ASKED", "NONE", 4)), DUE),
        # A promise takes the place of the one before; one at the very time does so too.
        ((PROMISED, revision(1, 2.9, 5)), at(hours=9)),
        ((PROMISED, revision(1, 3, 5)), at(hours=9)),
        ((PROMISED, check_in("in2", 3, promised_ready_at=at(hours=5))), at(hours=9)),
        ((PROMISED, revision(1, 2, None)), DUE),
        ((revision(1, 0, 5), revision(2, 1, 4)), at(hours=8)),
        # It was promised again when it had passed, or has passed when it is promised.
        ((PROMISED, revision(1, 4, 5)), at(hours=9)),
        ((revision(1, 3, 3),), DUE),
        ((revision(1, 3.1, 3),), None),
    ],
)
def test_a_promised_time_is_due_four_business_hours_after_it_unless_a_word_comes(
    facts: tuple[Any, ...], expected: int | None
) -> None:
    for order in permutations(facts):
        assert due(at_listed(*order)) == expected


@pytest.mark.parametrize(
    ("facts", "may_be"),
    [
        ((check_in(),), False),
        ((PROMISED,), True),
        ((revision(1, 0, 3),), True),
        ((check_in(), revision(1, 0, None)), False),
        ((check_in(), revision(1, 0, 3)), True),
    ],
)
def test_only_a_visit_with_a_promised_time_is_looked_at(
    facts: tuple[Any, ...], may_be: bool
) -> None:
    moments = silence_ready_time_passed.due
    assert moments is not None
    assert moments.may_be(visit(*facts)) == may_be


def test_only_sites_that_the_policy_lists_have_a_due_moment() -> None:
    rules = {"silence_ready_time_passed": {"sites": ["s1"]}}

    assert due(context(visit(PROMISED), rules=policy())) is None
    assert due(context(visit(PROMISED), rules=policy(rules=rules))) == DUE
    assert due(context(visit(PROMISED), rules=policy(rules=rules, generation=1))) is None


def test_a_visit_that_counts_as_closed_by_then_has_none() -> None:
    days = {"silent_visit_closed_after_days": 1}
    late, at_once = (check_in(promised_ready_at=at(hours=hours)) for hours in (19, 20))

    assert due(at_listed(late, kept=days)) == at(hours=23)
    assert due(at_listed(at_once, kept=days)) is None
    assert due(at_listed(at_once, closure("c", 24.1), kept=days)) == at(hours=24)


def case(opened: float, status: str = "OPEN", *closings: Closing) -> Case:
    return Case(
        escalation_id="v1:1",
        opened_at=at(hours=opened),
        status=CaseStatus(status),
        closings=closings,
    )


@pytest.mark.parametrize(
    ("known", "watched"),
    [
        ((), False),
        ((case(6.9),), True),
        ((case(7),), True),
        ((case(7.1),), False),
        ((case(4, "WITHDRAWN", Closing(at(hours=7), False)),), False),
        ((case(4, "WITHDRAWN", Closing(at(hours=7.1), False)),), True),
    ],
)
def test_with_an_escalation_open_at_the_due_moment_the_desk_watches(
    known: tuple[Case, ...], watched: bool
) -> None:
    late = at_listed(PROMISED, cases=known, now=at(hours=9))
    passed = ReadyTime(ready_at=READY, due_at=DUE, business_hours=4, watched=watched)

    assert judged(late) == (passed,)
    after = at_listed(PROMISED, cases=known, ready_times=(passed,), now=at(hours=9))
    assert len(silence_ready_time_passed(after)) == (0 if watched else 1)


def test_a_decision_within_the_hours_is_a_word() -> None:
    resolved = case(4, "RESOLVED", Closing(at(hours=6), True))
    withdrawn = case(4, "WITHDRAWN", Closing(at(hours=6), False))

    assert due(at_listed(PROMISED, cases=(resolved,))) is None
    assert due(at_listed(PROMISED, cases=(withdrawn,))) == DUE


@pytest.mark.parametrize(("now", "expected"), [(-1, ()), (0, (PASSED,)), (1, (PASSED,))])
def test_it_is_judged_from_its_due_moment_on(now: int, expected: tuple[ReadyTime, ...]) -> None:
    assert judged(at_listed(PROMISED, now=DUE + now)) == expected


def test_what_was_judged_is_not_judged_again() -> None:
    known = at_listed(PROMISED, ready_times=(PASSED,), now=at(hours=9))

    assert due(known) is None
    assert judged(known) == (PASSED,)


def test_what_was_judged_stands_where_the_policy_lists_the_site_no_longer() -> None:
    unlisted = context(visit(PROMISED, ready_times=(PASSED,)), rules=policy())

    (finding,) = silence_ready_time_passed(unlisted)
    assert (finding.occurred_at, finding.due_at) == (DUE, DUE)


def test_of_several_that_passed_the_last_is_meant() -> None:
    later = ReadyTime(ready_at=at(hours=9), due_at=at(hours=13), business_hours=4)
    facts = (PROMISED, revision(1, 8, 9))

    for order in ((PASSED, later), (later, PASSED)):
        (finding,) = silence_ready_time_passed(at_listed(*facts, ready_times=order))
        assert finding.trigger_event_id == "r1"


def test_a_promise_that_turns_out_to_have_been_replaced_is_no_ground() -> None:
    late = at_listed(PROMISED, revision(1, 2, 5), ready_times=(PASSED,))

    assert silence_ready_time_passed(late) == ()
