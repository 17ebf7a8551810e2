"""Answers of customers, deliveries of notices, erasures: what comes back from outside."""

from typing import Any

import pytest
from msgspec.structs import replace

from agents.core.desk.inbound import FORGOTTEN, parse_notice_id
from agents.core.desk.state import EscalationState, Phase
from agents.core.handling import Counted, DeadLetterCause, DeadLettered, Handled, Skipped
from agents.core.notices.compose import MANAGER, notice_id
from agents.core.notices.notice import CUSTOMER
from schemas.records import (
    ActionName,
    Answer,
    Decision,
    Delivery,
    Erased,
    EscalationStatus,
    OutcomeName,
    OutcomeStatus,
    Response,
    Rule,
    Subject,
    WithdrawnBy,
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
    disagreement,
    manager,
)

S = EscalationStatus
RESOLVE = action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UPHELD)


def opened(*managers: Any, **fields: Any) -> Desk:
    desk = Desk(*managers)
    desk.says(disagreement(**fields))
    return desk


def answer(event_id: str = "e9", **fields: Any) -> Answer:
    whole: dict[str, Any] = {
        "occurred_at": NOW,
        "escalation_id": "v1:1",
        "visit_id": "v1",
        "region_id": "r1",
        "response": Response.AUTHORISED,
        "subject": Subject.ESTIMATE,
    }
    return Answer(event_id=event_id, **(whole | fields))


def delivery(step: int = 0, whom: str = MANAGER, **fields: Any) -> Delivery:
    whole: dict[str, Any] = {
        "notice_id": notice_id("v1:1", step, whom),
        "escalation_id": "v1:1",
        "region_id": "r1",
        "occurred_at": NOW,
        "delivered": False,
        "reason": "all channels failed",
    }
    return Delivery(**(whole | fields))


def test_an_answer_of_a_later_version_is_passed_over_and_ends_no_wait() -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(action(ActionName.WAIT, action_id="w", until=NOW + HOUR))
    before = desk.state()

    handled = desk.hears(answer(response=Response("SHRUGGED")))

    assert handled == Handled(passed_over=Skipped.OF_LATER_VERSION)
    assert desk.state() == before


def codes(step: Any) -> list[str]:
    return [each.code for each in step.reasons]


# Answers


OWN_WORDS = (Response.UNKNOWN, Response.CHECKED_IN)


def test_the_site_that_is_known_at_last_ends_no_wait() -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(action(ActionName.WAIT))

    assert desk.says(answer(response=Response.CHECKED_IN, site_id="s1"), NOW + HOUR) == []


FULL = manager("lena", max_open=0)
AT_A_NEW_SITE: dict[str, Any] = {"region_id": "unknown:popup", "site_id": "popup"}
NOW_KNOWN = answer(response=Response.CHECKED_IN, site_id="s1", region_id="unknown:popup")


def test_what_makes_its_site_known_gives_a_case_that_nobody_has_to_somebody_at_once() -> None:
    desk = Desk(LENA)
    desk.says(disagreement(**AT_A_NEW_SITE))
    assert desk.state().manager_id is None

    (step,) = desk.says(NOW_KNOWN, NOW + MINUTE)

    assert (step.status, step.site_id, step.manager.manager_id) == (S.REASSIGNED, "s1", "lena")


def test_where_the_site_has_nobody_either_it_is_no_step() -> None:
    desk = Desk(FULL)
    desk.says(disagreement(**AT_A_NEW_SITE))

    assert desk.says(NOW_KNOWN, NOW + MINUTE) == []
    assert desk.state().site_id == "s1"


def test_another_answer_gives_a_case_that_nobody_has_to_nobody() -> None:
    desk = Desk(FULL)
    desk.says(disagreement())
    desk.managers = (LENA,)

    assert desk.says(answer(response=Response.ASKED, subject=Subject.NONE)) == []
    assert desk.state().manager_id is None


@pytest.mark.parametrize("response", [each for each in Response if each not in OWN_WORDS])
def test_any_word_of_the_customer_ends_a_wait(response: Response) -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(action(ActionName.WAIT))

    (step,) = desk.says(answer(response=response), NOW + HOUR)

    assert (step.status, codes(step), step.by) == (S.WARNED, ["CUSTOMER_ANSWERED"], None)
    assert step.reasons[0].facts == {"response": str(response), "event_id": "e9"}
    assert step.decide_by == at("2026-03-03 11:00")  # one hour later than without the wait
    assert desk.state().wait is None


