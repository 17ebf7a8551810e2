"""What was read and is not done, by partition, and what is due first.

Notices for one addressee are sent one after the other, in the order in which they become due, so
that nobody reads of a decision before they read of the case.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush

from msgspec import Struct
from msgspec.structs import replace

from agents.notifier.offset_metadata import Mark, fits, mark_in, text_of
from agents.notifier.plan import Progress
from schemas.records import Notice

SUPERSEDED_AT_MOST = 50_000
"""Ids of notices that are not to be sent and are remembered, in case they come (again) later."""
ASIDE_AT_MOST = 100
"""Records of a partition that can't be read and are kept for later: far fewer than a mark holds."""


class Entry(Struct, frozen=True, kw_only=True):
    """A notice in hand, where it lies, and how far it is."""

    partition: int
    offset: int
    notice: Notice
    progress: Progress

    @property
    def addressee(self) -> tuple[str, str]:
        """Whom it is for."""
        return self.notice.addressee.kind.value, self.notice.addressee.id


class _Partition:
    """A partition: where it stood when it became ours, how far it is read, what is not done."""

    def __init__(self, mark: Mark) -> None:
        self.before = mark
        self.position = mark.begin
        self.pending: set[int] = set()
        self.aside = 0
        self.is_read = False  # once up to its end: then nothing that is due has been superseded

    def mark(self) -> Mark:
        """How it stands. What was pending before and is not read again yet is so still."""
        unread = (each for each in self.before.pending if each >= self.position)
        position = max(self.position, self.before.position)
        return Mark(position=position, pending=frozenset((*self.pending, *unread)))


