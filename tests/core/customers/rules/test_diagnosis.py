"""The rules of kind DIAGNOSIS."""

from typing import Any

import pytest

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.history import line_of
from agents.core.customers.rules.diagnosis import (
    diagnosis_changed_after_authorisation,
    diagnosis_no_fault_found_again,
    diagnosis_remote_differs,
)
from schemas.records import Reason, Rule, Severity, Stage
from tests.core.builders import at, context, diagnosis, estimate, policy, said, visit

A1 = diagnosis("d1", code="A")
B2 = diagnosis("d2", hours=2, revision=2, code="B")
YES = said("yes", hours=1)
ESTIMATED = estimate("rise", hours=0.1)


def no(hours: float) -> Any:
    return said("no", "DECLINED", subject="ESTIMATE", hours=hours)


CHANGED = [
    ("changed after the yes", (A1, YES, B2), "d2"),
    ("a yes to anything", (A1, said("yes", subject="WARRANTY", hours=1), B2), "d2"),
    ("at the instant of the yes", (A1, said("yes", hours=2), B2), None),
    ("before the yes", (A1, said("yes", hours=3), B2), None),
    ("nothing authorised", (A1, said("no", "DECLINED", hours=1), B2), None),
    ("the same code", (A1, YES, diagnosis("d2", hours=2, revision=2, code="A")), None),
    (
        "changed back",
        (A1, YES, B2, diagnosis("d3", hours=3, revision=3, code="A")),
        "d3",
    ),
    (
        "a lower revision that comes late is compared too, and is the trigger",
        (YES, B2, diagnosis("d1", hours=4, code="A")),
        "d1",
    ),
    (
        "neighbours only: the change between had been before the yes",
        (
            A1,
            diagnosis("d2", hours=0.5, revision=2, code="B"),
            YES,
            diagnosis("d3", hours=2, revision=3, code="B"),
        ),
        None,
    ),
    (
        "other diagnoses are not compared",
        (A1, YES, diagnosis("x", 2, diagnosis_id="x", code="B")),
        None,
    ),
    ("a yes that was taken back before", (A1, ESTIMATED, YES, no(hours=1.5), B2), None),
    ("a yes that is taken back at that instant", (A1, ESTIMATED, YES, no(hours=2), B2), "d2"),
    ("a yes that is taken back later", (A1, ESTIMATED, YES, no(hours=3), B2), "d2"),
    (
        "another yes stands",
        (A1, ESTIMATED, YES, no(hours=1.5), said("other", subject="WARRANTY", hours=0.5), B2),
        "d2",
    ),
    ("the first yes counts", (A1, YES, B2, said("again", hours=3)), "d2"),
]


@pytest.mark.parametrize(
    ("facts", "trigger"), [each[1:] for each in CHANGED], ids=[each[0] for each in CHANGED]
)
def test_a_diagnosis_that_changes_after_a_yes(facts: tuple[Any, ...], trigger: str | None) -> None:
    found = diagnosis_changed_after_authorisation(context(visit(*facts)))
    assert [each.trigger_event_id for each in found] == ([trigger] if trigger else [])


def test_a_changed_diagnosis_says_what_changed() -> None:
    assert diagnosis_changed_after_authorisation(context(visit(A1, YES, B2))) == (
        Finding(
            rule=Rule.DIAGNOSIS_CHANGED_AFTER_AUTHORISATION,
            subject_id="dia1",
            severity=Severity.NORMAL,
            occurred_at=at(hours=2),
            trigger_event_id="d2",
            reads=frozenset(("d1", "d2", "yes")),
            reasons=(
                Reason(
                    code="DIAGNOSIS_CHANGED_AFTER_AUTHORISATION",
                    facts={
                        "diagnosis_id": "dia1",
                        "code_before": "A",
                        "revision_before": "1",
                        "code_after": "B",
                        "revision_after": "2",
                        "changed_at": "2026-03-02T11:00:00Z",
                        "authorised_by": "yes",
                        "authorised_at": "2026-03-02T10:00:00Z",
                    },
                ),
            ),
        ),
    )


