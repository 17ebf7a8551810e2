"""Plays a week onto a Kafka: events, what managers do, ticks; in steps of simulated time.

A step: its events are sent, both stages work them off, managers do what is due, the stages work
that off too, then the tick of the step's end is written. So the desk's clock never runs far ahead
of what it has not read yet.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from zlib import crc32

import msgspec
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka import Message as KafkaMessage

from agents.core.handling import Tombstone
from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.reference_data.publish import Record
from agents.simulation.demo.event_generator import Arrival
from agents.simulation.demo.people import People
from schemas.catalogue import PARTITIONS, TOPICS
from schemas.records import Escalation, Tick
from streams.transport.kafka import AWAY, Place, admin, client, patiently, topic_ends

TICKS = "recourse.ticks"
ACTIONS = "recourse.actions"
WATCHED = (
    "recourse.disagreements",
    "recourse.escalations",
    "recourse.outcomes",
    "recourse.contact-cards",
    "recourse.receipts",
    "recourse.visits",
    "recourse.insights",
    "recourse.notices",
    "recourse.answers",
    *LETTER_TOPICS,
)
_CARRIED = tuple(stage.carried for stage in stages() if stage.carried is not None)
_SETTLE_SECONDS = 60.0
_OFFSETS_SECONDS = 10.0


class Seen(NamedTuple):
    """A committed output record, as a consumer of the topic sees it."""

    topic: str
    record: msgspec.Struct
    timestamp: int


def one_in_twenty(key: bytes) -> bool:
    """Customers of a service system whose producer places keys by librdkafka's default, CRC32."""
    return crc32(key) % 20 == 0


class Stuck(Exception):  # noqa: N818 - it says what happened
    """The stages do not get on; one sentence."""


