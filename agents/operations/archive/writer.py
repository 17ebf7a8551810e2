"""Writing an archive: each step leaves it whole, whatever dies between two of them.

1. Files are put where no manifest names them yet. Crash here: they are left over, and the next life
   removes them.
2. The manifest is replaced: new files, offsets and what is no longer needed, all at once. Crash: it
   is the old one or the new one.
3. What is no longer needed is deleted: at once where a customer is forgotten, else when no reader
   is at it any more. Crash: the manifest still says what is to go.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyarrow as pa
from msgspec.structs import replace

from agents.operations.archive.columns import parquet_of, table_in, together
from agents.operations.archive.forgetting import Forgotten
from agents.operations.archive.manifest import File, Gap, Going, Manifest
from agents.operations.archive.stores import Store

READ_WITHIN_MS: Final = 900_000
"""For so long a reader may still be at a file that another one has replaced."""
TOGETHER_FROM: Final = 8
"""So many small files of a topic and day become one."""
SMALL: Final = 32_000_000
"""Bytes below which a file is small."""

Positions = Mapping[str, Mapping[int, int]]


class Archive:
    """One archive, and what it holds; only one process writes into it."""

    def __init__(self, store: Store, manifest: Manifest) -> None:
        self._store = store
        self.manifest = manifest
        self._number = 0
        self.forgotten = Forgotten()

    @classmethod
    def taken_over(cls, store: Store, writer: str, cluster: str = "") -> "Archive":
        """The archive at a place, from now on written by a new life, `writer`.

        First its manifest says so, which refuses the one before; then what that left over goes.

        Raises:
            TakenOver: another process is at it.
            StoreFailed: the store did not do what it was asked for.
            NotReadable: what lies there is none.
        """
        store.own()
        text = store.manifest()
        found = Manifest() if text is None else Manifest.of(text)
        archive = cls(store, found)
        archive._replace(writer=writer, cluster=found.cluster or cluster)
        known = {each.path for each in archive.manifest.files}
        known |= {each.path for each in archive.manifest.going}
        for path in list(store.paths()):
            if path not in known:
                store.delete(path)
        return archive

    def write(
        self, tables: Mapping[tuple[str, str], pa.Table], positions: Positions, now: int
    ) -> None:
        """Takes in rows by topic and day, and up to where they were read, at a moment (ms)."""
        for (topic, _), table in tables.items():
            self.forgotten.meet(topic, table)
        new = [
            self._put(topic, day, kept)
            for (topic, day), table in sorted(tables.items(), key=lambda each: each[0])
            if len(kept := self.forgotten.without(topic, table))
        ]
        self._replace(files=(*self.manifest.files, *new), positions=self._further(positions))
        self.tidy(now)

    def forget(
        self, tables: Mapping[tuple[str, str], pa.Table], positions: Positions, now: int
    ) -> None:
        """Takes in rows, and removes those of whoever asked to be forgotten from every file.

        All with the positions that hold the erasures: so each is done once, and whole.
        """
        for file in self.manifest.files:
            self.forgotten.meet(file.topic, self.table(file))
        for (topic, _), table in tables.items():
            self.forgotten.meet(topic, table)
        kept, gone = list[File](), list[Going]()
        for file in self.manifest.files:
            before = self.table(file)
            after = self.forgotten.without(file.topic, before)
            if after is before:
                kept.append(file)
                continue
            gone.append(Going(path=file.path, since=0))
            if len(after):
                kept.append(self._put(file.topic, file.day, after))
        new = [
            self._put(topic, day, rest)
            for (topic, day), table in sorted(tables.items(), key=lambda each: each[0])
            if len(rest := self.forgotten.without(topic, table))
        ]
        self._replace(
            files=(*kept, *new),
            positions=self._further(positions),
            going=(*self.manifest.going, *gone),
        )
        self.tidy(now)

    def compact(self, today: str, now: int) -> bool:
        """Makes one file of the small ones of a topic and day; False: there are none to be."""
        groups = defaultdict[tuple[str, str], list[File]](list)
        for file in self.manifest.files:
            if file.size < SMALL:
                groups[file.topic, file.day].append(file)
        for (topic, day), files in groups.items():
            if len(files) >= TOGETHER_FROM or (len(files) > 1 and day < today):
                self._make_one(topic, day, _few(files), now)
                return True
        return False

    def _make_one(self, topic: str, day: str, files: list[File], now: int) -> None:
        one = self._put(topic, day, together([self.table(each) for each in files]))
        replaced = {each.path for each in files}
        rest = tuple(each for each in self.manifest.files if each.path not in replaced)
        gone = (Going(path=each, since=now) for each in sorted(replaced))
        self._replace(files=(*rest, one), going=(*self.manifest.going, *gone))

    def expire(self, keeps_from: Mapping[str, str], now: int) -> int:
        """Lets go of days before the first that is kept, by topic; how many files went."""
        gone = [each for each in self.manifest.files if each.day < keeps_from.get(each.topic, "")]
        if gone:
            paths = {each.path for each in gone}
            self._replace(
                files=tuple(each for each in self.manifest.files if each.path not in paths),
                going=(
                    *self.manifest.going,
                    *(Going(path=each.path, since=now) for each in gone),
                ),
            )
        return len(gone)

    def lost(self, gaps: Iterable[Gap], positions: Positions) -> None:
        """Says what was gone from Kafka before it was read, and goes on behind it."""
        every = (*self.manifest.gaps, *gaps)
        self._replace(gaps=every, positions=self._further(positions))

    def tidy(self, now: int) -> None:
        """Deletes what no reader needs any more."""
        done = [
            each
            for each in self.manifest.going
            if not each.since or now - each.since >= READ_WITHIN_MS
        ]
        for each in done:
            self._store.delete(each.path)
        if done:
            left = tuple(each for each in self.manifest.going if each not in done)
            self._replace(going=left)

    def table(self, file: File) -> pa.Table:
        """The rows of a file."""
        return table_in(self._store.get(file.path))

    def close(self) -> None:
        """Lets another process write."""
        self._store.close()

    def _put(self, topic: str, day: str, table: pa.Table) -> File:
        self._number += 1
        name = f"{self.manifest.sequence + 1:08d}-{self._number}-{self.manifest.writer}.parquet"
        content = parquet_of(table)
        path = f"{topic}/{day}/{name}"
        self._store.put(path, content)
        return File(path=path, topic=topic, day=day, rows=len(table), size=len(content))

    def _further(self, positions: Positions) -> dict[str, dict[int, int]]:
        made = {topic: dict(of) for topic, of in self.manifest.positions.items()}
        for topic, of in positions.items():
            made.setdefault(topic, {}).update(of)
        return made

    def _replace(self, **fields: object) -> None:
        new = replace(self.manifest, sequence=self.manifest.sequence + 1, **fields)
        self._store.replace_manifest(new.text())
        self.manifest = new


def _few(files: list[File]) -> list[File]:
    """The first of them that are no more than a large file together: they are in memory at once."""
    taken, size = list[File](), 0
    for each in files:
        if len(taken) > 1 and size + each.size > SMALL * 2:
            break
        taken.append(each)
        size += each.size
    return taken


def by_topic(files: Iterable[File]) -> Iterator[tuple[str, list[File]]]:
    """The files of each topic, by day."""
    found = defaultdict[str, list[File]](list)
    for each in files:
        found[each.topic].append(each)
    for topic in sorted(found):
        yield topic, sorted(found[topic], key=lambda each: (each.day, each.path))
