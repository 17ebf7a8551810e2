"""Parts of partitions, from one offset up to another: what looks for few records among many."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from confluent_kafka import KafkaError, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    OffsetSpec,
)

from streams.errors import EngineError
from streams.topology import Message
from streams.transport.kafka import PATIENCE_SECONDS, REQUEST_SECONDS, Place
from streams.transport.reading import NO_GROUPS, as_message, committed_reader

Range = tuple[int, int]
"""From an offset up to, and without, another."""
_AT_ONCE = 20_000  # records asked of the client in one call


def offsets_since(
    admin_client: AdminClient, ends: Mapping[Place, int], at: int
) -> dict[Place, int]:
    """Of each partition the offset of its first record at or after a moment (ms), else its end."""
    found = _listed(admin_client, ends, OffsetSpec.for_timestamp(at))
    return {
        place: ends[place] if offset < 0 else min(offset, ends[place])
        for place, (offset, _) in found.items()
    }


def newest(admin_client: AdminClient, places: Iterable[Place]) -> int | None:
    """The greatest timestamp of a record in the partitions (ms); None where there is no record."""
    found = _listed(admin_client, places, OffsetSpec.max_timestamp())  # type: ignore[no-untyped-call]
    times = [at for offset, at in found.values() if offset >= 0]
    return max(times, default=None)


def _listed(
    admin_client: AdminClient, places: Iterable[Place], which: OffsetSpec
) -> dict[Place, tuple[int, int]]:
    asked = {TopicPartition(*place): which for place in places}
    if not asked:
        return {}
    futures = admin_client.list_offsets(asked, request_timeout=PATIENCE_SECONDS)
    found = {each: future.result(REQUEST_SECONDS) for each, future in futures.items()}
    return {(p.topic, p.partition): (each.offset, each.timestamp) for p, each in found.items()}


class RangeReader:
    """Reads ranges of offsets, committed records only; one client for all of them."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._consumer = committed_reader(
            bootstrap_servers,
            "recourse-ranges",
            max_partition_fetch_bytes=4_194_304,
            # A full queue makes the client pause for a second, by default: with these, hardly
            # ever, and then shortly.
            queued_min_messages=1_000_000,
            queued_max_messages_kbytes=262_144,
            fetch_queue_backoff_ms=5,
        )

    def read(
        self, ranges: Mapping[Place, Range], wanted: Callable[[bytes], bool]
    ) -> Iterator[tuple[int, list[Message]]]:
        """How many records were read since the last, and those whose values are wanted.

        Some after the end of a range may be among them: the client reads ahead.
        """
        unread = {place: end for place, (begin, end) in ranges.items() if begin < end}
        begins = [TopicPartition(*place, ranges[place][0]) for place in unread]
        self._consumer.assign(begins)
        self._consumer.resume(begins)  # one that was let go of before is paused still
        while unread:
            found, count = [], 0
            # A million of them pass here: nothing is asked of one that is not wanted.
            for message in self._consumer.consume(_AT_ONCE, 0.1):
                value = message.value()
                if message.error() is not None:
                    self._is_end(message, unread)
                elif value is not None and wanted(value):
                    found.append(as_message(message))
                count += 1
            self._let_go_of_read(unread)
            yield count, found

    def _is_end(self, message: Any, unread: dict[Place, int]) -> None:  # noqa: ANN401 - see below
        """The end of a partition; what heals by itself is passed over."""
        error: KafkaError = message.error()
        if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's own code
            if not error.retriable() and error.code() not in NO_GROUPS:
                raise EngineError(f"reading {message.topic()} failed: {error.str()}")
            return
        place = message.topic(), message.partition()
        if message.offset() >= unread.get(place, 0):
            unread.pop(place, None)

    def _let_go_of_read(self, unread: dict[Place, int]) -> None:
        """Nothing more is fetched of a partition that is read as far as wanted."""
        asked = [TopicPartition(*place) for place in unread]
        for each in self._consumer.position(asked):
            place = each.topic, each.partition
            if each.offset >= unread[place]:
                del unread[place]
                self._consumer.pause([TopicPartition(*place)])

    def close(self) -> None:
        """Lets go of the connection."""
        self._consumer.close()
