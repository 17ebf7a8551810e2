"""What processes use: CPU seconds, memory, and who else was on their core."""

import time
from collections.abc import Sequence

import psutil
from msgspec import Struct

BROKERS_CORE = 0
"""Where the broker and the measuring program run."""
WORKERS_CORE = 1
"""Where the worker runs, alone."""


class Moment(Struct, frozen=True, kw_only=True):
    """What had been used up to a moment. Times in seconds, memory in bytes.

    `records`: how many input records were committed. `core`: what anybody has used of the worker's
    core since the machine started.
    """

    at: float
    records: int
    worker: float
    broker: float
    core: float
    memory: int


class Used(Struct, frozen=True, kw_only=True):
    """What a stretch of work took."""

    seconds: float
    records: int
    records_a_second: float
    worker_cpu_a_million: float
    broker_cpu_a_million: float
    cores: float
    others_on_core: float
    peak_memory_mb: float


def between(moments: Sequence[Moment]) -> Used:
    """From the first committed records to the last: neither the start nor the end's quiet counts.

    Raises:
        ValueError: nothing was committed between two looks, so nothing can be said.
    """
    working = [each for each in moments if each.records > 0]
    if len(working) < 2 or working[0].records == working[-1].records:  # noqa: PLR2004 - both ends
        raise ValueError(
            f"{len(moments)} looks saw no two states of work: measure with more events"
        )
    begin = working[0]
    end = next(each for each in working if each.records == working[-1].records)
    seconds, records = end.at - begin.at, end.records - begin.records
    worker = end.worker - begin.worker
    others = max(0.0, end.core - begin.core - worker)
    return Used(
        seconds=seconds,
        records=records,
        records_a_second=records / seconds,
        worker_cpu_a_million=worker / records * 1e6,
        broker_cpu_a_million=(end.broker - begin.broker) / records * 1e6,
        cores=worker / seconds,
        others_on_core=others / seconds,
        peak_memory_mb=max(each.memory for each in moments) / 1e6,
    )


class Watch:
    """Looks at a worker and its broker."""

    def __init__(self, worker: int, broker: int, core: int = WORKERS_CORE) -> None:
        self._worker = psutil.Process(worker)
        self._broker = psutil.Process(broker)
        self._core = core

    def look(self, records: int) -> Moment:
        """What is used by now."""
        core = psutil.cpu_times(percpu=True)[self._core]
        return Moment(
            at=time.monotonic(),
            records=records,
            worker=cpu_seconds(self._worker),
            broker=cpu_seconds(self._broker),
            core=core.user + core.nice + core.system + core.irq + core.softirq + core.steal,
            memory=self._worker.memory_info().rss,
        )


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time of a process since its start."""
    times = process.cpu_times()
    return float(times.user + times.system)
