"""The demo's sweep ends what an earlier demo of this user left, and nothing of anybody else."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from agents.simulation.demo.machine import is_a_demos, sweep

STANDS = "import time; time.sleep(600)"
A_WORKER = ("recourse", "worker")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def started() -> Iterator[Any]:
    """Starts processes that stand still, with words on their command line; ends them."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*words: str, folder: Path | None = None) -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen([sys.executable, "-c", STANDS, *words], cwd=folder))
        return running[-1]

    yield start
    for each in running:
        each.kill()
        each.wait()


def identity(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    return process.pid, psutil.Process(process.pid).create_time()


def planted(
    temporary: Path, worker: subprocess.Popen[bytes], broker: subprocess.Popen[bytes]
) -> Path:
    """A folder as a demo leaves it that was killed."""
    folder = temporary / "recourse-demo-1"
    (folder / "kafka").mkdir(parents=True, mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    pid, at = identity(broker)
    gone = (2**22 + 1, 0.0)  # no process has such a number
    noted = {"keep": False, "demo": gone, "worker": identity(worker)}
    for path, content in (
        (folder / "demo.json", noted),
        (folder / "kafka" / "broker.json", {"pid": pid, "started": at, "port": 1}),
    ):
        path.write_text(json.dumps(content))
        path.chmod(0o600)
    return folder


def test_what_a_killed_demo_left_is_ended(temporary: Path, started: Any) -> None:
    kafka = temporary / "recourse-demo-1" / "kafka"
    kafka.mkdir(parents=True)
    worker, broker = started(*A_WORKER), started(folder=kafka)
    folder = planted(temporary, worker, broker)

    assert sweep(kept=False) == [folder]
    assert None not in (worker.wait(60), broker.wait(60))
    assert not folder.exists()


def test_a_process_that_is_no_worker_and_one_from_elsewhere_go_on(
    temporary: Path, started: Any
) -> None:
    """Pid and start time of every process are public; its words and its folder are its own."""
    other, elsewhere = started("sleep"), started(folder=temporary)
    folder = planted(temporary, other, elsewhere)

    assert sweep(kept=True) == [folder]
    assert (other.poll(), elsewhere.poll()) == (None, None)


@pytest.mark.parametrize(
    "how", ["another user's", "others may write", "a link", "a note of others"]
)
def test_a_folder_that_somebody_else_may_have_made_is_left_alone(
    temporary: Path, started: Any, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    kafka = temporary / "recourse-demo-1" / "kafka"
    kafka.mkdir(parents=True)
    worker, broker = started(*A_WORKER), started(folder=kafka)
    folder = planted(temporary, worker, broker)
    match how:
        case "another user's":
            monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
        case "others may write":
            folder.chmod(0o777)
        case "a link":
            folder = folder.rename(temporary / "elsewhere")
            (temporary / "recourse-demo-1").symlink_to(folder)
        case _:
            (folder / "demo.json").chmod(0o666)

    assert sweep(kept=True) == []
    assert (worker.poll(), broker.poll()) == (None, None)
    assert folder.exists()


def test_only_a_kafka_that_a_demo_runs_is_a_demos(temporary: Path, started: Any) -> None:
    kafka = temporary / "recourse-demo-1" / "kafka"
    kafka.mkdir(parents=True, mode=0o700)
    assert not is_a_demos("127.0.0.1:1")
    broker = started("kafka", folder=kafka)
    planted(temporary, started(*A_WORKER), broker)
    assert is_a_demos("127.0.0.1:1")
    for other in (
        "kafka.example.com:9092",
        "127.0.0.1:2",
        "",
        "127.0.0.1:1,kafka.example.com:9092",
    ):
        assert not is_a_demos(other), other
    broker.kill()
    broker.wait()

    assert not is_a_demos("127.0.0.1:1")
