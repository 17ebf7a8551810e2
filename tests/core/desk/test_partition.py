import pytest

from agents.core.desk.partition import Partition
from agents.core.handling import DeadLetterCause
from schemas.records import ActionName, EscalationStatus, OutcomeName, Wish
from tests.core.desk.world import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Desk,
    action,
    corrected,
    disagreement,
    joined,
    manager,
    policy,
)

RESOLVE = action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UPHELD)


def closed(desk: Desk, visit: str, now: int) -> None:
    desk.says(disagreement(f"{visit}:R:1", visit_id=visit, escalation_id=f"{visit}:1"), now)
    desk.says(corrected(f"{visit}:R:1", visit_id=visit, escalation_id=f"{visit}:1"), now)


@pytest.mark.parametrize(
    ("waited", "kept"), [(30 * DAY - 1, True), (30 * DAY, False), (30 * DAY + 1, False)]
)
def test_a_closed_escalation_is_kept_for_thirty_days_after_its_last_step(
    waited: int, kept: bool
) -> None:
    desk = Desk()
    desk.says(disagreement())
    desk.says(RESOLVE, NOW + MINUTE)
    assert desk.next_due(NOW + 2 * MINUTE) == NOW + MINUTE + 30 * DAY

    assert desk.ticks(NOW + MINUTE + waited) == []

    assert ("v1:1" in desk.partition.records) is kept
    handled = desk.hears(action(ActionName.REOPEN, action_id="late"), NOW + MINUTE + waited)
    if kept:
        assert handled.rejected is None
    else:
        assert handled.rejected is not None
        assert handled.rejected.reason is DeadLetterCause.INVALID
        assert desk.next_due(NOW + MINUTE + waited) is None
        assert desk.partition.of_visit("v1") == ()
        assert desk.partition.new_cases("r1", "lena", 0, NOW * 2) == 0


def test_a_refused_action_keeps_a_closed_one_longer() -> None:
    desk = Desk()
    desk.says(disagreement())
    desk.says(RESOLVE)
    desk.says(action(ActionName.ACKNOWLEDGE), NOW + DAY)

    assert desk.next_due(NOW + DAY) == NOW + 31 * DAY


def test_how_long_is_the_policys() -> None:
    desk = Desk(holds=policy(kept={"closed_escalation_days": 1}))
    closed(desk, "v1", NOW)

    assert desk.next_due(NOW) == NOW + DAY


def test_an_open_escalation_is_kept_for_ever() -> None:
    desk = Desk()
    desk.says(disagreement())

    said = desk.ticks(NOW + 4000 * DAY)

    assert (said[-1].status, said[-1].reasons[0].code) == (EscalationStatus.WARNED, "OVERDUE")
    assert desk.ticks(NOW + 8000 * DAY) == []
    assert desk.state().is_open
    assert desk.next_due(NOW) is None


def test_all_that_are_due_go_in_order_and_no_other() -> None:
    desk = Desk()
    for visit, now in (("v3", NOW), ("v2", NOW + 2), ("v1", NOW + 2), ("v4", NOW + 3)):
        closed(desk, visit, now)

    gone = [each.escalation_id for each in desk.partition.ended_by(NOW + 2)]
    assert gone == ["v3:1", "v1:1", "v2:1"]

    desk.ticks(NOW + 2 + 30 * DAY)
    assert list(desk.partition.records) == ["v4:1"]


@pytest.mark.parametrize(("waiting", "expected"), [(False, 60 * MINUTE), (True, MINUTE)])
def test_the_next_due_is_the_earlier_one(waiting: bool, expected: int) -> None:
    desk = Desk(manager("lena", max_open=0 if waiting else 9))
    closed(desk, "v1", NOW)
    desk.says(disagreement("v2:R:1", visit_id="v2", escalation_id="v2:1"))

    assert desk.next_due(NOW) == NOW + expected
    desk.partition.apply({"v2:1": None})
    del desk.cases.records["v2:1"]
    assert desk.next_due(NOW) == NOW + 30 * DAY


def test_a_load_is_counted_in_each_region() -> None:
    everywhere = manager("eva", site_ids=("s1",), max_open=1)
    desk = Desk(everywhere)
    desk.says(disagreement(wish=Wish(manager_id="eva")))

    (other,) = desk.says(
        disagreement(
            "v2:R:1",
            visit_id="v2",
            escalation_id="v2:1",
            region_id="r2",
            wish=Wish(manager_id="eva"),
        )
    )

    assert other.manager is not None
    assert desk.partition.open_cases("r1", "eva") == 1
    assert desk.partition.open_cases("r2", "eva") == 1
    assert desk.partition.new_cases("r2", "eva", NOW, NOW + 1) == 1
    assert desk.partition.new_cases("r2", "eva", NOW + 1, NOW + 2) == 0
    assert desk.partition.new_cases("r2", "eva", NOW - 1, NOW) == 0


def test_the_indexes_are_those_of_the_records() -> None:
    desk = Desk(manager("lena", max_open=3))
    for visit in ("v1", "v2", "v3", "v4"):
        desk.says(disagreement(f"{visit}:R:1", visit_id=visit, escalation_id=f"{visit}:1"))
    desk.says(RESOLVE)
    desk.says(joined(visit_id="v2", escalation_id="v2:1"))
    desk.ticks(NOW + MINUTE)

    rebuilt = Partition(desk.partition.records)

    for each in (rebuilt, desk.partition):
        assert each.open_cases("r1", "lena") == 3
        assert each.new_cases("r1", "lena", 0, NOW * 2) == 4
        assert list(each.without_manager) == []
        assert each.due_by(NOW + DAY) == [
            (NOW + HOUR, "v2:1"), (NOW + HOUR, "v3:1"), (NOW + HOUR + MINUTE, "v4:1")
        ]  # fmt: skip
        assert [state.escalation_id for state in each.ended_by(NOW)] == ["v1:1"]
        assert each.open_of("v1") is None
        assert each.open_of("v2") == desk.state("v2:1")
        assert each.get("v9:1") is None


def test_of_a_visit_the_open_one_comes_first() -> None:
    desk = Desk()
    desk.says(disagreement())
    desk.says(RESOLVE)
    desk.says(disagreement("v1:R:2", escalation_id="v1:2"))

    assert [each.escalation_id for each in desk.partition.of_visit("v1")] == ["v1:2", "v1:1"]
