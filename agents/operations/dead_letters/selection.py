"""Which dead letters are meant."""

import re
from typing import NamedTuple

from agents.core.rfc3339 import milliseconds
from schemas.records import DeadLetter, DeadLetterReason

_AGO = re.compile(r"^(\d{1,6})([smhd])\Z")
_UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


class Selection(NamedTuple):
    """What a dead letter must be; what is empty or None is not asked."""

    reasons: frozenset[DeadLetterReason] = frozenset()
    topics: frozenset[str] = frozenset()
    since: int | None = None
    key: str | None = None

    def has(self, letter: DeadLetter) -> bool:
        """Whether a dead letter is meant; `since` is compared with when it was given up."""
        return (
            (not self.reasons or letter.reason in self.reasons)
            and (not self.topics or letter.topic in self.topics)
            and (self.since is None or letter.occurred_at >= self.since)
            and (self.key is None or letter.key == self.key)
        )


def moment(text: str, now: int) -> int | None:
    """A moment as people write it: `2h` (ago; s, m, h, d) or RFC 3339; None when it is neither."""
    ago = _AGO.match(text)
    if ago is not None:
        return now - int(ago[1]) * _UNIT_MS[ago[2]]
    return milliseconds(text)
