"""What is wrong with a record's field, in words that its producer's engineer can act on."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_SHOWN_CHARACTERS = 80
_MISSING = re.compile(r"Object missing required field `(.+)`")
_EXPECTED = re.compile(
    r"Expected `(?P<type>[a-z]+)(?P<nullable> \| null)?`"
    r"(?:, got `.+`| matching regex '(?P<regex>.+)'"
    r"|(?P<length> of length)? (?P<sign>[<>]=?) (?P<bound>\S+))?"
)
_STEP = re.compile(r"\.?([^.\[]+)|\[(\d+)\]")
_TYPES = {
    "int": "an integer",
    "str": "a string",
    "bool": "true or false",
    "float": "a number",
    "bytes": "bytes",
    "array": "a list",
    "object": "an object with fields",
    "null": "null",
}
_SIGNS = {">=": "at least", "<=": "at most", "<": "below", ">": "above"}


class Words(NamedTuple):
    """How ranges that a number or pattern alone does not explain are put; keys as in the types.

    `patterns` by regular expression, `bounds` by the bound that was passed. `unsaid`: fields in
    which people write what they like; it is never repeated.
    """

    patterns: Mapping[str, str] = {}
    bounds: Mapping[int, str] = {}
    unsaid: frozenset[str] = frozenset()


def in_words(message: str, plain: Any, words: Words) -> str:  # noqa: ANN401 - Avro's or JSON's
    """A message of msgspec about plain data: field, value, what is right."""
    problem, _, path = message.partition(" - at `")
    field = path.removesuffix("`").removeprefix("$").removeprefix(".")
    missing = _MISSING.fullmatch(problem)
    if missing:
        return f"{field}{'.' if field else ''}{missing[1]} is missing: it has no default"
    right = f"must be {_right(problem, words)}"
    if field.rpartition(".")[2] in words.unsaid:
        return f"{field}: {right}"
    known, value = _value(plain, field)
    if not field:
        return f"it is {shown(plain)}: {right}"
    return f"{field} is {shown(value)}: {right}" if known else f"{field}: {right}"


def shown(value: Any) -> str:  # noqa: ANN401 - whatever came
    """A value, shortened, never with more than a line's length."""
    if isinstance(value, str) and len(value) > _SHOWN_CHARACTERS:
        return f"{value[:_SHOWN_CHARACTERS]!r}... ({len(value)} characters)"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object of {len(value)} fields"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return short(repr(value))


def short(text: str) -> str:
    """A text, not longer than a line."""
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "..."


def _right(problem: str, words: Words) -> str:
    found = _EXPECTED.fullmatch(problem)
    if found is None:
        return f"right ({short(problem)})"
    right = _TYPES.get(found["type"], found["type"])
    if found["nullable"]:
        right += " or null"
    if found["regex"] is not None:
        regex = found["regex"].replace("\\\\", "\\")
        return words.patterns.get(regex, f"{right} like {regex}")
    if found["sign"] is None:
        return right
    bound = found["bound"]
    if found["length"] is None:
        plain = words.bounds.get(int(bound)) if bound.lstrip("-").isdigit() else None
        return plain or f"{right}, {_SIGNS[found['sign']]} {bound}"
    unit = "characters" if found["type"] == "str" else "entries"
    return f"{right} of {_SIGNS[found['sign']]} {bound} {unit}"


def _value(plain: Any, field: str) -> tuple[bool, Any]:  # noqa: ANN401 - the same
    """Whether the field's value could be found, and the value."""
    found = plain
    for name, position in _STEP.findall(field):
        if name and isinstance(found, dict) and name in found:
            found = found[name]
        elif position and isinstance(found, list | tuple) and int(position) < len(found):
            found = found[int(position)]
        else:
            return False, None
    return True, found
