"""ABUSIVE: what it needs, what it counts as, and who confirms it until when."""

from typing import Any

import pytest

from agents.core.desk.state import Guards
from agents.core.reasons import RECORDED_CALL
from schemas.records import (
    ActionName,
    Channel,
    Erased,
    Escalation,
    EscalationStatus,
    Notice,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Reason,
    Remedy,
    RemedyKind,
    Rule,
    Severity,
    SiteContact,
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
    SITE,
    SPOKE,
    Desk,
    action,
    appeal,
    contact,
    disagreement,
    escalation,
    joined,
    manager,
    outcome,
    policy,
)

LATER = NOW + MINUTE
WEEK = 7 * DAY
S = EscalationStatus
WHY = "has asked three times for the same"
ELSEWHERE = manager("olga", Tier.REGIONAL, region_ids=("r2",))
ABUSIVE = action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.ABUSIVE, reason=WHY)


def spoken(**fields: Any) -> Desk:
    desk = Desk(LENA, RUTH, EVA, ELSEWHERE, holds=policy(operators=["op", "op2"]))
    desk.says(disagreement(**fields))
    desk.says(SPOKE)
    desk.notices.clear()
    return desk


def found(by: str = "lena") -> Desk:
    desk = spoken()
    desk.says(replaced(by=by), LATER)
    desk.notices.clear()
    return desk


def replaced(**fields: Any) -> Any:
    given: dict[str, Any] = {"outcome": OutcomeName.ABUSIVE, "reason": WHY, "action_id": "r"}
    return action(ActionName.RESOLVE, **(given | fields))


def confirm(by: str = "ruth", at: int = LATER, action_id: str = "c") -> Any:
    return action(ActionName.CONFIRM, by, action_id, occurred_at=at)


def codes(said: list[Any]) -> list[str]:
    refusals = [each for each in said if each.status is S.REFUSED]
    return [reason.code for step in refusals for reason in step.reasons]


def told(desk: Desk) -> dict[str, Notice]:
    return {each.message: each for each in desk.notices}


def test_abuse_that_one_person_found_is_said_to_managers_and_counts_as_unfounded() -> None:
    desk = spoken()

    assert desk.says(ABUSIVE, LATER) == [
        escalation(
            step=2,
            status=S.RESOLVED,
            occurred_at=LATER,
            by="lena",
            outcome=OutcomeName.ABUSIVE,
            reasons=(Reason(code="SAID", facts={"reason": WHY}),),
        ),
        outcome(
            status=OutcomeStatus.RESOLVED,
            occurred_at=LATER,
            outcome=OutcomeName.UNFOUNDED,
            tier=Tier.LOCAL,
        ),
    ]
    asked, notice = desk.notices
    assert (asked.message, asked.addressee.id) == ("manager-to-confirm", "ruth")
    assert (notice.message, notice.parameters["outcome"]) == ("customer-resolved", "UNFOUNDED")
    assert WHY not in str(notice)
    assert desk.state().guards == Guards(
        contacted_at=NOW,
        found_by="lena",
        found_tier=Tier.LOCAL,
        confirmed=False,
        confirm_warned_at=LATER + 5 * DAY,
    )


def test_the_cases_manager_hears_what_another_found_and_the_site_does_not() -> None:
    at_site = SITE.__class__(
        **{each: getattr(SITE, each) for each in SITE.__struct_fields__}
        | {"contacts": (SiteContact(channel=Channel.EMAIL, address="desk@example.com"),)}
    )
    desk = Desk(LENA, RUTH, EVA, sites=(at_site,))
    desk.says(disagreement())
    desk.says(SPOKE)
    desk.notices.clear()

    desk.says(replaced(by="ruth", remedy=Remedy(kind=RemedyKind.NONE)), LATER)

    assert {name: each.parameters.get("outcome") for name, each in told(desk).items()} == {
        "customer-resolved": "UNFOUNDED",
        "manager-resolved": "ABUSIVE",
        "manager-to-confirm": None,
        "site-resolved": "UNFOUNDED",
    }


@pytest.mark.parametrize("reason", [None, "", " \t"])
def test_abuse_needs_a_reason(reason: str | None) -> None:
    desk = spoken()

    (step,) = desk.says(replaced(reason=reason), LATER)

    assert isinstance(step, Escalation)
    facts = {"action": "RESOLVE", "by": "lena"}
    assert (step.status, step.reasons) == (S.REFUSED, (Reason(code="NO_REASON", facts=facts),))
    assert desk.state().is_open


