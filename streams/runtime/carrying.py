"""Records that lie in another partition than murmur2 gives their key: carried there, once.

State lies by key: handled where it lies, such a record would miss the state that it is about, and
nobody would hear of it. So the partition that reads it hands it on, in the transaction in which it
counts as handled:

1. It is written to the stage's own topic for that (`Stage.carried`), to the partition of its key:
   key, value and headers as they were, and where it came from in four headers behind them.
2. There it is handled as the record that it was: with its topic, partition, offset, timestamp and
   headers. So its lateness counts from its first arrival, and a dead letter names its own place.

What lies in the topic of carried records is never carried again: whatever is wrong with it there,
it is refused. So is what is too large to be written once more.

A stage that reads the same inputs beside that one passes over what lies wrong, and reads what was
carried (`Stage.leaves_misplaced`).
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from streams.topology import Message, Records, Stage
from streams.transport.kafka import Write
from streams.transport.placing import misplaced, partition_of

FROM_TOPIC, FROM_PARTITION = "carried_from_topic", "carried_from_partition"
FROM_OFFSET, FROM_TIMESTAMP = "carried_from_offset", "carried_from_timestamp"
_OURS = (FROM_TOPIC, FROM_PARTITION, FROM_OFFSET, FROM_TIMESTAMP)
_DIGITS = 19  # of the largest offset
CARRIED_AT_MOST = 950_000
"""Bytes of key, value and headers: below what a producer of ours writes at most."""
PARTITIONERS = (
    "set the producer's partitioner to murmur2 (librdkafka: partitioner=murmur2_random; kafka-go: "
    "Murmur2Balancer; docs/producers.md has the others)"
)


class Placement(NamedTuple):
    """How many partitions the topics of a stage have, and what becomes of a misplaced record.

    `carries` false: it is refused, which makes a dead letter.
    """

    partitions: int
    carries: bool = True


class Refused(NamedTuple):
    """A record that is neither handled nor carried, and why, in one sentence."""

    message: Message
    detail: str


class Carried(NamedTuple):
    """A record that goes to that partition, over that topic."""

    message: Message
    topic: str
    partition: int

    def write(self, now: int) -> Write:
        """The record as it goes there."""
        message = self.message
        came_from = (message.topic, message.partition, message.offset, message.timestamp)
        ours = zip(_OURS, (str(each).encode() for each in came_from), strict=True)
        headers = (*message.headers, *ours)
        return Write(self.topic, self.partition, message.key, message.value, headers, now)


def original(message: Message) -> Message | None:
    """The record that was carried, as it lay; None where the headers do not say it."""
    headers, ours = message.headers[: -len(_OURS)], message.headers[-len(_OURS) :]
    if tuple(name for name, _ in ours) != _OURS:
        return None
    topic, *numbers = (content or b"" for _, content in ours)
    if not all(each.isdigit() and len(each) <= _DIGITS for each in numbers):
        return None
    partition, offset, timestamp = map(int, numbers)
    name = topic.decode("utf-8", "replace")
    return Message(name, partition, offset, timestamp, message.key, message.value, headers)


class Sorter:
    """Tells of each record of one partition whether it is handled there."""

    def __init__(
        self,
        inputs: Iterable[str],
        carried: str,
        number: int,
        placement: Placement,
        told: Callable[[str, str], None],
        *,
        leaves: bool = False,
    ) -> None:
        """`told` hears topic and `carried` or `refused` of each record that is not in its place.

        `leaves`: another stage looks after those (`Stage.leaves_misplaced`).
        """
        self._carried = carried
        self._keyed = frozenset(inputs) - {carried}
        self._number = number
        self._placement = placement
        self._told = told
        self._leaves = leaves

    def all_in_place(self, records: Records) -> bool:
        """Whether records of one topic are handled as they are: the rule, and cheap to tell."""
        if records.topic not in self._keyed:
            return records.topic != self._carried
        return not misplaced(records, self._number, self._placement.partitions)

    def sort(self, message: Message) -> Message | Carried | Refused | None:
        """The record to handle, or what becomes of it instead; None: it is another stage's."""
        if message.topic == self._carried:
            return self._come_here(message)
        if message.topic not in self._keyed or message.key is None:
            return message
        right = partition_of(message.key, self._placement.partitions)
        if right == self._number:
            return message
        if self._leaves:
            return None
        if not self._placement.carries:
            return self._refused(message, f"{_lies(message, right)}: {PARTITIONERS}")
        if (size := _size(message)) > CARRIED_AT_MOST:
            too_large = f"with {size} bytes it is too large to be carried there"
            return self._refused(message, f"{_lies(message, right)}, and {too_large}")
        self._told(message.topic, "carried")
        return Carried(message, self._carried, right)

    def _come_here(self, message: Message) -> Message | Refused | None:
        found = original(message)
        if found is None or found.topic not in self._keyed or message.key is None:
            if self._leaves:
                return None
            said = "its headers do not say where it came from: workers alone write this topic"
            return self._refused(message, said)
        right = partition_of(message.key, self._placement.partitions)
        if right != self._number:
            if self._leaves:
                return None
            said = f"{_lies(message, right)}, and what was carried is not carried again"
            return self._refused(message, said)
        return found

    def _refused(self, message: Message, detail: str) -> Refused:
        self._told(message.topic, "refused")
        return Refused(message, detail)


def sorter(
    stage: Stage, number: int, placement: Placement, told: Callable[[str, str], None]
) -> Sorter | None:
    """Of one partition; None for a stage that does not look where records lie."""
    if stage.carried is None:
        return None
    leaves = stage.leaves_misplaced
    return Sorter(stage.inputs, stage.carried, number, placement, told, leaves=leaves)


def _lies(message: Message, right: int) -> str:
    return f"it lies in partition {message.partition}, and murmur2 places its key in {right}"


def _size(message: Message) -> int:
    headers = sum(len(name.encode()) + len(content or b"") for name, content in message.headers)
    return len(message.key or b"") + len(message.value or b"") + headers
