from typing import Any

import pytest
from msgspec.structs import replace

from agents.core.desk.state import Phase
from agents.core.handling import DeadLetterCause, Handled, Skipped
from agents.core.reasons import RECORDED_CALL, WITHDRAWN_BY_CUSTOMER
from schemas.records import (
    ActionName,
    EscalationStatus,
    Kind,
    OutcomeName,
    OutcomeStatus,
    PassedOverManager,
    Reason,
    Rule,
    Severity,
    Tier,
    Why,
    Wish,
    WithdrawnBy,
)
from tests.core.desk.world import (
    DAY,
    EVA,
    GONE,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    Desk,
    action,
    appeal,
    at,
    contact,
    corrected,
    disagreement,
    escalation,
    joined,
    manager,
    outcome,
)

LATER = NOW + 30 * MINUTE
FIRST = "v1:ESTIMATE_DISPUTED:1"
SECOND = "v1:DIAGNOSIS_DISPUTED:1"
BOTH = {"kinds": (Kind.DIAGNOSIS, Kind.ESTIMATE), "disagreement_ids": (FIRST, SECOND)}
RESOLVE = action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UNFOUNDED)
CALL = (Reason(code=RECORDED_CALL, facts={}),)


def opened(*managers: Any, **fields: Any) -> Desk:
    desk = Desk(*managers)
    desk.says(disagreement(**fields))
    return desk


def of_second(**fields: Any) -> Any:
    """A RAISED of the same visit that asks for a second escalation."""
    return joined(decision=disagreement().decision, escalation_id="v1:2", **fields)


# JOINED


def test_a_joined_disagreement_is_a_ground_more() -> None:
    desk = opened()

    assert desk.says(joined(), LATER) == [
        escalation(step=1, status=EscalationStatus.JOINED, occurred_at=LATER, **BOTH)
    ]
    assert desk.hears(joined(), LATER) == Handled(passed_over=Skipped.DUPLICATE)


def test_the_wish_and_tier_of_a_joined_one_change_nothing() -> None:
    desk = opened()

    (step,) = desk.says(joined(wish=Wish(tier=Tier.EXECUTIVE, manager_id="eva")), LATER)

    assert (step.tier, step.manager) == (Tier.LOCAL, contact(LENA))


@pytest.mark.parametrize(
    ("severity", "acknowledge_by", "decide_by", "halves"),
    [
        (
            Severity.NORMAL,
            at("2026-03-02 12:00"),
            at("2026-03-03 10:00"),
            ("14:00", "11:00", "14:00"),
        ),
        (
            Severity.HIGH,
            at("2026-03-02 11:30"),
            at("2026-03-02 14:30"),
            ("11:30", "11:00", "12:30"),
        ),
        (
            Severity.SAFETY,
            at("2026-03-02 10:45"),
            at("2026-03-02 14:30"),
            ("10:45", "10:37:30", "12:30"),
        ),
    ],
)
def test_a_rise_of_severity_sets_the_clocks_anew(
    severity: Severity, acknowledge_by: int, decide_by: int, halves: tuple[str, str, str]
) -> None:
    desk = opened()

    assert desk.says(joined(severity=severity), LATER) == [
        escalation(
            step=1,
            status=EscalationStatus.JOINED,
            occurred_at=LATER,
            severity=severity,
            acknowledge_by=acknowledge_by,
            decide_by=decide_by,
            **BOTH,
        )
    ]
    clocks = desk.state().clocks
    warned = (clocks.tiers[0].at, clocks.warn_acknowledge[0].at, clocks.warn_decide[0].at)
    assert warned == tuple(at(f"2026-03-02 {each}") for each in halves)


def test_a_rise_of_severity_never_makes_a_deadline_later() -> None:
    desk = opened(severity=Severity.HIGH)
    late = at("2026-03-02 13:30")

    (step,) = desk.says(joined(severity=Severity.SAFETY), late)

    assert (step.acknowledge_by, step.decide_by) == (at("2026-03-02 11:00"), at("2026-03-02 14:00"))
    clocks = desk.state().clocks
    assert [mark.at for mark in clocks.warn_decide] == [
        at("2026-03-02 12:00"),
        at("2026-03-02 13:00"),
    ]
    assert [(mark.at, mark.tier) for mark in clocks.tiers] == [
        (at("2026-03-02 11:00"), Tier.REGIONAL),  # of the first severity: it is earlier
        (at("2026-03-02 14:30"), Tier.EXECUTIVE),  # an hour from the rise, not 8 hours from NOW
    ]


