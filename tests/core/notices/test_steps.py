"""Who is told what of the desk's steps, how, and from when."""

from typing import Any

import pytest

from agents.core.notices.table import TABLE
from schemas.records import (
    ActionName,
    Addressee,
    AddresseeKind,
    Channel,
    EscalationStatus,
    Notice,
    OutcomeName,
    Reason,
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
    SPOKE,
    STAFF,
    Desk,
    action,
    appeal,
    at,
    corrected,
    disagreement,
    joined,
    manager,
    policy,
)

ROSE = Reason(
    code="ESTIMATE_OVER_AUTHORISED",
    facts={
        "base_minor": "10000",
        "amount_minor": "14500",
        "excess_minor": "4500",
        "currency": "EUR",
        "authorised_by": "e1",
    },
)


def told(desk: Desk) -> list[tuple[str, str, str]]:
    """Id, addressee and message of each notice since the last call."""
    found = [(each.notice_id, each.addressee.id, each.message) for each in desk.notices]
    desk.notices.clear()
    return found


def opened(desk: Desk, **fields: Any) -> list[Notice]:
    desk.says(disagreement(**({"language": "en", "reasons": (ROSE,)} | fields)))
    notices, desk.notices = desk.notices, []
    return notices


def test_both_sides_are_told_of_a_new_case() -> None:
    lena = manager("lena", name="Lena <b>Groß</b>", phone="+49 89 1", languages=("en", "de"))

    assert opened(Desk(lena), channels=(Channel.APP,), time_zone="America/New_York") == [
        Notice(
            notice_id="v1:1:0:customer",
            addressee=Addressee(kind=AddresseeKind.CUSTOMER, id="c1"),
            channels=(Channel.APP,),
            not_before=NOW,
            language="en",
            message="customer-opened",
            parameters={
                "amount_minor": "14500",
                "authorised": "yes",
                "base_minor": "10000",
                "currency": "EUR",
                "decide_by": "2026-03-03T09:00:00Z",
                "decide_passed": "no",
                "email": "lena@example.com",
                "excess_minor": "4500",
                "found": "no",
                "kind": "ESTIMATE",
                "manager": "Lena b Groß /b",
                "phone": "+49 89 1",
                "rule": "ESTIMATE_OVER_AUTHORISED",
                "severity": "NORMAL",
                "site": "Moosach",
                "site_time_zone": "Europe/Berlin",
                "tax": "with",
                "time_zone": "America/New_York",
            },
            title="A manager is looking after your visit",
            text="You agreed to €100.00. The estimate for your vehicle is now €145.00, which is "
            "€45.00 more. Lena b Groß /b will look into it and will get back to you by "
            "Tue, Mar 3 at 4:00\u202fAM (EST). You can call Lena b Groß /b on +49 89 1.",
            short_text="Moosach: Lena b Groß /b will look into your case about the price and "
            "will get back to you by Tue, Mar 3 at 4:00 AM. Call: +49 89 1",
            escalation_id="v1:1",
            region_id="r1",
            policy_version="default",
        ),
        Notice(
            notice_id="v1:1:0:manager",
            addressee=Addressee(kind=AddresseeKind.MANAGER, id="lena"),
            channels=(Channel.SMS, Channel.EMAIL, Channel.PHONE),
            not_before=NOW,
            language="en",
            message="manager-opened",
            parameters={
                "acknowledge_by": "2026-03-02T11:00:00Z",
                "acknowledge_passed": "no",
                "amount_minor": "14500",
                "base_minor": "10000",
                "currency": "EUR",
                "customer_language": "en",
                "decide_by": "2026-03-03T09:00:00Z",
                "decide_passed": "no",
                "escalation_id": "v1:1",
                "excess_minor": "4500",
                "kind": "ESTIMATE",
                "rule": "ESTIMATE_OVER_AUTHORISED",
                "severity": "NORMAL",
                "site": "Moosach",
                "site_time_zone": "Europe/Berlin",
                "time_zone": "Europe/Berlin",
                "to_email": "lena@example.com",
                "to_phone": "+49 89 1",
            },
            title="New case at Moosach",
            text="Case v1:1 at Moosach: the estimate rose from €100.00 to €145.00, €45.00 more. "
            "Please acknowledge it by Mon, Mar 2 at 12:00\u202fPM and decide by "
            "Tue, Mar 3 at 10:00\u202fAM. The customer would like to speak English.",
            short_text="New case v1:1, Moosach: the estimate rose from €100.00 to €145.00, "
            "€45.00 more. Acknowledge by Mon, Mar 2 at 12:00 PM, decide by "
            "Tue, Mar 3 at 10:00 AM.",
            escalation_id="v1:1",
            region_id="r1",
            policy_version="default",
        ),
    ]


