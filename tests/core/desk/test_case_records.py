"""recourse.cases: where each case stands. That it is the newest step's is checked in every test of
the desk (`cases_topic.py`)."""

import pytest
from msgspec.structs import replace

from agents.core.desk import case_records
from agents.core.desk.partition import Partition
from agents.core.handling import DeadLetterCause, Tombstone
from schemas.records import (
    ActionName,
    Answer,
    Case,
    CaseGround,
    CasePhase,
    CasePrice,
    Erased,
    EscalationStatus,
    Kind,
    OutcomeName,
    Reason,
    Remedy,
    RemedyKind,
    Response,
    Rule,
    Severity,
    Subject,
    Tier,
    Wish,
)
from tests.core.desk.world import (
    DAY,
    HOUR,
    LENA,
    MINUTE,
    NOW,
    SPOKE,
    Desk,
    action,
    at,
    contact,
    corrected,
    disagreement,
    joined,
    policy,
)

PRICES = {
    "base_minor": "200000/3",
    "amount_minor": "90000",
    "excess_minor": "70000/3",
    "currency": "EUR",
    "amount": "subtotal before tax",
}
ROSE = disagreement(
    "v1:ESTIMATE_OVER_AUTHORISED:1",
    rule=Rule.ESTIMATE_OVER_AUTHORISED,
    subject_id="est-1",
    reasons=(Reason(code="ESTIMATE_OVER_AUTHORISED", facts=PRICES),),
)
OPENED = Case(
    escalation_id="v1:1",
    step=0,
    status=EscalationStatus.OPENED,
    phase=CasePhase.OPEN,
    occurred_at=NOW,
    opened_at=NOW,
    customer_id="c1",
    visit_id="v1",
    vehicle_id="car",
    site_id="s1",
    region_id="r1",
    language="de",
    severity=Severity.NORMAL,
    tier=Tier.LOCAL,
    grounds=(
        CaseGround(
            rule=Rule.ESTIMATE_OVER_AUTHORISED,
            kind=Kind.ESTIMATE,
            subject_id="est-1",
            price=CasePrice(
                amount=90_000, base=66_667, excess=23_333, currency="EUR", before_tax=True
            ),
        ),
    ),
    manager=contact(LENA),
    acknowledge_by=at("2026-03-02 12:00"),
    decide_by=at("2026-03-03 10:00"),
    policy_version="default",
    generation=2,
)
GONE = Tombstone(key="v1:1")
RESOLVE = action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UPHELD)
FORGET = Erased(escalation_ids=("v1:1",), region_id="r1", occurred_at=NOW)
FIRST = policy(generation=1)


def last(desk: Desk) -> Case:
    record = desk.cases.written[-1]
    assert isinstance(record, Case)
    return record


def opened(number: int) -> Desk:
    """A desk of before: cases that it opened under a policy of generation 1."""
    desk = Desk(holds=FIRST)
    for visit in range(number):
        one = disagreement(f"v{visit}:R:1", visit_id=f"v{visit}", escalation_id=f"v{visit}:1")
        desk.says(one)
    assert desk.cases.written == []
    return desk


def test_a_case_that_opens_is_shown_with_amounts_as_numbers() -> None:
    desk = Desk()

    desk.says(ROSE)

    assert desk.cases.written == [OPENED]


def test_each_step_replaces_the_record_of_the_one_before() -> None:
    desk = Desk()
    desk.says(ROSE)
    later, until = NOW + MINUTE, NOW + HOUR

    desk.says(action(ActionName.PROMISE, action_id="p", until=until, occurred_at=later), later)

    promised = replace(
        OPENED,
        step=1,
        status=EscalationStatus.PROMISED,
        occurred_at=later,
        acknowledged_at=later,
        promised_until=until,
    )
    assert desk.cases.written == [OPENED, promised]


def test_of_several_steps_at_once_the_newest_alone_is_written() -> None:
    desk = Desk()
    called = (Reason(code="RECORDED_CALL", facts={}),)
    wish = replace(ROSE, reasons=(*ROSE.reasons, *called))
    steps = desk.says(replace(wish, wish=Wish(manager_id="lena")))

    assert [step.status for step in steps] == ["OPENED", "ACKNOWLEDGED"]
    assert [(each.step, each.status) for each in desk.cases.records.values()] == [
        (1, EscalationStatus.ACKNOWLEDGED)
    ]
    assert len(desk.cases.written) == 1


