"""What the auditor reads: a file that `simulate` wrote, or the topics."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

import msgspec

from agents.core.handling import Tombstone
from agents.core.policy import Policy
from agents.core.rfc3339 import milliseconds
from agents.core.world import Directory
from agents.operations.audit.events import TOPICS as EVENTS
from agents.operations.audit.for_apps.answered import CHANNEL, RECEIPTS
from agents.operations.audit.for_apps.overviews import NoOverview
from agents.operations.audit.ledger import Ledger
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable, from_json
from schemas.catalogue import TOPICS as CATALOGUE
from schemas.records import CustomerResponse
from streams.runtime.carrying import original
from streams.topology import Message
from streams.transport.kafka import admin, partition_counts, topic_starts
from streams.transport.placing import partition_of
from streams.transport.reading import WholeRead
from streams.transport.single import SingleReader

TICKS = "recourse.ticks"
CARRIED = tuple(name for name, topic in CATALOGUE.items() if topic.carried)
CASES = "recourse.cases"
CUSTOMERS = "recourse.customers"
ERASURES = "privacy.erasures"
TOPICS = (
    "recourse.disagreements",
    "recourse.escalations",
    CASES,
    CUSTOMERS,
    RECEIPTS,
    "recourse.outcomes",
    "recourse.notices",
    "recourse.erased",
)


COMPARED = 200
"""How many carried records are compared with their originals, of the newest."""


class Wire(Protocol):
    """Reads the value of a record."""

    def decode(self, topic: str, value: bytes) -> msgspec.Struct:
        """The record; raises `Undecodable`."""


class Unreadable(Exception):  # noqa: N818 - it says what the case is
    """A line, or a topic, can't be read; one sentence."""


def ledger_of_lines(lines: Iterable[bytes], policies: Mapping[str, Policy]) -> Ledger:
    """The ledger of what `simulate` wrote; its time is that of the last line.

    Raises:
        Unreadable: a line is none of `simulate`'s.
    """
    ledger = Ledger(policies)
    records, last = records_of_lines(lines)
    for record, at in records:
        ledger.take(record, at)
    ledger.tick(0, last)
    ledger.ticks.ran(0, last)
    return ledger


def records_of_lines(
    lines: Iterable[bytes], topics: Collection[str] = TOPICS
) -> tuple[list[tuple[msgspec.Struct, int | None]], int]:
    """The records of topics in what `simulate` wrote, with their times; that of its last line.

    Raises:
        Unreadable: a line is none of `simulate`'s.
    """
    records: list[tuple[msgspec.Struct, int | None]] = []
    last = 0
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=dict[str, object])
            topic, at = str(line["topic"]), milliseconds(line["at"])
            record = _record(topic, line) if topic in topics else None
        except (msgspec.MsgspecError, KeyError, Undecodable) as error:
            raise Unreadable(f"line {number} is not what `simulate` writes: {error}") from error
        last = max(last, at or 0)
        if record is not None:
            records.append((record, at))
    return records, last


def gone_record(topic: str, key: str) -> msgspec.Struct | None:
    """What a record without a value says, in a topic that shows the newest of each key."""
    kind = {CASES: Tombstone, CUSTOMERS: NoOverview}.get(topic)
    return None if kind is None else kind(key=key)


def take_said(ledger: Ledger, message: Message, key: str, wire: Wire) -> None:
    """What the customers' channel wrote, and who asked to be forgotten."""
    if message.value is None:
        return
    try:
        record = wire.decode(message.topic, message.value)
    except Undecodable:
        return
    if getattr(record, "customer_id", None) != key:
        return
    if isinstance(record, CustomerResponse):
        ledger.said(record, message.timestamp, message.partition, _place(message))
    else:
        ledger.take(record, message.timestamp)


def _record(topic: str, line: Mapping[str, object]) -> msgspec.Struct | None:
    if line["value"] is None:
        return gone_record(topic, str(line["key"]))
    return from_json(topic, line["value"])


