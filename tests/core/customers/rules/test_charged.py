"""CHARGED_OVER_AUTHORISED: the closure against the sum of the visit's bases."""

from fractions import Fraction
from typing import Any

import pytest

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rules.charged import charged_over_authorised
from schemas.records import Reason, Rule, Severity
from tests.core.builders import at, closure, context, estimate, policy, said, site, visit

CHARGED = [
    ("at the base", (estimate("e1"),), 10_000, None),
    ("within the limit nothing is recorded", (estimate("e1"),), 11_000, None),
    ("above the limit", (estimate("e1"),), 11_001, (1_001, Severity.LOW)),
    ("below 25 %", (estimate("e1"),), 12_499, (2_499, Severity.LOW)),
    ("from 25 % on", (estimate("e1"),), 12_500, (2_500, Severity.HIGH)),
    ("nothing authorised, within 10", (), 1_000, None),
    ("nothing authorised: any excess is HIGH", (), 1_001, (1_001, Severity.HIGH)),
    ("nothing charged that is named", (), None, None),
    (
        "the sum of two bases",
        (estimate("a", estimate_id="a"), estimate("b", estimate_id="b", total=20_000)),
        33_000,
        None,
    ),
    (
        "above the sum of two bases",
        (estimate("a", estimate_id="a"), estimate("b", estimate_id="b", total=20_000)),
        33_001,
        (3_001, Severity.LOW),
    ),
    ("authorised, never estimated", (said("yes", authorised_total=10_000),), 11_000, None),
    (
        "authorised by an id that never came: another estimate that nobody answered does not count",
        (
            said("yes", authorised_total=10_000, subject_id="ghost"),
            estimate("e1"),
        ),
        11_001,
        (1_001, Severity.LOW),
    ),
    (
        "of two estimates only the one that was authorised",
        (
            estimate("a", estimate_id="a"),
            estimate("b", estimate_id="b", total=20_000),
            said("yes", hours=1, subject_id="a"),
        ),
        11_001,
        (1_001, Severity.LOW),
    ),
    (
        "of two estimates the one that was declined counts nothing",
        (
            estimate("a", estimate_id="a"),
            estimate("b", estimate_id="b", total=20_000),
            said("no", "DECLINED", hours=1, subject_id="b"),
        ),
        11_001,
        (1_001, Severity.LOW),
    ),
    (
        "the only estimate was declined: any excess is HIGH",
        (estimate("a"), said("no", "DECLINED", hours=1)),
        1_001,
        (1_001, Severity.HIGH),
    ),
    (
        "a no before there was an estimate is a word on none",
        (said("no", "DECLINED"), estimate("a", hours=1)),
        11_000,
        None,
    ),
    (
        "a no to another revision leaves the base that a yes made",
        (
            estimate("e1"),
            said("yes", hours=1),
            estimate("e2", hours=2, revision=2, total=20_000),
            said("no", "DECLINED", hours=3),
        ),
        11_001,
        (1_001, Severity.LOW),
    ),
    (
        "before any estimate only once there is one",
        (said("yes", authorised_total=10_000), estimate("e1", hours=1, total=9_000)),
        11_001,
        (1_001, Severity.LOW),
    ),
    (
        "a yes to more that was taken back",
        (
            estimate("e1"),
            estimate("e2", revision=2, total=20_000),
            said("yes", hours=1),
            said("no", "DECLINED", hours=2),
        ),
        20_000,
        (20_000, Severity.HIGH),
    ),
    (
        "a yes to more that stands",
        (estimate("e1"), estimate("e2", revision=2, total=20_000), said("yes", hours=1)),
        20_000,
        None,
    ),
    (
        "an authorisation that waits for its revision is no base",
        (said("yes", authorised_total=10_000, subject_revision=2),),
        1_001,
        (1_001, Severity.HIGH),
    ),
]


@pytest.mark.parametrize(
    ("facts", "charged", "expected"),
    [each[1:] for each in CHARGED],
    ids=[each[0] for each in CHARGED],
)
def test_the_charge_against_the_bases(
    facts: tuple[Any, ...], charged: int | None, expected: tuple[int, Severity] | None
) -> None:
    judged = visit(*facts, closure("end", hours=8, charged_total=charged))
    found = [
        (each.excess_minor, each.severity) for each in charged_over_authorised(context(judged))
    ]
    assert found == ([] if expected is None else [expected])


def test_without_a_closure_nothing_is_charged() -> None:
    assert charged_over_authorised(context(visit(estimate("e1")))) == ()