def test_an_answer_to_what_does_not_wait_changes_nothing_and_counts_once() -> None:
    desk = opened()

    assert desk.says(answer()) == []
    assert desk.hears(answer()) == Handled(passed_over=Skipped.DUPLICATE)
    desk.says(SPOKE)
    desk.says(action(ActionName.WAIT))
    assert desk.hears(answer()) == Handled(passed_over=Skipped.DUPLICATE)
    assert desk.state().wait is not None


def test_an_answer_on_a_closed_case_changes_nothing() -> None:
    desk = opened()
    desk.says(RESOLVE)

    assert desk.says(answer(response=Response.RATED, rating=5)) == []


def test_an_answer_to_what_is_not_known_is_passed_over() -> None:
    unknown = answer(escalation_id="v9:1")
    assert opened().hears(unknown) == Handled(passed_over=Skipped.NOT_KNOWN)


@pytest.mark.parametrize("record", [answer(region_id="r2"), delivery(region_id="r2")])
def test_what_is_of_another_region_is_invalid(record: Any) -> None:
    handled = opened().hears(record)

    assert handled.rejected is not None
    assert "region_id is r2" in handled.rejected.detail


@pytest.mark.parametrize(("ahead", "invalid"), [(5 * MINUTE, False), (5 * MINUTE + 1, True)])
def test_an_answer_from_the_future_is_invalid(ahead: int, invalid: bool) -> None:
    assert (opened().hears(answer(occurred_at=NOW + ahead)).rejected is not None) is invalid


# Deliveries


def test_a_notice_that_did_not_reach_its_manager_gives_the_case_to_the_next() -> None:
    desk = opened(LENA, manager("lars"), RUTH)
    assert desk.state().manager_id == "lars"

    (step,) = desk.says(delivery(), NOW + MINUTE)

    assert (step.status, step.manager.manager_id) == (S.REASSIGNED, "lena")
    assert codes(step) == ["MANAGER_NOT_REACHED"]
    assert step.reasons[0].facts == {
        "manager_id": "lars", "notice_id": "v1:1:0:manager", "reason": "all channels failed",
    }  # fmt: skip
    assert [each.manager_id for each in step.passed_over] == ["lars"]
    assert step.acknowledge_by == NOW + MINUTE + 2 * HOUR
    (step,) = desk.says(delivery(1), NOW + 2 * MINUTE)
    assert step.manager.manager_id == "ruth"  # whoever had it is not asked again


def test_a_notice_of_before_the_case_was_given_away_concerns_nobody() -> None:
    desk = opened()
    desk.says(action(ActionName.REASSIGN, to_manager_id="ruth"))

    assert desk.says(delivery(0)) == []
    assert [codes(each) for each in desk.says(delivery(1))] == [["MANAGER_NOT_REACHED"]]


def test_who_has_acknowledged_can_be_reached() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))

    assert desk.says(delivery()) == []


def test_with_nobody_else_it_stays_and_is_said_once() -> None:
    desk = opened(LENA)

    (step,) = desk.says(delivery(), NOW + MINUTE)

    assert (step.status, step.manager.manager_id) == (S.WARNED, "lena")
    assert codes(step) == ["MANAGER_NOT_REACHED", "NOBODY_ELSE"]
    assert desk.says(delivery(1), NOW + 2 * MINUTE) == []  # of that very warning


def test_a_customer_who_can_not_be_reached_is_said_once_until_they_can() -> None:
    desk = opened()

    (step,) = desk.says(delivery(0, CUSTOMER))
    assert (step.status, codes(step)) == (S.WARNED, ["CUSTOMER_NOT_REACHED"])
    assert desk.says(delivery(1, CUSTOMER)) == []
    assert desk.says(delivery(2, CUSTOMER, delivered=True)) == []
    assert [codes(each) for each in desk.says(delivery(3, CUSTOMER))] == [["CUSTOMER_NOT_REACHED"]]


