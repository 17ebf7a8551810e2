"""What the decisions say in their reasons, and where order and place matter."""

from typing import Any

import pytest

from agents.core.handling import DeadLetterCause, Handled, Skipped
from schemas.records import CustomerResponse, Decision, Rule, Severity, VisitEnded
from tests.core.builders import DAY, HOUR, at, check_in, closure, diagnosis, policy, said
from tests.core.customers.stage import Stage, facts_of

OFF_FIRST = {"throttle": {"limit": 0}}


def pressed(
    event_id: str = "p", days: float = 0, hours: float = 0, **fields: Any
) -> CustomerResponse:
    return said(event_id, "REQUESTED", "NONE", hours, days, **fields)


def test_the_floor_says_why_it_holds() -> None:
    stage = Stage()
    stage.take(pressed())
    stage.take(said("call", "CALLED", "NONE", visit_id="v2", days=1))
    stage.take(diagnosis("d1", days=2, visit_id="v3", safety=True))
    stage.take(pressed("p3", days=2, hours=1, visit_id="v3"))

    assert [facts_of(each, "FLOOR")["because"] for each in stage.decided] == [
        "FIRST_ESCALATION_OF_FIRST_VISIT",
        "CALLED",
        "SAFETY",
    ]


def test_a_safety_record_says_which_valid_diagnoses_make_it_so() -> None:
    stage = Stage()
    stage.take(pressed("p1"))
    stage.take(diagnosis("d1", hours=1, safety=True))
    stage.take(diagnosis("d2", hours=2, diagnosis_id="dia2", safety=True))
    stage.take(diagnosis("d3", hours=3, revision=2, safety=False))
    stage.take(said("no", "DISPUTED", hours=4))

    assert [each.reasons[0].facts.get("safety_by") for each in stage.decided] == [None, "d1", "d2"]


def test_what_makes_it_safety_is_cut_where_a_record_could_not_hold_it() -> None:
    stage = Stage()
    for number in range(40):
        event_id = f"{number:064}"
        stage.take(diagnosis(event_id, diagnosis_id=f"d{number}", safety=True))
    stage.take(pressed("p1", hours=1))

    (record,) = stage.decided
    assert (len(record.reasons[0].facts["safety_by"]), record.severity) == (2_000, Severity.SAFETY)


def test_the_throttle_can_be_added_up_by_hand() -> None:
    stage = Stage(policy(throttle={"limit": 1}))
    stage.take(pressed("p1"))
    stage.take(pressed("p2", days=29, visit_id="v2"), at(29))
    stage.take(pressed("p3", days=28, hours=12, visit_id="v3"), at(29))

    assert facts_of(stage.decided[1], "THROTTLE") == {
        "at": "2026-03-31T09:00:00Z",
        "used": "1",
        "limit": "1",
        "window_days": "30",
        "entries": "v1:REQUESTED_BY_CUSTOMER:1 2026-03-02T09:00:00Z 1 x 1",
        "entries_after": "0",
        "in_24_hours": "0",
        "limit_in_24_hours": "2",
        "next_at": "2026-04-01T09:00:00Z",
        "appeal_within_days": "14",
    }


def test_entries_after_the_finding_are_said_too() -> None:
    stage = Stage()
    stage.take(pressed("p1", days=2), at(2))
    stage.take(pressed("p2", days=1, hours=12, visit_id="v2"), at(2))
    stage.take(pressed("p3", days=2, visit_id="v3"), at(2))

    assert facts_of(stage.decided[2], "THROTTLE")["entries_after"] == "0"
    assert facts_of(stage.decided[2], "THROTTLE")["in_24_hours"] == "2"


def test_of_two_episodes_that_ended_each_is_revived_with_its_own_escalation() -> None:
    stage = Stage()
    stage.take(pressed("p1"))
    stage.outcome("RESOLVED", "UPHELD")
    stage.take(pressed("p2", hours=1))
    stage.outcome("RESOLVED", "UPHELD", escalation_id="v1:2")
    stage.outcome("REOPENED", escalation_id="v1:2")
    stage.outcome("RESOLVED", "UPHELD", escalation_id="v1:2")
    stage.outcome("REOPENED")
    stage.take(said("back", "WITHDRAWN", "NONE", hours=2))

    first, second, corrected = stage.decided
    assert (first.escalation_id, second.escalation_id) == ("v1:1", "v1:2")
    assert (corrected.corrects, corrected.escalation_id) == (first.disagreement_id, "v1:1")


