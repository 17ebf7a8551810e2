"""Coordinators of groups are asked without the client's own time-out: its passing aborts."""

import re
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException

from streams.transport import coordinators as module
from streams.transport.coordinators import Coordinators

ROOT = Path(__file__).parents[2]
NEVER = 3_600.0


class Client:
    """Answers or is silent; notes what it was asked."""

    def __init__(self, *, answers: bool) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Any, float]] = []

    def _answer(self, what: str, asked: Any, request_timeout: float) -> dict[str, "Future[str]"]:
        self.asked.append((what, asked, request_timeout))
        future: Future[str] = Future()
        if self.answers:
            future.set_result("answered")
        return {"group": future}

    def describe_consumer_groups(self, asked: Any, request_timeout: float) -> Any:
        return self._answer("describe", asked, request_timeout)

    def list_consumer_group_offsets(self, asked: Any, request_timeout: float) -> Any:
        (of,) = asked
        return self._answer("committed", of.group_id, request_timeout)

    def alter_consumer_group_offsets(self, asked: Any, request_timeout: float) -> Any:
        (of,) = asked
        return self._answer("set", of.group_id, request_timeout)


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[Client]:
    """What becomes a client, one after the other; each is taken away as it is begun."""
    made: list[Client] = []
    monkeypatch.setattr(module, "admin", lambda servers: made.pop(0) if servers == "b:1" else None)
    return made


def test_every_question_has_the_longest_time_out_and_one_client(clients: list[Client]) -> None:
    client = Client(answers=True)
    clients += [client]
    asked = Coordinators("b:1")

    answers = [
        asked.describe(("group", "other")),
        asked.committed("group"),
        asked.set_committed(ConsumerGroupTopicPartitions("group", [])),
    ]

    assert [each["group"].result() for each in answers] == ["answered"] * 3
    assert client.asked == [
        ("describe", ["group", "other"], NEVER),
        ("committed", "group", NEVER),
        ("set", "group", NEVER),
    ]


def test_without_an_answer_the_client_is_let_go_of_and_the_next_question_has_a_new_one(
    clients: list[Client],
) -> None:
    clients += [Client(answers=False), Client(answers=False), Client(answers=True)]
    asked = Coordinators("b:1", patience_seconds=0.0)

    for _ in range(2):
        with pytest.raises(KafkaException) as unanswered:
            asked.describe(["group"])
        problem = unanswered.value.args[0]
        assert (problem.code(), problem.str()) == (KafkaError._TIMED_OUT, "Local: Timed out")

    assert asked.describe(["group"])["group"].result() == "answered"
    assert asked.committed("group")["group"].result() == "answered"
    assert clients == []


def test_nobody_else_asks_a_coordinator() -> None:
    questions = re.compile(
        r"\.(describe_consumer_groups|(list|alter|delete)_consumer_group_offsets"
        r"|delete_consumer_groups)\("
    )
    asking = {
        str(path.relative_to(ROOT))
        for folder in ("streams", "agents", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if questions.search(path.read_text())
    }

    assert asking == {"streams/transport/coordinators.py"}
