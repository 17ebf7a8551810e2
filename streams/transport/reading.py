# ruff: noqa: SLF001 - the names of librdkafka's own error codes begin with an underscore
"""Reading whole topics, past Faust and outside of any group: committed records only."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka import Message as KafkaMessage

from streams.errors import EngineError, Fenced
from streams.topology import Message
from streams.transport.kafka import (
    AWAY,
    Place,
    admin,
    client,
    patiently,
    topic_ends,
    topic_starts,
)
from streams.transport.private_apis import headers_of

NO_GROUPS = {KafkaError.GROUP_AUTHORIZATION_FAILED}
"""What a reader in no group passes over: its client asks for the coordinator of its name all the
same, and a broker with ACLs refuses that to whoever has no right in groups. It reads on."""


def committed_reader(bootstrap_servers: str, name: str, **settings: object) -> Consumer:
    """A consumer of committed records in no group: it is assigned, never commits, and says where a
    partition ends. The client wants a name all the same.
    """  # noqa: D205
    return Consumer(
        client(
            bootstrap_servers,
            group_id=name,
            isolation_level="read_committed",
            enable_auto_commit=False,
            enable_partition_eof=True,
            fetch_wait_max_ms=20,
            **settings,
        )
    )


class WholeRead:
    """Reads partitions from their beginning, or from the offsets in `begins`; committed only."""

    def __init__(
        self,
        bootstrap_servers: str,
        name: str,
        places: Sequence[Place],
        begins: Mapping[Place, int] | None = None,
    ) -> None:
        self._places = list(places)
        self._begins = begins or {}
        self._bootstrap_servers = bootstrap_servers
        self._consumer = committed_reader(
            bootstrap_servers,
            f"{name}-reader",
            auto_offset_reset="earliest",
            queued_min_messages=100_000,
        )

    def to_end(self, stop: threading.Event | None = None) -> Iterator[list[Message]]:
        """Gives the records up to the ends asked for now, in lists; waits for open transactions."""
        for found in self.found_to_end(stop):
            yield [as_message(message) for message in found]

    def found_to_end(self, stop: threading.Event | None = None) -> Iterator[list[KafkaMessage]]:
        """The same, as the client gives them: for who reads millions and asks little of each."""
        admin_client = admin(self._bootstrap_servers)
        ends = patiently("ask for ends", lambda: topic_ends(admin_client, self._places), stop)
        starts = patiently("ask for starts", lambda: topic_starts(admin_client, self._places), stop)
        starts = {place: max(first, self._begins.get(place, 0)) for place, first in starts.items()}
        # By number: asked to find the beginning itself, the client takes half a second.
        self._consumer.assign([TopicPartition(*place, starts[place]) for place in self._places])
        unread = {place for place in self._places if ends[place] > starts[place]}
        while unread:
            if stop is not None and stop.is_set():
                raise Fenced("stopped while reading")
            records, reached = self._found(0.1)
            yield records
            unread -= {place for place, offset in reached.items() if offset >= ends[place]}

    def poll(self, seconds: float) -> tuple[list[Message], dict[Place, int]]:
        """The next records, and the partitions that are read to an end, with that offset."""
        found, reached = self._found(seconds)
        return [as_message(message) for message in found], reached

    def _found(self, seconds: float) -> tuple[list[KafkaMessage], dict[Place, int]]:
        records: list[KafkaMessage] = []
        reached: dict[Place, int] = {}
        for message in self._consumer.consume(10_000, seconds):
            error = message.error()
            if error is None:
                records.append(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                place = (message.topic() or "", message.partition() or 0)
                reached[place] = message.offset() or 0
            elif not (error.retriable() or error.code() in AWAY | NO_GROUPS):
                raise EngineError(f"reading {message.topic()} failed: {error.str()}")
        return records, reached

    def close(self) -> None:
        """Lets go of the connection."""
        self._consumer.close()


def as_message(message: KafkaMessage) -> Message:
    """A record that was read, as the engine knows it."""
    known: Any = message  # its stub knows messages without topic and offset; a read one has both
    return Message(
        known.topic(),
        known.partition(),
        known.offset(),
        known.timestamp()[1],
        known.key(),
        known.value(),
        headers_of(known),
    )


def read_all(bootstrap_servers: str, topics: Mapping[str, int]) -> Iterator[Message]:
    """All committed records of whole topics (name to number of partitions), up to now."""
    places = [(topic, n) for topic, count in topics.items() for n in range(count)]
    return read_from(bootstrap_servers, dict.fromkeys(places, 0))


def read_from(bootstrap_servers: str, begins: Mapping[Place, int]) -> Iterator[Message]:
    """All committed records of partitions from an offset each, up to now."""
    reader = WholeRead(bootstrap_servers, "recourse-verify", list(begins), begins)
    try:
        for records in reader.to_end():
            yield from records
    finally:
        reader.close()
