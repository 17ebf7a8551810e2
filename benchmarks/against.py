"""Both stages' µs of CPU an event against those of another version, paired.

Both versions handle the same service events, and what each makes of them itself, by turns: the one
waits while the other works. Whatever else the machine does, it does to both. So the ratio is good
on a busy machine, where the microseconds are not.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles

from msgspec import Struct
from rich.console import Console

from benchmarks.machine import ROOT
from benchmarks.report import Table
from benchmarks.stream import SEED

VERSION_BEFORE = "93a8e90"
"""The version whose figures docs/performance.md compares with."""
TURNS = 60
WARM_UP_TURNS = 6
"""Turns that do not count: a language's first notice, a policy's first limits."""
NOTHING_BELOW = 0.05
"""Two equal versions differ by less than this; what is below it is no difference."""
_WORKER = Path(__file__).with_name("against_worker.py")


class NoVersion(Exception):  # noqa: N818 - it says what is the case
    """The other version is not to be had here."""


class Paired(Struct, frozen=True, kw_only=True):
    """A stage's CPU seconds of each turn, in both versions; `events` of all these turns."""

    stage: str
    events: int
    before: list[float]
    now: list[float]

    def cells(self) -> tuple[str | float, ...]:
        """µs an event of both, how many times as much, and how the turns spread."""
        before, now = sum(self.before), sum(self.now)
        turns = [b / a for a, b in zip(self.before, self.now, strict=True) if a > 0] or [1.0]
        low, _, high = quantiles(turns, n=4) if len(turns) > 1 else turns * 3
        a_event = 1e6 / self.events
        return self.stage, before * a_event, now * a_event, now / before, median(turns), low, high


def measure(revision: str, events: int, console: Console) -> list[Table]:
    """The paired figures; `events`: about how many.

    Raises:
        NoVersion: there is no such version, or it can't be measured so.
    """
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as running:
        folder = Path(temporary)
        before, life = folder / "before", folder / "life"
        _check_out(revision, before)
        console.print(f"  the week as {revision} and this version make it ...", highlight=False)
        # The older one makes the events: what it can't read would cost it less.
        others = running.enter_context(worker(before, events, life, folder / "stream-before"))
        others.begun()
        mine = running.enter_context(worker(ROOT, events, life, folder / "stream-now"))
        mine.begun()
        found = by_turns(others, mine)
    return [table(revision, found)]


def by_turns(before: "Version", now: "Version") -> list[Paired]:
    """Each turn of each stage, in the one version and in the other; then of both stages."""
    moments = now.moments
    cut = [moments[len(moments) * turn // TURNS - 1] for turn in range(1, TURNS + 1)]
    names = [name for name in now.stages if name in before.stages]
    spent: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in names}
    for turn, moment in enumerate(cut):
        for name in names:
            pair = [(spent[name][0], before), (spent[name][1], now)]
            for seconds, version in pair if turn % 2 else reversed(pair):
                seconds.append(version.until(name, moment))
    events = sum(moment > cut[WARM_UP_TURNS - 1] for moment in moments)
    found = [
        Paired(stage=name, events=events, before=a[WARM_UP_TURNS:], now=b[WARM_UP_TURNS:])
        for name, (a, b) in spent.items()
    ]
    return [*found, both(found)]


def both(found: Sequence[Paired]) -> Paired:
    """All stages together, turn by turn."""
    return Paired(
        stage="both",
        events=found[0].events,
        before=[sum(turn) for turn in zip(*(each.before for each in found), strict=True)],
        now=[sum(turn) for turn in zip(*(each.now for each in found), strict=True)],
    )


def table(revision: str, found: Sequence[Paired]) -> Table:
    """What the turns came to, with the machine's load beside it."""
    return Table(
        title=f"Against {revision}, in memory, {found[0].events:,} events",
        columns=(
            "stage", f"{revision} µs an event", "this µs an event", "times", "median of turns",
            "lower quartile", "upper quartile",
        ),
        rows=tuple(each.cells() for each in found),
        note=(
            f"CPU seconds of two processes, by turns ({len(found[0].now)} of them); load of the "
            f"machine {' '.join(f'{each:.1f}' for each in os.getloadavg())}. "
            f"Nothing below {NOTHING_BELOW:.0%} is a difference."
        ),
    )  # fmt: skip


def _check_out(revision: str, folder: Path) -> None:
    """The files of a revision, with its compiled part where there is a compiler."""
    packed = subprocess.run(  # noqa: S603 - a revision is no option: git gets it after its own
        ["git", "archive", "--format=tar", "--end-of-options", revision],  # noqa: S607
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if packed.returncode:
        why = packed.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise NoVersion(f"{revision} can't be measured: {' '.join(why)}")
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    compile_ = (
        "import sys; sys.path.insert(0, '.'); from streams.compiled.build import main; main()"
    )
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-P", "-c", compile_], cwd=folder, check=True, capture_output=True
    )


class Version:
    """A version that waits for its turn, in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.stages: list[str] = []
        self.moments: list[int] = []

    def begun(self) -> None:
        """Waits until its stream is made."""
        names, *moments = self._line().split()
        self.stages, self.moments = names.split(","), [int(each) for each in moments]

    def until(self, stage: str, moment: int) -> float:
        """CPU seconds of what a stage reads up to a moment (ms)."""
        assert self._process.stdin is not None, "it is a pipe"
        self._process.stdin.write(f"{stage} {moment}\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None, "it is a pipe"
        line = self._process.stdout.readline()
        if not line:
            raise NoVersion("a version ended before its turn: its error is above")
        return line


@contextmanager
def worker(root: Path, events: int, life: Path, folder: Path) -> Iterator[Version]:
    """A version: its checkout, about how many events, their file, and a folder of its own."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-P", str(_WORKER), *map(str, (root, events, SEED, life, folder))],
        cwd=root,
        env=os.environ | {"PYTHONPATH": "", "PYTHONHASHSEED": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Version(process)
    finally:
        process.kill()
        process.communicate()
