"""What `recourse causes` is made of, read from lines of `simulate` or from the topics."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

import msgspec

from agents.core.rfc3339 import milliseconds
from agents.operations.causes.case import Collected
from agents.operations.left_out import LeftOut
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable, from_json
from schemas.records import CheckIn
from streams.topology import Message
from streams.transport.kafka import Place, admin, partition_counts, readable_ends, topic_starts
from streams.transport.ranges import RangeReader

DECIDED: Final = ("recourse.disagreements", "recourse.escalations")
BEGUN: Final = "service.check-ins"
TOLD: Final = (
    "service.diagnoses",
    "service.estimates",
    "service.warranty-decisions",
    "service.customer-responses",
    "service.closures",
)
READ: Final = (*DECIDED, BEGUN, *TOLD)
"""The topics that are read; of those of events only what is of a customer with a case."""


class NoCauses(Exception):  # noqa: N818 - it says what the case is
    """What was given can't be read; one sentence."""


class _Line(msgspec.Struct):
    """A line that `simulate` reads or writes."""

    topic: str
    value: msgspec.Raw
    at: str | None = None
    arrived_at: str | None = None


def of_lines(lines: Iterable[bytes]) -> Collected:
    """What is in lines that `simulate` reads, and in those that it wrote.

    A record that the pipeline can't use counts for nothing.

    Raises:
        NoCauses: a line is neither.
    """
    collected = Collected()
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=_Line)
        except msgspec.MsgspecError as error:
            raise NoCauses(
                f"line {number} is none that `simulate` reads or writes: {error}"
            ) from error
        at = milliseconds(line.at or line.arrived_at)
        collected.now = max(collected.now, at or 0)
        if line.topic in READ and bytes(line.value) != b"null":
            try:
                collected.take(from_json(line.topic, msgspec.json.decode(line.value)))
            except Undecodable:
                continue
    return collected


def of_topics(
    bootstrap_servers: str,
    wire: Codecs,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Collected, str]:
    """What the topics have; and which records could not be read, in a sentence (or nothing).

    `progress` is told how many records were read, and of how many.

    Raises:
        NoCauses: a topic is not there.
        KafkaException: the broker can't be asked.
    """
    client = admin(bootstrap_servers)
    counts = partition_counts(client, READ)
    absent = sorted(set(READ) - counts.keys())
    if absent:
        raise NoCauses(not_shown(bootstrap_servers, absent))
    places = [(name, number) for name, count in counts.items() for number in range(count)]
    begins, ends = topic_starts(client, places), readable_ends(client, places)
    read = _Read(bootstrap_servers, wire, begins, ends, progress)
    try:
        return read.whole(), str(read.left_out)
    finally:
        read.reader.close()


class _Read:
    """One way through the topics: first what was decided, then what is of those customers."""

    def __init__(
        self,
        bootstrap_servers: str,
        wire: Codecs,
        begins: dict[Place, int],
        ends: dict[Place, int],
        progress: Callable[[int, int], None],
    ) -> None:
        self.reader = RangeReader(bootstrap_servers)
        self.left_out = LeftOut()
        self._wire = wire
        self._starts, self._ends = begins, ends
        self._progress = progress
        self._read = 0
        self._all = sum(end - begins[place] for place, end in ends.items())

    def whole(self) -> Collected:
        """All that counts."""
        collected = Collected()
        for message in self._messages(DECIDED):
            try:
                collected.take(self._decoded(message))
            except Undecodable as why:
                self.left_out.add(message, why)
        keys = frozenset(each.encode() for each in collected.customers)
        for message in self._messages((BEGUN, *TOLD)):
            if message.topic == BEGUN or message.key in keys:
                self._take_event(collected, message, whole=message.key in keys)
        return collected

    def _take_event(self, collected: Collected, message: Message, *, whole: bool) -> None:
        """An event; what can't be read, or lies under another's key, became a dead letter.

        Of a customer without a case (not `whole`) a check-in is a visit, and no more.
        """
        try:
            record = self._decoded(message)
        except Undecodable:
            return
        if getattr(record, "customer_id", "").encode() != message.key:
            return
        if whole:
            collected.take(record)
        elif isinstance(record, CheckIn):
            collected.begins(record.visit_id, record.site_id, record.occurred_at)

    def _decoded(self, message: Message) -> msgspec.Struct:
        return self._wire.decode(message.topic, message.value or b"")

    def _messages(self, topics: Collection[str]) -> Iterator[Message]:
        ranges = {
            place: (self._starts[place], end)
            for place, end in self._ends.items()
            if place[0] in topics
        }
        for count, found in self.reader.read(ranges, lambda _: True):
            for each in found:
                if each.offset < self._ends[each.topic, each.partition]:
                    yield each
            self._read += count
            self._progress(min(self._read, self._all), self._all)
