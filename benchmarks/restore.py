"""How long a worker takes to come back with many customers: from the changelog, and from files.

The state is that of the realistic stream's customers, copied under new ids until there are enough.
From the start of the process until it is ready, and from the planned stop until it is ready again.
"""

import contextlib
import json
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from msgspec import Struct
from rich.console import Console

from agents.pipeline.stages import CUSTOMERS
from agents.simulation.demo.machine import reference_records
from benchmarks.report import Table
from benchmarks.rig import Rig, Stuck, Worker
from benchmarks.stream import TICKS, Timed, directory_for, reference
from schemas.catalogue import PARTITIONS
from streams.broker.server import any_free_port
from streams.testing import Driver
from streams.topology import NOW_KEY, ReferenceTopics
from streams.transport.kafka import partition_of

KEYS = 1_000_000
_SAMPLE_RECORDS = 20_000
_READY_SECONDS = 180.0


class Return(Struct, frozen=True, kw_only=True):
    """A worker's way back; times in seconds, memory in bytes."""

    how: str
    keys: int
    records: int
    down: float
    """From the order to stop to the end of the process; 0 for the first start."""
    restore: float
    """Of that the reading of changelog and files."""
    ready: float
    """From the start of the process until it says that it is ready."""
    memory: int


def states(records: Sequence[Timed]) -> tuple[list[bytes], int]:
    """The stage's state of each customer of a part of the stream, and the last `now`."""
    known = reference(directory_for(1))
    driver = Driver([CUSTOMERS], ReferenceTopics(empty=known), PARTITIONS)
    read = [r for r in records if r.topic in CUSTOMERS.inputs][:_SAMPLE_RECORDS]
    for record in read:
        driver.pipe(record.topic, record.key, record.value, record.at)
    kept = [
        value
        for number in range(PARTITIONS)
        for key, value in driver.state(CUSTOMERS, number).items()
        if key != NOW_KEY
    ]
    return kept, read[-1].at


def changelog(kept: Sequence[bytes], keys: int, now: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Partition, key and value of so many customers, and each partition's `now`."""
    for count in range(keys):
        key = b"customer-%d" % count
        yield partition_of(key, PARTITIONS), key, kept[count % len(kept)]
    for number in range(PARTITIONS):
        yield number, NOW_KEY.encode(), b"%d" % now


def table(returns: Sequence[Return], bytes_a_key: float) -> Table:
    """What each way back took."""
    return Table(
        title=f"Coming back with {returns[0].keys:,} customers, stage customers",
        columns=(
            "from", "records read", "restore s", "keys/s", "stop s", "ready s", "in all s",
            "memory MB", "bytes a customer",
        ),
        rows=tuple(
            (
                each.how, each.records, each.restore, each.keys / each.restore, each.down,
                each.ready, each.down + each.ready, each.memory / 1e6,
                each.memory / each.keys,
            )
            for each in returns
        ),
        note=(
            f"A value in the changelog has {bytes_a_key:.0f} bytes on average. Ready: from the "
            "start of the process, imports, references and joining the group included. Memory: "
            "the whole process's."
        ),
    )  # fmt: skip


def measure(records: Sequence[Timed], keys: int, console: Console) -> list[Table]:
    """A worker that restores all, stops as planned, comes back, is killed, comes back."""
    kept, now = states(records)
    rig = Rig(reference_records(directory_for(1)), console)
    try:
        rig.begin_run([])
        rig.write_changelog(CUSTOMERS.changelog, changelog(kept, keys, now))
        rig.write([Timed(now, TICKS, b"", b"")])
        with TemporaryDirectory(prefix="recourse-bench-state-") as folder:
            returns = _ways_back(rig, keys, Path(folder), console)
        return [table(returns, sum(map(len, kept)) / len(kept))]
    finally:
        rig.close()


def _ways_back(rig: Rig, keys: int, folder: Path, console: Console) -> list[Return]:
    returns, down = list[Return](), 0.0
    for how in ("the changelog", "files of a planned stop"):
        port = any_free_port()
        with rig.worker(stage_names=["customers"], port=port, RECOURSE_STATE_DIR=str(folder)) as up:
            began = time.monotonic()
            _until_ready(up, port)
            ready = time.monotonic() - began
            restored = _restored(up)
            time.sleep(2)  # the tick is handled, and committed
            returns.append(
                Return(
                    how=how,
                    keys=keys,
                    records=int(restored["records"]),
                    down=down,
                    restore=restored["seconds"],
                    ready=ready,
                    memory=psutil.Process(up.pid).memory_info().rss,
                )
            )
            console.print(f"  from {how}: ready in {ready:.1f} s", highlight=False)
            began = time.monotonic()
            up.stop()
            down = time.monotonic() - began
    return returns


def _until_ready(worker: Worker, port: int) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        worker.check()
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).close()
            return
        time.sleep(0.02)
    last = worker.log.read_text(errors="replace").splitlines()[-3:]
    raise Stuck(f"the worker was not ready in {_READY_SECONDS:.0f} s: {' '.join(last)}")


def _restored(worker: Worker) -> dict[str, float]:
    for line in worker.log.read_text().splitlines():
        if line.startswith("{") and json.loads(line).get("event") == "partitions_restored":
            found: dict[str, float] = json.loads(line)
            return found
    raise Stuck("the worker did not say that it has restored")
