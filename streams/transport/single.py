"""Single records, read where they lie."""

from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from streams.errors import EngineError
from streams.topology import Message
from streams.transport.kafka import REQUEST_SECONDS
from streams.transport.reading import NO_GROUPS, as_message, committed_reader

_POLL_SECONDS = 0.5


class SingleReader:
    """Reads one record at a time; keeps its connection. Committed records only."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._consumer = committed_reader(
            bootstrap_servers,
            "recourse-single-reader",
            auto_offset_reset="error",
            queued_min_messages=1,
        )

    def at(self, topic: str, partition: int, offset: int) -> Message | None:
        """The record at a place; None when it is not there (any more).

        Raises:
            EngineError: the broker refuses to say.
            KafkaException: it can't be reached.
        """
        place = TopicPartition(topic, partition, offset)
        try:
            ends: Any = self._consumer.get_watermark_offsets(place, REQUEST_SECONDS)
        except KafkaException as error:
            if error.args[0].code() in _NO_SUCH_PLACE:
                return None
            raise
        if not ends[0] <= offset < ends[1]:
            return None
        self._consumer.assign([place])
        try:
            return self._first(offset)
        finally:
            self._consumer.unassign()

    def _first(self, offset: int) -> Message | None:
        while True:
            for found in self._consumer.consume(1, _POLL_SECONDS):
                error = found.error()
                if error is None:
                    message = as_message(found)
                    return message if message.offset == offset else None
                if error.code() in _NOTHING_THERE:
                    return None
                if not error.retriable() and error.code() not in NO_GROUPS:
                    raise EngineError(f"reading {found.topic()} failed: {error.str()}")

    def close(self) -> None:
        """Lets go of the connection."""
        self._consumer.close()


_NO_SUCH_PLACE = {
    KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001 - librdkafka's own error codes begin so
    KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001
    KafkaError.UNKNOWN_TOPIC_OR_PART,
}
_NOTHING_THERE = {
    KafkaError._PARTITION_EOF,  # noqa: SLF001
    KafkaError._AUTO_OFFSET_RESET,  # noqa: SLF001
    KafkaError.OFFSET_OUT_OF_RANGE,
}
