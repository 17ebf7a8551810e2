"""How long after they occurred the events of a visit came, counted in classes."""

from bisect import bisect_left

from agents.core.calendar import DAY_MS, HOUR_MS, MINUTE_MS
from agents.core.customers.stored_facts import Fact
from agents.core.handling import Arrived

_WITHIN = {
    "within_a_minute": MINUTE_MS,
    "within_an_hour": HOUR_MS,
    "within_4_hours": 4 * HOUR_MS,
    "within_a_day": DAY_MS,
}
NAMES = (*_WITHIN, "later")
_BOUNDS = tuple(_WITHIN.values())


def with_delay(delays: tuple[int, ...], arrived: Arrived, event: Fact) -> tuple[int, ...]:
    """How many events of a visit came within which time, with another one; each counts once."""
    counts = list(delays or (0,) * len(NAMES))
    counts[place(arrived.arrived_at - event.occurred_at)] += 1
    return tuple(counts)


def place(delay_ms: int) -> int:
    """Exactly a bound is within it."""
    return bisect_left(_BOUNDS, delay_ms)
