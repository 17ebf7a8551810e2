"""A file of JSON Lines as the records that `recourse play` sends to a Kafka.

The lines are those of `recourse simulate`, in the same order: by the time at which they arrive,
equal ones as they stand in the file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from agents.core.calendar import HOUR_MS
from agents.core.customers.stored_facts import Fact
from agents.core.customers.visit import late_after_hours
from agents.core.policy import listed_names
from agents.core.pseudonyms import PLAIN_IDS, Pseudonyms
from agents.pipeline.processor import TICKS
from agents.records import codecs
from agents.records.codecs import Codecs
from agents.reference_data.files import UnusableFile, parse
from agents.reference_data.policy_files import default_policy, policy_in
from agents.reference_data.publish import without_plain_ids
from agents.reference_data.reference import SHADOW_KEY, Reference, with_entry
from agents.simulation.simulate import Line
from schemas.catalogue import TOPICS
from streams.topology import Message
from streams.transport.kafka import Write

BROKERS_TIME = 0  # the client's word for "now, as you stamp it"
PLACED_BY_KEY = -1


class ToSend(NamedTuple):
    """A record to send, and the line of the file that it comes from."""

    line: int
    write: Write


@dataclass(kw_only=True)
class Prepared:
    """What a file becomes: records in the order of sending, and what is wrong with other lines.

    `problems` holds a sentence for each of those, in the order of the file; `in_time_until` until
    when each service event may arrive, by the package's policy (ms). `as_they_are` counts what is
    sent although it is no right record.
    """

    records: list[ToSend] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    in_time_until: list[int] = field(default_factory=list)
    as_they_are: int = 0


def topics_of(lines: Iterable[Line]) -> list[str]:
    """The topics that lines name, those that there are."""
    return sorted({line.message.topic for line in lines} & TOPICS.keys())


def prepare(
    lines: Iterable[Line],
    partitions: Mapping[str, int],
    wire: Codecs = codecs.PLAIN,
    pseudonyms: Pseudonyms = PLAIN_IDS,
    *,
    own_time: bool = False,
    as_they_are: bool = False,
) -> Prepared:
    """The records that lines become (`agents.simulation.simulate.lines_of` gives them in order).

    `partitions` is how many each topic has: a line of `recourse.ticks` becomes a tick in each.
    `own_time`: the records' timestamps are the times at which the lines arrive. `as_they_are`: a
    line whose value is no right record is sent all the same, as Avro where the schema takes it,
    else as the JSON text, so that the pipeline makes the dead letter.
    """
    prepared, problems = Prepared(), list[tuple[int, str]]()
    for line in lines:
        try:
            value = _value(line, wire, prepared, pseudonyms)
        except _NoRecord as problem:
            if not (as_they_are and line.message.topic in TOPICS):
                problems.append((line.number, f"line {line.number}: {problem}"))
                continue
            value = _as_it_is(line, wire)
            prepared.as_they_are += 1
        for write in _writes(line, value, partitions, own_time=own_time):
            prepared.records.append(ToSend(line.number, write))
    prepared.problems = [sentence for _, sentence in sorted(problems)]
    return prepared


class _NoRecord(Exception):  # noqa: N818 - it says what the line is
    """A line that is no right record of its topic."""


def _value(line: Line, wire: Codecs, prepared: Prepared, pseudonyms: Pseudonyms) -> bytes | None:
    message = line.message
    if line.problem is not None:
        raise _NoRecord(line.problem[1])
    topic = TOPICS[message.topic]
    if topic.compacted and message.key is None:
        raise _NoRecord(f"a record of {topic.name} needs its key, the {topic.key}")
    if message.value is None:
        if topic.compacted:
            return None
        raise _NoRecord(f"a record of {topic.name} must have a value")
    if topic.record is None:
        return _policy(message, pseudonyms)
    try:
        record = codecs.from_json(topic.name, msgspec.json.decode(message.value))
    except codecs.Undecodable as error:
        raise _NoRecord(error.detail) from error
    if topic.compacted and not topic.of_people:
        _check_entry(topic.name, message.key, record)
    occurred_at = getattr(record, "occurred_at", None)
    if topic.name.startswith("service.") and occurred_at is not None:
        assert isinstance(record, Fact), "what is written to service.* is a fact of a visit"
        hours = late_after_hours(record, default_policy())
        prepared.in_time_until.append(occurred_at + hours * HOUR_MS)
    return wire.encode(topic.name, record)


def _policy(message: Message, pseudonyms: Pseudonyms) -> bytes:
    """The policy as it may be published: customers in its lists by their keyed hash."""
    assert message.value is not None, "looked at before"
    try:
        document = parse(message.value.decode(), "policy")
        policy = without_plain_ids(document, policy_in(document), Reference(), pseudonyms)
    except UnusableFile as problem:
        raise _NoRecord("; ".join(problem.sentences)) from problem
    if message.key not in {policy.version.encode(), SHADOW_KEY.encode()}:
        raise _NoRecord(
            f"the key is {message.key!r}: must be the policy's version, {policy.version!r}"
        )
    return policy.model_dump_json().encode() if any(listed_names(policy)) else message.value


def _check_entry(topic: str, key: bytes | None, record: msgspec.Struct) -> None:
    try:
        with_entry(Reference(), topic, (key or b"").decode(), record)
    except UnusableFile as problem:
        raise _NoRecord("; ".join(problem.sentences)) from problem


def _as_it_is(line: Line, wire: Codecs) -> bytes | None:
    message = line.message
    if message.value is None or TOPICS[message.topic].record is None:
        return message.value
    try:
        return wire.encode_as_it_is(message.topic, msgspec.json.decode(message.value))
    except ValueError:
        return message.value


def _writes(
    line: Line, value: bytes | None, partitions: Mapping[str, int], *, own_time: bool
) -> Sequence[Write]:
    message = line.message
    timestamp = message.timestamp if own_time else BROKERS_TIME
    if message.topic == TICKS:
        return [
            Write(TICKS, number, str(number).encode(), value, (), timestamp)
            for number in range(partitions.get(TICKS, TOPICS[TICKS].partitions))
        ]
    return [Write(message.topic, PLACED_BY_KEY, message.key, value, (), timestamp)]
