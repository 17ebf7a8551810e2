"""The customer's own words: disputes, requests, and what takes them back."""

from collections.abc import Callable
from typing import Any

import pytest

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules.diagnosis import diagnosis_disputed
from agents.core.customers.rules.estimate import estimate_disputed
from agents.core.customers.rules.request import requested_by_customer
from agents.core.customers.rules.warranty import warranty_disputed
from agents.core.customers.state import Appeal
from schemas.records import Reason, Rule, Severity, Wish
from tests.core.builders import at, context, said, visit

DISPUTES = [
    (estimate_disputed, Rule.ESTIMATE_DISPUTED, "ESTIMATE"),
    (diagnosis_disputed, Rule.DIAGNOSIS_DISPUTED, "DIAGNOSIS"),
    (warranty_disputed, Rule.WARRANTY_DISPUTED, "WARRANTY"),
]
SUBJECTS = ["ESTIMATE", "DIAGNOSIS", "WARRANTY", "NONE", "ESCALATION"]


@pytest.mark.parametrize(("rule", "name", "subject"), DISPUTES)
def test_a_dispute_is_a_finding_of_its_kind_alone(
    rule: Callable[[RuleContext], tuple[Finding, ...]], name: Rule, subject: str
) -> None:
    others = [said(each, "DISPUTED", each) for each in SUBJECTS if each != subject]
    other_words = [said("a", "ASKED", subject), said("b", "DECLINED", subject)]
    wish = Wish(language="fr")
    own = said("own", "DISPUTED", subject, 1, subject_id="x", subject_revision=2, wish=wish)
    assert rule(context(visit(*others, *other_words, own))) == (
        Finding(
            rule=name,
            subject_id="x",
            severity=Severity.NORMAL,
            occurred_at=at(hours=1),
            trigger_event_id="own",
            reads=frozenset(("own",)),
            reasons=(
                Reason(
                    code=name.value,
                    facts={
                        "response": "own",
                        "disputed_at": "2026-03-02T10:00:00Z",
                        "subject": subject,
                        "subject_id": "x",
                        "subject_revision": "2",
                    },
                ),
            ),
            wish=wish,
        ),
    )


def disputes(event_id: str = "d", hours: float = 1, **fields: Any) -> Any:
    return said(event_id, "DISPUTED", hours=hours, **fields)


def test_a_dispute_of_nothing_named_is_its_own_subject() -> None:
    judged = visit(disputes("b", subject_id="x"), disputes("a"))
    assert [each.subject_id for each in estimate_disputed(context(judged))] == [None, "x"]


@pytest.mark.parametrize(
    ("arrived", "trigger"),
    [("first", "first"), ("last", "last"), ("other", "last"), (None, "last")],
)
def test_the_trigger_is_the_word_that_has_just_arrived_else_the_last(
    arrived: str | None, trigger: str
) -> None:
    judged = visit(disputes("last", 2), disputes("first", 1), said("other", "ASKED"))
    (finding,) = estimate_disputed(context(judged, event_id=arrived))
    assert finding.trigger_event_id == trigger
    assert finding.reads == {"first", "last"}


def takes_back(
    subject: str = "ESTIMATE", hours: float = 2, event_id: str = "w", **fields: Any
) -> Any:
    return said(event_id, "WITHDRAWN", subject, hours, **fields)


WITHDRAWN = [
    ("of its subject", takes_back(), []),
    ("of another subject", takes_back("WARRANTY"), [None, "x"]),
    ("of what it names", takes_back(subject_id="x"), [None]),
    ("of what it names, with subject NONE", takes_back("NONE", subject_id="x"), [None]),
    ("of everything: NONE", takes_back("NONE"), []),
    ("of everything: ESCALATION", takes_back("ESCALATION", subject_id="v1:1"), []),
    ("that occurred before", takes_back(hours=0.5), [None, "x"]),
    ("at the same instant, the later", takes_back(hours=1, event_id="z"), []),
    ("at the same instant, the earlier", takes_back(hours=1, event_id="a"), [None, "x"]),
    ("no word of withdrawal", said("w", "RATED", "ESTIMATE", 2), [None, "x"]),
]


