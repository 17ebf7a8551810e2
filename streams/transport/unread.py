"""What of a partition is next to be read: so how long it has waited."""

import time
from collections.abc import Mapping
from typing import Any

from confluent_kafka import KafkaError, TopicPartition

from streams.errors import EngineError
from streams.transport.kafka import Place
from streams.transport.reading import NO_GROUPS, committed_reader

_SMALL_BYTES = 16_384


def first_unread(
    bootstrap_servers: str, begins: Mapping[Place, int], seconds: float
) -> dict[Place, tuple[int, int]]:
    """Of each partition the offset and timestamp (ms) of its first record from an offset on.

    A partition without one is left out: markers of transactions are no records. So are those that
    did not answer in time.

    Raises:
        EngineError: the broker refuses.
    """
    if not begins:
        return {}
    reader = committed_reader(
        bootstrap_servers,
        "recourse-unread",
        queued_min_messages=1,
        max_partition_fetch_bytes=_SMALL_BYTES,
        fetch_message_max_bytes=_SMALL_BYTES,
        auto_offset_reset="earliest",
    )
    found: dict[Place, tuple[int, int]] = {}
    unread = set(begins)
    until = time.monotonic() + seconds
    try:
        reader.assign([TopicPartition(*place, offset) for place, offset in begins.items()])
        while unread and time.monotonic() < until:
            done = set()
            for message in reader.consume(1_000, 0.05):
                place = _taken(message, found)
                if place is not None:
                    done.add(place)
            if done & unread:
                reader.pause([TopicPartition(*place) for place in done & unread])
                unread -= done
    finally:
        reader.close()
    return found


def _taken(message: Any, found: dict[Place, tuple[int, int]]) -> Place | None:  # noqa: ANN401 - its stub knows too little
    """The place of a message that ends the look at it."""
    place = message.topic(), message.partition()
    error = message.error()
    if error is None:
        found.setdefault(place, (message.offset(), message.timestamp()[1]))
        return place
    if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's own code
        return place
    if not error.retriable() and error.code() not in NO_GROUPS:
        raise EngineError(f"reading {message.topic()} failed: {error.str()}")
    return None
