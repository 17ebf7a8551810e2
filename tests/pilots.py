"""Pilots that never were, looked at every day by the very functions that `recourse effect` calls.

    python -m tests.pilots --pilots 2000              # arms that do not differ
    python -m tests.pilots --pilots 1000 --points 4   # same-day visits better by 4 points inside

Customers come several times, and each is as likely as they are to be served on the day; sites and
advisers have levels of their own; there is less to do on Saturdays and nothing on Sundays; of some
visits nobody writes the closure, and they end by silence.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import date, timedelta
from math import exp, lgamma, log
from random import Random
from typing import NamedTuple

from agents.commands.console.output import say
from agents.core.customers.compared import compared
from agents.core.customers.compared_sums import Visited
from agents.core.customers.gate import bucket
from agents.core.customers.state import Customer, Visit
from agents.core.policy_effect import Worthwhile
from agents.operations.effect.intervals import (
    Difference,
    always,
    difference_of,
    once,
    variance_to_see,
)
from agents.operations.effect.measures import METRICS, MetricName
from agents.operations.effect.reading import Sums
from agents.operations.effect.report import ERROR, Asked, pairs, report
from agents.reference_data.policy_files import default_policy
from schemas.records import Arm, Insight

DAYS = 90
SITES = 12
FIRST_DAY = date(2026, 3, 2)
_SILENT = 0.04  # of visits
_SILENCE_DAYS = 60
_METRIC = METRICS[MetricName.SAME_DAY]


class Network(NamedTuple):
    """Where a pilot runs: `visits` of a site on an ordinary day, by so many customers of it.

    `spread`: how different they are, as the standard deviation of how likely each is served.
    """

    sites: int = SITES
    customers: int = 500
    visits: float = 5
    share: int = 5_000
    spread: float = 0.2


class Seen(NamedTuple):
    """What a pilot came to: the first day (from 0) on which each way of looking said something."""

    always: int | None
    by_visit: int | None
    last: Difference


def insights(seed: int, points: float, network: Network) -> Iterator[list[Insight]]:
    """What the visits of a pilot add to `recourse.insights`, day by day."""
    chance = Random(seed)
    levels = [0.6 + chance.gauss(0, 0.06) for _ in range(network.sites)]
    advisers = [[chance.gauss(0, 0.05) for _ in range(4)] for _ in range(network.sites)]
    people = [
        [_person(f"{seed}-{s}-{n}", network.spread, chance) for n in range(network.customers)]
        for s in range(network.sites)
    ]
    known: dict[tuple[int, int], Customer] = {}
    silent: dict[int, list[tuple[int, int]]] = {}
    for day in range(DAYS):
        ended = [(site, who, False) for site, who in silent.pop(day, [])]
        for site in range(network.sites):
            for _ in range(_to_do(day, network.visits, chance)):
                who = int(network.customers * chance.random() ** 2)
                ready, drawn = people[site][who]
                likely = levels[site] + chance.choice(advisers[site]) + ready
                likely += points / 100 if drawn < network.share else 0
                if chance.random() < _SILENT:
                    silent.setdefault(day + _SILENCE_DAYS, []).append((site, who))
                else:
                    ended.append((site, who, chance.random() < likely))
        yield [
            _insight(
                _Ended(day, site, who, people[site][who][1] < network.share, same_day),
                network.share,
                known,
            )
            for site, who, same_day in ended
        ]


def _person(customer_id: str, spread: float, chance: Random) -> tuple[float, int]:
    return chance.gauss(0, spread), bucket("pilots", customer_id)


def _to_do(day: int, visits: float, chance: Random) -> int:
    """How many visits end, of `visits` on an ordinary day."""
    weekday = day % 7
    mean = visits if weekday < _SATURDAY else visits / 3 if weekday == _SATURDAY else 0
    return int(mean * (0.5 + chance.random()) + chance.random())


_SATURDAY = 5


class _Ended(NamedTuple):
    """A visit: on which day, where and whose."""

    day: int
    site: int
    who: int
    inside: bool
    same_day: bool


def _insight(ended: _Ended, share: int, known: dict[tuple[int, int], Customer]) -> Insight:
    arm = Arm.LIVE if ended.inside else Arm.HOLDOUT
    customer = known.get((ended.site, ended.who)) or Customer(
        customer_id="c",
        first_visit_id="v",
        first_visit_at=0,
        first_event_id="e",
        last_visit_at=0,
    )
    visit = Visit(
        visit_id="v",
        site_id=f"s{ended.site}",
        region_id="r",
        arm=arm,
        opened_at=0,
        first_occurred_at=0,
        first_event_id="e",
        last_event_at=0,
        share=share,
    )
    visited = Visited(visits=1, same_day=int(ended.same_day))
    known[ended.site, ended.who], moved, drawn = compared(customer, visit, visited)
    return Insight(
        site_id=visit.site_id,
        day=FIRST_DAY + timedelta(ended.day),
        arm=arm,
        counts={"visits_ended": 1, "visits_same_day": int(ended.same_day)} | moved,
        region_id="r",
        share=drawn,
    )


def looked_at(seed: int, network: Network, *, points: float = 0, worthwhile: float = 2) -> Seen:
    """A pilot, looked at each day: what was said first."""
    numbers = default_policy().worthwhile.model_copy(update={"same_day_points": worthwhile})
    asked = Asked(metrics=(MetricName.SAME_DAY,))
    sums = Sums()
    first: dict[str, int] = {}
    last: Difference | None = None
    for day, added in enumerate(insights(seed, points, network)):
        for each in added:
            sums.take(each)
        found = report(sums, numbers, asked)
        whole = next((line for line in found.lines if line.site_id is None), None)
        if whole is not None and whole.low is not None and whole.high is not None:
            if whole.low > 0 or whole.high < 0:
                first.setdefault("always", day)
            if _is_seen_by_visit(sums, numbers):
                first.setdefault("by visit", day)
            last = difference_of(pairs(_METRIC, sums, sums.drawn))
    assert last is not None, "ninety days are enough to compare"
    return Seen(first.get("always"), first.get("by visit"), last)


def _is_seen_by_visit(sums: Sums, numbers: Worthwhile) -> bool:
    """What who takes visits for people would say, with the same interval."""
    known = [pair for pair in pairs(_METRIC, sums, sums.drawn) if pair.counts]
    whole = sum(pair.weight for pair in known)
    value = variance = 0.0
    for pair in known:
        part = pair.weight / whole
        value += part * (pair.inside.share - pair.outside.share)
        for arm in (pair.inside, pair.outside):
            variance += part**2 * arm.share * (1 - arm.share) / arm.x
    difference = Difference(value=value, variance=variance, x=1)
    interval = always(difference, worthwhile=_METRIC.worthwhile(numbers), error=ERROR)
    return interval.low > 0 or interval.high < 0


def at_least(held: int, of: int, error: float = 0.05) -> float:
    """The lower bound of a chance of which so many of so many came true (Clopper and Pearson)."""
    low, high = 0.0, held / of
    for _ in range(50):
        middle = (low + high) / 2
        beyond = sum(_chance(number, of, middle) for number in range(held, of + 1))
        low, high = (middle, high) if beyond < error else (low, middle)
    return low


def _chance(held: int, of: int, chance: float) -> float:
    if chance <= 0:
        return float(held == 0)
    ways = lgamma(of + 1) - lgamma(held + 1) - lgamma(of - held + 1)
    return exp(ways + held * log(chance) + (of - held) * log(1 - chance))


def main() -> None:
    """Pilots from a seed on, and how often which way of looking said something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pilots", type=int, default=200)
    parser.add_argument("--points", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=int, default=5_000, help="of 10,000")
    parser.add_argument("--worthwhile", type=float, default=2, help="points, as in the policy")
    parser.add_argument("--visits", type=float, default=5, help="of a site on an ordinary day")
    given = parser.parse_args()
    network = Network(share=given.share, visits=given.visits)
    began = time.monotonic()
    seen = []
    for seed in range(given.seed, given.seed + given.pilots):
        seen.append(looked_at(seed, network, points=given.points, worthwhile=given.worthwhile))
        if len(seen) % 100 == 0:
            say(f"{len(seen)} of {given.pilots} ...")
    count = len(seen)
    covered = [once(each.last, error=ERROR) for each in seen]
    held = sum(each.low <= given.points / 100 <= each.high for each in covered)
    say(
        f"{count} pilots of {DAYS} days, {SITES} sites, {given.share / 100:g} % inside, "
        f"{given.visits:g} visits a day of each, {given.points:g} points planted, "
        f"{given.worthwhile:g} worthwhile, seeds from {given.seed}: "
        f"{time.monotonic() - began:.0f} s"
    )
    say(f"said, by customer, at any look: {sum(e.always is not None for e in seen) / count:.3f}")
    say(f"said, by visit, at any look:    {sum(e.by_visit is not None for e in seen) / count:.3f}")
    wanted = variance_to_see(given.worthwhile / 100, ERROR)
    last = sum(each.last.variance for each in seen) / count
    say(f"variance on the last day, of the one planned for: {last / wanted:.2f}")
    say(
        f"interval of one look on the last day holds: {held / count:.3f}, {held} of {count}: "
        f"with 95 % confidence in {at_least(held, count):.3f} and more"
    )


if __name__ == "__main__":
    main()
