"""Text from a record, a file or a person, as it may go to a terminal or a log.

It can't set a title, clear a screen, forge a line or turn the direction: what controls a terminal
is shown as an escape. Spaces of every width stay, as figures of many languages hold them.
"""

import unicodedata
from typing import TypeVar

import msgspec

Record = TypeVar("Record", bound=msgspec.Struct)

_CONTROLLING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode's: control, format (direction too), surrogate, private use, line, paragraph."""


def printable(text: str) -> str:
    """The text on one line, with escapes for all that is no character to be read."""
    if text.isprintable():
        return text
    return "".join(
        each.encode("unicode_escape").decode()
        if unicodedata.category(each) in _CONTROLLING
        else each
        for each in text
    )


def printable_lines(text: str) -> str:
    """The same of a text of several lines, which stay lines."""
    return "\n".join(map(printable, text.split("\n")))


def all_printable(record: Record) -> Record:
    """The record with every text in it made printable."""
    made = msgspec.to_builtins(record)
    return msgspec.convert(_each(made), type(record))


def _each(value: object) -> object:
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: _each(below) for key, below in value.items()}
        case list() | tuple():
            return [_each(below) for below in value]
        case _:
            return value
