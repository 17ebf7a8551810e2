"""The words of the rules: `agents/texts/rules`, a file a language, a message a rule.

A message has an attribute for each who reads it: `.customer`, `.manager` and `.matter` in every
language, `.gone` where facts can take its ground away, and what operators and the demo read in
English. So a rule's words are written in one place a language.
"""

from collections.abc import Iterator
from typing import Final

from fluent.runtime import FluentResource
from fluent.syntax import ast

from agents.core.notices.text_files import RULES, texts_in
from schemas.records import Rule

PREFIX: Final = "rule-"
_CHOICES: Final = {"about": "customer", "case": "manager", "changed": "gone"}
"""The messages of notices that choose by rule, and which of its words each takes."""


def rule_texts(language: str) -> ast.Resource:
    """What a language says of the rules."""
    return texts_in(RULES, language)


def message_of(rule: Rule) -> str:
    """The name of the message that holds a rule's words."""
    return PREFIX + rule.value


def for_notices(language: str) -> Iterator[ast.EntryType]:
    """The rules' messages as far as notices say them, and those that choose one of them by rule.

    What is said of a rule without words, another version's, is the message's `-other`.
    """
    have: dict[str, list[str]] = {attribute: [] for attribute in _CHOICES.values()}
    for entry in rule_texts(language).body:
        if isinstance(entry, ast.Message) and entry.id.name.startswith(PREFIX):
            said = [each for each in entry.attributes if each.id.name in have]
            for each in said:
                have[each.id.name].append(entry.id.name)
            if said:
                yield ast.Message(entry.id, attributes=said)
    for message, attribute in _CHOICES.items():
        variants = "".join(
            f"    [{each.removeprefix(PREFIX)}] {{ {each}.{attribute} }}\n"
            for each in have[attribute]
        )
        text = f"{message} = {{ $rule ->\n{variants}   *[other] {{ {message}-other }}\n}}\n"
        yield from FluentResource(text).body
