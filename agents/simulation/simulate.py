"""The pipeline without Kafka: lines in, lines out, through the same processors.

One partition of each stage. What a stage writes is handled by the next before the next line. Time
moves by itself to each moment at which something is due; what is due at T comes after T's lines.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from agents.core.policy import Policy
from agents.core.rfc3339 import milliseconds, text_of
from agents.core.site_days.state import WRITTEN_AFTER_MS
from agents.core.world import Directory
from agents.pipeline.dead_letter import dead_letter, kept_in
from agents.pipeline.processor import TICKS, StageProcessor
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.reference_data.reference import Reference, fold, reference_of
from schemas.catalogue import TOPICS
from schemas.records import DeadLetterReason, Tick
from streams.topology import Emit, Message, Stage

_NO_TIME = -1


class Json:
    """Records as the JSON of JSON Lines."""

    def decode(self, topic: str, value: bytes) -> msgspec.Struct:
        """Reads a record."""
        return codecs.from_json(topic, msgspec.json.decode(value))

    def plain(self, topic: str, value: bytes) -> object:
        """The plain data of a record, in its ranges or not."""
        return codecs.plain_from_json(topic, msgspec.json.decode(value))

    def encode(self, topic: str, record: msgspec.Struct) -> bytes:
        """Writes a record; raises `codecs.Unwritable` where its own readers would refuse it."""
        codecs.codec(topic).check(record)
        return msgspec.json.encode(codecs.to_json(topic, record))


JSON = Json()


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One output line; `value` is the record as JSON Lines have it."""

    topic: str
    key: str | None
    value: msgspec.Raw
    at: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the input as a message; `problem` says why it can't be one.

    `number` is its place in the file, from 1.
    """

    message: Message
    problem: tuple[DeadLetterReason, str] | None = None
    number: int = 0


def lines_of(texts: Iterable[bytes]) -> list[Line]:
    """The lines of a file in the order of their arrival; empty lines are passed over.

    A line without a time of its own takes that of the line before it.
    """
    found = [
        replace(_line(text), number=number) for number, text in enumerate(texts, 1) if text.strip()
    ]
    before = next((line.message.timestamp for line in found if line.message.timestamp >= 0), 0)
    timed = []
    for line in found:
        if line.message.timestamp >= 0:
            before = line.message.timestamp
        timed.append(replace(line, message=line.message._replace(timestamp=before)))
    return sorted(timed, key=lambda line: line.message.timestamp)


def _line(text: bytes) -> Line:
    text = text.strip()
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _broken(text, DeadLetterReason.UNREADABLE, f"not JSON: {error}")
    except RecursionError:
        return _broken(text, DeadLetterReason.UNREADABLE, "JSON that is nested too deep to be read")
    if not isinstance(data, dict):
        return _broken(text, DeadLetterReason.INVALID, "a line must be an object with `topic`")
    named, value = data.get("topic", ""), data.get("value")
    topic = named if isinstance(named, str) else ""
    at, bad_time = _time(topic, data, value)
    key = _key(topic, value) if data.get("key") is None else data["key"]
    message = Message(
        topic=topic,
        partition=0,
        offset=0,
        timestamp=at,
        key=key.encode() if isinstance(key, str) else None,
        value=None if value is None else msgspec.json.encode(value),
    )
    no_input = _no_input(topic, data)
    if no_input is not None:
        return Line(message=message, problem=(DeadLetterReason.INVALID, no_input))
    if bad_time is not None:
        return Line(message=message, problem=(DeadLetterReason.INVALID, bad_time))
    if key is not None and not isinstance(key, str):
        problem = f"key is {key!r}: must be a string"
        return Line(message=message, problem=(DeadLetterReason.INVALID, problem))
    if topic == TICKS and (no_tick := _no_tick(value)) is not None:
        return Line(message=message, problem=(DeadLetterReason.INVALID, no_tick))
    return Line(message=message)


def _broken(text: bytes, reason: DeadLetterReason, detail: str) -> Line:
    message = Message(topic="", partition=0, offset=0, timestamp=_NO_TIME, key=None, value=text)
    return Line(message=message, problem=(reason, detail))


def _no_input(topic: str, data: dict[str, Any]) -> str | None:
    """Why nobody may write to what a line gives as its topic."""
    if "topic" not in data:
        return "a line needs a `topic`"
    if topic not in TOPICS:
        return f"the topic {data['topic']!r} is unknown"
    if TOPICS[topic].carried:
        return f"workers alone write {topic}: a record stands under the topic that it was sent to"
    return None


def _no_tick(value: object) -> str | None:
    """Why a value is no tick; no stage reads it, as the time is the record's."""
    try:
        codecs.from_json(TICKS, value)
    except codecs.Undecodable as error:
        return error.detail
    return None


def _time(topic: str, data: dict[str, Any], value: object) -> tuple[int, str | None]:
    """When a line arrives, and what is wrong with the time that it gives."""
    if "arrived_at" in data and data["arrived_at"] is not None:
        at = milliseconds(data["arrived_at"])
        if at is None:
            return _NO_TIME, f"arrived_at is {data['arrived_at']!r}: must be a time of RFC 3339"
        return at, None
    field = "now" if topic == TICKS else "occurred_at"
    at = milliseconds(value.get(field)) if isinstance(value, dict) else None
    return (_NO_TIME if at is None else at), None


def _key(topic: str, value: object) -> object:
    known = TOPICS.get(topic)
    if known is None or not isinstance(value, dict):
        return None
    if topic == TICKS:
        return "0"
    found: object = value
    for name in known.key.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


