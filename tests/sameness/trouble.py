"""Half a year of customers who disagree about everything: seeded, so a seed is always the same.

What the demo's `event_generator` tells rarely is the rule here: revisions out of order, late
events, the same id again with another content, several visits of one vehicle, episodes that end
and begin anew, visits that fall silent, records that go.
"""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import msgspec

from agents.core.calendar import DAY_MS
from agents.core.customers.handle import handle, handle_time
from agents.core.customers.partition import Partition
from agents.core.handling import Arrived, Output, in_one_go
from agents.core.policy import Policy
from agents.core.world import Directory, World
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.simulation.demo.event_generator import BEGIN, HOUR_MS, Arrival
from schemas.records import (
    Cause,
    Channel,
    CheckIn,
    Closure,
    CustomerResponse,
    Diagnosis,
    Erasure,
    Estimate,
    EstimateLine,
    Response,
    Stage,
    Subject,
    WarrantyDecision,
    WarrantyDecisionName,
    Wish,
)
from schemas.records.symbols import Tier

DAYS = 200
_TOPICS: dict[type[msgspec.Struct], str] = {
    CheckIn: "service.check-ins",
    Diagnosis: "service.diagnoses",
    Estimate: "service.estimates",
    WarrantyDecision: "service.warranty-decisions",
    CustomerResponse: "service.customer-responses",
    Closure: "service.closures",
}
_OPERATIONS = ("inspection", "brake pads", "battery", "software update")
_SYMPTOMS = ("noise", "no power", None)
_RESPONSES = [each for each in Response if each is not Response.UNKNOWN]
_SUBJECTS = [each for each in Subject if each is not Subject.UNKNOWN]


def trouble(seed: int, customers: int, directory: Directory) -> list[Arrival]:
    """The records in the order in which they arrive."""
    arrivals: list[Arrival] = []
    for number in range(customers):
        arrivals += _Customer(seed, number, directory).arrivals
    return sorted(arrivals)


class Lived(NamedTuple):
    """One arrival of trouble, and what stage customers made of it and of the time before it."""

    event: Any
    world: World
    partition: Partition
    """The customers after it."""
    outputs: tuple[Output, ...]


def lived(seed: int, customers: int, under: Policy | None = None) -> Iterator[Lived]:
    """Trouble at the demo's sites in the pure core, under the package's policy or another."""
    directory, policy, partition = demo_directory(), under or default_policy(), Partition()
    for number, arrival in enumerate(trouble(seed, customers, directory)):
        event: Any = codecs.decode(arrival.topic, arrival.value)
        world = World(now=arrival.at, policy=policy, directory=directory)
        arrived = Arrived(topic="any", record=event, timestamp=arrival.at, digest=number)
        by_time = in_one_go(handle_time(partition, world))
        partition.apply(by_time.changed)
        by_event = handle(partition, arrived, world)
        partition.apply(by_event.changed)
        yield Lived(event, world, partition, (*by_time.outputs, *by_event.outputs))


