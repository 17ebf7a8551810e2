"""How often somebody may try: a bucket of tries for each who, which fills up again with time."""

from collections import OrderedDict
from typing import Final

_REMEMBERED: Final = 20_000


class Limiter:
    """So many tries at once, and one more each `every_ms`. For one process.

    It remembers 20,000 who tried last: one who comes from more addresses than that is met by the
    limits of whoever stands before the board.
    """

    def __init__(self, at_once: int, every_ms: int) -> None:
        self._at_once = at_once
        self._every_ms = every_ms
        self._free_at: OrderedDict[str, int] = OrderedDict()

    def takes(self, who: str, now: int) -> bool:
        """Whether they may try once more, which then counts."""
        # Never further ahead than all tries at once bring it: a clock that was put back locks out
        # nobody.
        furthest = now + self._at_once * self._every_ms
        free_at = min(max(self._free_at.pop(who, now), now), furthest)
        allowed = free_at - now <= (self._at_once - 1) * self._every_ms
        self._free_at[who] = free_at + self._every_ms if allowed else free_at
        if len(self._free_at) > _REMEMBERED:
            self._free_at.popitem(last=False)
        return allowed
