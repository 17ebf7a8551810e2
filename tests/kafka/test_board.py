"""The board's copy on a real Kafka: killed, restarted, with a record that nobody can read, erased.

A Kafka of its own: the pipeline's topics have fixed names. The topics hold what the pipeline itself
made of a hundred visits.
"""

import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from agents.board.model.database import Database
from agents.board.model.rows import CASES, ERASURES
from agents.pipeline.topic_specs import topic_specs
from agents.records.codecs import PLAIN
from schemas.records import Erasure
from streams.broker import Broker
from streams.topology import Message
from streams.transport.kafka import Write, admin
from streams.transport.sending import Sender
from streams.transport.topics import declare
from tests.board.copies import (
    HIM,
    ORIGIN,
    action,
    at,
    check_in,
    messages_of,
    response,
    tick,
    write,
)
from tests.board.test_rows import OF_PEOPLE, whole
from tests.kafka.engine_kit import WorkerProcess, wait_until

pytestmark = pytest.mark.kafka
VISITS = 100
KILLS = 3
FORGOTTEN = "c7"
UNREADABLE = Message(CASES, 0, 0, 0, b"v-broken:1", b"no record at all")


class Story(NamedTuple):
    """What the tests look at."""

    servers: str
    killed: Database
    """The copy of a board that was killed again and again."""
    wanted: dict[str, list[str]]
    """What the copy of one holds that read all at once."""
    page: str


def events() -> list[object]:
    found: list[object] = []
    for n in range(VISITS):
        visit, customer = f"v{n}", f"c{n}"
        found += [
            check_in(visit, customer),
            response("REQUESTED", "14:30", visit, customer, words=f"Words of {customer}."),
            action("ACKNOWLEDGE", "14:40", HIM, f"{visit}:1"),
        ]
    return [*found, tick("14:50")]


def send(servers: str, messages: list[Message]) -> None:
    sender = Sender(servers)
    for each in messages:
        sender.send(
            Write(each.topic, -1, each.key or b"", each.value, each.headers, each.timestamp),
            "a record",
        )
    sender.finish()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("board")
    broker = Broker(folder / "kafka")
    boards = list[WorkerProcess]()
    try:
        servers = broker.start(owned=True).bootstrap_servers
        declare(admin(servers), topic_specs(own_time=True))
        messages = messages_of(events())
        yield live_through(servers, folder, messages, boards)
    finally:
        for each in boards:
            each.process.kill()
            each.process.wait()
        broker.stop(wipe=True)


def without_when(database: Database) -> dict[str, list[str]]:
    """What the tables of people hold, but when it was read."""
    reader = database.reader()
    try:
        found = {}
        for table in OF_PEOPLE:
            names = [row[1] for row in reader.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(name for name in names if name != "read_at")
            found[table] = sorted(map(repr, reader.execute(f"SELECT {kept} FROM {table}")))
    finally:
        reader.close()
    return found


def a_board(servers: str, folder: Path, boards: list[WorkerProcess]) -> WorkerProcess:
    module = ("tests.board.program",)
    boards.append(WorkerProcess(servers, "recourse", 0, folder, module=module, state_dir=folder))
    return boards[-1]


def live_through(
    servers: str, folder: Path, messages: list[Message], boards: list[WorkerProcess]
) -> Story:
    """Killed with -9 while records come, and started again each time."""
    killed = folder / "killed"
    killed.mkdir()
    copy = Database(killed / "board.sqlite")
    size = len(messages) // (KILLS + 1) + 1
    parts = [messages[n * size : (n + 1) * size] for n in range(KILLS + 1)]
    for part in parts[:KILLS]:
        board = a_board(servers, killed, boards).wait_ready()
        send(servers, [*part, UNREADABLE])
        wait_until("something is read", partial(has_read, board))
        kill(board)
    send(servers, parts[KILLS])
    board = a_board(servers, killed, boards).wait_ready()
    plain = Database(folder / "plain.sqlite")
    plain.start(ORIGIN)
    write(plain, messages)
    wanted = without_when(plain)
    plain.close()
    wait_until("all is read", lambda: without_when(copy) == wanted)
    page = board.get("/network")[1]
    kill(board)
    return Story(servers, copy, wanted, page)


def has_read(board: WorkerProcess) -> bool:
    return board.metric("recourse_board_records_total") > 0


def kill(board: WorkerProcess) -> None:
    board.process.send_signal(signal.SIGKILL)
    board.process.wait()


def test_a_board_that_was_killed_has_what_one_has_that_read_all_at_once(story: Story) -> None:
    assert without_when(story.killed) == story.wanted
    assert len(story.wanted["cases"]) == VISITS
    assert f"<dd>{VISITS}</dd>" in story.page


def test_a_record_that_cannot_be_read_hides_no_other_and_is_said(story: Story) -> None:
    reader = story.killed.reader()
    found = reader.execute("SELECT topic, why FROM left_out").fetchall()
    reader.close()
    assert len(found) == KILLS
    assert {topic for topic, _ in found} == {CASES}


def test_who_asks_to_be_forgotten_is_gone_from_page_and_file(story: Story, tmp_path: Path) -> None:
    boards = list[WorkerProcess]()
    path = f"/cases/{quote(f'v{FORGOTTEN[1:]}:1', safe='')}"
    try:
        board = a_board(story.servers, tmp_path, boards).wait_ready()
        wait_until("the case", lambda: board.get(path)[0] == 200)
        assert f"Words of {FORGOTTEN}." in board.get(path)[1]
        erasure = Erasure(customer_id=FORGOTTEN, occurred_at=at("15:00"))
        value = PLAIN.encode(ERASURES, erasure)
        send(story.servers, [Message(ERASURES, 0, 0, at("15:00"), FORGOTTEN.encode(), value)])
        wait_until("it is gone", lambda: board.get(path)[0] == 404)
        words = f"Words of {FORGOTTEN}.".encode()
        wait_until("from the file, too", lambda: words not in whole(tmp_path / "board.sqlite"))
    finally:
        for each in boards:
            each.process.kill()
            each.process.wait()