def test_what_reaches_one_says_nothing_of_the_other_who_can_not_be_reached() -> None:
    desk = opened(LENA)
    desk.says(delivery(0, CUSTOMER))
    desk.says(delivery(0, MANAGER))
    assert desk.state().not_reached == (CUSTOMER, "lena")

    assert desk.says(delivery(1, MANAGER, delivered=True)) == []
    assert desk.state().not_reached == (CUSTOMER, "lena")
    assert desk.says(delivery(1, CUSTOMER, delivered=True)) == []
    assert desk.state().not_reached == ("lena",)


@pytest.mark.parametrize("whom", [CUSTOMER, MANAGER])
def test_a_notice_that_was_delivered_changes_nothing(whom: str) -> None:
    desk = opened()

    assert desk.hears(delivery(0, whom, delivered=True, reason=None)) == Handled()


def test_deliveries_on_a_closed_case_change_nothing() -> None:
    desk = opened()
    desk.says(RESOLVE)

    assert desk.says(delivery()) == desk.says(delivery(0, CUSTOMER)) == []


def test_a_failed_delivery_that_concerns_no_case_is_counted() -> None:
    lost = delivery(escalation_id=None)
    assert opened().hears(lost) == Handled(noted=(Counted.UNDELIVERED,))
    assert opened().hears(replace(lost, delivered=True)) == Handled()


@pytest.mark.parametrize("fields", [{"escalation_id": "v9:1"}, {"notice_id": "something-else"}])
def test_a_delivery_of_what_is_not_known_is_passed_over(fields: dict[str, Any]) -> None:
    assert opened().hears(delivery(**fields)) == Handled(passed_over=Skipped.NOT_KNOWN)


def test_the_id_of_a_notice_says_which_step_and_whom() -> None:
    found = parse_notice_id(notice_id("v1:12", 3, MANAGER), "v1:12")

    assert found is not None
    assert (found.step, found.whom) == (3, "manager")
    assert parse_notice_id("v1:1:3:manager", "v1:2") is None


# Erasures


def erased(*ids: str, region_id: str = "r1") -> Erased:
    return Erased(region_id=region_id, occurred_at=NOW, escalation_ids=ids or ("v1:1",))


def test_an_erasure_withdraws_what_is_open_and_drops_the_id() -> None:
    desk = opened(quiet_from="22:00", quiet_until="07:00")
    desk.says(action(ActionName.PROMISE, until=NOW + HOUR))

    step, outcome = desk.says(erased(), NOW + MINUTE)

    assert (step.status, codes(step)) == (S.WITHDRAWN, ["ERASED"])
    assert (outcome.status, outcome.withdrawn_by) == (OutcomeStatus.WITHDRAWN, WithdrawnBy.ERASURE)
    state = desk.state()
    assert (state.phase, state.customer_id, state.erased) == (Phase.WITHDRAWN, FORGOTTEN, True)
    assert (state.addressing.quiet_from, state.disagreement_ids) == (None, ())
    assert "c1" not in str(state)
    assert desk.ticks(NOW + DAY) == []
    assert desk.hears(erased()) == Handled(passed_over=Skipped.DUPLICATE)


def test_of_a_closed_case_it_only_drops_the_id() -> None:
    desk = opened()
    desk.says(RESOLVE)

    assert desk.says(erased()) == []
    assert (desk.state().customer_id, desk.state().phase) == (FORGOTTEN, Phase.RESOLVED)


def test_an_erasure_of_another_region_is_passed_over() -> None:
    desk = opened()

    assert desk.hears(erased("v1:1", region_id="r2")) == Handled(passed_over=Skipped.NOT_KNOWN)
    assert desk.state().is_open


DEAD = Handled[EscalationState](
    rejected=DeadLettered(
        reason=DeadLetterCause.ERASED, detail="the customer asked to be forgotten since"
    )
)


@pytest.mark.parametrize("decision", [Decision.RAISED, Decision.JOINED])
def test_an_erasure_that_overtakes_what_opens_a_case_keeps_it_closed(decision: Decision) -> None:
    """Nobody is called for a customer who asked to be forgotten, and nothing keeps their id."""
    desk = Desk(*STAFF)

    assert desk.says(erased()) == []
    assert desk.hears(erased()) == Handled(passed_over=Skipped.DUPLICATE)
    assert desk.hears(disagreement(decision=decision), NOW + HOUR) == DEAD
    assert desk.hears(action(ActionName.REOPEN, "eva")).rejected is not None, "it does not exist"
    assert (desk.state().phase, desk.state().customer_id) == (Phase.FORGOTTEN, FORGOTTEN)
    assert desk.notices == []


