"""The entries of a Fluent resource, and what they are made of, with all that they refer to."""

from collections.abc import Iterator, Mapping
from typing import Any

from fluent.syntax import ast

Entry = ast.Message | ast.Term
Entries = Mapping[str, Entry]

_REFERENCES = (ast.MessageReference, ast.TermReference)


def entries_of(resource: ast.Resource) -> dict[str, Entry]:
    """The messages and terms of a resource, by their names."""
    return {each.id.name: each for each in resource.body if isinstance(each, Entry)}


def pattern_of(entry: Entry, attribute: str | None) -> ast.Pattern | None:
    """The text of an entry, or of one of its attributes; None: it has no such text."""
    if attribute is None:
        return entry.value
    return next((each.value for each in entry.attributes if each.id.name == attribute), None)


def nodes(entries: Entries, *begin: object) -> Iterator[Any]:
    """Nodes with all below them, and what they refer to; what is referred to comes once."""
    waiting, met = list(begin), set[tuple[str, str | None]]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, ast.BaseNode):
            yield node
            waiting.extend(vars(node).values())
            if isinstance(node, _REFERENCES):
                attribute = None if node.attribute is None else node.attribute.name
                place = (node.id.name, attribute)
                if place not in met and node.id.name in entries:
                    met.add(place)
                    waiting.append(pattern_of(entries[node.id.name], attribute))


def variables(entries: Entries, *begin: object) -> frozenset[str]:
    """Every variable that is used by nodes, or by what they refer to."""
    return frozenset(
        each.id.name for each in nodes(entries, *begin) if isinstance(each, ast.VariableReference)
    )
