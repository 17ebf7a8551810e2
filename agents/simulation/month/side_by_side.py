"""Several variants of a month side by side, each part of the network in a process of its own."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from functools import reduce
from multiprocessing.sharedctypes import Synchronized

import psutil
from msgspec import Struct

from agents.core.policy import Policy
from agents.core.world import Directory
from agents.simulation.month.figures import Figures
from agents.simulation.month.network import parts, without_managers
from agents.simulation.month.run import Part, play
from agents.simulation.month.visits import visits

_LOOK_SECONDS = 0.2
_over: "Synchronized[int] | None" = None


class Asked(Struct, frozen=True, kw_only=True):
    """What to simulate: `vacant` says of each variant how many LOCAL posts are vacant."""

    seed: int
    days: int
    visits: int
    vacant: tuple[int, ...]
    directory: Directory
    policy: Policy


class Variant(Struct, frozen=True, kw_only=True):
    """What came of one variant; `seconds` of CPU and `memory_mb` at most, of a process."""

    vacant: int
    managers: int
    figures: Figures
    seconds: float
    memory_mb: float


class _Task(Struct, frozen=True, kw_only=True):
    asked: Asked
    vacant: int
    number: int


class _Done(Struct, frozen=True, kw_only=True):
    vacant: int
    figures: Figures
    seconds: float
    memory_mb: float


def simulated(asked: Asked, processes: int, days_over: Callable[[int, int], None]) -> list[Variant]:
    """Plays all variants; `days_over` is told how many days of all parts are over, of how many."""
    numbers = range(len(parts(asked.directory)))
    tasks = [
        _Task(asked=asked, vacant=vacant, number=number)
        for vacant in asked.vacant
        for number in numbers
    ]
    context = multiprocessing.get_context("spawn")
    over = context.Value("i", 0)
    with context.Pool(processes, _shares, (over,)) as pool:
        waiting = pool.map_async(_play, tasks, chunksize=1)
        while not waiting.ready():
            waiting.wait(_LOOK_SECONDS)
            days_over(over.value, len(tasks) * asked.days)
        done = waiting.get()
    return [
        _variant(asked, vacant, [d for d in done if d.vacant == vacant]) for vacant in asked.vacant
    ]


def _variant(asked: Asked, vacant: int, done: Sequence[_Done]) -> Variant:
    return Variant(
        vacant=vacant,
        managers=len(asked.directory.managers) - vacant,
        figures=reduce(Figures.and_those, (each.figures for each in done)),
        seconds=sum(each.seconds for each in done),
        memory_mb=max(each.memory_mb for each in done),
    )


def _shares(over: "Synchronized[int]") -> None:
    global _over  # noqa: PLW0603 - what a process of the pool shares with its parent
    _over = over


def _day_over() -> None:
    assert _over is not None, "set when the process began"
    with _over.get_lock():
        _over.value += 1


def _play(task: _Task) -> _Done:
    """One part in this process. The visits are the same in all variants."""
    began, asked = time.process_time(), task.asked
    part = parts(asked.directory)[task.number]
    staffed = without_managers(asked.directory, task.vacant, asked.seed)
    there = [each for each in part.managers.values() if each.manager_id in staffed.managers]
    figures = play(
        Part(
            seed=asked.seed,
            days=asked.days,
            directory=Directory(part.sites.values(), there),
            policy=asked.policy,
            arrivals=visits(
                asked.seed, f"c{task.number}", _share(asked, task.number), asked.days, part
            ),
        ),
        _day_over,
    )
    return _Done(
        vacant=task.vacant,
        figures=figures,
        seconds=time.process_time() - began,
        memory_mb=psutil.Process().memory_info().rss / 1e6,
    )


def _share(asked: Asked, number: int) -> int:
    """The visits of a part: in proportion to its sites, and all parts together have them all."""
    sites = [len(each.sites) for each in parts(asked.directory)]
    before, upto = sum(sites[:number]), sum(sites[: number + 1])
    return asked.visits * upto // sum(sites) - asked.visits * before // sum(sites)
