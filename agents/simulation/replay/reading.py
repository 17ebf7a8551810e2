"""A recording read from Kafka: what the topics still have."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from agents.pipeline.processor import TICKS
from agents.pipeline.stages import CARRIED_CUSTOMERS, CUSTOMERS_INPUTS
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable
from agents.records.engine_records import ORDER, decode_order
from agents.records.headers import WrongHeader, first_arrived_at
from agents.reference_data.reference import Reference
from agents.simulation.replay.order import OrderLog, Tick
from agents.simulation.replay.recording import (
    DISAGREEMENTS,
    OUTCOMES,
    NoRecording,
    Recording,
    Stored,
)
from agents.simulation.replay.timeline import Timeline
from schemas.records import Disagreement
from streams.runtime.carrying import original
from streams.topology import Message
from streams.transport.kafka import admin, partition_counts, readable_ends, topic_starts
from streams.transport.placing import partition_of
from streams.transport.ranges import RangeReader

READ = (*CUSTOMERS_INPUTS, CARRIED_CUSTOMERS, DISAGREEMENTS)
"""The topics that a replay reads, beside the reference data, the ticks and the order log."""
_ORDERED = (TICKS, ORDER)


def of_topics(
    bootstrap_servers: str,
    wire: Codecs,
    reference: Reference,
    progress: Callable[[int, int], None] = lambda *_: None,
    *,
    with_order: bool = True,
) -> Recording:
    """All that the topics have of the inputs of stage customers, and of what it decided.

    `reference`: the policies and the directory as they are published. `progress` is told how many
    records were read, and of how many. `with_order`: the order log counts, where there is one.

    Raises:
        NoRecording: a topic is not there.
        KafkaException: the broker can't be asked.
    """
    client = admin(bootstrap_servers)
    counts = partition_counts(client, (*READ, *_ORDERED))
    absent = sorted(set(READ) - counts.keys())
    if absent:
        raise NoRecording(not_shown(bootstrap_servers, absent))
    places = [(name, number) for name, count in counts.items() for number in range(count)]
    begins, ends = topic_starts(client, places), readable_ends(client, places)
    whole = sum(end - begins[place] for place, end in ends.items())
    read, reader = 0, RangeReader(bootstrap_servers)

    def messages(names: Collection[str]) -> Iterator[Message]:
        nonlocal read
        ranges = {each: (begins[each], end) for each, end in ends.items() if each[0] in names}
        for count, found in reader.read(ranges, lambda _: True):
            yield from (each for each in found if each.offset < ends[each.topic, each.partition])
            read += count
            progress(min(read, whole), whole)

    ordered = {ORDER} if with_order else set[str]()
    try:
        log = OrderLog(decode_order(each.value or b"") for each in messages(ordered))
        taking = Taking(wire, Timeline([(0, reference)]), log, counts[DISAGREEMENTS])
        for message in messages({TICKS} if log else set()):
            taking.tick(message)
        for message in messages(set(READ)):
            taking.take(message)
    finally:
        reader.close()
    return taking.whole()


class _Read(NamedTuple):
    """An input of a customer, and its place in the order of its partition, if that is known."""

    customer_id: str
    stored: Stored
    place: int | None


class Taking:
    """Records become a recording, in the order of the log where that has all of a partition."""

    def __init__(self, wire: Codecs, timeline: Timeline, log: OrderLog, partitions: int) -> None:
        self._recording = Recording(timeline=timeline, decode=wire.decode)
        self._log = log
        self._partitions = partitions
        self._ticks: dict[int, list[Tick]] = defaultdict(list)
        self._read: dict[int, list[_Read]] = defaultdict(list)
        self._count = 0

    def tick(self, message: Message) -> None:
        """A tick, where it was handled."""
        place = self._log.place(TICKS, message.partition, message.offset)
        if place is not None:
            self._ticks[message.partition].append(Tick(message.timestamp, place))
            self._recording.time_passed(message.timestamp)

    def take(self, message: Message) -> None:
        """An input or a decision; what lies in a wrong partition comes a second time, carried."""
        if message.value is None or message.key is None:
            return
        if message.topic == DISAGREEMENTS:
            self._decided(message, message.value)
            return
        lay = original(message) if message.topic == CARRIED_CUSTOMERS else message
        if lay is None or partition_of(message.key, self._partitions) != message.partition:
            return
        try:
            first = first_arrived_at(lay)
        except WrongHeader:
            return  # it became a dead letter
        self._count += 1
        stored = Stored(
            message.timestamp,
            lay.topic == OUTCOMES,
            self._count,
            lay.topic,
            message.value,
            lay.timestamp,
            first,
        )
        place = self._log.place(message.topic, message.partition, message.offset)
        customer_id = message.key.decode(errors="replace")
        self._read[message.partition].append(_Read(customer_id, stored, place))

    def _decided(self, message: Message, value: bytes) -> None:
        try:
            record = self._recording.decode(message.topic, value)
        except Undecodable:
            return
        if isinstance(record, Disagreement):
            at = message.timestamp
            stored = Stored(at, False, message.offset, message.topic, value, timestamp=at)
            self._recording.take(record.customer_id, stored)

    def whole(self) -> Recording:
        """The recording."""
        in_order = set[int]()
        for number, read in self._read.items():
            placed = self._in_order(number)
            if placed is not None:
                in_order.add(number)
            for each in read if placed is None else placed:
                self._recording.take(each.customer_id, each.stored)

        def ticks_of(customer_id: str) -> Sequence[Tick] | None:
            number = partition_of(customer_id.encode(), self._partitions)
            return self._ticks[number] if number in in_order else None

        self._recording.ticks_of = ticks_of
        return self._recording

    def _in_order(self, number: int) -> list[_Read] | None:
        """The records of a partition as they were handled; None where the log lacks some.

        A record's time, and a tick's, is the latest of all up to it: the stage's time never goes
        back.
        """
        ticks, read = self._ticks[number], self._read[number]
        handled = self._log.count(TICKS, number)
        if handled != len(ticks) or any(each.place is None for each in read):
            return None
        now, timed = 0, list[Tick]()
        placed = list[_Read]()
        following = sorted(read, key=lambda each: each.place or 0)
        waiting = deque(ticks)
        for each in following:
            while waiting and waiting[0].place < (each.place or 0):
                tick = waiting.popleft()
                now = max(now, tick.now)
                timed.append(tick._replace(now=now))
            now = max(now, each.stored.at)
            at_place = each.stored._replace(at=now, is_outcome=False, place=each.place or 0)
            placed.append(each._replace(stored=at_place))
        for tick in waiting:
            now = max(now, tick.now)
            timed.append(tick._replace(now=now))
        self._ticks[number] = timed
        return placed
