"""No case goes above its severity's ceiling but by the ways that the product names.

By the package's policy: NORMAL goes no higher than REGIONAL, LOW no higher than LOCAL. Site hours
are 09:00 to 17:00; NORMAL has 2 h to acknowledge and 8 h to decide, LOW 4 h and 16 h.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from agents.core.policy import policy_from
from agents.core.reasons import RECORDED_CALL
from agents.reference_data.policy_files import default_data
from schemas.records import (
    Absence,
    ActionName,
    Escalation,
    EscalationStatus,
    Hours,
    OutcomeName,
    Reason,
    Rule,
    Severity,
    Tier,
    Wish,
)
from tests.core.desk.test_properties import ACTIONS, HEARD, RULES, WEEK
from tests.core.desk.world import (
    DAY,
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
    at,
    contact,
    disagreement,
    joined,
    manager,
)

S = EscalationStatus
LOW, NORMAL, HIGH = Severity.LOW, Severity.NORMAL, Severity.HIGH
CALL = (Reason(code=RECORDED_CALL, facts={}),)
RHEA = manager("rhea", Tier.REGIONAL)
TIERS = (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE)


def desk_of(*managers: Any, **differs: Any) -> Desk:
    """A desk under the package's policy, with its ceilings."""
    return Desk(*managers, holds=policy_from(differs, default_data()))


def told(said: list[Struct]) -> list[str]:
    """Steps that are no warnings ahead: when, what, who has it, why."""
    return [
        f"{(each.occurred_at - NOW) / HOUR:g} {each.status} "
        f"{each.manager.manager_id if each.manager else 'nobody'} "
        f"{' '.join(reason.code for reason in each.reasons)}"
        for each in said
        if isinstance(each, Escalation) and each.reasons[0].code != "WARNING"
    ]


def lived(desk: Desk, until: int) -> list[str]:
    """All that time makes up to a moment, tick by tick."""
    said: list[Struct] = []
    now = NOW
    while (due := desk.next_due(now)) is not None and due <= until:
        now = max(due, now)
        said += desk.ticks(now)
    return told(said)


def test_overdue_at_the_ceiling_is_said_each_time_to_decide_and_moves_the_case_once() -> None:
    desk = desk_of(LENA, RUTH, RHEA, EVA)
    desk.says(disagreement())

    # Monday 10:00: nobody acknowledges until 14:00, and decides until Tuesday 10:00; Rhea has half
    # of 8 h, until 14:00. From then on it is said each 8 h: 24 h of the calendar.
    assert lived(desk, at("2026-03-06 16:00")) == [
        "4 MOVED_UP rhea NOT_ACKNOWLEDGED",
        "24 WARNED rhea OVERDUE",
        "48 REASSIGNED ruth OVERDUE_AGAIN",
        "52 WARNED ruth OVERDUE",
        "76 WARNED ruth OVERDUE",
        "100 WARNED ruth OVERDUE",
    ]
    assert desk.state().tier is Tier.REGIONAL


def test_where_nobody_else_of_its_tier_is_the_second_overdue_takes_it_one_tier_above() -> None:
    desk = desk_of(LENA, RUTH, EVA)
    desk.says(disagreement())

    assert lived(desk, at("2026-03-06 16:00"))[1:] == [
        "24 WARNED ruth OVERDUE",
        "48 MOVED_UP eva OVERDUE_AGAIN",
        "52 WARNED eva OVERDUE",  # at EXECUTIVE it is over
    ]


def test_the_second_overdue_waits_for_somebody_who_can_be_reached() -> None:
    eva = manager("eva", Tier.EXECUTIVE, absences=_until("2026-03-05 09:00"))
    desk = desk_of(LENA, RUTH, eva)
    desk.says(disagreement())

    assert lived(desk, at("2026-03-05 12:00"))[1:] == [
        "24 WARNED ruth OVERDUE",
        "48 WARNED ruth OVERDUE NOBODY_ELSE",
        "72 MOVED_UP eva OVERDUE_AGAIN",
    ]


FULL = 0  # may have no case more


