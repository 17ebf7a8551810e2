"""The entries of a Fluent resource, and what they are made of, with all that they refer to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fluent.syntax import ast

Entry = ast.Message | ast.Term
Entries = Mapping[str, Entry]
_Place = tuple[str, str | None]  # an entry, and the attribute of it that is meant

_REFERENCES = (ast.MessageReference, ast.TermReference)


def entries_of(resource: ast.Resource) -> dict[str, Entry]:
    """The messages and terms of a resource, by their names."""
    return {each.id.name: each for each in resource.body if isinstance(each, Entry)}


def pattern_of(entry: Entry, attribute: str | None) -> ast.Pattern | None:
    """The text of an entry, or of one of its attributes; None: it has no such text."""
    if attribute is None:
        return entry.value
    return next((each.value for each in entry.attributes if each.id.name == attribute), None)


def nodes(*begin: object) -> Iterator[Any]:
    """Nodes with all below them, but for where they stand in their file."""
    waiting = list(begin)
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, ast.BaseNode):
            yield node
            waiting.extend(each for name, each in vars(node).items() if name != "span")


class Variables:
    """Which variables the texts of some entries use: each text is walked once.

    Many messages refer to the same long ones: to the words of a rule, which choose by the rule.
    """

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._known: dict[_Place, tuple[frozenset[str], frozenset[_Place]]] = {}

    def used_by(self, *begin: object) -> frozenset[str]:
        """Every variable that is used by nodes, or by what they refer to."""
        used, referred = _direct(begin)
        found, met, waiting = set(used), set[_Place](), list(referred)
        while waiting:
            place = waiting.pop()
            if place in met or place[0] not in self._entries:
                continue
            met.add(place)
            known = self._known.get(place)
            if known is None:
                text = pattern_of(self._entries[place[0]], place[1])
                known = self._known[place] = _direct((text,))
            found |= known[0]
            waiting += known[1]
        return frozenset(found)


def _direct(begin: Iterable[object]) -> tuple[frozenset[str], frozenset[_Place]]:
    """The variables that nodes use themselves, and the texts that they refer to."""
    used, referred = set[str](), set[_Place]()
    for node in nodes(*begin):
        if isinstance(node, ast.VariableReference):
            used.add(node.id.name)
        elif isinstance(node, _REFERENCES):
            attribute = None if node.attribute is None else node.attribute.name
            referred.add((node.id.name, attribute))
    return frozenset(used), frozenset(referred)
