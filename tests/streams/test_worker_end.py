"""With what a worker ends before it has met Kafka."""

import errno
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

from streams.errors import ConfigurationError, EngineError
from streams.runtime.open_files import explained

ROOT = Path(__file__).parents[2]


def test_a_port_that_is_taken_is_a_sentence_and_78() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")} | {
            "RECOURSE_HTTP_PORT": str(port),
            "RECOURSE_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        }
        ended = subprocess.run(
            [sys.executable, "-m", "tests.streams.toy_worker"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    assert ended.returncode == 78
    assert f"RECOURSE_HTTP_PORT is {port}, on 127.0.0.1: can't listen there" in ended.stderr
    assert "Traceback" not in ended.stderr


def started_with(soft: int, hard: int, code: str) -> subprocess.CompletedProcess[str]:
    """Python with so many open files allowed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
    )


def test_too_few_open_files_are_a_sentence_and_78() -> None:
    ended = started_with(
        32, 32, "import runpy; runpy.run_module('tests.streams.toy_worker', run_name='__main__')"
    )

    assert ended.returncode == 78
    assert "this process may have 32 files and connections open (`ulimit -n`" in ended.stderr
    assert "must be at least 64" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_as_many_open_files_are_taken_as_are_allowed() -> None:
    ended = started_with(
        32,
        512,
        "import resource; from streams.runtime.open_files import make_room; make_room(); "
        "print(resource.getrlimit(resource.RLIMIT_NOFILE))",
    )

    assert (ended.returncode, ended.stdout) == (0, "(512, 512)\n")


def test_files_that_run_out_later_are_that_setting_too() -> None:
    failed = EngineError("following failed")
    failed.__cause__ = OSError(errno.EMFILE, "Too many open files")
    told = explained(failed)

    assert isinstance(told, ConfigurationError)
    assert "`ulimit -n`" in str(told)
    assert explained(OSError(errno.ENOSPC, "full")).args == (errno.ENOSPC, "full")