def test_a_customer_who_nobody_can_be_found_for_is_told_the_truth() -> None:
    desk = Desk(manager("lena", email=None))

    (notice,) = opened(desk)
    assert notice.message == "customer-nobody"
    assert "have not reached anybody yet" in notice.text
    # Once: the choice is repeated each minute, and makes nothing until somebody is found.
    assert desk.ticks(NOW + MINUTE) == []
    assert told(desk) == []


def test_a_manager_found_later_is_news_for_both() -> None:
    desk = Desk(manager("lena", email=None))
    opened(desk)
    desk.managers = (LENA,)
    desk.ticks(NOW + MINUTE)

    assert told(desk) == [
        ("v1:1:1:customer", "c1", "customer-assigned"),
        ("v1:1:1:manager", "lena", "manager-assigned"),
    ]


def test_a_call_is_told_once_by_the_step_that_acknowledges_it() -> None:
    desk = Desk(LENA, RUTH)
    called = Reason(code="RECORDED_CALL", facts={"manager_id": "ruth"})
    rule = Reason(code="REQUESTED_BY_CUSTOMER", facts={"response": "CALLED"})
    wish = Wish(manager_id="ruth")
    desk.says(disagreement(wish=wish, reasons=(rule, called)))

    assert told(desk) == [
        ("v1:1:1:customer", "c1", "customer-call-taken"),
        ("v1:1:1:manager", "ruth", "manager-call-taken"),
    ]


def test_a_call_to_another_manager_than_has_the_case_is_told_to_all_three() -> None:
    desk = Desk(LENA, RUTH)
    opened(desk)
    called = Reason(code="RECORDED_CALL", facts={"manager_id": "ruth"})
    desk.says(joined(reasons=(called,), wish=Wish(manager_id="ruth")))

    assert told(desk) == [
        ("v1:1:2:customer", "c1", "customer-call-taken"),
        ("v1:1:2:manager", "ruth", "manager-call-taken"),
        ("v1:1:2:former", "lena", "manager-released"),
    ]


def test_what_joins_is_told_by_what_it_is() -> None:
    desk = Desk()
    opened(desk)
    desk.says(joined())
    assert [message for *_, message in told(desk)] == ["customer-joined", "manager-joined"]
    rose = Reason(code="SEVERITY_ROSE", facts={"before": "NORMAL", "after": "SAFETY"})
    desk.says(joined("v1:DIAGNOSIS_DISPUTED:2", severity=Severity.SAFETY, reasons=(rose,)))
    assert [message for *_, message in told(desk)] == [
        "customer-more-urgent",
        "manager-more-urgent",
    ]
    gone = (Reason(code="GROUND_GONE", facts={}),)
    desk.says(corrected("v1:DIAGNOSIS_DISPUTED:1", reasons=gone))
    assert [message for *_, message in told(desk)] == ["manager-corrected"]
    desk.says(corrected("v1:ESTIMATE_DISPUTED:1", reasons=gone))
    assert [message for *_, message in told(desk)] == ["customer-withdrawn", "manager-withdrawn"]


