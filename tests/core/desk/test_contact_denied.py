"""A CONTACTED that the customer hears of, and says was none."""

from typing import Any

import pytest

from schemas.records import (
    ActionName,
    EscalationStatus,
    OutcomeName,
    Reason,
    Response,
    TopicName,
)
from tests.core.desk.test_guards import of_before, opened, told
from tests.core.desk.test_inbound import answer
from tests.core.desk.world import HOUR, MINUTE, NOW, SPOKE, Desk, action, disagreement, policy

S = EscalationStatus
LATER = NOW + MINUTE
ABUSIVE = action(
    ActionName.RESOLVE, action_id="r", outcome=OutcomeName.ABUSIVE, reason="again and again"
)


def denies(**fields: Any) -> Any:
    given: dict[str, Any] = {
        "response": Response.ASKED,
        "topic": TopicName.CONDUCT,
        "occurred_at": NOW,
    }
    return answer(**(given | fields))


def spoken() -> Desk:
    desk = opened()
    desk.notices.clear()
    desk.says(SPOKE)
    return desk


def test_the_customer_is_told_that_somebody_says_they_spoke_and_how_to_say_otherwise() -> None:
    desk = spoken()

    (notice,) = desk.notices
    assert (notice.message, notice.addressee.id) == ("customer-contacted", "c1")
    assert notice.title == "LENA hat ein Gespräch mit Ihnen notiert"
    assert "Falls niemand mit Ihnen gesprochen hat" in notice.text


def test_an_operator_who_spoke_is_we_and_the_manager_hears_of_it_too() -> None:
    desk = opened()
    desk.notices.clear()
    desk.says(action(ActionName.CONTACTED, "op"))

    assert [each.message for each in desk.notices] == ["customer-contacted", "manager-informed"]
    assert desk.notices[0].title == "Wir haben ein Gespräch mit Ihnen notiert"


def test_who_takes_a_case_over_by_speaking_is_told_as_who_has_it_and_as_who_spoke() -> None:
    desk = opened()
    desk.notices.clear()
    desk.says(action(ActionName.CONTACTED, "ruth"))

    assert [each.message for each in desk.notices] == [
        "customer-assigned",
        "manager-released",
        "customer-contacted",
    ]


def test_of_a_case_of_before_the_customer_is_not_told_as_nothing_would_come_of_it() -> None:
    desk = of_before()
    desk.notices.clear()
    desk.says(SPOKE)

    assert desk.notices == []
    assert desk.says(denies()) == []


def test_a_customer_with_whom_nobody_spoke_says_so_and_the_manager_hears_it() -> None:
    desk = spoken()
    desk.notices.clear()

    (step,) = desk.says(denies(), LATER)

    assert (step.status, step.by, step.occurred_at) == (S.WARNED, None, LATER)
    assert step.reasons == (Reason(code="CONTACT_DENIED", facts={"event_id": "e9"}),)
    (notice,) = desk.notices
    assert (notice.message, notice.addressee.id) == ("manager-contact-denied", "lena")


def test_after_that_it_counts_for_neither_waiting_nor_abuse_until_somebody_spoke_again() -> None:
    desk = spoken()
    desk.says(denies(), LATER)

    assert told(desk.says(action(ActionName.WAIT, action_id="w"), LATER)) == [
        ("REFUSED", ("NOT_CONTACTED",))
    ]
    assert told(desk.says(ABUSIVE, LATER)) == [("REFUSED", ("NOT_CONTACTED",))]

    desk.says(action(ActionName.CONTACTED, action_id="spoke2"), LATER)
    (step,) = desk.says(action(ActionName.WAIT, action_id="w2"), LATER)
    assert step.status is S.WAITING


@pytest.mark.parametrize(("after_ms", "denied"), [(-1, False), (0, True), (1, True)])
def test_only_what_was_said_since_they_spoke_takes_it_back(after_ms: int, denied: bool) -> None:
    desk = spoken()

    said = desk.says(denies(occurred_at=NOW + after_ms), LATER)

    assert told(said) == [("WARNED", ("CONTACT_DENIED",))] * denied


@pytest.mark.parametrize(
    "fields",
    [
        {"topic": None},
        {"topic": TopicName.OTHER},
        {"response": Response.REQUESTED},
        {"response": Response.DISPUTED},
    ],
)
def test_another_word_of_the_customer_takes_no_contact_back(fields: dict[str, Any]) -> None:
    desk = spoken()

    assert desk.says(denies(**fields), LATER) == []
    (step,) = desk.says(action(ActionName.WAIT, action_id="w"), LATER)
    assert step.status is S.WAITING


def test_it_is_said_once_and_where_nobody_spoke_there_is_nothing_to_say() -> None:
    desk = opened()
    assert desk.says(denies(event_id="e8")) == []
    desk.says(SPOKE)
    assert told(desk.says(denies())) == [("WARNED", ("CONTACT_DENIED",))]
    assert desk.says(denies(event_id="e10")) == []


def test_it_ends_a_wait_in_the_same_step() -> None:
    desk = spoken()
    desk.says(action(ActionName.WAIT, action_id="w"))

    said = desk.says(denies(), NOW + HOUR)

    assert told(said) == [("WARNED", ("CUSTOMER_ANSWERED", "CONTACT_DENIED"))]
    assert desk.notices[-1].message == "manager-contact-denied"
    assert desk.state().wait is None


def test_a_call_that_a_manager_took_stays_a_contact() -> None:
    desk = Desk(holds=policy(operators=["op"]))
    desk.says(disagreement())
    state = desk.state()
    assert state.guards is not None
    desk.partition.records["v1:1"] = state.__class__(
        **{each: getattr(state, each) for each in state.__struct_fields__}
        | {"guards": state.guards.__class__(called=True, contacted_at=NOW)}
    )
    desk.says(denies(), LATER)

    (step, _) = desk.says(ABUSIVE, LATER)
    assert step.status is S.RESOLVED


def test_abuse_of_whom_nobody_spoke_with_is_not_confirmed() -> None:
    desk = spoken()
    desk.says(ABUSIVE, LATER)

    assert desk.says(denies(occurred_at=LATER), LATER) == []  # no step: it is closed
    said = desk.says(action(ActionName.CONFIRM, "ruth", "c", occurred_at=LATER), LATER)
    assert told(said) == [("REFUSED", ("NOT_CONTACTED",))]
