"""What is asked again while Kafka is away, and what is not: it would be asked for ever."""

import threading
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.errors import Fenced
from streams.transport.kafka import patiently, topic_ends


class Asked:
    """Fails once with an error, then answers."""

    def __init__(self, *error: Any) -> None:
        self._errors = [KafkaException(KafkaError(*error))]
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        if self._errors:
            raise self._errors.pop()
        return "answer"


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.transport.kafka.time.sleep", lambda _: None)


@pytest.mark.parametrize(
    "code",
    [
        KafkaError._TIMED_OUT,
        # The client had not even found whom to ask: seen in chaos, after a zombie (seed 105).
        KafkaError._TIMED_OUT_QUEUE,
        KafkaError._TRANSPORT,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.UNSTABLE_OFFSET_COMMIT,
    ],
)
def test_what_heals_is_asked_again(code: int) -> None:
    asked = Asked(code)

    assert patiently("ask", asked) == "answer"
    assert asked.times == 2


@pytest.mark.parametrize(
    "error",
    [
        (KafkaError.TOPIC_AUTHORIZATION_FAILED,),
        (KafkaError._TIMED_OUT, "", True),  # fatal
        (KafkaError._TIMED_OUT, "", False, False, True),  # the transaction must be aborted
    ],
)
def test_what_does_not_heal_is_raised(error: tuple[object, ...]) -> None:
    asked = Asked(*error)

    with pytest.raises(KafkaException):
        patiently("ask", asked)
    assert asked.times == 1


def test_who_is_told_to_stop_does_not_wait() -> None:
    stop = threading.Event()
    stop.set()

    with pytest.raises(Fenced, match="ask: stopped while waiting for Kafka"):
        patiently("ask", Asked(KafkaError._TRANSPORT), stop)


class NoLeaders:
    """An admin client of a broker that has just come back, or lacks the topic."""

    def __init__(self, *topics: str) -> None:
        self._topics = dict.fromkeys(topics)

    def list_offsets(self, asked: dict[Any, Any], **_: object) -> dict[Any, Future[Any]]:
        found = {place: Future[Any]() for place in asked}
        for each in found.values():
            each.set_exception(KafkaException(KafkaError(KafkaError._NOENT, "No leaders found")))
        return found

    def list_topics(self, **_: object) -> SimpleNamespace:
        return SimpleNamespace(topics=self._topics)


@pytest.mark.parametrize(
    ("there", "code"),
    [(("events", "more"), KafkaError.LEADER_NOT_AVAILABLE), (("events",), KafkaError._NOENT)],
)
def test_a_topic_without_a_leader_has_one_soon_and_one_that_is_not_there_never(
    there: tuple[str, ...], code: int
) -> None:
    client: Any = NoLeaders(*there)

    with pytest.raises(KafkaException) as refused:
        topic_ends(client, [("events", 0), ("more", 1)])
    assert refused.value.args[0].code() == code
