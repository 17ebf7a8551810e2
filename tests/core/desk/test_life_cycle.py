"""Every pair of state and action, as `docs/life-cycle.md` says, and what each action does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.core.handling import Handled, Skipped
from schemas.records import (
    ActionName,
    Erased,
    EscalationStatus,
    Manager,
    OutcomeName,
    Reason,
    Remedy,
    RemedyKind,
    Tier,
    Wish,
)
from tests.core.desk.world import (
    DAY,
    EVA,
    HOUR,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    SPOKE,
    STAFF,
    Desk,
    action,
    appeal,
    at,
    corrected,
    disagreement,
    manager,
    policy,
)

PAGE = Path(__file__).parents[3] / "docs" / "life-cycle.md"
LARS = manager("lars", max_open=0)
LATER = NOW + MINUTE
S = EscalationStatus


def opened(*managers: Manager, **fields: Any) -> Desk:
    desk = Desk(*(managers or (LENA, LARS, RUTH, EVA)), holds=policy(operators=["op"]))
    desk.says(disagreement(**fields))
    return desk


def after(what: ActionName, **fields: Any) -> Callable[[], Desk]:
    def made() -> Desk:
        desk = opened()
        if what is ActionName.WAIT:
            desk.says(SPOKE)
        desk.says(action(what, action_id="before", until=NOW + HOUR, **fields))
        return desk

    return made


def moved_up() -> Desk:
    desk = opened()
    desk.ticks(NOW + 4 * HOUR)
    return desk


def overdue() -> Desk:
    desk = opened(LENA, LARS, EVA, wish=Wish(tier=Tier.EXECUTIVE))
    desk.ticks(at("2026-03-03 10:00"))
    return desk


def without_manager() -> Desk:
    desk = Desk(LARS, holds=policy(operators=["op"]))
    desk.says(disagreement())
    desk.managers = (LENA, LARS)  # who may be given the case; she is found on the next tick alone
    return desk


def reopened() -> Desk:
    desk = after(ActionName.RESOLVE, outcome=OutcomeName.UPHELD)()
    desk.says(action(ActionName.REOPEN, action_id="again"))
    return desk


def abusive() -> Desk:
    desk = opened()
    desk.says(SPOKE)
    what = action(ActionName.RESOLVE, outcome=OutcomeName.ABUSIVE, reason="again", action_id="r")
    desk.says(what)
    return desk


def confirmed() -> Desk:
    desk = abusive()
    desk.says(action(ActionName.CONFIRM, "ruth", "confirms"))
    return desk


def with_remedy() -> Desk:
    """The customer is to have a loaner, by a time that has not come."""
    remedy = Remedy(kind=RemedyKind.LOANER, by=NOW + 24 * HOUR)
    return after(ActionName.RESOLVE, outcome=OutcomeName.UPHELD, remedy=remedy)()


def withdrawn() -> Desk:
    desk = opened()
    desk.says(corrected())
    return desk


def merged() -> Desk:
    desk = opened()
    desk.says(disagreement("v1:R:9", escalation_id="v1:2"))
    desk.says(action(ActionName.RESOLVE, outcome=OutcomeName.UPHELD))
    return desk


def erased() -> Desk:
    desk = opened()
    desk.says(Erased(region_id="r1", occurred_at=NOW, escalation_ids=("v1:1",)))
    return desk


STATES: dict[str, Callable[[], Desk]] = {
    "opened": opened,
    "acknowledged": after(ActionName.ACKNOWLEDGE),
    "contacted": after(ActionName.CONTACTED),
    "promised": after(ActionName.PROMISE),
    "waiting": after(ActionName.WAIT),
    "snoozed": after(ActionName.SNOOZE),
    "reassigned": after(ActionName.REASSIGN, to_manager_id="ruth"),
    "moved up": moved_up,
    "overdue": overdue,
    "without a manager": without_manager,
    "reopened": reopened,
    "resolved": after(ActionName.RESOLVE, outcome=OutcomeName.UPHELD),
    "resolved as abusive": abusive,
    "confirmed": confirmed,
    "resolved, with a remedy by a time to come": with_remedy,
    "withdrawn": withdrawn,
    "merged": merged,
    "erased": erased,
}


UNCHANGED = (
    "phase", "manager_id", "acknowledged_by", "clocks", "wait", "snoozed_until", "promised_until",
    "assignments", "acted", "outcome", "ended_at", "reopened_at",
)  # fmt: skip


def table() -> list[tuple[str, str, str]]:
    """The cells of the first table: state, action, what the page says."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").split("## Time")[0].splitlines()
        if line.startswith("|")
    ]
    actions = rows[0][1:]
    first = rows[2 : next(number for number, row in enumerate(rows) if row[0] == "an action")]
    return [
        (row[0], what, said) for row in first for what, said in zip(actions, row[1:], strict=True)
    ]


