"""A profile folded into parts: who takes the time, by the innermost function that a part claims.

A profile is what py-spy writes as `raw`: a line a stack, its frames from the outermost to the
innermost with semicolons between, then how often it was seen.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

OTHER = "other"
_FRAME = re.compile(r"^(?P<function>.*) \((?P<file>[^()]*?)(?::(?P<line>\d+))?\)$")


class Part(NamedTuple):
    """A part of the work, and what belongs to it: a pattern of `file:function`."""

    name: str
    pattern: re.Pattern[str]


def parts(table: Sequence[tuple[str, str]]) -> tuple[Part, ...]:
    """Parts of names and patterns; of several that claim a frame the first has it."""
    return tuple(Part(name, re.compile(pattern)) for name, pattern in table)


def folded(lines: Iterable[str], known: Sequence[Part]) -> Counter[str]:
    """How often each part was seen.

    Each stack counts once, for the part that claims its innermost claimed frame: what a library
    does counts for the part that called it, unless the library is a part itself.
    """
    seen: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rstrip().rpartition(" ")
        if stack and count.isdigit():
            seen[_owner(stack.split(";"), known)] += int(count)
    return seen


def _owner(frames: Sequence[str], known: Sequence[Part]) -> str:
    for frame in reversed(frames):
        place = _place(frame)
        for part in known:
            if part.pattern.search(place):
                return part.name
    return OTHER


def _place(frame: str) -> str:
    """`file:function` of a frame such as `handle (agents/core/handle.py:12)`."""
    found = _FRAME.match(frame)
    return f"{found['file']}:{found['function']}" if found else frame


def shares(seen: Mapping[str, int], total: float) -> dict[str, float]:
    """A total (µs) dealt out to the parts as often as each was seen, the largest first."""
    whole = sum(seen.values())
    if not whole:
        return {}
    return {
        name: total * count / whole
        for name, count in sorted(seen.items(), key=lambda each: (-each[1], each[0]))
    }
