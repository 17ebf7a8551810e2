"""A small past as messages, and an archive of it; stores that die or fail where they are told."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec
from obstore.store import MemoryStore

from agents.core.rfc3339 import milliseconds
from agents.operations.archive.batch import Batch
from agents.operations.archive.columns import records_in
from agents.operations.archive.stores import FolderStore, ObjectStore, Store
from agents.operations.archive.writer import Archive
from agents.records import codecs
from schemas.catalogue import TOPICS
from streams.topology import Message
from tests.agents.replay.small_past import lines

NOW = 1_772_900_000_000
"""Saturday 7 March 2026, 16:13:20 UTC: after all of the small past."""
CUSTOMER = "c4711"
"""What `asks` of the small past is called here: the other name is also a word of notices."""


@cache
def messages() -> tuple[Message, ...]:
    """The small past as it lay on its topics, in two partitions each."""
    made, offsets = list[Message](), dict[tuple[str, int], int]()
    for text in lines():
        line = msgspec.json.decode(re.sub(rb'\basks(?=["\\-])', CUSTOMER.encode(), text))
        topic = line["topic"]
        record = codecs.from_json(topic, line["value"])
        key = TOPICS[topic].key_of(record)
        partition = sum(key.encode()) % 2
        offset = offsets.get((topic, partition), -1) + 1
        offsets[topic, partition] = offset
        at = milliseconds(line.get("at") or line.get("arrived_at") or line["value"]["occurred_at"])
        assert at is not None
        value = codecs.encode(topic, record)
        made.append(Message(topic, partition, offset, at, key.encode(), value))
    return tuple(made)


def take(archive: Archive, some: Iterable[Message]) -> None:
    """Writes what the archive does not have yet, as the consumer does after a beginning."""
    batch = Batch(codecs.PLAIN)
    for each in some:
        of = archive.manifest.positions.get(each.topic, {})
        if each.offset >= of.get(each.partition, 0):
            batch.take(each)
            batch.passed(each.topic, each.partition, each.offset + 1)
    if len(batch):
        archive.write(batch.tables(), batch.positions, NOW)


def kept(archive: Archive) -> list[Message]:
    """All that is in the archive, with the values that its records would have."""
    found = list[Message]()
    for file in archive.manifest.files:
        for message, record in records_in(file.topic, archive.table(file)):
            value = message.value if record is None else codecs.encode(file.topic, record)
            found.append(message._replace(value=value))
    return sorted(found)


class Died(BaseException):
    """The process is no more."""


class Steps:
    """A store that is told when to die: before or after its N-th step."""

    def __init__(self, store: Store, dies_at: int | None, *, after: bool = False) -> None:
        self._store = store
        self._dies_at = dies_at
        self._after = after
        self.count = 0

    def _step(self, act: Callable[[], None]) -> None:
        self.count += 1
        if self.count == self._dies_at and not self._after:
            raise Died
        act()
        if self.count == self._dies_at:
            raise Died

    def get(self, path: str) -> bytes:
        return self._store.get(path)

    def put(self, path: str, content: bytes) -> None:
        self._step(lambda: self._store.put(path, content))

    def delete(self, path: str) -> None:
        self._step(lambda: self._store.delete(path))

    def paths(self) -> Iterator[str]:
        return self._store.paths()

    def manifest(self) -> bytes | None:
        return self._store.manifest()

    def replace_manifest(self, content: bytes) -> None:
        self._step(lambda: self._store.replace_manifest(content))

    def own(self) -> None:
        self._store.own()

    def close(self) -> None:
        self._store.close()


Opened = Callable[[], Store]


def folder(path: Path) -> Opened:
    return lambda: FolderStore(path)


def bucket() -> Opened:
    one = MemoryStore()
    return lambda: ObjectStore(one, "memory:")
