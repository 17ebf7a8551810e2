"""The operator's words for every code of a reason: `reasons.yaml`."""

from functools import cache
from importlib.resources import files

import yaml
from msgspec import Struct

from agents.explain.facts import can_be_filled, facts_of, filled
from schemas.records import Reason

ANY_CODE = "*"
Sentences = tuple[tuple[str, tuple[str, ...]], ...]


class Line(Struct, frozen=True):
    """A sentence with what it is about."""

    label: str
    text: str


@cache
def words() -> dict[str, Sentences]:
    """By code its lines: a label, and sentences of which the first counts that can be filled."""
    text = files("agents.explain").joinpath("reasons.yaml").read_text(encoding="utf-8")
    return {
        code: tuple((label, tuple(each)) for line in lines for label, each in line.items())
        for code, lines in yaml.safe_load(text).items()
    }


def lines_of(reason: Reason, time_zone: str) -> list[Line]:
    """A reason in words."""
    known = words().get(reason.code)
    if known is None:
        name = reason.code.replace("_", " ").lower()
        return [Line("Why", f"A reason for which this version has no words: {name}.")]
    facts = facts_of(reason, time_zone)
    lines = []
    for label, sentences in (*known, *words()[ANY_CODE]):
        sentence = next((each for each in sentences if can_be_filled(each, facts)), None)
        if sentence is not None:
            lines.append(Line(label, filled(sentence, facts)))
    return lines
