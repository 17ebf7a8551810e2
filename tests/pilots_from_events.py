"""Pilots from events, through stage customers and stage insights, looked at every day.

    python -m tests.pilots_from_events --pilots 200

The arms do not differ. Each event goes through both stages as bytes; each evening the newest days
of sites are read as `recourse effect` reads them. The last line is kept in
`tests/pilots_from_events.tsv`.
"""

import argparse
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from msgspec import Struct

from agents.commands.console.output import say
from agents.core.calendar import HOUR_MS
from agents.core.insights import INSIGHTS
from agents.core.world import Directory
from agents.operations.effect.measures import MetricName
from agents.operations.effect.reading import Sums
from agents.operations.effect.report import Answer, Asked, report
from agents.pipeline.processor import TICKS
from agents.pipeline.stages import CUSTOMERS, SITE_DAYS_STAGE
from agents.records import codecs
from agents.reference_data.reference import reference_of
from schemas.records import CheckIn, Closure, Insight, SiteDay, Tick
from streams.runtime.fold import Fold
from streams.topology import Message
from tests.core.builders import policy, site

LOG = Path(__file__).with_suffix(".tsv")
TITLES = "commit\tseeds\tdays\tsites\tvisits\tseconds\tsaid something"
FIRST_DAY = date(2026, 3, 2)
CHECK_INS, CLOSURES = "service.check-ins", "service.closures"
_NEVER_CLOSED = 0.04


class Network(NamedTuple):
    """`visits` a day of each site, by so many customers of it, who differ by `spread`."""

    sites: int = 6
    days: int = 40
    customers: int = 60
    visits: int = 4
    spread: float = 0.2


class Pilot:
    """Both stages, with what they wrote so far."""

    def __init__(self, seed: int, network: Network) -> None:
        sites = tuple(site(site_id=f"s{number}") for number in range(network.sites))
        gates: dict[str, Any] = {"default": {"gate": "LIVE", "percent": 50}, "salt": f"{seed}"}
        rules = policy(pilot=gates)
        self.numbers = rules.worthwhile
        self._reference = reference_of(rules, Directory(sites=sites))
        self._customers, self._insights = Fold(CUSTOMERS, 0), Fold(SITE_DAYS_STAGE, 0)
        self._offset = 0
        self.added: list[Insight] = []
        self.days: dict[str, SiteDay] = {}

    def hears(self, topic: str, key: str, record: Struct, at: int) -> None:
        """A record of the customers' stage, and what follows of it; a tick is of both."""
        message = self._message(topic, key.encode(), codecs.encode(topic, record), at)
        for write in self._customers.handle(message, self._reference):
            if write.topic in SITE_DAYS_STAGE.inputs:
                made = self._message(write.topic, write.key, write.value, at, write.headers)
                self._insights.handle(made, self._reference)
            if write.topic == INSIGHTS:
                self._keep(write.topic, write.value)
        if topic == TICKS:
            for write in self._insights.handle(message, self._reference):
                self._keep(write.topic, write.value)

    def _keep(self, topic: str, value: bytes | None) -> None:
        record = codecs.decode(topic, value or b"")
        if isinstance(record, SiteDay):
            self.days[record.site_day_id] = record
        elif isinstance(record, Insight):
            self.added.append(record)

    def _message(self, topic: str, key: Any, value: Any, at: int, headers: Any = ()) -> Message:
        self._offset += 1
        return Message(topic, 0, self._offset, at, key, value, headers)


def pilot(seed: int, network: Network) -> Iterator[Pilot]:
    """A pilot, at the end of each day."""
    chance, found = Random(seed), Pilot(seed, network)
    levels = [0.6 + chance.gauss(0, 0.06) for _ in range(network.sites)]
    people = [
        [chance.gauss(0, network.spread) for _ in range(network.customers)]
        for _ in range(network.sites)
    ]
    waiting: dict[int, list[tuple[dict[str, Any], int]]] = {}
    for day in range(network.days):
        begin = _ms(FIRST_DAY + timedelta(day))
        for visit, at in waiting.pop(day, []):
            _closed(found, visit, begin + at)
        for number in range(network.sites):
            for n in range(_to_do(day, network.visits, chance)):
                who = int(network.customers * chance.random() ** 2)
                visit = _visit(seed, day, number, who, n)
                at = begin + 8 * HOUR_MS + n
                record = CheckIn(
                    event_id=f"{visit['visit_id']}-in",
                    occurred_at=at,
                    language="en",
                    channels=(),
                    symptoms=(),
                    **visit,
                )
                found.hears(CHECK_INS, visit["customer_id"], record, at)
                if chance.random() < _NEVER_CLOSED:
                    continue
                if chance.random() < levels[number] + people[number][who]:
                    _closed(found, visit, begin + 16 * HOUR_MS + n)
                else:
                    waiting.setdefault(day + 1, []).append((visit, 12 * HOUR_MS + n))
        for hour in (20, 21):
            at = begin + hour * HOUR_MS
            found.hears(TICKS, "0", Tick(now=at), at)
        yield found


def _visit(seed: int, day: int, site_number: int, who: int, n: int) -> dict[str, Any]:
    customer = f"c{seed}-{site_number}-{who}"
    return {
        "customer_id": customer,
        "visit_id": f"v{seed}-{day}-{site_number}-{n}",
        "vehicle_id": f"{customer}-car",
        "site_id": f"s{site_number}",
    }


def _closed(found: Pilot, visit: dict[str, Any], at: int) -> None:
    record = Closure(
        event_id=f"{visit['visit_id']}-out", occurred_at=at, operations_done=(), **visit
    )
    found.hears(CLOSURES, visit["customer_id"], record, at)


def _to_do(day: int, visits: int, chance: Random) -> int:
    weekday = day % 7
    mean = visits if weekday < 5 else visits / 3 if weekday == 5 else 0
    return int(mean * (0.5 + chance.random()) + chance.random())


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def looked_at(seed: int, network: Network) -> tuple[bool, Pilot]:
    """Whether the arms were said to differ at any look; and the pilot."""
    said, asked = False, Asked(metrics=(MetricName.SAME_DAY,))
    for found in pilot(seed, network):
        sums = Sums()
        for each in found.days.values():
            sums.take(each)
        line = report(sums, found.numbers, asked).lines[0]
        said |= line.answer in (Answer.BETTER, Answer.WORSE)
    return said, found


def main() -> None:
    """So many pilots from a seed on, and a line in the log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pilots", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    network, began, said = Network(), time.monotonic(), 0
    for seed in range(given.seed, given.seed + given.pilots):
        said += looked_at(seed, network)[0]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    line = "\t".join(
        map(
            str,
            (
                commit,
                f"{given.seed} to {given.seed + given.pilots - 1}",
                network.days,
                network.sites,
                network.visits,
                round(time.monotonic() - began),
                f"{said} of {given.pilots}",
            ),
        )
    )
    with LOG.open("a", encoding="utf-8") as log:
        if not LOG.stat().st_size:
            log.write(f"{TITLES}\n")
        log.write(f"{line}\n")
    say(line)


if __name__ == "__main__":
    main()
