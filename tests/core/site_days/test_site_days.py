"""Stage insights: what each record adds to its site's day, and when that is written."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import asdict, replace

from agents.core.handling import Skipped
from agents.core.site_days.handle import whose
from agents.core.site_days.state import DAYS, case_key, decode
from schemas.records import (
    Arm,
    Decision,
    Reason,
    Remedy,
    RemedyKind,
    Rule,
    Severity,
    SiteDay,
    Tier,
)
from tests.core.builders import DAY, HOUR, MINUTE, START, policy
from tests.core.site_days.history import (
    Given,
    Insights,
    all_written,
    answer,
    appeal_of_outcome,
    appeal_of_throttle,
    decided,
    delivery,
    insight,
    resolved,
    step,
)

MONDAY = date(2026, 3, 2)


def only(*given: Given) -> SiteDay:
    (written,) = all_written(given)
    return written


def test_additions_of_one_day_are_one_record_with_all_that_says_of_what_it_is() -> None:
    written = only(
        insight({"visits_ended": 1, "ratings": 5}, "a", share=2500),
        insight({"visits_ended": 1, "ratings": -2}, "b", share=2500),
    )

    assert asdict(written) == {
        "site_day_id": "berlin:2026-03-02:LIVE:2500::r1",
        "site_id": "berlin",
        "region_id": "r1",
        "day": MONDAY,
        "arm": Arm.LIVE,
        "share": 2500,
        "manager_id": None,
        "as_of": START + DAY,
        "whole_since": None,
        "counts": {"ratings": 3, "visits_ended": 2},
        "durations": (),
    }


@pytest.mark.parametrize(
    "other",
    [
        {"site_id": "fresno"},
        {"day": date(2026, 3, 3)},
        {"arm": Arm.HOLDOUT},
        {"share": 5000},
        {"manager_id": "lena"},
        {"region_id": "r2"},
    ],
)
def test_what_is_of_another_place_is_a_record_of_its_own(other: dict[str, Any]) -> None:
    written = all_written([insight({"waits": 1}, "a"), insight({"waits": 1}, "b", **other)])

    assert len({each.site_day_id for each in written}) == 2
    assert [each.counts for each in written] == [{"waits": 1}] * 2


def test_what_comes_to_nothing_is_left_out() -> None:
    written = only(insight({"settled_no": 1, "visits_rated": 1}), insight({"settled_no": -1}, "b"))

    assert written.counts == {"visits_rated": 1}


def test_a_decision_is_counted_by_rule_and_by_whether_the_customer_asked() -> None:
    written = only(
        decided("AWAITING", 1),
        decided("RAISED", 2, asked=False, reasons=(Reason(code="GRACE_OVER", facts={}),)),
        decided("THROTTLED", 1, rule=Rule.ESTIMATE_DISPUTED, asked=True),
        decided("CORRECTED", 3),
        decided("JOINED", 4),
    )

    assert written.counts == {
        "found_estimate_over_authorised_awaiting": 1,
        "found_estimate_over_authorised_raised": 1,
        "found_estimate_over_authorised_corrected": 1,
        "found_estimate_over_authorised_joined": 1,
        "found_estimate_disputed_throttled": 1,
        "decided_found": 1,
        "decided_asked": 1,
        "awaited_in_vain": 1,
        "throttled": 1,
    }


def test_outside_the_pilot_it_is_counted_what_would_have_been() -> None:
    written = only(decided("SHADOWED", arm=Arm.HOLDOUT, would_be=Decision.RAISED, asked=True))

    assert (written.arm, written.counts["would_be_raised"]) == (Arm.HOLDOUT, 1)


def test_a_decision_of_a_later_version_is_passed_over() -> None:
    handled = Insights().hears(decided("UNKNOWN"))

    assert handled.passed_over is Skipped.OF_LATER_VERSION


def test_a_case_is_counted_from_its_opening_to_its_end() -> None:
    free = Remedy(kind=RemedyKind.FREE_OF_CHARGE)
    written = only(
        step("OPENED", 0, severity=Severity.HIGH),
        step("MOVED_UP", 1, START + HOUR, severity=Severity.HIGH, tier=Tier.REGIONAL),
        step("ACKNOWLEDGED", 2, START + HOUR + 1, severity=Severity.HIGH, tier=Tier.REGIONAL),
        step("CONTACTED", 3, START + 2 * HOUR, severity=Severity.HIGH, tier=Tier.REGIONAL),
        resolved(4, at=START + 4 * HOUR, remedy=free, severity=Severity.HIGH, tier=Tier.REGIONAL),
    )

    assert written.counts == {
        "cases_opened": 1,
        "cases_opened_high": 1,
        "cases_opened_at_local": 1,
        "moved_up": 1,
        "acknowledged_late": 1,
        "contacts": 1,
        "cases_resolved": 1,
        "cases_resolved_in_time": 1,
        "cases_resolved_high": 1,
        "cases_resolved_upheld": 1,
        "remedies_free_of_charge": 1,
        "cases_ended": 1,
        "cases_ended_high": 1,
        "cases_ended_highest_regional": 1,
    }
    assert [
        (each.of.value, each.severity.value, each.tier.value, each.buckets)
        for each in written.durations
    ] == [
        ("ACKNOWLEDGED", "HIGH", "REGIONAL", {"755": 1}),
        ("DECIDED", "HIGH", "REGIONAL", {"825": 1}),
    ]


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_at_the_deadline_is_in_time(late: int) -> None:
    counts = only(
        step("OPENED", 0),
        step("ACKNOWLEDGED", 1, START + HOUR + late),
        resolved(2, at=START + 4 * HOUR + late),
    ).counts

    assert counts.get("acknowledged_in_time", 0) == counts.get("cases_resolved_in_time", 0)
    assert counts.get("acknowledged_late", 0) == counts.get("cases_resolved_late", 0)
    assert counts.get("acknowledged_late", 0) == int(late > 0)


def test_only_the_first_that_takes_a_case_in_hand_acknowledges_it() -> None:
    counts = only(
        step("OPENED", 0),
        step("PROMISED", 1, START + 1),
        step("ACKNOWLEDGED", 2, START + 2 * HOUR),
    ).counts

    assert (counts["acknowledged_in_time"], counts.get("acknowledged_late")) == (1, None)


def test_what_upholds_an_appeal_is_counted_by_what_was_appealed() -> None:
    written = only(
        step("OPENED", 0, reasons=(appeal_of_throttle(),)),
        resolved(1, "UNFOUNDED", START + 1),
        step("REOPENED", 2, START + 2, reasons=(appeal_of_outcome(),)),
        resolved(3, "PARTLY_UPHELD", START + 3),
    ).counts

    assert (written["appeals_of_throttles"], written["decided_after_throttle"]) == (1, 1)
    assert (written["appeals_of_outcomes"], written["decided_after_outcome"]) == (1, 1)
    assert (written.get("upheld_after_throttle"), written["upheld_after_outcome"]) == (None, 1)
    assert (written["cases_ended"], written["cases_reopened"]) == (2, 1)


def test_what_was_not_counted_under_an_older_policy_is_not_claimed_to_be_whole() -> None:
    stage = Insights()
    stage.hears(insight({"waits": 1}, "a"))
    stage.policy = policy(generation=1)
    stage.hears(insight({"waits": 1}, "b", START + HOUR, offset=1))
    stage.policy = policy(generation=2)
    stage.hears(insight({"waits": 1}, "c", START + 2 * HOUR, offset=2))

    (written,) = stage.tick(START + DAY)

    assert (written.counts, written.whole_since) == ({"waits": 2}, START + 2 * HOUR)


def test_under_an_older_policy_nothing_is_kept() -> None:
    stage = Insights(policy(generation=1))

    assert stage.hears(insight({"waits": 1}, "a")).changed == {}


def test_a_case_opened_before_the_stage_began_has_no_duration() -> None:
    written = only(resolved(7, at=START + HOUR))

    assert (written.counts["cases_resolved"], written.durations) == (1, ())


@pytest.mark.parametrize(("hours", "day"), [(13.999, 2), (14, 3), (14.001, 3)])
def test_the_day_is_the_sites_own(hours: float, day: int) -> None:
    """Monday 09:00 UTC is 10:00 in Berlin."""
    written = only(step("OPENED", 0, START + round(hours * HOUR)))

    assert written.day == date(2026, 3, day)


@pytest.mark.parametrize("first", ["step", "answers"])
def test_what_concerns_a_case_is_counted_at_its_site_whichever_comes_first(first: str) -> None:
    answers = [
        answer("e1"),
        delivery("n1", delivered=True),
        delivery("n2", delivered=False),
        delivery("n3", delivered=False, escalation_id=None),
    ]
    opened = [step("OPENED", 0)]

    written = only(*(opened + answers if first == "step" else answers + opened))

    counts = {name: n for name, n in written.counts.items() if not name.startswith("cases")}
    assert counts == {"answers_asked": 1, "notices_delivered": 1, "notices_failed": 1}


@pytest.mark.parametrize(
    "given",
    [
        insight({"visits_ended": 1}),
        decided("RAISED"),
        step("OPENED", 0),
        answer("e1"),
        delivery("n1", delivered=False),
    ],
    ids=lambda given: type(given.record).__name__,
)
def test_what_comes_twice_adds_nothing(given: Given) -> None:
    stage = Insights()
    stage.hears(step("OPENED", 0, escalation_id="v9:1"))
    stage.hears(given)
    before = stage.state

    handled = stage.hears(given)
    stage.restart()
    again = stage.hears(given)

    assert handled.passed_over is again.passed_over is Skipped.DUPLICATE
    assert stage.state == before


@pytest.mark.parametrize(("ago", "twice"), [(16_254, False), (16_500, True)])
def test_ids_are_known_for_a_while_and_bounded(ago: int, twice: bool) -> None:
    stage = Insights()
    stage.hears(insight({"visits_ended": 1}, "first"))
    for number in range(ago):
        stage.hears(insight({"visits_ended": 1}, f"i{number}"))

    handled = stage.hears(insight({"visits_ended": 1}, "first"))

    assert (handled.passed_over is None) == twice
    assert sum(key.startswith("i:") for key in stage.state) <= 128


@pytest.mark.parametrize(("after", "records"), [(59_999, 0), (60_000, 1), (60_001, 1)])
def test_a_day_is_written_a_minute_after_it_changed(after: int, records: int) -> None:
    stage = Insights()
    stage.hears(insight({"visits_ended": 1}, "a"))
    stage.hears(insight({"visits_ended": 1}, "b", START + 30_000))

    written = stage.tick(START + after)

    assert [each.counts for each in written] == [{"visits_ended": 2}] * records


def test_a_day_that_did_not_change_is_not_written_again() -> None:
    stage = Insights()
    stage.hears(insight({"visits_ended": 1}, "a"))
    stage.tick(START + MINUTE)

    assert stage.tick(START + 2 * MINUTE) == []
    stage.hears(insight({"visits_ended": 1}, "b", START + 3 * MINUTE))
    assert [each.counts for each in stage.tick(START + 4 * MINUTE)] == [{"visits_ended": 2}]


@pytest.mark.parametrize(
    ("days", "counted"),
    [(30, (MONDAY, 2)), (31, (MONDAY, 2)), (32, (date(2026, 3, 3), 1))],
)
def test_what_comes_after_a_month_counts_on_the_first_day_that_is_kept(
    days: int, counted: tuple[date, int]
) -> None:
    stage = Insights()
    stage.hears(insight({"visits_ended": 1}, "a"))
    stage.hears(insight({"visits_ended": 1}, "b", START + days * DAY))
    stage.tick(stage.now + MINUTE)

    last = stage.written[-1]
    assert (last.day, last.counts["visits_ended"]) == counted


def test_a_day_that_is_let_go_of_is_written_first() -> None:
    stage = Insights()
    stage.hears(insight({"visits_ended": 1}, "a"))
    stage.hears(insight({"visits_ended": 1}, "b", START + 40 * DAY, day=date(2026, 4, 11)))

    assert [each.day for each in stage.written] == [MONDAY]
    assert DAYS + stage.written[0].site_day_id not in stage.state


@pytest.mark.parametrize(("days", "kept"), [(31, True), (32, False)])
def test_an_ended_case_is_kept_for_a_month(days: int, kept: bool) -> None:
    stage = Insights()
    stage.hears(step("OPENED", 0))
    stage.hears(resolved(1, at=START + 1))
    stage.tick(START + days * DAY)

    assert (case_key("v1:1") in stage.state) == kept


def test_an_open_case_is_kept() -> None:
    stage = Insights()
    stage.hears(step("OPENED", 0))
    stage.tick(START + 399 * DAY)

    assert case_key("v1:1") in stage.state


def test_what_changed_is_made_into_bytes_once_a_commit() -> None:
    stage = Insights()
    stage.hears(insight({"waits": 1}, "a"))
    stage.hears(insight({"waits": 1}, "b"))
    first = dict(stage.partition.drain())
    stage.hears(insight({"waits": 1}, "c"))
    second = dict(stage.partition.drain())

    key = DAYS + "berlin:2026-03-02:LIVE:::r1"
    assert [decode(each[key] or b"").counts for each in (first, second)] == [  # type: ignore[attr-defined]
        {"waits": 2},
        {"waits": 3},
    ]
    assert first.keys() - second.keys() == {"begun"}
    assert dict(stage.partition.records()) == first | second
    assert dict(stage.partition.drain()) == {}


def test_what_is_let_go_of_is_deleted_with_the_commit_and_may_come_again() -> None:
    stage = Insights()
    stage.hears(step("OPENED", 0))
    stage.hears(resolved(1))
    list(stage.partition.drain())
    stage.tick(START + 32 * DAY)

    assert dict(stage.partition.drain())[case_key("v1:1")] is None
    stage.hears(step("REOPENED", 2, START + 33 * DAY))
    assert dict(stage.partition.drain())[case_key("v1:1")] is not None
    assert stage.partition.count() == len(stage.state)


def test_a_count_beyond_what_can_be_written_is_no_count() -> None:
    stage = Insights()
    stage.hears(insight({"waits": 2**62}, "a"))
    before = stage.state

    with pytest.raises(OverflowError):
        stage.hears(insight({"waits": 1}, "b"))
    assert stage.state == before


def test_it_names_no_customer_and_no_visit() -> None:
    stage = Insights()
    for given in (decided("RAISED"), step("OPENED", 0), answer("e1", words="Herr Huber"),
                  delivery("n1", delivered=True), resolved(1, customer_id="cora")):  # fmt: skip
        stage.hears(given)
    stage.tick(START + DAY)

    seen = repr(stage.state) + repr(stage.written)
    assert not [word for word in ("v1", "c1", "cora", "Huber", "e1", "n1") if word in seen]


@pytest.mark.parametrize(
    ("offsets", "since"), [((0, 0), None), ((5, 0), START), ((0, 9), START + HOUR)]
)
def test_it_says_from_when_on_it_is_whole(offsets: tuple[int, int], since: int | None) -> None:
    written = only(
        replace(insight({"visits_ended": 1}), offset=offsets[0]),
        replace(decided("RAISED", at=START + HOUR), offset=offsets[1]),
    )

    assert written.whole_since == since


def test_under_a_policy_of_generation_1_nothing_is_counted_kept_or_written() -> None:
    stage = Insights(policy(generation=1))
    stage.hears(step("OPENED", 0))
    stage.hears(insight({"visits_ended": 1}))

    assert (stage.tick(START + DAY), stage.state) == ([], {})


def test_what_can_t_be_written_is_tried_again_in_a_quarter_of_an_hour() -> None:
    stage = Insights()
    stage.hears(insight({"visits_ended": 1}, "a"))
    stage.hears(insight({"visits_ended": 1}, "b", site_id="fresno"))
    failing = DAYS + "berlin:2026-03-02:LIVE:::r1"

    written = stage.tick(START + MINUTE, {failing: ValueError()})

    assert [whose(each) for each in written] == [DAYS + "fresno:2026-03-02:LIVE:::r1"]
    assert stage.tick(START + 15 * MINUTE) == []
    assert [whose(each) for each in stage.tick(START + 17 * MINUTE)] == [failing]