def test_entries_that_count_for_nothing_are_not_said() -> None:
    stage = Stage(policy(late_after_hours=1_000))
    stage.take(pressed("first", days=-1), at(-1))
    stage.take(pressed("p1", days=30, visit_id="v2"), at(30))
    stage.take(pressed("p2", visit_id="v3"), at(30))

    # Exactly 30 days lie between the last two; the first is older than the window for p1.
    assert [facts_of(each, "THROTTLE")["entries_after"] for each in stage.decided[1:]] == ["0", "0"]
    assert facts_of(stage.decided[1], "THROTTLE")["entries"] == ""


def test_a_late_press_counts_at_its_time_and_next_at_is_not_before_the_decision() -> None:
    stage = Stage(policy(throttle={"limit": 1}))
    stage.take(pressed("first"))
    stage.take(said("call", "CALLED", "NONE", days=40, visit_id="v2"))
    stage.take(pressed("late", days=39, hours=12, visit_id="v3"), at(40))
    throttled = stage.decided[-1]

    assert throttled.decision is Decision.THROTTLED
    assert throttled.throttle is not None
    assert (throttled.throttle.used, throttled.throttle.next_at) == (0, at(70))
    assert facts_of(throttled, "THROTTLE")["entries_after"] == "1"


def test_safety_at_the_instant_of_the_outcome_is_not_new() -> None:
    for later, expected in ((0, Decision.THROTTLED), (1, Decision.RAISED)):
        stage = Stage(policy(**OFF_FIRST))
        stage.take(diagnosis("d1", safety=True))
        stage.take(pressed("p1", hours=1))
        stage.outcome("RESOLVED", "ABUSIVE")
        stage.take(diagnosis("d2", hours=1, revision=2, safety=True), at(0, 1) + later)
        if later:
            stage.take(diagnosis("d3", revision=3, safety=True, hours=1.001), at(0, 1.001))
        stage.take(pressed("p2", hours=2))

        assert stage.decided[-1].decision is expected


def test_what_several_visits_make_possible_is_decided_on_the_visit_of_its_trigger() -> None:
    stage = Stage()
    stage.take(diagnosis("late-visit", days=0.5, fault_found=False, visit_id="v2"), at(0.5))
    stage.take(diagnosis("early-visit", fault_found=False), at(0.5))

    (found,) = stage.decided
    assert (found.visit_id, found.rule) == ("v2", Rule.DIAGNOSIS_NO_FAULT_FOUND_AGAIN)
    assert (found.trigger_event_id, found.occurred_at) == ("late-visit", at(0.5))


def test_another_vehicle_has_a_history_of_its_own() -> None:
    stage = Stage()
    stage.take(diagnosis("one", fault_found=False, vehicle_id="car2", visit_id="v2"))
    stage.take(diagnosis("two", days=1, fault_found=False))

    assert stage.decided == []


def test_the_same_event_again_is_a_duplicate_also_with_another_content() -> None:
    stage = Stage()
    stage.take(pressed(), digest=1)

    assert stage.take(pressed(), digest=1).passed_over is Skipped.DUPLICATE
    assert stage.take(pressed(), digest=2).passed_over is Skipped.DUPLICATE_OTHER_CONTENT
    assert len(stage.decided) == 1


def test_an_id_is_held_as_long_as_the_event_could_come_again() -> None:
    stage = Stage()
    stage.take(check_in("in"))
    stage.take(pressed("other", days=1.9))
    again = stage.take(check_in("in"), at(1))
    assert again.passed_over is Skipped.DUPLICATE
    stage.take(pressed("later", days=2), at(2))

    assert "in" not in stage.customer().seen
    assert "later" in stage.customer().seen


def test_an_event_that_was_refused_does_not_hold_its_id() -> None:
    stage = Stage()
    refused = stage.take(pressed(), at(1.5))
    assert refused.rejected is not None
    assert refused.rejected.reason is DeadLetterCause.TOO_LATE

    assert stage.take(pressed(), at(0.5)).passed_over is None


@pytest.mark.parametrize(("late", "reason"), [(DAY, None), (DAY + 1, DeadLetterCause.TOO_LATE)])
def test_a_day_late_is_in_time(late: int, reason: DeadLetterCause | None) -> None:
    handled = Stage().take(pressed(), at() + late)

    assert (handled.rejected.reason if handled.rejected else None) is reason


