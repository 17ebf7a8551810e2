"""Records of our own topics that can't be read: whoever looks goes on without them, and says so."""

from agents.records.codecs import Undecodable
from streams.topology import Message


class LeftOut:
    """How many there were, and of the first where it lies and what is wrong with it."""

    def __init__(self) -> None:
        self.count = 0
        self._first = ""

    def add(self, message: Message, why: Undecodable) -> None:
        """One more."""
        self.count += 1
        if self.count == 1:
            place = f"{message.topic}:{message.partition}:{message.offset}"
            self._first = f"{place} ({why.reason}, {why.detail})"

    def __str__(self) -> str:
        """One sentence; nothing where all could be read."""
        if not self.count:
            return ""
        records = "1 record" if self.count == 1 else f"{self.count:,} records"
        return f"{records} left out that can't be read, the first is {self._first}"
