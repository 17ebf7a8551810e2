"""What brokers say of their quotas: how long they hold this process's requests back."""

import structlog

from streams.metrics import THROTTLED_SECONDS

log = structlog.get_logger()


class Throttles:
    """Counts; `heard` only grows, so whoever looks sees whether something came since."""

    def __init__(self) -> None:
        self.heard = 0

    def hear(self, client: str, seconds: float) -> None:
        """Takes what a broker said, in whatever thread it was heard."""
        if seconds <= 0:
            return
        self.heard += 1
        THROTTLED_SECONDS.labels(client).inc(seconds)
        log.warning("kafka_throttles", client=client, seconds=round(seconds, 3))


THROTTLES = Throttles()
"""Of this process: a quota holds for all of its clients."""
