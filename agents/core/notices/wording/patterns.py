"""Fluent's patterns, each worked out once for what decides its wording; then values are put in.

What decides the wording are the values that a message chooses by, and numbers. All other values are
text that stands where the message has it, so they are put in afterwards: the same text as Fluent
gives, at a tenth of the time.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

from fluent.runtime import FluentBundle
from fluent.syntax import ast

from agents.core.notices.entries import Variables, entries_of, nodes, pattern_of

_AT_MOST: Final = 8_192  # wordings of one language
_PLACE: Final = re.compile("\ue000([0-9]+)\ue001")  # private use: in no message

Value = str | int
_Used = tuple[str, frozenset[str] | None]  # a variable, and the words of it that messages choose by


class _Worded(NamedTuple):
    """A wording: a text with a `%s` for each of the values that are put in, if there are any."""

    text: str
    names: tuple[str, ...]


class Patterns:
    """The messages of one language.

    `tidied`: what is done to the text around the values, once for each wording.
    """

    def __init__(
        self, language: str, resource: ast.Resource, tidied: Callable[[str], str] = str
    ) -> None:
        self._bundle = FluentBundle([language], use_isolating=False)
        self._bundle.add_resource(resource)
        self._entries = entries_of(resource)
        self._variables = Variables(self._entries)
        self._tidied = tidied
        self._used: dict[tuple[str, str | None], tuple[_Used, ...]] = {}
        self._worded: dict[tuple[object, ...], _Worded] = {}

    def say(self, message: str, attribute: str | None, values: Mapping[str, Value]) -> str:
        """The text of a message, or of one of its attributes, with its values."""
        used = self._used.get((message, attribute))
        if used is None:
            used = self._uses(message, attribute)
        # A value as far as it decides the wording: text that no message chooses by does not.
        key: list[object] = [message, attribute]
        for name, words in used:
            value = values.get(name, _MISSING)
            decides = words is None or type(value) is not str or value in words
            key.append(value if decides else _TEXT)
        found = tuple(key)
        worded = self._worded.get(found) or self._words(message, attribute, used, found)
        if not worded.names:
            return worded.text
        return worded.text % tuple([values[name] for name in worded.names])

    def _words(
        self,
        message: str,
        attribute: str | None,
        used: tuple[_Used, ...],
        key: tuple[object, ...],
    ) -> _Worded:
        given: dict[str, Any] = {}
        for number, ((name, _), value) in enumerate(zip(used, key[2:], strict=True)):
            if value is not _MISSING:
                given[name] = f"\ue000{number}\ue001" if value is _TEXT else value
        entry = self._bundle.get_message(message)
        pattern = entry.value if attribute is None else entry.attributes[attribute]
        assert pattern is not None, f"{message} has no text"
        text, _ = self._bundle.format_pattern(pattern, given)
        # Text and places by turns: a place is the number of a name.
        parts = _PLACE.split(self._tidied(str(text)))
        names = tuple(used[int(each)][0] for each in parts[1::2])
        around = parts[::2]
        if names:
            around = [each.replace("%", "%%") for each in around]
        if len(self._worded) >= _AT_MOST:
            self._worded.clear()
        worded = self._worded[key] = _Worded("%s".join(around), names)
        return worded

    def _uses(self, message: str, attribute: str | None) -> tuple[_Used, ...]:
        """The variables that the text uses, itself or by what it refers to."""
        pattern = pattern_of(self._entries[message], attribute)
        names = sorted(self._variables.used_by(pattern))
        known = self._used[message, attribute] = tuple(
            (each, self._words_of(each)) for each in names
        )
        return known

    def _words_of(self, name: str) -> frozenset[str] | None:
        """The words of a variable that decide the wording; None: each does."""
        if name in self._computed_with:
            return None
        return frozenset(self._chosen_by.get(name, ()))

    @cached_property
    def _chosen_by(self) -> dict[str, set[str]]:
        """The words that some message chooses by, of each variable."""
        found: dict[str, set[str]] = {}
        for node in nodes(*self._entries.values()):
            if isinstance(node, ast.SelectExpression):
                keys = (each.key for each in node.variants)
                words = {each.name for each in keys if isinstance(each, ast.Identifier)}
                for name in self._variables.used_by(node.selector):
                    found.setdefault(name, set()).update(words)
        return found

    @cached_property
    def _computed_with(self) -> frozenset[str]:
        """The variables that some message hands to a function or a term."""
        everything = nodes(*self._entries.values())
        return self._variables.used_by(
            *(each for each in everything if isinstance(each, ast.CallArguments))
        )


class _Sign:
    """Stands for a value where its kind is enough."""


_MISSING: Final[Any] = _Sign()
_TEXT: Final = _Sign()
