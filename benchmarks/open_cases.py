"""A partition of stage desk with very many open cases: what a tick costs, and the memory.

Made in memory, without Kafka, from one case whose ids, times and manager differ; a thousand
managers, deadlines over a week.
"""

import time
from collections.abc import Iterator
from datetime import datetime

import psutil
from msgspec import msgpack
from msgspec.structs import replace

from agents.core.desk.handle import handle_time
from agents.core.desk.partition import Partition
from agents.core.desk.state import (
    Addressing,
    Assignment,
    Clocks,
    EscalationState,
    Ground,
    Phase,
)
from agents.core.desk.steps import watched
from agents.core.desk.timers import clocks
from agents.core.handling import in_one_go
from agents.core.world import Directory, World
from agents.reference_data.policy_files import default_policy
from benchmarks.report import Cell, Table
from schemas.records import Escalation, Hours, Kind, Manager, Rule, Severity, Site, Tier

_START = int(datetime.fromisoformat("2026-03-02T09:00:00+00:00").timestamp()) * 1000
_MINUTE, _WEEK = 60_000, 7 * 24 * 3_600_000
_MANAGERS, _OPENINGS = 1000, 2000
_OPEN = (Hours(days=(1, 2, 3, 4, 5), from_="09:00", to="17:00"),)
_MEBIBYTE = 2**20


def measure(cases: int) -> list[Table]:
    """One partition, in this process: one that has done nothing else."""
    world = _world()
    before = _memory()
    records = _records(cases, world)
    of_records = _memory() - before
    began = time.perf_counter()
    partition = Partition(records)
    rebuilt = time.perf_counter() - began
    rows: list[tuple[Cell, ...]] = [
        ("memory of the records", f"{of_records:,} MB"),
        ("memory of the indexes", f"{_memory() - before - of_records:,} MB"),
        ("indexes rebuilt", f"{rebuilt:.1f} s"),
        *_ticks(partition, world),
    ]
    title = f"{cases:,} open cases in one partition"
    return [Table(title=title, columns=("what", "measured"), rows=tuple(rows))]


def _world() -> World:
    site = Site(
        site_id="site",
        region_id="region",
        name="Site",
        country="DE",
        subdivision="DE-BY",
        currency="EUR",
        time_zone="UTC",
        hours=_OPEN,
        holidays=None,
        closed_on=(),
    )
    managers = [_manager(f"m{number:04d}", Tier.LOCAL) for number in range(_MANAGERS)]
    managers.append(_manager("ruth", Tier.REGIONAL))
    directory = Directory((site,), managers)
    return World(now=_START, policy=default_policy(), directory=directory)


def _manager(manager_id: str, tier: Tier) -> Manager:
    return Manager(
        manager_id=manager_id,
        name=manager_id,
        tier=tier,
        site_ids=("site",),
        region_ids=("region",),
        languages=("de",),
        email=f"{manager_id}@example.com",
        shifts=_OPEN,
        time_zone="UTC",
        absences=(),
        max_open=10**9,
        max_new_a_day=10**9,
    )


def _records(cases: int, world: World) -> dict[str, EscalationState]:
    """Cases as they are after a restart: each decoded by itself, so nothing is shared."""
    encode, decode = msgpack.Encoder().encode, msgpack.Decoder(EscalationState).decode
    openings = []
    for number in range(_OPENINGS):
        then = replace(world, now=_START + number * (_WEEK // _OPENINGS))
        openings.append((then, clocks.opened(then, "site", Severity.NORMAL)))
    return {
        f"visit-{number:09d}:1": decode(encode(_case(number, *openings[number % _OPENINGS])))
        for number in range(cases)
    }


def _case(number: int, world: World, runs: Clocks) -> EscalationState:
    visit, manager = f"visit-{number:09d}", f"m{number % _MANAGERS:04d}"
    jitter = number * 7919 % (_WEEK // _OPENINGS)
    disagreements = (f"{visit}:ESTIMATE_DISPUTED:1",)
    return watched(
        EscalationState(
            escalation_id=f"{visit}:1",
            visit_id=visit,
            customer_id=f"customer-{number:09d}",
            site_id="site",
            region_id="region",
            phase=Phase.OPEN,
            severity=Severity.NORMAL,
            tier=Tier.LOCAL,
            clocks=replace(runs, decide_by=runs.decide_by + jitter),
            addressing=Addressing(language="de", time_zone="Europe/Berlin"),
            steps=1,
            opened_at=world.now,
            last_step_at=world.now,
            grounds=(
                Ground(
                    rule=Rule.ESTIMATE_DISPUTED,
                    kind=Kind.ESTIMATE,
                    disagreement_ids=disagreements,
                    occurred_at=world.now,
                ),
            ),
            manager_id=manager,
            assignments=(Assignment(manager, world.now),),
            acknowledged_by=manager if number % 2 else None,
            disagreement_ids=disagreements,
        ),
        world,
    )


def _ticks(partition: Partition, world: World) -> Iterator[tuple[str, str]]:
    """Ticks with nothing due, then the first with something, then one of an hour later."""
    yield "first tick after a restart", _tick(partition, world)[1]
    idle = sorted(_tick(partition, replace(world, now=_START + number)) for number in range(1, 102))
    yield "tick with nothing due, median of 101", idle[50][1]
    first = partition.earliest_due()
    assert first is not None, "open cases have clocks"
    yield "tick with the first deadlines", _tick(partition, replace(world, now=first))[1]
    later = replace(world, now=first + 60 * _MINUTE)
    yield "tick with an hour's deadlines", _tick(partition, later)[1]


def _tick(partition: Partition, world: World) -> tuple[float, str]:
    """How long a tick took (ms), and that in words with the steps that it made."""
    began = time.perf_counter()
    handled = in_one_go(handle_time(partition, world))
    partition.apply(handled.changed)
    took = (time.perf_counter() - began) * 1000
    steps = sum(isinstance(each.record, Escalation) for each in handled.outputs)
    return took, f"{took:,.3f} ms, {steps:,} steps"


def _memory() -> int:
    """What this process holds in memory (MB)."""
    held: int = psutil.Process().memory_info().rss
    return held // _MEBIBYTE