@pytest.mark.parametrize(("ahead", "reason"), [(300_000, None), (300_001, DeadLetterCause.INVALID)])
def test_five_minutes_ahead_of_its_arrival_is_possible(
    ahead: int, reason: DeadLetterCause | None
) -> None:
    handled = Stage().take(pressed(), at() - ahead)

    assert (handled.rejected.reason if handled.rejected else None) is reason


def test_site_and_vehicle_are_the_last_check_ins_whatever_comes_first() -> None:
    stage = Stage()
    stage.take(pressed(vehicle_id=None))
    first = stage.visit().site_id
    assert stage.visit().vehicle_id is None
    stage.take(diagnosis("d", hours=1, vehicle_id="seen"))
    assert (stage.visit().site_id, stage.visit().vehicle_id) == (first, "seen")
    stage.take(check_in("later", hours=3, site_id="s3", vehicle_id="car3"))
    stage.take(check_in("earlier", hours=2, site_id="s2", vehicle_id="car2"), at(0, 4))

    assert (stage.visit().site_id, stage.visit().vehicle_id) == ("s3", "car3")


def test_a_visit_that_opens_again_goes_on_with_its_counters() -> None:
    stage = Stage()
    stage.take(pressed())
    stage.take(closure("c", hours=1))
    stage.tick(at(0, 1) + 30 * DAY - 1)
    assert "v1" in stage.customer().visits
    stage.tick(at(0, 1) + 30 * DAY)
    assert "v1" not in stage.customer().visits
    stage.take(pressed("again", days=31))

    assert [each.disagreement_id for each in stage.decided] == [
        "v1:REQUESTED_BY_CUSTOMER:1",
        "v1:REQUESTED_BY_CUSTOMER:2",
    ]
    assert stage.decided[1].escalation_id == "v1:2"


def test_everything_of_a_customer_goes_two_years_after_the_last_visit() -> None:
    stage = Stage()
    stage.take(check_in("in"))
    stage.take(closure("c", hours=1))
    stage.tick(at(731, 1) - 1)  # 2028 is a leap year
    assert stage.partition.get("c1") is not None
    stage.tick(at(731, 1))

    assert stage.partition.get("c1") is None
    assert stage.partition.next_due() is None


def test_outcomes_of_what_is_not_kept_are_passed_over() -> None:
    stage = Stage()
    assert stage.outcome("RESOLVED", "UPHELD").passed_over is Skipped.NOT_KNOWN
    stage.take(pressed())
    handled = stage.outcome("RESOLVED", "UPHELD", escalation_id="v1:9")
    assert handled.passed_over is Skipped.NOT_KNOWN
    assert stage.outcome("RESOLVED", "UPHELD").passed_over is None


@pytest.mark.parametrize(
    ("status", "result"),
    [("POSTPONED", None), ("RESOLVED", "HALF_UPHELD")],
)
def test_an_outcome_of_a_later_version_is_passed_over_and_counted(
    status: str, result: str | None
) -> None:
    stage = Stage()
    stage.take(pressed())
    before = stage.customer()

    assert stage.outcome(status, result) == Handled(passed_over=Skipped.OF_LATER_VERSION)
    assert stage.customer() == before


def test_a_reopened_case_lives_again_with_its_episodes() -> None:
    stage = Stage()
    stage.take(said("d1", "DISPUTED", "ESTIMATE"))
    stage.outcome("RESOLVED", "UPHELD")
    assert [each.live for each in stage.visit().standings] == [False]
    stage.outcome("REOPENED", escalation_id="v1:9")
    assert [each.live for each in stage.visit().standings] == [False]
    stage.outcome("REOPENED")

    assert [each.live for each in stage.visit().standings] == [True]
    stage.take(said("d2", "DISPUTED", "ESTIMATE", hours=1))
    assert len(stage.decided) == 1
    stage.take(said("w", "WITHDRAWN", "ESTIMATE", hours=2))
    assert stage.decided[-1].decision is Decision.CORRECTED


def test_a_ground_that_went_while_the_case_was_closed_is_gone_when_it_is_reopened() -> None:
    stage = Stage()
    stage.take(said("d1", "DISPUTED", "ESTIMATE"))
    stage.outcome("RESOLVED", "UPHELD")
    stage.take(said("w", "WITHDRAWN", "ESTIMATE", hours=2))
    stage.outcome("REOPENED")

    assert [each.live for each in stage.visit().standings] == [False]
    assert len(stage.decided) == 1