def test_an_appeal_that_joins_is_told_by_the_step_that_moves_it_up() -> None:
    desk = Desk()
    opened(desk)
    why = Reason(code="APPEAL", facts={"of": "v0:X:1"})
    desk.says(appeal(reasons=(why,)))

    assert told(desk) == [
        ("v1:1:2:customer", "c1", "customer-moved-up"),
        ("v1:1:2:manager", "ruth", "manager-assigned"),
        ("v1:1:2:former", "lena", "manager-passed-by"),
    ]


def test_what_managers_do_is_told_to_the_others() -> None:
    desk = Desk()
    opened(desk)
    desk.says(action(ActionName.ACKNOWLEDGE))
    assert told(desk) == [("v1:1:1:customer", "c1", "customer-acknowledged")]
    desk.says(action(ActionName.ACKNOWLEDGE, by="ruth", action_id="a2"))
    assert told(desk) == [("v1:1:2:acted", "ruth", "manager-refused")]
    desk.says(action(ActionName.RESOLVE, "ruth", "a3", outcome=OutcomeName.UNFOUNDED))
    assert told(desk) == [
        ("v1:1:3:customer", "c1", "customer-resolved"),
        ("v1:1:3:manager", "lena", "manager-resolved"),
    ]


def test_an_operator_who_is_refused_has_no_contact_to_be_told_by() -> None:
    desk = Desk()
    opened(desk)
    desk.says(action(ActionName.ACKNOWLEDGE, by="nobody-known"))

    assert told(desk) == []


def test_a_decision_says_until_when_it_can_be_appealed_but_not_one_for_the_customer() -> None:
    for outcome, said in ((OutcomeName.UNFOUNDED, True), (OutcomeName.UPHELD, False)):
        desk = Desk()
        opened(desk)
        desk.says(action(ActionName.RESOLVE, outcome=outcome))
        (notice,) = desk.notices
        assert (notice.parameters.get("appeal_until") == "2026-03-16T09:00:00Z") is said
        assert ("Mar 16 at 10:00" in notice.text) is said


def test_a_customer_waits_for_the_end_of_quiet_hours_a_manager_for_the_opening() -> None:
    late = at("2026-03-02 22:00")
    desk = Desk()
    desk.says(
        disagreement(quiet_from="21:00", quiet_until="07:00", time_zone="Europe/London"), late
    )

    assert [each.not_before for each in desk.notices] == [
        at("2026-03-03 07:00", "Europe/London"),
        at("2026-03-03 09:00"),
    ]


def test_safety_is_told_at_once() -> None:
    late = at("2026-03-02 22:00")
    desk = Desk()
    desk.says(disagreement(quiet_from="21:00", quiet_until="07:00", severity=Severity.SAFETY), late)

    assert [each.not_before for each in desk.notices] == [late, late]


def test_the_language_is_the_wished_one_else_the_visits_else_the_policys_else_english() -> None:
    spoken = [
        opened(Desk(), language=visit, wish=Wish(language=wish) if wish else None)[0].language
        for visit, wish in (("en-GB", None), ("xx", "en"), ("en-GB", "xx"), ("xx", None))
    ]

    assert spoken == ["en-GB", "en", "en-GB", "de"]


def test_a_channel_that_is_wished_goes_first_and_who_named_none_is_reached_by_the_policys() -> None:
    wish = Wish(channel=Channel.EMAIL)
    channels = (Channel.SMS, Channel.EMAIL, Channel.UNKNOWN)

    assert opened(Desk(), channels=channels, wish=wish)[0].channels == (
        Channel.EMAIL,
        Channel.SMS,
    )
    assert opened(Desk(), channels=())[0].channels == (Channel.SMS, Channel.EMAIL)


def test_every_status_says_in_the_table_who_is_told() -> None:
    assert set(TABLE) == set(EscalationStatus)
    for status, rows in TABLE.items():
        conditions = [row.when.__name__ for row in rows]
        assert conditions[-1] == "_always", status
        assert "_always" not in conditions[:-1], status


