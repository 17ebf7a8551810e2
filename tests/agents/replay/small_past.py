"""A small past, by hand: five customers of Columbus in March, and what managers found.

- `asks` presses the button on five mornings, each time on a visit of its own: found UNFOUNDED,
  UPHELD and UNFOUNDED, then throttled twice.
- `waits` has an estimate of 100 USD that rises to 115, and never answers: found UPHELD.
- `agrees` has the same rise, and says yes after thirty minutes.
- `disputes` disputes an estimate on a first visit: found PARTLY_UPHELD.
- `rings` rings a manager on three mornings.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

from agents.core.rfc3339 import text_of
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import reference_of
from agents.simulation.replay.recording import Recording, of_lines
from agents.simulation.simulate import Simulation, lines_of

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MORNING = 1_772_463_600_000
"""Monday 2 March 2026, 10:00 in Columbus."""
SITE, REGION = "columbus", "us-east"
Line = dict[str, Any]


class Day:
    """One visit: its events as lines, each so many minutes after the morning of a day."""

    def __init__(self, customer: str, day: int) -> None:
        self.visit = f"{customer}-{day}"
        self.begin = MORNING + day * DAY
        self._customer = customer
        self._number = 0
        self.lines: list[Line] = []

    def event(self, topic: str, minutes: int, **fields: object) -> None:
        self._number += 1
        at = text_of(self.begin + minutes * MINUTE)
        head = {
            "event_id": f"{self.visit}-e{self._number}",
            "occurred_at": at,
            "customer_id": self._customer,
            "visit_id": self.visit,
            "site_id": SITE,
        }
        self.lines.append({"topic": f"service.{topic}", "value": head | fields, "arrived_at": at})

    def check_in(self) -> None:
        self.event(
            "check-ins",
            0,
            vehicle_id=f"{self._customer}-car",
            language="en",
            channels=["SMS"],
            symptoms=["noise"],
        )

    def estimate(self, minutes: int, revision: int, total: int) -> None:
        self.event(
            "estimates",
            minutes,
            vehicle_id=f"{self._customer}-car",
            estimate_id=f"{self.visit}-q",
            revision=revision,
            currency="USD",
            total=total,
            subtotal=total,
            lines=[],
        )

    def says(self, minutes: int, response: str, subject: str = "NONE", **more: object) -> None:
        self.event("customer-responses", minutes, response=response, subject=subject, **more)

    def close(self, minutes: int, charged: int | None = None) -> None:
        self.event(
            "closures",
            minutes,
            vehicle_id=f"{self._customer}-car",
            charged_total=charged,
            operations_done=[],
        )

    def found(self, minutes: int, outcome: str) -> None:
        """What an operator finds of the visit's first case."""
        at = text_of(self.begin + minutes * MINUTE)
        self.lines.append(
            {
                "topic": "recourse.actions",
                "value": {
                    "action_id": f"{self.visit}-a",
                    "escalation_id": f"{self.visit}:1",
                    "region_id": REGION,
                    "occurred_at": at,
                    "by": "op",
                    "action": "RESOLVE",
                    "outcome": outcome,
                },
                "arrived_at": at,
            }
        )


def _asks() -> Iterator[Day]:
    for day, outcome in enumerate(("UNFOUNDED", "UPHELD", "UNFOUNDED", "UPHELD", "UPHELD")):
        visit = Day("asks", day)
        visit.check_in()
        visit.says(10, "REQUESTED")
        visit.found(60, outcome)
        visit.close(120)
        yield visit


def _prices() -> Iterator[Day]:
    for customer in ("waits", "agrees"):
        visit = Day(customer, 0)
        visit.check_in()
        visit.estimate(10, 1, 10_000)
        visit.says(20, "AUTHORISED", "ESTIMATE", subject_id=f"{visit.visit}-q")
        visit.estimate(60, 2, 11_500)
        if customer == "agrees":
            visit.says(90, "AUTHORISED", "ESTIMATE", subject_id=f"{visit.visit}-q")
        else:
            visit.found(240, "UPHELD")
        visit.close(300)
        yield visit


def _others() -> Iterator[Day]:
    visit = Day("disputes", 0)
    visit.check_in()
    visit.estimate(10, 1, 10_000)
    visit.says(20, "DISPUTED", "ESTIMATE", subject_id=f"{visit.visit}-q")
    visit.found(60, "PARTLY_UPHELD")
    visit.close(120)
    yield visit
    for day in range(3):
        visit = Day("rings", day)
        visit.check_in()
        visit.says(10, "CALLED", wish={"manager_id": "m-cole"})
        visit.found(60, "UNFOUNDED")
        visit.close(120)
        yield visit


POLICY = default_policy().model_copy(update={"operators": ("op",)})
"""The package's, with an operator."""


def inputs() -> list[bytes]:
    """What service systems, customers and an operator sent."""
    told = [line for visit in (*_asks(), *_prices(), *_others()) for line in visit.lines]
    return [msgspec.json.encode(line) for line in told]


@cache
def lines() -> tuple[bytes, ...]:
    """The same, and what `simulate` writes of them under the policy."""
    return (*inputs(), *simulated(inputs()))


def simulated(texts: Iterable[bytes]) -> list[bytes]:
    """What `simulate` writes of inputs under the policy."""
    simulation = Simulation(reference_of(POLICY, demo_directory()))
    written = [each for made in simulation.run(lines_of(texts)) for each in made]
    return [msgspec.json.encode(each) for each in written]


def recorded(texts: Iterable[bytes]) -> Recording:
    """Lines as a replay reads them."""
    return of_lines(texts, reference_of(POLICY, demo_directory()))
