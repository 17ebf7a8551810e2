"""Stage shadow: what stage customers would decide under another policy, and nothing else of it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agents.core.customers.handle import handle as handle_customers
from agents.core.customers.handle import handle_time as handle_customers_time
from agents.core.customers.partition import Partition as CustomersPartition
from agents.core.customers.state import Customer
from agents.core.handling import NOTHING, Arrived, Handled, Output, Turns
from agents.core.shadow.begun import Begun, gaps
from agents.core.world import World
from schemas.records import Disagreement, ShadowDecision

SHADOW_DECISIONS: Final = "recourse.shadow-decisions"


class Partition(CustomersPartition):
    """The customers as they would be. `begun` is set by whoever keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: Begun | None = None


def handle(partition: Partition, arrived: Arrived, world: World) -> Handled[Customer]:
    """What one record makes under the policy of `world`; it tells nobody but the comparison."""
    return _beside(partition, handle_customers(partition, arrived, world), world)


def handle_time(
    partition: Partition, world: World, aside: Mapping[str, Exception] = NOTHING
) -> Turns[Handled[Customer]]:
    """What is due at or before `world.now`."""
    handled = yield from handle_customers_time(partition, world, aside)
    return _beside(partition, handled, world)


def whose(record: Struct) -> str | None:
    """Whose record made an output of time."""
    return record.decision.customer_id if isinstance(record, ShadowDecision) else None


def _beside(partition: Partition, handled: Handled[Customer], world: World) -> Handled[Customer]:
    begun = partition.begun
    assert begun is not None, "nothing is handled without a policy to compare with"
    outputs = tuple(
        Output(
            topic=SHADOW_DECISIONS,
            record=_decision(
                each.record, begun, handled.changed.get(each.record.customer_id), world
            ),
        )
        for each in handled.outputs
        if isinstance(each.record, Disagreement)
    )
    return Handled(
        changed=handled.changed,
        outputs=outputs,
        failures=handled.failures,
        rejected=handled.rejected,
    )


def _decision(
    found: Disagreement, begun: Begun, customer: Customer | None, world: World
) -> ShadowDecision:
    return ShadowDecision(
        decision=replace(found, words=None),
        shadow_id=begun.shadow_id,
        may_lack=gaps(found, customer, world.policy, begun.since),
    )