@pytest.mark.parametrize("severity", [Severity.SAFETY, Severity.HIGH, Severity.NORMAL])
def test_severity_never_falls_and_an_equal_one_sets_no_clock(severity: Severity) -> None:
    desk = opened(severity=Severity.SAFETY)
    before = desk.state().clocks

    (step,) = desk.says(joined(severity=severity), NOW + MINUTE)

    assert step.severity is Severity.SAFETY
    assert desk.state().clocks == before


def test_a_graver_record_of_the_same_finding_is_the_same_ground() -> None:
    desk = opened()
    graver = joined(
        "v1:ESTIMATE_DISPUTED:2",
        kind=Kind.ESTIMATE,
        rule=Rule.ESTIMATE_DISPUTED,
        severity=Severity.HIGH,
    )

    (step,) = desk.says(graver, LATER)
    assert (step.kinds, step.disagreement_ids) == (
        (Kind.ESTIMATE,),
        (FIRST, "v1:ESTIMATE_DISPUTED:2"),
    )

    assert [step.status for step in desk.says(corrected(), LATER)] == [
        EscalationStatus.WITHDRAWN,
        OutcomeStatus.WITHDRAWN,
    ]


@pytest.mark.parametrize("differs", [{"subject_id": "e2"}, {"rule": Rule.ESTIMATE_OVER_AUTHORISED}])
def test_another_subject_or_rule_is_another_ground(differs: dict[str, Any]) -> None:
    desk = opened()
    same = {"kind": Kind.ESTIMATE, "rule": Rule.ESTIMATE_DISPUTED}
    desk.says(joined("v1:other:1", **(same | differs)))

    (step,) = desk.says(corrected())

    assert (step.status, step.disagreement_ids) == (EscalationStatus.JOINED, ("v1:other:1",))


def test_a_joined_one_that_names_nothing_kept_opens_what_it_names() -> None:
    desk = Desk()

    assert desk.says(joined(), LATER) == [
        escalation(
            occurred_at=LATER,
            kinds=(Kind.DIAGNOSIS,),
            disagreement_ids=(SECOND,),
            acknowledge_by=at("2026-03-02 12:30"),
            decide_by=at("2026-03-03 10:30"),
        )
    ]


def test_a_joined_one_that_names_nothing_kept_joins_the_open_one() -> None:
    desk = opened()

    assert desk.says(joined(escalation_id="v1:7"), LATER) == [
        escalation(step=1, status=EscalationStatus.JOINED, occurred_at=LATER, **BOTH)
    ]


def test_a_raised_one_that_names_the_open_one_joins_it() -> None:
    desk = opened()

    (step,) = desk.says(joined(decision=disagreement().decision), LATER)

    assert (step.escalation_id, step.status) == ("v1:1", EscalationStatus.JOINED)


def test_the_disagreements_of_a_case_stand_in_the_order_in_which_they_came() -> None:
    desk = opened()
    desk.says(joined())
    graver = disagreement(
        "v1:ESTIMATE_DISPUTED:2", decision=joined().decision, severity=Severity.HIGH
    )

    (step,) = desk.says(graver, LATER)
    assert step.disagreement_ids == (FIRST, SECOND, "v1:ESTIMATE_DISPUTED:2")
    (step,) = desk.says(corrected(SECOND), LATER)
    assert step.disagreement_ids == (FIRST, "v1:ESTIMATE_DISPUTED:2")


# Calls that join


def test_a_call_that_joins_is_acknowledged_by_who_took_it_and_is_theirs() -> None:
    desk = opened()
    call = joined(wish=Wish(manager_id="ruth"), reasons=CALL)

    assert desk.says(call, LATER) == [
        escalation(step=1, status=EscalationStatus.JOINED, occurred_at=LATER, reasons=CALL, **BOTH),
        escalation(
            step=2,
            status=EscalationStatus.ACKNOWLEDGED,
            occurred_at=LATER,
            by="ruth",
            manager=contact(RUTH),
            tier=Tier.REGIONAL,
            reasons=(),
            **BOTH,
        ),
    ]
    assert [each.manager_id for each in desk.state().assignments] == ["lena", "ruth"]
    assert desk.partition.open_cases("r1", "lena") == 0
    assert desk.partition.open_cases("r1", "ruth") == 1


