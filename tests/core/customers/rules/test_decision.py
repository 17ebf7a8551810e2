"""DECISION_NOT_KEPT: what a manager decided against what came after, to the millisecond."""

from typing import Any

import pytest
from msgspec.structs import replace

from agents.core.customers.granted import AT_MOST, granted_after, looked_at_until
from agents.core.customers.rules.decision import decision_not_kept, due
from agents.core.customers.state import EpisodeState, Granted, Visit
from schemas.records import (
    Kind,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Remedy,
    RemedyKind,
    Rule,
    Tier,
)
from tests.core.builders import (
    DAY,
    HOUR,
    at,
    closure,
    context,
    estimate,
    policy,
    said,
    visit,
    warranty,
)

MS = 1 / HOUR  # hours
DECIDED = at(hours=2)
BY = at(hours=10)


def granted(**differs: Any) -> Granted:
    whole: dict[str, Any] = {
        "escalation_id": "v1:1",
        "decided_at": DECIDED,
        "trigger_event_id": "e1",
    }
    return Granted(**(whole | differs))


def price(amount: int = 9_000, **differs: Any) -> Granted:
    remedy = Remedy(kind=RemedyKind.PRICE_TO, amount=amount, estimate_id="est1")
    return granted(**({"remedy": remedy} | differs))


def by(kind: RemedyKind = RemedyKind.LOANER, **differs: Any) -> Granted:
    return granted(remedy=Remedy(kind=kind, by=BY, **differs))


def found(*facts: Any, of: Granted, now: int | None = None) -> list[tuple[Any, ...]]:
    there = replace(visit(*facts), granted=(of,))
    return [
        (each.subject_id, each.kind, each.occurred_at, each.excess_minor)
        for each in decision_not_kept(context(there, now=now))
    ]


FIRST = estimate("e1")
CHARGED = [
    ("as decided", 9_000, 3, []),
    ("one more", 9_001, 3, [1]),
    ("at the moment of the decision", 9_001, 2, []),
    ("a moment later", 9_001, 2 + MS, [1]),
    ("nothing that is named", None, 3, []),
]


@pytest.mark.parametrize(
    ("charged", "hours", "excess"),
    [each[1:] for each in CHARGED],
    ids=[each[0] for each in CHARGED],
)
def test_a_closure_after_the_decision_charges_no_more(
    charged: int | None, hours: float, excess: list[int]
) -> None:
    end = closure("end", hours=hours, charged_total=charged)
    assert [each[3] for each in found(FIRST, end, of=price())] == excess


@pytest.mark.parametrize(
    ("total", "hours", "excess"),
    [(9_000, 3, []), (9_001, 3, [1]), (9_001, 2, []), (9_001, 2 + MS, [1])],
)
def test_a_revision_after_the_decision_is_no_higher(
    total: int, hours: float, excess: list[int]
) -> None:
    second = estimate("e2", hours=hours, revision=2, total=total)
    assert [each[3] for each in found(FIRST, second, of=price())] == excess


@pytest.mark.parametrize(
    ("hours", "total", "left"),
    [(2, 9_001, 1), (2 + MS, 9_001, 0), (2 + MS, 9_000, 1)],
)
def test_a_later_yes_to_more_takes_the_ground_away(hours: float, total: int, left: int) -> None:
    yes = said("yes", hours=hours, authorised_total=total)
    end = closure("end", hours=4, charged_total=20_000)
    assert len(found(FIRST, yes, end, of=price())) == left


def test_a_remedy_of_no_estimate_is_no_price() -> None:
    end = closure("end", hours=4, charged_total=20_000)
    free = granted(remedy=Remedy(kind=RemedyKind.FREE_OF_CHARGE))
    goodwill = granted(remedy=Remedy(kind=RemedyKind.GOODWILL, amount=1, estimate_id="est1"))
    assert found(FIRST, end, of=free) == found(FIRST, end, of=goodwill) == []


def test_of_several_decisions_on_a_price_the_newest_holds() -> None:
    end = closure("end", hours=4, charged_total=9_500)
    there = visit(FIRST, end)
    lower = price(9_000, decided_at=DECIDED + 1, escalation_id="v1:2")
    for both in ((price(9_600), lower), (lower, price(9_600))):
        (finding,) = decision_not_kept(context(replace(there, granted=both)))
        assert finding.reasons[0].facts["decided_in"] == "v1:2"


def claim(found_by: Rule = Rule.WARRANTY_DISPUTED) -> Granted:
    return granted(claims=(("claim1", found_by),), due_at=BY)