class TopicsRead:
    """The topics on Kafka, read on and on."""

    def __init__(self, bootstrap_servers: str, wire: Codecs) -> None:
        client = admin(bootstrap_servers)
        names = (*TOPICS, *CARRIED, CHANNEL, ERASURES, TICKS)
        counts = partition_counts(client, names)
        absent = sorted(set(names) - counts.keys())
        if absent:
            raise Unreadable(not_shown(bootstrap_servers, absent))
        places = [(name, number) for name, count in counts.items() for number in range(count)]
        starts = topic_starts(client, [place for place in places if place[0] in TOPICS])
        self.whole = not any(starts.values())
        """Whether nothing has been removed for being old yet."""
        self.wire = wire
        self._bootstrap_servers = bootstrap_servers
        self._counts = counts
        self._carried: deque[Message] = deque(maxlen=COMPARED)
        self._reader = WholeRead(bootstrap_servers, "recourse-audit", places)

    def to_end(self, ledger: Ledger) -> None:
        """Reads what is there now.

        Raises:
            EngineError: a topic can't be read.
        """
        for messages in self._reader.to_end():
            self._take(ledger, messages)

    def go_on(self, ledger: Ledger, seconds: float) -> None:
        """Reads what has come since; waits for it at most so long."""
        messages, _ = self._reader.poll(seconds)
        self._take(ledger, messages)

    def compare(self, ledger: Ledger) -> None:
        """Looks whether the newest carried records are what lies where they came from.

        Whoever can write as a worker could else invent an event. What is gone is not compared.
        """
        reader = SingleReader(self._bootstrap_servers)
        try:
            for message in self._carried:
                came = original(message)
                if came is None:
                    continue  # the stage gives it up: a dead letter
                lying = reader.at(came.topic, came.partition, came.offset)
                if lying is not None and _same(lying) != _same(came):
                    ledger.carried_otherwise(_place(came), _place(message))
        finally:
            reader.close()

    def _take(self, ledger: Ledger, messages: Iterable[Message]) -> None:
        for message in messages:
            if message.topic == TICKS:
                ledger.tick(message.partition, message.timestamp)
            elif message.topic in CARRIED:
                came = original(message)
                ledger.misplaced(came.topic if came else message.topic, message.timestamp)
                self._carried.append(message)
            elif message.topic in (CHANNEL, ERASURES):
                self._take_event(ledger, message)
            elif message.value is None:
                gone = gone_record(message.topic, (message.key or b"").decode(errors="replace"))
                if gone is not None:
                    ledger.take(gone, message.timestamp)
            else:
                try:
                    record = self.wire.decode(message.topic, message.value)
                except Undecodable as error:
                    ledger.unreadable(_place(message), error.detail, message.timestamp)
                else:
                    place = _place(message)
                    ledger.take(record, message.timestamp, message.partition, place)

    def _take_event(self, ledger: Ledger, message: Message) -> None:
        """What others write: what can't be read, or lies wrong, is others' to say."""
        key = message.key or b""
        if partition_of(key, self._counts[message.topic]) == message.partition:
            take_said(ledger, message, key.decode(errors="replace"), self.wire)

    def close(self) -> None:
        """Lets go of the connection."""
        self._reader.close()


def read_events(bootstrap_servers: str, wire: Codecs, directory: Directory, ledger: Ledger) -> None:
    """Reads the events of the visits on which something was decided for the customer.

    No other one is decoded or held.

    Raises:
        EngineError: a topic can't be read.
        Unreadable: one is not there.
    """
    decided_on = ledger.decided_on
    customers = {customer for customer, _ in decided_on}
    if not customers:
        return
    client = admin(bootstrap_servers)
    counts = partition_counts(client, EVENTS)
    absent = sorted(set(EVENTS) - counts.keys())
    if absent:
        raise Unreadable(not_shown(bootstrap_servers, absent))
    places = [(name, number) for name, count in counts.items() for number in range(count)]
    ledger.look_at_events(directory, whole=not any(topic_starts(client, places).values()))
    reader = WholeRead(bootstrap_servers, "recourse-audit-events", places)
    try:
        for messages in reader.to_end():
            for message in messages:
                key = (message.key or b"").decode(errors="replace")
                if hash(key) in customers and message.value is not None:
                    take_event(ledger, message, key, wire)
    finally:
        reader.close()


def take_event(ledger: Ledger, message: Message, key: str, wire: Wire) -> None:
    """Takes what a message of an event's topic says; what the pipeline can't use is passed over."""
    assert message.value is not None, "asked by the caller"
    try:
        record = wire.decode(message.topic, message.value)
    except Undecodable:
        return
    if getattr(record, "customer_id", None) == key:
        ledger.take_event(record, message.timestamp)


def _place(message: Message) -> str:
    return f"{message.topic}:{message.partition}:{message.offset}"


def _same(message: Message) -> tuple[bytes | None, bytes | None, int]:
    """What must be equal; names of headers that are no UTF-8 are read in more than one way."""
    return message.key, message.value, message.timestamp
