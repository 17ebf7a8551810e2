"""One worker, then two, on two cores; Kafka has to share them.

With two workers nothing is left for the broker, so events a second say little about the engine. The
CPU seconds that each worker needs for its own events do: what two could do with a core each is the
sum of their events a CPU second.
"""

import contextlib
import time
import urllib.request
from collections.abc import Sequence

import psutil
from msgspec import Struct
from rich.console import Console

from agents.simulation.demo.machine import reference_records
from benchmarks.pipeline import WARM_UP_RECORDS, given_to
from benchmarks.report import Table
from benchmarks.rig import LOOK_SECONDS, STALL_SECONDS, Rig, Stuck, Worker, input_count, named
from benchmarks.stream import (
    Timed,
    customers_for,
    directory_for,
    is_event,
)
from benchmarks.usage import BROKERS_CORE, WORKERS_CORE, cpu_seconds
from streams.broker.server import any_free_port

STAGE = ("customers",)
_HANDLED = "recourse_records_handled_total"
_READY_SECONDS = 60.0


class Share(Struct, frozen=True, kw_only=True):
    """What one worker of a run did."""

    core: int
    records: float
    cpu: float


class Together(Struct, frozen=True, kw_only=True):
    """A run of some workers at once; `cpu` and `broker_cpu` in seconds."""

    seconds: float
    records: int
    broker_cpu: float
    shares: tuple[Share, ...]

    @property
    def capacity(self) -> float:
        """Records a second if each worker had a core to itself."""
        return sum(each.records / each.cpu for each in self.shares if each.cpu)


def handled(metrics: str) -> float:
    """The records that a worker says it has handled, from its /metrics."""
    return sum(
        float(line.rpartition(" ")[2])
        for line in metrics.splitlines()
        if line.startswith(_HANDLED + "{")
    )


def table(runs: Sequence[Together], share_of_events: float) -> Table:
    """What one and two workers do, and the ratio of what they could."""
    first = runs[0].capacity
    rows = tuple(
        (
            len(run.shares),
            ", ".join(str(each.core) for each in run.shares),
            run.records / run.seconds * share_of_events,
            run.broker_cpu / run.records / share_of_events * 1e6,
            " / ".join(f"{each.records / run.records:.0%}" for each in run.shares),
            " / ".join(f"{each.cpu / each.records / share_of_events * 1e6:.1f}"
                       for each in run.shares if each.records),
            run.capacity * share_of_events,
            run.capacity / first,
        )
        for run in runs
    )  # fmt: skip
    return Table(
        title="Scaling: stage customers, 12 partitions, exactly once",
        columns=(
            "workers",
            "on cores",
            "events/s seen",
            "broker's CPU s a million",
            "share of the events",
            "CPU s a million events, each",
            "events/s with a core each",
            "times one worker",
        ),
        rows=rows,
        note=(
            "With two workers Kafka runs on the same two cores, so `seen` is what the machine "
            "gives. `with a core each` is the sum of each worker's events by its own CPU seconds, "
            "with all that Kafka's nearness costs them (caches, switches) inside."
        ),
    )


class _Workers:
    """Some workers at once, and what they have done."""

    def __init__(self, workers: Sequence[Worker], ports: Sequence[int]) -> None:
        self._workers, self._ports = workers, ports

    def check(self) -> None:
        for worker in self._workers:
            worker.check()

    def ready(self) -> bool:
        """Whether every worker has its partitions, restored."""
        return all(_answer(port, "/health/ready") is not None for port in self._ports)

    def look(self) -> list[tuple[float, float]]:
        """Records handled and CPU seconds of each."""
        return [
            (handled(_answer(port, "/metrics") or ""), cpu_seconds(psutil.Process(worker.pid)))
            for worker, port in zip(self._workers, self._ports, strict=True)
        ]


def _answer(port: int, path: str) -> str | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as got:
            text: str = got.read().decode()
            return text
    except OSError:
        return None


def run(rig: Rig, cores: Sequence[int], records: Sequence[Timed]) -> Together:
    """Workers on these cores, one each, over a backlog; measured once all have their partitions."""
    given, chosen = given_to(STAGE, records), named(STAGE)
    rig.let_broker_use({BROKERS_CORE, *cores} if BROKERS_CORE in cores else {BROKERS_CORE})
    rig.begin_run(given)
    ports = [any_free_port() for _ in cores]
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(rig.worker(number, core, STAGE, port))
            for number, (core, port) in enumerate(zip(cores, ports, strict=True))
        ]
        workers = _Workers(started, ports)
        _until_ready(workers)
        return _measured(rig, workers, cores, input_count(chosen, given))


def _until_ready(workers: _Workers) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not workers.ready():
        workers.check()
        if time.monotonic() > deadline:
            raise Stuck(f"the workers were not ready within {_READY_SECONDS:.0f} s")
        time.sleep(LOOK_SECONDS)


def _measured(rig: Rig, workers: _Workers, cores: Sequence[int], expected: int) -> Together:
    progress, broker = rig.progress(named(STAGE)), psutil.Process(rig.broker_pid)
    began, first, broker_first = time.monotonic(), workers.look(), cpu_seconds(broker)
    done_before = progress.committed()
    deadline = began + STALL_SECONDS
    committed = done_before
    while committed < expected:
        workers.check()
        time.sleep(LOOK_SECONDS)
        now = progress.committed()
        if now != committed:
            deadline = time.monotonic() + STALL_SECONDS
        elif time.monotonic() > deadline:
            raise Stuck(f"{now:,} of {expected:,} records were committed, and no more")
        committed = now
    seconds, last = time.monotonic() - began, workers.look()
    progress.close()
    return Together(
        seconds=seconds,
        records=committed - done_before,
        broker_cpu=cpu_seconds(broker) - broker_first,
        shares=tuple(
            Share(core=core, records=after[0] - before[0], cpu=after[1] - before[1])
            for core, before, after in zip(cores, first, last, strict=True)
        ),
    )


def measure(records: Sequence[Timed], turns: int, console: Console) -> list[Table]:
    """One worker, two workers, by turns."""
    events = sum(map(is_event, records))
    directory = directory_for(customers_for(events))
    share = events / input_count(named(STAGE), given_to(STAGE, records))
    rig = Rig(reference_records(directory), console)
    runs = []
    try:
        run(rig, (WORKERS_CORE,), records[:WARM_UP_RECORDS])
        for _ in range(turns):
            for cores in ((WORKERS_CORE,), (BROKERS_CORE, WORKERS_CORE)):
                runs.append(run(rig, cores, records))
                console.print(
                    f"  {len(cores)} worker(s): {runs[-1].capacity * share:,.0f} events/s "
                    "with a core each",
                    highlight=False,
                )
    finally:
        rig.close()
    return [table(runs, share)]
