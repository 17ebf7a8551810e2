"""Whatever the pipeline can write has words, and no code is among them."""

import ast
import importlib
import json
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fluent.syntax.ast import Message

from agents.core import customers, desk
from agents.core.desk.refusals import ActionRefusal
from agents.core.notices.text_files import EXPLANATIONS, NOTICES, texts_in
from agents.operations.explain.page import Explanation, explained
from agents.operations.explain.story import Record, Story, story_of
from agents.operations.explain.wording import words
from agents.operations.explain.wording.lines import records_in
from agents.operations.explain.wording.reasons import (
    LABELS,
    codes,
    has,
    lines_of,
    name_of,
    sentences,
)
from agents.operations.explain.wording.texts import FALLBACK, languages
from agents.pipeline.dead_letter import id_of
from schemas import records
from schemas.records import (
    DeadLetter,
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    OutcomeName,
    Reason,
    Rule,
    VisitEnded,
)
from tests.agents.explain.records import a_disagreement, a_letter, a_step
from tests.scenarios.test_scenarios import _scenarios, as_it_is_run

ROOT = Path(__file__).parents[3]
SERVICE_RECORDS = (
    "CheckIn", "Diagnosis", "Estimate", "WarrantyDecision", "CustomerResponse", "Closure",
)  # fmt: skip
# Codes that a call does not name itself: what the expression may be.
INDIRECT: dict[str, Iterable[object]] = {
    "rule.value": [Rule.ESTIMATE_DISPUTED, Rule.DIAGNOSIS_DISPUTED, Rule.WARRANTY_DISPUTED],
    "str(why)": list(ActionRefusal),
    "first.code": [],  # of a reason that is there already
}
RAW = {
    each.value
    for name in vars(records)
    if isinstance(kind := getattr(records, name), type) and issubclass(kind, StrEnum)
    for each in kind
} | codes()
WORD = re.compile(r"[A-Z][A-Z_]+")


def codes_of_the_core() -> set[str]:
    return {
        code
        for package in (customers, desk)
        for path in sorted(Path(str(package.__file__)).parent.rglob("*.py"))
        if path.name != "receipts.py"  # an app's to put in words: docs/consumers.md has each
        for code in _codes(path)
    }


def _codes(path: Path) -> Iterator[str]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "reason" and node.args:
                yield from _values(node.args[0], module)
            elif node.func.id == "Reason":
                code = next(each.value for each in node.keywords if each.arg == "code")
                if ast.unparse(code) != "code":  # `reason` itself
                    yield from _values(code, module)


def _values(expression: ast.expr, module: ModuleType) -> list[str]:
    match expression:
        case ast.Constant(value=str() as code):
            return [code]
        case ast.Name(id=name):
            return [getattr(module, name)]
        case _:
            return [str(each) for each in INDIRECT[ast.unparse(expression)]]


def test_every_reason_that_the_core_can_write_has_words() -> None:
    written = codes_of_the_core()

    assert {"THROTTLE", "APPEAL", "NOBODY_REACHABLE", "CLOSED", "ESTIMATE_DISPUTED"} <= written
    assert written == codes()


@pytest.mark.parametrize(
    ("table", "symbols"),
    [
        (words.SEVERITIES, records.Severity),
        (words.TIERS, records.Tier),
        (words.DECISIONS, records.Decision),
        (words.ARMS, records.Arm),
        (words.STEPS, records.EscalationStatus),
        (words.ACTIONS, records.ActionName),
        (words.OUTCOMES, records.OutcomeName),
        (words.TOLD, records.OutcomeStatus),
        (words.WITHDRAWN_BY, records.WithdrawnBy),
        (words.PASSED_OVER, records.Why),
        (words.DEAD_LETTERS, records.DeadLetterReason),
    ],
)
def test_every_symbol_has_words(table: dict[StrEnum, object], symbols: type[StrEnum]) -> None:
    assert set(table) == set(symbols) - {symbols("UNKNOWN")}


@pytest.mark.parametrize("rule", sorted(set(Rule) - {Rule.UNKNOWN}))
def test_every_rule_has_a_name(rule: Rule) -> None:
    assert rule.value not in name_of(rule)


def test_each_attribute_of_the_operators_words_has_a_reader() -> None:
    readers = {"customer", "manager", "matter", "operator", "demo", "gone", "accepted", *LABELS}

    assert {a for each in sentences().messages() for a in sentences().attributes(each)} == readers


@pytest.mark.parametrize("code", sorted(ActionRefusal))
def test_each_refusal_says_what_would_be_accepted(code: ActionRefusal) -> None:
    assert has(code, "accepted"), f"agents/texts/operator: reason-{code} lacks .accepted"


@pytest.mark.parametrize("by", [*SERVICE_RECORDS, "time"])
def test_what_took_a_ground_away_has_words(by: str) -> None:
    (line,) = lines_of(Reason(code="GROUND_GONE", facts={"corrects": "v1:X:1", "by": by}), "UTC")

    assert by not in line.text.replace("time that passed", "")


@pytest.mark.parametrize("decision", sorted(set(Decision) - {Decision.UNKNOWN}))
@pytest.mark.parametrize("rule", sorted(set(Rule) - {Rule.UNKNOWN}))
def test_every_rule_and_decision_has_words_for_both(rule: Rule, decision: Decision) -> None:
    record = a_disagreement(rule=rule, decision=decision, escalation_id="v1:1")
    explanation = explain(record.disagreement_id, [record])

    assert len(explanation.happened) == len(explanation.customer) == 1
    check_operator(explanation, {record.disagreement_id, "v1:1"})
    check_customer(explanation)