def test_what_waits_for_its_customer_says_until_when() -> None:
    desk = Desk()
    desk.says(ROSE)
    desk.says(SPOKE)

    desk.says(action(ActionName.WAIT, action_id="w", until=NOW + HOUR))
    assert (last(desk).phase, last(desk).waits_until) == (CasePhase.OPEN, NOW + HOUR)

    desk.ticks(NOW + HOUR)
    assert (last(desk).status, last(desk).waits_until) == (EscalationStatus.WARNED, None)


def test_a_decision_is_shown_with_what_it_gives() -> None:
    desk = Desk()
    desk.says(ROSE)
    loaner = Remedy(kind=RemedyKind.LOANER)

    desk.says(replace(RESOLVE, remedy=loaner, message="Sorry."), NOW + MINUTE)

    assert last(desk) == replace(
        OPENED,
        step=1,
        status=EscalationStatus.RESOLVED,
        phase=CasePhase.RESOLVED,
        occurred_at=NOW + MINUTE,
        ended_at=NOW + MINUTE,
        acknowledged_at=last(desk).acknowledged_at,
        outcome=OutcomeName.UPHELD,
        remedy=loaner,
    )


def test_what_was_found_abusive_is_unfounded_until_another_person_confirms_it() -> None:
    desk = Desk()
    desk.says(replace(ROSE, asked=True))
    desk.says(SPOKE)
    abusive = replace(RESOLVE, outcome=OutcomeName.ABUSIVE, reason="third time")

    desk.says(abusive)
    assert last(desk).outcome is OutcomeName.UNFOUNDED

    desk.says(action(ActionName.CONFIRM, by="ruth", action_id="c"))
    assert last(desk).outcome is OutcomeName.ABUSIVE


def test_a_ground_that_grows_shows_its_newest_amounts_and_one_that_goes_goes() -> None:
    desk = Desk()
    desk.says(ROSE)
    more = PRICES | {"amount_minor": "120000", "excess_minor": "160000/3"}
    reasons = (Reason(code="ESTIMATE_OVER_AUTHORISED", facts=more),)
    desk.says(replace(ROSE, disagreement_id="v1:E:2", decision="JOINED", reasons=reasons))
    desk.says(joined())

    assert [(each.rule, each.price and each.price.amount) for each in last(desk).grounds] == [
        (Rule.ESTIMATE_OVER_AUTHORISED, 120_000),
        (Rule.DIAGNOSIS_DISPUTED, None),
    ]

    desk.says(corrected("v1:E:2"))
    assert [each.rule for each in last(desk).grounds] == [Rule.DIAGNOSIS_DISPUTED]


@pytest.mark.parametrize(
    ("waited", "gone"), [(30 * DAY - 1, False), (30 * DAY, True), (30 * DAY + 1, True)]
)
def test_thirty_days_after_its_last_step_it_goes_once(waited: int, gone: bool) -> None:
    desk = Desk()
    desk.says(ROSE)
    desk.says(RESOLVE, NOW + MINUTE)
    before = list(desk.cases.written)

    desk.ticks(NOW + MINUTE + waited)
    desk.ticks(NOW + MINUTE + waited)

    assert desk.cases.written[len(before) :] == ([GONE] if gone else [])
    assert (desk.cases.records == {}) is gone


@pytest.mark.parametrize("ended", [False, True])
def test_an_erasure_takes_it_away_at_once_and_nothing_brings_it_back(ended: bool) -> None:
    desk = Desk()
    desk.says(ROSE)
    if ended:
        desk.says(RESOLVE)
    before = len(desk.cases.written)

    desk.says(FORGET)
    desk.hears(action(ActionName.ACKNOWLEDGE, action_id="late"))

    assert desk.cases.written[before:] == [GONE]
    assert desk.state().vehicle_id is None


def test_what_was_merged_into_a_forgotten_case_does_not_open_that_again() -> None:
    desk = Desk()
    desk.says(ROSE)
    desk.says(disagreement("v1:DIAGNOSIS_DISPUTED:1", escalation_id="v1:2"))
    assert desk.state("v1:2").merged_into == "v1:1"
    desk.says(FORGET)
    before = desk.state()

    handled = desk.hears(joined("v1:X:1", escalation_id="v1:2", subject_id="x"))

    assert handled.rejected is not None
    assert handled.rejected.reason is DeadLetterCause.ERASED
    assert desk.state() == before
    assert desk.cases.written[-1] == GONE


