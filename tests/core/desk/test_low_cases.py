"""Many LOW cases at one site: when a manager above is told, against a simple count."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.core.handling import Handled
from schemas.records import ActionName, Disagreement, Notice, OutcomeName, Severity, Tier
from tests.core.desk.world import (
    DAY,
    HOUR,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    SITE,
    Desk,
    action,
    corrected,
    disagreement,
    joined,
    manager,
    policy,
)

WEEK = 7 * DAY
NO_LIMITS = {"managers": {"max_open": 999, "max_new_a_day": 999}, "storm": {"cases": 999}}


def low(number: int, occurred_at: int, **fields: Any) -> Disagreement:
    whole = {
        "visit_id": f"v{number}",
        "customer_id": f"c{number}",
        "escalation_id": f"v{number}:1",
        "severity": Severity.LOW,
        "asked": False,
        "occurred_at": occurred_at,
    }
    return disagreement(f"v{number}:R:1", **(whole | fields))


def desk_of(cases: int = 2, *managers: Any, **fields: Any) -> Desk:
    held = policy(low_at_site={"cases": cases}, **NO_LIMITS)
    return Desk(*(managers or (LENA, RUTH)), holds=held, **fields)


def told(desk: Desk) -> list[tuple[str, str]]:
    """Who was told, with how many."""
    found = [each for each in desk.notices if each.message == "manager-many-low"]
    desk.notices.clear()
    return [(each.addressee.id, each.parameters["cases"]) for each in found]


@given(
    st.lists(st.integers(0, 25), min_size=1, max_size=40),
    st.integers(1, 5),
)
def test_whatever_the_order_it_is_told_of_so_many_within_the_time_and_of_each_once(
    days: list[int], enough: int
) -> None:
    desk, span = desk_of(enough), WEEK
    known: list[int] = []
    lasts: list[int] = []
    for number, day in enumerate(days):
        moment = NOW - 25 * DAY + day * DAY + number % 3
        known = sorted([*known, moment])
        expected = next(
            (
                last
                for first, last in zip(known, known[enough - 1 :], strict=False)
                if first <= moment <= last
                and last - first < span
                and all(abs(last - each) >= span for each in lasts)
            ),
            None,
        )
        desk.says(low(number, moment), NOW)
        found = told(desk)
        if expected is None:
            assert found == []
        else:
            lasts.append(expected)
            cases = sum(expected - span < each <= expected for each in known)
            assert found == [("ruth", str(cases))]
            assert cases >= enough
            assert desk.state(f"v{number}:1").low_told_at == expected


def test_a_case_that_is_graver_by_now_is_not_counted() -> None:
    desk = desk_of()
    desk.says(low(1, NOW))
    desk.says(joined("v1:D:1", visit_id="v1", customer_id="c1", severity=Severity.NORMAL))
    desk.says(low(2, NOW + HOUR), NOW + HOUR)
    assert told(desk) == []

    desk.says(low(3, NOW + 2 * HOUR), NOW + 2 * HOUR)

    assert told(desk) == [("ruth", "2")]


def test_what_was_withdrawn_counts_again_once_it_is_reopened() -> None:
    desk = desk_of()
    desk.says(low(1, NOW))
    desk.says(corrected("v1:R:1", visit_id="v1", customer_id="c1", severity=Severity.LOW))
    desk.says(low(2, NOW + HOUR), NOW + HOUR)
    assert told(desk) == []

    desk.says(action(ActionName.REOPEN, "lena", occurred_at=NOW + HOUR), NOW + HOUR)

    assert told(desk) == [("ruth", "2")]


def test_what_was_decided_and_is_reopened_is_not_counted_twice() -> None:
    desk = desk_of()
    desk.says(low(1, NOW))
    resolve = action(ActionName.RESOLVE, outcome=OutcomeName.UNFOUNDED)
    desk.says(resolve, NOW)

    desk.says(action(ActionName.REOPEN, action_id="o", occurred_at=NOW + 1), NOW + 1)

    assert told(desk) == []


def test_each_site_is_counted_for_itself() -> None:
    other = SITE.__class__(
        **{each: getattr(SITE, each) for each in SITE.__struct_fields__} | {"site_id": "s2"}
    )
    desk = desk_of(2, LENA, RUTH, sites=(SITE, other))
    desk.says(low(1, NOW))
    desk.says(low(2, NOW, site_id="s2"))

    assert told(desk) == []


def test_who_can_be_reached_is_told_and_where_nobody_can_who_serves_the_site() -> None:
    absent = manager("amy", Tier.REGIONAL, email=None)
    desk = desk_of(2, LENA, absent, RUTH)
    desk.says(low(1, NOW))
    desk.says(low(2, NOW))
    assert told(desk) == [("ruth", "2")]

    desk = desk_of(2, LENA, absent)
    desk.says(low(1, NOW))
    desk.says(low(2, NOW))
    assert told(desk) == [("amy", "2")]


def test_where_nobody_serves_the_site_the_case_does_not_keep_that_it_was_told() -> None:
    desk = desk_of(2, LENA)
    desk.says(low(1, NOW))
    desk.says(low(2, NOW))

    assert told(desk) == []
    assert [desk.state(f"v{each}:1").low_told_at for each in (1, 2)] == [None, None]


@pytest.mark.parametrize(("generation", "expected"), [(1, []), (2, [("ruth", "2")])])
def test_it_needs_a_policy_of_generation_2(
    generation: int, expected: list[tuple[str, str]]
) -> None:
    held = policy(low_at_site={"cases": 2}, generation=generation)
    desk = Desk(LENA, RUTH, holds=held)
    desk.says(low(1, NOW))
    desk.says(low(2, NOW))

    assert told(desk) == expected


def test_what_is_kept_of_it_goes_with_the_records() -> None:
    desk = desk_of()
    for number in (1, 2):
        desk.says(low(number, NOW))
        desk.says(
            action(
                ActionName.RESOLVE,
                action_id=f"r{number}",
                escalation_id=f"v{number}:1",
                outcome=OutcomeName.UPHELD,
            ),
            NOW + MINUTE,
        )
    assert desk.partition.low.was_told("s1", NOW - 1, NOW + 1)

    desk.ticks(NOW + MINUTE + 30 * DAY)

    assert desk.partition.records == {}
    assert not desk.partition.low.was_told("s1", 0, 2 * NOW)
    assert vars(desk.partition.low) == {"_cases": {}, "_told": {}}


def test_the_notice_is_about_no_step_and_no_finding() -> None:
    desk = desk_of()
    desk.says(low(1, NOW))
    desk.says(low(2, NOW))
    (notice,) = [each for each in desk.notices if each.message == "manager-many-low"]

    assert isinstance(notice, Notice)
    assert (notice.notice_id, notice.escalation_id) == ("v2:1:0:many-low", "v2:1")
    assert (notice.disagreement_id, notice.supersedes) == (None, None)


def test_a_duplicate_tells_nothing() -> None:
    desk = desk_of()
    desk.says(low(1, NOW))
    desk.says(low(2, NOW))
    told(desk)

    again = desk.hears(low(2, NOW))

    assert again == Handled(passed_over=again.passed_over)
    assert told(desk) == []


@pytest.mark.parametrize(
    ("own", "counted"),
    [
        (NOW - 1, 1),
        (NOW, 1),
        (NOW + 1, 2),
        (NOW + HOUR - 1, 2),
        (NOW + HOUR, 2),
        (NOW + HOUR + 1, 1),
    ],
)
def test_a_case_that_the_index_does_not_have_yet_counts_within_the_time_alone(
    own: int, counted: int
) -> None:
    desk = desk_of(9)
    desk.says(low(1, NOW + 1))
    known = desk.state()
    new = replace(
        known,
        escalation_id="v2:1",
        grounds=(replace(known.grounds[0], occurred_at=own),),
    )

    assert desk.partition.low.cases(new, NOW, NOW + HOUR) == counted
    assert desk.partition.low.cases(known, NOW, NOW + HOUR) == 1
