"""ESTIMATE_OVER_AUTHORISED: a current revision against what was authorised, law by law.

By a policy by which nothing waits for a yes; what waits is in test_grace.py.
"""

from fractions import Fraction
from typing import Any

import pytest

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules.estimate import estimate_over_authorised
from schemas.records import Reason, Rule, Severity
from tests.core.builders import at, estimate, policy, said, site, visit
from tests.core.builders import context as context_by

WITHIN, OVER, NOTHING = "within", "over", "nothing"


def context(judged: Any, **fields: Any) -> RuleContext:
    return context_by(judged, **({"rules": policy(generation=1)} | fields))


def verdict(found: tuple[Finding, ...]) -> str:
    if not found:
        return NOTHING
    (finding,) = found
    return WITHIN if finding.below_threshold else OVER


def place(subdivision: str, currency: str = "USD") -> Any:
    return site(country=subdivision[:2], subdivision=subdivision, currency=currency)


def rise(base: int, now: int, subdivision: str = "US-TX", **fields: Any) -> RuleContext:
    return context(
        visit(
            estimate("e1", total=base),
            said("yes", hours=1),
            estimate("e2", hours=2, revision=2, total=now, **fields),
        ),
        place=place(subdivision),
    )


@pytest.mark.parametrize(
    ("law", "base", "now", "expected"),
    [
        # default: min(50, max(10, 10 %))
        ("US-TX", 5_000, 5_000, NOTHING),
        ("US-TX", 5_000, 4_999, NOTHING),
        ("US-TX", 5_000, 5_001, WITHIN),
        ("US-TX", 5_000, 6_000, WITHIN),
        ("US-TX", 5_000, 6_001, OVER),
        ("US-TX", 20_000, 22_000, WITHIN),
        ("US-TX", 20_000, 22_001, OVER),
        ("US-TX", 90_000, 95_000, WITHIN),
        ("US-TX", 90_000, 95_001, OVER),
        # California: any excess
        ("US-CA", 10_000, 10_000, NOTHING),
        ("US-CA", 10_000, 10_001, OVER),
        # Michigan: the lesser of 10 USD and 10 %
        ("US-MI", 5_000, 5_500, WITHIN),
        ("US-MI", 5_000, 5_501, OVER),
        ("US-MI", 90_000, 91_000, WITHIN),
        ("US-MI", 90_000, 91_001, OVER),
        # Florida: the greater of 10 USD and 10 %, at most 50 USD
        ("US-FL", 5_000, 6_000, WITHIN),
        ("US-FL", 5_000, 6_001, OVER),
        ("US-FL", 20_000, 22_000, WITHIN),
        ("US-FL", 20_000, 22_001, OVER),
        ("US-FL", 90_000, 95_000, WITHIN),
        ("US-FL", 90_000, 95_001, OVER),
        # Ohio and Ontario: 10 %, without more
        ("US-OH", 90_000, 99_000, WITHIN),
        ("US-OH", 90_000, 99_001, OVER),
        ("CA-ON", 100, 110, WITHIN),
        ("CA-ON", 100, 111, OVER),
        # never rounded: 10 % of 105 is 10.5
        ("US-OH", 105, 115, WITHIN),
        ("US-OH", 105, 116, OVER),
        # nothing authorised may cost nothing: the limit of a percentage of 0 is 0
        ("US-OH", 0, 1, OVER),
        ("US-TX", 0, 1_000, WITHIN),
    ],
)
def test_each_law_has_its_limit(law: str, base: int, now: int, expected: str) -> None:
    assert verdict(estimate_over_authorised(rise(base, now, law))) == expected


@pytest.mark.parametrize(
    ("subtotal", "expected"),
    [(8_000, NOTHING), (8_001, WITHIN), (8_800, WITHIN), (8_801, OVER)],
)
def test_washington_compares_before_tax(subtotal: int, expected: str) -> None:
    judged = context(
        visit(
            estimate("e1", total=10_000, subtotal=8_000),
            said("yes", hours=1, authorised_total=10_000),
            estimate("e2", hours=2, revision=2, total=20_000, subtotal=subtotal),
        ),
        place=place("US-WA"),
    )
    assert verdict(estimate_over_authorised(judged)) == expected