CLAIMS = [
    ("denied still", [warranty("w", "DENIED")], True),
    ("nobody decided", [], True),
    ("approved", [warranty("w", hours=5)], False),
    ("approved at the due moment", [warranty("w", hours=10)], False),
    ("approved a moment later", [warranty("w", hours=10 + MS)], True),
    ("goodwill for a part", [warranty("w", "GOODWILL", 5, covered_percent=1)], False),
    ("pending", [warranty("w", "PENDING", 5)], True),
    (
        "approved and denied again in time",
        [warranty("w", hours=5), warranty("w2", "DENIED", 6, revision=2)],
        True,
    ),
]


@pytest.mark.parametrize(
    ("decisions", "late"), [each[1:] for each in CLAIMS], ids=[each[0] for each in CLAIMS]
)
def test_a_claim_is_covered_by_the_due_moment(decisions: list[Any], *, late: bool) -> None:
    expected = [("claim1", Kind.WARRANTY, BY, 0)] if late else []
    assert found(FIRST, *decisions, of=claim(), now=BY + HOUR) == expected


@pytest.mark.parametrize(("now", "late"), [(BY - 1, 0), (BY, 1), (BY + 1, 1)])
def test_nothing_is_late_before_its_moment(now: int, late: int) -> None:
    for each in (claim(), by()):
        there = context(replace(visit(FIRST), granted=(each,)), now=now)
        assert len(decision_not_kept(there)) == late
        assert due(there) == (None if late else BY)


@pytest.mark.parametrize(("percent", "late"), [(49, 1), (50, 0), (51, 0)])
def test_a_claim_that_was_cut_covers_what_it_did(percent: int, late: int) -> None:
    before = warranty("w1", "GOODWILL", covered_percent=50)
    now = warranty("w2", "GOODWILL", 5, revision=2, covered_percent=percent)
    cut = claim(Rule.WARRANTY_REVERSED)
    assert len(found(before, now, of=cut, now=BY)) == late


DONE = [
    ("nothing", [], True),
    ("a rating", [said("r", "RATED", hours=5, rating=1)], False),
    ("a rating at that time", [said("r", "RATED", hours=10, rating=1)], False),
    ("a rating after it", [said("r", "RATED", hours=10 + MS, rating=1)], True),
    ("a rating with the decision", [said("r", "RATED", hours=2, rating=1)], True),
    ("a rating after the decision", [said("r", "RATED", hours=2 + MS, rating=1)], False),
    ("another word", [said("r", "ASKED", hours=5)], True),
    ("a closure", [closure("end", hours=10)], False),
    ("a closure after it", [closure("end", hours=10 + MS)], True),
    ("a closure with the decision", [closure("end", hours=2)], True),
    ("a closure after the decision", [closure("end", hours=2 + MS)], False),
]


@pytest.mark.parametrize(
    ("facts", "late"), [each[1:] for each in DONE], ids=[each[0] for each in DONE]
)
def test_what_says_by_its_time_that_something_was_done(facts: list[Any], *, late: bool) -> None:
    expected = [("v1:1", Kind.REQUEST, BY, 0)] if late else []
    assert found(FIRST, *facts, of=by(), now=BY + HOUR) == expected


@pytest.mark.parametrize(
    ("contacted_at", "late"), [(DECIDED, 1), (DECIDED + 1, 0), (BY, 0), (BY + 1, 1)]
)
def test_a_word_after_the_decision_and_in_time_keeps_it(contacted_at: int, late: int) -> None:
    spoken = replace(by(), contacted_at=contacted_at)
    assert len(found(FIRST, of=spoken, now=BY)) == late


@pytest.mark.parametrize("kind", [each for each in RemedyKind if each is not RemedyKind.UNKNOWN])
def test_a_time_counts_for_every_remedy_but_an_apology_and_nothing(kind: RemedyKind) -> None:
    looked_at = kind not in (RemedyKind.APOLOGY, RemedyKind.NONE)
    assert len(found(FIRST, of=by(kind), now=BY)) == looked_at


@pytest.mark.parametrize(("charged", "late"), [(9_000, 0), (9_001, 1), (None, 0)])
def test_only_a_closure_within_the_price_keeps_it(charged: int | None, late: int) -> None:
    remedy = Remedy(kind=RemedyKind.PRICE_TO, amount=9_000, estimate_id="est1", by=BY)
    first, last = closure("a", hours=5, charged_total=charged), closure("b", hours=11)
    there = found(FIRST, first, last, of=granted(remedy=remedy), now=BY)
    assert there == [("est1", Kind.ESTIMATE, BY, 0)][:late]


@pytest.mark.parametrize(("charged", "late"), [(0, 0), (1, 1)])
def test_what_is_free_of_charge_is_kept_by_no_charge(charged: int, late: int) -> None:
    end = closure("end", hours=5, charged_total=charged)
    assert len(found(FIRST, end, of=by(RemedyKind.FREE_OF_CHARGE), now=BY)) == late


