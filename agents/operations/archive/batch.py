"""Records on their way into the archive, by topic and day, as tables."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from agents.operations.archive.columns import Row, Rows, day_of, table_of
from agents.records.codecs import Codecs
from streams.topology import Message

_AS_ROWS_AT_MOST: Final = 10_000
"""Rows as Python has them take some ten times the room of a table."""


class Batch:
    """What was read and is not in a file yet, and up to where it was read."""

    def __init__(self, wire: Codecs) -> None:
        self._rows = Rows(wire)
        self._waiting: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._tables: dict[tuple[str, str], list[pa.Table]] = defaultdict(list)
        self._as_rows = 0
        self.positions: dict[str, dict[int, int]] = defaultdict(dict)
        self.counts = Counter[str]()
        self.size = 0
        """Bytes of the tables."""

    def __len__(self) -> int:
        return self.counts.total()

    def take(self, message: Message) -> None:
        """One record more; `passed` says that it was read."""
        place = message.topic, day_of(message.timestamp)
        self._waiting[place].append(self._rows.row(message))
        self.counts[message.topic] += 1
        self._as_rows += 1
        if self._as_rows >= _AS_ROWS_AT_MOST:
            self._settle()

    def passed(self, topic: str, partition: int, offset: int) -> None:
        """Nothing is left of a partition before an offset."""
        self.positions[topic][partition] = offset

    def _settle(self) -> None:
        for place, rows in self._waiting.items():
            table = table_of(place[0], rows)
            self._tables[place].append(table)
            self.size += table.nbytes
        self._waiting.clear()
        self._as_rows = 0

    def tables(self) -> Mapping[tuple[str, str], pa.Table]:
        """All of it."""
        self._settle()
        return {place: pa.concat_tables(each) for place, each in self._tables.items()}
