"""Records as they come, in no group: what waits for the answer to a record that it has sent."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from confluent_kafka import KafkaError, TopicPartition

from streams.errors import EngineError
from streams.topology import Message
from streams.transport.kafka import AWAY, Place
from streams.transport.reading import NO_GROUPS, as_message, committed_reader

_AT_ONCE = 1_000
_A_MOMENT = 0.2


def records_as_they_come(
    bootstrap_servers: str, begins: Mapping[Place, int], seconds: float
) -> Iterator[list[Message]]:
    """Committed records of partitions from an offset each, for so many seconds.

    Each list ends where every partition of which it holds records was read to its end, or is empty:
    so what one transaction wrote into one partition is in one list.

    Raises:
        EngineError: the broker refuses to say; one that is away is waited for.
    """
    until = time.monotonic() + seconds
    consumer = committed_reader(bootstrap_servers, "recourse-awaiting", auto_offset_reset="error")
    try:
        consumer.assign([TopicPartition(*place, offset) for place, offset in begins.items()])
        found, unread = list[Message](), set[Place]()
        while time.monotonic() < until:
            for each in consumer.consume(_AT_ONCE, _A_MOMENT):
                if each.error() is None:
                    found.append(as_message(each))
                    unread.add((found[-1].topic, found[-1].partition))
                else:
                    unread -= _ended(each)
            if not unread:
                yield found
                found = []
        yield found
    finally:
        consumer.close()


def _ended(message: Any) -> set[Place]:  # noqa: ANN401 - its stub knows no topic of a message
    """The partition that it says is read to its end; none: what it says heals by itself."""
    error: KafkaError = message.error()
    if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's own code
        return {(message.topic(), message.partition())}
    if not error.retriable() and error.code() not in AWAY | NO_GROUPS:
        raise EngineError(f"reading {message.topic()} failed: {error.str()}")
    return set()
