"""The workers that run on this machine, as far as this user may see and signal them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil
from msgspec import Struct

from agents.pipeline.stages import stages
from streams.servers import are_the_same

_PREFIX = "RECOURSE_"
_SEEN_SECONDS = 0.1
_PROGRAMS = ("recourse", "agents", "__main__.py")


class LocalWorker(Struct, frozen=True, kw_only=True):
    """A worker's process, and what its command line and environment say of it."""

    pid: int
    number: int
    application: str
    bootstrap_servers: str
    stages: tuple[str, ...]
    state_dir: Path | None
    session_ms: int
    """For how long its partitions wait for it, where they do."""
    keeps_its_place: bool
    """Whether they do: it is a static member."""

    def member(self, stage: str) -> str:
        """Its stable name in a stage's group."""
        return f"{self.application}-{stage}-{self.number}"


def local_workers() -> list[LocalWorker]:
    """All of this machine, by number."""
    return sorted(_found(), key=lambda each: (each.number, each.pid))


def chosen_of(
    every: Sequence[LocalWorker],
    number: int | None,
    pid: int | None,
    bootstrap_servers: str | None,
) -> list[LocalWorker]:
    """Those that are meant; where several are, those of the given Kafka, if it has any.

    A worker that is the only one is meant, whichever way its Kafka's address is written.
    """
    given = bootstrap_servers or ""
    found = [
        each
        for each in every
        if (number is None or each.number == number) and (pid is None or each.pid == pid)
    ]
    of_kafka = [each for each in found if are_the_same(each.bootstrap_servers, given)]
    return of_kafka if len(found) > 1 and of_kafka else found


def _found() -> Iterator[LocalWorker]:
    for process in psutil.process_iter():
        try:
            arguments = process.cmdline()
            if runs_a_worker(arguments):
                yield worker_of(process.pid, arguments, process.environ(), Path(process.cwd()))
        except (psutil.Error, OSError, ValueError):
            continue  # gone meanwhile, somebody else's, or with settings that are none


def runs_a_worker(arguments: Sequence[str]) -> bool:
    """Whether a command line is that of `recourse worker`."""
    for place, argument in enumerate(arguments[:-1]):
        if Path(argument).name in _PROGRAMS and arguments[place + 1] == "worker":
            return True
    return False


def worker_of(
    pid: int, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
) -> LocalWorker:
    """What a process says of itself; its command line goes before its environment."""

    def setting(name: str, default: str) -> str:
        return environment.get(_PREFIX + name, default)

    number = _option(arguments, "--worker-number") or [setting("WORKER_NUMBER", "0")]
    state_dir = environment.get(_PREFIX + "STATE_DIR")
    return LocalWorker(
        pid=pid,
        number=int(number[-1]),
        application=setting("APPLICATION", "recourse"),
        bootstrap_servers=setting("BOOTSTRAP_SERVERS", "localhost:9092"),
        stages=tuple(_option(arguments, "--stage")) or tuple(each.name for each in stages()),
        state_dir=None if state_dir is None else folder / state_dir,
        session_ms=int(setting("SESSION_TIMEOUT_MS", "10000")),
        keeps_its_place=setting("STATIC_MEMBERSHIP", "1").lower() in ("1", "true", "yes", "on"),
    )


def _option(arguments: Sequence[str], name: str) -> list[str]:
    found = []
    for place, argument in enumerate(arguments):
        if argument == name and place + 1 < len(arguments):
            found.append(arguments[place + 1])
        elif argument.startswith(f"{name}="):
            found.append(argument.partition("=")[2])
    return found


def told(worker: LocalWorker, signal_number: int, seconds: float) -> float | None:
    """Signals a worker and waits for its end; gives how long it took, None where it did not end.

    Raises:
        psutil.Error: it is gone already, or somebody else's.
    """
    process = psutil.Process(worker.pid)
    began = time.monotonic()
    process.send_signal(signal_number)
    while time.monotonic() - began < seconds:
        try:
            # A process that ended and that nobody has asked for its code yet is still listed.
            if process.status() == psutil.STATUS_ZOMBIE or not process.is_running():
                return time.monotonic() - began
        except psutil.NoSuchProcess:
            return time.monotonic() - began
        time.sleep(_SEEN_SECONDS)
    return None


def snapshots_since(worker: LocalWorker, began: float) -> tuple[int, int]:
    """How many files of state a worker has written since (epoch seconds), and their bytes."""
    if worker.state_dir is None:
        return 0, 0
    sizes = []
    for stage in worker.stages:
        for path in worker.state_dir.glob(f"{worker.application}-{stage}-*.state"):
            try:
                found = path.stat()
            except OSError:
                continue
            if found.st_mtime >= began:
                sizes.append(found.st_size)
    return len(sizes), sum(sizes)
