"""What the customer takes back themselves: it ends the case, and can hurt them no more."""

import pytest

from agents.core.desk.state import Phase
from agents.core.reasons import WITHDRAWN_BY_CUSTOMER
from schemas.records import (
    ActionName,
    Escalation,
    EscalationStatus,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Reason,
    WithdrawnBy,
)
from tests.core.desk.world import (
    HOUR,
    MINUTE,
    NOW,
    Desk,
    action,
    corrected,
    disagreement,
    joined,
    policy,
)

LATER = NOW + MINUTE
GONE = Reason(code="GROUND_GONE", facts={})
THEIRS = Reason(code=WITHDRAWN_BY_CUSTOMER, facts={"event_id": "e2"})
DONE = (ActionName.CONTACTED, ActionName.PROMISE, ActionName.WAIT)


def acted_on(what: ActionName = ActionName.CONTACTED, **differs: int) -> Desk:
    desk = Desk(holds=policy(operators=["op"], **differs))
    desk.says(disagreement())
    if what is ActionName.WAIT:  # only after they spoke
        desk.says(action(ActionName.CONTACTED, action_id="spoke"))
    until = None if what is ActionName.CONTACTED else NOW + HOUR
    desk.says(action(what, until=until))
    desk.notices.clear()
    return desk


@pytest.mark.parametrize("what", DONE)
def test_their_own_withdrawal_of_the_last_ground_ends_the_case_whatever_was_done(
    what: ActionName,
) -> None:
    desk = acted_on(what)
    step, outcome = desk.says(corrected(reasons=(GONE, THEIRS)), LATER)

    assert isinstance(step, Escalation)
    assert isinstance(outcome, Outcome)
    assert step.status is EscalationStatus.WITHDRAWN
    assert (outcome.status, outcome.withdrawn_by) == (
        OutcomeStatus.WITHDRAWN,
        WithdrawnBy.CUSTOMER,
    )
    assert [each.message for each in desk.notices] == ["customer-withdrawn", "manager-withdrawn"]


def test_their_withdrawal_of_one_ground_of_two_ends_nothing() -> None:
    desk = acted_on()
    desk.says(joined())
    (step,) = desk.says(corrected(reasons=(GONE, THEIRS)), LATER)

    assert isinstance(step, Escalation)
    assert step.status is EscalationStatus.JOINED
    assert "Das hat der Kunde zurückgenommen." in desk.notices[-1].text


@pytest.mark.parametrize(
    ("two", "said"),
    [
        (False, "Das trifft nicht mehr zu, und sonst nichts an dem Fall."),
        (True, "Das trifft nicht mehr zu; anderes an dem Fall schon."),
    ],
)
def test_a_fact_that_takes_a_ground_away_leaves_it_to_the_manager_and_says_how_much(
    two: bool, said: str
) -> None:
    desk = acted_on()
    if two:
        desk.says(joined())
        desk.notices.clear()
    (step,) = desk.says(corrected(reasons=(GONE,)), LATER)

    assert isinstance(step, Escalation)
    assert step.status is EscalationStatus.JOINED
    assert desk.state().is_open
    assert [each.message for each in desk.notices] == ["manager-corrected"]
    assert said in desk.notices[0].text
    assert said in (desk.notices[0].short_text or "")


def test_under_generation_1_what_was_acted_on_stays_open() -> None:
    desk = acted_on(generation=1)
    desk.says(corrected(reasons=(GONE, THEIRS)), LATER)

    assert desk.state().phase is Phase.OPEN


@pytest.mark.parametrize(
    ("theirs", "outcome", "refused"),
    [
        (True, OutcomeName.ABUSIVE, True),
        (True, OutcomeName.UNFOUNDED, False),
        (True, OutcomeName.UPHELD, False),
    ],
)
def test_a_case_that_they_took_back_can_be_reopened_but_not_be_abusive(
    theirs: bool, outcome: OutcomeName, refused: bool
) -> None:
    desk = acted_on()
    desk.says(corrected(reasons=(GONE, THEIRS) if theirs else (GONE,)), LATER)
    reopen = action(ActionName.REOPEN, action_id="again", occurred_at=LATER)
    desk.says(reopen, LATER)
    spoke = action(ActionName.CONTACTED, action_id="more")
    desk.says(spoke, LATER)
    resolve = action(ActionName.RESOLVE, action_id="r", outcome=outcome, reason="why")
    (step, *_) = desk.says(resolve, LATER)

    assert isinstance(step, Escalation)
    codes = [each.code for each in step.reasons]
    assert (codes == ["TAKEN_BACK"]) == refused
    assert desk.state().is_open == refused