def test_abuse_needs_that_somebody_spoke_with_the_customer() -> None:
    desk = Desk()
    desk.says(disagreement())

    assert codes(desk.says(ABUSIVE, LATER)) == ["NOT_CONTACTED"]
    desk.says(action(ActionName.CONTACTED, "ruth", "spoke"), LATER)  # anybody
    assert codes(desk.says(replaced(by="ruth", action_id="r2"), LATER)) == []
    assert desk.state().outcome is OutcomeName.ABUSIVE


def test_a_call_that_a_manager_took_is_a_contact() -> None:
    desk = Desk()
    call: dict[str, Any] = {"rule": Rule.REQUESTED_BY_CUSTOMER, "wish": Wish(manager_id="lena")}
    desk.says(disagreement(reasons=(Reason(code=RECORDED_CALL, facts={}),), **call))

    assert codes(desk.says(ABUSIVE, LATER)) == []


def test_who_was_spoken_with_before_a_reopening_was_not_since() -> None:
    desk = spoken()
    desk.says(replaced(outcome=OutcomeName.UPHELD))
    desk.says(action(ActionName.REOPEN, action_id="o"))

    assert codes(desk.says(replaced(action_id="r2"), LATER)) == ["NOT_CONTACTED"]


@pytest.mark.parametrize(
    ("severity", "code"),
    [(Severity.SAFETY, ["ABUSIVE_ON_SAFETY"]), (Severity.HIGH, []), (Severity.LOW, [])],
)
def test_what_may_concern_safety_is_never_abuse(severity: Severity, code: list[str]) -> None:
    desk = spoken(severity=severity)

    assert codes(desk.says(ABUSIVE, LATER)) == code


def test_what_became_a_matter_of_safety_is_no_abuse_any_more() -> None:
    desk = spoken()
    desk.says(joined(severity=Severity.SAFETY))

    assert codes(desk.says(ABUSIVE, LATER)) == ["ABUSIVE_ON_SAFETY"]
    assert codes(desk.says(replaced(action_id="r2", outcome=OutcomeName.UNFOUNDED), LATER)) == []


def test_once_another_person_confirms_it_counts_and_both_are_told() -> None:
    desk = found()

    assert desk.says(confirm(at=LATER + HOUR), LATER + HOUR) == [
        escalation(
            step=3,
            status=S.CONFIRMED,
            occurred_at=LATER + HOUR,
            by="ruth",
            outcome=OutcomeName.ABUSIVE,
            reasons=(),
        ),
        outcome(
            status=OutcomeStatus.RESOLVED,
            occurred_at=LATER + HOUR,
            outcome=OutcomeName.ABUSIVE,
            tier=Tier.LOCAL,
        ),
    ]
    assert list(told(desk)) == ["customer-confirmed", "manager-confirmed"]
    customer, lena = desk.notices
    assert (customer.addressee.id, lena.addressee.id) == ("c1", "lena")
    # 210 days: the window of 30, and two times 90 until a quarter is left; 14 days to appeal.
    assert customer.parameters["until"] == "2026-09-28T09:00:00Z"
    assert customer.parameters["appeal_until"] == "2026-03-16T10:01:00Z"
    assert customer.parameters["who"] == "RUTH"
    assert WHY not in str(customer)
    state = desk.state()
    assert (state.guards, state.is_open) == (
        Guards(contacted_at=NOW, found_by="lena", found_tier=Tier.LOCAL, confirmed=True),
        False,
    )


@pytest.mark.parametrize(
    ("found_by", "confirms", "code"),
    [
        ("lena", "ruth", None),
        ("lena", "eva", None),
        ("lena", "op", None),
        ("lena", "lena", "BY_THE_SAME"),
        ("lena", "olga", "NOT_ENTITLED"),
        ("lena", "nobody", "NOT_ENTITLED"),
        ("ruth", "eva", None),
        ("ruth", "op", None),
        ("ruth", "ruth", "BY_THE_SAME"),
        ("ruth", "lena", "NOT_ENTITLED"),
        ("eva", "op", None),
        ("eva", "eva", "BY_THE_SAME"),
        ("eva", "ruth", "NOT_ENTITLED"),
        ("op", "ruth", None),
        ("op", "eva", None),
        ("op", "op2", None),
        ("op", "op", "BY_THE_SAME"),
        ("op", "lena", "NOT_ENTITLED"),
    ],
)
def test_who_confirms_is_above_who_found_it_or_an_operator(
    found_by: str, confirms: str, code: str | None
) -> None:
    desk = found(found_by)

    said = desk.says(confirm(confirms), LATER)

    assert codes(said) == ([] if code is None else [code])
    assert [each for each in said if isinstance(each, Outcome)] == (
        [] if code else [outcome(
            status=OutcomeStatus.RESOLVED, occurred_at=LATER, outcome=OutcomeName.ABUSIVE,
            tier=Tier.LOCAL,
        )]
    )  # fmt: skip


