"""Work done though declined, and charged though covered."""

from typing import Any

import pytest

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rules.work import (
    estimate_charges_covered_work,
    estimate_declined_work_done,
)
from schemas.records import Reason, Rule, Severity
from tests.core.builders import at, closure, context, estimate, line, said, visit, warranty

BRAKES, OIL = line("brakes"), line("oil")
FIRST = estimate("e1", lines=(BRAKES,))
SECOND = estimate("e2", hours=2, revision=2, lines=(BRAKES, OIL))


MS = 1 / 3_600_000  # hours
YES = said("yes", hours=1)


def done(*operations: str, hours: float = 8) -> Any:
    return closure("end", hours=hours, operations_done=operations)


def no(event_id: str = "no", hours: float = 3, **fields: Any) -> Any:
    return said(event_id, "DECLINED", hours=hours, **fields)


# Another estimate for the same work, which the customer declined.
OTHER = (
    estimate("f1", hours=1, estimate_id="est2", lines=(BRAKES,)),
    no(subject_id="est2"),
    done("brakes"),
)
DECLINED = [
    ("nothing authorised: all of it is declined", (FIRST, no(), done("brakes")), ["brakes"]),
    ("not done", (FIRST, no(), done("wash")), []),
    ("no closure", (FIRST, no()), []),
    ("nothing declined", (FIRST, done("brakes")), []),
    (
        "what was authorised before stays so",
        (FIRST, said("yes", hours=1), SECOND, no(), done("brakes", "oil")),
        ["oil"],
    ),
    (
        "a yes later takes back what its revision holds",
        (FIRST, SECOND, no(), said("yes", hours=4, subject_revision=1), done("brakes", "oil")),
        ["oil"],
    ),
    (
        "a yes later to all of it takes all back",
        (FIRST, SECOND, no(), said("yes", hours=4), done("brakes", "oil")),
        [],
    ),
    (
        "a yes that waits for its revision takes nothing back",
        (FIRST, no(), said("yes", hours=4, subject_revision=2), done("brakes")),
        ["brakes"],
    ),
    (
        "the revision named",
        (FIRST, SECOND, no(subject_revision=1), done("brakes", "oil")),
        ["brakes"],
    ),
    (
        "the highest revision before the response",
        (FIRST, SECOND, no(hours=1), done("brakes", "oil")),
        ["brakes"],
    ),
    (
        "a revision of the same instant is before it",
        (FIRST, SECOND, no(hours=2), done("oil")),
        ["oil"],
    ),
    ("declined before any estimate", (no(hours=-1), FIRST, done("brakes")), []),
    (
        "declined by a revision that occurred later",
        (no(hours=-1, subject_revision=1), FIRST, done("brakes")),
        ["brakes"],
    ),
    (
        "a decline after the closure counts too",
        (FIRST, done("brakes", hours=1), no(hours=2)),
        ["brakes"],
    ),
    ("subject NONE is not read", (FIRST, no(subject="NONE"), done("brakes")), []),
    (
        "a yes before any revision is one to no operation",
        (said("yes", hours=-1, authorised_total=10_000), FIRST, no(), done("brakes")),
        ["brakes"],
    ),
    ("a yes a millisecond before it", (said("yes", hours=-MS), FIRST, *OTHER), ["brakes"]),
    ("a yes of the same instant", (said("yes"), FIRST, *OTHER), []),
    ("a yes a millisecond after it", (said("yes", hours=MS), FIRST, *OTHER), []),
    (
        "a yes before it that names the revision",
        (said("yes", hours=-1, subject_id="est1", subject_revision=1), FIRST, *OTHER),
        [],
    ),
    (
        "a later no takes back a yes to the same revision",
        (FIRST, said("yes", hours=1), no(), done("brakes")),
        ["brakes"],
    ),
    ("a no a millisecond before the yes", (FIRST, YES, no(hours=1 - MS), done("brakes")), []),
    ("a no of the same instant, the lesser id", (FIRST, YES, no(hours=1), done("brakes")), []),
    (
        "a no of the same instant, the greater id",
        (FIRST, YES, no("zo", hours=1), done("brakes")),
        ["brakes"],
    ),
    ("a no a millisecond after it", (FIRST, YES, no(hours=1 + MS), done("brakes")), ["brakes"]),
    (
        "a yes after all",
        (FIRST, YES, no(), said("after all", hours=4), done("brakes")),
        [],
    ),
    (
        "a no to a higher revision takes back no yes to a lower one",
        (FIRST, SECOND, said("yes", hours=1), no(), done("brakes", "oil")),
        ["oil"],
    ),
    (
        "a no to a lower revision takes back no yes to a higher one",
        (FIRST, SECOND, said("yes", hours=2), no(subject_revision=1), done("brakes", "oil")),
        [],
    ),
    (
        "the closure that occurred last counts",
        (FIRST, no(), done("brakes"), closure("end2", hours=9)),
        [],
    ),
]