def remote(event_id: str = "far", code: str = "A", **fields: Any) -> Any:
    whole = {"diagnosis_id": "far", "stage": Stage.REMOTE, "code": code}
    return diagnosis(event_id, **(whole | fields))


def centre(event_id: str = "near", code: str = "B", hours: float = 1, **fields: Any) -> Any:
    return diagnosis(event_id, hours, **({"diagnosis_id": "near", "code": code} | fields))


REMOTE = [
    ("same symptom, other code", (remote(), centre()), ["near"]),
    ("same code", (remote(), centre(code="A")), []),
    (
        "the only ones, whatever their symptoms",
        (remote(symptom="x"), centre(symptom="y")),
        ["near"],
    ),
    ("the only ones without symptoms", (remote(symptom=None), centre(symptom=None)), ["near"]),
    (
        "another remote one: symptoms must match",
        (
            remote(symptom="x"),
            remote("far2", diagnosis_id="far2", symptom="z"),
            centre(symptom="y"),
        ),
        [],
    ),
    (
        "another centre's: symptoms must match",
        (remote(symptom="x"), centre("n2", diagnosis_id="n2", symptom="z"), centre(symptom="y")),
        [],
    ),
    (
        "null symptoms match nothing",
        (
            remote(symptom=None),
            remote("far2", diagnosis_id="far2", symptom=None),
            centre(symptom=None),
        ),
        [],
    ),
    (
        "each of the centre's is a finding of its own",
        (remote(), centre(), centre("n2", code="C", diagnosis_id="n2")),
        ["n2", "near"],
    ),
    (
        "stages of one diagnosis",
        (remote(diagnosis_id="one"), centre(diagnosis_id="one", revision=2)),
        ["one"],
    ),
    (
        "stages of one diagnosis, whatever the symptoms and other diagnoses",
        (
            remote(diagnosis_id="one", symptom=None),
            centre(diagnosis_id="one", revision=2, symptom="x"),
            centre("n2", code="A", diagnosis_id="n2", symptom="y"),
        ),
        ["one"],
    ),
    (
        "only valid revisions",
        (remote(), centre(), centre("near2", code="A", hours=2, revision=2)),
        [],
    ),
    ("no remote one", (centre(), centre("n2", code="C", diagnosis_id="n2")), []),
]


@pytest.mark.parametrize(
    ("facts", "subjects"), [each[1:] for each in REMOTE], ids=[each[0] for each in REMOTE]
)
def test_remote_and_centre_differ(facts: tuple[Any, ...], subjects: list[str]) -> None:
    found = diagnosis_remote_differs(context(visit(*facts)))
    assert [each.subject_id for each in found] == subjects


def test_remote_differs_says_what_was_compared() -> None:
    assert diagnosis_remote_differs(context(visit(remote(hours=3), centre()))) == (
        Finding(
            rule=Rule.DIAGNOSIS_REMOTE_DIFFERS,
            subject_id="near",
            severity=Severity.NORMAL,
            occurred_at=at(hours=3),
            trigger_event_id="far",
            reads=frozenset(("far", "near")),
            reasons=(
                Reason(
                    code="DIAGNOSIS_REMOTE_DIFFERS",
                    facts={
                        "symptom": "rattle",
                        "centre_diagnosis": "near",
                        "centre_revision": "1",
                        "centre_code": "B",
                        "remote_diagnosis": "far",
                        "remote_revision": "1",
                        "remote_code": "A",
                    },
                ),
            ),
        ),
    )


def fine(days: float = 0, event_id: str = "d", **fields: Any) -> Any:
    return diagnosis(event_id, days=days, **({"fault_found": False} | fields))


