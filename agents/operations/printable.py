"""Records of ours, made fit to be shown: the engine's `printable` for each text in them."""

from typing import TypeVar

import msgspec

from streams.printable import printable

Record = TypeVar("Record", bound=msgspec.Struct)


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
