from typing import Any

import pytest
from msgspec import msgpack
from msgspec.structs import replace

from agents.core.desk.state import EscalationState
from agents.core.handling import DeadLetterCause, Handled, Skipped
from agents.core.reasons import RECORDED_CALL, START_TIER
from schemas.records import (
    ActionName,
    Decision,
    Disagreement,
    EscalationStatus,
    Hours,
    PassedOverManager,
    Reason,
    Rule,
    Severity,
    Tier,
    Why,
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
    Desk,
    action,
    at,
    contact,
    disagreement,
    escalation,
    joined,
    manager,
    policy,
)


def called(**fields: Any) -> Disagreement:
    wish = Wish(manager_id="ruth")
    reasons = (Reason(code=RECORDED_CALL, facts={}),)
    given: dict[str, Any] = {"wish": wish, "reasons": reasons}
    return disagreement(**(given | fields))


def test_a_raised_disagreement_opens_an_escalation_with_a_local_manager() -> None:
    assert Desk().says(disagreement()) == [escalation()]


@pytest.mark.parametrize(
    ("severity", "acknowledge_by", "decide_by"),
    [
        (Severity.SAFETY, at("2026-03-02 16:45"), at("2026-03-02 20:30")),
        (Severity.HIGH, at("2026-03-03 09:30"), at("2026-03-03 12:30")),
        (Severity.NORMAL, at("2026-03-03 10:30"), at("2026-03-03 16:30")),
    ],
)
def test_deadlines_follow_the_severity_on_its_clock(
    severity: Severity, acknowledge_by: int, decide_by: int
) -> None:
    now = at("2026-03-02 16:30")

    assert Desk().says(disagreement(severity=severity), now) == [
        escalation(
            severity=severity, occurred_at=now, acknowledge_by=acknowledge_by, decide_by=decide_by
        )
    ]


def test_an_unknown_site_opens_without_a_manager_on_the_calendar() -> None:
    desk = Desk(manager("near", site_ids=("nowhere",)))
    raised = disagreement(site_id="nowhere", region_id="unknown:nowhere")

    assert desk.says(raised) == [
        escalation(
            site_id="nowhere",
            region_id="unknown:nowhere",
            manager=None,
            acknowledge_by=NOW + 2 * HOUR,
            decide_by=NOW + 8 * HOUR,
            reasons=(*raised.reasons, nobody("nowhere")),
        )
    ]


def nobody(site_id: str = "s1", tier: str = "LOCAL") -> Reason:
    return Reason(code="NOBODY_REACHABLE", facts={"tier": tier, "site_id": site_id})


def test_a_site_that_becomes_known_has_the_managers_of_its_region() -> None:
    raised = disagreement(region_id="unknown:s1")
    desk = Desk(sites=())
    desk.says(raised)
    desk.fields = {}

    (step,) = desk.ticks(NOW + MINUTE)

    assert step.manager == contact(LENA)
    assert step.region_id == "unknown:s1"


def test_a_visit_that_went_to_a_site_of_another_region_keeps_its_regions_managers() -> None:
    desk = Desk(LENA, manager("rita", Tier.REGIONAL, region_ids=("r2",)))

    (step,) = desk.says(disagreement(region_id="r2"))

    assert (step.manager.manager_id, step.tier) == ("rita", Tier.REGIONAL)


def test_nobody_in_any_tier_opens_without_a_manager_where_it_starts() -> None:
    desk = Desk(manager("lena", email=None))

    assert desk.says(disagreement()) == [
        escalation(
            manager=None,
            passed_over=(PassedOverManager(manager_id="lena", why=Why.NO_CONTACT),),
            reasons=(*disagreement().reasons, nobody()),
        )
    ]
    assert desk.next_due(NOW) == NOW + MINUTE
    assert desk.next_due(NOW - 1) == NOW
    assert desk.next_due(NOW + 1) == NOW + MINUTE
    assert desk.ticks(NOW + MINUTE) == []
    assert desk.state().steps == 1


def test_a_manager_found_later_is_a_reassignment_with_the_whole_time_to_acknowledge() -> None:
    desk = Desk(RUTH, EVA, holds=policy(managers={"max_open": 0}))
    passed_over = tuple(
        PassedOverManager(manager_id=each, why=Why.AT_LIMIT) for each in ("ruth", "eva")
    )
    assert desk.says(disagreement())[0].passed_over == passed_over
    desk.fields = {}
    found = NOW + 3 * MINUTE

    assert desk.ticks(found) == [
        escalation(
            step=1,
            status=EscalationStatus.REASSIGNED,
            occurred_at=found,
            tier=Tier.REGIONAL,
            manager=contact(RUTH),
            acknowledge_by=at("2026-03-02 12:03"),
            reasons=(),
        )
    ]
    assert desk.next_due(found) == found + HOUR  # half of the time to acknowledge
    assert desk.state().clocks.warn_acknowledge[0].at == found + HOUR
    assert desk.state().clocks.warn_decide[0].at == at("2026-03-02 14:00")