@pytest.mark.parametrize(
    ("free_again", "takes_it"),
    [
        ("2026-03-04 09:59", "48 MOVED_UP eva OVERDUE_AGAIN"),
        ("2026-03-04 10:00", "48 MOVED_UP eva OVERDUE_AGAIN"),
        ("2026-03-04 10:01", "48.0167 MOVED_UP eva OVERDUE_AGAIN"),
        ("2026-03-04 16:00", "54 MOVED_UP eva OVERDUE_AGAIN"),
    ],
)
def test_what_nobody_has_goes_above_its_ceiling_as_soon_as_it_can_after_the_second_overdue(
    free_again: str, takes_it: str
) -> None:
    desk = desk_of(manager("eva", Tier.EXECUTIVE, max_open=FULL))
    desk.says(disagreement())
    until = at(free_again)
    said = lived(desk, until - MINUTE)
    desk.managers = (EVA,)

    said += told(desk.ticks(until))
    if until < NOW + 2 * DAY:
        said += told(desk.ticks(NOW + 2 * DAY))

    in_vain = [] if takes_it.startswith("48 ") else ["48 WARNED nobody OVERDUE NOBODY_ELSE"]
    assert said == ["24 WARNED nobody OVERDUE", *in_vain, takes_it]
    state = desk.state()
    assert (state.left_ceiling, state.clocks.decide_minutes) == (True, 4 * 60)  # half of it


def test_it_goes_above_once_and_no_further_than_one_tier() -> None:
    desk = desk_of(manager("ruth", Tier.REGIONAL, max_open=FULL), EVA)
    desk.says(disagreement(severity=LOW))
    said = lived(desk, NOW + 5 * DAY)
    desk.managers = (RUTH, EVA)
    said += lived(desk, NOW + 14 * DAY)

    # LOW has 16 h to decide: Monday, Tuesday and an hour of Wednesday; then as much again.
    assert said[:2] == ["48 WARNED nobody OVERDUE", "96 WARNED nobody OVERDUE NOBODY_ELSE"]
    assert {each.split(" ", 1)[1] for each in said[2:]} == {
        "MOVED_UP ruth OVERDUE_AGAIN",
        "WARNED ruth OVERDUE",
    }
    assert len([each for each in said if "MOVED_UP" in each]) == 1


def test_whoever_comes_at_the_ceiling_itself_has_it_first_and_it_has_not_gone_above() -> None:
    full = manager("lena", max_open=FULL), manager("ruth", Tier.REGIONAL, max_open=FULL)
    desk = desk_of(*full)
    desk.says(disagreement(severity=LOW))
    lived(desk, NOW + 5 * DAY)
    desk.managers = (LENA, RUTH)

    (step,) = desk.ticks(NOW + 5 * DAY + MINUTE)[:1]

    assert isinstance(step, Escalation)
    assert (step.status, step.manager and step.manager.manager_id) == (S.REASSIGNED, "lena")
    assert not desk.state().left_ceiling


def test_before_the_second_overdue_nobody_above_the_ceiling_has_it() -> None:
    desk = desk_of(EVA)
    desk.says(disagreement())

    assert lived(desk, NOW + 2 * DAY - MINUTE) == ["24 WARNED nobody OVERDUE"]


def _until(back: str) -> tuple[Absence, ...]:
    return (Absence(from_=NOW - DAY, until=at(back)),)


def test_a_low_case_stays_with_local_managers() -> None:
    desk = desk_of(*STAFF)
    desk.says(disagreement(severity=LOW))

    # 16 h: Monday 10:00 to 17:00, Tuesday, and one hour of Wednesday; then each 16 h.
    assert lived(desk, at("2026-03-06 16:00")) == [
        "48 WARNED lena OVERDUE",
        "96 MOVED_UP ruth OVERDUE_AGAIN",
    ]


def test_a_case_that_nobody_has_at_its_ceiling_is_overdue_again_too() -> None:
    desk = desk_of(EVA)
    desk.says(disagreement())

    assert told(desk.ticks(NOW + 23 * HOUR)) == []
    assert lived(desk, at("2026-03-04 12:00")) == [
        "24 WARNED nobody OVERDUE",
        "48 MOVED_UP eva OVERDUE_AGAIN",
    ]


def test_both_sides_hear_of_each_time_that_it_is_overdue() -> None:
    desk = desk_of(LENA, RUTH)
    desk.says(disagreement())
    desk.notices.clear()
    lived(desk, at("2026-03-04 16:00"))

    overdue = [each.message for each in desk.notices if "overdue" in each.message]
    assert overdue == ["customer-overdue", "manager-overdue"] * 2


@pytest.mark.parametrize(
    ("highest", "expected"),
    [("LOCAL", "lena"), ("REGIONAL", "ruth"), ("EXECUTIVE", "eva")],
)
def test_no_choice_goes_above_the_ceiling_and_who_is_at_it_is_asked(
    highest: str, expected: str
) -> None:
    desk = desk_of(*STAFF, clocks={"NORMAL": {"highest_tier": highest}})
    start = Reason(code="START_TIER", facts={"tier": "EXECUTIVE"})
    desk.says(disagreement(reasons=(*disagreement().reasons, start)))
    assert desk.state().manager_id == expected


