"""The visits of a simulated month: the demo's plots, for as many visits as are asked for.

Most visits are quiet. Few customers come more than once, and a few of them press the button each
time that they come.
"""

from random import Random
from typing import TypeVar

from agents.core.world import Directory
from agents.simulation.demo.event_generator import (
    BEGIN,
    DAY_MS,
    PLOTS,
    Arrival,
    EventGenerator,
    Plot,
    Stay,
    quiet,
    unanswered,
)
from schemas.records import Response, Subject

QUIET_PERCENT = 91
"""How many visits of a hundred nobody would disagree about; the demo's week has 50."""
INSISTENT_PERCENT = 0.4
"""How many customers of a hundred come again and again, and press the button each time."""
_TROUBLE = (*((weight, plot) for weight, plot in PLOTS if plot is not quiet), (2, unanswered))
_VISITS = ((80, 1), (14, 2), (6, 3))
SAME_AGAIN_PERCENT = 5
"""How many of a hundred who come again come for the same symptom each time."""
_INSISTENT_VISITS = 5
_LATE = 0.002
_WITHOUT_CHECK_IN = 0.05
_SYMPTOMS = ("noise at low speed", "warning light", "pulls to the left", "loses charge", "leaks")
_SATURDAY, _SUNDAY = 5, 6
_SATURDAYS_SHARE = 3  # a Saturday has a third of another day's visits
_LAST_CHECK_IN_MINUTES = 300  # after the opening

T = TypeVar("T")


def visits(seed: int, name: str, count: int, days: int, directory: Directory) -> list[Arrival]:
    """So many visits at the sites of a directory, in the order in which their records arrive.

    `name` goes into the customers' ids; the same seed and name are the same visits.
    """
    arrivals, left, number = list[Arrival](), count, 0
    sites, open_days = sorted(directory.sites), _days(days)
    while left > 0:
        teller = EventGenerator(seed, f"{name}-{number:06d}", directory, late=_LATE)
        left -= _stays(teller, left, sites, open_days)
        arrivals += teller.arrivals
        number += 1
    end = BEGIN + days * DAY_MS
    return sorted(each for each in arrivals if each.at < end)


def _stays(teller: EventGenerator, at_most: int, sites: list[str], days: list[int]) -> int:
    """A customer's visits, at one site; gives how many there were."""
    random = teller.random
    insists = random.random() * 100 < INSISTENT_PERCENT
    many = _INSISTENT_VISITS if insists else random.choices(*_weighed(_VISITS))[0]
    site_id = random.choice(sites)
    on = sorted({random.choice(days) for _ in range(min(many, at_most))})
    symptoms = random.sample(_SYMPTOMS, k=len(on))
    if random.random() * 100 < SAME_AGAIN_PERCENT:
        symptoms = symptoms[:1] * len(on)
    for day, symptom in zip(on, symptoms, strict=True):
        minutes = random.randint(1, _LAST_CHECK_IN_MINUTES)
        stay = teller.visit(
            site_id,
            day,
            check_in=random.random() > _WITHOUT_CHECK_IN,
            minutes=minutes,
            symptom=symptom,
        )
        (_insists if insists else _plot(random))(stay, random.randint(80, 900) * 100)
    return len(on)


def _insists(stay: Stay, total: int) -> None:
    """All is as estimated, and the customer wants a manager all the same."""
    stay.estimate(total)
    stay.says(Response.AUTHORISED, Subject.ESTIMATE)
    stay.says(Response.REQUESTED, minutes=50)
    stay.close(total)


def _plot(random: Random) -> Plot:
    if random.random() * 100 < QUIET_PERCENT:
        return quiet
    return random.choices(*_weighed(_TROUBLE))[0]


def _weighed(table: tuple[tuple[int, T], ...]) -> tuple[list[T], list[int]]:
    return [each for _, each in table], [weight for weight, _ in table]


def _days(days: int) -> list[int]:
    """The days with their weight: the first is a Monday, no visits begin on Sundays."""
    weights = {_SATURDAY: 1, _SUNDAY: 0}
    return [day for day in range(days) for _ in range(weights.get(day % 7, _SATURDAYS_SHARE))]
