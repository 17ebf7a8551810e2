"""`recourse drain`: stop a worker of this machine as planned, and say what became of its work."""

import signal
import time
from collections.abc import Mapping, Sequence
from typing import Annotated, NoReturn

import psutil
import typer
from confluent_kafka import KafkaException

from agents.commands.console.options import leave
from agents.commands.console.output import say, say_json
from agents.commands.console.tables import show
from agents.operations.status.handing_over import Had, group_of, had, hindrance, taken_over
from agents.operations.status.lag import in_ranges
from agents.operations.status.local_workers import (
    LocalWorker,
    chosen_of,
    local_workers,
    snapshots_since,
    told,
)
from streams.errors import ConfigurationError
from streams.runtime import logs
from streams.transport.coordinators import Coordinators
from streams.transport.groups import Group, groups

EXIT_NOT_STOPPED, EXIT_NO_WORKER = 1, 2
_LOOK_SECONDS = 0.5

Numbers = tuple[int, ...]


class _Problem(Exception):  # noqa: N818 - it says what the case is
    """One sentence."""


def drain(
    worker: Annotated[
        int | None,
        typer.Argument(metavar="[WORKER]", help="Its number; not needed where only one runs."),
    ] = None,
    pid: Annotated[int | None, typer.Option(help="Its process, where two have one number.")] = None,
    bootstrap_servers: Annotated[
        str | None,
        typer.Option(
            "--bootstrap-servers",
            envvar="RECOURSE_BOOTSTRAP_SERVERS",
            help="The worker of this Kafka, where workers of several run here.",
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=1, help="How long its end, and a take-over, may take.")
    ] = 30.0,
    *,
    for_good: Annotated[
        bool,
        typer.Option(
            "--for-good", help="It does not come back: others get its partitions at once."
        ),
    ] = False,
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway", help="Also while its group moves, or where nobody else takes over."
        ),
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Stop a worker of this machine: it commits, keeps its state in files, and leaves.

    By default it will come back (SIGTERM): its partitions wait for it, so nothing is moved. With
    `--for-good` (SIGUSR1) others get them at once: one rebalance. Drain one worker after the other.
    """
    logs.configure("ERROR", "auto")
    chosen = _chosen(worker, pid, bootstrap_servers)
    before, problem = _asked(chosen)
    if problem is not None and not anyway:
        leave(_Problem(f"{problem}; --anyway goes on without knowing"), EXIT_NOT_STOPPED)
    reason = None if before is None else hindrance(chosen, before, for_good=for_good)
    if reason is not None and not anyway:
        leave(_Problem(f"Not stopped: {reason}; --anyway stops it"), EXIT_NOT_STOPPED)
    had_before = () if before is None else had(chosen, before)
    began = time.time()
    took = _stop(chosen, seconds, for_good=for_good)
    moved = None
    if (for_good or not chosen.keeps_its_place) and any(each.others for each in had_before):
        moved = _taken_over(chosen, had_before, seconds)
    files = snapshots_since(chosen, began)
    _tell(_Drained(chosen, had_before, took, files, moved, for_good=for_good), json_=json_)


class _Drained:
    """What became of it."""

    def __init__(
        self,
        worker: LocalWorker,
        before: tuple[Had, ...],
        took: float,
        files: tuple[int, int],
        moved: Mapping[str, Mapping[str, Numbers]] | None,
        *,
        for_good: bool,
    ) -> None:
        self.worker = worker
        self.had = before
        self.took = took
        self.files = files
        self.moved = moved
        self.comes_back = worker.keeps_its_place and not for_good


def _chosen(number: int | None, pid: int | None, bootstrap_servers: str | None) -> LocalWorker:
    every = local_workers()
    found = chosen_of(every, number, pid, bootstrap_servers)
    if len(found) != 1:
        _leave(every, some=bool(found))
    return found[0]


def _leave(every: Sequence[LocalWorker], *, some: bool) -> NoReturn:
    if not every:
        leave(_Problem("No worker of this user runs here."), EXIT_NO_WORKER)
    titles = ("worker", "process", "stages", "kafka")
    show(titles, [_row(each) for each in every])
    what = "Which one? Name its number, or --pid." if some else "No such worker runs here."
    leave(_Problem(what), EXIT_NO_WORKER)


def _row(worker: LocalWorker) -> tuple[str, ...]:
    stages = ", ".join(worker.stages)
    return str(worker.number), str(worker.pid), stages, worker.bootstrap_servers


def _asked(worker: LocalWorker) -> tuple[dict[str, Group] | None, str | None]:
    names = [group_of(worker, stage) for stage in worker.stages]
    try:
        return groups(Coordinators(worker.bootstrap_servers), names), None
    except ConfigurationError as problem:
        return None, str(problem)
    except KafkaException as error:
        return None, f"Kafka at {worker.bootstrap_servers} can't be asked: {error.args[0].str()}"


def _stop(worker: LocalWorker, seconds: float, *, for_good: bool) -> float:
    try:
        took = told(worker, signal.SIGUSR1 if for_good else signal.SIGTERM, seconds)
    except psutil.Error as error:
        leave(_Problem(f"Process {worker.pid} can't be told to stop: {error}"), EXIT_NOT_STOPPED)
    if took is None:
        leave(
            _Problem(
                f"Worker {worker.number} (process {worker.pid}) was told to stop and still runs "
                f"after {seconds:g} s: its log says what it waits for"
            ),
            EXIT_NOT_STOPPED,
        )
    return took


def _taken_over(
    worker: LocalWorker, before: tuple[Had, ...], seconds: float
) -> Mapping[str, Mapping[str, Numbers]] | None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        after, _ = _asked(worker)
        moved = None if after is None else taken_over(before, after)
        if moved is not None:
            return moved
        time.sleep(_LOOK_SECONDS)
    return None


def _tell(drained: _Drained, *, json_: bool) -> None:
    worker = drained.worker
    if json_:
        told_ = {
            "worker": worker.number,
            "process": worker.pid,
            "seconds": round(drained.took, 1),
            "had": {each.stage: list(each.numbers) for each in drained.had},
            "comes_back": drained.comes_back,
            "files": drained.files[0],
            "bytes": drained.files[1],
            "taken_over": drained.moved,
        }
        say_json(told_)
        return
    say(f"Worker {worker.number} (process {worker.pid}) has ended after {drained.took:.1f} s.")
    for each in drained.had:
        say(f"  {each.stage}: it had {in_ranges(each.numbers) or 'no partitions'}")
    count, size = drained.files
    if count:
        say(f"  state of {count} partitions is in {worker.state_dir} ({size:,} bytes)")
    if drained.comes_back:
        say(
            f"Its partitions wait for it for {worker.session_ms / 1000:g} s: start it again in "
            "that time and nothing is moved."
        )
    for stage, by in (drained.moved or {}).items():
        for name, numbers in by.items():
            say(f"  {stage}: {in_ranges(numbers)} went to {name}")
    if not drained.comes_back and drained.moved is None:
        say("  nobody has taken its partitions over yet: see `recourse status`")
