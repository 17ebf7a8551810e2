from typing import Any

import pytest

from agents.core.desk.state import Phase
from agents.core.handling import DeadLetterCause, DeadLettered, Handled, Skipped
from schemas.records import (
    ActionName,
    Decision,
    EscalationStatus,
    OutcomeName,
    OutcomeStatus,
    Reason,
    Rule,
    Tier,
    Wish,
)
from tests.core.desk.world import (
    DAY,
    EVA,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    Desk,
    action,
    corrected,
    disagreement,
    escalation,
    joined,
    manager,
    outcome,
    policy,
)

LATER = NOW + MINUTE
RESOLVE = action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UPHELD)


def opened(*managers: Any, **fields: Any) -> Desk:
    desk = Desk(*managers, holds=policy(operators=["op"]))
    desk.says(disagreement(**fields))
    return desk


def refused(code: str, what: str, by: str = "lena", step: int = 1, **facts: str) -> Any:
    return escalation(
        step=step,
        status=EscalationStatus.REFUSED,
        occurred_at=LATER,
        by=by,
        reasons=(Reason(code=code, facts={"action": what, "by": by} | facts),),
    )


def test_an_acknowledgement_is_a_step() -> None:
    desk = opened()

    assert desk.says(action(ActionName.ACKNOWLEDGE, reason="on it"), LATER) == [
        escalation(
            step=1,
            status=EscalationStatus.ACKNOWLEDGED,
            occurred_at=LATER,
            by="lena",
            reasons=(Reason(code="SAID", facts={"reason": "on it"}),),
        )
    ]
    assert (desk.state().acknowledged_by, desk.state().acknowledged_at) == ("lena", LATER)


def test_a_second_acknowledgement_is_refused() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))

    assert desk.says(action(ActionName.ACKNOWLEDGE, by="op", action_id="a2"), LATER) == [
        refused("ALREADY_ACKNOWLEDGED", "ACKNOWLEDGE", by="op", step=2, acknowledged_by="lena")
    ]
    assert desk.state().acknowledged_by == "lena"


@pytest.mark.parametrize(
    "name",
    [OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD, OutcomeName.UNFOUNDED],
)
@pytest.mark.parametrize("on_appeal", [False, True])
def test_a_resolution_is_a_step_and_an_outcome(name: OutcomeName, on_appeal: bool) -> None:
    desk = opened(rule=Rule.APPEALED_BY_CUSTOMER if on_appeal else Rule.ESTIMATE_DISPUTED)

    assert desk.says(action(ActionName.RESOLVE, outcome=name), LATER) == [
        escalation(
            step=1,
            status=EscalationStatus.RESOLVED,
            occurred_at=LATER,
            by="lena",
            outcome=name,
            reasons=(),
        ),
        outcome(
            status=OutcomeStatus.RESOLVED,
            occurred_at=LATER,
            outcome=name,
            on_appeal=on_appeal,
            tier=Tier.LOCAL,
        ),
    ]
    assert (desk.state().phase, desk.state().outcome) == (Phase.RESOLVED, name)
    assert desk.partition.open_of("v1") is None