def test_a_hand_over_stays_below_the_ceiling_and_says_that_nobody_can_be_reached() -> None:
    lena = manager("lena", shifts=(Hours(days=WEEK, from_="08:00", to="11:00"),))
    ruth = manager("ruth", Tier.REGIONAL, max_open=0)
    desk = desk_of(lena, ruth, EVA)
    desk.says(disagreement())

    assert lived(desk, NOW + 2 * HOUR) == ["1 REASSIGNED nobody HANDED_OVER NOBODY_REACHABLE"]


def test_a_wish_above_the_ceiling_is_not_followed_and_the_customer_is_told() -> None:
    desk = desk_of(*STAFF)
    (step,) = desk.says(disagreement(wish=Wish(manager_id="eva")))
    assert isinstance(step, Escalation)

    assert (step.manager, step.tier) == (contact(LENA), Tier.LOCAL)
    assert step.reasons[-1] == Reason(
        code="WISH_ABOVE_CEILING", facts={"manager_id": "eva", "tier": "REGIONAL"}
    )
    assert "übernimmt nur schwerwiegendere" in desk.notices[0].text


@pytest.mark.parametrize(("wished", "severity"), [("ruth", NORMAL), ("eva", HIGH)])
def test_a_wish_at_the_ceiling_is_followed(wished: str, severity: Severity) -> None:
    desk = desk_of(*STAFF)
    (step,) = desk.says(disagreement(wish=Wish(manager_id=wished), severity=severity))
    assert isinstance(step, Escalation)

    assert desk.state().manager_id == wished
    assert [each.code for each in step.reasons] == ["DISPUTED"]


def test_who_was_rung_and_who_is_named_by_a_person_have_it_at_their_tier() -> None:
    desk = desk_of(*STAFF)
    desk.says(disagreement(wish=Wish(manager_id="eva"), reasons=CALL))
    assert (desk.state().manager_id, desk.state().tier) == ("eva", Tier.EXECUTIVE)

    desk = desk_of(*STAFF)
    desk.says(disagreement())
    desk.says(action(ActionName.REASSIGN, "ruth", to_manager_id="eva"))
    assert (desk.state().manager_id, desk.state().tier) == ("eva", Tier.EXECUTIVE)
    # At EXECUTIVE there is no further move: it is said once.
    assert lived(desk, NOW + 9 * DAY) == ["24 WARNED eva OVERDUE"]


def test_who_is_above_the_ceiling_is_heard_and_takes_nothing_over() -> None:
    desk = desk_of(*STAFF)
    desk.says(disagreement())
    desk.says(action(ActionName.CONTACTED, "eva"))
    assert desk.state().manager_id == "lena"
    desk.says(action(ActionName.PROMISE, "ruth", "a2", until=NOW + HOUR))
    assert desk.state().manager_id == "ruth"


def test_an_appeal_at_the_ceiling_goes_to_another_of_that_tier() -> None:
    desk = desk_of(LENA, RUTH, RHEA, EVA)
    _decided(desk, "ruth")
    desk.says(appeal(), NOW + HOUR)

    assert (desk.state().manager_id, desk.state().tier) == ("rhea", Tier.REGIONAL)


def test_an_appeal_at_the_ceiling_goes_one_tier_above_where_its_tier_has_nobody_else() -> None:
    desk = desk_of(*STAFF)
    _decided(desk, "ruth")
    desk.says(appeal(), NOW + HOUR)

    assert (desk.state().manager_id, desk.state().tier) == ("eva", Tier.EXECUTIVE)


def test_an_appeal_below_the_ceiling_goes_no_higher_than_it() -> None:
    ruth = manager("ruth", Tier.REGIONAL, max_open=0)
    desk = desk_of(LENA, ruth, EVA)
    _decided(desk, "lena")
    desk.says(appeal(), NOW + HOUR)

    assert (desk.state().manager_id, desk.state().tier) == (None, Tier.REGIONAL)


def test_an_appeal_that_joins_at_the_ceiling_goes_on_likewise() -> None:
    for staff, expected in ((STAFF, "eva"), ((*STAFF, RHEA), "rhea"), ((LENA, RUTH), "ruth")):
        desk = desk_of(*staff)
        desk.says(disagreement())
        desk.says(action(ActionName.REASSIGN, "ruth", to_manager_id="ruth"))
        desk.says(appeal(severity=NORMAL))
        assert desk.state().manager_id == expected, staff


def _decided(desk: Desk, by: str) -> None:
    desk.says(disagreement())
    if by != "lena":
        desk.says(action(ActionName.REASSIGN, by, "a0", to_manager_id=by))
    desk.says(action(ActionName.RESOLVE, by, "a1", outcome=OutcomeName.UNFOUNDED))


