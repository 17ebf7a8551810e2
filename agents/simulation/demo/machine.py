"""The demo's own Kafka and worker, in a temporary folder; nothing of it stays behind.

Both die with the demo, whatever ends it, unless it is told to keep them. What an earlier demo that
was killed hard left in its folder is swept at the next start.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from agents.operations.status.local_workers import runs_a_worker
from agents.pipeline.topic_specs import topic_specs
from agents.simulation.demo.network import POLICY, reference_records
from streams.broker import Broker, running
from streams.broker.server import die_with_parent
from streams.own_files import check_folder, made, opened
from streams.transport.kafka import admin
from streams.transport.topics import declare

__all__ = ["POLICY", "Machine", "reference_records", "sweep"]

_PREFIX = "recourse-demo-"
_START_AGAIN = 75
_STOP_SECONDS = 15.0


class Machine:
    """A folder with a broker and a worker."""

    def __init__(self, *, keep: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.keep = keep
        self.broker = Broker(self.folder / "kafka")
        self.bootstrap_servers = ""
        self.restarts = 0
        self._worker: subprocess.Popen[bytes] | None = None
        self._board: subprocess.Popen[bytes] | None = None
        self.board_address = ""
        self._note()

    @property
    def worker_log(self) -> Path:
        """The worker's log (JSON lines)."""
        return self.folder / "worker.log"

    def start_broker(self, console: Console) -> None:
        """Starts Kafka and creates the topics; the demo gives the time."""
        self.use(self.broker.start(owned=not self.keep, console=console).bootstrap_servers)

    def use(self, bootstrap_servers: str) -> None:
        """Creates the topics on a broker that runs already."""
        self.bootstrap_servers = bootstrap_servers
        declare(admin(bootstrap_servers), topic_specs(own_time=True))

    def start_worker(self) -> None:
        """Starts `recourse worker`; it runs on while it says that it is to be started again."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")} | {
            "RECOURSE_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "RECOURSE_ORDER_LOG": "1",
            "RECOURSE_COMMIT_INTERVAL_MS": "20",
            "RECOURSE_LOG_FORMAT": "json",
        }
        with self.worker_log.open("ab") as log:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "agents", "worker"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=None if self.keep else die_with_parent,  # noqa: PLW1509 - no threads in it
            )
        self._note()

    @property
    def board_log(self) -> Path:
        """The board's log (JSON lines)."""
        return self.folder / "board.log"

    def start_board(self) -> "subprocess.Popen[bytes]":
        """Starts `recourse board`, in which anybody is anybody; it ends with the demo."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.board_address = f"http://localhost:{port}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")} | {
            "RECOURSE_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "RECOURSE_LOG_FORMAT": "json",
        }
        board = ["board", "--demo", "--http-port", str(port), "--folder", str(self.folder / "copy")]
        with self.board_log.open("ab") as log:
            self._board = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "agents", *board],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads in it
            )
        return self._board

    def watch_worker(self) -> None:
        """Starts the worker again where it asks for that.

        Raises:
            RuntimeError: it ended for another reason.
        """
        assert self._worker is not None, "started before"
        code = self._worker.poll()
        if code is None:
            return
        if code not in (_START_AGAIN, -signal.SIGKILL):
            raise RuntimeError(f"the worker ended with {code}: see {self.worker_log}")
        self.restarts += 1
        self.start_worker()

    def kill_worker(self) -> None:
        """As the power does: without a word."""
        assert self._worker is not None, "started before"
        self._worker.kill()
        self._worker.wait()

    def stop_worker(self) -> int:
        """Tells it to stop, and waits until everything is committed; gives its exit code."""
        assert self._worker is not None, "started before"
        self._worker.send_signal(signal.SIGTERM)
        return self._worker.wait(_STOP_SECONDS)

    def close(self) -> None:
        """Ends everything and removes the folder."""
        if self._board is not None and self._board.poll() is None:
            self._board.kill()
            self._board.wait()
        if self._worker is not None and self._worker.poll() is None:
            self._worker.kill()
            self._worker.wait()
        self.broker.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _note(self) -> None:
        worker = self._worker.pid if self._worker is not None else None
        noted = {
            "keep": self.keep,
            "demo": _identity(os.getpid()),
            "worker": None if worker is None else _identity(worker),
        }
        with made(self.folder / "demo.json") as file:
            file.write(json.dumps(noted).encode())


def sweep(*, kept: bool) -> list[Path]:
    """Ends what killed demos left, and with `kept` also those that were kept running."""
    swept = []
    for folder, noted in _demos():
        demo_runs = running(*noted["demo"]) is not None
        if demo_runs or (noted["keep"] and not kept):
            continue
        worker = running(*noted["worker"]) if noted["worker"] else None
        if worker is not None and _is_a_worker(worker):
            worker.terminate()
            psutil.wait_procs([worker], _STOP_SECONDS)
        Broker(folder / "kafka").stop()
        shutil.rmtree(folder, ignore_errors=True)
        swept.append(folder)
    return swept


def is_a_demos(bootstrap_servers: str) -> bool:
    """Whether a Kafka is one that a demo of this user runs, and so holds nobody's real data."""
    given = {each.strip().lower() for each in bootstrap_servers.split(",")}
    known = {
        address.strip().lower()
        for folder, _ in _demos()
        if (status := Broker(folder / "kafka").status()) is not None
        for address in status.bootstrap_servers.split(",")
    }
    return bool(given) and given <= known


def _demos() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Folders of demos of this user; the folder of temporary files is everybody's."""
    for folder in Path(tempfile.gettempdir()).glob(_PREFIX + "*"):
        try:
            check_folder(folder, strictly=True)
            with opened(folder / "demo.json") as file:
                noted = json.loads(file.read())
        except (OSError, ValueError):
            continue
        yield folder, noted


def _is_a_worker(process: psutil.Process) -> bool:
    """Whether its command line is a worker's."""
    try:
        return runs_a_worker(process.cmdline())
    except psutil.Error:
        return False


def _identity(pid: int) -> tuple[int, float]:
    return pid, psutil.Process(pid).create_time()