def test_a_call_taken_by_the_manager_on_the_case_counts_once() -> None:
    desk = opened()

    desk.says(joined(wish=Wish(manager_id="lena"), reasons=CALL), LATER)

    assert [each.manager_id for each in desk.state().assignments] == ["lena"]
    assert desk.state().acknowledged_by == "lena"


def test_a_call_that_joins_an_acknowledged_one_only_joins() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))

    (step,) = desk.says(joined(wish=Wish(manager_id="ruth"), reasons=CALL), LATER)

    assert (step.status, step.manager) == (EscalationStatus.JOINED, contact(LENA))
    assert desk.state().acknowledged_by == "lena"


# Reopening


def test_a_joined_one_whose_escalation_is_closed_reopens_it_with_clocks_from_then() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))
    desk.says(RESOLVE)

    assert desk.says(joined(), LATER) == [
        escalation(
            step=3,
            status=EscalationStatus.REOPENED,
            occurred_at=LATER,
            acknowledge_by=at("2026-03-02 12:30"),
            decide_by=at("2026-03-03 10:30"),
            **BOTH,
        ),
        outcome(status=OutcomeStatus.REOPENED, occurred_at=LATER),
    ]
    assert desk.state().acknowledged_by is None
    assert desk.state().acknowledged_at is None
    assert [each.manager_id for each in desk.state().assignments] == ["lena"]


@pytest.mark.parametrize("first", [Severity.SAFETY, Severity.HIGH, Severity.NORMAL])
@pytest.mark.parametrize("second", [Severity.SAFETY, Severity.HIGH, Severity.NORMAL])
def test_what_is_reopened_has_the_graver_of_both_severities(
    first: Severity, second: Severity
) -> None:
    desk = opened(severity=first)
    desk.says(RESOLVE)

    step, _ = desk.says(joined(severity=second), LATER)

    order = [Severity.SAFETY, Severity.HIGH, Severity.NORMAL]
    assert step.severity is min(first, second, key=order.index)


def test_a_withdrawn_one_is_reopened_with_the_new_ground_alone() -> None:
    desk = opened()
    desk.says(corrected())

    step, result = desk.says(joined(), LATER)

    assert (step.status, step.disagreement_ids) == (EscalationStatus.REOPENED, (SECOND,))
    assert result == outcome(status=OutcomeStatus.REOPENED, occurred_at=LATER)


def test_the_manager_it_had_gets_it_again_if_reachable() -> None:
    desk = opened(manager("anna"), manager("bert"), wish=Wish(manager_id="bert"))
    desk.says(action(ActionName.RESOLVE, by="bert", outcome=OutcomeName.UPHELD))

    step, _ = desk.says(joined(), LATER)

    assert (step.manager.manager_id, step.passed_over) == ("bert", ())


def test_else_one_is_chosen_anew_from_the_tier_that_it_had() -> None:
    desk = opened(LENA, RUTH, EVA, wish=Wish(tier=Tier.REGIONAL))
    desk.says(action(ActionName.RESOLVE, by="ruth", outcome=OutcomeName.UPHELD))
    desk.managers = (LENA, manager("ruth", Tier.REGIONAL, max_open=0), EVA)

    step, _ = desk.says(joined(), LATER)

    assert (step.manager, step.tier) == (contact(EVA), Tier.EXECUTIVE)
    assert step.passed_over == (PassedOverManager(manager_id="ruth", why=Why.AT_LIMIT),)
    assert [each.manager_id for each in desk.state().assignments] == ["ruth", "eva"]


def test_what_is_reopened_without_anybody_waits_for_a_manager() -> None:
    desk = opened()
    desk.says(RESOLVE)
    desk.managers = (manager("lena", max_open=0),)

    step, _ = desk.says(joined(), LATER)
    assert (step.manager, step.reasons[-1].code) == (None, "NOBODY_REACHABLE")

    desk.managers = (LENA,)
    assert [step.manager for step in desk.ticks(LATER + MINUTE)] == [contact(LENA)]


