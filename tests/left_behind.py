"""What a test leaves behind in its process for the next one: found after each test, by its name.

Asked of every test, so each question must be cheap: together they take a quarter of a
millisecond. What can't be asked so cheaply is looked for by `tests/seeds.py`, which runs the tests
in many orders.
"""

import contextlib
import gc
import locale
import logging
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import structlog

PATIENCE_SECONDS: Final = 30.0
"""How long a thread or a process that was told to end may take."""
_SIGNALS: Final = (
    signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM,
    signal.SIGCHLD, signal.SIGPIPE,
)  # fmt: skip
_LIMITS: Final = (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)
_PYTESTS_OWN: Final = frozenset({"PYTEST_CURRENT_TEST"})
_TOOLS_OWN: Final = frozenset[str]()
"""What packages make in the folder for what is brief, one for all: nothing."""
_APPRISES: Final = ("_shared_executor", "_coordinator_executor")
_LASTING: Final = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")
"""Python's own processes, which live as long as this one."""

lasting_processes: set[int] = set()
"""Processes of the whole run: the broker."""


class Before:
    """How the process is, to be compared with how it is later.

    `running`: also threads, processes and files. Not on Kafka: there fixtures of a file begin and
    end workers and brokers while its tests run, and the broker of the run is begun by the first.
    """

    def __init__(self, *, running: bool = True) -> None:
        self._running = running
        self._state = _state()
        self._loggers = dict(_loggers())
        self._modules = dict(sys.modules)
        self._threads = set(threading.enumerate())
        self._processes = _processes()
        self._files = _files()

    def left(self) -> list[str]:
        """What is other now than it was, in words; nothing where all is as it was."""
        now = _state()
        found = [
            f"{what} was {self._state[what]!r}, is {now[what]!r}"
            for what in now
            if what != ENVIRONMENT and now[what] != self._state[what]
        ]
        found += _differences("os.environ", self._state[ENVIRONMENT], now[ENVIRONMENT])
        # A library that is imported meanwhile has loggers of its own: only known ones are compared.
        known = self._loggers
        found += _differences("logger", known, {k: v for k, v in _loggers() if k in known})
        modules = sys.modules
        found += [
            f"module {name} was taken away or made anew"
            for name, module in self._modules.items()
            if modules.get(name) is not module
        ]
        if self._running:
            found += [f"file {each}" for each in sorted(_files() - self._files)]
            found += self._still_running()
        return found

    def _still_running(self) -> list[str]:
        end = time.monotonic() + PATIENCE_SECONDS
        for each in self._new_threads():
            each.join(max(0.0, end - time.monotonic()))
        while (processes := self._new_processes()) and time.monotonic() < end:
            time.sleep(0.05)
        return [f"thread {each.name}" for each in self._new_threads()] + [
            f"process {number}: {_command(number).decode()}" for number in sorted(processes)
        ]

    def _new_threads(self) -> set[threading.Thread]:
        return set(threading.enumerate()) - self._threads - _lasting_threads()

    def _new_processes(self) -> set[int]:
        new = _processes() - self._processes - lasting_processes
        return {each for each in new if not any(kind in _command(each) for kind in _LASTING)}


ENVIRONMENT: Final = "os.environ"


def _state() -> dict[str, Any]:
    """What must be as it was; by the name that the complaint gives it."""
    return {
        ENVIRONMENT: {k: v for k, v in os.environ.items() if k not in _PYTESTS_OWN},
        "the working directory": os.getcwd(),  # noqa: PTH109 - a Path costs as much as all the rest
        "the temporary directory": tempfile.gettempdir(),
        "sys.argv": list(sys.argv),
        "sys.path": list(sys.path),
        "sys.excepthook": sys.excepthook,
        "threading.excepthook": threading.excepthook,
        "handlers of signals": [signal.getsignal(each) for each in _SIGNALS],
        "structlog's context": structlog.contextvars.get_contextvars(),
        "the collector of cycles": (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()),
        "limits of the process": [resource.getrlimit(each) for each in _LIMITS],
        "the locale": locale.setlocale(locale.LC_ALL),
        "the time zone": time.tzname,
    }


def _loggers() -> Iterator[tuple[str, tuple[object, ...]]]:
    """Of each logger what can be set; pytest's own handlers aside."""
    for name, logger in [("root", logging.root), *logging.root.manager.loggerDict.items()]:
        if isinstance(logger, logging.Logger):
            handlers = [each for each in logger.handlers if "_pytest" not in type(each).__module__]
            yield (
                name,
                (logger.level, handlers, [*logger.filters], logger.disabled, logger.propagate),
            )


def _differences(what: str, before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    if before == now:
        return []
    names = sorted({*before, *now})
    return [
        f"{what} {name} was {before.get(name)!r}, is {now.get(name)!r}"
        for name in names
        if before.get(name) != now.get(name)
    ]


def _processes() -> set[int]:
    """Children of this process; none where the system does not say so in a file."""
    found: set[int] = set()
    for each in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # of a thread that has just ended
            found |= {int(number) for number in each.read_text("ascii").split()}
    return found


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").strip()
    except OSError:
        return b"?"


def _lasting_threads() -> set[threading.Thread]:
    """Those of Apprise's own executors, which are made once for the process."""
    module = sys.modules.get("apprise.apprise")
    executors = [getattr(module, name, None) for name in _APPRISES]
    return {each for one in executors if one is not None for each in one._threads}


def _files() -> set[str]:
    """What lies in the run's folder for what is brief."""
    return set(os.listdir(tempfile.gettempdir())) - _TOOLS_OWN  # noqa: PTH208


@pytest.fixture(scope="session", autouse=True)
def _folder_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What asks for a temporary folder gets one of this run, so that a file left there is seen."""
    folder = str(tmp_path_factory.mktemp("brief"))
    before, tempfile.tempdir = tempfile.tempdir, folder
    named = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = folder
    yield
    tempfile.tempdir = before
    if named is None:
        del os.environ["TMPDIR"]
    else:
        os.environ["TMPDIR"] = named


@pytest.fixture(scope="module", autouse=True)
def _a_file_of_tests_leaves_nothing_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    before = Before(running=not _is_on_kafka(request.node))
    yield
    _complain(f"{request.node.nodeid}: its fixtures leave", before)


@pytest.fixture(autouse=True)
def _a_test_leaves_nothing_behind(
    request: pytest.FixtureRequest, _a_file_of_tests_leaves_nothing_behind: None
) -> Iterator[None]:
    before = Before(running=not _is_on_kafka(request.node))
    yield
    _complain(f"{request.node.nodeid} leaves", before)


def _is_on_kafka(node: pytest.Item | pytest.Module) -> bool:
    return node.get_closest_marker("kafka") is not None


def _complain(who: str, before: Before) -> None:
    left = before.left()
    if left:
        pytest.fail(f"{who} behind for the next: " + "; ".join(left), pytrace=False)
