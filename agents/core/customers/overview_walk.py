"""All customers of a partition get the record in recourse.customers that they should have.

That is done once when there is such a topic, and again when the generation of the policy changes,
or the numbers by which records are made: some customers at each tick, in the order of their ids.
How far it has come is kept under a key that is nobody's id, so that a restart goes on there. Where
the policy was taken back to generation 1 it is of those who have a record by then.
"""

from collections.abc import Collection
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec.structs import replace

from agents.core.customers.kept_walk import Walk
from agents.core.customers.overviews import may_be_shown, shown
from agents.core.customers.partition import NOT_DUE, Partition
from agents.core.customers.retention import with_due
from agents.core.customers.state import Customer
from agents.core.handling import Failure, Output, Turns
from agents.core.policy import Policy
from agents.core.pseudonyms import key_of
from agents.core.world import World

KEY: Final = "=walk"
"""An id has no `=`, and the hash of one begins otherwise."""
AT_ONCE: Final = 1_000
"""How many customers a tick looks at: some 30 ms of work."""


def walked(
    partition: Partition,
    changed: dict[str, Customer | None],
    failures: list[Failure],
    world: World,
    aside: Collection[str],
) -> Turns[list[Output]]:
    """What is written of the next customers; `changed` and `failures` get what comes of it.

    Others may have a turn between two customers. `aside`: those on whom our own code fails.
    """
    outputs, writes = list[Output](), world.policy.writes_generation(2)
    walk = _walk_to_go_on(partition, world)
    if walk is None or walk.until is None:
        return outputs
    keys = partition.keys_after(walk.until, AT_ONCE)
    for key in keys:
        customer = changed[key] if key in changed else partition.look(key)
        if customer is None or key == KEY or key in aside or key_of(key) is not None:
            continue
        if not writes and customer.shown is None:
            continue
        try:
            after, written = shown(customer, world, was_there=may_be_shown(customer))
            if after is not customer:
                changed[key] = with_due(after, world)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others have their records
            failures.append(Failure(key=key, error=error))
            continue
        outputs += written
        yield
    until = keys[-1] if len(keys) == AT_ONCE else None
    changed[KEY] = _kept(replace(walk, until=until), world)
    return outputs


def _walk_to_go_on(partition: Partition, world: World) -> Walk | None:
    """Where the walk is; None: there is nobody, or nobody had a record under this policy yet."""
    under, kept = _numbers(world.policy), partition.get(KEY)
    if not partition.count() or (kept is None and not world.policy.writes_generation(2)):
        return None
    walk = None if kept is None else kept.walk
    return walk if walk is not None and walk.under == under else Walk(under=under, until="")


def _kept(walk: Walk, world: World) -> Customer:
    return Customer(
        customer_id=KEY,
        first_visit_id="",
        first_visit_at=0,
        first_event_id="",
        last_visit_at=world.now,
        due_at=NOT_DUE if walk.until is None else world.now + 1,
        walk=walk,
    )


_KNOWN: dict[int, tuple[Policy, int]] = {}
"""By identity: a policy is large, and asked for with each tick."""


def _numbers(policy: Policy) -> int:
    """What tells the numbers of a policy by which records are made from others."""
    known = _KNOWN.get(id(policy))
    if known is None or known[0] is not policy:
        throttle = policy.throttle
        numbers = (
            policy.writes_generation(2),
            throttle.limit,
            throttle.per_day,
            throttle.per_vehicle,
            throttle.window_days,
            throttle.fade.model_dump(mode="json"),
            policy.appeals.model_dump(mode="json"),
        )
        digest = blake2b(msgspec.json.encode(numbers), digest_size=6).digest()
        if len(_KNOWN) > _REMEMBERED:
            _KNOWN.clear()
        known = _KNOWN[id(policy)] = policy, int.from_bytes(digest, "big")
    return known[1]


_REMEMBERED: Final = 64