@pytest.mark.parametrize(("subtotal", "expected"), [(3_300, WITHIN), (3_301, OVER)])
def test_an_authorised_total_of_no_revision_has_the_share_of_tax_of_the_latest_before_it(
    subtotal: int, expected: str
) -> None:
    # 4,500 x 8,000 / 12,000 = 3,000 before tax; revision 3 comes after the authorisation
    judged = context(
        visit(
            estimate("e1", total=10_000, subtotal=9_999),
            estimate("e2", hours=1, revision=2, total=12_000, subtotal=8_000),
            said("yes", hours=2, authorised_total=4_500),
            estimate("e3", hours=3, revision=3, total=20_000, subtotal=subtotal),
        ),
        place=place("US-WA"),
    )
    assert verdict(estimate_over_authorised(judged)) == expected


def test_a_share_of_tax_is_written_as_it_was_worked_out() -> None:
    """10,000 x 8,000 / 12,000 = 20,000 / 3, and 10 % of that is 2,000 / 3."""
    judged = context(
        visit(
            estimate("e1", total=12_000, subtotal=8_000),
            said("yes", hours=1, authorised_total=10_000),
            estimate("e2", hours=2, revision=2, total=20_000, subtotal=7_334),
        ),
        place=place("US-WA"),
    )
    (finding,) = estimate_over_authorised(judged)
    said_of = finding.reasons[0].facts
    named = ("base_minor", "base_working", "excess_minor", "limit_minor")
    assert [said_of[each] for each in named] == [
        "20000/3",
        "10000 x 8000 / 12000",
        "2002/3",
        "2000/3",
    ]
    assert not finding.below_threshold


def test_a_revision_without_a_total_has_no_tax_to_share() -> None:
    judged = context(
        visit(
            estimate("e1", total=0, subtotal=0),
            said("yes", hours=1, authorised_total=1_000),
            estimate("e2", hours=2, revision=2, total=1_100, subtotal=1_100),
        ),
        place=place("US-WA"),
    )
    assert verdict(estimate_over_authorised(judged)) == WITHIN


def test_a_total_that_two_revisions_have_is_that_of_the_one_meant() -> None:
    judged = context(
        visit(
            estimate("e1", total=10_000, subtotal=8_000),
            said("yes", hours=1, authorised_total=10_000),
            estimate("e2", hours=2, revision=2, total=10_000, subtotal=9_000),
        ),
        place=place("US-WA"),
    )
    assert verdict(estimate_over_authorised(judged)) == OVER


@pytest.mark.parametrize(("before", "expected"), [(8_000, OVER), (9_000, WITHIN)])
def test_a_total_that_later_revisions_have_too_is_that_of_the_one_before(
    before: int, expected: str
) -> None:
    judged = context(
        visit(
            estimate("e1", total=10_000, subtotal=before),
            estimate("e2", hours=1, revision=2, total=12_000, subtotal=9_600),
            said("yes", hours=2, authorised_total=10_000),
            estimate("e3", hours=3, revision=3, total=10_000, subtotal=9_500),
        ),
        place=place("US-WA"),
    )
    assert verdict(estimate_over_authorised(judged)) == expected


def test_a_total_that_was_named_reads_no_revision_so_none_is_the_trigger() -> None:
    """Revision 2 has the total that was authorised, and occurred last; it counts before tax."""
    facts = (
        estimate("e1", total=10_000),
        said("yes", hours=1, authorised_total=11_000),
        estimate("e3", hours=2, revision=3, total=14_000),
        estimate("e2", hours=3, revision=2, total=11_000),
    )
    (with_tax,) = estimate_over_authorised(context(visit(*facts)))
    (before_tax,) = estimate_over_authorised(context(visit(*facts), place=place("US-WA")))
    assert (with_tax.trigger_event_id, before_tax.trigger_event_id) == ("e3", "e2")


def test_a_total_of_another_revision_than_the_one_meant_brings_that_ones_subtotal() -> None:
    judged = context(
        visit(
            estimate("e1", total=10_000, subtotal=8_000),
            estimate("e2", hours=1, revision=2, total=12_000, subtotal=9_600),
            said("yes", hours=2, authorised_total=10_000),
            estimate("e3", hours=3, revision=3, total=12_000, subtotal=8_800),
        ),
        place=place("US-WA"),
    )
    assert verdict(estimate_over_authorised(judged)) == WITHIN


