"""Schemas that are kept in several pieces: each names the types of others, by references.

A registry keeps the pieces apart; who reads needs one schema that holds them all. The definition of
a type is put where its name is met first, as if its producer had written it in one piece.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from streams.serialisation.logical import PRIMITIVES

MOST_PIECES = 100
"""How many schemas one may refer to, together with what these refer to."""
DEEPEST = 20
"""How many steps a reference may be away."""
MOST_BYTES = 250_000
"""How long a schema may be, together with what it refers to: what is longer is not parsed. Of the
contract's the longest has 12,000; a megabyte takes a quarter of a second."""
_NOWHERE = "no_namespace"
"""Where types without a namespace stand: within one, nothing could name them any more."""
_NAMED = ("record", "error", "enum", "fixed")


class Reference(NamedTuple):
    """Where a piece is: a subject of the registry, and its version."""

    name: str
    subject: str
    version: int


class Piece(NamedTuple):
    """A schema as text, and what it refers to."""

    text: str
    references: tuple[Reference, ...] = ()


class Unresolvable(Exception):  # noqa: N818 - it says what the references are
    """The pieces can't be had or put together; the message says which."""


PieceOf = Callable[[Reference], Piece]


def whole(root: Piece, piece_of: PieceOf) -> Any:  # noqa: ANN401 - JSON, if it is a schema
    """The schema with all that it refers to within it.

    Args:
        root: the schema.
        piece_of: gives what a reference names, or raises.

    Raises:
        Unresolvable: there are too many or too long ones, they go round in a circle, or one is no
            JSON.
    """
    if len(root.text) > MOST_BYTES:
        raise Unresolvable(f"it is longer than {MOST_BYTES} characters")
    schema = _json(root.text, "it")
    if not root.references:
        return schema
    library: dict[str, _Type] = {}
    try:
        for text, name in _collected(root, piece_of):
            for each in _types(_json(text, f"what it refers to as {name}"), ""):
                library.setdefault(each.full_name, each)
        return _Assembly(library).part(schema, "")
    except RecursionError as error:
        raise Unresolvable("its types are nested too deep") from error


def _collected(root: Piece, piece_of: PieceOf) -> Iterator[tuple[str, str]]:
    """Text and name of everything that is referred to, each piece once."""
    had: set[tuple[str, int]] = set()
    size = len(root.text)
    ahead: list[tuple[Reference, tuple[Reference, ...]]] = [
        (each, (each,)) for each in reversed(root.references)
    ]
    while ahead:
        one, path = ahead.pop()
        place = (one.subject, one.version)
        if any(place == (each.subject, each.version) for each in path[:-1]):
            circle = " to ".join(f"{each.subject} version {each.version}" for each in path)
            raise Unresolvable(f"its references go round in a circle: {circle}")
        if place in had:
            continue
        had.add(place)
        if len(had) > MOST_PIECES:
            raise Unresolvable(f"it refers to more than {MOST_PIECES} others")
        if len(path) > DEEPEST:
            raise Unresolvable(f"its references are more than {DEEPEST} steps away")
        piece = piece_of(one)
        size += len(piece.text)
        if size > MOST_BYTES:
            raise Unresolvable(f"with what it refers to it is longer than {MOST_BYTES} characters")
        yield piece.text, one.name
        ahead += [(each, (*path, each)) for each in reversed(piece.references)]


def _json(text: str, which: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unresolvable(f"{which} is no JSON, so no Avro") from error


class _Type(NamedTuple):
    full_name: str
    definition: Mapping[str, Any]
    namespace: str
    """The one that it is defined in: what it takes where it has none of its own."""


def _named(part: Mapping[str, Any], namespace: str) -> tuple[str, str]:
    """A type's full name, and the namespace that holds for what is in it."""
    name = str(part["name"])
    own = part.get("namespace")
    before, _, last = name.rpartition(".")
    space = before or (str(own) if own is not None else namespace)
    return (f"{space}.{last}" if space else last), space


def _is_named(part: Any) -> bool:  # noqa: ANN401 - JSON
    return isinstance(part, Mapping) and part.get("type") in _NAMED and "name" in part


def _types(part: Any, namespace: str) -> Iterator[_Type]:  # noqa: ANN401 - JSON
    """All types that a schema defines, from the outside in."""
    if _is_named(part):
        full_name, inner = _named(part, namespace)
        yield _Type(full_name, part, namespace)
        namespace = inner
    for each in _within(part):
        yield from _types(each, namespace)


def _within(part: Any) -> Iterable[Any]:  # noqa: ANN401 - JSON
    """The schemas that lie directly in one."""
    if isinstance(part, list):
        yield from part
    elif isinstance(part, Mapping):
        fields = part.get("fields")
        for each in fields if isinstance(fields, list) else ():
            if isinstance(each, Mapping):
                yield each.get("type")
        yield from (part[key] for key in ("items", "values", "type") if key in part)


class _Assembly:
    """One schema of several; what was defined once is known by its name from there on."""

    def __init__(self, library: Mapping[str, _Type]) -> None:
        self._library = library
        self._defined: dict[str, str] = {}
        """By full name, the name under which it stands in the one schema."""

    def part(self, part: Any, namespace: str) -> Any:  # noqa: ANN401 - JSON
        if isinstance(part, str):
            return part if part in PRIMITIVES else self._by_name(part, namespace)
        if isinstance(part, list):
            return [self.part(each, namespace) for each in part]
        if not isinstance(part, Mapping):
            return part
        own: dict[str, Any] = {}
        if _is_named(part):
            full_name, namespace = _named(part, namespace)
            if full_name in self._defined:
                return self._defined[full_name]
            last = full_name.rpartition(".")[2]
            self._defined[full_name] = f"{namespace or _NOWHERE}.{last}"
            own = {"name": last, "namespace": namespace or _NOWHERE}
        elif "type" in part:
            own = {"type": self._type(part["type"], namespace)}
        inner = {key: self.part(part[key], namespace) for key in ("items", "values") if key in part}
        fields = part.get("fields")
        if isinstance(fields, list):
            inner["fields"] = [self._field(each, namespace) for each in fields]
        return {**part, **own, **inner}

    def _type(self, part: Any, namespace: str) -> Any:  # noqa: ANN401 - JSON
        is_kind = part in ("array", "map", *_NAMED) if isinstance(part, str) else False
        return part if is_kind else self.part(part, namespace)

    def _field(self, field: Any, namespace: str) -> Any:  # noqa: ANN401 - JSON
        if not isinstance(field, Mapping) or "type" not in field:
            return field
        return {**field, "type": self.part(field["type"], namespace)}

    def _by_name(self, name: str, namespace: str) -> Any:  # noqa: ANN401 - JSON
        """A name as it is known, or in its place the type that it means.

        One without a dot means the namespace that it stands in, and else none at all, as in Java.
        """
        full_names = [name] if "." in name or not namespace else [f"{namespace}.{name}", name]
        for full_name in full_names:
            if full_name in self._defined:
                return self._defined[full_name]
            if full_name in self._library:
                found = self._library[full_name]
                return self.part(found.definition, found.namespace)
        return name
