"""From when on a shadow has read everything, and what each decision may lack until then."""

from typing import Any

import pytest

from agents.core.customers.state import Customer, Visit
from agents.core.shadow.begun import Begun, gaps
from schemas.records import Disagreement, Reason, ShadowGap, ShadowMissing, Throttle
from tests.core.builders import DAY, START, check_in, package_policy, visit
from tests.core.desk.world import disagreement

NEW = Begun(shadow_id="s")
COUNTED = Throttle(used=0.0, limit=3, window_days=30)
FLOOR = Reason(code="FLOOR", facts={"because": "FIRST_ESCALATION_OF_FIRST_VISIT"})


def test_what_began_with_the_first_records_of_its_topics_lacks_nothing() -> None:
    begun = NEW.with_first("service.check-ins", 0, START).with_first("service.closures", 0, START)

    assert begun.since is None


def test_the_topic_that_reaches_back_least_says_from_when_on_all_was_read() -> None:
    begun = NEW.with_first("service.check-ins", 7, START)
    begun = begun.with_first("service.closures", 7, START + DAY)
    begun = begun.with_first("service.estimates", 0, START + 2 * DAY)

    assert begun.since == START + DAY


@pytest.mark.parametrize(("days", "whole_after"), [(13, 13), (14, 14), (15, 14)])
def test_a_topic_that_says_nothing_for_two_weeks_has_nothing_of_before(
    days: int, whole_after: int
) -> None:
    begun = NEW.with_first("service.check-ins", 7, START)
    begun = begun.with_first("service.closures", 7, START + days * DAY)

    assert begun.since == START + whole_after * DAY


def test_only_events_and_only_the_first_of_a_topic_count() -> None:
    begun = NEW.with_first("service.check-ins", 7, START)

    assert begun.with_first("service.check-ins", 8, START + DAY) is begun
    assert begun.with_first("recourse.outcomes", 8, START + DAY) is begun


def of(*facts: Any, **fields: Any) -> Customer:
    held: Visit = visit(*facts, **fields)
    return Customer(
        customer_id="c1",
        first_visit_id="v1",
        first_visit_at=START,
        first_event_id="e1",
        last_visit_at=START,
        visits={"v1": held},
    )


def lacking(found: Disagreement, customer: Customer | None, since: int | None) -> list[ShadowGap]:
    return list(gaps(found, customer, package_policy(), since))


@pytest.mark.parametrize(("after", "lacks"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize(
    ("what", "span", "changed", "customer"),
    [
        (ShadowMissing.VISIT, 60 * DAY, {}, None),
        (ShadowMissing.VISIT, 60 * DAY, {}, of()),
        (ShadowMissing.THROTTLE_WINDOW, 30 * DAY, {"throttle": COUNTED}, of(check_in())),
        (ShadowMissing.FIRST_VISIT, 2 * 366 * DAY, {"reasons": (FLOOR,)}, of(check_in())),
    ],
)
def test_a_decision_says_what_it_may_lack_until_it_is_whole(  # noqa: PLR0917
    what: ShadowMissing,
    span: int,
    changed: dict[str, Any],
    customer: Customer | None,
    after: int,
    lacks: bool,
) -> None:
    found = disagreement(decided_at=START + span + after, **changed)

    expected = [ShadowGap(what=what, whole_from=START + span)] if lacks else []
    assert lacking(found, customer, START) == expected
    assert lacking(found, customer, None) == []


def test_within_a_day_what_counts_in_a_day_may_lack_too() -> None:
    found = disagreement(decided_at=START + DAY - 1, throttle=COUNTED)

    assert [each.what for each in lacking(found, of(check_in()), START)] == [
        ShadowMissing.THROTTLE_DAY,
        ShadowMissing.THROTTLE_WINDOW,
    ]


def test_what_is_found_and_not_asked_for_lacks_nothing_of_the_throttle() -> None:
    assert lacking(disagreement(decided_at=START), of(check_in()), START) == []
