"""Which rows records make: in whatever order they come, and however often."""

import random
from pathlib import Path
from typing import Any

import pytest

from agents.board.model.database import Database
from agents.board.model.rows import CASES, CUSTOMERS, ERASURES
from agents.records.codecs import PLAIN
from schemas.records import Erasure
from streams.topology import Message
from tests.board.copies import (
    CASE,
    HIM,
    ORIGIN,
    READ_AT,
    action,
    at,
    check_in,
    messages_of,
    response,
    tick,
    write,
)

TABLES = (
    "cases", "holders", "steps", "grounds", "notices", "deliveries", "actions", "letters",
    "overviews", "receipts", "reference",
)  # fmt: skip
OF_PEOPLE = TABLES[:-1]
EVENTS = [
    check_in(),
    response("REQUESTED", "14:30", topic="CONDUCT", words="He shouted."),
    action("ACKNOWLEDGE", "14:40", HIM),
    action("PROMISE", "14:45", HIM, until="2026-03-02T16:00:00Z"),
    tick("14:50"),
]


@pytest.fixture(scope="module", name="messages")
def _messages() -> list[Message]:
    return messages_of(EVENTS)


def shown(database: Database, *tables: str) -> dict[str, list[Any]]:
    """What the tables hold, in a fixed order; without when it was read."""
    reader = database.reader()
    try:
        return {
            each: sorted(map(repr, reader.execute(f"SELECT * FROM {each}")))
            for each in tables or TABLES
        }
    finally:
        reader.close()


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> Any:
    database = Database(tmp_path / "board.sqlite")
    database.start(ORIGIN)
    yield database
    database.close()


def count(database: Database) -> dict[str, int]:
    return {table: len(rows) for table, rows in shown(database, *OF_PEOPLE).items() if rows}


def test_a_case_has_its_steps_grounds_notices_actions_and_receipts(
    database: Database, messages: list[Message]
) -> None:
    write(database, messages)
    assert count(database) == {
        "cases": 1, "holders": 1, "steps": 3, "grounds": 1, "notices": 4, "actions": 2,
        "overviews": 1, "receipts": 1,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_what_topics_say_makes_the_same_rows_in_whatever_order_they_are_read(
    database: Database, messages: list[Message], tmp_path: Path, seed: int
) -> None:
    write(database, messages)
    other = Database(tmp_path / "other.sqlite")
    other.start(ORIGIN)
    by_topic: dict[str, list[Message]] = {}
    for each in messages:
        by_topic.setdefault(each.topic, []).append(each)
    topics = random.Random(seed).sample(sorted(by_topic), len(by_topic))
    write(other, [each for topic in topics for each in by_topic[topic]])
    try:
        assert shown(other) == shown(database)
    finally:
        other.close()


def test_a_record_that_is_read_again_makes_no_other_row(
    database: Database, messages: list[Message]
) -> None:
    write(database, messages)
    once = shown(database)
    write(database, messages)
    assert shown(database) == once


def test_a_case_that_is_shown_no_more_goes_with_all_that_hangs_on_it(
    database: Database, messages: list[Message]
) -> None:
    write(database, [*messages, Message(CASES, 0, 99, 0, CASE.encode(), None)])
    assert count(database) == {"overviews": 1, "receipts": 1}


def test_what_comes_of_a_case_after_it_is_gone_is_swept_away_and_no_earlier(
    database: Database, messages: list[Message]
) -> None:
    write(database, [each for each in messages if each.topic != CASES])
    before = count(database)
    database.sweep(READ_AT, 0)  # read at that very moment: its case may come yet
    assert count(database) == before
    database.sweep(READ_AT + 1, 0)
    assert count(database) == {"overviews": 1, "receipts": 1}


def test_what_hangs_on_a_case_that_is_there_is_not_swept_away(
    database: Database, messages: list[Message]
) -> None:
    write(database, messages)
    before = count(database)
    database.sweep(READ_AT + 1, 0)
    assert count(database) == before


def erasure(moment: int) -> Message:
    value = PLAIN.encode(ERASURES, Erasure(customer_id="c1", occurred_at=moment))
    return Message(ERASURES, 0, 0, moment, b"c1", value)


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        (at("14:45") - 1, True),  # the case's last step came after it: it is another visit's, say
        (at("14:45"), False),
        (at("14:45") + 1, False),
    ],
)
def test_who_asks_to_be_forgotten_is_gone_with_what_was_there_by_then(
    database: Database, messages: list[Message], moment: int, left: bool
) -> None:
    write(database, [*messages, erasure(moment)])
    assert ("cases" in count(database)) is left
    assert ("steps" in count(database)) is left


def test_an_erased_customer_is_in_no_byte_of_the_files(
    database: Database, messages: list[Message]
) -> None:
    write(database, messages)
    assert b"He shouted." in whole(database.path)
    write(database, [erasure(at("15:00")), Message(CUSTOMERS, 0, 99, 0, b"c1", None)])
    database.sweep(READ_AT, 0)
    assert b"He shouted." not in whole(database.path)
    assert b"v1-car" not in whole(database.path)


def whole(path: Path) -> bytes:
    files = (path, path.with_name(f"{path.name}-wal"))
    return b"".join(each.read_bytes() for each in files if each.exists())
