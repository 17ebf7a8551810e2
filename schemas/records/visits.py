"""How visits ended, and what was counted."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from schemas.records.common import Code, Id, Int, Long, LongId, Rating, Time
from schemas.records.symbols import Arm, DurationOf, Severity, Tier


class VisitEnded(Struct, frozen=True, kw_only=True):
    """A visit ended."""

    visit_id: Id
    customer_id: Id
    site_id: Id
    region_id: LongId
    arm: Arm
    opened_at: Time
    closed_at: Time
    same_day: bool
    rating: Rating | None = None
    findings: Int
    raised: Int
    throttled: Int
    policy_version: Id


class Insight(Struct, frozen=True, kw_only=True):
    """What happened at a site on a day was counted."""

    site_id: Id
    day: date
    arm: Arm
    counts: dict[Code, Long]
    region_id: LongId
    manager_id: Id | None = None
    share: Int | None = None


SiteDayId = Annotated[str, Meta(max_length=320)]


class Durations(Struct, frozen=True, kw_only=True):
    """How long something took, as counts in fixed buckets."""

    of: DurationOf
    severity: Severity
    tier: Tier
    buckets: dict[Code, Long]


class SiteDay(Struct, frozen=True, kw_only=True):
    """What happened at a site on a local day, added up; the newest record counts."""

    site_day_id: SiteDayId
    site_id: Id
    region_id: LongId
    day: date
    arm: Arm
    share: Int | None = None
    manager_id: Id | None = None
    as_of: Time
    whole_since: Time | None = None
    counts: dict[Code, Long]
    durations: tuple[Durations, ...]
