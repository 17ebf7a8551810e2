"""A board's copy of a few visits, made by the pipeline itself and without Kafka."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.board.model.changes import Changes
from agents.board.model.database import Database
from agents.board.model.follower import Heard
from agents.board.model.rows import ACTIONS, ERASURES, REFERENCES, TOPICS_READ, rows_of
from agents.board.model.views import Model
from agents.core.policy import policy_from
from agents.core.rfc3339 import milliseconds
from agents.operations.acting.request import trace_of_action
from agents.records.codecs import PLAIN
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_data
from agents.reference_data.reference import reference_of
from agents.simulation.demo.network import reference_records
from agents.simulation.simulate import JSON, Line, Simulation, lines_of
from schemas.records import Action
from streams.topology import Emit, Message

OPERATOR = "op-1"
POLICY = policy_from({"operators": [OPERATOR]}, default_data())
REFERENCE = reference_of(POLICY, demo_directory())
CASE = "v1:1"
HIM, HER = "m-brooks", "r-castillo"
DAY = "2026-03-02"


def at(clock: str) -> int:
    """A moment of that Monday (UTC), in ms."""
    found = milliseconds(f"{DAY}T{clock}:00Z")
    assert found is not None
    return found


def line(name: str, clock: str, **value: Any) -> dict[str, Any]:
    return {"topic": name, "value": {"occurred_at": f"{DAY}T{clock}:00Z", **value}}


def check_in(visit: str = "v1", customer: str = "c1", clock: str = "14:00", **also: Any) -> Any:
    base = {"event_id": f"{visit}-in", "customer_id": customer, "visit_id": visit,
            "vehicle_id": f"{visit}-car", "site_id": "columbus", "language": "en",
            "channels": ["APP"], "symptoms": []}  # fmt: skip
    return line("service.check-ins", clock, **base | also)


def response(said: str, clock: str, visit: str = "v1", customer: str = "c1", **also: Any) -> Any:
    base = {"event_id": f"{visit}-{said}-{clock}", "customer_id": customer, "visit_id": visit,
            "site_id": "columbus", "response": said, "subject": "NONE"}  # fmt: skip
    return line("service.customer-responses", clock, **base | also)


def action(name: str, clock: str, by: str, case: str = CASE, **also: Any) -> Any:
    base = {"action_id": f"{case}-{name}-{clock}", "escalation_id": case, "region_id": "us-east",
            "by": by, "action": name}  # fmt: skip
    return line("recourse.actions", clock, **base | also)


def tick(clock: str) -> Any:
    return {"topic": "recourse.ticks", "value": {"now": f"{DAY}T{clock}:00Z"}, "key": "0"}


class _Copied(Simulation):
    """Keeps what the stages write, with its headers."""

    def __init__(self) -> None:
        super().__init__(REFERENCE)
        self.made: list[Message] = []

    def _write(self, emits: Iterable[Emit]) -> Iterator[Message]:
        for message in super()._write(emits):
            self.made.append(message)
            yield message


def messages_of(events: Iterable[Any]) -> list[Message]:
    """What lies on the topics after some events, each record at an offset of its own."""
    simulation = _Copied()
    lines = [_traced(each) for each in lines_of(json.dumps(event).encode() for event in events)]
    for _ in simulation.run(lines):
        pass
    asked = [each.message for each in lines if each.message.topic in (ACTIONS, ERASURES)]
    published = [
        Message(topic, 0, 0, 0, key.encode(), value)
        for topic, key, value in reference_records(REFERENCE.directory, POLICY)
    ]
    wanted = [*published, *(_plain(each) for each in (*asked, *simulation.made))]
    return [each._replace(offset=n) for n, each in enumerate(wanted) if each.topic in TOPICS_READ]


def _traced(line: Line) -> Line:
    """An action as the board sends it."""
    if line.message.topic != ACTIONS:
        return line
    asked = JSON.decode(ACTIONS, line.message.value or b"")
    assert isinstance(asked, Action)
    return replace(line, message=line.message._replace(headers=(trace_of_action(asked.action_id),)))


def _plain(message: Message) -> Message:
    """As it lies on Kafka: Avro."""
    if message.value in (None, b"null"):
        return message._replace(value=None)
    value = PLAIN.encode(message.topic, JSON.decode(message.topic, message.value or b""))
    return message._replace(value=value)


READ_AT = 1_000
ORIGIN = "cluster-1"


def write(database: Database, messages: Iterable[Message], read_at: int = READ_AT) -> None:
    """The rows of records, with their offsets, as the follower writes them."""
    for each in messages:
        known = each.value is None or each.topic in REFERENCES
        record = None if known else PLAIN.decode(each.topic, each.value or b"")
        rows = list(rows_of(each, record, read_at))
        database.write(rows, {(each.topic, each.partition): each.offset + 1}, {})


class Copy:
    """A board's copy of some events, at a moment."""

    def __init__(self, folder: Path, events: Iterable[Any], clock: str) -> None:
        self.now = at(clock)
        self.age = 0
        self.changes = Changes()
        self.database = Database(folder / "board.sqlite")
        self.database.start(ORIGIN)
        self.messages = messages_of(events)
        write(self.database, self.messages)
        self.model = Model(self.database, PLAIN, self._heard, lambda: self.now)

    def _heard(self) -> Heard:
        return Heard(at=time.time_ns() // 1_000_000 - self.age)

    def close(self) -> None:
        self.model.close()
        self.database.close()
