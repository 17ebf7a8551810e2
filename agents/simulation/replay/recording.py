"""What a replay reads: the inputs of stage customers by customer, and what was decided then."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from agents.core.rfc3339 import milliseconds
from agents.pipeline.stages import CUSTOMERS_INPUTS
from agents.records.codecs import Undecodable, from_json
from agents.reference_data.reference import REFERENCES, Reference, fold
from agents.simulation.replay.order import Tick
from agents.simulation.replay.timeline import Timeline
from agents.simulation.simulate import JSON
from schemas.catalogue import TOPICS
from schemas.records import CheckIn, Disagreement, Erasure, Outcome
from streams.topology import Message

DISAGREEMENTS: Final = "recourse.disagreements"
OUTCOMES: Final = "recourse.outcomes"
_TAKEN: Final = frozenset({*CUSTOMERS_INPUTS, DISAGREEMENTS, *REFERENCES.topics})

Decode = Callable[[str, bytes], msgspec.Struct]


class NoRecording(Exception):  # noqa: N818 - it says what the case is
    """What was given is no recording of the pipeline; one sentence."""


class Stored(NamedTuple):
    """A record as it was read; they are in the order in which the stage handled them.

    `at` is the stage's time then (ms). Where only timestamps give the order, what is of the same
    millisecond comes as it was read, but an outcome after the events: it may be the answer to one.
    """

    at: int
    is_outcome: bool
    place: int
    topic: str
    value: bytes
    timestamp: int
    first_arrived_at: int | None = None


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What is recorded of one customer, decoded."""

    customer_id: str
    inputs: tuple[tuple[Stored, msgspec.Struct], ...]
    decided: tuple[Disagreement, ...]
    ticks: Sequence[Tick] | None
    """The ticks that the customer's partition handled; None: the clock acts at each due moment."""
    refused: int
    """How many inputs could not be read: they became dead letters then."""

    @property
    def events(self) -> int:
        """How many came from outside."""
        return sum(not stored.is_outcome for stored, _ in self.inputs)

    @property
    def is_whole(self) -> bool:
        """Whether each visit of which something is recorded begins in the recording."""
        events = [each for _, each in self.inputs if not isinstance(each, Outcome | Erasure)]
        begun = {each.visit_id for each in events if isinstance(each, CheckIn)}
        named = {getattr(each, "visit_id", None) for each in (*events, *self.decided)}
        return named <= begun


@dataclass(kw_only=True)
class Recording:
    """The records of all customers as bytes, by customer; and the reference data of then."""

    timeline: Timeline
    decode: Decode
    stored: dict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))
    records: int = 0
    events: int = 0
    decisions: int = 0
    first_at: int | None = None
    last_at: int | None = None
    ticks_of: Callable[[str], Sequence[Tick] | None] = lambda _: None

    def take(self, customer_id: str, stored: Stored) -> None:
        """One more record of a customer."""
        self.stored[customer_id].append(stored)
        self.records += 1
        if stored.topic == DISAGREEMENTS:
            self.decisions += 1
        else:
            self.events += not stored.is_outcome
            if self.first_at is None or stored.at < self.first_at:
                self.first_at = stored.at
        self.time_passed(stored.at)

    def time_passed(self, at: int) -> None:
        """It was that late at least (ms): what is due by then counts."""
        self.last_at = max(at, self.last_at or 0)

    def past(self, customer_id: str) -> Past:
        """All of one customer, in its order."""
        inputs, decided, refused = list[tuple[Stored, msgspec.Struct]](), list[Disagreement](), 0
        for stored in sorted(self.stored[customer_id]):
            try:
                record = self.decode(stored.topic, stored.value)
            except Undecodable:
                refused += 1
                continue
            if isinstance(record, Disagreement):
                decided.append(record)
            elif getattr(record, "customer_id", None) != customer_id:
                refused += 1
            else:
                inputs.append((stored, record))
        return Past(
            customer_id=customer_id,
            inputs=tuple(inputs),
            decided=tuple(decided),
            ticks=self.ticks_of(customer_id),
            refused=refused,
        )


class _Line(msgspec.Struct):
    """A line that `simulate` reads or writes."""

    topic: str
    value: msgspec.Raw
    key: str | None = None
    at: str | None = None
    arrived_at: str | None = None


class _Whose(msgspec.Struct):
    """Whose a record is, and when it happened."""

    customer_id: str | None = None
    occurred_at: str | None = None


def of_lines(lines: Iterable[bytes], reference: Reference) -> Recording:
    """The recording in lines that `simulate` reads and those that it wrote, one after the other.

    `reference`: what held before the first record of reference data in them.

    Raises:
        NoRecording: a line is neither.
    """
    recording = Recording(timeline=Timeline([(0, reference)]), decode=_of_json)
    turns = list[tuple[int, int, Message]]()
    before = 0
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        line, whose = _read(number, text)
        before = at = _time(number, line, whose, before)
        recording.time_passed(at)
        if line.topic in REFERENCES.topics:
            key = _key_of(line)
            value = bytes(line.value)
            turns.append((at, number, _message(line.topic, at, number, key, value)))
        elif line.topic in _TAKEN and whose.customer_id is not None:
            stored = Stored(
                at, line.topic == OUTCOMES, number, line.topic, bytes(line.value), timestamp=at
            )
            recording.take(whose.customer_id, stored)
    recording.timeline = Timeline(_turns(reference, sorted(turns, key=lambda each: each[:2])))
    return recording


def _read(number: int, text: bytes) -> tuple[_Line, _Whose]:
    try:
        line = msgspec.json.decode(text, type=_Line)
        whose = _Whose()
        if line.topic in _TAKEN and bytes(line.value) != b"null":
            whose = msgspec.json.decode(line.value, type=_Whose)
    except msgspec.MsgspecError as error:
        raise NoRecording(
            f"line {number} is none that `simulate` reads or writes: {error}"
        ) from error
    return line, whose


def _time(number: int, line: _Line, whose: _Whose, before: int) -> int:
    """When a line arrived or was written; without a time of its own it takes the one before it."""
    said = line.at or line.arrived_at or whose.occurred_at
    if said is None:
        return before
    at = milliseconds(said)
    if at is None:
        raise NoRecording(f"line {number} has the time {said!r}: must be a time of RFC 3339")
    return at


def _key_of(line: _Line) -> str | None:
    if line.key is not None:
        return line.key
    known = msgspec.json.decode(line.value)
    found = known.get(TOPICS[line.topic].key) if isinstance(known, dict) else None
    return found if isinstance(found, str) else None


def _message(topic: str, at: int, place: int, key: str | None, value: bytes) -> Message:
    return Message(
        topic=topic,
        partition=0,
        offset=place,
        timestamp=at,
        key=None if key is None else key.encode(),
        value=None if value == b"null" else value,
    )


def _turns(
    reference: Reference, changes: Iterable[tuple[int, int, Message]]
) -> Iterator[tuple[int, Reference]]:
    yield 0, reference
    for at, _, message in changes:
        reference = fold(reference, message, decode=JSON.decode)
        yield at, reference


def _of_json(topic: str, value: bytes) -> msgspec.Struct:
    return from_json(topic, msgspec.json.decode(value))