@pytest.mark.parametrize(
    ("rule", "asked", "abusive"),
    [
        (Rule.ESTIMATE_DISPUTED, True, True),
        (Rule.SILENCE_NO_WORD, True, True),
        (Rule.SILENCE_NO_WORD, False, False),
        (Rule.WARRANTY_REVERSED, False, False),
        # A version before did not say; its rule does, where it is always asked.
        (Rule.ESTIMATE_DISPUTED, None, True),
        (Rule.SILENCE_NO_WORD, None, False),
        (Rule.WARRANTY_REVERSED, None, False),
    ],
)
def test_only_what_was_asked_for_can_be_abusive_whatever_joined_it(
    rule: Rule, asked: bool | None, abusive: bool
) -> None:
    desk = opened(rule=rule, asked=asked)
    desk.says(joined(rule=Rule.DIAGNOSIS_DISPUTED, asked=True), LATER)
    desk.says(joined("v1:W:1", rule=Rule.WARRANTY_DENIED_AGAINST_CAUSE, asked=False), LATER)

    desk.says(action(ActionName.CONTACTED, action_id="spoke"), LATER)

    steps = desk.says(
        action(ActionName.RESOLVE, outcome=OutcomeName.ABUSIVE, reason="again"), LATER
    )

    if abusive:
        assert desk.state().outcome is OutcomeName.ABUSIVE
    else:
        (refusal,) = steps
        assert refusal.status is EscalationStatus.REFUSED
        facts = {"action": "RESOLVE", "by": "lena"}
        assert refusal.reasons == (Reason(code="NOT_ASKED_FOR", facts=facts),)
        assert desk.state().is_open


def test_what_opens_a_case_that_the_desk_has_no_more_does_not_make_it_asked_for() -> None:
    desk = opened(decision=Decision.JOINED, asked=True)

    steps = desk.says(action(ActionName.RESOLVE, outcome=OutcomeName.ABUSIVE), LATER)

    assert steps == [refused("NOT_ASKED_FOR", "RESOLVE")]


def test_a_resolution_without_outcome_is_refused() -> None:
    desk = opened()

    assert desk.says(action(ActionName.RESOLVE), LATER) == [refused("NO_OUTCOME", "RESOLVE")]
    assert desk.state().is_open


@pytest.mark.parametrize(
    ("by", "counts"),
    [
        ("lena", True),  # on the case
        ("lars", True),  # a peer
        ("ruth", True),
        ("eva", True),
        ("op", True),
        ("far", False),  # a higher tier of another region
        ("elvis", False),
    ],
)
def test_who_may_act_on_a_local_case(by: str, counts: bool) -> None:
    far = manager("far", Tier.REGIONAL, region_ids=("r2",))
    desk = opened(LENA, manager("luis", max_open=0), manager("lars", max_open=0), RUTH, EVA, far)

    steps = desk.says(action(ActionName.ACKNOWLEDGE, by=by), LATER)

    if counts:
        takes = by not in ("lena", "op")
        has = desk.state().manager_id
        assert has == (by if takes else "lena")
        assert [(step.status, step.by, step.manager.manager_id) for step in steps] == [
            *[(EscalationStatus.REASSIGNED, by, has)] * takes,
            (EscalationStatus.ACKNOWLEDGED, by, has),
        ]
    else:
        assert steps == [refused("NOT_ENTITLED", "ACKNOWLEDGE", by=by, tier="LOCAL")]
        assert desk.state().acknowledged_by is None


@pytest.mark.parametrize(
    ("by", "has"),
    [("lena", "ruth"), ("ruth", "ruth"), ("rolf", "rolf"), ("eva", "eva"), ("luis", None)],
)
def test_who_may_act_on_a_regional_case(by: str, has: str | None) -> None:
    rolf = manager("rolf", Tier.REGIONAL, max_open=0)
    elsewhere = manager("luis", site_ids=("s2",))
    desk = opened(LENA, RUTH, rolf, EVA, elsewhere, wish=Wish(tier=Tier.REGIONAL))

    step = desk.says(action(ActionName.ACKNOWLEDGE, by=by), LATER)[-1]

    heard = EscalationStatus.ACKNOWLEDGED if has else EscalationStatus.REFUSED
    assert (step.status, step.by) == (heard, by)
    assert step.manager.manager_id == (has or "ruth")


