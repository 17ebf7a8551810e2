"""Merging the topics of one partition by time, with ticks held back.

Records of all inputs come out by timestamp as far as they are fetched; equal timestamps by topic
name, the tick last. What lies in the topics when a partition is taken over (`expect`) is merged
completely. A tick for T comes out only when every other topic is read up to T: its next
record is later than T, or it is read to the high watermark asked for after the tick was read.
While a tick waits, what is later waits behind it.

They come out in runs: what lies before the heads of all other topics is taken at once.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from streams.topology import Listed, Message, Records

_NEVER = 2**63
"""Later than any timestamp."""


class _Buffer:
    """What is fetched of one topic and not yet handled."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.head_at: int | None = None
        """The timestamp of the next record; None when there is none."""
        self.bytes = 0
        self._batches: deque[Records] = deque()
        self._place = 0

    def add(self, records: Records) -> None:
        """Takes more, behind what is there."""
        if not len(records):
            return
        if not self._batches:
            self.head_at = records.timestamp(0)
        self._batches.append(records)
        self.bytes += records.size_bytes

    def head_offset(self) -> int | None:
        """The offset of the next record; None when there is none."""
        return self._batches[0].offset(self._place) if self._batches else None

    def take(self, at_most: int, latest: int) -> Records:
        """The next record, and those behind it that are not later than `latest`.

        All of one fetched batch, so that afterwards it is looked what has come meanwhile.
        """
        batch, begin = self._batches[0], self._place
        size = len(batch)
        end = batch.until(begin + 1, min(size, begin + at_most), latest)
        taken = batch if begin == 0 and end == size else batch[begin:end]
        if end == size:
            self._batches.popleft()
            self._place = 0
            self.head_at = self._batches[0].timestamp(0) if self._batches else None
        else:
            self._place = end
            self.head_at = batch.timestamp(end)
        self.bytes -= taken.size_bytes
        return taken

    def give_back(self, records: Records) -> None:
        """Takes back the last of what was taken last."""
        if self._place:
            self._place -= len(records)  # the batch that they are of is still there
        else:
            self._batches.appendleft(records)
        self.head_at = records.timestamp(0)
        self.bytes += records.size_bytes


class Merge:
    """The fetched and not yet handled records of one partition."""

    def __init__(self, inputs: Sequence[str], tick_topic: str) -> None:
        self.tick_topic = tick_topic
        # The order of ties: by topic name, the tick last.
        order = (*sorted(inputs), tick_topic)
        self._buffers: dict[str, _Buffer] = {topic: _Buffer(topic) for topic in order}
        self._in_order = tuple(self._buffers.values())
        self._ticks = self._buffers[tick_topic]
        self._read_to: dict[str, int | None] = dict.fromkeys(order)
        self._arrivals = 0
        self._tick_arrivals: deque[int] = deque()
        self._ends: Mapping[str, int] = {}
        self._ends_hold_for = -1
        self._backlog: dict[str, int] = {}

    def begin_at(self, offsets: Mapping[str, int]) -> None:
        """Takes the offsets from which on the topics will be read."""
        self._read_to |= offsets

    def read_to(self, topic: str) -> int | None:
        """The offset up to which a topic is read; None while that is unknown."""
        return self._read_to[topic]

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
            elif self._buffers[topic].head_at is None:
                return True
        return False

    def add(self, topic: str, messages: Sequence[Message], next_offset: int) -> None:
        """Takes what was fetched of a topic; it is then read up to `next_offset`.

        Without messages it only says how far the topic is read (control records have offsets too).
        """
        self.add_batches(topic, (Listed(messages),) if messages else (), next_offset)

    def add_batches(self, topic: str, batches: Sequence[Records], next_offset: int) -> None:
        """The same, as the batches were fetched."""
        self._arrivals += 1
        buffer = self._buffers[topic]
        for batch in batches:
            buffer.add(batch)
            if topic == self.tick_topic:
                self._tick_arrivals.extend([self._arrivals] * len(batch))
        self._read_to[topic] = next_offset

    def pop(self) -> Message | None:
        """The next message to handle; None if nothing is there, or it must wait."""
        run = self.pop_run(1)
        return None if run is None else run[0]

    def pop_run(self, at_most: int) -> Records | None:
        """The next records to handle, all of one topic; None if there are none, or must wait."""
        if self._backlog and self._backlog_unread():
            return None
        best: _Buffer | None = None
        best_at = latest = _NEVER
        for buffer in self._in_order:
            head_at = buffer.head_at
            if head_at is None:
                continue
            # Strictly less: of equal ones the first in the order stays.
            if head_at < best_at:
                # Those before it in the order come first where the times are equal.
                latest = min(latest, best_at - 1)
                best, best_at = buffer, head_at
            elif head_at < latest:
                latest = head_at
        if best is None:
            return None
        if best is self._ticks:
            if self._awaited():
                return None
            self._tick_arrivals.popleft()
            at_most = 1
        return best.take(at_most, latest)

    def give_back(self, records: Records) -> None:
        """Takes back what is not handled of the last run; nothing was taken since."""
        self._buffers[records.topic].give_back(records)

    def _awaited(self) -> list[str]:
        """Topics not yet known to be read up to the tick in front.

        A topic with a buffered record is: that record is later, else the tick were not in front.
        """
        unread = [b.topic for b in self._in_order if b.head_at is None and b is not self._ticks]
        if not unread or self._ends_hold_for < self._tick_arrivals[0]:
            return unread
        return [t for t in unread if not self._is_read_to_end(t)]

    def _is_read_to_end(self, topic: str) -> bool:
        end, read_to = self._ends.get(topic), self._read_to[topic]
        return end is not None and read_to is not None and read_to >= end

    def _tick_in_front(self) -> bool:
        tick_at = self._ticks.head_at
        return tick_at is not None and all(
            buffer.head_at is None or buffer.head_at > tick_at
            for buffer in self._in_order
            if buffer is not self._ticks
        )

    def lacking(self) -> list[str]:
        """The topics of which something must come before what is there can be handled."""
        if self._backlog_unread():
            return [
                topic
                for topic, end in self._backlog.items()
                if self._buffers[topic].head_at is None and (self._read_to[topic] or 0) < end
            ]
        return self._awaited() if self._tick_in_front() else []

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
        return self._buffers[topic].bytes

    def position(self, topic: str) -> int | None:
        """The offset after the last handled record; None while the topic's position is unknown."""
        head = self._buffers[topic].head_offset()
        return self._read_to[topic] if head is None else head