def test_the_table_has_every_state_and_every_action_once() -> None:
    cells = [(state, what) for state, what, _ in table()]
    expected = {
        (state, each.value) for state in STATES for each in ActionName if each.value != "UNKNOWN"
    }

    assert set(cells) == expected
    assert len(cells) == len(expected)


@pytest.mark.parametrize(("state", "what", "said"), table())
def test_an_action_makes_of_a_state_what_the_page_says(state: str, what: str, said: str) -> None:
    desk = STATES[state]()
    escalation_id = "v1:2" if state == "merged" else "v1:1"
    now = max(each.last_step_at for each in desk.partition.records.values()) + MINUTE
    before = desk.state(escalation_id)

    steps = desk.says(
        action(
            ActionName(what),
            by="op",
            action_id="now",
            escalation_id=escalation_id,
            occurred_at=now,
            until=now + HOUR,
            to_manager_id="lars",
            outcome=OutcomeName.UPHELD,
        ),
        now,
    )

    status, _, code = said.partition(" ")
    assert (steps[0].status, steps[0].by, steps[0].occurred_at) == (S(status), "op", now)
    if code:
        assert [reason.code for reason in steps[0].reasons] == [code]
        for name in UNCHANGED:
            assert getattr(desk.state(escalation_id), name) == getattr(before, name), name
    else:
        assert steps[0].reasons == ()


@pytest.mark.parametrize(
    ("what", "fields", "code"),
    [
        (ActionName.RESOLVE, {}, "NO_OUTCOME"),
        (ActionName.PROMISE, {}, "NO_UNTIL"),
        (ActionName.SNOOZE, {}, "NO_UNTIL"),
        (ActionName.PROMISE, {"until": LATER - 1}, "UNTIL_IS_PAST"),
        (ActionName.PROMISE, {"until": LATER}, "UNTIL_IS_PAST"),
        (ActionName.SNOOZE, {"until": LATER}, "UNTIL_IS_PAST"),
        (ActionName.WAIT, {"until": LATER}, "UNTIL_IS_PAST"),
        (ActionName.REASSIGN, {}, "NO_SUCH_MANAGER"),
        (ActionName.REASSIGN, {"to_manager_id": "nobody-knows"}, "NO_SUCH_MANAGER"),
        (ActionName.REASSIGN, {"to_manager_id": "lena"}, "HAS_IT_ALREADY"),
    ],
)
def test_what_an_action_lacks_is_the_reason(
    what: ActionName, fields: dict[str, Any], code: str
) -> None:
    desk = opened()

    (step,) = desk.says(action(what, **fields), LATER)

    assert (step.status, [each.code for each in step.reasons]) == (S.REFUSED, [code])
    assert desk.state().acknowledged_by is None


@pytest.mark.parametrize("what", [ActionName.PROMISE, ActionName.SNOOZE, ActionName.WAIT])
def test_until_the_next_millisecond_is_no_time_of_the_past(what: ActionName) -> None:
    desk = opened()
    desk.says(SPOKE)

    (step,) = desk.says(action(what, until=LATER + 1), LATER)

    assert (step.status is S.REFUSED, step.until) == (False, LATER + 1)


@pytest.mark.parametrize(("waited", "code"), [(7 * DAY - 1, None), (7 * DAY, "ENDED_TOO_LONG_AGO")])
def test_reopen_is_possible_for_seven_days(waited: int, code: str | None) -> None:
    desk = opened()
    desk.says(action(ActionName.RESOLVE, outcome=OutcomeName.UPHELD))
    late = NOW + waited
    desk.says(action(ActionName.ACKNOWLEDGE, action_id="a2"), late - 1)  # refused: no new end

    steps = desk.says(action(ActionName.REOPEN, action_id="a3", occurred_at=late), late)

    assert [each.code for each in steps[0].reasons] == ([] if code is None else [code])


def test_a_remedy_of_a_later_version_is_invalid() -> None:
    remedy = Remedy(kind=RemedyKind("A_NEW_CAR"))
    what = action(ActionName.RESOLVE, by="op", outcome=OutcomeName.UPHELD, remedy=remedy)
    handled = opened().hears(what)

    assert handled.rejected is not None
    assert handled.rejected.detail.startswith("remedy.kind is UNKNOWN: must be PRICE_TO, ")


