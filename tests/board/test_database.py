"""The copy's file: nobody else's, made anew where it can't be believed, whole after a crash."""

import sqlite3
from pathlib import Path

import pytest

from agents.board.model.database import Database
from agents.board.model.rows import Row

ORIGIN = "cluster-1"
PLACE = ("recourse.cases", 3)
NOTED = Row("INSERT INTO about VALUES ('noted', 'yes')", ())


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    """A copy that was made before."""
    path = tmp_path / "folder" / "board.sqlite"
    database = Database(path)
    assert database.start(ORIGIN)
    database.write([NOTED], {PLACE: 7}, {})
    database.close()
    return path


def test_a_copy_goes_on_where_it_ended(path: Path) -> None:
    database = Database(path)
    assert not database.start(ORIGIN)
    assert database.offsets() == {PLACE: 7}
    assert database.about()["noted"] == "yes"
    database.close()


def test_nobody_else_may_read_it(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("origin", ["", "cluster-2"])
def test_a_copy_of_another_kafka_is_made_anew(path: Path, origin: str) -> None:
    database = Database(path)
    assert database.start(origin)
    assert database.offsets() == {}
    database.close()


def test_a_copy_that_is_older_than_deletions_can_be_read_is_made_anew(path: Path) -> None:
    database = Database(path)
    assert database.start(ORIGIN, stale=True)
    assert database.offsets() == {}
    database.close()


def test_another_version_s_copy_is_made_anew(path: Path) -> None:
    database = Database(path)
    database.start(ORIGIN)
    database.write([], {}, {"version": "0"})
    assert database.start(ORIGIN)
    assert database.offsets() == {}
    database.close()


@pytest.mark.parametrize(
    "content", [b"", b"no database at all", b"SQLite format 3\0" + b"x" * 5_000]
)
def test_a_broken_file_is_made_anew(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    database = Database(path)
    assert database.start(ORIGIN)
    assert database.offsets() == {}
    database.close()


def test_of_a_transaction_that_fails_neither_rows_nor_offsets_are_there(path: Path) -> None:
    database = Database(path)
    database.start(ORIGIN)
    rows = [Row("INSERT INTO about VALUES ('second', 'yes')", ()), NOTED]  # which is there already
    with pytest.raises(sqlite3.IntegrityError):
        database.write(rows, {PLACE: 8}, {})
    assert database.offsets() == {PLACE: 7}
    assert "second" not in database.about()
    database.write([], {PLACE: 9}, {})  # and the next one is written
    assert database.offsets() == {PLACE: 9}
    database.close()


def test_a_full_disk_is_an_operational_error_and_what_is_there_stays(path: Path) -> None:
    database = Database(path)
    database.start(ORIGIN)
    database._there().execute("PRAGMA max_page_count = 100")
    big = Row("INSERT INTO about VALUES ('big', ?)", ("x" * 10_000_000,))
    with pytest.raises(sqlite3.OperationalError, match="full"):
        database.write([big], {PLACE: 8}, {})
    assert database.offsets() == {PLACE: 7}
    database.close()


def test_what_an_earlier_life_noted_can_be_read_before_kafka_is_asked(
    path: Path, tmp_path: Path
) -> None:
    assert Database(path).peek("noted") == "yes"
    assert Database(path).peek("heard_at") is None
    assert Database(tmp_path / "none.sqlite").peek("noted") is None
    path.write_bytes(b"no database at all")
    assert Database(path).peek("noted") is None


def test_who_reads_sees_what_was_committed_while_another_writes(path: Path) -> None:
    database = Database(path)
    database.start(ORIGIN)
    reader = database.reader()
    database.write([], {PLACE: 8}, {})
    assert reader.execute("SELECT next FROM offsets").fetchall() == [(8,)]
    with pytest.raises(sqlite3.OperationalError):
        reader.execute("DELETE FROM offsets")
    reader.close()
    database.close()
