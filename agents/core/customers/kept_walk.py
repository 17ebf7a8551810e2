"""How far all customers of a partition have been gone through."""

from msgspec import Struct

from agents.core.customers.field_aliases import alias


class Walk(Struct, frozen=True, kw_only=True, rename=alias):
    """How far a partition's customers have the record in recourse.customers that they should have.

    `under`: the numbers of the policy by which; `until`: up to which key, None: all of them.
    """

    under: int
    until: str | None
