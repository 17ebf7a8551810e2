"""Fluent's patterns, each worked out once for what decides its wording; then values are put in.

What decides the wording are the values that a message chooses by, and numbers. All other values are
text that stands where the message has it, so they are put in afterwards: the same text as Fluent
gives, at a tenth of the time.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from fluent.runtime import FluentBundle
from fluent.syntax import ast

_AT_MOST: Final = 8_192  # wordings of one language
_PLACE: Final = re.compile("\ue000([0-9]+)\ue001")  # private use: in no message

Value = str | int


class Patterns:
    """The messages of one language."""

    def __init__(self, language: str, resource: ast.Resource) -> None:
        self._bundle = FluentBundle([language], use_isolating=False)
        self._bundle.add_resource(resource)
        self._entries = {
            each.id.name: each for each in resource.body if isinstance(each, ast.Message | ast.Term)
        }
        self._used: dict[tuple[str, str | None], tuple[str, ...]] = {}
        self._worded: dict[tuple[object, ...], tuple[str, ...]] = {}

    def say(self, message: str, attribute: str | None, values: Mapping[str, Value]) -> str:
        """The text of a message, or of one of its attributes, with its values."""
        names = self._names(message, attribute)
        chosen = tuple(self._deciding(name, values.get(name, _MISSING)) for name in names)
        key = (message, attribute, *chosen)
        worded = self._worded.get(key)
        if worded is None:
            worded = self._words(message, attribute, names, dict(zip(names, chosen, strict=True)))
            if len(self._worded) >= _AT_MOST:
                self._worded.clear()
            self._worded[key] = worded
        if len(worded) == 1:
            return worded[0]
        # Text and places by turns: a place is the number of a name.
        return "".join(
            str(values[names[int(part)]]) if number % 2 else part
            for number, part in enumerate(worded)
        )

    def _deciding(self, name: str, value: Value | None) -> object:
        """A value as far as it decides the wording: text that no message chooses by does not."""
        if value is _MISSING or isinstance(value, int) or name in self._computed_with:
            return value
        return value if value in self._chosen_by.get(name, ()) else _TEXT

    def _words(
        self,
        message: str,
        attribute: str | None,
        names: tuple[str, ...],
        deciding: Mapping[str, object],
    ) -> tuple[str, ...]:
        given: dict[str, Any] = {}
        for number, name in enumerate(names):
            value = deciding[name]
            if value is not _MISSING:
                given[name] = f"\ue000{number}\ue001" if value is _TEXT else value
        entry = self._bundle.get_message(message)
        pattern = entry.value if attribute is None else entry.attributes[attribute]
        assert pattern is not None, f"{message} has no text"
        text, _ = self._bundle.format_pattern(pattern, given)
        return tuple(_PLACE.split(str(text)))

    def _names(self, message: str, attribute: str | None) -> tuple[str, ...]:
        """The variables that the text uses, itself or by what it refers to."""
        place = (message, attribute)
        known = self._used.get(place)
        if known is None:
            entry = self._entries[message]
            pattern: ast.BaseNode | None = entry.value
            if attribute is not None:
                named = (each for each in entry.attributes if each.id.name == attribute)
                pattern = next(named).value
            known = self._used[place] = tuple(sorted(set(_variables(self._all(pattern)))))
        return known

    def _all(self, node: object, met: frozenset[str] = frozenset()) -> Iterator[Any]:
        """A node with all below it, and what it refers to."""
        if isinstance(node, list):
            for each in node:
                yield from self._all(each, met)
        if not isinstance(node, ast.BaseNode):
            return
        yield node
        if isinstance(node, ast.MessageReference | ast.TermReference):
            entry = self._entries.get(node.id.name)
            if entry is not None and node.id.name not in met:
                yield from self._all(entry, met | {node.id.name})
        for below in vars(node).values():
            yield from self._all(below, met)

    @cached_property
    def _chosen_by(self) -> dict[str, set[str]]:
        """The words that some message chooses by, of each variable."""
        found: dict[str, set[str]] = {}
        for entry in self._entries.values():
            for node in self._all(entry):
                if isinstance(node, ast.SelectExpression):
                    keys = (each.key for each in node.variants)
                    words = {each.name for each in keys if isinstance(each, ast.Identifier)}
                    for name in _variables(self._all(node.selector)):
                        found.setdefault(name, set()).update(words)
        return found

    @cached_property
    def _computed_with(self) -> frozenset[str]:
        """The variables that some message hands to a function or a term."""
        calls = (
            node
            for entry in self._entries.values()
            for node in self._all(entry)
            if isinstance(node, ast.CallArguments)
        )
        return frozenset(name for call in calls for name in _variables(self._all(call)))


class _Sign:
    """Stands for a value where its kind is enough."""


_MISSING: Final[Any] = _Sign()
_TEXT: Final = _Sign()


def _variables(nodes: Iterable[object]) -> Iterator[str]:
    return (each.id.name for each in nodes if isinstance(each, ast.VariableReference))