def test_a_call_about_a_closed_one_reopens_it_for_who_took_it() -> None:
    desk = opened()
    desk.says(RESOLVE)

    steps = desk.says(joined(wish=Wish(manager_id="ruth"), reasons=CALL), LATER)

    assert [step.status for step in steps] == [
        EscalationStatus.REOPENED,
        OutcomeStatus.REOPENED,
        EscalationStatus.ACKNOWLEDGED,
    ]
    assert (steps[2].by, steps[2].manager) == ("ruth", contact(RUTH))


def test_a_joined_one_whose_escalation_is_closed_joins_another_that_is_open() -> None:
    desk = opened()
    desk.says(RESOLVE)
    desk.says(disagreement("v1:ESTIMATE_DISPUTED:2", escalation_id="v1:2"))

    (step,) = desk.says(joined(), LATER)

    assert (step.escalation_id, step.status) == ("v1:2", EscalationStatus.JOINED)
    assert step.disagreement_ids == ("v1:ESTIMATE_DISPUTED:2", SECOND)
    assert not desk.state("v1:1").is_open


def test_an_appeal_that_joined_marks_the_resolution() -> None:
    desk = opened()
    desk.says(RESOLVE)
    step, result = desk.says(joined(rule=Rule.APPEALED_BY_CUSTOMER), LATER)

    assert step.status is EscalationStatus.REOPENED
    assert result.on_appeal
    desk.says(joined("v1:DIAGNOSIS_DISPUTED:2", subject_id="x"))
    again = action(ActionName.RESOLVE, by="ruth", action_id="r2", outcome=OutcomeName.UNFOUNDED)
    assert desk.says(again)[1].on_appeal


# Appeals that join an open one


def test_an_appeal_that_joins_moves_the_case_up_with_a_new_time_to_acknowledge() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))
    both = {
        "kinds": (Kind.ESTIMATE, Kind.REQUEST),
        "disagreement_ids": (FIRST, "v1:APPEALED_BY_CUSTOMER:1"),
    }

    assert desk.says(appeal(), LATER) == [
        escalation(step=2, status=EscalationStatus.JOINED, occurred_at=LATER, **both),
        escalation(
            step=3,
            status=EscalationStatus.MOVED_UP,
            occurred_at=LATER,
            tier=Tier.REGIONAL,
            manager=contact(RUTH),
            acknowledge_by=at("2026-03-02 12:30"),
            reasons=(),
            **both,
        ),
    ]
    assert desk.state().acknowledged_by is None
    assert desk.state().on_appeal


def test_at_executive_an_appeal_goes_to_another_executive() -> None:
    erik = manager("erik", Tier.EXECUTIVE)
    desk = opened(EVA, erik, wish=Wish(manager_id="erik"))

    _, step = desk.says(appeal(), LATER)

    assert (step.status, step.manager, step.tier) == (
        EscalationStatus.MOVED_UP,
        contact(EVA),
        Tier.EXECUTIVE,
    )
    assert step.passed_over == (PassedOverManager(manager_id="erik", why=Why.ALREADY_TRIED),)


@pytest.mark.parametrize("tier", [Tier.LOCAL, Tier.EXECUTIVE])
def test_where_nobody_else_can_be_reached_an_appeal_stays_with_the_reason(tier: Tier) -> None:
    desk = opened(LENA if tier is Tier.LOCAL else EVA, wish=Wish(tier=tier))
    before = desk.state()

    _, step = desk.says(appeal(), LATER)

    assert (step.status, step.manager.manager_id, step.tier, step.acknowledge_by) == (
        EscalationStatus.MOVED_UP,
        before.manager_id,
        tier,
        before.clocks.acknowledge_by,
    )
    assert [each.code for each in step.reasons] == ["NOBODY_ELSE"]


def test_an_appeal_of_a_case_that_nobody_has_waits_one_tier_up() -> None:
    desk = opened(manager("lena", max_open=0))

    _, step = desk.says(appeal(), LATER)
    assert (step.manager, step.tier) == (None, Tier.REGIONAL)

    desk.managers = (LENA, RUTH)
    assert [step.manager for step in desk.ticks(LATER + MINUTE)] == [contact(RUTH)]


def test_who_acknowledged_it_was_in_the_case_too() -> None:
    desk = opened(LENA, RUTH, EVA, wish=Wish(tier=Tier.REGIONAL))
    desk.says(action(ActionName.ACKNOWLEDGE, by="lena"))

    assert desk.says(appeal(), LATER)[1].manager == contact(EVA)
    assert desk.state().excluded == ("lena", "ruth")