def test_a_case_above_its_ceiling_already_stays_there() -> None:
    desk = Desk(*STAFF)  # a policy without ceilings
    desk.says(disagreement(wish=Wish(manager_id="eva")))
    desk.fields = {"holds": policy_from({}, default_data())}
    desk.says(joined())
    desk.ticks(NOW + 25 * HOUR)

    assert (desk.state().manager_id, desk.state().tier) == ("eva", Tier.EXECUTIVE)


def test_under_generation_1_there_is_no_ceiling() -> None:
    desk = desk_of(EVA, generation=1)
    desk.says(disagreement())

    assert desk.state().manager_id == "eva"


def test_the_table_of_moves_holds_none_above_the_ceiling() -> None:
    after = {"REGIONAL": 60, "EXECUTIVE": 120}
    desk = desk_of(*STAFF, clocks={"NORMAL": {"next_tier_after_minutes": after}})
    desk.says(disagreement())

    assert [each.tier for each in desk.state().clocks.tiers] == [Tier.REGIONAL]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, {}),
        ({"REGIONAL": None}, {"EXECUTIVE": 480}),
        ({"REGIONAL": 5}, {"REGIONAL": 5, "EXECUTIVE": 480}),
    ],
)
def test_an_empty_map_is_none_and_null_takes_a_tier_out(
    said: dict[str, Any], expected: dict[str, int]
) -> None:
    policy = policy_from({"clocks": {"HIGH": {"next_tier_after_minutes": said}}}, default_data())
    assert policy.clocks.HIGH.next_tier_after_minutes == expected
    assert policy.clocks.SAFETY.next_tier_after_minutes == {"REGIONAL": 15, "EXECUTIVE": 60}


MANAGERS = (
    manager(
        "anna",
        max_open=1,
        shifts=(Hours(days=WEEK, from_="08:00", to="14:00"),),
        absences=(Absence(from_=NOW + HOUR, until=NOW + 3 * DAY, deputy_id="dora"),),
    ),
    manager("dora", site_ids=("s2",), max_open=1),
    manager("bert", max_open=1, shifts=(Hours(days=WEEK, from_="10:30", to="16:00"),)),
    manager("rita", Tier.REGIONAL, shifts=(Hours(days=WEEK, from_="12:00", to="20:00"),)),
    manager(
        "rolf",
        Tier.REGIONAL,
        max_new_a_day=1,
        absences=(Absence(from_=NOW + DAY, until=NOW + 2 * DAY, deputy_id="eva"),),
    ),
    manager("eva", Tier.EXECUTIVE),
)
FINDINGS = st.builds(
    lambda number, escalation, severity, wish, rule: disagreement(
        f"v{escalation}:R:{number}",
        visit_id=f"v{escalation}",
        escalation_id=f"v{escalation}:1",
        severity=severity,
        rule=rule,
        subject_id=str(number),
        wish=None if wish is None else Wish(manager_id=wish),
    ),
    st.integers(1, 9),
    st.integers(1, 3),
    st.sampled_from([LOW, NORMAL]),
    st.sampled_from([None, "rita", "eva"]),
    st.sampled_from([*RULES, Rule.APPEALED_BY_CUSTOMER]),
)
LIVES = st.lists(
    st.tuples(st.one_of(FINDINGS, ACTIONS, HEARD, st.none()), st.integers(0, 40 * HOUR)),
    max_size=25,
)


@given(LIVES)
@settings(deadline=None)
def test_no_case_is_above_its_ceiling_but_by_the_ways_that_are_named(
    inputs: list[tuple[Struct | None, int]],
) -> None:
    desk = desk_of(*MANAGERS)
    policy = desk.world(NOW).policy
    highest: dict[str, int] = {}
    now = NOW
    for record, passes in inputs:
        now += passes
        outputs = desk.ticks(now) if record is None else desk.hears(record, now).outputs
        for each in (getattr(output, "record", output) for output in outputs):
            if not isinstance(each, Escalation):
                continue
            tier = TIERS.index(each.tier)
            ceiling = TIERS.index(policy.highest_tier(each.severity))
            codes = {reason.code for reason in each.reasons}
            appealed = getattr(record, "rule", None) is Rule.APPEALED_BY_CUSTOMER
            state = desk.partition.records.get(each.escalation_id)
            waits = state is not None and state.passes_ceiling
            if codes & {"OVERDUE_AGAIN"} or appealed or waits:
                allowed = ceiling + 1
            elif each.status is S.REASSIGNED and each.by is not None and "TAKEN" not in codes:
                allowed = len(TIERS)
            else:
                allowed = max(ceiling, highest.get(each.escalation_id, 0))
            assert tier <= allowed, each
            highest[each.escalation_id] = tier
        for gone in desk.steps.keys() - desk.partition.records.keys():
            del desk.steps[gone]
