"""A processor with its `now`: the fold that runtime, replay and driver share."""

from collections.abc import Iterator

from streams.errors import EngineError, ProcessorFailed
from streams.topology import NOW_KEY, Message, Stage
from streams.transport.kafka import Write


class Fold:
    """One partition of one stage, without Kafka."""

    def __init__(self, stage: Stage, number: int) -> None:
        self.number = number
        self.now = 0
        """The largest Kafka timestamp handled so far, in milliseconds; it never goes back."""
        self._stage = stage
        self._processor = stage.processor(number)

    def restore(self, key: str, value: bytes) -> None:
        """Takes one changelog record."""
        if key == NOW_KEY:
            self.now = int(value)
        else:
            self._processor.restore(key, value)

    def restored(self) -> None:
        """Says that the changelog is read."""
        self._processor.restored()

    def handle(self, message: Message, reference: object) -> list[Write]:
        """Folds one message; what it emits is stamped with `now`.

        Raises:
            EngineError: the processor gave up.
            ProcessorFailed: the processor raised; the state is not to be trusted any more.
        """
        self.now = max(self.now, message.timestamp)
        try:
            emits = self._processor.handle(message, self.now, reference)
        except EngineError:
            raise
        except Exception as error:
            raise ProcessorFailed(
                f"stage {self._stage.name}: handling {message.topic}[{message.partition}] "
                f"offset {message.offset} raised {type(error).__name__}"
            ) from error
        return [Write(e.topic, -1, e.key, e.value, e.headers, self.now) for e in emits]

    def changelog(self) -> Iterator[Write]:
        """The changelog records of what changed since the last call, `now` last."""
        topic, number = self._stage.changelog, self.number
        for key, value in self._processor.drain_changes():
            yield Write(topic, number, key.encode(), value, (), self.now)
        yield Write(topic, number, NOW_KEY.encode(), b"%d" % self.now, (), self.now)
