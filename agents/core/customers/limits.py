"""How much of one visit and of one customer is kept: what is beyond that is its producer's to mend.

Who writes events decides how many come, and how long they are; so nothing that only their size
causes may be our failure. The numbers are of another order than life, and their sum with all that
time and the desk can add stays below what a changelog takes (`VALUE_AT_MOST`, 900,000 bytes).
"""

from typing import Final

import msgspec

from agents.core.customers.rule_base.preconditions import may_rise
from agents.core.customers.state import Customer, Visit
from agents.core.customers.stored_facts import FACT_TYPES, Fact
from schemas.records import Response

VISIT_EVENTS: Final = 300
"""Of one visit, of all kinds: five a day for the sixty days after which silence closes it."""
VISIT_BYTES: Final = 250_000
"""Of one visit as it is kept: the largest estimate with half of it again, or forty revisions of
one with 200 ordinary lines (6 kB)."""
CUSTOMER_BYTES: Final = 850_000
"""Of one customer, with what is still to come of it: 800 ordinary visits in thirty days, for a
visit in full is about 1 kB and the line of an old one a tenth of it."""
LOOKED_AT_FROM: Final = 100_000
"""A customer of fewer bytes is within all limits: it is not looked into."""
_TIME_ADDS: Final = 1_500
"""Bytes that time alone may add to a visit: a finding, its case, its entry, its region."""
_DESK_ADDS: Final = 900
"""Bytes that an outcome may add to an episode that stands: how it ended, and what was decided."""
_encoder = msgspec.msgpack.Encoder()


def too_many(visit: Visit | None) -> str | None:
    """Why a visit takes no further event; None where it does."""
    if visit is None or _count(visit) < VISIT_EVENTS:
        return None
    return (
        f"visit {visit.visit_id} has {VISIT_EVENTS} events: no more of one visit are kept; "
        "send what is another stay under a visit_id of its own"
    )


def too_much(event: object, customer: Customer, size: int) -> str | None:
    """Why an event makes too much of its visit or customer; None where it does not.

    Args:
        event: what came; only a producer's events are asked of, never what is heard of the desk.
        customer: as they would be kept with it.
        size: how many bytes that is.
    """
    if not isinstance(event, Fact):
        return None
    visit = customer.visits.get(event.visit_id)
    of_visit = 0 if visit is None else len(_encoder.encode(visit))
    if of_visit > VISIT_BYTES:
        return (
            f"visit {event.visit_id} would have {of_visit} bytes with it: at most {VISIT_BYTES} "
            "are kept of one visit; send fewer and shorter lines, or fewer revisions"
        )
    whole = size + sum(_to_come(each) for each in customer.visits.values())
    if whole > CUSTOMER_BYTES:
        return (
            f"customer {customer.customer_id} would have {whole} bytes with it, in "
            f"{len(customer.visits)} visits: at most {CUSTOMER_BYTES} are kept of one customer; "
            "a fleet is a customer a vehicle, or a site of it"
        )
    return None


def _count(visit: Visit) -> int:
    return sum([len(getattr(visit, each.field)) for each in FACT_TYPES])


def _to_come(visit: Visit) -> int:
    """Bytes that time and the desk may still add to a visit."""
    grows = visit.granted or (
        not visit.closures
        and (
            (visit.check_ins and visit.diagnoses)
            or may_rise(visit)
            or any(each.response is Response.ASKED for each in visit.responses)
        )
    )
    live = sum(each.live for each in visit.standings)
    return _TIME_ADDS * bool(grows) + _DESK_ADDS * live
