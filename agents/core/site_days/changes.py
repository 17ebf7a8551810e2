"""What one record or tick changes in the table, until it is taken over."""

from collections.abc import Mapping
from datetime import date
from hashlib import blake2b

from msgspec.structs import replace

from agents.core.calendar import DAY_MS, local_date
from agents.core.handling import Arrived, Output
from agents.core.site_days.partition import ID_BYTES, Partition
from agents.core.site_days.published import SITE_DAYS, published
from agents.core.site_days.state import (
    BEGUN,
    DAYS,
    DAYS_KEPT,
    Begun,
    CaseState,
    SiteDayState,
    State,
    case_key,
    day_of,
    site_day_id,
)
from agents.core.world import World
from schemas.records import Arm

NO_DURATIONS: Mapping[str, int] = {}
_LONG_AGO_MS, _AHEAD_MS = (DAYS_KEPT + 2) * DAY_MS, DAY_MS
"""Before that everything counts on the first day that is kept; after it nothing occurs rightly."""

_MOST = 2**62


class Changes:
    """The partition with what has changed so far, and what is to be written."""

    def __init__(self, partition: Partition, world: World) -> None:
        self._partition = partition
        self._world = world
        self.changed: dict[str, State | None] = {}
        self.outputs: list[Output] = []

    def _get(self, key: str) -> State | None:
        return self.changed[key] if key in self.changed else self._partition.get(key)

    def begin(self, arrived: Arrived) -> None:
        """Notes from when on a topic is read: the first of its records says it."""
        begun = self._partition.begun()
        if arrived.topic not in begun.since:
            at = arrived.timestamp if arrived.offset else 0
            self.changed[BEGUN] = Begun(since={**begun.since, arrived.topic: at})

    def miss(self) -> None:
        """Notes that a record was not counted: each topic begins anew with the next one."""
        if self._partition.begun().since:
            self.changed[BEGUN] = Begun(since={})

    @property
    def whole_since(self) -> int | None:
        """From when on all that is counted was read (ms); None: from the beginning."""
        begun = self.changed.get(BEGUN)
        return (begun if isinstance(begun, Begun) else self._partition.begun()).whole_since

    def is_new(self, record_id: str) -> bool:
        """Whether no record of this id came before; from now on one has."""
        digest = blake2b(record_id.encode(), digest_size=ID_BYTES).digest()
        if self._partition.has_seen(digest):
            return False
        self.changed |= self._partition.with_id(digest)
        return True

    def case(self, escalation_id: str) -> tuple[str, CaseState]:
        """Under which key a case is kept, and what is known of it, as heard of now."""
        key, now = case_key(escalation_id), self._world.now
        known = self._get(key)
        if isinstance(known, CaseState):
            return key, replace(known, last_at=now)
        return key, CaseState(last_at=now)

    def local_day(self, site_id: str, at: int) -> date:
        """The day at a site at a moment (ms); of one far from now, one that is about as far."""
        now = self._world.now
        near = min(max(at, now - _LONG_AGO_MS), now + _AHEAD_MS)
        return local_date(self._world.directory.site(site_id).time_zone, near)

    def add(
        self,
        site_id: str,
        region_id: str,
        day: date,
        counts: Mapping[str, int],
        durations: Mapping[str, int] = NO_DURATIONS,
        *,
        arm: Arm = Arm.LIVE,
        share: int | None = None,
        manager_id: str | None = None,
    ) -> None:
        """Add to the counts of a site's day; of one that is not kept any more, to the first kept.

        `durations`: one each, by what took so long, in the bucket that is named.
        """
        day = max(day, day_of(self._world.now // DAY_MS - DAYS_KEPT))
        key = DAYS + site_day_id(site_id, region_id, day, arm, (share, manager_id))
        known = self._get(key)
        before = (
            known
            if isinstance(known, SiteDayState)
            else SiteDayState(
                site_id=site_id,
                region_id=region_id,
                day=day,
                arm=arm,
                share=share,
                manager_id=manager_id,
            )
        )
        since = before.changed_since
        self.changed[key] = replace(
            before,
            counts=_sums(before.counts, counts),
            durations=_with(before.durations, durations) if durations else before.durations,
            changed_since=self._world.now if since is None else since,
        )

    def write(self, key: str) -> None:
        """Write the last state of a site's day."""
        state = self._get(key)
        assert isinstance(state, SiteDayState), "only days are written"
        record = published(state, self.whole_since, self._world.now)
        self.outputs.append(Output(topic=SITE_DAYS, record=record))
        self.changed[key] = replace(state, changed_since=None)

    def let_go(self, key: str) -> None:
        """Keep a record no more; what is not written of it yet is written."""
        state = self._get(key)
        if isinstance(state, SiteDayState) and state.changed_since is not None:
            self.write(key)
        self.changed[key] = None


def _sums(before: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    sums = dict(before)
    for name, count in more.items():
        whole = sums.get(name, 0) + count
        if whole:
            if not -_MOST <= whole <= _MOST:
                raise OverflowError("a count is more than can be written")
            sums[name] = whole
        else:
            sums.pop(name, None)
    return sums


def _with(
    before: Mapping[str, Mapping[int, int]], more: Mapping[str, int]
) -> dict[str, dict[int, int]]:
    durations = {name: dict(buckets) for name, buckets in before.items()}
    for name, bucket in more.items():
        buckets = durations.setdefault(name, {})
        buckets[bucket] = buckets.get(bucket, 0) + 1
    return durations
