"""Records written while things go wrong: numbered, so that each can be looked for."""

import threading
import time
from collections import Counter
from random import Random

from confluent_kafka import KafkaError, Message, Producer

from tests.kafka.engine_kit import PARTITIONS
from tests.streams.toy import Toy

USUAL = 400
"""Records a second."""
_KEYS = 300
_STEP = 0.05


class Feeder:
    """Writes on both inputs of the toy in a thread, until it is told to stop."""

    def __init__(self, servers: str, toy: Toy, seed: int) -> None:
        self._toy, self._random = toy, Random(seed)
        self._producer = Producer(
            {
                "bootstrap.servers": servers,
                "partitioner": "murmur2_random",
                "enable.idempotence": True,
                "linger.ms": 5,
                "log_level": 2,
            }
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feeder", daemon=True)
        self.rate, self.hot = USUAL, False
        self.written: Counter[str] = Counter()
        """Acknowledged records by key."""
        self.refused: list[str] = []
        self._number = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when all is acknowledged."""
        self._stop.set()
        self._thread.join(30)
        left = self._producer.flush(60)
        assert not left, f"the tests' own producer could not write {left} records"
        assert not self.refused, self.refused[:3]

    def _run(self) -> None:
        began, owed = time.monotonic(), 0.0
        while not self._stop.is_set():
            now = time.monotonic()
            owed += self.rate * (now - began)
            began = now
            while owed >= 1:
                self._write()
                owed -= 1
            self._producer.poll(0)
            time.sleep(_STEP)

    def _write(self) -> None:
        number, self._number = self._number, self._number + 1
        hot = self.hot and self._random.random() < 0.9
        key = "hot" if hot else f"k{self._random.randrange(_KEYS)}"
        topic = self._toy.left if number % 2 else self._toy.right

        def delivered(error: KafkaError | None, message: Message) -> None:
            del message
            if error is None:
                self.written[key] += 1
            else:
                self.refused.append(error.str())

        # One in ten as by a client that takes turns among the partitions, whatever the key.
        partition = number // 10 % PARTITIONS if number % 10 == 0 else -1
        self._producer.produce(
            topic, str(number).encode(), key.encode(), partition, on_delivery=delivered
        )
