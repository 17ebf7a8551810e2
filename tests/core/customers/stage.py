"""Stage customers in the hand: events in, records out."""

from typing import Any

from msgspec import Struct

from agents.core.customers import state_codec
from agents.core.customers.handle import handle, handle_time
from agents.core.customers.overview_walk import KEY as WALK
from agents.core.customers.partition import Partition
from agents.core.customers.state import Customer, Visit
from agents.core.handling import Arrived, Handled, in_one_go
from agents.core.policy import Policy
from agents.core.pseudonyms import PLAIN_IDS
from agents.core.world import Directory, World
from schemas.records import (
    Absence,
    ContactCard,
    Disagreement,
    Hours,
    Manager,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Tier,
)
from tests.core.builders import policy, site
from tests.strict import readable


def manager(manager_id: str = "lena", tier: Tier = Tier.LOCAL, **fields: Any) -> Manager:
    whole: dict[str, Any] = {
        "manager_id": manager_id,
        "name": manager_id.capitalize(),
        "tier": tier,
        "site_ids": ("s1",) if tier is Tier.LOCAL else (),
        "region_ids": () if tier is Tier.LOCAL else ("r1",),
        "languages": ("en",),
        "phone": "+1-202-555-0101",
        "shifts": (),
        "time_zone": "UTC",
        "absences": (),
    }
    return Manager(**(whole | fields))


def hours(days: tuple[int, ...], from_: str, to: str) -> Hours:
    return Hours(days=days, from_=from_, to=to)


def absence(from_: int, until: int) -> Absence:
    return Absence(from_=from_, until=until)


class Stage:
    """One partition of stage customers with one directory; `now` is the largest time so far."""

    def __init__(self, rules: Policy | None = None, *managers: Manager) -> None:
        self.partition = Partition()
        self.rules = rules or policy()
        self.directory = Directory([site()], managers)
        self.now = 0
        self.pseudonyms = PLAIN_IDS
        self.outputs: list[Struct] = []

    def world(self) -> World:
        return World(
            now=self.now,
            policy=self.rules,
            directory=self.directory,
            pseudonyms=self.pseudonyms,
        )

    def _took(self, handled: Handled[Customer]) -> Handled[Customer]:
        readable(handled.outputs)
        self.partition.apply(handled.changed)
        self.outputs += [output.record for output in handled.outputs]
        return handled

    def take(self, record: Any, at: int | None = None, digest: int = 0) -> Handled[Customer]:
        """One record that arrives when it occurs, if not told otherwise."""
        timestamp = record.occurred_at if at is None else at
        self.now = max(self.now, timestamp)
        arrived = Arrived(topic="t", record=record, timestamp=timestamp, digest=digest)
        return self._took(handle(self.partition, arrived, self.world()))

    def tick(self, at: int) -> Handled[Customer]:
        self.now = max(self.now, at)
        return self._took(in_one_go(handle_time(self.partition, self.world())))

    def outcome(self, status: str, result: str | None = None, **fields: Any) -> Handled[Customer]:
        """What the desk says of v1:1, now."""
        whole: dict[str, Any] = {
            "escalation_id": "v1:1",
            "visit_id": "v1",
            "customer_id": "c1",
            "occurred_at": self.now,
            "status": OutcomeStatus(status),
            "outcome": OutcomeName(result) if result else None,
            "on_appeal": False,
        }
        return self.take(Outcome(**(whole | fields)), self.now)

    @property
    def decided(self) -> list[Disagreement]:
        return [each for each in self.outputs if isinstance(each, Disagreement)]

    @property
    def cards(self) -> list[ContactCard]:
        return [each for each in self.outputs if isinstance(each, ContactCard)]

    @property
    def records(self) -> dict[str, Customer]:
        """All that the partition keeps of customers."""
        return {
            key: state_codec.decode(value) for key, value in self.partition.records() if key != WALK
        }

    def customer(self) -> Customer:
        found = self.partition.get("c1")
        assert found is not None
        return found

    def visit(self, visit_id: str = "v1") -> Visit:
        return self.customer().visits[visit_id]


def facts_of(record: Disagreement, code: str) -> dict[str, str]:
    """What a reason of a record says."""
    return next(each.facts for each in record.reasons if each.code == code)
