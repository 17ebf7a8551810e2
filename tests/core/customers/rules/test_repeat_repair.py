"""WARRANTY_REPEAT_REPAIR: attempts within calendar months, and days out of service."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.history import (
    instant_months_before,
    line_of,
    midnight,
    months_before,
)
from agents.core.customers.rules.repeat_repair import next_due, warranty_repeat_repair
from agents.core.customers.state import Visit
from schemas.records import Reason, Rule, Severity, Tier
from tests.core.builders import (
    DAY,
    START,
    at,
    check_in,
    closure,
    context,
    diagnosis,
    policy,
    said,
    site,
    visit,
)


def moment(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def day(text: str) -> float:
    """How many days after the start a date such as 2026-03-02 09:00 is."""
    return (moment(text) - START) / DAY


def repair(visit_id: str, on: str | float, *, done: bool = True, **fields: Any) -> Visit:
    """A visit without check-in (so without days), closed after a repair on that date."""
    days = on if isinstance(on, float) else day(f"{on} 09:00")
    found = diagnosis(f"d-{visit_id}", days=days, **fields)
    end = closure(f"c-{visit_id}", days=days, operations_done=("fix",) if done else ())
    return visit(found, end, visit_id=visit_id)


ATTEMPTS = [
    ("the second of 4", "US-TX", ("2026-03-02", "2026-04-02"), 0),
    ("the third of 4", "US-TX", ("2026-03-02", "2026-04-02", "2026-05-02"), 3),
    ("each later one", "US-TX", ("2026-03-02", "2026-04-02", "2026-05-02", "2026-06-02"), 4),
    ("within 24 months", "US-TX", ("2026-03-03", "2026-04-02", "2028-03-02"), 3),
    ("exactly 24 months old is outside", "US-TX", ("2026-03-02", "2026-04-02", "2028-03-02"), 0),
    ("it slides", "US-TX", ("2024-01-01", "2026-03-02", "2026-04-02", "2026-05-02"), 3),
    ("Florida: the second of 3", "US-FL", ("2026-03-03", "2028-03-02"), 2),
    ("Florida: exactly 24 months", "US-FL", ("2026-03-02", "2028-03-02"), 0),
    ("Florida: the first", "US-FL", ("2026-03-02",), 0),
    ("Ohio: the second of 3", "US-OH", ("2026-03-03", "2027-03-02"), 2),
    ("Ohio: exactly 12 months", "US-OH", ("2026-03-02", "2027-03-02"), 0),
    ("at one instant", "US-OH", ("2026-03-02", "2026-03-02"), 2),
]


@pytest.mark.parametrize("gone", [False, True], ids=["whole", "as lines"])
@pytest.mark.parametrize(
    ("law", "dates", "attempts"),
    [each[1:] for each in ATTEMPTS],
    ids=[each[0] for each in ATTEMPTS],
)
def test_one_attempt_before_the_laws_number(
    law: str, dates: tuple[str, ...], attempts: int, *, gone: bool
) -> None:
    place = site(subdivision=law)
    *others, judged = [repair(f"v{number}", on) for number, on in enumerate(dates)]
    looked_at = context(judged, *others, place=place)
    if gone:
        past = tuple(line_of(each, looked_at.world) for each in others)
        looked_at = context(judged, place=place, past=past)
    found = warranty_repeat_repair(looked_at)
    assert [why.facts["attempts"] for each in found for why in each.reasons] == (
        [str(attempts)] if attempts else []
    )


OHIO = site(subdivision="US-OH")
FIRST, SECOND = repair("v1", "2026-03-02"), repair("v2", "2026-04-02")


@pytest.mark.parametrize(
    ("first", "found"),
    [
        (FIRST, 1),
        (repair("v1", "2026-03-02", symptom="smoke"), 0),
        (repair("v1", "2026-03-02", symptom=None), 0),
        (repair("v1", "2026-03-02", fault_found=False), 0),
        (repair("v1", "2026-03-02", done=False), 0),
        (visit(diagnosis("d", days=0), visit_id="v1"), 0),
        (visit(diagnosis("d", days=0), visit_id="v1", silent_since=at(1)), 0),
        (visit(closure("c", operations_done=("fix",)), visit_id="v1"), 0),
        (repair("v3", "2026-05-02"), 0),
    ],
    ids=[
        "closed, fault found, something done",
        "another symptom",
        "no symptom: its code is another",
        "no fault found",
        "nothing done",
        "still open",
        "closed by silence",
        "no diagnosis",
        "a later one: the finding is on that",
    ],
)
def test_what_an_attempt_is(first: Visit, found: int) -> None:
    assert len(warranty_repeat_repair(context(SECOND, first, place=OHIO))) == found


def test_without_a_symptom_the_code_counts() -> None:
    first = repair("v1", "2026-03-02", symptom=None)
    second = repair("v2", "2026-04-02", symptom=None)
    assert len(warranty_repeat_repair(context(second, first, place=OHIO))) == 1


@pytest.mark.parametrize("vehicle", ["car2", None])
def test_attempts_on_another_vehicle_do_not_count(vehicle: str | None) -> None:
    one, two = FIRST, SECOND
    other = visit(*one.diagnoses, *one.closures, visit_id="v1", vehicle_id=vehicle)
    own = visit(*two.diagnoses, *two.closures, visit_id="v2", vehicle_id=vehicle and "car1")
    assert warranty_repeat_repair(context(own, other, place=OHIO)) == ()


def test_the_last_closure_says_what_was_done() -> None:
    again = closure("again", days=40, operations_done=())
    judged = visit(*SECOND.diagnoses, *SECOND.closures, again, visit_id="v2")
    assert warranty_repeat_repair(context(judged, FIRST, place=OHIO)) == ()


def test_a_diagnosis_after_the_closure_is_the_trigger() -> None:
    judged = visit(
        diagnosis("d2", days=10), closure("c2", days=9, operations_done=("fix",)), visit_id="v2"
    )
    (finding,) = warranty_repeat_repair(context(judged, FIRST, place=OHIO))
    assert (finding.trigger_event_id, finding.occurred_at) == ("d2", at(10))


def test_attempts_are_a_high_finding_on_the_floor_that_starts_at_the_regional_tier() -> None:
    assert warranty_repeat_repair(context(SECOND, FIRST, place=OHIO)) == (
        Finding(
            rule=Rule.WARRANTY_REPEAT_REPAIR,
            subject_id=None,
            severity=Severity.HIGH,
            occurred_at=moment("2026-04-02 09:00"),
            trigger_event_id="d-v2",
            reads=frozenset(("d-v2", "c-v2")),
            reasons=(
                Reason(
                    code="WARRANTY_REPEAT_REPAIR",
                    facts={
                        "symptom": "rattle",
                        "vehicle_id": "car1",
                        "attempts": "2",
                        "attempts_limit": "2",
                        "within_months": "12",
                        "attempted": "v1: 2026-03-02T09:00:00Z, v2: 2026-04-02T09:00:00Z",
                        "limit_source": "Ohio Rev. Code §§ 1345.72-1345.73",
                    },
                ),
            ),
            floor=True,
            tier=Tier.REGIONAL,
        ),
    )


def here(
    days: float = 0, *, visit_id: str = "v1", until: float | None = None, **fields: Any
) -> Visit:
    """A visit with the fault found at check-in, open, or closed after a repair."""
    facts: list[Any] = [
        check_in(f"in-{visit_id}", days=days),
        diagnosis(f"d-{visit_id}", days=days, **fields),
    ]
    if until is not None:
        facts.append(closure(f"c-{visit_id}", days=until, operations_done=("fix",)))
    return visit(*facts, visit_id=visit_id)


def marks(judged: Visit, *others: Visit, days: float, **fields: Any) -> list[str | None]:
    found = warranty_repeat_repair(context(judged, *others, now=at(days), **fields))
    return [each.subject_id for each in found]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (13.6, []),  # 15 March, 23:24: the 14th day
        (13.625, ["days-15"]),  # midnight: the 15th begins
        (18.6, ["days-15"]),
        (18.625, ["days-15", "days-20"]),
        (23.6, ["days-15", "days-20"]),
        (23.625, ["days-15", "days-20", "days-25"]),
        (40, ["days-15", "days-20", "days-25"]),
        (59.999, ["days-15", "days-20", "days-25"]),
        (60, ["days-15", "days-20", "days-25"]),  # it counts as closed by silence: they stand
        (900, ["days-15", "days-20", "days-25"]),
    ],
)
def test_days_out_of_service_pass_each_mark(days: float, expected: list[str]) -> None:
    assert marks(here(), days=days) == expected


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (here(until=14), ["days-15"]),
        (here(until=13), []),
        (visit(diagnosis(), check_in(), closure(days=14)), []),
        (visit(diagnosis()), []),
        (visit(check_in()), []),
        (here(fault_found=False), []),
        (visit(diagnosis(), check_in(days=5), closure(days=1, operations_done=("fix",))), []),
        (visit(diagnosis(), check_in(), check_in("in2", days=10)), ["days-15"]),
        (visit(diagnosis(), check_in(), silent_since=at(13.625)), []),
        (visit(diagnosis(), check_in(), silent_since=at(13.625) + 1), ["days-15"]),
        (visit(diagnosis(), check_in(), silent_since=at(15.5)), ["days-15"]),
    ],
    ids=[
        "closed on the 15th day",
        "closed on the 14th",
        "closed without a repair",
        "never checked in",
        "never diagnosed",
        "no fault found",
        "closed before it came",
        "from the first check-in",
        "counted as closed at the midnight with which the 15th day begins",
        "counted as closed a millisecond later",
        "not yet counted as closed",
    ],
)
def test_which_days_count(judged: Visit, expected: list[str]) -> None:
    assert marks(judged, days=15) == expected


@pytest.mark.parametrize("gone", [False, True], ids=["whole", "as a line"])
@pytest.mark.parametrize(
    ("first", "second", "days", "on_first", "on_second"),
    [
        ((0, 9), (20, 23), 23, [], []),
        ((0, 9), (20, 24), 24, [], ["days-15"]),
        ((0, 9), (5, 13), 20, [], []),
        ((0, 9), (5, 14), 20, [], ["days-15"]),
        ((0, 14), (5, 16), 20, ["days-15"], []),
        ((0, 16), (14, 20), 20, ["days-15"], ["days-20"]),
        ((0, 14), (0, 14), 20, ["days-15"], []),
    ],
    ids=[
        "14 days together",
        "15 days together",
        "each day once",
        "each day once, to the mark",
        "the mark is on the visit that began first",
        "each mark on the visit whose day it is",
        "begun on one day: on one of them",
    ],
)
def test_days_of_several_visits(
    first: tuple[float, float],
    second: tuple[float, float],
    days: float,
    on_first: list[str],
    on_second: list[str],
    *,
    gone: bool,
) -> None:
    one = here(first[0], visit_id="v1", until=first[1], symptom="a")
    two = here(second[0], visit_id="v2", until=second[1], symptom="b")
    if gone:
        world = context(one, now=at(days)).world
        assert marks(one, days=days, past=(line_of(two, world),)) == on_first
        assert marks(two, days=days, past=(line_of(one, world),)) == on_second
    else:
        assert marks(one, two, days=days) == on_first
        assert marks(two, one, days=days) == on_second


def test_a_mark_that_another_visits_day_passed_is_passed_once_though_old_days_slide_out() -> None:
    """15 days with the last of v2; on the next day, of v3, one of 2024 slides out: 15 again."""
    old = here(day("2024-03-26 12:00"), visit_id="v0", until=day("2024-03-26 12:00"))
    second = here(day("2026-03-12 12:00"), visit_id="v2", until=day("2026-03-25 12:00"))
    third = here(day("2026-03-26 12:00"), visit_id="v3", until=day("2026-03-26 12:00"))
    rules = policy(
        jurisdictions={"default": {"repeat_repair": {"within_months": 24, "attempts": 9}}}
    )

    assert marks(second, old, third, days=25, rules=rules) == ["days-15"]
    assert marks(third, old, second, days=25, rules=rules) == []


def test_days_of_a_visit_that_opened_anew_are_those_of_its_line() -> None:
    """A late word opened v2 again; the days of its line count on v1, but not on v2 itself."""
    before = here(0, visit_id="v2", until=9)
    line = line_of(before, context(before, now=at(9)).world)
    anew = visit(said("late", "RATED", "NONE", days=40), visit_id="v2")
    judged = here(10, visit_id="v1", until=14)

    assert marks(judged, anew, days=41, past=(line,)) == ["days-15"]
    assert marks(anew, judged, days=41, past=(line,)) == []


@pytest.mark.parametrize(
    ("first_ends", "expected"), [("2024-03-06", []), ("2024-03-07", ["days-15"])]
)
def test_days_exactly_as_old_as_the_period_are_outside(
    first_ends: str, expected: list[str]
) -> None:
    """14 days up to 15 March 2026, whose period begins on 16 March 2024, or what is left of it."""
    rules = policy(
        jurisdictions={"default": {"repeat_repair": {"within_months": 24, "attempts": 9}}}
    )
    shift = 9  # the last day is 15 March: its period begins after 15 March 2024
    ends = day(f"{first_ends} 12:00") + shift
    before = here(ends - 3, visit_id="v0", until=ends)
    judged = here(0, until=13)
    assert marks(judged, before, days=20, rules=rules) == expected


def test_what_time_makes_is_triggered_by_the_check_in_at_the_due_moment() -> None:
    assert warranty_repeat_repair(context(here(), now=at(15))) == (
        Finding(
            rule=Rule.WARRANTY_REPEAT_REPAIR,
            subject_id="days-15",
            severity=Severity.HIGH,
            occurred_at=moment("2026-03-16 00:00"),
            trigger_event_id="in-v1",
            reads=frozenset(("in-v1", "d-v1")),
            reasons=(
                Reason(
                    code="WARRANTY_REPEAT_REPAIR_DAYS",
                    facts={
                        "vehicle_id": "car1",
                        "days_out_of_service": "15",
                        "mark": "15",
                        "reached_on": "2026-03-16",
                        "counted_from": "2026-03-02",
                        "within_months": "24",
                        "limit_source": "policy",
                    },
                ),
            ),
            floor=True,
            tier=Tier.REGIONAL,
        ),
    )


@pytest.mark.parametrize(
    ("found_on", "trigger", "occurred_at"),
    [
        (13.624, "in", moment("2026-03-16 00:00")),
        (13.625, "d", moment("2026-03-16 00:00")),
        (14, "d", at(14)),
    ],
)
def test_a_fault_found_after_the_mark_is_the_trigger(
    found_on: float, trigger: str, occurred_at: int
) -> None:
    judged = visit(check_in("in"), diagnosis("d", days=found_on))
    (finding,) = warranty_repeat_repair(context(judged, now=at(15)))
    assert (finding.trigger_event_id, finding.occurred_at) == (trigger, occurred_at)


def test_days_are_those_of_the_sites_wall_clock() -> None:
    """Checked in on 2 March at 23:00 in Tokyo; the 15th day begins there at 15:00 UTC."""
    tokyo = site(country="JP", subdivision="JP-13", time_zone="Asia/Tokyo")
    judged = visit(check_in(hours=5), diagnosis(hours=5))
    due = moment("2026-03-15 15:00")
    assert next_due(context(judged, place=tokyo)) == due
    assert marks(judged, days=(due - 1 - START) / DAY, place=tokyo) == []
    assert marks(judged, days=(due - START) / DAY, place=tokyo) == ["days-15"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "2026-03-16 00:00"),
        (13.624, "2026-03-16 00:00"),
        (13.625, "2026-03-21 00:00"),
        (20, "2026-03-26 00:00"),
        (23.625, None),
    ],
)
def test_the_next_mark_that_time_alone_passes(days: float, expected: str | None) -> None:
    due = next_due(context(here(), now=at(days)))
    assert due == (moment(expected) if expected else None)


@pytest.mark.parametrize("gone", [False, True], ids=["whole", "as a line"])
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (22.625, []),  # 11 days of the one that fell silent, 4 of the other
        (33.6, []),
        (33.625, ["days-15"]),  # its own 15th
    ],
)
def test_a_visit_that_fell_silent_adds_no_days_to_a_later_count(
    days: float, expected: list[str], *, gone: bool
) -> None:
    silent = visit(diagnosis(), check_in(), silent_since=at(10.5), visit_id="v0")
    judged = here(20)
    if gone:
        past = (line_of(silent, context(silent, now=at(days)).world),)
        assert marks(judged, days=days, past=past) == expected
    else:
        assert marks(judged, silent, days=days) == expected


def test_what_was_found_of_a_visit_that_fell_silent_stands_beside_others() -> None:
    silent = visit(diagnosis(), check_in(), silent_since=at(16), visit_id="v0")
    assert marks(silent, here(20), days=50) == ["days-15"]


@pytest.mark.parametrize(
    "judged",
    [
        here(until=3),
        visit(check_in()),
        visit(diagnosis()),
        visit(check_in(), diagnosis(), silent_since=0),
    ],
    ids=["closed", "no fault found", "never checked in", "closed by silence"],
)
def test_no_mark_is_due_where_no_days_pass(judged: Visit) -> None:
    assert next_due(context(judged, now=at(4))) is None


@pytest.mark.parametrize(("silence", "due"), [(14, True), (13, False)])
def test_a_mark_after_the_visit_counts_as_closed_is_never_due(silence: int, *, due: bool) -> None:
    rules = policy(kept={"silent_visit_closed_after_days": silence})
    assert (next_due(context(here(), rules=rules)) is not None) is due


def test_a_mark_at_the_moment_when_the_visit_counts_as_closed_is_not_due() -> None:
    rules = policy(kept={"silent_visit_closed_after_days": 14})
    midnights = visit(check_in(hours=-9), diagnosis(hours=-9))
    assert next_due(context(midnights, rules=rules)) is None


def test_two_open_visits_reach_the_mark_together() -> None:
    one, two = here(0, visit_id="v1", until=9), here(12, visit_id="v2")
    assert next_due(context(two, one)) == moment("2026-03-18 00:00")
    both = context(here(0, visit_id="v1"), here(5, visit_id="v2"), now=at(6))
    assert next_due(both) == moment("2026-03-16 00:00")
    other = context(here(5, visit_id="v2"), here(0, visit_id="v1"), now=at(6))
    assert next_due(other) is None


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (0, "2024-03-31"),
        (1, "2024-02-29"),
        (3, "2023-12-31"),
        (13, "2023-02-28"),
        (12, "2023-03-31"),
    ],
)
def test_months_before_are_calendar_months(months: int, expected: str) -> None:
    assert months_before(date(2024, 3, 31), months) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", "2026-03-02 00:00"),
        ("Pacific/Kiritimati", "2026-03-01 10:00"),
        ("Pacific/Auckland", "2026-03-01 11:00"),
        ("Etc/GMT-12", "2026-03-01 12:00"),
        ("Etc/GMT+12", "2026-03-02 12:00"),
    ],
)
def test_midnight_is_that_of_the_wall_clock(zone: str, expected: str) -> None:
    assert midnight(zone, date(2026, 3, 2)) == moment(expected)


def test_an_instant_months_before_keeps_the_time_of_day() -> None:
    berlin = instant_months_before(moment("2026-07-01 10:00"), 6, "Europe/Berlin")
    assert berlin == moment("2026-01-01 11:00")


def test_a_line_keeps_what_the_rules_over_visits_read() -> None:
    judged = visit(
        check_in(),
        diagnosis("a"),
        diagnosis("b", diagnosis_id="b", symptom="smoke", fault_found=False, hours=1),
        closure(days=3, operations_done=("fix",)),
        counters={"X": 2},
    )
    line = line_of(judged, context(judged, now=at(9)).world)
    first = date(2026, 3, 2).toordinal()
    assert (line.visit_id, line.vehicle_id, line.counters) == ("v1", "car1", {"X": 2})
    assert (line.first_occurred_at, line.last_occurred_at) == (at(), at(3))
    assert [(each.symptom, each.occurred_at) for each in line.attempts] == [("rattle", at(3))]
    assert line.no_fault_found == (("smoke", at(hours=1)),)
    assert line.out_of_service == (first, first + 3)
