"""The cost table: µs of CPU an event by part, of the real pipeline on Kafka.

One run is measured as it is, another with py-spy looking at it; the profile says how the Python
threads' time is dealt out, the first run how much there is to deal. Kafka's client (librdkafka) has
threads of its own, which the kernel counts.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psutil
from rich.console import Console

from agents.simulation.demo.machine import reference_records
from benchmarks import pipeline
from benchmarks.machine import ROOT
from benchmarks.pipeline import WARM_UP_RECORDS, given_to, on_kafka
from benchmarks.profile import folded, parts, shares
from benchmarks.report import Table
from benchmarks.rig import Progress, Rig, Stuck, Worker, input_count, named, watch
from benchmarks.stream import (
    Timed,
    customers_for,
    directory_for,
    is_event,
)

LOOKS_A_SECOND = 200
CLIENT = "Kafka's client in C: compress, checksum, send (librdkafka's threads)"
_CLIENTS_THREADS = "rdk:"
_SPY = (
    str(Path(sys.executable).with_name("py-spy")), "record", "--rate", str(LOOKS_A_SECOND),
    "--format", "raw", "--full-filenames", "--gil",
)  # fmt: skip
"""Only who runs Python: a thread that waits is none of the cost."""
PARTS = parts(
    (
        ("notices: texts rendered (Fluent)", r"fluent|core/notices/(texts|gsm|plain)"),
        ("notices: what is said to whom", r"core/notices/|core/desk/told"),
        ("Avro: bytes to records and back", r"serialisation/|codecs\.py|fastavro"),
        ("rules: find what is true", r"core/customers/rules/|core/customers/episodes\.py"),
        ("rules: decide, throttle, draft", r"core/customers/(decide|throttle|draft|appeals|gate)"),
        ("rules: the visit and its record", r"core/customers/"),
        ("rules: desk", r"core/desk/"),
        ("calendar: zones, opening hours", r"core/calendar|zoneinfo|holidays"),
        ("policy, directory, what rules share", r"agents/core/|agents/reference_data/"),
        ("processor: check, digest, encode state", r"agents/(processor|dead_letters)"),
        ("metrics", r"agents/(metrics|counts|failures)|prometheus_client|streams/metrics"),
        ("merge by time", r"runtime/merge\.py"),
        ("hand over to Kafka's client", r"transport/(kafka|sending)\.py"),
        ("unit of work, checkpoints", r"runtime/(unit_of_work|commits|fold|partition)\.py"),
        ("loop of the stage", r"streams/runtime/"),
        ("fetch: Faust and aiokafka", r"aiokafka|faust|transport/|/mode/|kafka"),
        ("event loop", r"asyncio|uvloop|selectors|threading|concurrent"),
    )
)


def table(what: str, found: Sequence[tuple[str, float]], samples: int) -> Table:
    """The parts with their µs an event, the dearest first."""
    total = sum(cost for _, cost in found)
    return Table(
        title=f"Where the time goes: {what}, µs of CPU an event",
        columns=("part", "µs an event", "percent"),
        rows=(*((name, cost, 100 * cost / total) for name, cost in found), ("all", total, 100.0)),
        note=(
            f"{samples:,} looks by py-spy; each counts for the innermost function of a part. "
            "How much there is to deal out is measured without py-spy."
        ),
    )


def in_memory(records: Sequence[Timed], asked: int, folder: Path, console: Console) -> list[Table]:
    """Both stages without Kafka: what the code itself spends its time on.

    `asked`: about how many events were asked for, so that another process finds the same stream.
    """
    directory = directory_for(customers_for(sum(map(is_event, records))))
    found = [pipeline.in_memory(stage, records, directory) for stage in named(())]
    out = folder / "profile-in-memory.txt"
    again = ["pipeline", "--in-memory", "--events", str(asked)]
    program = [sys.executable, "-m", "benchmarks", *again]
    console.print("  the same under py-spy ...", highlight=False)
    subprocess.run(  # noqa: S603 - our own command
        [*_SPY, "--output", str(out), "--", *program], check=True, capture_output=True, cwd=ROOT
    )
    lines = [line for line in out.read_text(encoding="utf-8").splitlines() if is_handling(line)]
    dealt = shares(folded(lines, PARTS), sum(each.a_event for each in found))
    return [table("both stages in memory", list(dealt.items()), sum(folded(lines, PARTS).values()))]


def is_handling(line: str) -> bool:
    """Whether a stack is of handling records in memory, not of what goes before it."""
    frames = line.rpartition(" ")[0].split(";")
    inside = [position for position, frame in enumerate(frames) if frame.startswith("in_memory (")]
    after = frames[inside[-1] + 1 :] if inside else ["messages ("]
    return not (after and after[0].startswith(("messages (", "reference (")))


def profile(rig: Rig, names: Sequence[str], records: Sequence[Timed], out: Path) -> float:
    """Profiles a run; gives the share of the worker's CPU that was Kafka's client's own threads."""
    given, chosen = given_to(names, records), named(names)
    rig.begin_run(given)
    with rig.worker(stage_names=names) as worker:
        progress = rig.progress(chosen)
        _until_begun(worker, progress)
        progress.close()
        command = [*_SPY, "--pid", str(worker.pid), "--output", str(out), "--duration", "600"]
        with subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as spy:
            before = _threads(worker)
            watch(rig, worker, chosen, input_count(chosen, given))
            after = _threads(worker)
            spy.send_signal(2)
            assert spy.stderr is not None, "it is a pipe"
            said = spy.stderr.read()
        if not out.exists():
            raise Stuck(f"py-spy wrote no profile: {said.strip().splitlines()[-1:]}")
    used = after - before
    return used[CLIENT] / max(1e-9, sum(used.values()))


