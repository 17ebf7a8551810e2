"""Every rule, from an event to all that is said of it: what one lacks is named in a sentence."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from agents.core.customers.rules import RULES
from agents.core.notices.about import about, rule_in
from agents.core.notices.texts import languages, resource
from agents.demo import words as demo_words
from agents.explain import words
from agents.explain.page import explained, plain
from agents.explain.story import story_of
from agents.explain.texts import FALLBACK
from schemas.records import Disagreement, Kind, Rule
from tests.sameness.trouble import lived

ROOT = Path(__file__).parents[1]
SYMBOLS = [each for each in Rule if each is not Rule.UNKNOWN]
CODE = re.compile(r"(?<![:_])\b[A-Z]+(?:_[A-Z]+)+\b")  # but in an id


@cache
def decided() -> dict[Rule, Disagreement]:
    """The first decision of each rule that the stage makes of half a year of trouble."""
    found = dict[Rule, Disagreement]()
    for each in lived(5, 120):
        for output in each.outputs:
            if isinstance(output.record, Disagreement):
                found.setdefault(output.record.rule, output.record)
    return found


def lacks(rule: Rule) -> Iterator[str]:
    """What there is not of a rule, and where it belongs."""
    key = rule.value.lower().replace("_", "-")
    if rule not in RULES:
        yield f"agents/core/customers/rules: no function {rule.value.lower()} with @rule"
        return
    record = decided().get(rule)
    if record is None:
        yield "tests/sameness/trouble.py: no event of it makes the rule true"
        return
    if rule not in words.RULES:
        yield "agents/explain/words.py, RULES: no words of an operator's"
    elif rule_in(record.reasons) is not rule:
        yield "agents/core/notices/about.py: its reason does not name it"
    else:
        yield from _unsaid(rule, record)
    yield from _without_message(rule, key)
    if not re.search(rf"\b{rule.value}\b", (ROOT / "docs/domain.md").read_text()):
        yield "docs/domain.md: it is not described"
    scenarios = (ROOT / "tests/scenarios").glob("*.yaml")
    if not any(rule.value in each.read_text() for each in scenarios):
        yield "tests/scenarios: no scenario has it"


def _unsaid(rule: Rule, record: Disagreement) -> Iterator[str]:
    story = story_of(record.disagreement_id, [record])
    assert story is not None
    for line in plain(explained(story)):
        if (code := CODE.search(line.replace(f"({rule.value})", ""))) is not None:
            yield f"agents/explain/reasons.yaml: {code[0]} stands in the explanation"
    sentence = demo_words.sentence(record.reasons[0])
    if not sentence or sentence == record.reasons[0].code.replace("_", " ").lower():
        yield "agents/demo/words.py: the demo has no sentence for it"
    if about(rule, record.reasons)["kind"] == Kind.UNKNOWN:
        yield "@rule: it has no kind"


def _without_message(rule: Rule, key: str) -> Iterator[str]:
    if f"\nmatter-{key} =" not in (ROOT / f"agents/texts/{FALLBACK}.ftl").read_text():
        yield f"agents/texts/{FALLBACK}.ftl: no message matter-{key}"
    for language in sorted(languages()):
        file = f"agents/texts/notices/{language}.ftl"
        names = {getattr(getattr(each, "id", None), "name", "") for each in resource(language).body}
        if f"rule-{key}" not in names:
            yield f"{file}: no message rule-{key}"
        if (ROOT / file).read_text().count(f"[{rule.value}]") < 2:
            yield f"{file}: `about` or `case` has no form [{rule.value}]"


@pytest.mark.parametrize("rule", SYMBOLS)
def test_a_rule_is_complete_from_its_event_to_all_that_is_said_of_it(rule: Rule) -> None:
    assert list(lacks(rule)) == []


def test_a_rule_that_somebody_forgot_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {name: each for name, each in RULES.items() if name is not Rule.SILENCE_NO_WORD}
    monkeypatch.setattr("tests.test_every_rule.RULES", others)

    assert list(lacks(Rule.SILENCE_NO_WORD)) == [
        "agents/core/customers/rules: no function silence_no_word with @rule"
    ]


def test_what_is_forgotten_of_a_rule_is_named_with_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(demo_words._SENTENCES, "ESTIMATE_DISPUTED")
    missing = list(lacks(Rule.ESTIMATE_DISPUTED))

    assert missing == ["agents/demo/words.py: the demo has no sentence for it"]
