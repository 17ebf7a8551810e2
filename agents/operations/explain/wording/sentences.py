"""Sentences about the facts of a reason, in Fluent; one of which a fact is missing is left out.

A message chooses by a fact as the reason holds it; one that is not there is `none`. Where a fact
stands in the text it is shown as its reader reads it, by a function or by `plain`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from babel import Locale
from fluent.runtime import FluentBundle
from fluent.runtime.types import FluentType
from fluent.syntax.ast import Resource
from msgspec import Struct

from agents.core.notices.entries import Variables, entries_of, pattern_of

NONE: Final = "none"
_PLACE: Final = re.compile("\ue000([0-9]+)\ue001")  # private use: in no message


class Facts(Struct, frozen=True, kw_only=True):
    """What a reason holds, and the time zone of who reads it."""

    values: Mapping[str, str]
    time_zone: str


Reads = Callable[[str, Facts], str]
"""A fact's value as it reads; empty: it says nothing."""
Plain = Callable[[str, str, Facts], str]
"""The same for a fact, by name and value, that no function shows."""


class Sentences:
    """The messages of some resources, whose attributes are sentences."""

    def __init__(
        self, language: str, resources: Iterable[Resource], functions: Mapping[str, Reads]
    ) -> None:
        shown = {name: _function(reads) for name, reads in functions.items()}
        self._bundle = FluentBundle([language], functions=shown, use_isolating=False)
        body = [entry for each in resources for entry in each.body]
        self._bundle.add_resource(Resource(body))
        self._entries = entries_of(Resource(body))
        self._variables = Variables(self._entries)
        self._names: dict[tuple[str, str], frozenset[str]] = {}

    def messages(self) -> tuple[str, ...]:
        """The names of all messages."""
        return tuple(self._entries)

    def attributes(self, message: str) -> tuple[str, ...]:
        """The attributes of a message in their order; none of one that there is not."""
        entry = self._entries.get(message)
        return () if entry is None else tuple(each.id.name for each in entry.attributes)

    def say(self, message: str, attribute: str, facts: Facts, plain: Plain) -> str | None:
        """A sentence with its facts; None where one of them is missing or says nothing."""
        names = self._names.get((message, attribute))
        if names is None:
            pattern = pattern_of(self._entries[message], attribute)
            names = self._names[message, attribute] = self._variables.used_by(pattern)
        filling = _Filling(facts, plain)
        given = {name: _Fact(name, filling) for name in names}
        pattern = self._bundle.get_message(message).attributes[attribute]
        text, errors = self._bundle.format_pattern(pattern, given)
        assert not errors, f"{message}.{attribute}: {errors}"
        if filling.is_short_of_a_fact:
            return None
        return _PLACE.sub(lambda found: filling.texts[int(found[1])], str(text))


class _Filling:
    """The texts that are put into one sentence: after it is made, so that Fluent cuts none."""

    def __init__(self, facts: Facts, plain: Plain) -> None:
        self.facts = facts
        self.plain = plain
        self.texts: list[str] = []
        self.is_short_of_a_fact = False

    def place(self, text: str) -> str:
        """What stands for a text until it is put in."""
        self.is_short_of_a_fact |= not text
        self.texts.append(text)
        return f"\ue000{len(self.texts) - 1}\ue001"


class _Fact(FluentType):
    """A fact as a message sees it."""

    def __init__(self, name: str, filling: _Filling, reads: Reads | None = None) -> None:
        self.name = name
        self.filling = filling
        self._reads = reads

    def __eq__(self, key: object) -> bool:
        """Whether a message that chooses by it takes the variant of that key."""
        said = self._said()
        return key == NONE if not said else said == key != NONE  # a fact may be the word "none"

    __hash__ = None  # type: ignore[assignment]  # equal to what it is compared with, by design

    def format(self, _locale: Locale) -> str:
        return self.filling.place(self._said(self.filling.plain))

    def _said(self, plain: Plain | None = None) -> str:
        facts = self.filling.facts
        value = facts.values.get(self.name, "")
        if not value:
            return ""
        if self._reads is not None:
            return self._reads(value, facts)
        return value if plain is None else plain(self.name, value, facts)


def _function(reads: Reads) -> Callable[[_Fact], FluentType]:
    return lambda fact: _Fact(fact.name, fact.filling, reads)