def test_a_later_choice_asks_for_the_wished_manager_first() -> None:
    desk = Desk(LENA, EVA, holds=policy(managers={"max_open": 0}))
    desk.says(disagreement(wish=Wish(manager_id="eva")))
    desk.fields = {}

    (step,) = desk.ticks(NOW + MINUTE)

    assert (step.manager, step.tier, step.passed_over) == (contact(EVA), Tier.EXECUTIVE, ())


def test_several_that_wait_are_given_out_by_id_and_each_counts_for_the_next() -> None:
    desk = Desk(manager("anna"), manager("bert"), holds=policy(managers={"max_open": 0}))
    for number in (3, 1, 2):
        visit = f"v{number}"
        desk.says(disagreement(f"{visit}:R:1", visit_id=visit, escalation_id=f"{visit}:1"))
    desk.fields = {"holds": policy(managers={"max_open": 1})}

    given = [(step.escalation_id, step.manager.manager_id) for step in desk.ticks(NOW + MINUTE)]

    assert given == [("v1:1", "anna"), ("v2:1", "bert")]
    assert list(desk.partition.without_manager) == ["v3:1"]


def reassigned(steps: list[Any]) -> list[str]:
    """The cases that somebody got."""
    return [each.escalation_id for each in steps if each.status is EscalationStatus.REASSIGNED]


def test_several_that_wait_share_the_days_limit() -> None:
    desk = Desk(manager("anna"), holds=policy(managers={"max_open": 0}))
    for number in (1, 2, 3):
        visit = f"v{number}"
        desk.says(disagreement(f"{visit}:R:1", visit_id=visit, escalation_id=f"{visit}:1"))
    desk.fields = {"holds": policy(managers={"max_new_a_day": 2})}

    assert [step.escalation_id for step in desk.ticks(NOW + MINUTE)] == ["v1:1", "v2:1"]
    assert desk.ticks(NOW + 2 * MINUTE) == []
    assert reassigned(desk.ticks(NOW + DAY)) == ["v3:1"]


def test_a_case_given_out_as_of_midnight_is_none_of_the_day_before() -> None:
    """v1 waits for its site, which opens at midnight; v2 is SAFETY and is chosen for now."""
    nightly = replace(SITE, hours=(Hours(days=(1, 2, 3, 4, 5, 6, 7), from_="00:00", to="09:00"),))
    now = at("2026-03-02 20:00")
    desk = Desk(manager("anna"), sites=(nightly,), holds=policy(managers={"max_open": 0}))
    desk.says(disagreement("v1:R:1", visit_id="v1", escalation_id="v1:1"), now)
    desk.says(
        disagreement("v2:R:1", visit_id="v2", escalation_id="v2:1", severity=Severity.SAFETY),
        now,
    )
    desk.fields |= {"holds": policy(managers={"max_new_a_day": 1})}

    given = [step.escalation_id for step in desk.ticks(now + MINUTE)]

    assert given == ["v1:1", "v2:1"]
    assert desk.state().assignments[0].as_of == at("2026-03-03 00:00")


def test_outside_site_hours_the_choice_is_made_as_of_the_next_opening() -> None:
    early = manager("early", shifts=shifts("09:00", "12:00"))
    night = manager("aaron", shifts=shifts("18:00", "09:00"))
    desk = Desk(early, night)
    now = at("2026-03-02 20:00")

    (step,) = desk.says(disagreement(), now)

    assert step.manager == contact(early)
    assert step.passed_over == (PassedOverManager(manager_id="aaron", why=Why.OFF_SHIFT),)
    assert step.occurred_at == now
    assert desk.state().assignments[0].as_of == at("2026-03-03 09:00")


def test_on_the_calendar_the_choice_is_made_as_of_now() -> None:
    early = manager("early", shifts=shifts("09:00", "12:00"))
    night = manager("night", shifts=shifts("18:00", "09:00"))

    (step,) = Desk(early, night).says(
        disagreement(severity=Severity.SAFETY), at("2026-03-02 20:00")
    )

    assert step.manager == contact(night)


def shifts(begin: str, end: str) -> tuple[object, ...]:
    every_day = tuple(range(1, 8))
    return (type(SITE.hours[0])(days=every_day, from_=begin, to=end),)


