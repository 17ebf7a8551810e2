"""Site storms: 5 cases of one kind at one site within an hour."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.records import (
    ActionName,
    Escalation,
    EscalationStatus,
    Kind,
    OutcomeName,
    Rule,
    Severity,
    Wish,
)
from tests.core.desk.world import (
    EVA,
    HOUR,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    Desk,
    action,
    disagreement,
    joined,
    manager,
)

S = EscalationStatus
LARS = manager("lars")
INCIDENT = f"s1:ESTIMATE:{NOW}"


def case(number: int, occurred_at: int = NOW, **fields: Any) -> Any:
    whole = {
        "visit_id": f"v{number}",
        "customer_id": f"c{number}",
        "escalation_id": f"v{number}:1",
        "occurred_at": occurred_at,
    }
    return disagreement(f"v{number}:ESTIMATE_DISPUTED:1", **(whole | fields))


def stormy(*managers: Any, count: int = 4) -> Desk:
    desk = Desk(*(managers or (LENA, LARS, RUTH, EVA)))
    for number in range(1, count + 1):
        desk.says(case(number, NOW + number - 1), NOW + number - 1)
    return desk


def steps(records: list[Any]) -> list[tuple[str, str, str | None, str | None, list[str]]]:
    return [
        (
            each.escalation_id,
            str(each.status),
            each.manager.manager_id if each.manager else None,
            each.incident_id,
            [reason.code for reason in each.reasons if "STORM" in reason.code],
        )
        for each in records
        if isinstance(each, Escalation)
    ]


def test_the_fifth_case_makes_a_storm_and_the_earlier_ones_hear_of_it() -> None:
    desk = stormy()
    assert [desk.state(f"v{number}:1").manager_id for number in range(1, 5)] == [
        "lars", "lena", "lars", "lena",
    ]  # fmt: skip

    found = desk.says(case(5), NOW + HOUR // 2)

    # All of them are with the manager of the earliest.
    assert steps(found) == [
        ("v5:1", "OPENED", "lars", INCIDENT, ["SITE_STORM"]),
        ("v1:1", "JOINED", "lars", INCIDENT, ["PART_OF_STORM"]),
        ("v2:1", "JOINED", "lars", INCIDENT, ["PART_OF_STORM"]),
        ("v3:1", "JOINED", "lars", INCIDENT, ["PART_OF_STORM"]),
        ("v4:1", "JOINED", "lars", INCIDENT, ["PART_OF_STORM"]),
    ]
    assert found[0].reasons[-1].facts == {
        "incident_id": INCIDENT,
        "site_id": "s1",
        "kind": "ESTIMATE",
        "cases": "5",
        "within_minutes": "60",
    }
    assert found[1].acknowledge_by == NOW + 2 * HOUR  # each keeps its clocks


def test_a_later_case_is_part_of_it_whatever_its_managers_limits() -> None:
    desk = stormy(replace(LARS, max_open=5), RUTH, count=5)

    (step,) = desk.says(case(6, NOW + HOUR - 1), NOW + HOUR)

    assert steps([step]) == [("v6:1", "OPENED", "lars", INCIDENT, ["PART_OF_STORM"])]


@pytest.mark.parametrize(("apart", "storm"), [(HOUR - 1, True), (HOUR, False), (HOUR + 1, False)])
def test_exactly_an_hour_is_outside(apart: int, storm: bool) -> None:
    desk = Desk(LENA)
    for number in range(1, 5):
        desk.says(case(number, NOW))

    found = desk.says(case(5, NOW + apart), NOW + apart)

    assert (steps(found)[0][3] is not None) is storm


def test_it_ends_after_an_hour_without_a_new_one() -> None:
    desk = stormy(count=5)
    last = NOW + 4

    (step,) = desk.says(case(6, last + HOUR), last + HOUR)

    assert step.incident_id is None
    (step,) = stormy(count=5).says(case(6, last + HOUR - 1), last + HOUR)
    assert step.incident_id == INCIDENT


def test_it_goes_on_as_long_as_new_ones_come_within_the_hour() -> None:
    desk = stormy(count=5)
    for number in range(6, 10):
        at = NOW + (number - 5) * (HOUR - 1)
        (step,) = desk.says(case(number, at), at)
        assert step.incident_id == INCIDENT


def test_of_several_kinds_or_sites_or_visits_only_those_of_one_count() -> None:
    desk = stormy()
    assert (
        steps(desk.says(case(5, rule=Rule.DIAGNOSIS_DISPUTED, kind=Kind.DIAGNOSIS)))[0][3] is None
    )
    assert steps(desk.says(case(6, site_id="s2")))[0][3] is None
    for number in range(2, 7):  # one visit's own disagreements are one case
        more = joined(
            f"v1:R:{number}",
            kind=Kind.ESTIMATE,
            rule=Rule.ESTIMATE_DISPUTED,
            subject_id=f"est{number}",
        )
        assert steps(desk.says(replace(more, customer_id="c1")))[0][3] is None
    found = desk.says(
        replace(
            joined("v6:R:2", kind=Kind.ESTIMATE),
            visit_id="v6",
            customer_id="c6",
            escalation_id="v6:1",
        )
    )
    assert steps(found)[0][3] is None, "case 6 is at another site"


def test_a_joined_one_counts_and_its_step_says_so() -> None:
    desk = stormy()
    other = case(5, rule=Rule.DIAGNOSIS_DISPUTED, kind=Kind.DIAGNOSIS)
    desk.says(other)

    found = desk.says(
        replace(case(5), disagreement_id="v5:E:1", decision=joined().decision), NOW + MINUTE
    )

    assert steps(found)[0] == ("v5:1", "JOINED", "lars", INCIDENT, ["SITE_STORM"])
    assert len(steps(found)) == 5


def test_a_case_that_a_higher_tier_has_stays_there_and_a_wish_goes_first() -> None:
    desk = stormy(count=3)
    desk.says(case(4, wish=Wish(manager_id="eva")))

    found = desk.says(case(5, wish=Wish(manager_id="ruth")))

    assert [(each[0], each[2]) for each in steps(found)] == [
        ("v5:1", "ruth"), ("v1:1", "lars"), ("v4:1", "eva"), ("v2:1", "lars"), ("v3:1", "lars"),
    ]  # fmt: skip
    assert {each[3] for each in steps(found)} == {INCIDENT}


def test_where_the_earliests_manager_is_gone_who_got_the_fifth_gets_all() -> None:
    desk = stormy()
    desk.managers = (LENA, RUTH)  # lars left

    found = desk.says(case(5))

    assert {each[2] for each in steps(found)} == {"lena"}


def test_who_has_acknowledged_may_go_on_and_a_closed_one_says_it_later() -> None:
    desk = stormy()
    desk.says(action(ActionName.ACKNOWLEDGE, action_id="a", by="lena", escalation_id="v2:1"))
    resolve = action(
        ActionName.RESOLVE,
        action_id="r",
        by="lars",
        escalation_id="v3:1",
        outcome=OutcomeName.UPHELD,
    )
    desk.says(resolve)

    found = desk.says(case(5))

    assert [each[0] for each in steps(found)] == ["v5:1", "v1:1", "v2:1", "v4:1"]
    assert desk.state("v2:1").acknowledged_by == "lena"
    taken, step = desk.says(
        action(ActionName.CONTACTED, action_id="c", by="lena", escalation_id="v2:1")
    )
    assert (taken.status, taken.reasons[0].code) == (S.REASSIGNED, "TAKEN")
    assert (step.status, step.manager.manager_id) == (S.CONTACTED, "lena")
    (step,) = desk.says(
        action(ActionName.ACKNOWLEDGE, action_id="x", by="lars", escalation_id="v3:1")
    )
    assert (step.status, step.incident_id) == (S.REFUSED, INCIDENT)


def test_a_case_that_comes_late_is_counted_when_it_occurred() -> None:
    desk = stormy()

    found = desk.says(case(5, NOW + MINUTE), NOW + 5 * HOUR)

    assert steps(found)[0][3] == INCIDENT


def test_a_safety_case_in_a_storm_keeps_its_clocks() -> None:
    desk = stormy()

    found = desk.says(case(5, severity=Severity.SAFETY))

    assert found[0].acknowledge_by == NOW + 15 * MINUTE
