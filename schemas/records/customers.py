"""What an app shows of a customer."""

from msgspec import Struct, field

from schemas.records.common import Id, Int, LongId, Time


class PlacesFrom(Struct, frozen=True, kw_only=True):
    """From a moment on so many requests would pass."""

    from_: Time = field(name="from")
    free: Int


class CustomerAppeal(Struct, frozen=True, kw_only=True):
    """Something that can be appealed."""

    of: LongId
    from_: Time | None = field(name="from", default=None)
    until: Time


class CustomerOverview(Struct, frozen=True, kw_only=True):
    """What is open of a customer, and what they may still ask for; the newest record counts."""

    customer_id: Id
    as_of: Time
    open_cases: tuple[LongId, ...]
    window_days: Int
    limit: Int
    used: float
    free: Int
    changes: tuple[PlacesFrom, ...]
    throttled_until: Time | None = None
    appeals: tuple[CustomerAppeal, ...]
    policy_version: Id