@pytest.mark.parametrize(
    ("base", "now", "severity"),
    [
        (10_000, 12_499, Severity.NORMAL),
        (10_000, 12_500, Severity.HIGH),
        (1_000_000, 1_049_999, Severity.NORMAL),
        (1_000_000, 1_050_000, Severity.HIGH),
    ],
)
def test_a_rise_is_high_from_25_percent_or_500(base: int, now: int, severity: Severity) -> None:
    (finding,) = estimate_over_authorised(rise(base, now))
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("generation", "now", "severity"),
    [
        (2, 104_999, Severity.LOW),
        (2, 105_000, Severity.NORMAL),
        (2, 105_001, Severity.NORMAL),
        (1, 104_999, Severity.NORMAL),
    ],
)
def test_a_rise_is_low_below_50_from_generation_2_of_the_policy_on(
    generation: int, now: int, severity: Severity
) -> None:
    there = visit(estimate("e1", total=100_000), estimate("e2", hours=1, revision=2, total=now))
    rules = policy(generation=generation)
    (finding,) = estimate_over_authorised(context(there, rules=rules))
    assert finding.severity is severity


def test_any_rise_above_nothing_is_high() -> None:
    there = visit(estimate("e1", total=0), estimate("e2", hours=1, revision=2, total=1))
    (finding,) = estimate_over_authorised(context(there, rules=policy()))
    assert finding.severity is Severity.HIGH


@pytest.mark.parametrize(("now", "expected"), [(20, WITHIN), (21, OVER)])
def test_ten_dollars_stand_for_ten_major_units_of_the_sites_currency(
    now: int, expected: str
) -> None:
    yen = site(country="JP", subdivision="JP-13", currency="JPY")
    judged = context(
        visit(
            estimate("e1", total=10, currency="JPY"),
            said("yes", hours=1),
            estimate("e2", hours=2, revision=2, total=now),
            currency="JPY",
        ),
        place=yen,
    )
    assert verdict(estimate_over_authorised(judged)) == expected


BASES = [
    pytest.param(
        (
            estimate("e1", total=10_000),
            estimate("e2", hours=2, revision=2, total=11_500),
        ),
        (1_500, "e2", "e1"),
        id="nothing authorised: the lowest revision",
    ),
    pytest.param(
        (
            estimate("e2", hours=2, revision=2, total=11_500),
            estimate("e1", hours=3, revision=1, total=10_000),
        ),
        (1_500, "e1", "e1"),
        id="a lower revision that comes late changes the base and is the trigger",
    ),
    pytest.param(
        (
            estimate("e1", total=10_000),
            said("yes", hours=1, authorised_total=12_000),
            said("more", hours=2, authorised_total=11_000),
            estimate("e2", hours=3, revision=2, total=13_500),
        ),
        (2_500, "e2", "more"),
        id="the total authorised last, also when it is lower",
    ),
    pytest.param(
        (
            estimate("e1", total=10_000),
            estimate("e2", hours=1, revision=2, total=12_000),
            said("yes", hours=1),
            estimate("e3", hours=2, revision=3, total=14_000),
        ),
        (2_000, "e3", "yes"),
        id="no total: the highest revision up to it, its own instant included",
    ),
    pytest.param(
        (
            estimate("e1", total=10_000),
            estimate("e2", hours=1, revision=2, total=19_000),
            said("yes", hours=2, subject_revision=1),
            estimate("e3", hours=3, revision=3, total=12_000),
        ),
        (2_000, "e3", "yes"),
        id="no total: the revision named",
    ),
    pytest.param(
        (
            estimate("e1", total=10_000),
            said("yes", hours=1, subject_revision=3, authorised_total=90_000),
            estimate("e2", hours=2, revision=2, total=12_000),
        ),
        (2_000, "e2", "e1"),
        id="a revision named that is not here yet: the authorisation waits",
    ),
    pytest.param(
        (
            said("yes", authorised_total=10_000, subject="NONE"),
            estimate("e1", hours=1, total=12_000),
        ),
        (2_000, "e1", "yes"),
        id="authorised before any estimate: of the one that comes first",
    ),
    pytest.param(
        (
            said("yes", subject="NONE"),
            estimate("e1", hours=1, total=10_000),
            estimate("e2", hours=2, revision=2, total=12_000),
        ),
        (2_000, "e2", "yes"),
        id="authorised before any estimate without a total: the revision that comes first",
    ),
    pytest.param(
        (
            estimate("e1", total=10_000),
            said("yes", hours=1, subject="WARRANTY", authorised_total=90_000),
            said("no", "DECLINED", hours=1, authorised_total=90_000),
            estimate("e2", hours=2, revision=2, total=12_000),
        ),
        (2_000, "e2", "e1"),
        id="authorised of something else, or declined: no base",
    ),
    pytest.param(
        (
            estimate("e1", total=10_000),
            estimate("old", hours=1, revision=2, total=19_000),
            estimate("new", hours=2, revision=2, total=12_000),
        ),
        (2_000, "new", "e1"),
        id="of equal revisions the one that occurred last is valid",
    ),
    pytest.param(
        (
            estimate("e1", total=10_000),
            estimate("b", hours=1, revision=2, total=12_000),
            estimate("a", hours=1, revision=2, total=19_000),
        ),
        (2_000, "b", "e1"),
        id="of equal revisions at one instant the one with the greater event_id",
    ),
]