@pytest.mark.parametrize(
    ("total", "subtotal", "found"),
    [
        (99_999, 8_800, 0),
        (99_999, 8_801, 1),
        (11_000, None, 0),
        (11_001, None, 1),
        (None, 99_999, 0),
    ],
)
def test_washington_compares_the_charged_subtotal_where_there_is_one(
    total: int | None, subtotal: int | None, found: int
) -> None:
    judged = visit(
        estimate("e1", total=10_000, subtotal=8_000),
        closure("end", hours=8, charged_total=total, charged_subtotal=subtotal),
    )
    place = site(country="US", subdivision="US-WA")
    assert len(charged_over_authorised(context(judged, place=place))) == found


def test_a_base_before_tax_says_how_it_was_worked_out() -> None:
    judged = visit(
        estimate("e1", total=12_000, subtotal=8_000),
        said("yes", hours=1, authorised_total=9_000),
        closure("end", hours=8, charged_total=99_999, charged_subtotal=6_601),
    )
    (finding,) = charged_over_authorised(context(judged, place=site(subdivision="US-WA")))
    assert finding.reasons[0].facts["bases"] == "est1: 9000 x 8000 / 12000 = 6000 (yes)"


def test_a_charge_for_what_was_declined_names_the_no_and_reads_it() -> None:
    judged = visit(
        estimate("e1"),
        said("no", "DECLINED", hours=9),
        closure("end", hours=8, charged_total=10_000),
    )
    (finding,) = charged_over_authorised(context(judged))
    assert (finding.trigger_event_id, finding.reads) == ("no", {"e1", "no", "end"})
    assert finding.reasons[0].facts["bases"] == "est1: 0 (declined in no)"


def test_elsewhere_the_charged_subtotal_is_not_read() -> None:
    judged = visit(
        estimate("e1", total=10_000, subtotal=8_000),
        closure("end", hours=8, charged_total=10_000, charged_subtotal=10_000),
    )
    assert charged_over_authorised(context(judged)) == ()


@pytest.mark.parametrize(("last", "found"), [(11_000, 0), (11_001, 1)])
def test_the_closure_that_occurred_last_counts(last: int, found: int) -> None:
    judged = visit(
        estimate("e1"),
        closure("new", hours=9, charged_total=last),
        closure("old", hours=8, charged_total=10_000 if found else 99_999),
    )
    assert len(charged_over_authorised(context(judged))) == found


def test_the_finding_is_on_the_floor_and_says_what_was_compared() -> None:
    judged = visit(
        estimate("e1"),
        said("yes", hours=1, authorised_total=11_000),
        closure("end", hours=8, charged_total=13_000),
        currency="USD",
    )
    assert charged_over_authorised(context(judged)) == (
        Finding(
            rule=Rule.CHARGED_OVER_AUTHORISED,
            subject_id=None,
            severity=Severity.LOW,
            occurred_at=at(hours=8),
            trigger_event_id="end",
            reads=frozenset(("e1", "yes", "end")),
            reasons=(
                Reason(
                    code="CHARGED_OVER_AUTHORISED",
                    facts={
                        "closure": "end",
                        "charged_minor": "13000",
                        "amount": "total with tax",
                        "base_minor": "11000",
                        "bases": "est1: 11000 (yes)",
                        "excess_minor": "2000",
                        "limit_minor": "1100",
                        "limit_percent": "10",
                        "limit_fixed_major": "10",
                        "limit_is": "GREATER",
                        "limit_at_most_major": "50",
                        "limit_source": "policy",
                        "high_from_percent": "25",
                        "high_from_major": "500",
                        "low_below_major": "50",
                        "currency": "USD",
                    },
                ),
            ),
            floor=True,
            excess_minor=Fraction(2_000),
        ),
    )


def test_an_authorisation_after_the_closure_is_the_trigger() -> None:
    judged = visit(
        closure("end", hours=1, charged_total=13_000),
        said("yes", hours=2, authorised_total=10_000),
        estimate("e1"),
    )
    (finding,) = charged_over_authorised(context(judged))
    assert (finding.trigger_event_id, finding.occurred_at) == ("yes", at(hours=2))


def test_it_has_borders_to_high_and_low_of_its_own() -> None:
    numbers = {"high_from_percent": 90, "low_below_major": 20}
    rules = policy(rules={"charged_over_authorised": numbers})
    judged = visit(estimate("e1"), closure("end", hours=8, charged_total=13_000))
    (finding,) = charged_over_authorised(context(judged, rules=rules))
    assert finding.severity is Severity.NORMAL


@pytest.mark.parametrize(
    ("charged", "severity"),
    [(64_999, Severity.LOW), (65_000, Severity.NORMAL), (65_001, Severity.NORMAL)],
)
def test_a_charge_is_low_below_50(charged: int, severity: Severity) -> None:
    rules = policy(
        jurisdictions={"US-TX": {"authorisation_limit": {"percent": 1, "fixed_major": 1}}}
    )
    judged = visit(estimate("e1", total=60_000), closure("end", hours=8, charged_total=charged))
    (finding,) = charged_over_authorised(context(judged, rules=rules))
    assert finding.severity is severity
