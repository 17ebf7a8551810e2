"""What a customer costs in memory, and what is left of one later.

The demo's week is played in memory; its customers are then restored again and again under other
names, into the partitions of one worker, until there are as many as asked for. A week is the worst:
each customer has a whole visit. Then time passes, and what nothing can need any more goes.
"""

import gc

import psutil

from agents.core.calendar import DAY_MS
from agents.pipeline.stages import CUSTOMERS
from agents.records import codecs
from benchmarks.machine import ROOT
from benchmarks.report import Table
from benchmarks.stream import TICKS, customers_for, directory_for, read_by, reference, stream
from schemas.catalogue import PARTITIONS
from schemas.records import Tick
from streams.runtime.fold import Fold
from streams.topology import Message

FOLDER = ROOT / "var" / "benchmarks"
EVENTS = 20_000
LATER_DAYS = (31, 365, 3 * 366)


def kept(fold: Fold) -> list[tuple[str, bytes]]:
    """What a partition keeps of its customers, as the changelog has it."""
    return [(key, value) for key, value in fold.records() if not key.startswith(":")]


def week(events: int) -> tuple[list[tuple[str, bytes]], list[tuple[int, list[tuple[str, bytes]]]]]:
    """What is kept after the demo's week, and so many days later."""
    fold, world = Fold(CUSTOMERS, 0), reference(directory_for(customers_for(events)))
    fold.restored()
    for offset, each in enumerate(read_by(CUSTOMERS.topics, stream(events, FOLDER))):
        fold.handle(Message(each.topic, 0, offset, each.at, each.key, each.value), world)
    now, end = kept(fold), fold.now
    later = []
    for days in LATER_DAYS:
        at = end + days * DAY_MS
        value = codecs.encode(TICKS, Tick(now=at))
        fold.handle(Message(TICKS, 0, 1_000_000 + days, at, b"0", value), world)
        later.append((days, kept(fold)))
    return now, later


def resident(customers: int, values: list[tuple[str, bytes]]) -> tuple[float, int]:
    """Bytes of the process for each of so many customers restored, and bytes of all (RSS)."""
    process = psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    folds = [Fold(CUSTOMERS, number) for number in range(PARTITIONS)]
    for number in range(customers):
        key, value = values[number % len(values)]
        # A copy: what a broker sends is nobody else's.
        folds[number % PARTITIONS].restore(f"{key}-{number}", bytes(bytearray(value)))
    for each in folds:
        each.restored()
    gc.collect()
    used = process.memory_info().rss - before
    assert sum(len(kept(each)) for each in folds) == customers
    return used / customers, used


def mean(values: list[tuple[str, bytes]]) -> float | None:
    """The mean length of values."""
    return sum(len(value) for _, value in values) / len(values) if values else None


def measure(customers: int) -> list[Table]:
    """What so many customers cost this process: one that has done nothing else."""
    now, later = week(EVENTS)
    each, used = resident(customers, now)
    rows = [("after the week", len(now), mean(now))]
    rows += [(f"{days} days later", len(values), mean(values)) for days, values in later]
    return [
        Table(
            title=f"{customers:,} customers restored",
            columns=("bytes of the process a customer", "MB in all", "bytes kept a customer"),
            rows=((each, used / 2**20, mean(now)),),
            note=f"Each has a visit of the demo's week; {PARTITIONS} partitions, RSS.",
        ),
        Table(
            title="What is left of the week's customers",
            columns=("when", "customers", "bytes kept a customer"),
            rows=tuple(rows),
        ),
    ]
