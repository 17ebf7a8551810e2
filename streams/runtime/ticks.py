"""Writing the ticks: time, as records."""

import asyncio
import time
from collections.abc import Callable

from streams.metrics import TICKS_WRITTEN
from streams.topology import EncodeTick, Stage
from streams.transport.kafka import PlainProducer


class TickWriter:
    """Writes one tick a partition while this worker owns partition 0 of the tick topic."""

    def __init__(
        self, stage: Stage, partitions: int, encode_tick: EncodeTick, producer: PlainProducer
    ) -> None:
        self._stage = stage
        self._partitions = partitions
        self._encode = encode_tick
        self._producer = producer

    async def run(self, interval_ms: int, is_owner: Callable[[], bool]) -> None:
        """Writes until cancelled. A late tick only makes things late, so nothing is caught up."""
        try:
            while True:
                if is_owner():
                    self._write(int(time.time() * 1000))
                await asyncio.sleep(interval_ms / 1000)
        finally:
            self._producer.close()

    def _write(self, now_ms: int) -> None:
        for number in range(self._partitions):
            key = str(number).encode()
            self._producer.write(self._stage.tick_topic, number, key, self._encode(now_ms))
        TICKS_WRITTEN.labels(self._stage.name).inc(self._partitions)
