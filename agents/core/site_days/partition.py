"""The table of one partition, as bytes, with its indexes; these are computed from it.

What has changed since the last commit is kept as it is, and so is what was looked at lately: a day
is read and written once a commit, not once a record.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from agents.core.calendar import DAY_MS
from agents.core.site_days.state import (
    DAYS,
    IDS,
    WRITTEN_AFTER_MS,
    Begun,
    CaseState,
    SeenIds,
    SiteDayState,
    State,
    decode,
    encode,
)

IDS_IN_ONE: Final = 128
"""Ids in one record: as many as are written again with each that comes."""
IDS_RECORDS: Final = 128
"""Records of ids that are kept: what comes twice comes shortly after."""
ID_BYTES: Final = 8
_AT_HAND: Final = 512
"""Records that are kept as they are beside their bytes: a site's days of now come again soon."""


class Partition:
    """What stage insights keeps; `handle` reads it, `apply` is how it changes."""

    def __init__(self) -> None:
        # Of what has changed since the last drain the bytes are old, or none.
        self._kept: dict[str, bytes] = {}
        self._fresh: dict[str, State | None] = {}
        self._at_hand: dict[str, State] = {}
        self._seen: set[bytes] = set()
        self._newest_ids = 0
        self._begun = Begun(since={})
        self._changed: dict[str, int] = {}
        # By the day from which on it is not kept any more.
        self._goes_on: dict[str, int] = {}
        self._going: dict[int, set[str]] = {}
        self._first_going: int | None = None

    def get(self, key: str) -> State | None:
        """A record, if it is kept."""
        if key in self._fresh:
            return self._fresh[key]
        known = self._at_hand.get(key)
        if known is not None:
            return known
        value = self._kept.get(key)
        if value is None:
            return None
        return self._remember(key, decode(value))

    def _remember(self, key: str, state: State) -> State:
        if len(self._at_hand) >= _AT_HAND:
            self._at_hand.clear()
        self._at_hand[key] = state
        return state

    def begun(self) -> Begun:
        """From when on each topic was read."""
        return self._begun

    def has_seen(self, digest: bytes) -> bool:
        """Whether a record with an id of this digest came shortly before."""
        return digest in self._seen

    def with_id(self, digest: bytes) -> dict[str, State | None]:
        """What changes with one more id."""
        newest = self.get(_ids_key(self._newest_ids))
        before = newest.digests if isinstance(newest, SeenIds) else b""
        if len(before) < IDS_IN_ONE * ID_BYTES:
            return {_ids_key(self._newest_ids): SeenIds(digests=before + digest)}
        number = self._newest_ids + 1
        changed: dict[str, State | None] = {_ids_key(number): SeenIds(digests=digest)}
        oldest = _ids_key(number - IDS_RECORDS)
        return changed | {oldest: None} if oldest in self._kept else changed

    def to_be_written(self, now: int) -> list[str]:
        """The keys of the days that have waited long enough, those that wait longest first."""
        waits = ((since, key) for key, since in self._changed.items())
        return [key for since, key in sorted(waits) if since + WRITTEN_AFTER_MS <= now]

    def going(self, now: int) -> list[str]:
        """The keys of what is not kept any more, in order."""
        today = now // DAY_MS
        if self._first_going is None or self._first_going > today:
            return []
        return sorted(key for day, keys in self._going.items() if day <= today for key in keys)

    def next_due(self) -> int | None:
        """The next moment at which time makes something happen (ms)."""
        moments = [since + WRITTEN_AFTER_MS for since in self._changed.values()]
        if self._first_going is not None:
            moments.append(self._first_going * DAY_MS)
        return min(moments, default=None)

    def restore(self, values: Mapping[str, bytes]) -> None:
        """Take over what a changelog holds."""
        for key, value in values.items():
            self._note(key, decode(value))
            self._kept[key] = value

    def apply(self, changed: Mapping[str, State | None]) -> None:
        """Take over what a handling changed; None takes a record away."""
        for key, after in changed.items():
            self._note(key, after)
            self._fresh[key] = after
            if after is None:
                self._kept.pop(key, None)
                self._at_hand.pop(key, None)
            else:
                self._kept.setdefault(key, b"")

    def drain(self) -> Iterator[tuple[str, bytes | None]]:
        """What has changed since the last time, as bytes; None deletes a key."""
        fresh, self._fresh = self._fresh, {}
        for key, state in fresh.items():
            if state is None:
                yield key, None
            else:
                value = self._kept[key] = encode(state)
                self._remember(key, state)
                yield key, value

    def _note(self, key: str, after: State | None) -> None:
        """Keeps the indexes true."""
        if key.startswith(IDS):
            self._put_ids(key, after)
        elif isinstance(after, Begun):
            self._begun = after
        else:
            self._index(key, after)

    def _put_ids(self, key: str, after: State | None) -> None:
        before = self.get(key)
        had = before.digests if isinstance(before, SeenIds) else b""
        if isinstance(after, SeenIds):
            self._seen.update(_digests(after.digests[len(had) :]))
            self._newest_ids = max(self._newest_ids, int(key.removeprefix(IDS)))
        else:
            self._seen.difference_update(_digests(had))

    def _index(self, key: str, after: State | None) -> None:
        if key.startswith(DAYS):
            since = after.changed_since if isinstance(after, SiteDayState) else None
            if since is None:
                self._changed.pop(key, None)
            else:
                self._changed[key] = since
        was = self._goes_on.get(key)
        will = after.goes_on if isinstance(after, SiteDayState | CaseState) else None
        if was == will:
            return
        if was is not None:
            self._going[was].discard(key)
            if not self._going[was]:
                del self._going[was]
        if will is None:
            del self._goes_on[key]
        else:
            self._goes_on[key] = will
            self._going.setdefault(will, set()).add(key)
        self._first_going = min(self._going, default=None)

    def records(self) -> Iterable[tuple[str, bytes]]:
        """All that is kept, as bytes."""
        fresh = self._fresh
        return (
            (key, value if (state := fresh.get(key)) is None else encode(state))
            for key, value in self._kept.items()
        )

    def count(self) -> int:
        """How many records are kept."""
        return len(self._kept)


def _ids_key(number: int) -> str:
    return f"{IDS}{number}"


def _digests(digests: bytes) -> Iterator[bytes]:
    return (digests[at : at + ID_BYTES] for at in range(0, len(digests), ID_BYTES))