def before(*facts: Any, visit_id: str = "v0", **fields: Any) -> Any:
    return visit(*(facts or (fine(),)), **({"visit_id": visit_id} | fields))


AGAIN = [
    ("twice within 90 days", before(), (fine(89.999),), True),
    ("exactly 90 days old is outside", before(), (fine(90),), False),
    ("at one instant: the greater visit is the later", before(), (fine(0),), True),
    ("another symptom", before(), (fine(5, symptom="smoke"),), False),
    ("another vehicle", before(vehicle_id="car2"), (fine(5),), False),
    ("a vehicle nobody named", before(vehicle_id=None), (fine(5),), False),
    ("no symptom", before(fine(symptom=None)), (fine(5, symptom=None),), False),
    ("the fault was found now", before(), (fine(5, fault_found=True),), False),
    ("the fault was found then", before(fine(fault_found=True)), (fine(5),), False),
    (
        "the centre found the fault for the symptom",
        before(),
        (fine(5), centre("near", symptom="rattle")),
        False,
    ),
    (
        "the centre found it on the visit before",
        before(fine(), centre("near", symptom="rattle")),
        (fine(5),),
        False,
    ),
    (
        "the centre found that of another symptom",
        before(),
        (fine(5), centre("near", symptom="smoke")),
        True,
    ),
    (
        "remote found it: the centre did not",
        before(),
        (fine(5), remote(symptom="rattle", fault_found=True)),
        True,
    ),
    ("the finding is on the later visit", before(fine(6)), (fine(5),), False),
    (
        "only a superseded revision found none",
        before(),
        (fine(5), fine(6, "d2", revision=2, fault_found=True)),
        False,
    ),
]


@pytest.mark.parametrize("gone", [False, True], ids=["whole", "as a line"])
@pytest.mark.parametrize(
    ("earlier", "facts", "expected"),
    [each[1:] for each in AGAIN],
    ids=[each[0] for each in AGAIN],
)
def test_no_fault_found_again(
    earlier: Any, facts: tuple[Any, ...], *, expected: bool, gone: bool
) -> None:
    judged = context(visit(*facts), earlier)
    if gone:
        judged = context(visit(*facts), past=(line_of(earlier, judged.world),))
    found = diagnosis_no_fault_found_again(judged)
    assert [each.subject_id for each in found] == (["dia1"] if expected else [])


def test_two_diagnoses_of_one_visit_are_one_visit() -> None:
    judged = visit(fine(), fine(1, "d2", diagnosis_id="dia2"))
    assert diagnosis_no_fault_found_again(context(judged)) == ()


def test_a_visit_that_is_kept_whole_and_as_a_line_counts_once() -> None:
    rules = policy(rules={"diagnosis_no_fault_found_again": {"visits": 3}})
    earlier, judged = before(), visit(fine(5))
    past = tuple(line_of(each, context(judged).world) for each in (earlier, judged))
    assert diagnosis_no_fault_found_again(context(judged, earlier, past=past, rules=rules)) == ()


def test_no_fault_found_again_says_where_and_when() -> None:
    earlier = before(fine(-1), fine(2, "d2", diagnosis_id="dia2"))
    (finding,) = diagnosis_no_fault_found_again(context(visit(fine(5)), earlier))
    assert finding == Finding(
        rule=Rule.DIAGNOSIS_NO_FAULT_FOUND_AGAIN,
        subject_id="dia1",
        severity=Severity.NORMAL,
        occurred_at=at(5),
        trigger_event_id="d",
        reads=frozenset(("d",)),
        reasons=(
            Reason(
                code="DIAGNOSIS_NO_FAULT_FOUND_AGAIN",
                facts={
                    "symptom": "rattle",
                    "vehicle_id": "car1",
                    "visits": "2",
                    "visits_limit": "2",
                    "within_days": "90",
                    "found_at": "2026-03-07T09:00:00Z",
                    "before": "v0: 2026-03-04T09:00:00Z",
                },
            ),
        ),
    )
