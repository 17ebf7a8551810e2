"""Reference topics: read whole before the first record, then followed in a thread."""

import threading
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import structlog

from streams.errors import ConfigurationError, EngineError
from streams.metrics import REFERENCE_OFFSET
from streams.topology import Message, ReferenceTopics
from streams.transport.reading import WholeRead

log = structlog.get_logger()


class Snapshot(NamedTuple):
    """The folded reference data and the offset after the last record of each topic in it."""

    value: object
    offsets: Mapping[str, int]


def fold(topics: ReferenceTopics, snapshot: Snapshot, records: Sequence[Message]) -> Snapshot:
    """The next snapshot; the same one if there is nothing new."""
    if not records:
        return snapshot
    value, offsets = snapshot.value, dict(snapshot.offsets)
    for record in records:
        value = topics.fold(value, record)
        offsets[record.topic] = record.offset + 1
    return Snapshot(value, MappingProxyType(offsets))


class References:
    """Holds the snapshot in force; a new one takes effect between two messages."""

    def __init__(self, topics: ReferenceTopics, bootstrap_servers: str) -> None:
        self._topics = topics
        self._bootstrap_servers = bootstrap_servers
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.failure: BaseException | None = None
        self.loaded = False
        empty = MappingProxyType(dict.fromkeys(topics.topics, 0))
        self.current = Snapshot(topics.empty, empty)

    def load(self) -> None:
        """Reads all topics to their end, then follows them.

        Raises:
            ConfigurationError: a worker must not start with what is there.
        """
        if self._topics.topics:
            places = [(topic, 0) for topic in self._topics.topics]
            reader = WholeRead(self._bootstrap_servers, "recourse-references", places)
            for records in reader.to_end(self._stop):
                self.current = fold(self._topics, self.current, records)
            # What a later record of the topic has mended is told by nobody.
            self._tell(self.current)
            self._thread = threading.Thread(
                target=self._follow, args=(reader,), name="recourse-references", daemon=True
            )
        missing = self._topics.missing(self.current.value)
        if missing is not None:
            raise ConfigurationError(missing)
        self.loaded = True
        log.info("references_loaded", offsets=dict(self.current.offsets))
        if self._thread is not None:
            self._thread.start()

    def _follow(self, reader: WholeRead) -> None:
        try:
            while not self._stop.is_set():
                records, _ = reader.poll(0.2)
                self._take(records)
            reader.close()
        except Exception as error:  # noqa: BLE001 - the worker must not run on old references
            self.failure = EngineError(f"following the reference topics failed: {error!r}")

    def _take(self, records: Sequence[Message]) -> None:
        if not records:
            return
        following = fold(self._topics, self.current, records)
        self._tell(following)
        self.current = following

    def _tell(self, snapshot: Snapshot) -> None:
        self._topics.told(snapshot.value)
        for topic, offset in snapshot.offsets.items():
            REFERENCE_OFFSET.labels(topic).set(offset)

    def stop(self) -> None:
        """Stops following."""
        self._stop.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(2.0)