@pytest.mark.parametrize(("facts", "expected"), BASES)
def test_the_base_of_an_estimate(facts: tuple[Any, ...], expected: tuple[int, str, str]) -> None:
    (finding,) = estimate_over_authorised(context(visit(*facts)))
    facts_said = finding.reasons[0].facts
    by = facts_said.get("authorised_by", "e1")
    assert (finding.excess_minor, finding.trigger_event_id, by) == expected


TAKEN_BACK = [
    pytest.param((said("yes", hours=1), said("no", "DECLINED", hours=2)), 15_000, "no", id="after"),
    pytest.param((said("yes", hours=1), said("no", "DECLINED", hours=1)), None, None, id="before"),
    pytest.param(
        (said("yes", hours=1), said("zo", "DECLINED", hours=1)), 15_000, "zo", id="same instant"
    ),
    pytest.param(
        (said("yes", hours=1), said("no", "DECLINED", hours=2), said("yes2", hours=3)),
        None,
        None,
        id="a yes after all",
    ),
    pytest.param(
        (said("yes", hours=1), said("no", "DECLINED", hours=2, subject_revision=1)),
        None,
        None,
        id="of another revision",
    ),
    pytest.param(
        (
            said("yes1", hours=-1, subject_revision=1),
            said("yes2", hours=2, subject_revision=2),
            said("no", "DECLINED", hours=3),
        ),
        15_000,
        "no",
        id="the yes before it stands again",
    ),
    pytest.param(
        (
            said("yes2", hours=1, subject_revision=2),
            said("yes1", hours=2, subject_revision=1),
            said("no", "DECLINED", hours=3),
        ),
        None,
        None,
        id="a yes to less after it is what stands, with or without it",
    ),
    pytest.param(
        (
            said("yes", hours=-1, authorised_total=25_000),
            said("no", "DECLINED", hours=3, subject_revision=1),
        ),
        None,
        None,
        id="a yes before any revision is of none",
    ),
]


@pytest.mark.parametrize(("words", "excess", "trigger"), TAKEN_BACK)
def test_a_yes_that_was_taken_back_is_no_base(
    words: tuple[Any, ...], excess: int | None, trigger: str | None
) -> None:
    judged = visit(estimate("e1"), estimate("e2", revision=2, total=25_000), *words)
    found = [(each.excess_minor, each.trigger_event_id) for each in _found(judged)]
    assert found == ([] if excess is None else [(excess, trigger)])


@pytest.mark.parametrize(("hours", "expected"), [(0.99, NOTHING), (1, NOTHING), (1.01, OVER)])
def test_only_a_revision_that_occurred_after_the_authorisation_rose(
    hours: float, expected: str
) -> None:
    judged = visit(
        estimate("e1"),
        estimate("e2", hours=hours, revision=2, total=25_000),
        said("yes", hours=1, subject_revision=1),
    )
    assert verdict(_found(judged)) == expected


def _found(judged: Any) -> tuple[Finding, ...]:
    return estimate_over_authorised(context(judged))