@pytest.mark.parametrize(("waited", "code"), [(7 * DAY - 1, "REOPENED_BEFORE"), (7 * DAY, None)])
def test_reopen_is_possible_once_in_seven_days(waited: int, code: str | None) -> None:
    desk = reopened()
    now = NOW + waited
    resolve = action(ActionName.RESOLVE, by="op", action_id="r2", outcome=OutcomeName.UPHELD)
    desk.says(resolve, now - 1)

    again = action(ActionName.REOPEN, by="op", action_id="again2", occurred_at=now)
    steps = desk.says(again, now)

    assert [each.code for each in steps[0].reasons] == ([] if code is None else [code])


def test_reopen_is_refused_while_another_is_open() -> None:
    desk = opened()
    desk.says(action(ActionName.RESOLVE, outcome=OutcomeName.UPHELD))
    desk.says(disagreement("v1:R:2", escalation_id="v1:2"))

    (step,) = desk.says(action(ActionName.REOPEN, action_id="a2"))

    assert step.reasons[0].code == "ANOTHER_IS_OPEN"
    assert step.reasons[0].facts["escalation_id"] == "v1:2"


def test_a_reopened_case_has_clocks_from_then_and_the_manager_it_had() -> None:
    desk = opened(LENA, manager("anna", max_open=0), RUTH)
    desk.says(action(ActionName.CONTACTED, action_id="c"))
    desk.says(action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UPHELD))
    now = at("2026-03-03 10:00")

    step, outcome = desk.says(action(ActionName.REOPEN, action_id="o", by="ruth"), now)

    assert (step.status, step.manager.manager_id, step.by) == (S.REOPENED, "lena", "ruth")
    assert (step.acknowledge_by, step.decide_by) == (now + 2 * HOUR, at("2026-03-04 10:00"))
    assert outcome.status.value == "REOPENED"
    assert desk.state().acknowledged_by is None


def test_reassign_takes_the_new_managers_tier_and_asks_them_anew() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))

    (step,) = desk.says(
        action(ActionName.REASSIGN, action_id="a2", to_manager_id="ruth", reason="she knows"),
        NOW + HOUR,
    )

    assert (step.status, step.tier, step.manager.manager_id) == (
        S.REASSIGNED,
        Tier.REGIONAL,
        "ruth",
    )
    assert (step.acknowledge_by, step.decide_by) == (NOW + 3 * HOUR, at("2026-03-03 10:00"))
    (refused,) = desk.says(
        action(ActionName.SNOOZE, action_id="a3", until=at("2026-03-03 10:00")), NOW + HOUR
    )
    assert refused.reasons[0].code == "NOT_ENTITLED"  # lena has it no more
    (step,) = desk.says(action(ActionName.ACKNOWLEDGE, action_id="a4", by="ruth"), NOW + HOUR)
    assert step.status is S.ACKNOWLEDGED


def test_reassign_asks_nobodys_reach() -> None:
    desk = opened(LENA, manager("lars", max_open=0, email=None), RUTH)

    (step,) = desk.says(action(ActionName.REASSIGN, to_manager_id="lars"))

    assert (step.manager.manager_id, step.tier) == ("lars", Tier.LOCAL)


@pytest.mark.parametrize("what", [ActionName.CONTACTED, ActionName.PROMISE])
def test_these_acknowledge(what: ActionName) -> None:
    desk = opened()

    desk.says(action(what, until=NOW + HOUR), LATER)

    assert (desk.state().acknowledged_by, desk.state().acknowledged_at) == ("lena", LATER)
    desk.says(corrected())
    assert desk.state().is_open  # something was done: it is not withdrawn


@pytest.mark.parametrize(
    ("what", "withdrawn"),
    [(ActionName.ACKNOWLEDGE, True), (ActionName.SNOOZE, True), (ActionName.REASSIGN, True)],
)
def test_these_do_not_keep_a_case_whose_last_ground_goes(what: ActionName, withdrawn: bool) -> None:
    desk = opened()
    desk.says(action(what, until=NOW + HOUR, to_manager_id="ruth"))

    desk.says(corrected())

    assert desk.state().is_open is not withdrawn


