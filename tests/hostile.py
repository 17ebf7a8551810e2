"""Records whose every free text is hostile: it controls a terminal, and looks like markup."""

import re
import unicodedata
from typing import Any

import msgspec
from msgspec import inspect

CANARY = (
    "\x1b]0;T\x07\x1b[2J\b\r\nFORGED\t\x85\u2028\u2029\u202e\u2066\u200b\ufeff\x7f\x9b0m"
    "[red]:bug:[/x]<b>*"
)
"""Sets a title, clears, moves, forges a line, turns round, hides; rich's, HTML's and Markdown's."""
MARKUP = "[red]:bug:[/x]<b>*"
TAME = (
    r"\x1b]0;T\x07\x1b[2J\x08\r\nFORGED\t\x85\u2028\u2029\u202e\u2066\u200b\ufeff\x7f\x9b0m"
    + MARKUP
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LINE = re.compile(r"\x1b\[\?25[lh]|\x1b\[[12]?[AK]|\r")
"""What shows that it is busy hides the cursor, and empties its own line."""


def hostile(record: Any, *, but: frozenset[str] = frozenset()) -> Any:
    """The record with the canary in each free text; fields named in `but` stay as they are."""
    info: Any = inspect.type_info(type(record))
    changes = {
        field.name: _in(getattr(record, field.name), field.type, but)
        for field in info.fields
        if field.name not in but
    }
    return msgspec.structs.replace(record, **changes)


def _in(value: Any, kind: Any, but: frozenset[str]) -> Any:
    for each in kind.types if isinstance(kind, inspect.UnionType) else (kind,):
        match each:
            case inspect.StrType(pattern=None):
                return CANARY if each.max_length is None else CANARY[: each.max_length]
            case inspect.StructType() if isinstance(value, msgspec.Struct):
                return hostile(value, but=but)
            case inspect.VarTupleType() if isinstance(value, tuple):
                return tuple(_in(below, each.item_type, but) for below in value)
            case inspect.DictType() if isinstance(value, dict):
                return {name: _in(below, each.value_type, but) for name, below in value.items()}
    return value


def controls_in(shown: str, *, terminal: bool = False) -> set[str]:
    """What a text holds beside lines and what can be read; on a terminal colours may be, too."""
    if terminal:
        shown = _LINE.sub("", _COLOURS.sub("", shown))
    kinds = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return {each for each in shown if unicodedata.category(each) in kinds} - {"\n", "\t"}


assert len(CANARY) <= 64
