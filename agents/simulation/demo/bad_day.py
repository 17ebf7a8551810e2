"""A site's bad day: within an hour five customers dispute their estimates, and one is Gus."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from schemas.records import Response, Subject

if TYPE_CHECKING:
    from agents.simulation.demo.event_generator import EventGenerator

BAD_DAY: Final = ("columbus", 2)
"""The site that has a bad day, and the day (0 is Monday)."""


def gus(teller: "EventGenerator") -> None:
    """The last of the five, so that his case makes an incident of them."""
    _disputes(teller, 30)


def _disputes(teller: "EventGenerator", minutes: int) -> None:
    stay = teller.visit(*BAD_DAY, minutes=minutes)
    stay.estimate(47_000)
    stay.says(Response.DISPUTED, Subject.ESTIMATE, minutes=10)
    stay.close(47_000, minutes=400)


def _one_at(minutes: int) -> Callable[["EventGenerator"], None]:
    return lambda teller: _disputes(teller, minutes)


THE_OTHERS: Final = {f"columbus-{n}": _one_at(6 * n) for n in range(1, 5)}
"""By the customer's id, what each of the other four does."""