def _until_begun(worker: Worker, progress: Progress) -> None:
    while not progress.committed():
        worker.check()
        time.sleep(0.02)


def _threads(worker: Worker) -> Counter[str]:
    """CPU seconds of the threads by whose they are."""
    used: Counter[str] = Counter()
    for thread in psutil.Process(worker.pid).threads():
        try:
            name = Path(f"/proc/{worker.pid}/task/{thread.id}/comm").read_text(encoding="utf-8")
        except OSError:
            continue  # it has ended
        whose = CLIENT if name.startswith(_CLIENTS_THREADS) else "Python"
        used[whose] += thread.user_time + thread.system_time  # type: ignore[assignment]  # seconds
    return used


def costs(lines: Sequence[str], total: float, clients_share: float) -> list[tuple[str, float]]:
    """µs an event by part, of a total (µs an event), the dearest first."""
    dealt = shares(folded(lines, PARTS), total * (1 - clients_share))
    return sorted([*dealt.items(), (CLIENT, total * clients_share)], key=lambda each: -each[1])


def measure(records: Sequence[Timed], folder: Path, console: Console) -> list[Table]:
    """A cost table for each stage."""
    directory = directory_for(customers_for(sum(map(is_event, records))))
    rig = Rig(reference_records(directory), console)
    events, tables = sum(map(is_event, records)), []
    try:
        on_kafka(rig, ("customers",), "exactly_once", records[:WARM_UP_RECORDS])
        for name in ("customers", "desk"):
            run = on_kafka(rig, (name,), "exactly_once", records)
            out = folder / f"profile-{name}.txt"
            share = profile(rig, (name,), records, out)
            lines = out.read_text(encoding="utf-8").splitlines()
            total = run.used.worker_cpu_a_million * run.inputs / events
            samples = sum(folded(lines, PARTS).values())
            what = f"{name}, {run.guarantee}, {run.events_a_second:,.0f} events/s"
            tables.append(table(what, costs(lines, total, share), samples))
            console.print(f"  {name}: {total:.1f} µs an event", highlight=False)
    finally:
        rig.close()
    return tables