class PendingNotices:
    """The notices in hand."""

    def __init__(self) -> None:
        self._partitions: dict[int, _Partition] = {}
        self._waiting: list[tuple[int, int, int]] = []  # due, partition, offset: a heap
        self._entries: dict[tuple[int, int], Entry] = {}
        self._busy: set[tuple[str, str]] = set()
        self._queued: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
        self._changed: set[int] = set()
        self._places: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self._flying: set[tuple[int, int]] = set()
        self._superseded: dict[str, None] = {}  # in the order in which they came

    def __len__(self) -> int:
        """How many notices are in hand."""
        return len(self._entries)

    @property
    def partitions(self) -> frozenset[int]:
        """Whose notices these are."""
        return frozenset(self._partitions)

    def open(self, partition: int, begin: int, text: str | None) -> None:
        """A partition is ours: from the committed offset on, but for what is done after it."""
        self._partitions[partition] = _Partition(mark_in(text, begin))

    def close(self, partition: int) -> None:
        """A partition is another's now: what is in hand of it is forgotten."""
        self._partitions.pop(partition, None)
        self._changed.discard(partition)
        for place in [each for each in self._entries if each[0] == partition]:
            self._remove(place)

    def is_new(self, partition: int, offset: int) -> bool:
        """Takes the position over; whether the record there is still to be done."""
        part = self._partitions.get(partition)
        if part is None:
            return False
        again = offset < part.position
        part.position = max(part.position, offset + 1)
        return not again and not part.before.is_done(offset)

    def reached_end(self, partition: int) -> None:
        """All that lay in a partition was read, or as much as may be: what is due may be sent."""
        part = self._partitions.get(partition)
        if part is not None:
            part.is_read = True

    def supersede(self, notice_ids: Iterable[str]) -> int:
        """Another notice says it all: these are not sent, whenever they come; how many were here.

        One that is on its way now is; it is not tried again.
        """
        count = 0
        for notice_id in notice_ids:
            self._superseded.pop(notice_id, None)
            self._superseded[notice_id] = None
            for place in tuple(self._places.get(notice_id, ())):
                if place not in self._flying:
                    self._done(place)
                    count += 1
        while len(self._superseded) > SUPERSEDED_AT_MOST:
            del self._superseded[next(iter(self._superseded))]
        return count

    def is_superseded(self, notice_id: str) -> bool:
        """Whether another notice has taken the place of one."""
        return notice_id in self._superseded

    def add(self, entry: Entry) -> None:
        """A notice to be sent."""
        self._partitions[entry.partition].pending.add(entry.offset)
        self._entries[entry.partition, entry.offset] = entry
        self._places[entry.notice.notice_id].add((entry.partition, entry.offset))
        heappush(self._waiting, (entry.progress.due, entry.partition, entry.offset))

    def set_aside(self, partition: int, offset: int) -> bool:
        """A record that can't be read stays undone, for a later version; whether there is room.

        Where there is none it counts as done: who writes many must not stop the others' notices.
        """
        part = self._partitions[partition]
        part.aside += 1
        if part.aside > ASIDE_AT_MOST:
            self._changed.add(partition)
            return False
        part.pending.add(offset)
        return True

    def pass_over(self, partition: int) -> None:
        """The record read last is done: there is nothing to send."""
        self._changed.add(partition)

    @property
    def aside(self) -> int:
        """How many records of our partitions can't be read."""
        return sum(each.aside for each in self._partitions.values())

    def next_due(self) -> int | None:
        """When the next notice is due (ms); None while none waits."""
        while self._waiting and self._waiting[0][1:] not in self._entries:
            heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None

    def take_due(self, now: int, at_most: int) -> Iterator[Entry]:
        """Up to so many notices that are due, each for somebody who gets no other at the moment.

        None of a partition that is not read to its end yet: what supersedes it may lie there.
        """
        count, unread = 0, list[tuple[int, int, int]]()
        while count < at_most and self._waiting and self._waiting[0][0] <= now:
            due = heappop(self._waiting)
            entry = self._entries.get(due[1:])
            if entry is None or entry.progress.due != due[0]:
                continue
            if not self._partitions[entry.partition].is_read:
                unread.append(due)
                continue
            if entry.addressee in self._busy:
                self._queued[entry.addressee].append(due)
                continue
            self._busy.add(entry.addressee)
            self._flying.add(due[1:])
            count += 1
            yield entry
        for each in unread:
            heappush(self._waiting, each)

    def put_back(self, entry: Entry, progress: Progress) -> None:
        """A notice that was tried, for the next try, where no other has taken its place since."""
        self._free(entry)
        place = (entry.partition, entry.offset)
        if place in self._entries and self.is_superseded(entry.notice.notice_id):
            self._done(place)
        elif place in self._entries:
            self._entries[place] = replace(entry, progress=progress)
            heappush(self._waiting, (progress.due, *place))

    def end(self, entry: Entry) -> bool:
        """A notice that is done; whether it is still ours to say so."""
        self._free(entry)
        place = (entry.partition, entry.offset)
        if place not in self._entries:
            return False
        self._done(place)
        return True

    def _done(self, place: tuple[int, int]) -> None:
        """Nothing more is to be done for what lies there."""
        self._remove(place)
        self._partitions[place[0]].pending.discard(place[1])
        self._changed.add(place[0])

    def _remove(self, place: tuple[int, int]) -> None:
        notice_id = self._entries.pop(place).notice.notice_id
        places = self._places[notice_id]
        places.discard(place)
        if not places:
            del self._places[notice_id]

    def marks(self) -> Mapping[int, tuple[int, str]]:
        """What to commit of each partition that has changed since: the offset, and the text."""
        found = {}
        for partition in self._changed:
            mark = self._partitions[partition].mark()
            found[partition] = (mark.begin, text_of(mark))
        self._changed = set()
        return found

    def full(self, at_most: int) -> frozenset[int]:
        """Partitions of which no more should be read now: too much waits to be written down."""
        if len(self._entries) >= at_most:
            return self.partitions
        return frozenset(
            partition
            for partition, part in self._partitions.items()
            if not fits(len(part.pending), part.position - part.mark().begin)
        )

    def _free(self, entry: Entry) -> None:
        """The addressee can get another."""
        self._busy.discard(entry.addressee)
        self._flying.discard((entry.partition, entry.offset))
        for due in self._queued.pop(entry.addressee, ()):
            heappush(self._waiting, due)
