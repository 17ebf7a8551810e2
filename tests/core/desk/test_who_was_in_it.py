"""A case goes up to who was not in it; where there is nobody else, to who was: never to nobody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from agents.core.desk.state import EscalationState
from agents.core.desk.timers.due import decision_due
from agents.core.reasons import RECORDED_CALL
from schemas.records import (
    ActionName,
    Delivery,
    Escalation,
    EscalationStatus,
    OutcomeName,
    Reason,
    Rule,
    Severity,
    Tier,
    Wish,
)
from tests.core.desk.test_properties import ACTIONS, DISAGREEMENTS, HEARD, MANAGERS
from tests.core.desk.world import (
    EVA,
    HOUR,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    STAFF,
    Desk,
    action,
    appeal,
    disagreement,
    joined,
    manager,
)

S = EscalationStatus
CALL = (Reason(code=RECORDED_CALL, facts={}),)


def moves(said: list[object]) -> list[str]:
    """When a case moved up, to whom and why."""
    return [
        f"{(each.occurred_at - NOW) // MINUTE} {each.manager.manager_id if each.manager else None}"
        f" {' '.join(reason.code for reason in each.reasons)}"
        for each in said
        if isinstance(each, Escalation) and each.status is S.MOVED_UP
    ]


def came_down(desk: Desk) -> Desk:
    """A case that EVA had, then RUTH, then LENA: each gave it away."""
    desk.says(disagreement(wish=Wish(tier=Tier.EXECUTIVE), severity=Severity.SAFETY))
    desk.says(action(ActionName.REASSIGN, "eva", "down1", to_manager_id="ruth"))
    desk.says(action(ActionName.REASSIGN, "ruth", "down2", to_manager_id="lena"))
    return desk


def ended(desk: Desk) -> Desk:
    """LENA has it, and says that there is nothing in it."""
    desk.says(action(ActionName.RESOLVE, "lena", "end", outcome=OutcomeName.UNFOUNDED))
    return desk


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (15 * MINUTE - 1, []),
        (15 * MINUTE, ["15 ruth NOT_ACKNOWLEDGED HAD_IT_BEFORE"]),
        (15 * MINUTE + 1, ["15 ruth NOT_ACKNOWLEDGED HAD_IT_BEFORE"]),
        (
            8 * HOUR,
            [
                "15 ruth NOT_ACKNOWLEDGED HAD_IT_BEFORE",
                "60 eva NOT_ACKNOWLEDGED HAD_IT_BEFORE",
            ],
        ),
    ],
)
def test_a_case_that_came_down_goes_up_again(after: int, expected: list[str]) -> None:
    assert moves(came_down(Desk(*STAFF)).ticks(NOW + after)) == expected


def test_first_it_goes_to_who_was_not_in_it_also_a_tier_further_up() -> None:
    desk = came_down(Desk(*STAFF, manager("zoe", Tier.EXECUTIVE)))
    said = desk.ticks(NOW + 15 * MINUTE)
    assert moves(said) == ["15 zoe NOT_ACKNOWLEDGED"]
    assert [(each.manager_id, each.why) for each in said[-1].passed_over] == [
        ("ruth", "ALREADY_TRIED"),
        ("eva", "ALREADY_TRIED"),
    ]


def test_of_those_who_were_in_it_who_cannot_be_reached_is_passed_over() -> None:
    desk = came_down(Desk(*STAFF))
    desk.managers = (LENA, replace(RUTH, max_open=0), EVA)
    said = desk.ticks(NOW + 15 * MINUTE)
    assert moves(said) == ["15 eva NOT_ACKNOWLEDGED HAD_IT_BEFORE"]
    assert [(each.manager_id, each.why) for each in said[-1].passed_over] == [
        ("ruth", "ALREADY_TRIED")
    ]


def test_who_took_a_call_is_followed_by_those_above_again() -> None:
    desk = Desk(*STAFF)
    desk.says(disagreement(severity=Severity.SAFETY))
    assert len(moves(desk.ticks(NOW + HOUR))) == 2
    called = joined(
        "v1:REQUESTED_BY_CUSTOMER:1",
        rule=Rule.REQUESTED_BY_CUSTOMER,
        severity=Severity.SAFETY,
        reasons=CALL,
        wish=Wish(manager_id="lena"),
    )
    assert desk.says(called, NOW + HOUR)[-1].manager.manager_id == "lena"
    assert moves(desk.ticks(NOW + 9 * HOUR)) == [
        "240 ruth UNDECIDED HAD_IT_BEFORE",
        "360 eva UNDECIDED HAD_IT_BEFORE",
    ]


def test_who_has_it_again_is_not_one_whom_it_passed_by() -> None:
    desk = Desk(LENA, RUTH)
    desk.says(disagreement(severity=Severity.SAFETY))
    desk.ticks(NOW + 15 * MINUTE)
    given_down = action(ActionName.REASSIGN, "ruth", "down", to_manager_id="lena")
    desk.says(given_down, NOW + 16 * MINUTE)
    desk.ticks(NOW + 4 * HOUR)
    assert (desk.state().manager_id, desk.state().passed_by) == ("ruth", ("lena",))


def test_an_appeal_of_an_open_case_goes_to_who_was_in_it_where_nobody_else_is() -> None:
    desk = came_down(Desk(*STAFF))
    assert moves(desk.says(appeal())) == ["0 ruth HAD_IT_BEFORE"]


def test_an_appeal_of_an_outcome_that_all_above_had_goes_to_one_of_them() -> None:
    desk = ended(came_down(Desk(*STAFF)))
    step = desk.says(appeal())[0]
    assert (step.status, step.tier, step.manager.manager_id) == (S.REOPENED, "REGIONAL", "ruth")
    assert step.reasons[-1].code == "NOBODY_ELSE"


def test_an_appeal_waits_for_somebody_else_until_its_time_is_over() -> None:
    rolf = manager("rolf", Tier.REGIONAL, max_open=0)
    desk = ended(came_down(Desk(*STAFF, rolf)))
    desk.says(appeal())
    assert desk.state().manager_id is None
    assert desk.ticks(NOW + 4 * HOUR - 1) == []
    assert moves(desk.ticks(NOW + 4 * HOUR)) == ["240 ruth UNDECIDED HAD_IT_BEFORE"]


def test_an_appeal_that_is_late_has_whoever_can_be_reached_by_then() -> None:
    away = [replace(each, max_open=0) for each in (RUTH, EVA)]
    rolf = manager("rolf", Tier.REGIONAL, max_open=0)
    desk = ended(came_down(Desk(*STAFF, rolf)))
    desk.managers = (LENA, *away, rolf)
    desk.says(appeal())
    desk.ticks(NOW + 4 * HOUR)
    desk.managers = (*STAFF, rolf)
    (step,) = desk.ticks(NOW + 4 * HOUR + MINUTE)
    assert (step.status, step.manager.manager_id) == (S.REASSIGNED, "ruth")
    assert [each.code for each in step.reasons] == ["HAD_IT_BEFORE"]


def test_a_notice_that_reached_nobody_gives_the_case_to_who_was_in_it() -> None:
    desk = came_down(Desk(*STAFF))
    failed = Delivery(
        notice_id="v1:1:2:manager",
        escalation_id="v1:1",
        region_id="r1",
        occurred_at=NOW,
        delivered=False,
    )
    (step,) = desk.says(failed)
    assert (step.status, step.manager.manager_id) == (S.REASSIGNED, "ruth")
    assert [each.code for each in step.reasons] == ["MANAGER_NOT_REACHED", "HAD_IT_BEFORE"]


APPEALS = st.builds(appeal, st.integers(1, 9))
GIVEN = st.sampled_from(["eva", "rita", "anna", "bert"])  # to whom its manager gives it
INPUTS = st.lists(
    st.tuples(
        st.one_of(GIVEN, GIVEN, DISAGREEMENTS, APPEALS, ACTIONS, HEARD, st.none()),
        st.integers(0, 12 * HOUR),
    ),
    max_size=25,
)


@given(INPUTS)
@settings(deadline=None)
def test_whatever_happened_no_case_below_the_top_is_late_while_somebody_above_can_be_reached(
    inputs: list[tuple[Struct | str | None, int]],
) -> None:
    desk = Desk(*MANAGERS, EVA)  # who can be reached always
    desk.says(disagreement())
    now = NOW
    for number, (record, passes) in enumerate(inputs):
        now += passes
        desk.ticks(now)
        for each in desk.partition.records.values():
            assert not _is_late(each, now), each
            if isinstance(record, str) and each.is_open:
                by = each.manager_id or "nobody"
                desk.hears(
                    action(
                        ActionName.REASSIGN,
                        by,
                        f"given{number}",
                        to_manager_id=record,
                        escalation_id=each.escalation_id,
                    ),
                    now,
                )
                break
        if isinstance(record, Struct):
            desk.hears(record, now)
        for gone in [each for each in desk.steps if each not in desk.partition.records]:
            del desk.steps[gone]


def _is_late(state: EscalationState, now: int) -> bool:
    """Whether the decision, or somebody's word that they have it, should have come by now.

    Who gets an overdue case in whose tier `decide_by` has moved before has half an hour until time
    acts on it again (`decide_again_at`).
    """
    if not state.is_open or state.wait is not None or state.tier is Tier.EXECUTIVE:
        return False
    undecided = decision_due(state.clocks) <= now
    waits = state.acknowledged_by is None and any(
        mark.at <= now and mark.tier is not state.tier and state.tier is Tier.LOCAL
        for mark in state.clocks.tiers
    )
    return state.manager_id is None or undecided or waits
