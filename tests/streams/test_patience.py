"""What is asked again while Kafka is away, and what is not: it would be asked for ever."""

import threading

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.errors import Fenced
from streams.transport.kafka import patiently


class Asked:
    """Fails once with an error, then answers."""

    def __init__(self, *error: object) -> None:
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
