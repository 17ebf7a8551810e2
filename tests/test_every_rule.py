"""Every rule, from an event to all that is said of it: what one lacks is named in a sentence."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from agents.core.customers.rules import RULES
from agents.core.notices.entries import entries_of
from agents.core.notices.rule_parameters import rule_in, rule_parameters
from agents.core.notices.rule_texts import message_of, rule_texts
from agents.core.notices.wording.texts import FALLBACK, languages, render
from agents.operations.explain.page import explained, plain
from agents.operations.explain.story import story_of
from agents.simulation.demo import words as demo_words
from agents.simulation.simulate import JSON
from schemas.records import Disagreement, Kind, Rule
from tests.notices import LOCALES, SAMPLE, ZONES
from tests.scenarios.test_scenarios import _scenarios, as_it_is_run

ROOT = Path(__file__).parents[1]
TO_COME: tuple[Rule, ...] = ()
"""Names of the contract that no rule bears yet: readers know them before anything is written."""
SYMBOLS = [each for each in Rule if each is not Rule.UNKNOWN and each not in TO_COME]
CODE = re.compile(r"(?<![:_])\b[A-Z]+(?:_[A-Z]+)+\b")  # but in an id
DISAGREEMENTS = "recourse.disagreements"
IN_EVERY_LANGUAGE = ("customer", "manager", "matter")
IN_ENGLISH = ("operator",)
OPERATORS = f"agents/texts/rules/{FALLBACK}.ftl"


@cache
def decided() -> dict[Rule, Disagreement]:
    """The first decision of each rule that the pipeline makes in the scenarios."""
    found = dict[Rule, Disagreement]()
    for scenario in (each.values[0] for each in _scenarios()):
        expected = str(scenario["expect"])
        if all(rule in found for rule in SYMBOLS if rule.value in expected):
            continue
        for each in as_it_is_run(scenario):
            if each.topic == DISAGREEMENTS:
                record = JSON.decode(each.topic, bytes(each.value))
                assert isinstance(record, Disagreement)
                found.setdefault(record.rule, record)
    return found


def words_of(rule: Rule, language: str) -> set[str]:
    """For whom a language has words of a rule."""
    entry = entries_of(rule_texts(language)).get(message_of(rule))
    return set() if entry is None else {each.id.name for each in entry.attributes}


def lacks(rule: Rule) -> Iterator[str]:
    """What there is not of a rule, and where it belongs."""
    if rule not in RULES:
        yield f"agents/core/customers/rules: no function {rule.value.lower()} with @rule"
        return
    record = decided().get(rule)
    if record is None:
        yield f"tests/scenarios: no scenario expects {rule.value}"
        return
    without_words = list(_without_words(rule))
    yield from without_words or _unsaid(rule, record)
    if not re.search(rf"\b{rule.value}\b", (ROOT / "docs/domain.md").read_text()):
        yield "docs/domain.md: it is not described"
    if f"({rule.value})" not in (ROOT / "docs/explanations.md").read_text():
        yield "docs/explanations.md: `explain` it in a scenario, then `make explanations`"


def _without_words(rule: Rule) -> Iterator[str]:
    for language in sorted(languages()):
        there = words_of(rule, language)
        for each in (*IN_EVERY_LANGUAGE, *(IN_ENGLISH if language == FALLBACK else ())):
            if each not in there:
                yield f"agents/texts/rules/{language}.ftl: {message_of(rule)} has no .{each}"


def _unsaid(rule: Rule, record: Disagreement) -> Iterator[str]:
    """What is missing of its decision's notices, explanation and line in the demo."""
    if rule_in(record.reasons) is not rule:
        yield "agents/core/notices/rule_parameters.py: its reason does not name it"
    yield from _not_told(rule, rule_parameters(rule, record.reasons))
    yield from _not_explained(rule, record)
    code = record.reasons[0].code
    if demo_words.sentence(record.reasons[0]) in ("", code.replace("_", " ").lower()):
        yield f"{OPERATORS}: no .demo of the reason {code}"


def _not_told(rule: Rule, told: dict[str, str]) -> Iterator[str]:
    if told["kind"] == Kind.UNKNOWN:
        yield "@rule: it has no kind"
    for language in sorted(languages()):
        for message in ("customer-nobody", "manager-joined"):
            own, other = (
                render(message, SAMPLE | ZONES | told | {"rule": each}, LOCALES[language]).text
                for each in (rule.value, "OTHER")
            )
            if own == other:
                yield f"agents/texts/notices/{language}.ftl: {message} does not say the rule"


def _not_explained(rule: Rule, record: Disagreement) -> Iterator[str]:
    story = story_of(record.disagreement_id, [record])
    assert story is not None
    explanation = explained(story)
    for line in plain(explanation):
        if (code := CODE.search(line.replace(f"({rule.value})", ""))) is not None:
            yield f"{OPERATORS}: {code[0]} stands in the explanation"
    if any("no words" in line.text for line in explanation.happened[0].lines):
        yield f"{OPERATORS}: no .facts of the reason {record.reasons[0].code}"


@pytest.mark.parametrize("rule", SYMBOLS)
def test_a_rule_is_complete_from_its_event_to_all_that_is_said_of_it(rule: Rule) -> None:
    assert list(lacks(rule)) == []


@pytest.mark.parametrize("rule", TO_COME)
def test_a_rule_to_come_is_listed_only_until_it_is_there(rule: Rule) -> None:
    assert rule not in RULES


def test_a_rule_that_somebody_forgot_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {name: each for name, each in RULES.items() if name is not Rule.SILENCE_NO_WORD}
    monkeypatch.setattr("tests.test_every_rule.RULES", others)

    assert list(lacks(Rule.SILENCE_NO_WORD)) == [
        "agents/core/customers/rules: no function silence_no_word with @rule"
    ]


def test_words_that_somebody_forgot_are_named_with_their_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = words_of

    def all_but_french(rule: Rule, language: str) -> set[str]:
        return there(rule, language) - ({"manager"} if language == "fr" else set())

    monkeypatch.setattr("tests.test_every_rule.words_of", all_but_french)

    assert list(lacks(Rule.ESTIMATE_DISPUTED)) == [
        "agents/texts/rules/fr.ftl: rule-ESTIMATE_DISPUTED has no .manager"
    ]


def test_a_line_of_the_demo_that_somebody_forgot_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo_words, "has", lambda _code, _attribute: False)

    assert list(lacks(Rule.APPEALED_BY_CUSTOMER)) == [
        "agents/texts/rules/en.ftl: no .demo of the reason APPEAL"
    ]
