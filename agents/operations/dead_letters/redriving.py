"""Sending the record of a dead letter through the front door again: what may, how, and the mark.

A redriven record is the original as it was (key, value, headers), in the partition of its key, with
two headers: `first_arrived_at`, from which lateness counts, and `redriven_from`, the id of its dead
letter. That mark is where it is known that a dead letter was redriven: it lies in the topic itself,
later than the dead letter, and becomes visible together with the record.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from agents.pipeline.dead_letter import LetterPlace, id_of
from agents.pipeline.processor import TICKS
from agents.pipeline.stages import DESK_INPUTS, INSIGHTS_INPUTS
from agents.records.headers import FIRST_ARRIVED_AT, time_in
from schemas.catalogue import TOPICS
from schemas.records import DeadLetter, DeadLetterReason
from streams.topology import Message
from streams.transport.kafka import Write

REDRIVEN_FROM = "redriven_from"
"""The header that names the dead letter whose record this is, sent again."""
_ONE = r"the (?:value|key) has \d+ bytes, SHA-256 [0-9a-f]{64}|the headers have \d+ bytes"
_LEFT_OUT = re.compile(
    rf"; ((?:{_ONE})(?:, (?:{_ONE}))*): read it by topic, partition and offset\Z"
)
_DIGEST = re.compile(r"the (value|key) has (\d+) bytes, SHA-256 ([0-9a-f]{64})")
BY_ITS_KEY = -1  # where murmur2 places it, wherever its producer had put it
REPLACED = "\ufffd"  # stands for bytes of a key that are no UTF-8

_COUNTED_ALONE = frozenset(INSIGHTS_INPUTS) - frozenset(DESK_INPUTS)
"""What only stage insights reads of the stages' own records."""


class Digest(NamedTuple):
    """What a dead letter keeps of bytes that are too long for it."""

    length: int
    sha256: str

    def fits(self, octets: bytes | None) -> bool:
        """Whether these are the bytes."""
        return octets is not None and self == digest_of(octets)


class LeftOut(NamedTuple):
    """What a dead letter does not hold, for the original does."""

    value: Digest | None = None
    key: Digest | None = None
    headers: bool = False


class Redriven(NamedTuple):
    """The record that a dead letter's was sent again as, and its timestamp (ms)."""

    place: LetterPlace
    at: int


class Marks(NamedTuple):
    """What the topics say of dead letters: which were redriven, and of which that can't be told.

    It can't be told when records after the original are gone already (retention, a new topic).
    """

    redriven: Mapping[str, Redriven]
    untold: frozenset[str]


class CanNotBe(NamedTuple):
    """Why a dead letter's record is not sent again, in one sentence."""

    sentence: str


class Again(NamedTuple):
    """What is sent, and from when its lateness counts: `guessed` where the original is gone."""

    write: Write
    first_arrived_at: int
    guessed: bool


def digest_of(octets: bytes) -> Digest:
    """Length and SHA-256, as a dead letter's detail gives them."""
    return Digest(len(octets), sha256(octets).hexdigest())


def left_out(letter: DeadLetter) -> LeftOut:
    """What has to be read where it lies, by the end of the dead letter's detail."""
    found = _LEFT_OUT.search(letter.detail)
    if found is None:
        return LeftOut()
    digests = {what: Digest(int(length), sha) for what, length, sha in _DIGEST.findall(found[1])}
    return LeftOut(digests.get("value"), digests.get("key"), "the headers have" in found[1])


def is_original(letter: DeadLetter, message: Message) -> bool:
    """Whether the record at the place is the one that the dead letter is of.

    A topic that was made anew may have another record there.
    """
    absent = left_out(letter)
    key = None if message.key is None else message.key.decode("utf-8", "replace")
    same_key = absent.key.fits(message.key) if absent.key else key == letter.key
    if absent.value is not None:
        return same_key and absent.value.fits(message.value)
    return same_key and message.value == letter.value


def mark_of(message: Message) -> str | None:
    """The dead letter whose record this is, sent again; None when it is a first one."""
    for name, content in message.headers:
        if name == REDRIVEN_FROM and content is not None:
            return content.decode("utf-8", "replace")
    return None


def first_arrival(headers: Iterable[tuple[str, bytes | None]], timestamp: int) -> int:
    """From when a record's lateness counts (ms): what an earlier redrive kept, else its timestamp.

    A header that is no time, or one after the record's own, counts for nothing.
    """
    for name, content in headers:
        if name == FIRST_ARRIVED_AT:
            at = time_in(content)
            return timestamp if at is None else min(at, timestamp)
    return timestamp


def why_not(letter: DeadLetter, marks: Marks, *, again: bool = False) -> CanNotBe | None:
    """Why a dead letter can't be redriven, whatever lies in its place; None when it may.

    `again` sends also what was sent before, or may have been.
    """
    name = id_of(letter)
    if letter.reason is DeadLetterReason.ERASED:
        return CanNotBe(
            f"{name} can't be redriven: the customer asked to be forgotten, "
            "so nothing of the record is kept."
        )
    if letter.topic == TICKS:
        return CanNotBe(
            f"{name} needs no redriving: it is a tick, and the next one does what is due."
        )
    if letter.topic in TOPICS and TOPICS[letter.topic].carried:
        return CanNotBe(
            f"{name} can't be redriven: workers alone write {letter.topic}, "
            "so whatever belongs there lies in its own topic, too."
        )
    if letter.topic in _COUNTED_ALONE:
        return CanNotBe(
            f"{name} can't be redriven: whoever reads {letter.topic} has the record already, and "
            "would take it for one more."
        )
    redriven = marks.redriven.get(name)
    if redriven is not None and not again:
        return CanNotBe(
            f"{name} was redriven already, as {redriven.place}: "
            "with --again it is sent once more, and may then be applied twice."
        )
    if name in marks.untold and not again:
        return CanNotBe(
            f"{name} may have been redriven already: records after it in {letter.topic} are gone, "
            "so nobody can tell; if you know that it was not, give --again."
        )
    return None


def record_again(letter: DeadLetter, lying: Message | None) -> Again | CanNotBe:
    """The record to send; `lying` is what lies in the original's place (None: nothing).

    Where the original is gone, what the dead letter holds is sent, and its first arrival is taken
    to be when it was given up, which is later, never earlier.

    A topic that takes its writers' time gets the time at which the record was given up: a redrive
    moves no clock.
    """
    original = lying if lying is not None and is_original(letter, lying) else None
    if original is None:
        absent = left_out(letter)
        if absent != LeftOut() or REPLACED in (letter.key or ""):
            return CanNotBe(
                f"{id_of(letter)} can't be redriven: the record is gone from {letter.topic}, and "
                "the dead letter does not hold all of it."
            )
        key = None if letter.key is None else letter.key.encode()
        value: bytes | None = letter.value
        headers: tuple[tuple[str, bytes | None], ...] = tuple(letter.headers.items())
        timestamp = letter.occurred_at
    else:
        key, value, headers = original.key, original.value, original.headers
        timestamp = original.timestamp
    first = first_arrival(headers, timestamp)
    kept = [(n, c or b"") for n, c in headers if n not in {FIRST_ARRIVED_AT, REDRIVEN_FROM}]
    ours = [(FIRST_ARRIVED_AT, str(first).encode()), (REDRIVEN_FROM, id_of(letter).encode())]
    return Again(
        write=Write(
            letter.topic,
            letter.partition if key is None else BY_ITS_KEY,
            key,
            value,
            (*kept, *ours),
            max(letter.occurred_at, timestamp),
        ),
        first_arrived_at=first,
        guessed=original is None and first == timestamp,
    )
