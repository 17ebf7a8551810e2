"""The workers of a round and who looks after them, as a supervisor would."""

import signal
import time
from collections import Counter
from collections.abc import Container, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from tests.kafka.engine_kit import WorkerProcess

START_AGAIN = 75
_WEIGHED_EVERY = 0.5
_KILLED = -signal.SIGKILL
_TOLD = {0, -signal.SIGTERM}
"""How a worker ends that is told to stop: with 0, or at once while Python still starts."""


class Crew:
    """Workers by number. One that ends with 75, or was killed, is started again; no other is."""

    def __init__(
        self,
        servers: str,
        application: str,
        folder: Path,
        settings: Mapping[str, object],
        module: tuple[str, ...] = ("tests.streams.toy_worker",),
    ) -> None:
        self._servers, self._application, self._folder = servers, application, folder
        self._settings: dict[str, Any] = dict(settings)
        self._module = module
        self._members: dict[int, WorkerProcess] = {}
        self._absent_until: dict[int, float] = {}
        self._replaced: list[WorkerProcess] = []
        self._restarting: set[int] = set()
        self.all: list[WorkerProcess] = []
        self.ends: Counter[int] = Counter()
        """Exit codes of workers that ended by themselves or as told."""
        self.peak_mb = 0
        """The most memory that one of them has had."""
        self.problems: list[str] = []
        self._weighed_at = 0.0

    def join(self, number: int) -> None:
        """Starts a worker, where none of this number runs."""
        if number not in self._members:
            self._members[number] = self._started(number)

    def _started(self, number: int) -> WorkerProcess:
        worker = WorkerProcess(
            self._servers,
            self._application,
            number,
            self._folder,
            module=self._module,
            **self._settings,
        )
        self.all.append(worker)
        return worker

    def leave(self, number: int) -> None:
        """Tells a worker to stop; it may take as long as it takes."""
        worker = self._members.pop(number, None)
        if worker is not None:
            worker.process.send_signal(signal.SIGTERM)
            self._replaced.append(worker)

    def restart(self, number: int, away: float) -> None:
        """Tells a worker to stop; it is started again so many seconds after."""
        worker = self._members.get(number)
        if worker is not None and worker.process.poll() is None:
            worker.process.send_signal(signal.SIGTERM)
            self._restarting.add(number)
            self._absent_until[number] = time.monotonic() + away

    def kill(self, number: int, away: float) -> None:
        """As the power does; it is started again after so many seconds."""
        worker = self._members.get(number)
        if worker is not None:
            worker.kill()
            self._absent_until[number] = time.monotonic() + away

    def freeze(self, number: int) -> WorkerProcess | None:
        """Stops a worker in its tracks; gives it, for `thaw`."""
        worker = self._members.get(number)
        if worker is not None and worker.process.poll() is None:
            worker.process.send_signal(signal.SIGSTOP)
            return worker
        return None

    def replace(self, number: int) -> WorkerProcess | None:
        """Freezes a worker and starts another with its number; gives the frozen one."""
        frozen = self.freeze(number)
        if frozen is not None:
            self._replaced.append(frozen)
            self._members[number] = self._started(number)
        return frozen

    def pids(self) -> list[int]:
        """Of the workers that run."""
        return [worker.process.pid for worker in self._members.values()]

    @staticmethod
    def thaw(worker: WorkerProcess) -> None:
        """It goes on as if nothing had happened."""
        if worker.process.poll() is None:
            worker.process.send_signal(signal.SIGCONT)

    def is_ready(self) -> bool:
        """Whether all run, started again where they had to be, and have their state."""
        self.look()
        workers = self._members.values()
        return all(each.process.poll() is None and each.is_ready() for each in workers)

    def look(self) -> None:
        """Starts again what ended with 75 or was killed; another end is a problem."""
        self._weigh()
        for number, worker in list(self._members.items()):
            code = worker.process.poll()
            if code is None or time.monotonic() < self._absent_until.get(number, 0.0):
                continue
            right = {START_AGAIN, _KILLED, *(_TOLD if number in self._restarting else ())}
            self._note(worker, code, right)
            self._restarting.discard(number)
            del self._members[number]
            if code in right:
                self.join(number)
        for worker in list(self._replaced):
            code = worker.process.poll()
            if code is not None:
                self._note(worker, code, {START_AGAIN, _KILLED, *_TOLD})
                self._replaced.remove(worker)

    def _weigh(self) -> None:
        if time.monotonic() < self._weighed_at + _WEIGHED_EVERY:
            return
        self._weighed_at = time.monotonic()
        for worker in self._members.values():
            with suppress(psutil.NoSuchProcess):
                resident = psutil.Process(worker.process.pid).memory_info().rss
                self.peak_mb = max(self.peak_mb, resident // 1_000_000)

    def _note(self, worker: WorkerProcess, code: int, right: Container[int]) -> None:
        self.ends[code] += 1
        if code not in right:
            self.problems.append(f"a worker ended with {code}: {_last_words(worker)}")

    def dismiss(self, seconds: float) -> None:
        """Tells all to stop and waits; who does not in time, or badly, is a problem."""
        for number in list(self._members):
            self.leave(number)
        for worker in self._replaced:  # one that was replaced may be the owner all the same
            worker.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + seconds
        while self._replaced and time.monotonic() < end:
            self.look()
            time.sleep(0.05)
        for worker in self._replaced:
            self.problems.append(f"a worker did not stop in {seconds} s: {_last_words(worker)}")
            worker.process.send_signal(signal.SIGABRT)

    def close(self) -> None:
        """Nothing stays behind, frozen or not."""
        for worker in self.all:
            worker.kill()


def _last_words(worker: WorkerProcess) -> str:
    """What it said at the end; of one that a library ended (abort), the reason and each stack."""
    lines = [line for line in worker.said().splitlines() if '"level": "info"' not in line]
    fatal = next((at for at, line in enumerate(lines) if line.startswith("Fatal Python")), None)
    last = lines[-3:] if fatal is None else lines[max(0, fatal - 3) : fatal + 60]
    return " | ".join(line[:400] for line in last)