@pytest.mark.parametrize("decision", [Decision.RAISED, Decision.JOINED])
def test_an_erasure_that_overtakes_what_joins_a_case_keeps_it_closed(decision: Decision) -> None:
    desk = opened()
    desk.says(erased())
    late = disagreement("v1:DIAGNOSIS_DISPUTED:1", decision=decision, rule=Rule.DIAGNOSIS_DISPUTED)

    assert desk.hears(late, NOW + HOUR) == DEAD
    assert (desk.state().phase, desk.state().customer_id) == (Phase.WITHDRAWN, FORGOTTEN)


def test_that_a_case_must_not_be_opened_is_kept_as_long_as_a_closed_one() -> None:
    desk = Desk(*STAFF)
    desk.says(erased())

    assert desk.next_due(NOW) == NOW + 30 * DAY
    assert (desk.ticks(NOW + 30 * DAY - 1), len(desk.partition.records)) == ([], 1)
    assert (desk.ticks(NOW + 30 * DAY), len(desk.partition.records)) == ([], 0)


def test_several_go_together_those_that_are_known() -> None:
    desk = opened()
    desk.says(disagreement("v2:R:1", visit_id="v2", escalation_id="v2:1"))

    steps = desk.says(erased("v1:1", "v9:1", "v2:1", "v1:1"))

    assert [(each.escalation_id, each.status) for each in steps if hasattr(each, "step")] == [
        ("v1:1", S.WITHDRAWN), ("v2:1", S.WITHDRAWN),
    ]  # fmt: skip


def test_who_comes_back_to_the_visit_has_a_case_of_their_own() -> None:
    desk = opened()
    desk.says(erased())

    (step,) = desk.says(
        disagreement("v1:ESTIMATE_DISPUTED:2", escalation_id="v1:2"), NOW + HOUR
    )  # the visit's counters go on

    assert (step.escalation_id, step.status, step.customer_id) == ("v1:2", S.OPENED, "c1")


# Appeals of outcomes


APPEAL = appeal(decision=Decision.RAISED, subject_id="v1:1")


def test_an_appeal_of_an_outcome_goes_one_tier_up_to_somebody_who_was_not_in_it() -> None:
    desk = opened()
    desk.says(RESOLVE)

    step, outcome = desk.says(APPEAL, NOW + HOUR)

    assert (step.status, step.tier, step.manager.manager_id) == (S.REOPENED, "REGIONAL", "ruth")
    assert (step.acknowledge_by, outcome.status) == (NOW + 3 * HOUR, OutcomeStatus.REOPENED)
    (refused,) = desk.says(action(ActionName.ACKNOWLEDGE, action_id="a"), NOW + HOUR)
    assert codes(refused) == ["NOT_ENTITLED"]


def test_where_nobody_else_can_be_reached_it_waits_for_one() -> None:
    desk = opened(LENA, replace(RUTH, max_open=0))
    desk.says(RESOLVE)

    step, _ = desk.says(APPEAL)

    assert (step.tier, step.manager, codes(step)[-1]) == ("REGIONAL", None, "NOBODY_REACHABLE")
    assert desk.ticks(NOW + MINUTE) == []  # not lena: she was in it
    desk.managers = (LENA, RUTH)
    assert [each.manager.manager_id for each in desk.ticks(NOW + 2 * MINUTE)] == ["ruth"]


def test_an_executives_outcome_goes_to_another_or_to_the_same_with_the_reason() -> None:
    emil = manager("emil", EVA.tier, max_open=0)
    desk = opened(emil, EVA)
    desk.says(replace(RESOLVE, by="eva"))

    step, _ = desk.says(APPEAL)
    assert (step.manager.manager_id, codes(step)[-1]) == ("eva", "NOBODY_ELSE")

    desk = opened(emil, EVA)
    desk.says(replace(RESOLVE, by="eva"))
    desk.managers = (replace(emil, max_open=None), EVA)
    step, _ = desk.says(APPEAL)
    assert (step.manager.manager_id, "NOBODY_ELSE" in codes(step)) == ("emil", False)
