"""What time it is for a pipeline: this machine's clock, or that of the topics' writers."""

import time

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from streams.transport.kafka import admin, partition_counts, timestamp_type
from streams.transport.ranges import newest

_CLOCK = "LogAppendTime"


def now_of(bootstrap_servers: str, tick_topic: str) -> int:
    """Epoch milliseconds.

    Where the broker stamps the records, its time is everybody's, and this machine's clock stands
    for it. Where the writers give the time (a demo, a backfill), it is that of the newest tick.
    """
    found = time_of_ticks(admin(bootstrap_servers), tick_topic)
    return clock() if found is None else found


def time_of_ticks(client: AdminClient, tick_topic: str) -> int | None:
    """The newest tick's time (ms) where the writers give it; None where the broker does.

    None too where nobody may look: then the clock is the better guess.
    """
    try:
        if timestamp_type(client, tick_topic) == _CLOCK:
            return None
    except KafkaException:
        return None
    return newest(client, places_of(client, tick_topic))


def places_of(client: AdminClient, topic: str) -> list[tuple[str, int]]:
    """The partitions of a topic; none where it is not there."""
    counts = partition_counts(client, [topic])
    return [(topic, number) for number in range(counts.get(topic, 0))]


def clock() -> int:
    """This machine's clock."""
    return time.time_ns() // 1_000_000
