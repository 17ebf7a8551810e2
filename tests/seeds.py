"""Runs all tests over and over, each time in another order and with other examples: `make seeds`.

Each run that ends is a line of `tests/seeds.tsv`. It can be stopped at any moment (Ctrl-C); called
again, it does what is still missing at this commit. What a red run printed lies in `var/seeds`;
`--again SEED` does that run once more: the same order of tests, the same examples of Hypothesis.
"""

import argparse
import contextlib
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
LOG: Final = ROOT / "tests" / "seeds.tsv"
PRINTED: Final = ROOT / "var" / "seeds"
CORE, WHOLE = "core", "whole"
_AT_ONCE: Final = ("--numprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
ARGUMENTS: Final = {
    CORE: ("-m", "not kafka and not registry", *_AT_ONCE),
    WHOLE: ("-m", "not registry", *_AT_ONCE),
}
"""What is run: what needs no Kafka, and what `make test` runs."""
_LARGEST_SEED: Final = 2**32 - 1
_COUNTED: Final = re.compile(r"(\d+) (passed|failed|error)")
_RED: Final = re.compile(
    r"^(?:FAILED|ERROR) (tests/\S+::[^ \[]+(?:\[.*?\])?)(?: - .*)?$", re.MULTILINE
)
_BURN: Final = "while True: pass"


class Line(NamedTuple):
    """One run, as the log holds it."""

    ended_at: str
    commit: str
    kind: str
    seed: int
    busy: str
    """Whether both cores were kept busy by something else."""
    seconds: int
    passed: int
    failed: int
    names: str
    """Those that failed, with a blank between them; - for none."""


HEAD: Final = "\t".join(Line._fields)


def read(log: Path) -> list[Line]:
    """The runs that the log holds."""
    if not log.exists():
        return []
    _, *lines = log.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    numbers = {"seed", "seconds", "passed", "failed"}
    return [
        Line._make(
            int(value) if name in numbers else value
            for name, value in zip(Line._fields, row, strict=True)
        )
        for row in rows
    ]


def keep(log: Path, line: Line) -> None:
    """Adds a run to the log."""
    if not log.exists():
        log.write_text(HEAD + "\n", "utf-8")
    with log.open("a", encoding="utf-8") as file:
        file.write("\t".join(str(each) for each in line) + "\n")


def outcome(printed: str) -> tuple[int, int, str]:
    """How many passed, how many did not, and which; of what pytest printed."""
    *_, last = [line for line in printed.splitlines() if line.strip()] or [""]
    counted = {what: int(number) for number, what in _COUNTED.findall(last)}
    names = " ".join(dict.fromkeys(_RED.findall(printed)))
    failed = counted.get("failed", 0) + counted.get("error", 0)
    if not counted:
        return 0, 1, "it ended without a count: " + last.replace("\t", " ")[:200]
    return counted.get("passed", 0), failed, names or "-"


def missing(done: Sequence[Line], commit: str, wanted: dict[tuple[str, str], int]) -> list[str]:
    """Kinds of runs that are still to be done at a commit, as `kind busy`; short ones first."""
    left = []
    for (kind, busy), count in wanted.items():
        there = sum((each.commit, each.kind, each.busy) == (commit, kind, busy) for each in done)
        left += [f"{kind} {busy}"] * (count - there)
    return left


@contextlib.contextmanager
def _cores(*, busy: bool) -> Iterator[None]:
    """Both cores kept busy by something else, if so wanted."""
    burning = [subprocess.Popen([sys.executable, "-c", _BURN]) for _ in range(2 if busy else 0)]
    try:
        yield
    finally:
        for each in burning:
            each.kill()
            each.wait()


def _run(kind: str, busy: str, seed: int, commit: str) -> Line:
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-rfE", *ARGUMENTS[kind]),
        # Of both, else the examples are others when the run is done again.
        *("-p", "randomly", f"--randomly-seed={seed}", f"--hypothesis-seed={seed}"),
    ]
    began = time.monotonic()
    with _cores(busy=busy == "busy"):
        environment = os.environ | {"HYPOTHESIS_PROFILE": "quick"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as in the Makefile
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as running:  # fmt: skip
            try:
                printed, _ = running.communicate()
            except BaseException:
                running.terminate()
                running.wait(60)  # it stops its broker
                raise
    passed, failed, names = outcome(printed)
    if failed:
        PRINTED.mkdir(parents=True, exist_ok=True)
        (PRINTED / f"{commit}-{kind}-{seed}.log").write_text(printed, "utf-8")
    ended_at = datetime.now(UTC).isoformat(timespec="minutes").replace("+00:00", "Z")
    seconds = round(time.monotonic() - began)
    return Line(ended_at, commit, kind, seed, busy, seconds, passed, failed, names)


def _commit() -> str:
    """The last commit that changed more than the log, and whether something is changed since."""
    all_but_the_log = ("--", ".", f":!{LOG.relative_to(ROOT)}")
    changed = _git("status", "--porcelain", *all_but_the_log)
    return _git("log", "-1", "--format=%h", *all_but_the_log) + ("-changed" if changed else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, text=True, check=True, capture_output=True)
    return done.stdout.strip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what is missing; gives 1 if a run was red."""
    parser = argparse.ArgumentParser(
        prog="make seeds", description="Runs all tests, each time in another order."
    )
    parser.add_argument("--core", type=int, default=28, help="runs of what needs no Kafka")
    parser.add_argument("--core-busy", type=int, default=2, help="more, with both cores kept busy")
    parser.add_argument("--whole", type=int, default=4, help="runs of what `make test` runs")
    parser.add_argument("--whole-busy", type=int, default=2, help="more, with both cores busy")
    parser.add_argument("--again", type=int, metavar="SEED", help="one run with this seed")
    given = parser.parse_args(arguments)
    wanted = {
        (CORE, "quiet"): given.core, (CORE, "busy"): given.core_busy,
        (WHOLE, "quiet"): given.whole, (WHOLE, "busy"): given.whole_busy,
    }  # fmt: skip
    commit, before = _commit(), read(LOG)
    if given.again is not None:
        known = [f"{each.kind} {each.busy}" for each in before if each.seed == given.again]
        left, seeds = known[-1:] or [f"{CORE} quiet"], [given.again]
    else:
        left, seeds = missing(before, commit, wanted), []
    red = 0
    for count, each in enumerate(left, 1):
        kind, busy = each.split()
        seed = seeds.pop() if seeds else random.SystemRandom().randint(0, _LARGEST_SEED)
        sys.stdout.write(f"{count} of {len(left)}: {kind}, {busy}, seed {seed} ...\n")
        sys.stdout.flush()
        line = _run(kind, busy, seed, commit)
        keep(LOG, line)
        red += bool(line.failed)
        sys.stdout.write(
            f"  {line.seconds} s, {line.passed} passed, {line.failed} failed: {line.names}\n"
        )
    return 1 if red else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.stdout.write("stopped; the same command goes on from here\n")
    sys.exit(130)
