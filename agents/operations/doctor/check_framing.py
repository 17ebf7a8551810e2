"""In which framing are topics written, and what of another lies in them still?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from confluent_kafka.admin import AdminClient

from agents.operations.doctor.checks import Check, fine, unknown
from agents.records.schema_registry import written_with_a_registry
from streams.serialisation.framing import CONFLUENT
from streams.settings import Settings
from streams.transport.kafka import Place, partition_counts, readable_ends, topic_starts
from streams.transport.ranges import Range, RangeReader

_AREA = "framing"
_AT_EITHER_END = 20
"""How many offsets of each partition are looked at, at its begin and at its end."""
_IN_WORDS = {True: "Confluent's framing", False: "single-object encoding"}
_RIGHT = (
    "older records, or a worker without the setting: who reads the one alone must wait "
    "(docs/consumers.md, Changing the framing)"
)


def framing_checks(admin: AdminClient, settings: Settings, named: Sequence[str]) -> Iterator[Check]:
    """Each topic for which a framing is set, of those that may be read.

    Raises:
        ConfigurationError: it is set for a topic that there is not.
        KafkaException: the broker can't be asked.
        EngineError: a topic can't be read.
    """
    if not named:
        return
    registered = written_with_a_registry(settings)
    places = [
        (t, n) for t, count in partition_counts(admin, set(named)).items() for n in range(count)
    ]
    ends, starts = readable_ends(admin, places), topic_starts(admin, places)
    first = {p: (starts[p], min(starts[p] + _AT_EITHER_END, end)) for p, end in ends.items()}
    last = {p: (max(starts[p], end - _AT_EITHER_END), end) for p, end in ends.items()}
    oldest, newest = _framings(settings, first), _framings(settings, last)
    for topic in named:
        yield framing_of(topic, oldest[topic], newest[topic], confluent=topic in registered)


def framing_of(
    topic: str, oldest: Counter[bool], newest: Counter[bool], *, confluent: bool
) -> Check:
    """What is said of a topic; both count records by whether they are in Confluent's framing."""
    count, others, wanted = newest.total(), newest[not confluent], _IN_WORDS[confluent]
    if others:
        found = f"{topic}: {others} of the newest {count} are in {_IN_WORDS[not confluent]}"
        return unknown(_AREA, found, _RIGHT)
    if oldest[not confluent]:
        old = f"its oldest are in {_IN_WORDS[not confluent]}"
        return fine(_AREA, f"{topic} is written in {wanted}; {old}")
    return fine(_AREA, f"{topic} is written in {wanted}, and holds nothing else at either end")


def _framings(settings: Settings, ranges: Mapping[Place, Range]) -> dict[str, Counter[bool]]:
    """By topic, how many values in the ranges are in Confluent's framing, and how many not."""
    found: dict[str, Counter[bool]] = {topic: Counter() for topic, _ in ranges}
    reader = RangeReader(settings.bootstrap_servers)
    try:
        for _, messages in reader.read(ranges, lambda _: True):
            for message in messages:
                _, end = ranges[message.topic, message.partition]
                if message.value is not None and message.offset < end:
                    found[message.topic][message.value.startswith(CONFLUENT)] += 1
    finally:
        reader.close()
    return found
