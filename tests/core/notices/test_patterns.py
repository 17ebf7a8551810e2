"""Patterns worked out once say what Fluent says, for every message and whatever the values."""

from random import Random
from typing import Any

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Message

from agents.core.notices.wording.patterns import Patterns
from agents.core.notices.wording.texts import languages, resource, variables

OWN = """
place = { $who } at { $place }
chosen = { $kind ->
    [car] a car, not { $kind }
    [bike] a bike
   *[other] something: { $kind } of { $who }
}
counted = { $count ->
    [0] none
    [one] one of { $who }
   *[other] { $count } of { place }
}
rounded = { NUMBER($count, minimumFractionDigits: 2) } of { -brand }
-brand = Acme
both = { chosen } and { counted }
    .short = { $count } { $kind }
"""
WORDS = ("car", "bike", "none", "0", "{ $who }", "\ue0000\ue001", "a b", "")


def fluent(language: str, text: Any) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(text)
    return bundle


def said(bundle: FluentBundle, message: str, attribute: str | None, values: dict[str, Any]) -> str:
    entry = bundle.get_message(message)
    pattern: Any = entry.value if attribute is None else entry.attributes[attribute]
    return str(bundle.format_pattern(pattern, values)[0])


@pytest.mark.parametrize("message", ["place", "chosen", "counted", "rounded", "both"])
def test_values_decide_the_wording_and_are_put_in(message: str) -> None:
    text = FluentResource(OWN)
    patterns, bundle = Patterns("en", text), fluent("en", text)
    for kind in WORDS:
        for who in WORDS:
            for count in (0, 1, 2, 1_000):
                values = {"kind": kind, "who": who, "place": "home", "count": count}
                assert patterns.say(message, None, values) == said(bundle, message, None, values)
    short = patterns.say("both", "short", {"kind": "bus", "count": 3})
    assert short == "3 bus"


def test_a_value_that_is_not_there_is_named() -> None:
    text = FluentResource(OWN)
    for values in ({}, {"who": "Ada"}, {"place": "home"}):
        found = Patterns("en", text).say("place", None, values)
        assert found == said(fluent("en", text), "place", None, values)


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_message_that_people_get_is_what_fluent_makes_of_it(language: str) -> None:
    text, random = resource(language), Random(language)
    patterns, bundle = Patterns(language, text), fluent(language, text)
    chosen_by = {name: sorted(words) for name, words in patterns._chosen_by.items()}
    for entry in (each for each in text.body if isinstance(each, Message)):
        attributes = [None] if entry.value else []
        for attribute in [*attributes, *(each.id.name for each in entry.attributes)]:
            for _ in range(40):
                values = {
                    name: random.choice((*chosen_by.get(name, ()), "Zoë", "12 €", 1, 7))
                    for name in sorted(variables(language))
                }
                assert patterns.say(entry.id.name, attribute, values) == said(
                    bundle, entry.id.name, attribute, values
                )
