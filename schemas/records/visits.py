"""How visits ended, and what was counted."""

from datetime import date

from msgspec import Struct

from schemas.records.common import Code, Id, Int, Long, LongId, Rating, Time
from schemas.records.symbols import Arm


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
