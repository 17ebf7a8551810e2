"""Dead letters as Kafka holds them: themselves, their originals, and which were redriven."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from confluent_kafka.admin import AdminClient

from agents.operations.dead_letters.redriving import REPLACED, Marks, Redriven, left_out, mark_of
from agents.pipeline.dead_letter import LETTER_TOPICS, LetterPlace, id_of, place_of
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable
from schemas.records import DeadLetter
from streams.errors import ConfigurationError
from streams.topology import Message
from streams.transport.kafka import Place, admin, partition_counts, topic_ends, topic_starts
from streams.transport.placing import partition_of
from streams.transport.ranges import offsets_since
from streams.transport.reading import read_all, read_from
from streams.transport.single import SingleReader

_CLOCKS_APART_MS = 60_000
"""How much earlier than its dead letter a record that is sent again may be stamped."""


class Letter(NamedTuple):
    """A dead letter, and where it lies itself."""

    own: LetterPlace
    record: DeadLetter


class LetterReader:
    """Reads dead letters of a Kafka.

    Every method may raise `KafkaException` where it can't be reached.
    """

    def __init__(self, bootstrap_servers: str, wire: Codecs) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._wire = wire
        self._admin: AdminClient = admin(bootstrap_servers)
        self._single: SingleReader | None = None
        self.unreadable = 0

    def letters(self) -> Iterator[Letter]:
        """All dead letters, partition by partition mixed; unreadable ones are counted.

        Raises:
            ConfigurationError: there is none of their topics.
        """
        counts = partition_counts(self._admin, LETTER_TOPICS)
        if not counts:
            raise ConfigurationError(not_shown(self._bootstrap_servers, LETTER_TOPICS))
        self.unreadable = 0
        for message in read_all(self._bootstrap_servers, counts):
            record = self._record(message)
            if record is None:
                self.unreadable += 1
            else:
                place = LetterPlace(message.topic, message.partition, message.offset)
                yield Letter(place, record)

    def letter_at(self, own: LetterPlace) -> Letter | None:
        """The dead letter that lies at a place of one of their topics."""
        message = self._reader().at(*own)
        record = None if message is None else self._record(message)
        return None if record is None else Letter(own, record)

    def lying_at(self, place: LetterPlace) -> Message | None:
        """The record that lies at a place now, whichever it is."""
        return self._reader().at(*place)

    def marks(self, letters: Iterable[DeadLetter]) -> Marks:
        """Which of these dead letters' records were redriven.

        A record that was sent again lies after the original in the same partition, or, where the
        original lay in a wrong one, in that of its key; so what is there from the earliest original
        on is read, whatever that is.
        """
        found = {place_of(letter): letter for letter in letters}
        wanted: dict[Place, set[int]] = {}
        for place in found:
            wanted.setdefault((place.topic, place.partition), set()).add(place.offset)
        counts = partition_counts(self._admin, {topic for topic, _ in wanted})
        there = {
            each: min(offsets) + 1
            for each, offsets in wanted.items()
            if each[1] < counts.get(each[0], 0)
        }
        elsewhere, gone = self._elsewhere(found.values(), counts)
        for each, begin in elsewhere.items():
            there[each] = min(begin, there.get(each, begin))
        redriven: dict[str, Redriven] = {}
        for message in read_from(self._bootstrap_servers, there) if there else ():
            mark = mark_of(message)
            if mark is not None:
                place = LetterPlace(message.topic, message.partition, message.offset)
                redriven.setdefault(mark, Redriven(place, message.timestamp))
        # Asked for afterwards: what was removed while it was being read counts as gone.
        starts, ends = topic_starts(self._admin, there), topic_ends(self._admin, there)
        untold = gone | {
            str(LetterPlace(*each, offset))
            for each, offsets in wanted.items()
            for offset in offsets
            if not starts.get(each, offset + 2) - 1 <= offset < ends.get(each, 0)
        }
        return Marks(redriven, frozenset(untold - redriven.keys()))

    def _elsewhere(
        self, letters: Collection[DeadLetter], counts: Mapping[str, int]
    ) -> tuple[dict[Place, int], set[str]]:
        """Where the records may be whose originals lay in a wrong partition, from which offset on.

        And the dead letters of which they may be gone from there.
        """
        homes = {
            (letter.topic, number): letter.occurred_at - _CLOCKS_APART_MS
            for letter in sorted(letters, key=lambda each: -each.occurred_at)
            for number in _homes(letter, counts.get(letter.topic, 0)) - {letter.partition}
        }
        if not homes:
            return {}, set()
        starts, ends = topic_starts(self._admin, homes), topic_ends(self._admin, homes)
        begins = {
            place: offsets_since(self._admin, {place: ends[place]}, at)[place]
            for place, at in homes.items()
        }
        cut = {place for place, begin in begins.items() if 0 < starts[place] >= begin}
        gone = {
            id_of(letter)
            for letter in letters
            for number in _homes(letter, counts.get(letter.topic, 0)) - {letter.partition}
            if (letter.topic, number) in cut
        }
        return begins, gone

    def _record(self, message: Message) -> DeadLetter | None:
        try:
            record = self._wire.decode(message.topic, message.value or b"")
        except Undecodable:
            return None
        assert isinstance(record, DeadLetter), "the topic's record"
        return record

    def _reader(self) -> SingleReader:
        if self._single is None:
            self._single = SingleReader(self._bootstrap_servers)
        return self._single

    def close(self) -> None:
        """Lets go of Kafka."""
        if self._single is not None:
            self._single.close()


def marks_of(reader: LetterReader, letters: Iterable[Letter]) -> Marks:
    """Which of these dead letters were redriven."""
    return reader.marks([letter.record for letter in letters])


def _homes(letter: DeadLetter, partitions: int) -> set[int]:
    """The partitions into which the record's key may belong."""
    if partitions == 0 or (letter.key is None and left_out(letter).key is None):
        return set()
    if letter.key is None or REPLACED in letter.key:
        return set(range(partitions))  # the dead letter does not hold the key, or not all of it
    return {partition_of(letter.key.encode(), partitions)}