def test_who_was_passed_by_takes_no_reopened_case_over() -> None:
    desk = opened()
    desk.says(appeal(), LATER)
    desk.says(action(ActionName.RESOLVE, by="ruth", outcome=OutcomeName.UPHELD), LATER)
    desk.says(joined(), LATER)

    (step,) = desk.says(action(ActionName.ACKNOWLEDGE, action_id="a2"), LATER)
    assert (step.status, step.by) == (EscalationStatus.ACKNOWLEDGED, "lena")
    assert step.manager == contact(RUTH)
    (step,) = desk.says(replace(RESOLVE, action_id="a3"), LATER)
    assert (step.status, step.by) == (EscalationStatus.REFUSED, "lena")


@pytest.mark.parametrize(
    ("acknowledged_by", "may"), [(None, True), ("lena", True), ("ruth", False), ("eva", False)]
)
def test_who_was_passed_by_may_act_until_another_has_acknowledged(
    acknowledged_by: str | None, may: bool
) -> None:
    desk = opened()
    desk.says(appeal(), LATER)
    if acknowledged_by:
        desk.says(action(ActionName.ACKNOWLEDGE, by=acknowledged_by), LATER)

    step = desk.says(RESOLVE, LATER)[0]

    assert (step.status is EscalationStatus.RESOLVED) is may


# Merging


def test_a_raised_one_while_another_is_open_merges_into_it() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))
    steps = desk.says(of_second(severity=Severity.HIGH), LATER)

    rise = {
        "severity": Severity.HIGH,
        "occurred_at": LATER,
        "acknowledge_by": at("2026-03-02 11:30"),
        "decide_by": at("2026-03-02 14:30"),
    }
    assert steps == [
        escalation(
            escalation_id="v1:2",
            status=EscalationStatus.MERGED,
            merged_into="v1:1",
            manager=None,
            kinds=(Kind.DIAGNOSIS,),
            disagreement_ids=(SECOND,),
            **rise,
        ),
        outcome(
            escalation_id="v1:2",
            status=OutcomeStatus.MERGED,
            merged_into="v1:1",
            occurred_at=LATER,
        ),
        escalation(step=2, status=EscalationStatus.JOINED, **rise, **BOTH),
    ]
    assert desk.state("v1:2").phase is Phase.MERGED
    assert desk.hears(of_second()) == Handled(passed_over=Skipped.DUPLICATE)


def test_a_merged_one_counts_for_nobody() -> None:
    desk = opened()
    desk.says(of_second(), LATER)

    assert desk.partition.open_cases("r1", "lena") == 1
    assert desk.partition.open_of("v1") == desk.state("v1:1")


def test_a_correction_of_what_was_merged_is_of_the_one_it_went_into() -> None:
    desk = opened()
    desk.says(of_second(), LATER)

    (step,) = desk.says(corrected(SECOND, escalation_id="v1:2"), LATER)

    assert (step.escalation_id, step.disagreement_ids) == ("v1:1", (FIRST,))
    assert [step.status for step in desk.says(corrected(), LATER)] == [
        EscalationStatus.WITHDRAWN,
        OutcomeStatus.WITHDRAWN,
    ]


def test_what_joins_a_merged_one_is_of_the_one_it_went_into() -> None:
    desk = opened()
    desk.says(of_second(), LATER)
    desk.says(RESOLVE)

    step, result = desk.says(joined("v1:X:1", escalation_id="v1:2", subject_id="x"), LATER)

    assert (step.escalation_id, step.status) == ("v1:1", EscalationStatus.REOPENED)
    assert result.escalation_id == "v1:1"


def test_a_merged_one_whose_target_is_no_longer_kept_is_reopened_itself() -> None:
    desk = opened()
    desk.says(of_second(), LATER)
    desk.partition.apply({"v1:1": None})
    del desk.cases.records["v1:1"]

    step, result = desk.says(joined("v1:X:1", escalation_id="v1:2", subject_id="x"), LATER)

    assert (step.escalation_id, step.step, step.status) == ("v1:2", 1, EscalationStatus.REOPENED)
    assert (step.merged_into, step.manager) == (None, contact(LENA))
    assert (result.status, result.merged_into) == (OutcomeStatus.REOPENED, None)


# CORRECTED


