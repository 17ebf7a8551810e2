"""How many vehicles a customer had in service: each beyond the first makes the throttle wider.

A stay is a visit with a check-in; its vehicle is that of its last check-in. What only a customer's
event names is no stay, so who invents visits gains nothing.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

from agents.core.customers.rule_base.facts import later
from agents.core.customers.state import Customer, Visit


class Stay(Struct, frozen=True, gc=False, array_like=True):
    """A vehicle in service from `opened_at` until `closed_at` (ms, by time occurred).

    `closed_at` is infinite while the visit is open.
    """

    vehicle_id: str
    opened_at: int
    closed_at: float


def stays_of(customer: Customer) -> Iterator[Stay]:
    """The stays of all visits, also of those of which only a line is left."""
    for visit in customer.visits.values():
        if visit.check_ins and visit.vehicle_id is not None:
            yield Stay(visit.vehicle_id, visit.first_occurred_at, closed_at(visit))
    for line in customer.past:
        if line.stay_closed_at is not None and line.vehicle_id is not None:
            yield Stay(line.vehicle_id, line.first_occurred_at, line.stay_closed_at)


def closed_at(visit: Visit) -> float:
    """When a visit's last closure occurred, or it counted as closed; infinite while it is open."""
    if visit.closures:
        return later(visit.closures).occurred_at
    return math.inf if visit.silent_since is None else visit.silent_since


class VehicleCount:
    """How many vehicles were in service at some time in the span up to a moment.

    Exactly so long ago is outside. `moments`: those at which the count changes, in order.
    """

    def __init__(self, stays: Iterable[Stay], span_ms: int) -> None:
        changes: dict[float, int] = {}
        for begin, end in _spans(stays, span_ms):
            changes[begin] = changes.get(begin, 0) + 1
            changes[end] = changes.get(end, 0) - 1
        self.moments = sorted(changes)
        self._counts = [0]
        for moment in self.moments:
            self._counts.append(self._counts[-1] + changes[moment])

    def beyond_first(self, at: int) -> int:
        """How many vehicles more than one."""
        return max(0, self._counts[bisect_right(self.moments, at)] - 1)


def _spans(stays: Iterable[Stay], span_ms: int) -> Iterator[tuple[float, float]]:
    """When each vehicle counts, each of its stays that touch or overlap taken as one."""
    by_vehicle: dict[str, list[Stay]] = {}
    for each in stays:
        by_vehicle.setdefault(each.vehicle_id, []).append(each)
    for of_one in by_vehicle.values():
        begin, end = math.inf, -math.inf
        for each in sorted(of_one, key=lambda stay: stay.opened_at):
            if each.opened_at > end:
                if begin < end:
                    yield begin, end
                begin, end = each.opened_at, -math.inf
            end = max(end, each.closed_at + span_ms)
        if begin < end:
            yield begin, end