def test_a_yes_that_was_taken_back_is_said() -> None:
    yes, no = said("yes", hours=1), said("no", "DECLINED", hours=2)
    (finding,) = _found(visit(estimate("e1"), estimate("e2", revision=2, total=25_000), yes, no))
    facts = finding.reasons[0].facts
    assert finding.reads == {"e1", "e2", "yes", "no"}
    assert (facts["base_revision"], facts["taken_back_by"]) == ("1", "no")
    assert "authorised_by" not in facts


def test_what_was_taken_back_before_the_yes_that_stands_is_compared_with_nothing() -> None:
    first, no, then = (
        said("first", hours=1, subject_revision=1),
        said("no", "DECLINED", hours=2, subject_revision=1),
        said("then", hours=3, subject_revision=1),
    )
    rise = estimate("e2", hours=4, revision=2, total=25_000)
    (finding,) = _found(visit(estimate("e1"), rise, first, no, then))
    facts = finding.reasons[0].facts
    assert facts["authorised_by"] == "then"
    assert "taken_back_by" not in facts


def test_small_rises_add_up() -> None:
    facts: list[Any] = [estimate("e1", total=100_000), said("yes", hours=1)]
    total = 100_000
    for revision in range(2, 12):
        total = total * 109 // 100
        facts.append(estimate(f"e{revision}", hours=revision, revision=revision, total=total))
    (finding,) = estimate_over_authorised(context(visit(*facts)))
    assert (finding.severity, finding.below_threshold) == (Severity.HIGH, False)
    assert finding.excess_minor == total - 100_000


def test_without_an_id_the_estimate_whose_revision_was_the_latest_is_authorised() -> None:
    judged = visit(
        estimate("a1", estimate_id="a", total=10_000),
        estimate("b1", hours=1, estimate_id="b", total=10_000),
        estimate("a2", hours=2, estimate_id="a", revision=2, total=20_000),
        said("yes", hours=3),
        estimate("b2", hours=4, estimate_id="b", revision=2, total=20_000),
    )
    found = estimate_over_authorised(context(judged))
    assert [(each.subject_id, each.trigger_event_id) for each in found] == [("b", "b2")]


def test_an_authorisation_without_an_id_before_any_estimate_is_of_the_first() -> None:
    judged = visit(
        said("yes", authorised_total=30_000),
        estimate("b1", hours=1, estimate_id="b", total=10_000),
        estimate("a1", hours=2, estimate_id="a", total=10_000),
        estimate("a2", hours=3, estimate_id="a", revision=2, total=20_000),
        estimate("b2", hours=3, estimate_id="b", revision=2, total=20_000),
    )
    found = estimate_over_authorised(context(judged))
    assert [each.subject_id for each in found] == ["a"]


def test_the_finding_says_all_that_was_compared() -> None:
    assert estimate_over_authorised(rise(10_000, 11_500)) == (
        Finding(
            rule=Rule.ESTIMATE_OVER_AUTHORISED,
            subject_id="est1",
            severity=Severity.NORMAL,
            occurred_at=at(hours=2),
            trigger_event_id="e2",
            reads=frozenset(("e1", "yes", "e2")),
            reasons=(
                Reason(
                    code="ESTIMATE_OVER_AUTHORISED",
                    facts={
                        "estimate_id": "est1",
                        "revision": "2",
                        "amount_minor": "11500",
                        "amount": "total with tax",
                        "base_minor": "10000",
                        "base_revision": "1",
                        "authorised_by": "yes",
                        "excess_minor": "1500",
                        "limit_minor": "1000",
                        "limit_percent": "10",
                        "limit_fixed_major": "10",
                        "limit_is": "GREATER",
                        "limit_at_most_major": "50",
                        "limit_source": "policy",
                        "high_from_percent": "25",
                        "high_from_major": "500",
                        "currency": "USD",
                    },
                ),
            ),
            revision=2,
            excess_minor=Fraction(1_500),
        ),
    )


def test_a_limit_of_nothing_at_all_is_any_excess() -> None:
    nothing = {"authorisation_limit": {"percent": None, "fixed_major": None}}
    rules = policy(jurisdictions={"US-TX": nothing})
    judged = visit(estimate("e1"), estimate("e2", hours=1, revision=2, total=10_001))
    assert verdict(estimate_over_authorised(context(judged, rules=rules))) == OVER
