"""Dead letters as a person reads them, and as a machine does."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from agents.core.rfc3339 import text_of
from agents.operations.dead_letters.reader import Letter
from agents.operations.dead_letters.redriving import (
    REDRIVEN_FROM,
    LeftOut,
    Marks,
    first_arrival,
    is_original,
    left_out,
)
from agents.operations.dead_letters.values import Read, hexadecimal, read
from agents.pipeline.dead_letter import DEAD_LETTERS, id_of
from agents.records import codecs
from agents.records.codecs import Codecs
from schemas.records import DeadLetterReason
from streams.printable import printable
from streams.topology import Message

ADVICE: Mapping[DeadLetterReason, str] = {
    DeadLetterReason.UNKNOWN: "A newer recourse wrote this reason: read it with that version.",
    DeadLetterReason.UNREADABLE: (
        "The producer mends its writer and sends the event anew, under the same event_id. "
        "The same bytes sent again end here again."
    ),
    DeadLetterReason.UNKNOWN_SCHEMA: (
        "Register the schema, or bring the registry back (if the producer's schema is newer than "
        "this recourse, release that first); then redrive."
    ),
    DeadLetterReason.INVALID: (
        "The producer mends the event and sends it anew, under the same event_id. "
        "Redrive only what has become right by itself: an action on an escalation that is there by "
        "now, a clock that was ahead."
    ),
    DeadLetterReason.TOO_LATE: (
        "If it must still count, publish a policy with a larger late_after_hours (of its topic), "
        "and redrive once that is in force. Lateness counts from the first arrival, so a redrive "
        "alone changes nothing."
    ),
    DeadLetterReason.FAILED: (
        "A defect of ours: report it with the detail, which names the place. Redrive once the "
        "mended release runs."
    ),
    DeadLetterReason.ERASED: (
        "Nothing: the customer asked to be forgotten. It holds nothing, and can't be redriven."
    ),
}
"""What to do about each reason, and whether redriving helps."""


class Whole(NamedTuple):
    """A dead letter with all that is known of it; `lying` is what lies in the original's place."""

    letter: Letter
    marks: Marks
    lying: Message | None

    @property
    def original(self) -> Message | None:
        """The original record, where it still lies."""
        lying = self.lying
        return lying if lying is not None and is_original(self.letter.record, lying) else None

    @property
    def value(self) -> bytes | None:
        """The value, from the dead letter or from the original."""
        held = self.letter.record.value
        return held if held is not None or self.original is None else self.original.value


def redriven_word(letter: Letter, marks: Marks) -> str:
    """Whether a dead letter was redriven, in a word: the time, `no`, or `?` where none can tell."""
    name = id_of(letter.record)
    if name in marks.redriven:
        return text_of(marks.redriven[name].at)
    return "?" if name in marks.untold else "no"


def line(letter: Letter, marks: Marks) -> tuple[str, ...]:
    """A dead letter in a list: given up, reason, id, key, redriven, detail."""
    record = letter.record
    return (
        text_of(record.occurred_at),
        record.reason.value,
        id_of(record),
        printable(record.key or ""),
        redriven_word(letter, marks),
        printable(record.detail),
    )


def page(whole: Whole, wire: Codecs) -> list[tuple[str, list[str]]]:
    """A dead letter in full: titles, each with its lines."""
    record, found = whole.letter.record, read(whole.letter.record.topic, whole.value, wire)
    headers = [
        f"{printable(name)}: {printable(content.decode('utf-8', 'backslashreplace'))}"
        for name, content in record.headers.items()
    ]
    parts = [
        ("dead letter", [f"{id_of(record)}, kept as {whole.letter.own}"]),
        ("given up", [text_of(record.occurred_at)]),
        ("reason", [record.reason.value]),
        ("detail", [printable(record.detail)]),
        ("key", ["none" if record.key is None else printable(record.key)]),
        ("headers", headers or ["none"]),
        ("first arrival", [_first_arrival(whole)]),
        ("redriven", [_redriven(whole)]),
        ("value", _value(whole, found)),
        ("what to do", [ADVICE[record.reason]]),
    ]
    before = record.headers.get(REDRIVEN_FROM)
    if before is not None:
        words = f"it is the record of {printable(before.decode('utf-8', 'replace'))}, redriven"
        parts.insert(8, ("comes from", [words]))
    return parts


def as_json(whole: Whole, wire: Codecs) -> dict[str, Any]:
    """A dead letter in full, for machines."""
    record, found = whole.letter.record, read(whole.letter.record.topic, whole.value, wire)
    return summary(whole.letter, whole.marks) | {
        "record": codecs.to_json(DEAD_LETTERS, record),
        "original_is_there": whole.original is not None,
        "value": {"form": found.form, "data": found.data, "gap": found.gap},
        "what_to_do": ADVICE[record.reason],
    }


def summary(letter: Letter, marks: Marks) -> dict[str, Any]:
    """A dead letter in a list, for machines: `redriven` is a place and time, null, or unknown."""
    record = letter.record
    redriven = marks.redriven.get(id_of(record))
    told: Any = "unknown" if id_of(record) in marks.untold else None
    if redriven is not None:
        told = {"as": str(redriven.place), "at": text_of(redriven.at)}
    return {
        "id": id_of(record),
        "occurred_at": text_of(record.occurred_at),
        "reason": record.reason.value,
        "detail": record.detail,
        "key": record.key,
        "redriven": told,
        "dead_letter": str(letter.own),
    }


def _first_arrival(whole: Whole) -> str:
    original = whole.original
    if original is None:
        return "not known: the record is gone from its topic"
    at = first_arrival(original.headers, original.timestamp)
    return text_of(at) + ("" if at == original.timestamp else ", kept by an earlier redrive")


def _redriven(whole: Whole) -> str:
    name = id_of(whole.letter.record)
    redriven = whole.marks.redriven.get(name)
    if redriven is not None:
        return f"{text_of(redriven.at)}, as {redriven.place}"
    if name in whole.marks.untold:
        return "nobody can tell: records after it are gone from its topic"
    return "no"


def _value(whole: Whole, found: Read) -> list[str]:
    value, record = whole.value, whole.letter.record
    if value is None and record.reason is DeadLetterReason.ERASED:
        return ["not kept"]
    if value is None and left_out(record) != LeftOut():
        return ["too long for the dead letter, and gone from its topic"]
    if value is None:
        return ["null"]
    lines = [f"{len(value):,} bytes: {found.form}"]
    if found.data is not None:
        lines += _shortened(json.dumps(found.data, indent=2, default=str))
    if found.gap is not None:
        lines += [f"{found.gap}:", *hexadecimal(value)]
    return lines


_LINES_AT_MOST = 200
_CHARACTERS_AT_MOST = 300  # a line


def _shortened(text: str) -> list[str]:
    lines = text.splitlines()
    shown = [
        each
        if len(each) <= _CHARACTERS_AT_MOST
        else f"{each[:_CHARACTERS_AT_MOST]}... ({len(each):,} characters)"
        for each in lines[:_LINES_AT_MOST]
    ]
    if len(lines) > _LINES_AT_MOST:
        shown.append(f"... {len(lines) - _LINES_AT_MOST:,} lines more (all of it with --json)")
    return shown