def test_a_merged_case_weighs_nothing_and_its_episodes_go_on_in_the_other() -> None:
    stage = Stage()
    stage.take(said("d1", "DISPUTED", "ESTIMATE"))
    stage.outcome("MERGED", merged_into="v1:9")

    assert [each.weight for each in stage.customer().entries] == [0]
    assert [(s.live, s.escalation_id) for s in stage.visit().standings] == [(True, "v1:9")]


def test_a_withdrawn_case_that_is_reopened_weighs_one() -> None:
    stage = Stage()
    stage.take(said("d1", "DISPUTED", "ESTIMATE"))
    stage.outcome("WITHDRAWN", withdrawn_by="FACT")
    assert [each.weight for each in stage.customer().entries] == [0]
    stage.outcome("REOPENED")

    assert [each.weight for each in stage.customer().entries] == [1]


def test_severity_that_falls_says_nothing() -> None:
    stage = Stage()
    stage.take(said("d1", "DISPUTED", "ESTIMATE"))
    stage.take(diagnosis("d", hours=1, safety=True))
    stage.take(diagnosis("d2", hours=2, revision=2, safety=False))

    assert [each.severity for each in stage.decided] == [Severity.NORMAL, Severity.SAFETY]


def test_time_is_judged_in_the_order_of_the_due_moments_then_by_customer() -> None:
    stage = Stage()
    for customer, day in (("zoe", 0), ("amy", 0), ("bob", 0.1)):
        stage.take(
            check_in(f"{customer}-in", days=day, customer_id=customer, visit_id=f"{customer}-v"),
            at(day),
        )
    handled = stage.tick(at(0.1) + 60 * DAY + HOUR)

    ended = [each.record for each in handled.outputs if isinstance(each.record, VisitEnded)]
    assert [each.customer_id for each in ended] == ["amy", "zoe", "bob"]


@pytest.mark.parametrize(
    ("result", "fields", "word"),
    [
        (None, {}, "outcome is missing"),
        ("UPHELD", {"occurred_at": at() + 6 * 60_000}, "occurred_at"),
    ],
)
def test_an_outcome_that_says_too_little_or_comes_from_the_future_is_invalid(
    result: str | None, fields: dict[str, int], word: str
) -> None:
    stage = Stage()
    stage.take(pressed())
    before = stage.customer()
    handled = stage.outcome("RESOLVED", result, **fields)

    assert handled.rejected is not None
    assert (handled.rejected.reason, word in handled.rejected.detail) == (
        DeadLetterCause.INVALID,
        True,
    )
    assert stage.customer() == before


def test_a_case_that_is_reopened_is_open_also_for_a_visit_that_had_forgotten_it() -> None:
    stage = Stage()
    stage.take(pressed())
    stage.outcome("RESOLVED", "UPHELD")
    stage.tick(at(95))
    stage.take(said("d1", "DISPUTED", "WARRANTY", days=96, visit_id="v1"))
    stage.outcome("RESOLVED", "UPHELD", escalation_id="v1:2")
    stage.outcome("REOPENED")
    stage.take(said("d2", "DISPUTED", "DIAGNOSIS", days=97, visit_id="v1"))

    assert [(each.decision, each.escalation_id) for each in stage.decided] == [
        (Decision.RAISED, "v1:1"),
        (Decision.RAISED, "v1:2"),
        (Decision.JOINED, "v1:1"),
    ]


@pytest.mark.parametrize(
    ("resolved", "of", "why"),
    [
        (False, None, "nothing can be appealed"),
        (False, "v1:1", "v1:1 is not decided yet"),
        (True, "v1:2", "v1:2 is nothing that can be appealed"),
    ],
)
def test_a_request_that_was_meant_as_an_appeal_says_why_it_is_none(
    resolved: bool, of: str | None, why: str
) -> None:
    stage = Stage()
    stage.take(said("d1", "DISPUTED", "ESTIMATE"))
    if resolved:
        stage.outcome("RESOLVED", "UPHELD")
    stage.take(said("a", "APPEALED", "NONE", hours=1, subject_id=of))

    assert facts_of(stage.decided[-1], "APPEAL_REFUSED")["why"] == why