@pytest.mark.parametrize(
    ("word", "standing"), [each[1:] for each in WITHDRAWN], ids=[each[0] for each in WITHDRAWN]
)
def test_what_a_withdrawal_takes_back(word: Any, standing: list[str | None]) -> None:
    judged = visit(disputes("d"), disputes("e", subject_id="x"), word)
    assert [each.subject_id for each in estimate_disputed(context(judged))] == standing


def test_a_dispute_after_the_withdrawal_stands() -> None:
    judged = visit(disputes("d"), takes_back(), disputes("again", 3))
    (finding,) = estimate_disputed(context(judged, event_id="d"))
    assert (finding.trigger_event_id, finding.reads) == ("again", frozenset(("again",)))


REQUESTS = [
    ("the button", said("r", "REQUESTED", "NONE"), (), ("r", False, ["REQUESTED_BY_CUSTOMER"])),
    ("a call", said("r", "CALLED", "NONE"), (), ("r", True, ["REQUESTED_BY_CUSTOMER"])),
    (
        "a call that somebody took",
        said("r", "CALLED", "NONE", wish=Wish(manager_id="lena")),
        (),
        ("r", True, ["REQUESTED_BY_CUSTOMER", "RECORDED_CALL"]),
    ),
    (
        "the button for somebody",
        said("r", "REQUESTED", "NONE", wish=Wish(manager_id="lena")),
        (),
        ("r", False, ["REQUESTED_BY_CUSTOMER"]),
    ),
    (
        "a dispute of nothing",
        disputes("r", subject="NONE"),
        (),
        ("r", False, ["REQUESTED_BY_CUSTOMER"]),
    ),
    ("a dispute of an estimate", disputes("r"), (), None),
    ("a question", said("r", "ASKED", "NONE"), (), None),
    ("an appeal", said("r", "APPEALED", "NONE"), (Appeal(event_id="r", of="v1:X:1"),), None),
    (
        "an appeal that could not be one",
        said("r", "APPEALED", "ESCALATION"),
        (Appeal(event_id="r", refused="TOO_LATE"),),
        ("r", False, ["REQUESTED_BY_CUSTOMER", "APPEAL_REFUSED"]),
    ),
]


@pytest.mark.parametrize(
    ("word", "appeals", "expected"),
    [each[1:] for each in REQUESTS],
    ids=[each[0] for each in REQUESTS],
)
def test_what_is_a_request(
    word: Any, appeals: tuple[Appeal, ...], expected: tuple[str, bool, list[str]] | None
) -> None:
    found = requested_by_customer(context(visit(word, appeals=appeals)))
    assert [
        (each.trigger_event_id, each.floor, [why.code for why in each.reasons]) for each in found
    ] == ([expected] if expected else [])


def test_all_requests_of_a_visit_are_one_and_say_what_the_trigger_says() -> None:
    first = said("first", "REQUESTED", "NONE", wish=Wish(language="fr"))
    judged = visit(first, said("call", "CALLED", "NONE", 1))
    assert requested_by_customer(context(judged, event_id="first")) == (
        Finding(
            rule=Rule.REQUESTED_BY_CUSTOMER,
            subject_id=None,
            severity=Severity.NORMAL,
            occurred_at=at(),
            trigger_event_id="first",
            reads=frozenset(("first", "call")),
            reasons=(
                Reason(
                    code="REQUESTED_BY_CUSTOMER",
                    facts={
                        "response": "REQUESTED",
                        "event_id": "first",
                        "asked_at": "2026-03-02T09:00:00Z",
                        "subject": "NONE",
                    },
                ),
            ),
            wish=Wish(language="fr"),
        ),
    )


def test_a_request_can_be_taken_back() -> None:
    judged = visit(said("r", "REQUESTED", "NONE"), takes_back("NONE"))
    assert requested_by_customer(context(judged)) == ()