class Simulation:
    """One run: feed it messages in the order of their time, then `finish`."""

    def __init__(
        self,
        reference: Reference,
        pipeline: Sequence[Stage] | None = None,
        *,
        site_days: bool = False,
    ) -> None:
        """`site_days`: whether stage insights runs too; it writes each site's day at the end."""
        self._reference = reference
        *deciding, counting = stages(wire=JSON)
        self._counting = counting.processor(0) if site_days else None
        self._counted = frozenset(counting.inputs)
        self._now = 0
        self._offsets: Counter[str] = Counter()
        self._written: list[Written] = []
        self._ticked: Counter[int] = Counter()
        self._passed_by: dict[int, int | None] = {}
        self._stages = [
            (stage, processor)
            for stage in (deciding if pipeline is None else pipeline)
            if isinstance(processor := stage.processor(0), StageProcessor)
        ]

    def run(self, lines: Sequence[Line]) -> Iterator[list[Written]]:
        """What is written, line by line (ticks of a moment after its other lines)."""
        ticks: list[Message] = []
        for line in lines:
            at = line.message.timestamp
            if at > self._now:
                self._take_ticks(ticks)
                self._until(at, inclusive=False)
                self._now = at
            if line.problem is not None:
                self._dead(self._placed(line.message), *line.problem)
            elif line.message.topic == TICKS:
                ticks.append(line.message)
            else:
                self._take(line.message)
            yield self._drain()
        self._take_ticks(ticks)
        self._until(self._now, inclusive=True)
        if self._counting is not None:
            at = self._now + WRITTEN_AFTER_MS
            self._take_written(self._counting.handle(_tick(at), at, self._reference))
        yield self._drain()

    def _drain(self) -> list[Written]:
        written, self._written = self._written, []
        return written

    def _take_ticks(self, ticks: list[Message]) -> None:
        """What was due up to a tick is made first, each at its own moment."""
        if ticks:
            self._until(self._now, inclusive=True)
        for tick in ticks:
            self._take(tick)
        ticks.clear()

    def _take(self, message: Message) -> None:
        """One message through every stage that reads it, and what that writes likewise."""
        waiting = deque([message])
        while waiting:
            each = self._placed(waiting.popleft())
            if each.topic in _REFERENCE_TOPICS:
                self._refer(each)
                continue
            for stage, processor in self._stages:
                if each.topic in stage.topics:
                    emits = processor.handle(each, self._now, self._reference)
                    waiting.extend(self._write(emits))
            if self._counting is not None and each.topic in self._counted:
                waiting.extend(self._write(self._counting.handle(each, self._now, self._reference)))

    def _write(self, emits: Iterable[Emit]) -> Iterator[Message]:
        for emit in emits:
            self._written.append(
                Written(
                    topic=emit.topic,
                    key=None if emit.key is None else emit.key.decode("utf-8", "replace"),
                    value=msgspec.Raw(emit.value or b"null"),
                    at=text_of(self._now),
                )
            )
            yield Message(
                topic=emit.topic,
                partition=0,
                offset=0,
                timestamp=self._now,
                key=emit.key,
                value=emit.value,
                headers=emit.headers,
            )

    def _placed(self, message: Message) -> Message:
        """The message with the offset that it has in its topic."""
        offset = self._offsets[message.topic]
        self._offsets[message.topic] += 1
        return message._replace(offset=offset)

    def _refer(self, message: Message) -> None:
        before = self._reference.refused_count
        self._reference = fold(self._reference, message, decode=JSON.decode)
        if self._reference.refused_count > before:
            detail = self._reference.refused[-1].detail
            self._dead(message, DeadLetterReason.INVALID, detail)

    def _dead(self, message: Message, reason: DeadLetterReason, detail: str) -> None:
        record = dead_letter(message, reason, detail, self._now)
        topic = kept_in(record)
        self._take_written([Emit(topic, message.key, JSON.encode(topic, record))])

    def _take_written(self, emits: Iterable[Emit]) -> None:
        for message in self._write(emits):
            self._take(message)

    def _until(self, moment: int, *, inclusive: bool) -> None:
        """Makes all that is due before (or at) a moment, in the order of the due moments."""
        while True:
            due = [
                (at, position)
                for position in range(len(self._stages))
                if (at := self._next_due(position)) is not None
            ]
            if not due or min(due) >= (moment + inclusive,):
                return
            at, position = min(due)
            self._now = max(self._now, at)
            self._let_time_act(position)

    def _let_time_act(self, position: int) -> None:
        """A tick for the one stage that has something due."""
        _, processor = self._stages[position]
        self._ticked[position] = self._now
        self._take_written(processor.handle(_tick(self._now), self._now, self._reference))
        left = self._next_due(position)
        if left is not None and left <= self._now:
            # The core failed on it (the dead letter says so): time goes on without it.
            self._passed_by[position] = left

    def _next_due(self, position: int) -> int | None:
        """The stage's next moment; `now` itself counts until the stage had its tick."""
        _, processor = self._stages[position]
        since = max(self._ticked[position], self._now - 1)
        due = processor.next_due(self._reference.world(since))
        return None if due == self._passed_by.get(position) else due


def _tick(at: int) -> Message:
    return Message(
        topic=TICKS,
        partition=0,
        offset=0,
        timestamp=at,
        key=b"0",
        value=JSON.encode(TICKS, Tick(now=at)),
    )


_REFERENCE_TOPICS = frozenset({"recourse.policies", "directory.sites", "directory.managers"})


def simulate(
    texts: Iterable[bytes], policy: Policy, directory: Directory
) -> Iterator[list[Written]]:
    """Runs the lines of a file through all stages; yields what each line made."""
    yield from Simulation(reference_of(policy, directory)).run(lines_of(texts))