@pytest.mark.parametrize("outcome", [None, *sorted(set(OutcomeName) - {OutcomeName.UNKNOWN})])
@pytest.mark.parametrize("status", sorted(set(EscalationStatus) - {EscalationStatus.UNKNOWN}))
def test_every_step_has_words_for_both(
    status: EscalationStatus, outcome: OutcomeName | None
) -> None:
    opened = a_step(status=EscalationStatus.OPENED)
    step = a_step(step=1, status=status, outcome=outcome)
    ground = a_disagreement(decision=Decision.RAISED, escalation_id="v1:1")
    explanation = explain("v1:1", [ground, opened, step])

    assert len(explanation.happened) == 3
    check_operator(explanation, {ground.disagreement_id, "v1:1"})
    check_customer(explanation)
    assert len(explanation.customer) == 2, "what it is about, and how it stands"


@pytest.mark.parametrize("why", sorted(words.DEAD_LETTERS))
def test_every_dead_letter_has_words_for_both(why: records.DeadLetterReason) -> None:
    explanation = explain("service.estimates:3:17", [a_letter(reason=why)])

    check_operator(explanation, set())
    check_customer(explanation)


@pytest.mark.parametrize("scenario", _scenarios())
def test_every_output_of_every_scenario_is_explained_without_codes(
    scenario: dict[str, object],
) -> None:
    known = list(_records(scenario))
    ids = {id_ for each in known for id_ in _ids(each)}
    incidents = {each.incident_id or "" for each in known if isinstance(each, Escalation)} - {""}
    for id_ in ids:
        explanation = explain(id_, known)
        check_operator(explanation, ids | incidents)
        check_customer(explanation)


def test_each_language_has_the_same_messages_and_all_are_used() -> None:
    found = {each: _messages(each) for each in languages()}
    source = (ROOT / "agents" / "operations" / "explain" / "customer.py").read_text()
    of_throttled = {"throttled-helps", "decision-throttled", "throttled-next", "throttled-appeal"}
    said_by_notices = of_throttled | {"decided"}
    decisions = {f"decision-{each.value.lower().replace('_', '-')}" for each in Decision}
    others = {each for each in found[FALLBACK] if f'"{each}"' in source}

    assert all(messages == found[FALLBACK] for messages in found.values())
    assert found[FALLBACK] == (decisions | others) - said_by_notices
    assert said_by_notices < _messages(f"notices/{FALLBACK}")


def explain(id_: str, known: list[Record]) -> Explanation:
    story = story_of(id_, known)
    assert isinstance(story, Story), id_
    return explained(story)


def check_operator(explanation: Explanation, ids: set[str]) -> None:
    """No code but the rule's name beside its words, and what others wrote themselves."""
    lines = [
        line.text for each in explanation.happened for line in each.lines if line.label != "Detail"
    ]
    text = " ".join([*lines, *(each.what for each in explanation.happened), *explanation.next])
    text = text.replace("response APPEALED", "response")
    for id_ in sorted(ids, key=len, reverse=True):
        text = text.replace(id_, "id")
    text = re.sub(r" \([A-Z_]+\), severity", ", severity", text)

    assert not RAW & set(WORD.findall(text)), text
    assert not set("{}<>") & set(text), text
    for slip in ("  ", " .", ": .", "..", "no words", "None"):
        assert slip not in text, text


def check_customer(explanation: Explanation) -> None:
    """Short, without codes and ids."""
    assert explanation.customer
    for each in explanation.customer:
        assert not RAW & set(WORD.findall(each)), each
        assert not set("{}<>_") & set(each), each
        assert not re.search(r"\b(v\d|e\d|c\d|est\d|claim\d|dia\d)\b", each), each
        assert each[0].isupper(), each
        assert each[-1] in ".)”“»", each
        assert len(each) < 600, each


def _records(scenario: dict[str, object]) -> Iterator[Record]:
    texts = [
        json.dumps({"topic": each.topic, "value": json.loads(bytes(each.value))}).encode()
        for each in as_it_is_run(scenario)
    ]
    yield from records_in(texts, "a scenario")


def _ids(record: Record) -> Iterator[str]:
    match record:
        case Disagreement():
            yield record.disagreement_id
            yield record.visit_id
        case Escalation():
            yield record.escalation_id
        case VisitEnded():
            yield record.visit_id
        case DeadLetter():
            yield id_of(record)
        case _:
            pass


def _messages(language: str) -> set[str]:
    """The messages of a language, of customers' texts or of notices'; a country's with all."""
    folder = NOTICES if language.startswith("notices/") else EXPLANATIONS
    texts = texts_in(folder, language.rpartition("/")[2])
    return {each.id.name for each in texts.body if isinstance(each, Message)}


@pytest.mark.parametrize(
    "fields",
    [
        {"rule": Rule("PARKED_ELSEWHERE")},
        {"decision": Decision("POSTPONED")},
        {"severity": records.Severity("DIRE")},
        {"severity": records.Severity.UNKNOWN},
    ],
    ids=["rule", "decision", "severity", "severity as it was read before"],
)
def test_a_symbol_of_a_later_version_is_explained_as_far_as_it_goes(fields: dict[str, Any]) -> None:
    record = a_disagreement(**({"escalation_id": "v1:1"} | fields))
    explanation = explain(record.disagreement_id, [record])

    assert len(explanation.happened) == len(explanation.customer) == 1


def test_a_step_of_a_later_version_is_explained_as_far_as_it_goes() -> None:
    opened, later = a_step(), a_step(step=1, status=EscalationStatus("BLESSED"))

    assert len(explain("v1:1", [opened, later]).happened) == 2
