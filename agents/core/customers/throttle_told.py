"""What a customer knows of their throttle: kept with them, so that they are told once."""

from msgspec import Struct

from agents.core.customers.field_aliases import alias


class ThrottleTold(Struct, frozen=True, kw_only=True, rename=alias):
    """What a customer was last told of why a decision was THROTTLED.

    `until` (ms) is from when it is possible again; None: not as far as one can see.
    """

    reason: str
    until: int | None
