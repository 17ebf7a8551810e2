"""A site's day as others read it."""

from typing import Final

from agents.core.site_days.state import SiteDayState
from schemas.records import DurationOf, Durations, Severity, SiteDay, Tier

SITE_DAYS: Final = "recourse.site-days"


def published(state: SiteDayState, whole_since: int | None, now: int) -> SiteDay:
    """The record of a day as of `now` (ms), its counts by name."""
    return SiteDay(
        site_day_id=state.site_day_id,
        site_id=state.site_id,
        region_id=state.region_id,
        day=state.day,
        arm=state.arm,
        share=state.share,
        manager_id=state.manager_id,
        as_of=now,
        whole_since=whole_since,
        counts=dict(sorted(state.counts.items())),
        durations=tuple(
            _durations(name, buckets) for name, buckets in sorted(state.durations.items())
        ),
    )


def _durations(name: str, buckets: dict[int, int]) -> Durations:
    of, severity, tier = name.split(":")
    return Durations(
        of=DurationOf(of),
        severity=Severity(severity),
        tier=Tier(tier),
        buckets={str(bucket): count for bucket, count in sorted(buckets.items())},
    )