@pytest.mark.parametrize(
    ("facts", "operations"), [each[1:] for each in DECLINED], ids=[each[0] for each in DECLINED]
)
def test_declined_work_that_was_done(facts: tuple[Any, ...], operations: list[str]) -> None:
    found = estimate_declined_work_done(context(visit(*facts)))
    assert [why.facts["operations_done"] for each in found for why in each.reasons] == operations


def test_declined_work_done_is_high_and_on_the_floor() -> None:
    judged = visit(FIRST, said("yes", hours=1), SECOND, no(), done("oil"))
    assert estimate_declined_work_done(context(judged)) == (
        Finding(
            rule=Rule.ESTIMATE_DECLINED_WORK_DONE,
            subject_id="est1",
            severity=Severity.HIGH,
            occurred_at=at(hours=8),
            trigger_event_id="end",
            reads=frozenset(("e1", "e2", "yes", "no", "end")),
            reasons=(
                Reason(
                    code="ESTIMATE_DECLINED_WORK_DONE",
                    facts={
                        "estimate_id": "est1",
                        "declined_revision": "2",
                        "declined_by": "no",
                        "closure": "end",
                        "operations_done": "oil",
                        "operations_authorised": "brakes",
                    },
                ),
            ),
            floor=True,
        ),
    )


def test_a_decline_after_the_closure_is_the_trigger() -> None:
    judged = visit(FIRST, done("brakes", hours=1), no(hours=2))
    (finding,) = estimate_declined_work_done(context(judged))
    assert finding.trigger_event_id == "no"


def covered(decision: str = "APPROVED", **fields: Any) -> Any:
    given: dict[str, Any] = {"hours": 1, "operations": ("brakes",)}
    return warranty("w", decision, **(given | fields))


def charged(event_id: str = "e1", *lines: Any, hours: float = 2, **fields: Any) -> Any:
    return estimate(event_id, hours=hours, lines=lines or (BRAKES,), **fields)


COVERED = [
    ("approved, then charged", (covered(), charged()), True),
    ("goodwill, then charged", (covered("GOODWILL"), charged()), True),
    ("pending", (covered("PENDING"), charged()), False),
    ("denied", (covered("DENIED"), charged()), False),
    ("charged at the same instant is not after", (covered(hours=2), charged()), False),
    ("charged before", (covered(hours=3), charged()), False),
    ("for nothing", (covered(), charged("e1", line("brakes", 0))), False),
    ("for one minor unit", (covered(), charged("e1", line("brakes", 1))), True),
    ("another operation", (covered(), charged("e1", OIL)), False),
    ("by the line's claim", (covered(), charged("e1", line("oil", 5, "claim1"))), True),
    ("the line is of another claim", (covered(), charged("e1", line("brakes", 5, "x"))), False),
    (
        "no longer in the current revision",
        (covered(), charged(), charged("e2", OIL, revision=2)),
        False,
    ),
    (
        "approved first, denied now",
        (covered(), warranty("w2", "DENIED", revision=2, hours=1), charged()),
        False,
    ),
    (
        "the operations of the valid decision count",
        (
            warranty("w", hours=1, operations=("oil",)),
            warranty("w2", hours=1, revision=2, operations=("brakes",)),
            charged(),
        ),
        True,
    ),
    (
        "after the first that said so, before the valid one",
        (
            covered(),
            warranty("w2", "GOODWILL", revision=2, hours=3, operations=("brakes",)),
            charged(),
        ),
        True,
    ),
    (
        "after a first that was denied, before the one that said so",
        (covered("DENIED"), warranty("w2", revision=2, hours=3, operations=("brakes",)), charged()),
        False,
    ),
]
COVERED_AT_CLOSURE = [
    ("a closure after it", 3, 1, ("brakes",), True),
    ("a closure at the same instant", 2.5, 1, ("brakes",), False),
    ("that charges nothing", 3, 0, ("brakes",), False),
    ("that names no charge", 3, None, ("brakes",), False),
    ("that did other work", 3, 1, ("oil",), False),
]