def test_a_lower_tier_is_heard_of_what_takes_a_case_over_and_of_nothing_else() -> None:
    desk = opened(LENA, RUTH, wish=Wish(tier=Tier.REGIONAL))
    heard = {
        what
        for what in ActionName
        if what is not ActionName.UNKNOWN
        and desk.says(
            action(
                what,
                "lena",
                f"{what}",
                until=NOW + 9 * MINUTE,
                outcome=OutcomeName.UPHELD,
                to_manager_id="lena",
            ),
            LATER,
        )[-1].reasons[:1]
        != refused("NOT_ENTITLED", what, tier="REGIONAL").reasons
    }
    assert heard == {
        ActionName.ACKNOWLEDGE,
        ActionName.CONTACTED,
        ActionName.PROMISE,
        ActionName.WAIT,
    }
    assert desk.state().manager_id == "ruth"


@pytest.mark.parametrize(
    "what",
    [
        each
        for each in ActionName
        if each not in (ActionName.UNKNOWN, ActionName.REOPEN, ActionName.CONFIRM)
    ],
)
def test_anything_but_reopen_is_refused_on_a_closed_one(what: ActionName) -> None:
    desk = opened()
    desk.says(RESOLVE)
    again = action(what, outcome=OutcomeName.ABUSIVE)

    assert desk.says(again, LATER) == [refused("CLOSED", what, step=2, phase="RESOLVED")]
    assert desk.state().outcome is OutcomeName.UPHELD


def test_the_same_action_twice_is_a_duplicate_also_when_it_was_refused() -> None:
    desk = opened()
    for each in (action(ActionName.WAIT, action_id="w"), RESOLVE):
        desk.says(each)
        assert desk.hears(each) == Handled(passed_over=Skipped.DUPLICATE)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"what": ActionName.UNKNOWN}, "action"),
        ({"what": ActionName.RESOLVE, "outcome": OutcomeName.UNKNOWN}, "outcome"),
        ({"what": ActionName.ACKNOWLEDGE, "escalation_id": "v1:2"}, "v1:2 does not exist"),
        ({"what": ActionName.ACKNOWLEDGE, "region_id": "r2"}, "region_id is r2"),
        ({"what": ActionName.ACKNOWLEDGE, "occurred_at": LATER + 5 * MINUTE + 1}, "occurred_at"),
    ],
)
def test_what_can_not_be_an_action_is_invalid(fields: dict[str, Any], word: str) -> None:
    desk = opened()

    handled = desk.hears(action(**fields), LATER)

    assert handled.rejected is not None
    assert word in handled.rejected.detail
    assert handled == Handled(
        rejected=DeadLettered(reason=DeadLetterCause.INVALID, detail=handled.rejected.detail)
    )


@pytest.mark.parametrize("ahead", [5 * MINUTE - 1, 5 * MINUTE, -400 * DAY])
def test_an_action_is_never_too_late_and_may_be_a_little_ahead(ahead: int) -> None:
    desk = opened()

    (step,) = desk.says(action(ActionName.ACKNOWLEDGE, occurred_at=LATER + ahead), LATER)

    assert (step.status, step.occurred_at) == (EscalationStatus.ACKNOWLEDGED, LATER)


def test_an_action_on_a_withdrawn_one_is_refused() -> None:
    desk = opened()
    desk.says(corrected())

    assert [step.status for step in desk.says(RESOLVE, LATER)] == [EscalationStatus.REFUSED]
    assert desk.state().phase is Phase.WITHDRAWN


def test_a_resolved_case_no_longer_counts_for_its_manager() -> None:
    desk = opened()
    assert desk.partition.open_cases("r1", "lena") == 1

    desk.says(RESOLVE)

    assert desk.partition.open_cases("r1", "lena") == 0
    assert desk.partition.new_cases("r1", "lena", NOW, NOW + 1) == 1


def test_a_manager_who_left_the_directory_is_named_by_the_id() -> None:
    desk = opened()
    desk.managers = (RUTH,)

    (step,) = desk.says(action(ActionName.ACKNOWLEDGE), LATER)

    assert (step.manager.manager_id, step.manager.name, step.manager.email) == (
        "lena",
        "lena",
        None,
    )
