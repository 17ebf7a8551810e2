"""The story of an id on a Kafka: from the newest records back, until it is whole.

Topics are read back in spans of time, each longer than the one before. Once a record of
the id's visit is found, its region and its customer say which partitions can hold the others.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import cast

from agents.operations.explain.prefilter import is_whole, wanted
from agents.operations.explain.story import TOLD, Record, Story, letter_place, story_of
from agents.operations.left_out import LeftOut
from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable
from schemas.catalogue import TOPICS
from streams.errors import ConfigurationError
from streams.topology import Message
from streams.transport.kafka import (
    Place,
    admin,
    partition_counts,
    partition_of,
    readable_ends,
    topic_starts,
)
from streams.transport.ranges import Range, RangeReader, newest, offsets_since

_ANYWHERE = frozenset({*LETTER_TOPICS, "recourse.notices", "recourse.deliveries"})
FIRST_SPAN_MS = 1_000
LONGER = 2
"""How much further each span of time reaches back than the one before."""
AT_LEAST = 20_000
"""How many records are read first, if there are so many; then twice as many each time."""

Progress = Callable[[int, int], None]
"""Told how many records may have to be read, and how many were."""


class Lookup:
    """One look through the topics of a Kafka. Any call may raise `KafkaException`."""

    def __init__(self, bootstrap_servers: str, wire: Codecs, since: int | None) -> None:
        """`since`: nothing older is looked at (ms)."""
        self._bootstrap_servers = bootstrap_servers
        self._wire = wire
        self._since = since
        self._admin = admin(bootstrap_servers)
        self._counts: dict[str, int] = {}
        self.looked_at = 0
        """How many records were read."""
        self.left_out = LeftOut()
        """Records that hold the id and can't be read."""

    def story(self, id_: str, progress: Progress) -> Story | None:
        """The story of an id, as far as the topics hold it.

        Raises:
            ConfigurationError: none of the topics is there.
        """
        topics = TOLD if letter_place(id_) is None else LETTER_TOPICS
        self._counts = partition_counts(self._admin, topics)
        if not self._counts:
            raise ConfigurationError(not_shown(self._bootstrap_servers, topics))
        places = [
            (topic, number) for topic, count in self._counts.items() for number in range(count)
        ]
        reader = RangeReader(self._bootstrap_servers)
        try:
            return self._from_the_newest(id_, places, reader, progress)
        finally:
            reader.close()

    def _from_the_newest(
        self, id_: str, places: list[Place], reader: RangeReader, progress: Progress
    ) -> Story | None:
        begins, ends = topic_starts(self._admin, places), readable_ends(self._admin, places)
        if self._since is not None:
            since = offsets_since(self._admin, ends, self._since)
            begins = {place: max(begin, since[place]) for place, begin in begins.items()}
        at, span = newest(self._admin, places) or 0, FIRST_SPAN_MS
        known: list[Record] = []
        at_once = AT_LEAST
        while (left := _length(begins, ends)) > 0:
            cuts = ends
            while _length(cuts, ends) < min(at_once, left):
                at, span = at - span, span * LONGER
                since = offsets_since(self._admin, ends, max(at, 0))
                cuts = {place: max(since[place], begins[place]) for place in ends}
                if at <= 0:  # before all time that counts: to the beginning
                    cuts = {place: begins[place] for place in ends}
                    break
            ranges = {place: (cut, ends[place]) for place, cut in cuts.items()}
            known += self._read(id_, ranges, reader, partial(progress, self.looked_at + left))
            self.looked_at, at_once = self.looked_at + _length(cuts, ends), at_once * 2
            ends, found = cuts, story_of(id_, known)
            if found is not None and is_whole(found):
                return found
            if found is not None:
                ends = {place: end for place, end in ends.items() if self._may_hold(place, found)}
        return story_of(id_, known)

    def _read(
        self,
        id_: str,
        ranges: dict[Place, Range],
        reader: RangeReader,
        progress: Callable[[int], None],
    ) -> Iterator[Record]:
        read = self.looked_at
        for count, messages in reader.read(ranges, wanted(id_)):
            read += count
            progress(read)
            for message in messages:
                record = self._record(message)
                if record is not None:
                    yield record

    def _record(self, message: Message) -> Record | None:
        """The record in a message; what can't be read is left out, and counted."""
        try:
            return cast("Record", self._wire.decode(message.topic, message.value or b""))
        except Undecodable as why:
            self.left_out.add(message, why)
            return None

    def _may_hold(self, place: Place, story: Story) -> bool:
        """Whether a partition may hold more of a story, by the keys of what is known of it.

        A dead letter has the key of its original, which may be wrong; a notice that of whom it is
        for, who may be a manager that only older steps name; a delivery comes from outside, whose
        partitioner may be another: these may lie anywhere.
        """
        topic, number = place
        if topic in _ANYWHERE:
            return True
        keys = {getattr(each, TOPICS[topic].key, None) for each in story.records}
        count = self._counts[topic]
        return number in {partition_of(str(key).encode(), count) for key in keys - {None}}


def _length(begins: Mapping[Place, int], ends: Mapping[Place, int]) -> int:
    """How many offsets lie between."""
    return sum(max(0, end - begins[place]) for place, end in ends.items())
