"""Replaying an order log: the committed inputs, fed to fresh processors in that order.

What comes out must equal the committed outputs byte for byte (architecture.md, rule 3).
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from streams.runtime.carrying import Placement
from streams.runtime.fold import Fold
from streams.topology import Message, ReferenceTopics, Run, Stage
from streams.transport.kafka import Place, Write

APPEND_MS = 1_000
"""How much later than its LogAppendTime a record may become visible.

The broker takes the time first, then writes, then moves the high watermark; on a busy machine
another partition's tick was seen to get through in between (60 ms measured). The engine obeys the
watermark, so such a record comes after the tick; a tick that does not wait at all is off by more.
"""


class Replayed(NamedTuple):
    """What a partition of a stage answers to its inputs in the given order."""

    writes: list[Write]
    """Outputs in the order made; their partition is open (murmur2 of the key)."""
    state: dict[str, bytes]
    """The changelog's last values by key, the reserved key included."""


class ReferenceHistory:
    """Snapshots of the reference topics by offsets, folded again from the records."""

    def __init__(self, topics: ReferenceTopics, records: Sequence[Message]) -> None:
        self._topics = topics
        self._records: dict[str, list[Message]] = {topic: [] for topic in topics.topics}
        for record in sorted(records, key=lambda r: (r.topic, r.offset)):
            self._records[record.topic].append(record)
        self._known: dict[tuple[int, ...], object] = {}

    def at(self, offsets: Mapping[str, int]) -> object:
        """The snapshot that holds each topic's records before its offset."""
        key = tuple(offsets.get(topic, 0) for topic in self._topics.topics)
        if key not in self._known:
            value = self._topics.empty
            for topic, end in zip(self._topics.topics, key, strict=True):
                for record in self._records[topic]:
                    if record.offset < end:
                        value = self._topics.fold(value, record)
            self._known[key] = value
        return self._known[key]


Inputs = Mapping[Place, Sequence[Message]]
"""Committed records by topic and partition, in the order of offsets."""


def in_order(
    partition: int, runs: Sequence[Run], inputs: Inputs
) -> Iterator[tuple[Message, Mapping[str, int]]]:
    """The messages as the runs name them, each with the reference offsets in force."""
    offsets = {place: [m.offset for m in messages] for place, messages in inputs.items()}
    for run in runs:
        place = (run.topic, partition)
        if place not in inputs:
            continue
        begin = bisect_left(offsets[place], run.first)
        end = bisect_left(offsets[place], run.last + 1)
        for message in inputs[place][begin:end]:
            yield message, run.reference


def replay(
    stage: Stage,
    partition: int,
    runs: Sequence[Run],
    inputs: Inputs,
    references: ReferenceHistory,
    *,
    placement: Placement | None = None,
) -> Replayed:
    """Feeds a fresh processor in the order of the runs."""
    fold = Fold(stage, partition, placement)
    fold.restored()
    writes: list[Write] = []
    handled = False
    for message, offsets in in_order(partition, runs, inputs):
        writes += fold.handle(message, references.at(offsets))
        handled = True
    state: dict[str, bytes] = {}
    for change in fold.changelog() if handled else ():
        key = (change.key or b"").decode()
        if change.value is None:
            state.pop(key, None)
        else:
            state[key] = change.value
    return Replayed(writes, state)


def illegalities(
    stage: Stage,
    partition: int,
    runs: Sequence[Run],
    inputs: Inputs,
    broker_timed: Collection[str],
) -> list[str]:
    """What is wrong with an order; empty if it is legal.

    - Each topic by offset, and each input exactly once. Ticks at the end may be unhandled.
    - A tick after every record of the other topics with an earlier timestamp (but APPEND_MS). That
      shows only where the broker gives the time (`broker_timed`): a producer may write late.
    """
    where = f"stage {stage.name} partition {partition}"
    handled: dict[str, list[int]] = defaultdict(list)
    problems: list[str] = []
    newest_tick = -1
    for message, _ in in_order(partition, runs, inputs):
        handled[message.topic].append(message.offset)
        if message.topic == stage.tick_topic:
            newest_tick = max(newest_tick, message.timestamp)
        elif message.topic in broker_timed and message.timestamp < newest_tick - APPEND_MS:
            problems.append(
                f"{where}: {message.topic} offset {message.offset} of {message.timestamp} was "
                f"handled after the tick of {newest_tick}"
            )
    for topic in stage.topics:
        committed = [m.offset for m in inputs.get((topic, partition), ())]
        if topic == stage.tick_topic:
            committed = committed[: len(handled[topic])]
        problems += _unequal(f"{where}: {topic}", handled[topic], committed)
    return problems


def _unequal(where: str, handled: Sequence[int], committed: Sequence[int]) -> list[str]:
    if handled == committed:
        return []
    twice = [offset for offset, count in Counter(handled).items() if count > 1]
    missing = sorted(set(committed) - set(handled))
    problems = []
    if twice:
        problems.append(f"{where} handled {len(twice)} records twice, first offset {twice[0]}")
    if missing:
        problems.append(f"{where} has {len(missing)} records unhandled, first offset {missing[0]}")
    return problems or [f"{where} was not handled by offset"]
