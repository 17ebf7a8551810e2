"""Sends records outside of transactions: each written once, acknowledged, and no failure unsaid."""

from collections import Counter

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as KafkaMessage

from streams.errors import EngineError
from streams.transport.kafka import Write, client

RECORD_AT_MOST = 100_000_000
"""Bytes: the client's own limit, out of the way; what a topic takes is for the broker to say."""
QUEUE_BYTES = 256_000_000
"""What may wait unsent; who hands over more waits."""
_UNANSWERED_SECONDS = 30
_A_MOMENT = 0.1


class NotSent(EngineError):  # noqa: N818 - it says what happened
    """The broker did not take a record; one sentence."""


class Sender:
    """An idempotent producer (all in-sync replicas acknowledge; nothing is written twice).

    A record that is not acknowledged in `unanswered_seconds` is given up. `acknowledged` counts by
    topic what is written for certain.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        unanswered_seconds: float = _UNANSWERED_SECONDS,
        queue_bytes: int = QUEUE_BYTES,
    ) -> None:
        self.acknowledged: Counter[str] = Counter()
        self._bootstrap_servers = bootstrap_servers
        self._unanswered_seconds = unanswered_seconds
        self._failure: str | None = None
        self._producer = Producer(
            client(
                bootstrap_servers,
                enable_idempotence=True,
                acks="all",
                partitioner="murmur2_random",
                linger_ms=5,
                message_max_bytes=RECORD_AT_MOST,
                queue_buffering_max_kbytes=max(2_000, queue_bytes // 1_000),
                message_timeout_ms=int(unanswered_seconds * 1000),
            )
        )

    def send(self, write: Write, name: str) -> None:
        """Hands a record over; `name` is what a message calls it. Waits while the queue is full.

        Raises:
            NotSent: this or an earlier record was not taken.
        """

        def delivered(error: KafkaError | None, message: KafkaMessage) -> None:
            del message
            if error is None:
                self.acknowledged[write.topic] += 1
            else:
                self._fail(f"{name} was not taken by {write.topic}: {error.str()}")

        while True:
            self._look(0)
            try:
                self._producer.produce(
                    write.topic,
                    write.value,
                    write.key,
                    write.partition,
                    timestamp=write.timestamp,
                    headers=list(write.headers),
                    on_delivery=delivered,
                )
            except BufferError:
                self._look(_A_MOMENT)
            except KafkaException as error:
                self._fail(f"{name} was not taken by {write.topic}: {error.args[0].str()}")
            else:
                return

    def wait(self, seconds: float) -> None:
        """Lets time pass while acknowledgements come in.

        Raises:
            NotSent: a record was not taken.
        """
        self._look(seconds)

    def finish(self) -> None:
        """Returns when everything is acknowledged.

        Raises:
            NotSent: a record was not taken.
        """
        left = self._producer.flush(self._unanswered_seconds + 1)
        if left:
            self._fail(
                f"Kafka at {self._bootstrap_servers} has not acknowledged {left} records "
                f"in {self._unanswered_seconds:g} s"
            )
        self._look(0)

    def _fail(self, sentence: str) -> None:
        self._failure = self._failure or sentence

    def _look(self, seconds: float) -> None:
        self._producer.poll(seconds)
        if self._failure is not None:
            raise NotSent(self._failure)
