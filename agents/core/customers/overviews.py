"""The record of a customer in recourse.customers: what is open, and what they may still ask for.

It is written only when it says something else than the one before it would say by now, so who asks
nothing costs nothing. What it says of time it says in moments: these do not go stale. The lists of
the policy are not in it: it would say who is on one.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.appeals import is_undecided
from agents.core.customers.asked import abuse_counts, counting
from agents.core.customers.places import counts_until, places_at
from agents.core.customers.state import CaseStatus, Customer, open_cases
from agents.core.customers.stays import stays_of
from agents.core.customers.throttle import Limits, gone_at, used
from agents.core.handling import Output, Tombstone
from agents.core.policy import Policy
from agents.core.world import World
from schemas.records import CustomerAppeal, CustomerOverview, OutcomeName, PlacesFrom

TOPIC: Final = "recourse.customers"
_encoder = msgspec.msgpack.Encoder()


def followed(
    before: Customer | None, after: Customer | None, world: World
) -> tuple[Customer | None, tuple[Output, ...]]:
    """What a handling left of a customer, and the record of it, where that became another.

    `before`: the customer as they were; None: there was none. Before generation 2 of the policy
    there is none; one that is there stays true and goes, also where the policy was taken back.
    """
    if not (world.policy.writes_generation(2) or (before is not None and before.shown is not None)):
        return after, ()
    if after is None or after.erased_at is not None:
        return after, _gone(before)
    if after.shown is None and not _may_have(after) and (before is None or before.shown is None):
        return after, ()
    if after.shown is None:
        if before is None or not may_be_shown(before):
            return shown(after, world)
        was_there = before.shown is not None or overview_of(before, world) is not None
        return shown(after, world, was_there=was_there)
    if before is None or has_ended(after, world):
        return shown(after, world)
    return (after, ()) if _is_as_before(before, after) else _shown_anew(before, after, world)


def _shown_anew(
    before: Customer, after: Customer, world: World
) -> tuple[Customer, tuple[Output, ...]]:
    """The same of who has a record, where it may say something else by now."""
    record = overview_of(after, world)
    # What is open changes most, and is cheaply compared.
    if _open(before) == _open(after) and overview_of(before, world) == record:
        return after, ()
    return _with(after, record)


def shown(
    customer: Customer, world: World, *, was_there: bool = False
) -> tuple[Customer, tuple[Output, ...]]:
    """The customer with the record that they should have now, which is written if it is another.

    `was_there`: there may be one of which the state does not know, as a version before had the
    customer in between.
    """
    return _with(customer, overview_of(customer, world), was_there=was_there)


def _with(
    customer: Customer, record: CustomerOverview | None, *, was_there: bool = False
) -> tuple[Customer, tuple[Output, ...]]:
    digest = None if record is None else _digest(record)
    if digest == customer.shown and not (record is None and was_there):
        return customer, ()
    value = Tombstone(key=customer.customer_id) if record is None else record
    after = customer if digest == customer.shown else replace(customer, shown=digest)
    return after, (Output(topic=TOPIC, record=value),)


def _gone(before: Customer | None) -> tuple[Output, ...]:
    """The tombstone of who asked to be forgotten, or of whom nothing is kept any more."""
    if before is None or before.erased_at is not None:
        return ()
    if not may_be_shown(before):
        return ()
    return (Output(topic=TOPIC, record=Tombstone(key=before.customer_id)),)


def may_be_shown(customer: Customer) -> bool:
    """Whether there may be a record of a customer, also one that a version before forgot."""
    return customer.shown is not None or _may_have(customer)


def overview_of(customer: Customer, world: World) -> CustomerOverview | None:
    """The record of a customer as of `world.now`; None: there is nothing to say."""
    if not _may_have(customer):
        return None
    now, policy = world.now, world.policy
    is_open = _open(customer)
    appeals = tuple(_appeals(customer, now, policy))
    entries = counting(customer.entries)
    if (
        not is_open
        and not appeals
        and all(counts_until(e, policy.throttle) <= now for e in entries)
    ):
        return None
    limits = Limits(policy.throttle, tuple(stays_of(customer)))
    places = places_at(entries, now, limits)
    return CustomerOverview(
        customer_id=customer.customer_id,
        as_of=now,
        open_cases=is_open,
        window_days=policy.throttle.window_days,
        limit=limits.of_window(now),
        used=used(entries, now, policy.throttle),
        free=places.free,
        changes=tuple(PlacesFrom(from_=at, free=free) for at, free in places.changes),
        throttled_until=None if places.free else places.free_from(),
        appeals=appeals,
        policy_version=policy.version,
    )


def _open(customer: Customer) -> tuple[str, ...]:
    return tuple(sorted(each.escalation_id for each in open_cases(customer)))


def ends(customer: Customer, world: World) -> Iterator[int]:
    """When time alone leaves nothing to say of who has a record (ms); not while a case is open."""
    if customer.shown is None or open_cases(customer):
        return
    throttle = world.policy.throttle
    yield max(
        (
            *(counts_until(each, throttle) for each in counting(customer.entries)),
            *(until for _, _, until in _appealable(customer, world.policy)),
        ),
        default=world.now,
    )


def has_ended(customer: Customer, world: World) -> bool:
    """Whether there is nothing more to say of a customer who has a record."""
    return any(at <= world.now for at in ends(customer, world))


def _may_have(customer: Customer) -> bool:
    """Whether there can be anything to say: most have neither asked nor had a case."""
    return bool(
        customer.entries
        or any(each.cases or each.throttled for each in customer.visits.values())
        or any(each.cases for each in customer.past)
    )


def _appealable(customer: Customer, policy: Policy) -> Iterator[tuple[str, bool, int]]:
    """What was decided and not appealed, whether it was THROTTLED, and by when it can be (ms)."""
    within = policy.appeals.within_days * DAY_MS
    for visit in customer.visits.values():
        for throttled in visit.throttled:
            if not throttled.appealed:
                yield throttled.disagreement_id, True, throttled.decided_at + within
    for cases in (
        *(each.cases for each in customer.visits.values()),
        *(each.cases for each in customer.past if each.visit_id not in customer.visits),
    ):
        for case in cases:
            decided_at = case.confirmed_at or case.resolved_at
            if case.status is CaseStatus.RESOLVED and not case.appealed and decided_at is not None:
                yield case.escalation_id, False, decided_at + within


def _appeals(customer: Customer, now: int, policy: Policy) -> Iterator[CustomerAppeal]:
    """What can be appealed, from when on and until when, the first to end first."""
    found = sorted(_appealable(customer, policy), key=lambda each: (each[2], each[0]))
    if not found or found[-1][2] <= now:
        return
    shut_until = _shut_until(customer, now, policy)
    for of, throttled, until in found:
        from_ = shut_until if throttled else None
        if now < until and (from_ is None or from_ < until):
            yield CustomerAppeal(of=of, from_=from_, until=until)


def _shut_until(customer: Customer, now: int, policy: Policy) -> int | None:
    """From when on a throttled decision can be appealed, where it can't be now (ms)."""
    apart = policy.appeals.throttle_appeal_every_days * DAY_MS
    ends = [at + apart for at, _ in customer.throttle_appeals if now < at + apart]
    if any(is_undecided(customer, escalation_id) for _, escalation_id in customer.throttle_appeals):
        return _NEVER
    if abuse_counts(customer, now, policy):
        ends += [
            gone_at(each.occurred_at, policy.throttle)
            for each in counting(customer.entries)
            if each.outcome is OutcomeName.ABUSIVE
        ]
    return max(ends, default=None)


def _is_as_before(before: Customer, after: Customer) -> bool:
    """Whether nothing has changed that a record is made of.

    Of one vehicle it does not matter when it was in service: only more of them make room.
    """
    if before.entries != after.entries or before.throttle_appeals != after.throttle_appeals:
        return False
    if _cases_of(before) != _cases_of(after):
        return False
    stays = tuple(stays_of(before)), tuple(stays_of(after))
    return stays[0] == stays[1] or all(len({s.vehicle_id for s in each}) <= 1 for each in stays)


def _cases_of(customer: Customer) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = [
        (key, each.cases, each.throttled)
        for key, each in customer.visits.items()
        if each.cases or each.throttled
    ]
    return found + [(each.visit_id, each.cases) for each in customer.past if each.cases]


def _digest(record: CustomerOverview) -> int:
    """What tells a record from another one, whenever they were made."""
    content = _encoder.encode(replace(record, as_of=0))
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big")


_NEVER: Final = 253_402_300_799_999
"""Not before somebody decides: later than all that can be appealed."""