def test_a_case_that_an_erasure_came_before_is_never_shown() -> None:
    desk = Desk()

    desk.hears(FORGET)
    desk.ticks(NOW + 31 * DAY)

    assert desk.cases.written == []


def test_before_generation_2_nothing_is_shown_or_kept_for_it() -> None:
    desk = Desk(holds=FIRST)

    desk.says(ROSE)
    desk.says(RESOLVE)
    kept = desk.state()
    desk.ticks(NOW + 31 * DAY)

    assert desk.cases.written == []
    assert (kept.vehicle_id, kept.shown, kept.grounds[0].told) == (None, False, None)


def test_what_was_open_before_is_shown_by_and_by_in_the_order_of_ids_and_what_ended_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(case_records, "SHOWN_AT_ONCE", 2)
    desk = opened(6)
    desk.says(replace(RESOLVE, escalation_id="v2:1"))
    assert desk.next_due(NOW) == NOW + HOUR
    desk.fields["holds"] = policy()

    assert desk.next_due(NOW) == NOW + MINUTE
    desk.ticks(NOW + MINUTE)
    assert [each.escalation_id for each in desk.cases.records.values()] == ["v0:1", "v1:1"]

    # A restart in the middle: all that is known is what is kept.
    desk.partition = Partition(desk.partition.records)
    desk.ticks(NOW + 2 * MINUTE)
    desk.ticks(NOW + 3 * MINUTE)
    desk.ticks(NOW + 4 * MINUTE)

    keys = [each.escalation_id for each in desk.cases.written if isinstance(each, Case)]
    assert keys == ["v0:1", "v1:1", "v3:1", "v4:1", "v5:1"]
    assert desk.next_due(NOW + 4 * MINUTE) == NOW + HOUR
    assert last(desk) == Case(
        escalation_id="v5:1",
        step=0,
        phase=CasePhase.OPEN,
        occurred_at=NOW,
        opened_at=NOW,
        customer_id="c1",
        visit_id="v5",
        site_id="s1",
        region_id="r1",
        language="de",
        severity=Severity.NORMAL,
        tier=Tier.LOCAL,
        grounds=(CaseGround(rule=Rule.ESTIMATE_DISPUTED, kind=Kind.ESTIMATE),),
        manager=contact(LENA),
        acknowledge_by=OPENED.acknowledge_by,
        decide_by=OPENED.decide_by,
        policy_version="default",
        generation=2,
    )


def test_a_step_shows_a_case_of_before_and_then_nothing_more_is_owed() -> None:
    desk = opened(1)
    desk.fields["holds"] = policy()

    desk.says(action(ActionName.ACKNOWLEDGE, escalation_id="v0:1"))
    desk.ticks(NOW + MINUTE)

    assert [(each.step, each.status) for each in desk.cases.records.values()] == [
        (1, EscalationStatus.ACKNOWLEDGED)
    ]
    assert len(desk.cases.written) == 1


def test_a_case_that_is_shown_stays_true_and_goes_under_an_older_policy_too() -> None:
    desk = Desk()
    desk.says(ROSE)
    desk.fields["holds"] = FIRST

    desk.says(RESOLVE)
    assert last(desk).phase is CasePhase.RESOLVED
    desk.ticks(NOW + 30 * DAY)

    assert desk.cases.written[-1] == GONE


def test_what_ends_under_an_older_version_goes_all_the_same() -> None:
    """It may stand there, though what that version kept does not say so."""
    desk = Desk()
    desk.says(ROSE)
    desk.says(RESOLVE)
    desk.partition.apply({"v1:1": replace(desk.state(), shown=False)})
    desk.cases.records.clear()

    desk.ticks(NOW + 30 * DAY)

    assert desk.cases.written[-1] == GONE


def test_what_the_customer_says_in_their_own_words_is_never_shown() -> None:
    desk = Desk()
    desk.says(replace(ROSE, words="shame on you"))
    said = Answer(
        event_id="e2",
        occurred_at=NOW,
        escalation_id="v1:1",
        visit_id="v1",
        region_id="r1",
        response=Response.ASKED,
        subject=Subject.NONE,
        words="where is my car",
    )
    desk.says(said)
    desk.says(action(ActionName.ACKNOWLEDGE))

    assert "shame" not in repr(desk.cases.written)
    assert "where is" not in repr(desk.cases.written)
