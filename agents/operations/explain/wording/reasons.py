"""The operator's words for reasons and rules: Fluent, in `agents/texts/operator` and `rules`."""

from functools import cache
from importlib.resources import files
from typing import Final

from fluent.runtime import FluentResource
from msgspec import Struct

from agents.core.notices.rule_texts import PREFIX, message_of, rule_texts
from agents.operations.explain.facts import FUNCTIONS, plainly
from agents.operations.explain.wording.sentences import Facts, Plain, Sentences
from agents.operations.explain.wording.words import OF_LATER
from schemas.records import Reason, Rule

LANGUAGE: Final = "en"
LABELS: Final = ("facts", "base", "limit", "why", "places", "later", "said", "safety")
"""The attributes that are lines of an explanation; others are for other readers."""
_OWN: Final = "reason-"  # of a code that is not a rule's name
_ANY: Final = "any-reason"


class Line(Struct, frozen=True):
    """A sentence with what it is about."""

    label: str
    text: str


@cache
def sentences() -> Sentences:
    """All that operators read of reasons and rules."""
    file = files("agents").joinpath("texts", "operator", f"{LANGUAGE}.ftl")
    own = FluentResource(file.read_text(encoding="utf-8"))
    return Sentences(LANGUAGE, (own, rule_texts(LANGUAGE)), FUNCTIONS)


@cache
def codes() -> frozenset[str]:
    """The codes of reasons that have words."""
    named = {each: each.removeprefix(_OWN).removeprefix(PREFIX) for each in sentences().messages()}
    return frozenset(code for each, code in named.items() if each != code and _lines(each))


def lines_of(reason: Reason, time_zone: str) -> list[Line]:
    """A reason in words."""
    if reason.code not in codes():
        name = reason.code.replace("_", " ").lower()
        return [Line("Why", f"A reason for which this version has no words: {name}.")]
    facts = Facts(values=reason.facts, time_zone=time_zone)
    lines = []
    for message in (_message(reason.code), _ANY):
        for label in _lines(message):
            text = sentences().say(message, label, facts, plainly)
            if text is not None:
                lines.append(Line(label.capitalize(), text))
    return lines


def name_of(rule: Rule) -> str:
    """What a rule says, as operators call it; of a rule without words only that a newer one has."""
    if message_of(rule) not in sentences().messages():
        return OF_LATER
    text = sentences().say(message_of(rule), "operator", Facts(values={}, time_zone="UTC"), plainly)
    assert text is not None, f"{rule}: its name needs a fact"
    return text


def has(code: str, attribute: str) -> bool:
    """Whether there are words for a code of a reason and a reader."""
    return attribute in sentences().attributes(_message(code))


def said(reason: Reason, attribute: str, plain: Plain, time_zone: str = "UTC") -> str | None:
    """A reason's sentence for another reader; None where a fact is missing."""
    facts = Facts(values=reason.facts, time_zone=time_zone)
    return sentences().say(_message(reason.code), attribute, facts, plain)


def _message(code: str) -> str:
    own = _OWN + code
    return own if sentences().attributes(own) else PREFIX + code


def _lines(message: str) -> tuple[str, ...]:
    return tuple(each for each in sentences().attributes(message) if each in LABELS)