@pytest.mark.parametrize(
    ("wish", "max_tier", "reasons", "expected"),
    [
        (None, "EXECUTIVE", (), Tier.LOCAL),
        (Wish(tier=Tier.LOCAL), "EXECUTIVE", (), Tier.LOCAL),
        (Wish(tier=Tier.REGIONAL), "EXECUTIVE", (), Tier.REGIONAL),
        (Wish(tier=Tier.EXECUTIVE), "EXECUTIVE", (), Tier.EXECUTIVE),
        (Wish(tier=Tier.EXECUTIVE), "REGIONAL", (), Tier.REGIONAL),
        (Wish(tier=Tier.REGIONAL), "REGIONAL", (), Tier.REGIONAL),
        (Wish(tier=Tier.REGIONAL), "LOCAL", (), Tier.LOCAL),
        (Wish(tier=Tier.UNKNOWN), "EXECUTIVE", (), Tier.LOCAL),
        (Wish(), "EXECUTIVE", (), Tier.LOCAL),
        (None, "LOCAL", ("REGIONAL",), Tier.REGIONAL),
        (Wish(tier=Tier.LOCAL), "EXECUTIVE", ("REGIONAL",), Tier.REGIONAL),
        (Wish(tier=Tier.EXECUTIVE), "EXECUTIVE", ("REGIONAL",), Tier.EXECUTIVE),
        (None, "EXECUTIVE", ("PRESIDENT",), Tier.LOCAL),
    ],
)
def test_where_it_starts_is_the_rules_tier_or_the_wish(
    wish: Wish | None, max_tier: str, reasons: tuple[str, ...], expected: Tier
) -> None:
    desk = Desk(holds=policy(wish={"max_tier": max_tier}))
    why = tuple(Reason(code=START_TIER, facts={"tier": tier}) for tier in reasons)

    (step,) = desk.says(disagreement(wish=wish, reasons=why))

    assert step.tier is expected


@pytest.mark.parametrize("tier", [Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE])
def test_a_repeated_repair_starts_where_the_policy_says(tier: Tier) -> None:
    desk = Desk(holds=policy(rules={"warranty_repeat_repair": {"tier": tier.value}}))

    (step,) = desk.says(disagreement(rule=Rule.WARRANTY_REPEAT_REPAIR))

    assert step.tier is tier


@pytest.mark.parametrize(
    ("wished", "expected"), [(None, "anna"), ("fr", "bert"), ("fr-CA", "bert"), ("de", "anna")]
)
def test_the_language_wished_for_goes_before_the_visits(wished: str | None, expected: str) -> None:
    desk = Desk(manager("anna"), manager("bert", languages=("fr",)))

    (step,) = desk.says(disagreement(wish=Wish(language=wished)))

    assert step.manager.manager_id == expected


@pytest.mark.parametrize("tier", [Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE])
def test_another_reason_with_a_tier_is_no_start(tier: Tier) -> None:
    (step,) = Desk().says(disagreement(reasons=(Reason(code="OTHER", facts={"tier": tier}),)))

    assert step.tier is Tier.LOCAL


def test_a_wished_manager_who_is_reachable_gets_it_also_above_the_highest_tier() -> None:
    desk = Desk(LENA, RUTH, EVA, holds=policy(wish={"max_tier": "LOCAL"}))

    (step,) = desk.says(disagreement(wish=Wish(manager_id="eva", tier=Tier.REGIONAL)))

    assert (step.manager, step.tier, step.passed_over) == (contact(EVA), Tier.EXECUTIVE, ())


def test_a_wished_manager_who_is_not_reachable_is_passed_over() -> None:
    desk = Desk(LENA, RUTH, manager("eva", Tier.EXECUTIVE, email=None))

    (step,) = desk.says(disagreement(wish=Wish(manager_id="eva")))

    assert (step.manager, step.tier) == (contact(LENA), Tier.LOCAL)
    assert step.passed_over == (PassedOverManager(manager_id="eva", why=Why.NO_CONTACT),)


def test_a_wished_manager_whom_nobody_knows_changes_nothing() -> None:
    assert Desk().says(disagreement(wish=Wish(manager_id="elvis"))) == [escalation()]


def test_a_wished_manager_is_asked_whatever_the_language() -> None:
    english = manager("eve", Tier.EXECUTIVE, languages=("en",))

    (step,) = Desk(LENA, english).says(disagreement(wish=Wish(manager_id="eve")))

    assert step.manager == contact(english)


def test_a_recorded_call_is_opened_and_acknowledged_by_who_took_it() -> None:
    raised = called()
    opened = escalation(tier=Tier.REGIONAL, manager=contact(RUTH), reasons=raised.reasons)

    assert Desk().says(raised) == [
        opened,
        escalation(
            step=1,
            status=EscalationStatus.ACKNOWLEDGED,
            tier=Tier.REGIONAL,
            manager=contact(RUTH),
            by="ruth",
            reasons=(),
        ),
    ]