@pytest.mark.parametrize(
    ("facts", "expected"), [each[1:] for each in COVERED], ids=[each[0] for each in COVERED]
)
def test_a_current_revision_that_charges_covered_work(
    facts: tuple[Any, ...], *, expected: bool
) -> None:
    found = estimate_charges_covered_work(context(visit(*facts)))
    assert [each.subject_id for each in found] == (["est1"] if expected else [])


@pytest.mark.parametrize(
    ("hours", "total", "operations", "expected"),
    [each[1:] for each in COVERED_AT_CLOSURE],
    ids=[each[0] for each in COVERED_AT_CLOSURE],
)
def test_a_closure_that_charges_covered_work(
    hours: float, total: int | None, operations: tuple[str, ...], *, expected: bool
) -> None:
    end = closure("end", hours=hours, charged_total=total, operations_done=operations)
    judged = visit(charged(), covered(hours=2.5), end)
    found = estimate_charges_covered_work(context(judged))
    assert [each.trigger_event_id for each in found] == (["end"] if expected else [])


def test_covered_work_is_high_and_says_what_was_compared() -> None:
    judged = visit(covered(), charged(), currency="EUR")
    assert estimate_charges_covered_work(context(judged)) == (
        Finding(
            rule=Rule.ESTIMATE_CHARGES_COVERED_WORK,
            subject_id="est1",
            severity=Severity.HIGH,
            occurred_at=at(hours=2),
            trigger_event_id="e1",
            reads=frozenset(("w", "e1")),
            reasons=(
                Reason(
                    code="ESTIMATE_CHARGES_COVERED_WORK",
                    facts={
                        "estimate_id": "est1",
                        "revision": "1",
                        "operation": "brakes",
                        "amount_minor": "100",
                        "currency": "EUR",
                        "claim_id": "claim1",
                        "claim_revision": "1",
                        "decision": "APPROVED",
                        "covered_since": "2026-03-02T10:00:00Z",
                    },
                ),
            ),
        ),
    )


def test_a_closure_bears_on_covered_work_and_is_named_where_it_charges_it() -> None:
    end = closure("end", hours=3, charged_total=100, operations_done=("brakes",))
    (finding,) = estimate_charges_covered_work(context(visit(covered(), charged(), end)))
    assert (finding.reads, finding.trigger_event_id) == (frozenset(("w", "e1", "end")), "end")
    assert [why.facts.get("closure") for why in finding.reasons] == ["end"]


def half(decision: str = "APPROVED", percent: int = 50, **fields: Any) -> Any:
    return covered(decision, covered_percent=percent, **fields)


def now(amount: int, *lines: Any, **fields: Any) -> Any:
    """The second revision, which charges so much for the brakes."""
    whole = {"hours": 2, "revision": 2} | fields
    return estimate("e2", lines=(line("brakes", amount, "claim1"), *lines), **whole)


THIRD = estimate("e1", lines=(line("brakes", 101),))
SHARED = [
    ("less than the share", (half(), FIRST, now(49)), False),
    ("the share", (half(), FIRST, now(50)), False),
    ("more than the share", (half(), FIRST, now(51)), True),
    ("the share is exact", (half(), THIRD, now(51)), True),
    ("and not rounded up", (half(percent=49), THIRD, now(52)), True),
    ("below an exact share", (half(percent=49), THIRD, now(51)), False),
    ("all is covered", (half(percent=100), FIRST, now(1)), True),
    ("the line came with the claim", (half(), estimate("e1", lines=(OIL,)), now(100)), False),
    ("there was no revision yet", (half(), now(100)), False),
    (
        "there was none of that estimate",
        (half(), FIRST, now(100, estimate_id="est2", revision=1)),
        False,
    ),
    (
        "the revision of the same instant was there",
        (half(hours=1), estimate("e1", hours=1, lines=(BRAKES,)), now(51)),
        True,
    ),
    (
        "a revision after the first decision is no measure",
        (half(), FIRST, estimate("e2", hours=2, revision=2, lines=(line("brakes", 500),))),
        True,
    ),
    (
        "the line of another claim is another line",
        (half(), estimate("e1", lines=(line("brakes", 100, "x"),)), now(100)),
        False,
    ),
    (
        "by the claim where no line has the operation",
        (half(), estimate("e1", lines=(line("pads", 100, "claim1"),)), now(51)),
        True,
    ),
    (
        "by the claim, up to the share",
        (half(), estimate("e1", lines=(line("pads", 100, "claim1"),)), now(50)),
        False,
    ),
    (
        "a line without the claim is known by its operation alone",
        (
            half(),
            estimate("e1", lines=(line("pads", 100, "claim1"),)),
            estimate("e2", hours=2, revision=2, lines=(line("brakes", 51),)),
        ),
        False,
    ),
    (
        "two lines of one operation are one",
        (half(), FIRST, now(26, line("brakes", 25, "claim1"))),
        True,
    ),
    (
        "two lines of one operation, up to the share",
        (half(), FIRST, now(25, line("brakes", 25, "claim1"))),
        False,
    ),
    (
        "the share of the decision that is valid, of what was there at the first",
        (
            half(percent=20),
            FIRST,
            warranty("w2", revision=2, hours=3, operations=("brakes",), covered_percent=50),
            now(51),
        ),
        True,
    ),
]


