"""Merging the topics of one partition by time, with ticks held back.

Records of all inputs come out by timestamp as far as they are fetched; equal timestamps by topic
name, the tick last. What lies in the topics when a partition is taken over (`expect`) is merged
completely. A tick for T comes out only when every other topic is read up to T: its next
record is later than T, or it is read to the high watermark asked for after the tick was read.
While a tick waits, what is later waits behind it.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from streams.topology import Message

RECORD_OVERHEAD_BYTES = 200
"""What a record costs beside its key and value; a bound for back pressure needs no more."""


def size_bytes(message: Message) -> int:
    """Roughly what a buffered message holds in memory."""
    return len(message.key or b"") + len(message.value or b"") + RECORD_OVERHEAD_BYTES


class Merge:
    """The fetched and not yet handled records of one partition."""

    def __init__(self, inputs: Sequence[str], tick_topic: str) -> None:
        self.tick_topic = tick_topic
        # The order of ties: by topic name, the tick last.
        self._order = (*sorted(inputs), tick_topic)
        self._buffers: dict[str, deque[Message]] = {topic: deque() for topic in self._order}
        self._bytes = dict.fromkeys(self._order, 0)
        self._read_to: dict[str, int | None] = dict.fromkeys(self._order)
        self._arrivals = 0
        self._tick_arrivals: deque[int] = deque()
        self._ends: Mapping[str, int] = {}
        self._ends_hold_for = -1
        self._backlog: dict[str, int] = {}

    def expect(self, ends: Mapping[str, int]) -> None:
        """Takes the ends of the topics as they are when the partition is taken over.

        Up to there nothing comes out while a topic's next record is not fetched yet: so a backlog
        is merged by time, whichever topic the broker gives first.
        """
        self._backlog = dict(ends)

    def _backlog_unread(self) -> bool:
        for topic in list(self._backlog):
            read_to = self._read_to[topic]
            if read_to is not None and read_to >= self._backlog[topic]:
                del self._backlog[topic]
            elif not self._buffers[topic]:
                return True
        return False

    def add(self, topic: str, messages: Sequence[Message], next_offset: int) -> None:
        """Takes what was fetched of a topic; it is then read up to `next_offset`.

        Without messages it only says how far the topic is read (control records have offsets too).
        """
        self._arrivals += 1
        self._buffers[topic].extend(messages)
        if topic == self.tick_topic:
            self._tick_arrivals.extend([self._arrivals] * len(messages))
        self._bytes[topic] += sum(map(size_bytes, messages))
        self._read_to[topic] = next_offset

    def pop(self) -> Message | None:
        """The next message to handle; None if nothing is there, or it must wait."""
        if self._backlog and self._backlog_unread():
            return None
        best: deque[Message] | None = None
        best_at = 0
        for buffer in self._buffers.values():
            # Strictly less: of equal ones the first in the order stays.
            if buffer and (best is None or buffer[0].timestamp < best_at):
                best, best_at = buffer, buffer[0].timestamp
        if best is None:
            return None
        topic = best[0].topic
        if topic == self.tick_topic:
            if self._awaited():
                return None
            self._tick_arrivals.popleft()
        message = best.popleft()
        self._bytes[topic] -= size_bytes(message)
        return message

    def _awaited(self) -> list[str]:
        """Topics not yet known to be read up to the tick in front.

        A topic with a buffered record is: that record is later, else the tick were not in front.
        """
        unread = [t for t, b in self._buffers.items() if not b and t != self.tick_topic]
        if not unread or self._ends_hold_for < self._tick_arrivals[0]:
            return unread
        return [t for t in unread if not self._is_read_to_end(t)]

    def _is_read_to_end(self, topic: str) -> bool:
        end, read_to = self._ends.get(topic), self._read_to[topic]
        return end is not None and read_to is not None and read_to >= end

    def _tick_in_front(self) -> bool:
        ticks = self._buffers[self.tick_topic]
        return bool(ticks) and all(
            not buffer or buffer[0].timestamp > ticks[0].timestamp
            for topic, buffer in self._buffers.items()
            if topic != self.tick_topic
        )

    def holds_a_tick(self) -> bool:
        """Whether the next message is a tick that must wait."""
        return self._tick_in_front() and bool(self._awaited())

    def question(self) -> int | None:
        """A number to give back with the ends of the topics, if they must be asked for; else None.

        Asked once for all ticks that have arrived; a later tick asks anew.
        """
        if self.holds_a_tick() and self._ends_hold_for < self._tick_arrivals[0]:
            return self._arrivals
        return None

    def answer(self, question: int, ends: Mapping[str, int]) -> None:
        """Takes the high watermarks (open transactions included) asked for after `question`."""
        self._ends, self._ends_hold_for = ends, question

    def buffered_bytes(self, topic: str) -> int:
        """What waits of a topic."""
        return self._bytes[topic]

    def position(self, topic: str) -> int | None:
        """The offset after the last handled record; None while the topic's position is unknown."""
        buffer = self._buffers[topic]
        return buffer[0].offset if buffer else self._read_to[topic]