def test_who_left_since_they_found_it_counts_as_of_the_cases_tier() -> None:
    desk = spoken()
    desk.says(action(ActionName.REASSIGN, action_id="g", to_manager_id="ruth"))
    desk.managers = (LENA, EVA)
    desk.says(replaced(by="ruth"), LATER)

    assert codes(desk.says(confirm("eva"), LATER)) == []


@pytest.mark.parametrize(
    ("waited", "code"),
    [(WEEK - 1, None), (WEEK, "RESOLVED_TOO_LONG_AGO"), (WEEK + 1, "RESOLVED_TOO_LONG_AGO")],
)
def test_it_is_confirmed_within_seven_days(waited: int, code: str | None) -> None:
    desk = found()
    at = LATER + waited

    said = desk.says(confirm(at=at), at)

    assert codes(said) == ([] if code is None else [code])
    if code is not None:
        assert said[0].reasons[0].facts == {
            "action": "CONFIRM",
            "by": "ruth",
            "within_days": "7",
            "ended_at": "2026-03-02T09:01:00Z",
        }


def test_a_confirmation_in_time_that_arrives_late_counts() -> None:
    desk = found()

    assert codes(desk.says(confirm(at=LATER + WEEK - 1), LATER + WEEK + DAY)) == []


def test_it_is_confirmed_once() -> None:
    desk = found()
    desk.says(confirm(), LATER)

    assert codes(desk.says(confirm("eva", action_id="c2"), LATER)) == ["CONFIRMED_BEFORE"]


@pytest.mark.parametrize("again", [False, True])
def test_what_was_opened_again_is_not_abuse_any_more(again: bool) -> None:
    desk = found()
    desk.says(action(ActionName.REOPEN, action_id="o"), LATER)
    if again:
        desk.says(replaced(action_id="r2", outcome=OutcomeName.UNFOUNDED), LATER)

    assert codes(desk.says(confirm(), LATER)) == ["NOT_ABUSIVE"]


def test_what_the_customer_appealed_is_not_confirmed() -> None:
    desk = found()
    desk.says(appeal(), LATER)

    assert desk.state().is_open
    assert codes(desk.says(confirm("eva"), LATER)) == ["NOT_ABUSIVE"]


@pytest.mark.parametrize("name", [OutcomeName.UPHELD, OutcomeName.UNFOUNDED])
def test_nothing_but_abuse_is_confirmed(name: OutcomeName) -> None:
    desk = spoken()
    desk.says(replaced(outcome=name), LATER)

    assert codes(desk.says(confirm(), LATER)) == ["NOT_ABUSIVE"]


def test_of_a_customer_who_is_forgotten_nothing_is_confirmed() -> None:
    desk = found()
    desk.says(Erased(region_id="r1", occurred_at=LATER, escalation_ids=("v1:1",)), LATER)

    assert codes(desk.says(confirm(), LATER)) == ["CUSTOMER_FORGOTTEN"]
    assert [each.message for each in desk.notices] == ["manager-refused"]


def test_what_was_confirmed_and_opened_again_is_counted_anew() -> None:
    desk = found()
    desk.says(confirm(), LATER)
    desk.says(action(ActionName.REOPEN, by="ruth", action_id="o"), LATER)
    desk.says(action(ActionName.CONTACTED, action_id="spoke2"), LATER)

    (_, counted) = desk.says(replaced(action_id="r2"), LATER)

    assert isinstance(counted, Outcome)
    assert counted.outcome is OutcomeName.UNFOUNDED
    assert codes(desk.says(confirm("eva", action_id="c2"), LATER)) == []


def test_a_case_of_generation_1_is_found_abusive_and_confirmed_by_nobody_as_before() -> None:
    desk = Desk(holds=policy(generation=1))
    desk.says(disagreement())
    desk.fields = {"holds": policy()}

    (_, counted) = desk.says(replaced(reason=None), LATER)

    assert isinstance(counted, Outcome)
    assert counted.outcome is OutcomeName.ABUSIVE
    assert desk.notices[-1].parameters["outcome"] == "ABUSIVE"
    (step,) = desk.says(confirm(), LATER)
    assert step.reasons == (
        Reason(code="NOT_YET", facts={"action": "CONFIRM", "by": "ruth", "lacking": "CONFIRM"}),
    )


def test_a_confirmation_keeps_its_manager() -> None:
    desk = found()
    (step, _) = desk.says(confirm(), LATER)

    assert isinstance(step, Escalation)
    assert step.manager == contact(LENA)