class _Customer:
    def __init__(self, seed: int, number: int, directory: Directory) -> None:
        self.random = Random(f"trouble:{seed}:{number}")
        self.directory = directory
        self.customer_id = f"t{number:04d}"
        self.arrivals: list[Arrival] = []
        self._events = 0
        visits = self.random.choice((1, 2, 4, 8))
        for visit in range(visits):
            self._visit(f"{self.customer_id}-v{visit}")
        if self.random.random() < 0.05:
            self._ask_to_be_forgotten()

    def _visit(self, visit_id: str) -> None:
        random = self.random
        begun = BEGIN + random.randrange(DAYS * 24) * HOUR_MS
        head = {
            "customer_id": self.customer_id,
            "visit_id": visit_id,
            "vehicle_id": f"{self.customer_id}-car{random.choice((1, 1, 1, 2))}",
            "site_id": random.choice([*sorted(self.directory.sites), "nowhere"]),
        }
        hours = random.choice((6, 30, 24 * 30))
        for _ in range(random.randint(1, 18)):
            at = begun + random.randrange(hours * 60) * 60_000
            self._event(head, at, visit_id)
        if random.random() < 0.8:
            at = begun + random.randrange(hours * 60) * 60_000
            self._send(Closure(**self._head(head, at), **self._closure()))

    def _ask_to_be_forgotten(self) -> None:
        at = self.random.choice(self.arrivals).at
        erasure = Erasure(customer_id=self.customer_id, occurred_at=at - HOUR_MS)
        value = codecs.encode("privacy.erasures", erasure)
        self.arrivals.append(Arrival(at, "privacy.erasures", self.customer_id.encode(), value))

    def _head(self, head: dict[str, Any], at: int) -> dict[str, Any]:
        self._events += 1
        moved = {"site_id": "berlin"} if self.random.random() < 0.02 else {}
        event_id = f"{self.customer_id}-e{self._events}"
        if self.random.random() < 0.01:
            event_id = f"{self.customer_id}-e{self.random.randint(1, self._events)}"
        return {**head, **moved, "event_id": event_id, "occurred_at": at}

    def _send(self, record: Any) -> None:
        value, random = codecs.encode(_TOPICS[type(record)], record), self.random
        at = record.occurred_at + random.choice((200, 60_000, HOUR_MS, 20 * HOUR_MS, 24 * HOUR_MS))
        topic, key = _TOPICS[type(record)], self.customer_id.encode()
        self.arrivals.append(Arrival(at, topic, key, value))
        if random.random() < 0.05:
            again = at + random.choice((1_000, 2 * HOUR_MS, 2 * DAY_MS))
            self.arrivals.append(Arrival(again, topic, key, value))

    def _event(self, head: dict[str, Any], at: int, visit_id: str) -> None:
        random = self.random
        kind, fields = random.choice(
            (
                (CheckIn, self._check_in),
                (Diagnosis, self._diagnosis),
                (Diagnosis, self._diagnosis),
                (Estimate, self._estimate),
                (Estimate, self._estimate),
                (WarrantyDecision, self._claim),
                (CustomerResponse, self._response),
                (CustomerResponse, self._response),
                (CustomerResponse, self._response),
            )
        )
        self._send(kind(**self._head(head, at), **fields(visit_id)))

    def _check_in(self, _: str) -> dict[str, Any]:
        random = self.random
        return {
            "language": random.choice(("en", "de", "es-MX")),
            "channels": (Channel.APP, Channel.SMS)[: random.randint(1, 2)],
            "quiet_from": random.choice((None, "21:00")),
            "quiet_until": random.choice((None, "07:00")),
            "time_zone": random.choice((None, "Europe/Berlin", "No/Such")),
            "symptoms": ("noise",),
            "promised_ready_at": BEGIN + random.randrange(DAYS) * DAY_MS,
        }

    def _diagnosis(self, visit_id: str) -> dict[str, Any]:
        random = self.random
        return {
            "diagnosis_id": f"{visit_id}-d{random.randint(1, 2)}",
            "revision": random.randint(1, 4),
            "stage": random.choice((Stage.REMOTE, Stage.CENTRE, Stage.CENTRE)),
            "code": random.choice(("P0420", "P0171", "P0300")),
            "symptom": random.choice(_SYMPTOMS),
            "cause": random.choice((Cause.MANUFACTURING, Cause.WEAR, Cause.NONE)),
            "fault_found": random.random() < 0.7,
            "safety": random.random() < 0.06,
            "recall_id": None,
        }

    def _estimate(self, visit_id: str) -> dict[str, Any]:
        random = self.random
        total = random.choice((10_000, 10_500, 11_000, 11_001, 20_000, 90_000))
        lines = tuple(
            EstimateLine(
                operation=each,
                amount=random.choice((0, 5_000)),
                claim_id=random.choice((None, None, f"{visit_id}-w1")),
            )
            for each in random.sample(_OPERATIONS, random.randint(0, 3))
        )
        return {
            "estimate_id": f"{visit_id}-q{random.choice((1, 1, 2))}",
            "revision": random.randint(1, 5),
            "ready_at": random.choice((None, BEGIN + random.randrange(DAYS) * DAY_MS)),
            "currency": random.choice(("USD",) * 9 + ("EUR",)),
            "total": total,
            "subtotal": total * 10 // 11,
            "lines": lines,
        }

    def _claim(self, visit_id: str) -> dict[str, Any]:
        random = self.random
        return {
            "claim_id": f"{visit_id}-w{random.choice((1, 1, 2))}",
            "revision": random.randint(1, 4),
            "decision": random.choice(
                [each for each in WarrantyDecisionName if each is not WarrantyDecisionName.UNKNOWN]
            ),
            "reason_code": "W17",
            "operations": tuple(random.sample(_OPERATIONS, 1)),
        }

    def _response(self, visit_id: str) -> dict[str, Any]:
        random = self.random
        response = random.choice((*_RESPONSES, Response.AUTHORISED, Response.DISPUTED))
        subject = random.choice((*_SUBJECTS, Subject.ESTIMATE, Subject.ESTIMATE))
        ids = {
            Subject.DIAGNOSIS: f"{visit_id}-d1",
            Subject.ESTIMATE: f"{visit_id}-q1",
            Subject.WARRANTY: f"{visit_id}-w1",
            Subject.ESCALATION: f"{visit_id}:1",
        }
        amount = response is Response.AUTHORISED and random.random() < 0.3
        wish = Wish(tier=random.choice((None, Tier.REGIONAL)), manager_id="r-bauer")
        return {
            "response": response,
            "subject": subject,
            "subject_id": random.choice((None, ids.get(subject))),
            "subject_revision": random.choice((None, None, random.randint(1, 4))),
            "authorised_total": random.choice((10_000, 20_000)) if amount else None,
            "currency": "USD" if amount and random.random() < 0.5 else None,
            "rating": random.choice((None, 4)),
            "wish": random.choice((None, None, wish)),
        }

    def _closure(self) -> dict[str, Any]:
        random = self.random
        charged = random.choice((None, 0, 10_000, 12_000, 90_000))
        return {
            "charged_total": charged,
            "charged_subtotal": None if charged is None else random.choice((None, charged)),
            "currency": None,
            "operations_done": tuple(random.sample(_OPERATIONS, random.randint(0, 3))),
            "rating": random.choice((None, 2)),
            "resolved_same_day": random.choice((None, True, False)),
        }
