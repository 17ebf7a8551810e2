"""How a command is put into the manual, and the ends that several have in common."""

from collections.abc import Mapping
from typing import NamedTuple


class Entry(NamedTuple):
    """One command: lines that a person could type, and its exit codes."""

    examples: tuple[str, ...]
    exits: Mapping[int, str]


NOT_ASKED_RIGHT = 2
EVERYWHERE = {
    NOT_ASKED_RIGHT: "not asked right: an option or argument is none, or has a wrong value"
}
UNREACHABLE = "Kafka can't be asked, or a setting is wrong: one sentence says which"
SETTING = "a setting is wrong"
NOT_PUBLISHED = "not published: a sentence for each reason"
WORKERS = {
    0: "told to stop, with everything committed",
    70: "a defect, or our own code failed on too many records: nothing of the last transaction "
    "is visible",
    75: "start it again: another worker has its partitions, or Kafka lost it",
    78: "a setting, a topic or the reference data must change first",
}
DIFF = {0: "nothing would change", 1: "something would", 2: "it can't be compared"}


def exits_of(entry: Entry) -> dict[int, str]:
    """All codes of a command in order, those of every command included."""
    own = dict(entry.exits)
    for code, meaning in EVERYWHERE.items():
        own[code] = f"{own[code]}; or {meaning}" if code in own else meaning
    return dict(sorted(own.items()))
