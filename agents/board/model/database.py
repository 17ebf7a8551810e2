"""The database of the read model: one file of SQLite, written by one thread, read by many.

It is a copy: whatever is wrong with the file, it is made anew from the topics. What somebody asked
to be forgotten is overwritten in it (`secure_delete`), and goes from its log at the next sweep.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from agents.board.model.rows import Row
from streams.own_files import made
from streams.transport.kafka import Place

_VERSION: Final = "1"
"""Of the tables and of how records lie in them: another version's file is made anew."""
_BUSY_MS: Final = 5_000
_TABLES: Final = """
CREATE TABLE cases (case_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, site_id TEXT NOT NULL,
  region_id TEXT NOT NULL, manager_id TEXT, is_open INTEGER NOT NULL, due_at INTEGER,
  changed_at INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX cases_of_manager ON cases (is_open, manager_id, due_at);
CREATE INDEX cases_of_site ON cases (site_id, is_open, changed_at);
CREATE INDEX cases_of_customer ON cases (customer_id);
CREATE TABLE holders (case_id TEXT, manager_id TEXT, PRIMARY KEY (case_id, manager_id))
  WITHOUT ROWID;
CREATE TABLE steps (case_id TEXT, step INTEGER, at INTEGER NOT NULL, refused INTEGER NOT NULL,
  trace TEXT, read_at INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (case_id, step));
CREATE INDEX steps_of_trace ON steps (trace) WHERE trace IS NOT NULL;
CREATE TABLE grounds (ground_id TEXT PRIMARY KEY, case_id TEXT NOT NULL, at INTEGER NOT NULL,
  about_conduct INTEGER NOT NULL, read_at INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX grounds_of_case ON grounds (case_id);
CREATE TABLE notices (notice_id TEXT PRIMARY KEY, case_id TEXT NOT NULL, to_kind TEXT NOT NULL,
  to_id TEXT NOT NULL, at INTEGER NOT NULL, read_at INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX notices_of_case ON notices (case_id);
CREATE TABLE deliveries (notice_id TEXT PRIMARY KEY, case_id TEXT NOT NULL,
  delivered INTEGER NOT NULL, read_at INTEGER NOT NULL, reason TEXT);
CREATE INDEX deliveries_of_case ON deliveries (case_id);
CREATE TABLE actions (action_id TEXT PRIMARY KEY, case_id TEXT NOT NULL, trace TEXT,
  at INTEGER NOT NULL, read_at INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX actions_of_case ON actions (case_id);
CREATE TABLE letters (topic TEXT, partition INTEGER, place INTEGER, at INTEGER NOT NULL,
  reason TEXT NOT NULL, trace TEXT, PRIMARY KEY (topic, partition, place)) WITHOUT ROWID;
CREATE INDEX letters_of_trace ON letters (trace) WHERE trace IS NOT NULL;
CREATE TABLE overviews (customer_id TEXT PRIMARY KEY, as_of INTEGER NOT NULL, record BLOB NOT NULL);
CREATE TABLE receipts (event_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL,
  read_at INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX receipts_of_customer ON receipts (customer_id);
CREATE TABLE reference (topic TEXT, key TEXT, place INTEGER, value BLOB,
  PRIMARY KEY (topic, key)) WITHOUT ROWID;
CREATE TABLE offsets (topic TEXT, partition INTEGER, next INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)) WITHOUT ROWID;
CREATE TABLE left_out (topic TEXT, partition INTEGER, place INTEGER, why TEXT NOT NULL,
  PRIMARY KEY (topic, partition, place)) WITHOUT ROWID;
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_HANGS_ON_A_CASE: Final = ("steps", "grounds", "notices", "deliveries", "actions")
_ORPHANS: Final = tuple(
    f"DELETE FROM {table} WHERE read_at < ? AND case_id NOT IN (SELECT case_id FROM cases)"  # noqa: S608 - our own names
    for table in _HANGS_ON_A_CASE
)


class Database:
    """The file. One thread writes (`write`, `sweep`, `start`); any thread asks for a `reader`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generation = 0
        """Grows when the file is made anew: who reads the one before opens it again."""
        self._writer: sqlite3.Connection | None = None

    def start(self, origin: str, *, stale: bool = False) -> bool:
        """Opens the file for writing; whether it is empty now.

        It is made anew where there is none, where it is broken, of another version or of another
        Kafka than `origin`, or where it is `stale`: older than deletions can be read.

        Raises:
            sqlite3.Error: it can be neither opened nor made.
        """
        self.close()
        with contextlib.suppress(sqlite3.DatabaseError):
            if self.path.exists() and not stale:
                self._writer = _connected(self.path)
                if self._about("version") == _VERSION and self._about("origin") == origin:
                    return False
        self._make(origin)
        return True

    def write(
        self, rows: Iterable[Row], offsets: Mapping[Place, int], about: Mapping[str, str]
    ) -> None:
        """Rows and the offsets up to which they were read, in one transaction.

        Raises:
            sqlite3.Error: nothing of it is there.
        """
        writer = self._there()
        writer.execute("BEGIN IMMEDIATE")
        try:
            for row in rows:
                writer.execute(row.sql, row.values)
            places = [(*place, offset) for place, offset in offsets.items()]
            writer.executemany("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)", places)
            writer.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())
        except BaseException:
            writer.rollback()
            raise
        writer.commit()

    def sweep(
        self, before: int, oldest_letter: int, about: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Takes away what hangs on no case and was read before a moment (ms), also from the log."""
        rows = [Row(sql, (before,)) for sql in _ORPHANS]
        rows.append(Row("DELETE FROM holders WHERE case_id NOT IN (SELECT case_id FROM cases) "
                        "AND case_id NOT IN (SELECT case_id FROM steps)", ()))  # fmt: skip
        rows.append(Row("DELETE FROM letters WHERE at < ?", (oldest_letter,)))
        rows.append(Row("DELETE FROM receipts WHERE read_at < ?", (before - _WEEK_MS,)))
        self.write(rows, {}, about)
        with contextlib.suppress(sqlite3.OperationalError):  # somebody reads: the next time then
            self._there().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def offsets(self) -> dict[Place, int]:
        """The next offset of each partition."""
        found = self._there().execute("SELECT topic, partition, next FROM offsets")
        return {(topic, partition): after for topic, partition, after in found}

    def about(self) -> dict[str, str]:
        """What is noted about the whole: its version, its origin, when it was true last."""
        return dict(self._there().execute("SELECT name, value FROM about"))

    def peek(self, name: str) -> str | None:
        """What an earlier life noted about the whole; None: nothing that can be read."""
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self.reader()) as reader:
            known = dict(reader.execute("SELECT name, value FROM about"))
            return known.get(name) if known.get("version") == _VERSION else None
        return None

    def count_left_out(self) -> int:
        """How many records could not be read."""
        return int(self._there().execute("SELECT COUNT(*) FROM left_out").fetchone()[0])

    def spoil(self) -> None:
        """The file is made anew at the next start."""
        self.close()
        for each in _files_of(self.path):
            with contextlib.suppress(OSError):
                each.unlink(missing_ok=True)

    def reader(self) -> sqlite3.Connection:
        """A connection that only reads, for one thread.

        Raises:
            sqlite3.Error: there is no such file (yet), or it is broken.
        """
        address = f"{self.path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute("PRAGMA query_only=1")
        return connection

    def close(self) -> None:
        """Lets go of the file."""
        if self._writer is not None:
            with contextlib.suppress(sqlite3.Error):
                self._writer.close()
        self._writer = None

    def _there(self) -> sqlite3.Connection:
        assert self._writer is not None, "started before"
        return self._writer

    def _make(self, origin: str) -> None:
        self.close()
        for each in _files_of(self.path):
            each.unlink(missing_ok=True)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with made(self.path):
            pass  # nobody else may read it, from the beginning
        self._writer = _connected(self.path)
        self._writer.executescript(f"BEGIN;{_TABLES}COMMIT;")
        self.write((), {}, {"version": _VERSION, "origin": origin})
        self.generation += 1

    def _about(self, name: str) -> str | None:
        found = self._there().execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])


_WEEK_MS: Final = 7 * 86_400_000


def _files_of(path: Path) -> Iterator[Path]:
    for end in ("", "-wal", "-shm"):
        yield path.with_name(path.name + end)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",  # a power cut may take the last moments, with their offsets
        "secure_delete=ON",
        "foreign_keys=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection
