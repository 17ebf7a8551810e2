"""The smallest stage with state, for measuring the engine around it: says again what it hears."""

from collections.abc import Iterable, Sequence

from streams import settings
from streams.runtime.worker import leave, run
from streams.topology import Emit, Message, ReferenceTopics, Run, Stage

HEARD, SAID, TICKS, CHANGELOG = "echo.heard", "echo.said", "echo.ticks", "echo-changelog"


class Echo:
    """Keeps the last value of each key."""

    def __init__(self) -> None:
        self._last: dict[str, bytes] = {}
        self._changed: set[str] = set()

    def restore(self, key: str, value: bytes) -> None:
        """Takes one changelog record."""
        self._last[key] = value

    def restored(self) -> None:
        """There are no indexes."""

    def records(self) -> Iterable[tuple[str, bytes]]:
        """Everything."""
        return self._last.items()

    def drain_changes(self) -> Iterable[tuple[str, bytes | None]]:
        """What was heard since."""
        changed, self._changed = self._changed, set()
        return [(key, self._last[key]) for key in changed]

    def handle(self, message: Message, now: int, reference: object) -> Sequence[Emit]:
        """Says it again; a tick says nothing."""
        del now, reference
        if message.topic != HEARD:
            return ()
        key, value = (message.key or b"").decode(), message.value or b""
        self._last[key] = value
        self._changed.add(key)
        return [Emit(SAID, message.key, value)]


STAGE = Stage(
    name="echo",
    inputs=(HEARD,),
    tick_topic=TICKS,
    changelog=CHANGELOG,
    processor=lambda _: Echo(),
    writes_ticks=True,
)


def _tick(now_ms: int) -> bytes:
    return b"%d" % now_ms


def _no_order(stage: str, partition: int, runs: Sequence[Run]) -> bytes:
    raise NotImplementedError(f"{stage} {partition}: {len(runs)} runs, but no order log is kept")


if __name__ == "__main__":
    leave(run([STAGE], ReferenceTopics(), settings.load(), _tick, _no_order))
