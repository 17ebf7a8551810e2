"""How often a registry is asked for what nobody knows, and how long its answers are remembered.

Anybody who writes to a topic may write any id, so each unknown one costs a question, in the loop in
which everybody's records are handled. So there is a limit on what they cost together; what is known
is never asked for again, and is no part of it.
"""

from collections import OrderedDict
from typing import Final, Generic, TypeVar

V = TypeVar("V")

UNANSWERED_AT_ONCE, UNANSWERED_A_SECOND = 20, 1.0
"""Questions for what the registry lacks: made-up ids. Who registers before they write asks none."""
ANSWERED_AT_ONCE, ANSWERED_A_SECOND = 1_000, 2.0
"""Questions for what it has: one for each version that lies in the topics, when a worker starts."""
SLOW_SECONDS: Final = 1.0
"""After a question that took longer, none is asked for as long as it took."""
_MOST_WAITING = 1_000


class Remembered(Generic[V]):
    """What was found of so many ids, each for so long; the oldest goes where there are more."""

    def __init__(self, at_most: int, seconds: float) -> None:
        self._at_most, self._seconds = at_most, seconds
        self._found: OrderedDict[int, tuple[float, V]] = OrderedDict()

    def get(self, number: int, now: float) -> V | None:
        """What was found, unless that is too long ago."""
        until, found = self._found.get(number, (now, None))
        return found if now < until else None

    def put(self, number: int, found: V, now: float) -> None:
        """Remembers it from now on (monotonic seconds)."""
        self._found[number] = now + self._seconds, found
        self._found.move_to_end(number)
        while len(self._found) > self._at_most or next(iter(self._found.values()))[0] <= now:
            self._found.popitem(last=False)

    def __len__(self) -> int:
        return len(self._found)


class _Share:
    """So many at once, and so many a second after that."""

    def __init__(self, at_once: int, a_second: float) -> None:
        self._at_once, self._a_second = at_once, a_second
        self._left = float(at_once)
        self._at: float | None = None

    def has(self, now: float) -> bool:
        """Whether there is one."""
        since = 0.0 if self._at is None else max(0.0, now - self._at)
        self._at = now
        self._left = min(self._at_once, self._left + since * self._a_second)
        return self._left >= 1

    def take(self) -> None:
        """Takes one."""
        self._left -= 1


class Questions:
    """Says whether a registry may be asked for an id now.

    An id that comes again, for which it could not be asked, has a share of its own: so a producer
    with a new version gets through between ids that somebody makes up, each of which comes once.
    """

    def __init__(self) -> None:
        self._unanswered = _Share(UNANSWERED_AT_ONCE, UNANSWERED_A_SECOND)
        self._again = _Share(UNANSWERED_AT_ONCE, UNANSWERED_A_SECOND)
        self._answered = _Share(ANSWERED_AT_ONCE, ANSWERED_A_SECOND)
        self._waiting: OrderedDict[int, None] = OrderedDict()
        self._not_before = 0.0

    def may_ask(self, number: int, now: float) -> bool:
        """Whether an unknown id may be asked for; it is noted that it waits, if not."""
        share = self._share(number)
        if now >= self._not_before and share.has(now) and self._answered.has(now):
            return True
        self._waiting[number] = None
        self._waiting.move_to_end(number)
        if len(self._waiting) > _MOST_WAITING:
            self._waiting.popitem(last=False)
        return False

    def asked(self, number: int, began: float, ended: float, *, answered: bool) -> None:
        """Notes a question, and whether the registry had what was asked for."""
        (self._answered if answered else self._share(number)).take()
        self._waiting.pop(number, None)
        if ended - began >= SLOW_SECONDS:
            self._not_before = ended + (ended - began)

    def _share(self, number: int) -> _Share:
        return self._again if number in self._waiting else self._unanswered
