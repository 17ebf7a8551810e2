"""What is common to the rules: severity, order of time, reasons, and what is invalid."""

from fractions import Fraction
from typing import Any

import pytest

from agents.core.customers.rule_base.facts import instant, invalid_reason, reason
from agents.core.customers.rules import RULES
from agents.core.customers.rules.estimate import estimate_disputed
from schemas.records import Cause, Response, Rule, Severity, Stage, Subject, WarrantyDecisionName
from tests.core.builders import START, check_in, context, diagnosis, said, visit, warranty

DISPUTE = said("no", "DISPUTED")


@pytest.mark.parametrize(
    ("diagnoses", "severity"),
    [
        ((diagnosis("d", safety=True),), Severity.SAFETY),
        ((diagnosis("d"), diagnosis("x", diagnosis_id="x", safety=True)), Severity.SAFETY),
        ((diagnosis("d", safety=True), diagnosis("d2", revision=2)), Severity.NORMAL),
        ((diagnosis("d2", revision=2, safety=True), diagnosis("d")), Severity.SAFETY),
        ((), Severity.NORMAL),
    ],
)
def test_safety_is_of_a_visit_one_of_whose_valid_diagnoses_has_it(
    diagnoses: tuple[Any, ...], severity: Severity
) -> None:
    (finding,) = estimate_disputed(context(visit(DISPUTE, *diagnoses)))
    assert finding.severity is severity


def test_the_rules_are_in_the_order_of_the_contract() -> None:
    assert list(RULES) == [each for each in Rule if each in RULES]
    assert len(RULES) > 15


@pytest.mark.parametrize(
    ("event", "begins"),
    [
        (diagnosis(stage=Stage.UNKNOWN), "stage is UNKNOWN"),
        (diagnosis(cause=Cause.UNKNOWN), "cause is UNKNOWN"),
        (warranty(decision=WarrantyDecisionName.UNKNOWN), "decision is UNKNOWN"),
        (said(response=Response.UNKNOWN), "response is UNKNOWN"),
        (said(subject=Subject.UNKNOWN), "subject is UNKNOWN"),
        (said(response="ASKED", subject=Subject.UNKNOWN), None),
        (said(response="RATED", subject=Subject.UNKNOWN), None),
        (diagnosis(), None),
        (warranty(), None),
        (said(), None),
        (check_in(), None),
    ],
)
def test_a_symbol_that_a_rule_needs_must_be_known(event: Any, begins: str | None) -> None:
    detail = invalid_reason(event)
    assert (detail or "").startswith(begins or "")
    assert (detail is None) == (begins is None)


@pytest.mark.parametrize(
    ("at", "text"),
    [(START, "2026-03-02T09:00:00Z"), (START + 7, "2026-03-02T09:00:00.007Z")],
)
def test_times_read_as_rfc_3339(at: int, text: str) -> None:
    assert instant(at) == text


def test_a_reason_keeps_amounts_exact_and_leaves_out_what_is_not_there() -> None:
    assert reason("X", part=Fraction(1_045, 3), whole=Fraction(10), none=None).facts == {
        "part": "1045/3",
        "whole": "10",
    }


@pytest.mark.parametrize(
    ("length", "kept"), [(1_999, "a" * 1_999), (2_000, "a" * 2_000), (2_001, "a" * 1_996 + " ...")]
)
def test_a_value_that_a_record_could_not_hold_is_cut(length: int, kept: str) -> None:
    assert reason("X", value="a" * length).facts["value"] == kept
