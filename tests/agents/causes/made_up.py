"""Networks that never were: cases by site and cause, for tests of what is said of them."""

from collections import Counter
from collections.abc import Mapping
from random import Random

from msgspec import Struct

from agents.operations.causes.case import Case
from agents.operations.causes.cause import Cause
from agents.operations.causes.report import Seeing
from schemas.records import Rule

FIRST_DAY = 20_500  # since 1970: a Monday in February 2026
_SUNDAY = 6


class Planted(Struct, frozen=True, kw_only=True):
    """A cause that is so many times as frequent at a site, from a day on and up to another."""

    site_id: str
    cause: Cause
    times: float
    first: int = 0
    last: int = 10_000


class Network(Struct, frozen=True, kw_only=True):
    """Sites, visits of each on an ordinary day, causes, and cases of each in 1,000 visits.

    `spread`: how much sites differ of themselves (a factor of exp(spread) is usual). `returning`:
    how many of a hundred customers come again within the month and have the same case again.
    """

    sites: int = 12
    visits: float = 10
    causes: int = 30
    per_1000: float = 2
    spread: float = 0.0
    returning: float = 10


def cause_of(number: int) -> Cause:
    """The cause of a number."""
    rule = list(Rule)[1 + number % 12]
    return Cause(rule=rule, code=f"P{number:04d}", reason=None, operation=None)


def seeing(
    seed: int, days: int, network: Network | None = None, planted: tuple[Planted, ...] = ()
) -> Seeing:
    """What is seen of a network in so many days."""
    network = network or Network()
    chance = Random(seed)
    levels = {
        (site, cause): chance.lognormvariate(0, network.spread) if network.spread else 1.0
        for site in range(network.sites)
        for cause in range(network.causes)
    }
    sizes = [chance.uniform(0.4, 1.6) for _ in range(network.sites)]
    visits: dict[str, Counter[int]] = {}
    cases = list[Case]()
    for day in range(days):
        for site in range(network.sites):
            site_id, count = f"s{site}", _to_do(day, network.visits * sizes[site], chance)
            visits.setdefault(site_id, Counter())[FIRST_DAY + day] += count
            for number in range(network.causes):
                rate = network.per_1000 / 1_000 * levels[site, number]
                rate *= _times(planted, site_id, cause_of(number), day)
                for _ in range(count if rate > 0 else 0):
                    if chance.random() < rate:
                        times = 1 + (chance.random() * 100 < network.returning)
                        cases += [
                            _case(site_id, number, day, each, len(cases)) for each in range(times)
                        ]
    ordered = sorted(cases, key=lambda each: (each.day, each.example))
    return Seeing(cases=[each for each in ordered if each.day < FIRST_DAY + days], visits=visits)


def _times(planted: tuple[Planted, ...], site_id: str, cause: Cause, day: int) -> float:
    times = 1.0
    for each in planted:
        if (each.site_id, each.cause) == (site_id, cause) and each.first <= day < each.last:
            times *= each.times
    return times


def _to_do(day: int, mean: float, chance: Random) -> int:
    if day % 7 == _SUNDAY:
        return 0
    return int(mean * (0.5 + chance.random()) + chance.random())


def _case(site_id: str, number: int, day: int, again: int, count: int) -> Case:
    """A case, and now and then the same customer's next one."""
    return Case(
        example=f"v{count}-{again}:{number}",
        visit_id=f"v{count}-{again}",
        site_id=site_id,
        region_id="r",
        cause=cause_of(number),
        day=FIRST_DAY + day + again * 9,
        at=0,
        is_first=again == 0,
    )


def named(found: Mapping[tuple[str, Cause], object]) -> set[tuple[str, str]]:
    """Sites and causes by name."""
    return {(site_id, str(cause)) for site_id, cause in found}