class Player:
    """Sends records, and sees what comes of them.

    `watch` is called while it waits (to look after the worker); `show` gets each output.
    `elsewhere`: whose records come from a producer that was never told of murmur2.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        watch: Callable[[], None],
        show: Callable[[Seen], None],
        elsewhere: Callable[[bytes], bool] = lambda _: False,
    ) -> None:
        self._admin = admin(bootstrap_servers)
        self._watch, self._show = watch, show
        self._producer = Producer(
            client(bootstrap_servers, partitioner="murmur2_random", linger_ms=2)
        )
        self._elsewhere = elsewhere
        self._others = Producer(
            client(bootstrap_servers, partitioner="consistent_random", linger_ms=2)
        )
        self._observer = Consumer(
            client(
                bootstrap_servers,
                group_id="recourse-demo-observer",
                isolation_level="read_committed",
                enable_auto_commit=False,
                enable_partition_eof=True,
                fetch_wait_max_ms=20,
            )
        )
        seen = (*WATCHED, *_CARRIED)
        places = [(topic, number) for topic in seen for number in range(PARTITIONS)]
        self._observer.assign([TopicPartition(topic, number, 0) for topic, number in places])
        self._reached: dict[Place, int] = dict.fromkeys(places, 0)
        self._committed = {
            stage.name: Consumer(
                client(
                    bootstrap_servers, group_id=f"recourse-{stage.name}", enable_auto_commit=False
                )
            )
            for stage in stages()
        }
        # Up to where each stage must have read, by topic and partition.
        self._owed: dict[str, dict[Place, int]] = {stage.name: {} for stage in stages()}
        self._readers: dict[str, list[str]] = {}
        for stage in stages():
            for topic in stage.topics:
                self._readers.setdefault(topic, []).append(stage.name)
        self.sent = 0

    def close(self) -> None:
        """Lets go of Kafka."""
        self._observer.close()
        for consumer in self._committed.values():
            consumer.close()

    def publish(self, records: list[Record]) -> None:
        """Writes reference data."""
        for topic, key, value in records:
            self._producer.produce(topic, value, key.encode())
        self._producer.flush()

    def send(self, arrivals: list[Arrival]) -> None:
        """Sends records with the time at which they arrive."""
        for each in arrivals:
            producer = self._others if self._elsewhere(each.key) else self._producer
            producer.produce(
                each.topic, each.value, each.key, timestamp=each.at, on_delivery=self._delivered
            )
        self._producer.flush()
        self._others.flush()
        self.sent += len(arrivals)

    def act(self, people: People, until: int) -> int:
        """Sends what the managers do up to a moment; gives how many actions that were."""
        actions = people.due(until)
        for action in actions:
            self._producer.produce(
                ACTIONS,
                codecs.encode(ACTIONS, action),
                action.region_id.encode(),
                timestamp=action.occurred_at,
                on_delivery=self._delivered,
            )
        self._producer.flush()
        self.sent += len(actions)
        return len(actions)

    def tick(self, now: int) -> None:
        """Writes a tick to each partition."""
        value = codecs.encode(TICKS, Tick(now=now))
        for number in range(TOPICS[TICKS].partitions):
            self._producer.produce(
                TICKS,
                value,
                str(number).encode(),
                partition=number,
                timestamp=now,
                on_delivery=self._delivered,
            )
        self._producer.flush()

    def settle(self) -> None:
        """Waits until the stages have worked off everything, and everything that follows from it.

        Raises:
            Stuck: they did not in a minute.
        """
        end = time.monotonic() + _SETTLE_SECONDS
        while True:
            self._watch()
            if self._stages_are_through():
                if not self._observe():
                    return
            else:
                self._observe()
                time.sleep(0.02)
            if time.monotonic() > end:
                raise Stuck(
                    f"the stages did not work off {self._rest()} in {_SETTLE_SECONDS:.0f} s"
                )

    def _delivered(self, error: object, message: KafkaMessage) -> None:
        assert error is None, f"the demo's own broker refused a record: {error}"
        place, offset = _place(message)
        self._owe(place, offset + 1)

    def _owe(self, place: Place, offset: int) -> None:
        for stage in self._readers.get(place[0], ()):
            self._owed[stage][place] = offset

    def _stages_are_through(self) -> bool:
        for stage, owed in self._owed.items():
            asked = [TopicPartition(topic, number) for topic, number in owed]
            if asked:
                for each in self._offsets(stage, asked):
                    place = (each.topic, each.partition)
                    if each.offset >= owed[place]:
                        del owed[place]
            if owed:
                return False
        return True

    def _offsets(self, stage: str, asked: list[TopicPartition]) -> Sequence[TopicPartition]:
        """How far a stage has committed; nothing while a killed worker's transaction is open."""
        try:
            return self._committed[stage].committed(asked, _OFFSETS_SECONDS)
        except KafkaException as error:
            if error.args[0].code() not in AWAY:
                raise
            return ()

    def _observe(self) -> bool:
        """Reads the outputs to their end; says whether they were not, or a stage owes for them.

        To the high watermark: the offsets of a transaction may be seen before its outputs are.
        """
        ends = patiently(
            "see how far the outputs go", lambda: topic_ends(self._admin, self._reached)
        )
        behind = {place for place, end in ends.items() if self._reached[place] < end}
        until = time.monotonic() + 5
        while behind and time.monotonic() < until:
            for message in self._observer.consume(500, 0.05):
                place, offset = _place(message)
                if message.error() is None:
                    self._see(message)
                    offset += 1
                self._reached[place] = max(self._reached[place], offset)
                if self._reached[place] >= ends[place]:
                    behind.discard(place)
        return bool(behind) or any(self._owed.values())

    def _see(self, message: KafkaMessage) -> None:
        place, offset = _place(message)
        self._owe(place, offset + 1)
        if place[0] in _CARRIED:
            return
        value = message.value()
        if value is None:
            record: msgspec.Struct = Tombstone(key=(message.key() or b"").decode())
        else:
            record = codecs.decode(place[0], value)
        self._show(Seen(place[0], record, message.timestamp()[1]))

    def _rest(self) -> str:
        return ", ".join(
            f"{stage} {topic}[{number}] up to {offset}"
            for stage, owed in self._owed.items()
            for (topic, number), offset in sorted(owed.items())[:3]
        )


def _place(message: KafkaMessage) -> tuple[Place, int]:
    """Where a record (or the end of a partition) is, and its offset."""
    topic, partition, offset = message.topic(), message.partition(), message.offset()
    assert topic is not None, "what was delivered or read has a topic"
    assert partition is not None, "and a partition"
    assert offset is not None, "and an offset"
    return (topic, partition), offset


def play(
    player: Player, people: People, arrivals: list[Arrival], steps: Iterator[int], seconds: float
) -> Iterator[int]:
    """Plays the arrivals step by step, each at least `seconds` long; gives each step's end."""
    position = 0
    for end in steps:
        began = time.monotonic()
        first = position
        while position < len(arrivals) and arrivals[position].at <= end:
            position += 1
        if position > first:
            player.send(arrivals[first:position])
            player.settle()
        while player.act(people, end):
            player.settle()
        player.tick(end)
        yield end
        time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    player.settle()


def heed(people: People, seen: Seen) -> None:
    """Lets the managers read what concerns them."""
    if isinstance(seen.record, Escalation):
        people.read(seen.record)