def test_who_took_the_call_gets_it_whatever_their_reach() -> None:
    away = manager("ruth", Tier.REGIONAL, email=None, region_ids=("r9",), max_open=0)

    steps = Desk(LENA, away).says(called())

    assert [(step.status, step.manager) for step in steps] == [
        (EscalationStatus.OPENED, contact(away)),
        (EscalationStatus.ACKNOWLEDGED, contact(away)),
    ]


@pytest.mark.parametrize("wish", [None, Wish(), Wish(manager_id="elvis")])
def test_a_call_without_a_manager_who_is_known_is_like_a_request(wish: Wish | None) -> None:
    raised = called(wish=wish)

    assert Desk().says(raised) == [escalation(reasons=raised.reasons)]


def test_a_wished_manager_without_a_call_does_not_acknowledge() -> None:
    (step,) = Desk().says(called(reasons=disagreement().reasons))

    assert step.status is EscalationStatus.OPENED


def test_without_the_language_a_reason_says_so() -> None:
    raised = disagreement(language="fr-CA")

    assert Desk().says(raised) == [
        escalation(
            reasons=(
                *raised.reasons,
                Reason(code="WITHOUT_LANGUAGE", facts={"language": "fr-CA", "manager_id": "lena"}),
            )
        )
    ]


@pytest.mark.parametrize(
    "decision",
    [
        Decision.BELOW_THRESHOLD,
        Decision.NOT_ELIGIBLE,
        Decision.SHADOWED,
        Decision.THROTTLED,
        Decision.AWAITING,
    ],
)
def test_other_decisions_change_nothing(decision: Decision) -> None:
    assert Desk().hears(disagreement(decision=decision)) == Handled()


def test_a_record_of_another_kind_changes_nothing() -> None:
    assert Desk().hears(Reason(code="X", facts={})) == Handled()


def test_the_same_disagreement_twice_is_a_duplicate() -> None:
    desk = Desk()
    desk.says(disagreement())

    assert desk.hears(disagreement()) == Handled(passed_over=Skipped.DUPLICATE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"escalation_id": None},
        {"occurred_at": NOW + 5 * MINUTE + 1},
    ],
)
@pytest.mark.parametrize("make", [disagreement, joined])
def test_what_lacks_something_is_invalid(wrong: dict[str, object], make: Any) -> None:
    handled = Desk().hears(make(**wrong))

    assert handled.rejected is not None
    assert handled.rejected.reason is DeadLetterCause.INVALID
    assert handled == Handled(rejected=handled.rejected)


def test_a_severity_of_a_later_version_is_normal() -> None:
    desk, usual = Desk(), Desk()
    desk.says(disagreement(severity=Severity("DIRE")))
    usual.says(disagreement(severity=Severity.NORMAL))
    literal = Desk()
    literal.says(disagreement(severity=Severity.UNKNOWN))

    assert desk.state() == usual.state() == literal.state()
    assert usual.state().severity is Severity.NORMAL


@pytest.mark.parametrize("make", [disagreement, joined])
def test_a_decision_of_a_later_version_is_passed_over_and_counted(make: Any) -> None:
    handled = Desk().hears(make(decision=Decision("POSTPONED")))

    assert handled == Handled(passed_over=Skipped.OF_LATER_VERSION)


@pytest.mark.parametrize(
    "wrong",
    [
        {"customer_id": "c2"},
        {"visit_id": "v2"},
    ],
)
@pytest.mark.parametrize("escalation_id", ["v1:1", "v1:2"])
def test_a_visit_and_its_escalation_belong_together(
    wrong: dict[str, str], escalation_id: str
) -> None:
    desk = Desk()
    desk.says(disagreement())

    handled = desk.hears(joined(escalation_id=escalation_id, **wrong))

    fits = "visit_id" in wrong and escalation_id == "v1:2"
    assert (handled.rejected is None) is fits
    if handled.rejected is not None:
        assert handled.rejected.reason is DeadLetterCause.INVALID


def test_state_is_the_same_after_a_round_trip() -> None:
    desk = Desk()
    desk.says(called())
    desk.says(joined())
    desk.hears(action(ActionName.RESOLVE))
    state = desk.state()

    assert msgpack.decode(msgpack.encode(state), type=EscalationState) == state


def test_what_was_just_given_out_at_midnight_counts_for_the_new_day() -> None:
    desk = Desk(manager("anna"), holds=policy(managers={"max_open": 0}))
    for number in (1, 2):
        desk.says(
            disagreement(
                f"v{number}:R:1",
                visit_id=f"v{number}",
                escalation_id=f"v{number}:1",
                severity=Severity.SAFETY,
            )
        )
    desk.fields = {"holds": policy(managers={"max_new_a_day": 1})}

    assert reassigned(desk.ticks(at("2026-03-03 00:00"))) == ["v1:1"]
