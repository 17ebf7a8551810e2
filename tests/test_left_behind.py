"""What a test leaves behind for the next one is found, by its name."""

import gc
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import types
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from tests import left_behind
from tests.left_behind import Before

ROOT = Path(__file__).parents[1]
PLANTED = types.ModuleType("planted")

Undo = Callable[[], object]


def _environment() -> Undo:
    os.environ["RECOURSE_PLANTED"] = "1"
    return lambda: os.environ.pop("RECOURSE_PLANTED")


def _folder() -> Undo:
    before = Path.cwd()
    os.chdir(tempfile.gettempdir())
    return lambda: os.chdir(before)


def _signal() -> Undo:
    before = signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    return lambda: signal.signal(signal.SIGUSR1, before)


def _level() -> Undo:
    before = logging.root.level
    logging.root.setLevel(logging.CRITICAL)
    return lambda: logging.root.setLevel(before)


def _handler() -> Undo:
    handler = logging.NullHandler()
    logging.getLogger("faust").addHandler(handler)
    return lambda: logging.getLogger("faust").removeHandler(handler)


def _context() -> Undo:
    structlog.contextvars.bind_contextvars(planted=1)
    return lambda: structlog.contextvars.unbind_contextvars("planted")


def _collector() -> Undo:
    before = gc.get_threshold()
    gc.set_threshold(12_345)
    return lambda: gc.set_threshold(*before)


def _module() -> Undo:
    sys.modules["planted"] = types.ModuleType("planted")
    return lambda: sys.modules.update(planted=PLANTED)


def _file() -> Undo:
    handle, name = tempfile.mkstemp(prefix="planted")
    os.close(handle)
    return Path(name).unlink


def _thread() -> Undo:
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="planted")
    thread.start()

    def undo() -> None:
        end.set()
        thread.join()

    return undo


def _process() -> Undo:
    process = subprocess.Popen(["sleep", "60"])

    def undo() -> None:
        process.kill()
        process.wait()

    return undo


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    logging.getLogger("faust")
    monkeypatch.setattr(left_behind, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setitem(sys.modules, "planted", PLANTED)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (_environment, "os.environ RECOURSE_PLANTED was None, is '1'"),
        (_folder, "the working directory was "),
        (_signal, "handlers of signals was "),
        (_level, "logger root was "),
        (_handler, "logger faust was "),
        (_context, "structlog's context was {}, is {'planted': 1}"),
        (_collector, "the collector of cycles was "),
        (_module, "module planted was taken away or made anew"),
        (_file, "file "),
        (_thread, "thread planted"),
        pytest.param(
            _process,
            "process ",
            marks=pytest.mark.skipif(
                not Path("/proc/self/task").is_dir(), reason="who has which children is not said"
            ),
        ),
    ],
)
def test_what_is_planted_is_found_and_nothing_once_it_is_gone(
    plant: Callable[[], Undo], words: str
) -> None:
    before = Before()
    undo = plant()
    found = before.left()
    undo()

    assert len([each for each in found if each.startswith(words)]) == 1, found
    assert [each for each in found if not each.startswith(words)] == []
    assert before.left() == []


def test_the_test_that_leaves_something_fails_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "test_planted.py").write_text(
        "import os\n"
        "def test_that_leaves(): os.environ['RECOURSE_PLANTED'] = '1'\n"
        "def test_that_follows(): pass\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.left_behind", "-p", "no:randomly"),
            *("-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path)),
            *("--basetemp", str(tmp_path / "run"), str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert done.returncode == 1
    assert (
        "test_planted.py::test_that_leaves leaves behind for the next: "
        "os.environ RECOURSE_PLANTED was None, is '1'" in done.stdout
    )
    assert "test_that_follows leaves" not in done.stdout
