"""The rules of kind WARRANTY that read one visit."""

from typing import Any

import pytest

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rules.warranty import warranty_denied_against_cause, warranty_reversed
from schemas.records import Cause, Reason, Rule, Severity
from tests.core.builders import at, context, diagnosis, visit, warranty

MADE = diagnosis("d", cause=Cause.MANUFACTURING)
NO = warranty("no", "DENIED", hours=2)

AGAINST = [
    ("denied after the diagnosis", (MADE, NO), "no"),
    ("denied before the diagnosis", (diagnosis("d", 3, cause=Cause.MANUFACTURING), NO), "d"),
    ("another cause", (diagnosis("d"), NO), None),
    ("approved", (MADE, warranty("w")), None),
    ("denied first, approved now", (MADE, NO, warranty("w", hours=3, revision=2)), None),
    ("a cause no longer valid", (MADE, diagnosis("d2", revision=2), NO), None),
]


@pytest.mark.parametrize(
    ("facts", "trigger"), [each[1:] for each in AGAINST], ids=[each[0] for each in AGAINST]
)
def test_denied_against_the_cause(facts: tuple[Any, ...], trigger: str | None) -> None:
    found = warranty_denied_against_cause(context(visit(*facts)))
    assert [each.trigger_event_id for each in found] == ([trigger] if trigger else [])


def test_denied_against_the_cause_says_which() -> None:
    judged = visit(MADE, diagnosis("x", diagnosis_id="x"), NO)
    assert warranty_denied_against_cause(context(judged)) == (
        Finding(
            rule=Rule.WARRANTY_DENIED_AGAINST_CAUSE,
            subject_id="claim1",
            severity=Severity.NORMAL,
            occurred_at=at(hours=2),
            trigger_event_id="no",
            reads=frozenset(("d", "x", "no")),
            reasons=(
                Reason(
                    code="WARRANTY_DENIED_AGAINST_CAUSE",
                    facts={
                        "claim_id": "claim1",
                        "claim_revision": "1",
                        "reason_code": "R1",
                        "diagnosis_id": "dia1",
                        "diagnosis_revision": "1",
                        "code": "P0300",
                        "cause": "MANUFACTURING",
                    },
                ),
            ),
        ),
    )


def decided(number: int, decision: str, hours: float | None = None) -> Any:
    return warranty(f"w{number}", decision, number if hours is None else hours, revision=number)


def shared(revision: int, percent: int | None, decision: str = "APPROVED") -> Any:
    return warranty(
        f"w{revision}",
        decision,
        revision,
        revision=revision,
        covered_percent=percent,
    )


REVERSED = [
    ("approved, then denied", (decided(1, "APPROVED"), decided(2, "DENIED")), "w2"),
    ("goodwill, then denied", (decided(1, "GOODWILL"), decided(2, "DENIED")), "w2"),
    (
        "pending between",
        (decided(1, "APPROVED"), decided(2, "PENDING"), decided(3, "DENIED")),
        "w3",
    ),
    ("pending, then denied", (decided(1, "PENDING"), decided(2, "DENIED")), None),
    ("denied alone", (decided(1, "DENIED"),), None),
    (
        "approved again",
        (decided(1, "APPROVED"), decided(2, "DENIED"), decided(3, "APPROVED")),
        None,
    ),
    (
        "in the order of revisions, not of time",
        (decided(1, "APPROVED", 3), decided(2, "DENIED")),
        "w1",
    ),
    ("denied, then approved", (decided(1, "DENIED", 3), decided(2, "APPROVED")), None),
    (
        "of equal revisions only the later one counts",
        (decided(1, "APPROVED"), warranty("w9", "DENIED", 5)),
        None,
    ),
    ("less covered than before", (shared(1, 50), shared(2, 49)), "w2"),
    ("as much covered as before", (shared(1, 50), shared(2, 50)), None),
    ("more covered than before", (shared(1, 50), shared(2, 51)), None),
    ("all covered, then a part", (shared(1, None), shared(2, 99)), "w2"),
    ("all covered, said in either way", (shared(1, None), shared(2, 100)), None),
    ("a part, then all", (shared(1, 99), shared(2, None)), None),
    (
        "less than before what lies between",
        (shared(1, 50), decided(2, "DENIED"), shared(3, 20, "GOODWILL")),
        "w3",
    ),
    ("a share of what is pending covers nothing", (shared(1, 50, "PENDING"), shared(2, 20)), None),
    ("less, and then nothing decided", (shared(1, 50), decided(2, "PENDING")), None),
    (
        "claims are not mixed",
        (decided(1, "APPROVED"), warranty("x", "DENIED", 5, claim_id="x", revision=2)),
        None,
    ),
]


@pytest.mark.parametrize(
    ("facts", "trigger"), [each[1:] for each in REVERSED], ids=[each[0] for each in REVERSED]
)
def test_a_claim_that_was_granted_and_is_denied_now(
    facts: tuple[Any, ...], trigger: str | None
) -> None:
    found = warranty_reversed(context(visit(*facts)))
    assert [each.trigger_event_id for each in found] == ([trigger] if trigger else [])


def test_a_reversed_claim_says_both_decisions() -> None:
    other = warranty("x", claim_id="x")
    judged = visit(decided(1, "GOODWILL"), decided(2, "DENIED"), other)
    assert warranty_reversed(context(judged)) == (
        Finding(
            rule=Rule.WARRANTY_REVERSED,
            subject_id="claim1",
            severity=Severity.NORMAL,
            occurred_at=at(hours=2),
            trigger_event_id="w2",
            reads=frozenset(("w1", "w2")),
            reasons=(
                Reason(
                    code="WARRANTY_REVERSED",
                    facts={
                        "claim_id": "claim1",
                        "decision_before": "GOODWILL",
                        "revision_before": "1",
                        "decision_now": "DENIED",
                        "revision_now": "2",
                        "reason_code": "R1",
                    },
                ),
            ),
        ),
    )


def test_a_claim_that_was_cut_says_how_much_was_and_is_covered() -> None:
    (finding,) = warranty_reversed(context(visit(shared(1, None), shared(2, 30, "GOODWILL"))))
    assert finding.reasons == (
        Reason(
            code="WARRANTY_REVERSED",
            facts={
                "claim_id": "claim1",
                "decision_before": "APPROVED",
                "revision_before": "1",
                "decision_now": "GOODWILL",
                "revision_now": "2",
                "reason_code": "R1",
                "covered_percent_before": "100",
                "covered_percent_now": "30",
            },
        ),
    )