@pytest.mark.parametrize(
    ("code", "by"),
    [(WITHDRAWN_BY_CUSTOMER, WithdrawnBy.CUSTOMER), ("GONE", WithdrawnBy.FACT)],
)
def test_the_last_ground_gone_withdraws_the_escalation(code: str, by: WithdrawnBy) -> None:
    desk = opened()
    why = (GONE, Reason(code=code, facts={}))

    assert desk.says(corrected(reasons=why), LATER) == [
        escalation(step=1, status=EscalationStatus.WITHDRAWN, occurred_at=LATER, reasons=why),
        outcome(status=OutcomeStatus.WITHDRAWN, occurred_at=LATER, withdrawn_by=by),
    ]
    assert desk.state().phase is Phase.WITHDRAWN
    assert desk.hears(corrected()) == Handled(passed_over=Skipped.DUPLICATE)


def test_one_of_several_grounds_gone_is_a_step_joined() -> None:
    desk = opened()
    desk.says(joined())

    assert desk.says(corrected(), LATER) == [
        escalation(
            step=2,
            status=EscalationStatus.JOINED,
            occurred_at=LATER,
            kinds=(Kind.DIAGNOSIS,),
            disagreement_ids=(SECOND,),
            reasons=(GONE,),
        )
    ]


def test_an_acknowledgement_does_not_hold_back_a_withdrawal() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))

    assert desk.says(corrected(), LATER)[0].status is EscalationStatus.WITHDRAWN


def test_after_more_than_an_acknowledgement_the_manager_is_told_instead() -> None:
    desk = opened()
    desk.says(RESOLVE)
    desk.says(joined())
    desk.says(corrected(SECOND), LATER)

    assert desk.says(corrected(), LATER) == [
        escalation(
            step=4, status=EscalationStatus.JOINED, occurred_at=LATER, reasons=(GONE,), **BOTH
        )
    ]
    assert desk.state().is_open


def test_a_ground_that_went_while_it_was_closed_is_gone_when_it_is_reopened() -> None:
    desk = opened()
    desk.says(RESOLVE)

    assert desk.says(corrected(), LATER) == []
    assert desk.hears(corrected(), LATER) == Handled(passed_over=Skipped.DUPLICATE)

    step, _ = desk.says(joined(), LATER)
    assert (step.step, step.disagreement_ids) == (2, (SECOND,))


def test_a_ground_that_was_corrected_and_comes_again_is_a_new_one() -> None:
    desk = opened()
    desk.says(joined())
    desk.says(corrected(SECOND))
    desk.says(joined("v1:DIAGNOSIS_DISPUTED:3"))

    (step,) = desk.says(corrected(), LATER)

    assert step.disagreement_ids == ("v1:DIAGNOSIS_DISPUTED:3",)


@pytest.mark.parametrize("escalation_id", ["v1:1", None])
def test_a_correction_is_found_by_what_it_corrects(escalation_id: str | None) -> None:
    desk = opened()
    desk.says(RESOLVE)
    desk.says(disagreement("v1:ESTIMATE_DISPUTED:2", escalation_id="v1:2"))
    desk.says(joined())

    (step,) = desk.says(corrected(SECOND, escalation_id=escalation_id), LATER)

    assert (step.escalation_id, step.status) == ("v1:2", EscalationStatus.JOINED)


def test_a_correction_of_what_is_not_known_is_passed_over() -> None:
    unknown: Handled[Any] = Handled(passed_over=Skipped.NOT_KNOWN)

    assert Desk().hears(corrected()) == unknown
    assert opened().hears(corrected("v1:OTHER:1")) == unknown


def test_a_correction_without_what_it_corrects_is_invalid() -> None:
    handled = opened().hears(corrected(corrects=None))

    assert handled.rejected is not None
    assert handled.rejected.reason is DeadLetterCause.INVALID


def test_a_correction_by_another_customer_is_invalid() -> None:
    handled = opened().hears(corrected(customer_id="c2"))

    assert handled.rejected is not None


# Late ones


def test_what_joins_after_the_record_has_gone_opens_it_again() -> None:
    desk = opened()
    desk.says(RESOLVE)
    desk.ticks(NOW + 30 * DAY)
    desk.steps.clear()

    (step,) = desk.says(joined(), NOW + 30 * DAY)

    assert (step.escalation_id, step.step, step.status) == ("v1:1", 0, EscalationStatus.OPENED)
