"""Topics that change under a running worker: more partitions, gone, made again."""

from collections.abc import Mapping
from typing import NamedTuple

from streams.transport.planning import WAYS_OUT
from streams.transport.topic_look import SeenTopic

LOOK_SECONDS = 2.0
"""How often the topics are looked at."""
LOOK_AGAIN_SECONDS = 0.5
"""The same while one of them looks other than it did."""
CONFIRM_SECONDS = 4.0
"""For how long each look must find the same before it is believed.

The brokers of a cluster learn of a change one after the other, so the one that is asked may still
say what was, or, just started, know nothing yet. A broker that does not answer proves nothing.
"""


class _Since(NamedTuple):
    sentence: str
    seen_at: float


class TopicChanges:
    """Compares looks at the topics with what they were when the worker started. Has no clock."""

    def __init__(
        self, partitions: Mapping[str, int], first: Mapping[str, SeenTopic | None]
    ) -> None:
        """`partitions` is what the worker has checked; `first` the look after that, for the ids."""
        self._partitions = partitions
        self._ids = {name: seen.topic_id for name, seen in first.items() if seen is not None}
        self._since: dict[str, _Since] = {}

    def look(self, seen: Mapping[str, SeenTopic | None], at: float) -> str | None:
        """Takes a look of a moment (seconds); a sentence once a change is certain."""
        found = self._differences(seen)
        self._since = {
            name: before
            if (before := self._since.get(name)) is not None and before.sentence == sentence
            else _Since(sentence, at)
            for name, sentence in found.items()
        }
        certain = [
            each.sentence for each in self._since.values() if at - each.seen_at >= CONFIRM_SECONDS
        ]
        return f"{'; '.join(certain)}: {WAYS_OUT}" if certain else None

    def no_answer(self) -> None:
        """Nobody answered: what was seen before must be seen anew."""
        self._since = {}

    @property
    def suspected(self) -> str | None:
        """What the last look found otherwise, certain or not."""
        return "; ".join(each.sentence for each in self._since.values()) or None

    def _differences(self, seen: Mapping[str, SeenTopic | None]) -> dict[str, str]:
        found = {}
        for name, partitions in self._partitions.items():
            if name not in seen:
                continue
            now = seen[name]
            if now is None:
                found[name] = f"topic {name} is gone (it had {partitions} partitions)"
            elif self._ids.get(name, now.topic_id) != now.topic_id:
                found[name] = (
                    f"topic {name} was deleted and made again while this worker ran, with "
                    f"{now.partitions} partitions (it had {partitions}) and without its records"
                )
            elif now.partitions > partitions:
                # Fewer can't be without another id: that broker has not heard of the newest yet.
                found[name] = (
                    f"topic {name} has {now.partitions} partitions, and had {partitions} when this "
                    "worker started, so keys no longer lie where their state is"
                )
        return found
