"""A case in one line: what is next, by when, and who is late."""

from typing import Any

import pytest

from agents.operations.cases.case_lines import CaseLine, Next, Order, Wanted, figures, ordered
from agents.operations.cases.case_reader import cases_of
from agents.operations.status.durations import lasting
from schemas.records import Escalation, EscalationStatus, Severity, Tier
from tests.agents.explain.records import AT, a_step

S = EscalationStatus
MINUTE = 60_000
ACKNOWLEDGE_BY, DECIDE_BY = AT + 120 * MINUTE, AT + 480 * MINUTE


def step(number: int, status: EscalationStatus, **changes: Any) -> Escalation:
    given = {"acknowledge_by": ACKNOWLEDGE_BY, "decide_by": DECIDE_BY}
    return a_step(step=number, status=status, **given | changes)


def line(*steps: Escalation) -> CaseLine:
    (found,) = cases_of(steps)
    return found


OPENED = step(0, S.OPENED)


@pytest.mark.parametrize(
    ("steps", "status", "coming", "due_at"),
    [
        ([], S.OPENED, Next.ACKNOWLEDGE, ACKNOWLEDGE_BY),
        ([step(1, S.ACKNOWLEDGED)], S.ACKNOWLEDGED, Next.DECIDE, DECIDE_BY),
        ([step(1, S.REFUSED)], S.OPENED, Next.ACKNOWLEDGE, ACKNOWLEDGE_BY),
        ([step(1, S.WARNED)], S.OPENED, Next.ACKNOWLEDGE, ACKNOWLEDGE_BY),
        ([step(1, S.PROMISED, until=AT + MINUTE)], S.PROMISED, Next.CALL, AT + MINUTE),
        ([step(1, S.PROMISED, until=DECIDE_BY + 1)], S.PROMISED, Next.DECIDE, DECIDE_BY),
        (
            [step(1, S.PROMISED, until=AT + MINUTE), step(2, S.CONTACTED)],
            S.CONTACTED,
            Next.DECIDE,
            DECIDE_BY,
        ),
        ([step(1, S.WAITING, until=AT + MINUTE)], S.WAITING, Next.WAIT, AT + MINUTE),
        (
            [step(1, S.ACKNOWLEDGED), step(2, S.MOVED_UP, acknowledge_by=AT + 9)],
            S.MOVED_UP,
            Next.ACKNOWLEDGE,
            AT + 9,
        ),
        ([step(1, S.RESOLVED)], S.RESOLVED, Next.NOTHING, None),
        ([step(1, S.RESOLVED), step(2, S.REOPENED)], S.REOPENED, Next.ACKNOWLEDGE, ACKNOWLEDGE_BY),
    ],
)
def test_what_is_next_is_what_is_due_first(
    steps: list[Escalation], status: EscalationStatus, coming: Next, due_at: int | None
) -> None:
    found = line(OPENED, *steps)

    assert (found.status, found.next, found.due_at) == (status, coming, due_at)
    assert found.is_open == (coming is not Next.NOTHING)


@pytest.mark.parametrize(("after", "late"), [(-1, 0), (0, 0), (1, 1)])
def test_a_case_is_late_after_the_moment_at_which_something_was_due(after: int, late: int) -> None:
    assert line(OPENED).late(ACKNOWLEDGE_BY + after) == late


def test_a_case_that_waits_for_the_customer_is_never_late() -> None:
    assert line(OPENED, step(1, S.WAITING, until=AT + MINUTE)).late(DECIDE_BY + 1) == 0


def test_a_case_whose_first_steps_were_not_read_says_so() -> None:
    found = line(step(3, S.ACKNOWLEDGED, occurred_at=AT + MINUTE))

    assert (found.begun, found.opened_at) == (False, AT + MINUTE)
    assert line(OPENED).begun


def made(name: str, **changes: Any) -> CaseLine:
    status = changes.pop("status", S.OPENED)
    return line(step(0, status, visit_id=name, **changes))


SAFETY = made("s", severity=Severity.SAFETY, occurred_at=AT + 2, acknowledge_by=AT + MINUTE)
HIGH = made("h", severity=Severity.HIGH, tier=Tier.REGIONAL, occurred_at=AT + 1, site_id="ulm")
NORMAL = made("n", manager=None)
CLOSED = made("c", status=S.RESOLVED, occurred_at=AT - 1)
ALL = [CLOSED, NORMAL, HIGH, SAFETY]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (Order.DUE, "s h n c"),
        (Order.AGE, "c n h s"),
        (Order.SEVERITY, "s h n c"),
    ],
)
def test_cases_come_in_the_order_that_is_asked_for(order: Order, names: str) -> None:
    assert [each.escalation_id for each in ordered(ALL, order)] == [
        f"{name}:1" for name in names.split()
    ]


def test_of_one_severity_the_one_that_is_due_first_comes_first() -> None:
    late = made("a", acknowledge_by=ACKNOWLEDGE_BY - 1)

    assert ordered([NORMAL, late], Order.SEVERITY) == [late, NORMAL]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, "n h s"),
        ({"closed_too": True}, "c n h s"),
        ({"closed_too": True, "statuses": frozenset({S.RESOLVED})}, "c"),
        ({"severities": frozenset({Severity.SAFETY, Severity.HIGH})}, "h s"),
        ({"tiers": frozenset({Tier.REGIONAL})}, "h"),
        ({"sites": frozenset({"ulm"})}, "h"),
        ({"regions": frozenset({"nowhere"})}, ""),
        ({"managers": frozenset({"m-brooks"})}, "h s"),
        ({"without_manager": True}, "n"),
        ({"overdue": True}, "s"),
        ({"unacknowledged": True, "closed_too": True}, "n h s"),
    ],
)
def test_a_filter_leaves_what_it_names(wanted: dict[str, Any], names: str) -> None:
    now = AT + MINUTE + 1
    found = [each for each in ALL if Wanted(**wanted).has(each, now)]

    assert [each.escalation_id for each in found] == [f"{name}:1" for name in names.split()]


def test_figures_count_open_cases_alone() -> None:
    taken = line(
        step(0, S.OPENED, visit_id="t", occurred_at=AT - 5),
        step(1, S.ACKNOWLEDGED, visit_id="t", occurred_at=AT - 4),
    )
    found = figures([*ALL, taken], AT + MINUTE + 1)

    assert (found.open, found.without_manager, found.overdue) == (4, 1, 1)
    assert found.by_tier == {"LOCAL": 3, "REGIONAL": 1}
    assert found.by_severity == {"HIGH": 1, "NORMAL": 2, "SAFETY": 1}
    assert (found.oldest, found.oldest_unacknowledged) == (taken, NORMAL)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (3_660, "1 h 1 min"),
        (86_399, "23 h 59 min"),
        (86_400, "1 d"),
        (90_000, "1 d 1 h"),
    ],
)
def test_how_long_something_lasts(seconds: int, said: str) -> None:
    assert lasting(seconds * 1000) == said
