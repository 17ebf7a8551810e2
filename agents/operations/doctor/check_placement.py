"""Do records lie where their keys belong? Asked of the newest of each partition."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from confluent_kafka.admin import AdminClient

from agents.operations.doctor.checks import Check, fine, fix
from streams.topology import Message, Stage
from streams.transport.kafka import Place, partition_counts, readable_ends, topic_starts
from streams.transport.placing import partition_of
from streams.transport.ranges import RangeReader

NEWEST = 20
"""How many offsets of each partition are looked at: a moment for all topics together."""
_RIGHT = (
    "tell its producer: set the partitioner to murmur2 (docs/producers.md, Partitioner); "
    "workers carry them until then (RECOURSE_MISPLACED)"
)


def placement_checks(
    admin: AdminClient, bootstrap_servers: str, stages: Sequence[Stage], readable: Sequence[str]
) -> Iterator[Check]:
    """Each topic with records in a wrong partition; `readable`: topics that may be read.

    Raises:
        KafkaException: the broker can't be asked.
        EngineError: a topic can't be read.
    """
    topics = {t for s in stages for t in s.inputs if t != s.carried} & set(readable)
    if not topics:
        return
    counts = partition_counts(admin, topics)
    places = [(topic, number) for topic, count in counts.items() for number in range(count)]
    looked_at, wrong = _newest(bootstrap_servers, _ranges(admin, places), counts)
    for topic, count in sorted(wrong.items()):
        yield fix(
            "partitions",
            f"{topic}: {count} of the newest {looked_at[topic]} records lie in another partition "
            "than murmur2 gives their key",
            _RIGHT,
        )
    if not wrong:
        found = f"{looked_at.total():,} newest records: each lies where murmur2 places its key"
        yield fine("partitions", found)


def _ranges(admin: AdminClient, places: Sequence[Place]) -> dict[Place, tuple[int, int]]:
    ends, starts = readable_ends(admin, places), topic_starts(admin, places)
    return {place: (max(starts[place], end - NEWEST), end) for place, end in ends.items()}


def _newest(
    bootstrap_servers: str, ranges: Mapping[Place, tuple[int, int]], counts: Mapping[str, int]
) -> tuple[Counter[str], Counter[str]]:
    """How many records were looked at, and how many of them lie wrong, by topic."""
    looked_at, wrong = Counter[str](), Counter[str]()

    def look(message: Message) -> None:
        if message.key is None or message.offset >= ranges[message.topic, message.partition][1]:
            return
        looked_at[message.topic] += 1
        right = partition_of(message.key, counts[message.topic])
        wrong[message.topic] += right != message.partition

    reader = RangeReader(bootstrap_servers)
    try:
        for _, messages in reader.read(ranges, lambda _: True):
            for message in messages:
                look(message)
    finally:
        reader.close()
    return looked_at, +wrong