OPERATED = policy(operators=["op"])
INFORMED = (
    "Fall v1:1, Moosach: Der Kostenvoranschlag stieg von 100,00\u00a0€ auf 145,00\u00a0€, "
    "45,00\u00a0€ mehr. Wir haben dem Kunden bis Mo., 2. M\u00e4rz, 11:00 Uhr einen Anruf "
    "zugesagt. Der Fall bleibt bei Ihnen."
)


def told_in_words(desk: Desk) -> list[tuple[str, str, str]]:
    return [
        (each.addressee.id, each.message, each.text.partition(" Bitte ")[0])
        for each in desk.notices
    ]


def acts(by: str, what: ActionName = ActionName.PROMISE, **fields: Any) -> list[Any]:
    """What people are told of what somebody does to a case that LENA has."""
    desk = Desk(*STAFF, holds=OPERATED)
    opened(desk)
    if what is ActionName.WAIT:
        desk.says(SPOKE)
        desk.notices.clear()
    desk.says(action(what, by, until=NOW + HOUR, **fields))
    return told_in_words(desk)


def test_a_notice_names_who_acted_and_an_operator_is_we() -> None:
    assert acts("op") == [
        (
            "c1",
            "customer-promised",
            "We will call you by Mon, Mar 2 at 11:00\u202fAM about the price. LENA has your case.",
        ),
        (
            "lena",
            "manager-informed",
            INFORMED,
        ),
    ]


def test_who_took_it_over_is_named_and_who_had_it_is_told() -> None:
    assert [(each[0], each[1]) for each in acts("ruth")] == [
        ("lena", "manager-released"),
        ("c1", "customer-promised"),
    ]
    assert acts("ruth")[1][2].startswith("RUTH will call you by")


def test_of_a_conversation_that_took_it_over_the_customer_is_told_who_has_it() -> None:
    assert [(each[0], each[1]) for each in acts("ruth", ActionName.CONTACTED)] == [
        ("c1", "customer-assigned"),
        ("lena", "manager-released"),
        ("c1", "customer-contacted"),
    ]


@pytest.mark.parametrize(
    "what", [ActionName.ACKNOWLEDGE, ActionName.CONTACTED, ActionName.WAIT, ActionName.SNOOZE]
)
def test_what_another_does_is_told_to_who_has_the_case(what: ActionName) -> None:
    assert ("lena", "manager-informed") in [(each[0], each[1]) for each in acts("op", what)]
    assert "manager-informed" not in [each[1] for each in acts("lena", what)]


@pytest.mark.parametrize(
    ("after", "passed", "said"),
    [
        (-1, "no", "meldet sich bis"),
        (0, "yes", "h\u00e4tte bis"),
        (1, "yes", "h\u00e4tte bis"),
    ],
)
def test_a_deadline_that_has_passed_is_told_as_passed(after: int, passed: str, said: str) -> None:
    desk = Desk(EVA, holds=policy(clocks={"NORMAL": {"decide_minutes": 60}}))
    opened(desk, language="de")
    due = desk.state().clocks.decide_by
    if after >= 0:
        desk.ticks(due)
    desk.notices.clear()
    desk.says(joined(language="de"), due + after)
    (notice,) = [each for each in desk.notices if each.message == "customer-joined"]
    assert notice.parameters["decide_passed"] == passed
    assert said in notice.text


def test_it_counts_when_the_notice_may_be_sent() -> None:
    desk = Desk(*STAFF, holds=policy(clocks={"NORMAL": {"decide_minutes": 60}}))
    quiet = {"quiet_from": "09:00", "quiet_until": "16:00"}
    (notice, _) = opened(desk, rule=Rule.WARRANTY_REVERSED, **quiet)
    assert notice.not_before > desk.state().clocks.decide_by
    assert "It should have been decided by Mon, Mar 2 at 11:00" in notice.text
