"""Dead letters as Kafka holds them: themselves, their originals, and which were redriven."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from confluent_kafka.admin import AdminClient

from agents.codecs import Codecs, Undecodable
from agents.dead_letters.letter import DEAD_LETTERS, LetterPlace, place_of
from agents.dead_letters.redriving import Marks, Redriven, mark_of
from agents.declared import not_shown
from schemas.records import DeadLetter
from streams.errors import ConfigurationError
from streams.topology import Message
from streams.transport.kafka import Place, admin, partition_counts, topic_ends, topic_starts
from streams.transport.reading import read_all, read_from
from streams.transport.single import SingleReader


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
            ConfigurationError: there is no such topic.
        """
        counts = partition_counts(self._admin, [DEAD_LETTERS])
        if not counts:
            raise ConfigurationError(not_shown(self._bootstrap_servers, [DEAD_LETTERS]))
        self.unreadable = 0
        for message in read_all(self._bootstrap_servers, counts):
            record = self._record(message)
            if record is None:
                self.unreadable += 1
            else:
                yield Letter(LetterPlace(DEAD_LETTERS, message.partition, message.offset), record)

    def letter_at(self, own: LetterPlace) -> Letter | None:
        """The dead letter that lies at a place of `recourse.dead-letters`."""
        message = self._reader().at(*own)
        record = None if message is None else self._record(message)
        return None if record is None else Letter(own, record)

    def lying_at(self, place: LetterPlace) -> Message | None:
        """The record that lies at a place now, whichever it is."""
        return self._reader().at(*place)

    def marks(self, places: Iterable[LetterPlace]) -> Marks:
        """Which of the records at these places were redriven.

        A record that was sent again lies after the original in the same partition; so what is there
        from the earliest original on is read, whatever that is.
        """
        wanted: dict[Place, set[int]] = {}
        for place in places:
            wanted.setdefault((place.topic, place.partition), set()).add(place.offset)
        counts = partition_counts(self._admin, {topic for topic, _ in wanted})
        there = {
            each: min(offsets) + 1
            for each, offsets in wanted.items()
            if each[1] < counts.get(each[0], 0)
        }
        redriven: dict[str, Redriven] = {}
        for message in read_from(self._bootstrap_servers, there) if there else ():
            mark = mark_of(message)
            if mark is not None:
                place = LetterPlace(message.topic, message.partition, message.offset)
                redriven.setdefault(mark, Redriven(place, message.timestamp))
        # Asked for afterwards: what was removed while it was being read counts as gone.
        starts, ends = topic_starts(self._admin, there), topic_ends(self._admin, there)
        untold = {
            str(LetterPlace(*each, offset))
            for each, offsets in wanted.items()
            for offset in offsets
            if not starts.get(each, offset + 2) - 1 <= offset < ends.get(each, 0)
        }
        return Marks(redriven, frozenset(untold - redriven.keys()))

    def _record(self, message: Message) -> DeadLetter | None:
        try:
            record = self._wire.decode(DEAD_LETTERS, message.value or b"")
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
    return reader.marks({place_of(letter.record) for letter in letters})