def test_who_was_passed_by_may_act_until_the_new_one_has_acknowledged() -> None:
    desk = moved_up()
    now = NOW + 4 * HOUR

    taken, step = desk.says(action(ActionName.CONTACTED, action_id="c1"), now)
    assert (taken.status, taken.tier, taken.by) == (S.REASSIGNED, Tier.LOCAL, "lena")
    assert (step.status, step.by, step.manager.manager_id) == (S.CONTACTED, "lena", "lena")

    desk = moved_up()
    desk.says(action(ActionName.ACKNOWLEDGE, by="ruth"), now)
    (step,) = desk.says(action(ActionName.CONTACTED, action_id="c1"), now)  # she is heard
    assert (step.status, step.by, step.manager.manager_id) == (S.CONTACTED, "lena", "ruth")
    resolve = action(ActionName.RESOLVE, action_id="c2", outcome=OutcomeName.UPHELD)
    (step,) = desk.says(resolve, now)
    assert (step.status, step.reasons[0].code) == (S.REFUSED, "NOT_ENTITLED")


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_taking_over_moves_no_clock(late: int) -> None:
    desk = moved_up()
    before, now = desk.state().clocks, NOW + 4 * HOUR + late
    desk.ticks(now)
    taken, step = desk.says(action(ActionName.ACKNOWLEDGE, "eva", "c1"), max(now, NOW + 4 * HOUR))
    for each in (taken, step):
        assert (each.acknowledge_by, each.decide_by) == (before.acknowledge_by, before.decide_by)
    assert (taken.tier, step.manager.manager_id) == (Tier.EXECUTIVE, "eva")
    assert desk.state().acknowledged_by == "eva"
    assert desk.state().passed_by == ()


def test_who_takes_over_what_somebody_had_acknowledged_has_acknowledged_it() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))
    promise = action(ActionName.PROMISE, "ruth", "p", until=NOW + 2 * HOUR)
    taken, step = desk.says(promise, NOW + HOUR)
    assert taken.reasons == (Reason(code="TAKEN", facts={"manager_id": "lena"}),)
    assert (step.status, step.manager.manager_id) == (S.PROMISED, "ruth")
    assert desk.state().acknowledged_by == "ruth"
    (again,) = desk.says(action(ActionName.ACKNOWLEDGE, "eva", "e"), NOW + HOUR)
    assert (again.status, again.reasons[0].code) == (S.REFUSED, "ALREADY_ACKNOWLEDGED")


def test_what_nobody_has_is_taken_over_too() -> None:
    desk = opened(manager("lena", max_open=0))
    taken, step = desk.says(action(ActionName.CONTACTED), NOW + HOUR)
    assert taken.reasons == (Reason(code="TAKEN", facts={}),)
    assert step.manager.manager_id == "lena"


def test_an_operator_takes_nothing_over_nor_does_who_was_in_it_before_an_appeal() -> None:
    desk = Desk(*STAFF, holds=policy(operators=["op"]))
    desk.says(disagreement())
    desk.says(action(ActionName.CONTACTED, "op", "o"))
    assert desk.state().manager_id == "lena"
    desk.says(action(ActionName.REASSIGN, "eva", "e", to_manager_id="eva"))
    desk.says(action(ActionName.REASSIGN, "eva", "e2", to_manager_id="lena"))
    desk.says(action(ActionName.RESOLVE, "lena", "r", outcome=OutcomeName.UNFOUNDED))
    desk.says(appeal())
    assert desk.state().manager_id == "ruth"
    (step,) = desk.says(action(ActionName.CONTACTED, "eva", "e3"))
    assert (step.status, step.by, step.manager.manager_id) == (S.CONTACTED, "eva", "ruth")
    (step,) = desk.says(action(ActionName.CONTACTED, "lena", "l"))
    assert (step.status, step.reasons[0].code) == (S.REFUSED, "NOT_ENTITLED")


def test_two_actions_that_cross_the_first_wins_and_the_second_gets_an_answer() -> None:
    desk = opened()
    first = action(ActionName.RESOLVE, action_id="x", outcome=OutcomeName.UPHELD)
    second = action(ActionName.RESOLVE, by="ruth", action_id="y", outcome=OutcomeName.UNFOUNDED)

    assert desk.says(first)[0].status is S.RESOLVED
    (answer,) = desk.says(second)

    assert (answer.status, answer.by, answer.reasons[0].code) == (S.REFUSED, "ruth", "CLOSED")
    assert desk.state().outcome is OutcomeName.UPHELD
    assert desk.hears(second) == Handled(passed_over=Skipped.DUPLICATE)
