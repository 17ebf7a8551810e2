"""One broker for the whole run, and how hard Hypothesis looks."""

import contextlib
import logging
import os
import shutil
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

import streams.transport.faust  # noqa: F401 - Faust sets up loggers when it is imported, once
from streams.broker import Broker, Status
from streams.runtime.logs import QUIET
from tests import left_behind, longest_first, strict

_COMMON: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=50, **_COMMON)
settings.register_profile("ci", max_examples=200, derandomize=True, print_blob=True, **_COMMON)
settings.register_profile("night", max_examples=20_000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "quick"))


def pytest_configure(config: pytest.Config) -> None:
    """Each test is asked what it leaves behind, and all that stages write is read again."""
    strict.of_processors()
    config.pluginmanager.register(left_behind, "left-behind")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files begin first: of several processes none is left alone with one at the end."""
    items[:] = longest_first.in_order(items)


@contextlib.contextmanager
def _log_set_back() -> Iterator[None]:
    """A command sends the log to the stderr of who calls it, which is closed after that."""
    root, hooks = logging.root, (sys.excepthook, threading.excepthook, sys.unraisablehook)
    levels = {name: logging.getLogger(name).level for name in ("root", *QUIET)}
    handlers, showwarning = list(root.handlers), warnings.showwarning
    yield
    structlog.reset_defaults()
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    warnings.showwarning = showwarning
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture(scope="module", autouse=True)
def _log_of_one_file(_a_file_of_tests_leaves_nothing_behind: None) -> Iterator[None]:
    """What a fixture of a file calls."""
    with _log_set_back():
        yield


@pytest.fixture(autouse=True)
def _log_of_one_test(_a_test_leaves_nothing_behind: None, _log_of_one_file: None) -> Iterator[None]:
    """What a test calls."""
    with _log_set_back():
        yield


@pytest.fixture(scope="session")
def broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Status]:
    """A real Kafka; topics are each test's own, under names of their own."""
    shared = getattr(request.config, "workerinput", {}).get("broker")
    if shared is not None:
        yield Status(
            port=shared["port"],
            pid=shared["pid"],
            data=Path(shared["data"]),
            log=Path(shared["log"]),
        )
        return
    started = Broker(tmp_path_factory.mktemp("kafka"))
    try:
        status = started.start(owned=True)
        left_behind.lasting_processes.add(status.pid)
        yield status
    finally:
        started.stop(wipe=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Where the tests run in several processes, the one that leads them has the broker of all."""
    status = _leading().start(owned=True)
    node.workerinput["broker"] = {
        "port": status.port,
        "pid": status.pid,
        "data": str(status.data),
        "log": str(status.log),
    }


def pytest_unconfigure() -> None:
    """The processes have ended; so does their broker."""
    if _leading.cache_info().currsize:
        _leading().stop(wipe=True)
        shutil.rmtree(_leading().folder.parent, ignore_errors=True)


@cache
def _leading() -> Broker:
    return Broker(Path(tempfile.mkdtemp(prefix="recourse-tests-")) / "kafka")
