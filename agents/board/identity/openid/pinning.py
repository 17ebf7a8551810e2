"""Who was pinned to which manager: an e-mail address can be given to somebody else, a person not.

A file of SQLite beside the board's copy. It is no copy: without it each manager is pinned anew at
the next sign-in, by the e-mail address.
"""

import sqlite3
import threading
from pathlib import Path

from agents.board.identity.people import Pins

_TABLE = "CREATE TABLE IF NOT EXISTS pins (manager_id TEXT PRIMARY KEY, person TEXT UNIQUE) STRICT"


class PinFile:
    """The pins, for threads of one process and several processes of one machine."""

    def __init__(self, path: Path | None) -> None:
        """`path` None: they last as long as the process.

        Raises:
            sqlite3.Error: the file can't be used.
        """
        self._turn = threading.Lock()
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False, isolation_level=None
        )
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA busy_timeout=2000")
        self._connection.execute(_TABLE)

    def all(self) -> Pins:
        """All of them."""
        with self._turn:
            rows = self._connection.execute("SELECT manager_id, person FROM pins").fetchall()
        return Pins(by_manager=dict(rows))

    def pin(self, manager_id: str, mark: str) -> bool:
        """Pins somebody to a manager for good; whether they are that one now: first come counts."""
        with self._turn:
            self._connection.execute("INSERT OR IGNORE INTO pins VALUES (?, ?)", (manager_id, mark))
            found = self._connection.execute(
                "SELECT person FROM pins WHERE manager_id = ?", (manager_id,)
            ).fetchone()
        return found is not None and found[0] == mark

    def close(self) -> None:
        """Lets go of the file."""
        with self._turn:
            self._connection.close()