@pytest.mark.parametrize(
    ("facts", "expected"), [each[1:] for each in SHARED], ids=[each[0] for each in SHARED]
)
def test_of_what_is_covered_in_part_the_customer_pays_their_share(
    facts: tuple[Any, ...], *, expected: bool
) -> None:
    found = estimate_charges_covered_work(context(visit(*facts)))
    assert [each.subject_id for each in found] == (["est1"] if expected else [])


AGREED = [
    ("to the very revision", said("yes", hours=3, subject_revision=2), True),
    ("to the one that is valid then", said("yes", hours=3), True),
    ("to another revision", said("yes", hours=3, subject_revision=1), False),
    ("to an amount with it", said("yes", hours=3, authorised_total=80), True),
    ("no", said("yes", "DECLINED", hours=3), False),
]


@pytest.mark.parametrize(
    ("word", "agreed"), [each[1:] for each in AGREED], ids=[each[0] for each in AGREED]
)
@pytest.mark.parametrize("percent", [50, None])
def test_a_yes_to_what_goodwill_leaves_takes_the_ground_away(
    word: Any, percent: int | None, *, agreed: bool
) -> None:
    given = covered("GOODWILL", covered_percent=percent)
    found = estimate_charges_covered_work(context(visit(given, FIRST, now(80), word)))
    assert len(found) == (not agreed)


def test_a_yes_to_what_a_warranty_owes_takes_nothing_away() -> None:
    judged = visit(half("APPROVED"), FIRST, now(80), said("yes", hours=3))
    assert len(estimate_charges_covered_work(context(judged))) == 1


@pytest.mark.parametrize(("hours", "found"), [(0.5, 1), (1, 1), (1.5, 0)])
def test_a_yes_from_before_the_goodwill_is_none_to_what_it_leaves(hours: float, found: int) -> None:
    end = closure("end", hours=3, charged_total=100, operations_done=("brakes",))
    judged = visit(FIRST, half("GOODWILL"), said("yes", hours=hours), end)
    assert len(estimate_charges_covered_work(context(judged))) == found


@pytest.mark.parametrize(("hours", "found"), [(0.5, 1), (1.5, 0)])
def test_a_closure_is_judged_by_the_share_of_the_valid_revisions_lines(
    hours: float, found: int
) -> None:
    end = closure("end", hours=3, charged_total=100, operations_done=("brakes",))
    second = estimate("e2", hours=1.5, revision=2, lines=(line("brakes", 50),))
    judged = visit(FIRST, half(), *((second,) if hours > 1 else ()), end)
    assert len(estimate_charges_covered_work(context(judged))) == found


def test_a_share_says_how_it_was_worked_out_and_reads_what_it_is_of() -> None:
    judged = visit(half("GOODWILL"), THIRD, now(80), said("late", hours=1), currency="EUR")
    (finding,) = estimate_charges_covered_work(context(judged))
    assert finding.reads == frozenset(("w", "e1", "e2", "late"))
    assert finding.reasons == (
        Reason(
            code="ESTIMATE_CHARGES_COVERED_WORK",
            facts={
                "estimate_id": "est1",
                "revision": "2",
                "operation": "brakes",
                "amount_minor": "80",
                "currency": "EUR",
                "claim_id": "claim1",
                "claim_revision": "1",
                "decision": "GOODWILL",
                "covered_since": "2026-03-02T10:00:00Z",
                "covered_percent": "50",
                "share_minor": "101/2",
                "share_revision": "1",
            },
        ),
    )