@pytest.mark.parametrize(
    ("decided", "highest", "starts"),
    [
        (None, "EXECUTIVE", Tier.REGIONAL),
        (Tier.LOCAL, "EXECUTIVE", Tier.REGIONAL),
        (Tier.REGIONAL, "EXECUTIVE", Tier.EXECUTIVE),
        (Tier.EXECUTIVE, "EXECUTIVE", Tier.EXECUTIVE),
        (Tier.LOCAL, "LOCAL", Tier.LOCAL),
        (Tier.EXECUTIVE, "REGIONAL", Tier.EXECUTIVE),
    ],
)
def test_it_starts_one_tier_above_the_decision(
    decided: Tier | None, highest: str, starts: Tier
) -> None:
    clocks = {"HIGH": {"highest_tier": highest, "next_tier_after_minutes": {}}}
    there = replace(visit(FIRST), granted=(replace(by(), tier=decided),))
    (finding,) = decision_not_kept(context(there, now=BY, rules=policy(clocks=clocks)))
    assert finding.tier is starts


# --- What a visit keeps of its decisions ---


def outcome(escalation_id: str = "v1:1", **differs: Any) -> Outcome:
    whole: dict[str, Any] = {
        "visit_id": "v1",
        "customer_id": "c1",
        "occurred_at": DECIDED,
        "status": OutcomeStatus.RESOLVED,
        "outcome": OutcomeName.UPHELD,
        "on_appeal": False,
        "tier": Tier.LOCAL,
    }
    return Outcome(escalation_id=escalation_id, **(whole | differs))


def stands(subject_id: str | None, rule: Rule = Rule.WARRANTY_DISPUTED, **differs: Any) -> Any:
    whole: dict[str, Any] = {"live": True, "escalation_id": "v1:1", "trigger_event_id": "t"}
    return EpisodeState(rule=rule, subject_id=subject_id, **(whole | differs))


def kept(there: Visit, said_so: Outcome, generation: int = 2) -> tuple[Granted, ...]:
    world = context(there, rules=policy(generation=generation)).world
    return granted_after(there, said_so, world)


def test_a_claim_that_stands_in_the_case_is_kept_with_its_time() -> None:
    there = replace(
        visit(FIRST),
        standings=(
            stands("claim1"),
            stands("gone", live=False),
            stands("other", escalation_id="v1:2"),
            stands(None),
            stands("est1", Rule.ESTIMATE_DISPUTED),
        ),
    )
    assert kept(there, outcome()) == (
        granted(
            tier=Tier.LOCAL,
            claims=(("claim1", Rule.WARRANTY_DISPUTED),),
            due_at=BY,
            trigger_event_id="t",
        ),
    )
    assert kept(there, outcome(), generation=1) == ()
    for differs in ({"outcome": OutcomeName.PARTLY_UPHELD}, {"outcome": OutcomeName.UNFOUNDED}):
        assert kept(there, outcome(**differs)) == ()


def test_a_case_decided_anew_or_opened_again_has_no_decision_of_before() -> None:
    there = replace(visit(FIRST), granted=(price(), price(escalation_id="v1:2")))
    for status in (OutcomeStatus.REOPENED, OutcomeStatus.WITHDRAWN):
        left = kept(there, outcome(status=status, outcome=None))
        assert left == (price(escalation_id="v1:2"),)
    assert kept(there, outcome(outcome=OutcomeName.UNFOUNDED)) == (price(escalation_id="v1:2"),)


def test_a_word_about_a_decision_is_of_that_one_alone() -> None:
    there = replace(visit(FIRST), granted=(by(), replace(by(), escalation_id="v1:2")))
    spoke = outcome(status=OutcomeStatus.CONTACTED, outcome=None, occurred_at=DECIDED + 5)
    assert [each.contacted_at for each in kept(there, spoke)] == [DECIDED + 5, None]


def test_only_the_newest_decisions_are_kept() -> None:
    many = tuple(replace(by(), escalation_id=f"v1:{each}") for each in range(2, AT_MOST + 2))
    there = replace(visit(FIRST), granted=many)
    loaner = Remedy(kind=RemedyKind.LOANER)
    left = kept(there, outcome(remedy=loaner))
    assert len(left) == AT_MOST
    assert (left[0].escalation_id, left[-1].escalation_id) == ("v1:3", "v1:1")


@pytest.mark.parametrize(("days", "expected"), [(59, 59), (60, 60), (61, 60)])
def test_a_decision_is_looked_at_for_sixty_days_at_most(days: int, expected: int) -> None:
    remedy = Remedy(kind=RemedyKind.LOANER, by=DECIDED + days * DAY)
    assert looked_at_until(granted(remedy=remedy)) == DECIDED + expected * DAY
    assert looked_at_until(price()) is None
