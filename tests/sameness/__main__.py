"""`python -m tests.sameness OTHER`: does another checkout say and keep the same, byte for byte?

Both checkouts run the same seeded streams through both stages, with managers who act and outcomes
that come back; every output, and what the changelogs hold every so often, must be equal. For who
makes the pipeline faster and must not change what it says. (OTHER: `git worktree add OTHER main`.)
"""

import argparse
import os
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.sameness.run import STREAMS, lines

ROOT = Path(__file__).parents[2]
SHOWN = 300  # characters before and after where a line differs


def main() -> int:
    """Runs both, compares; 0 when they are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", nargs="?", type=Path, help="the root of another checkout")
    parser.add_argument("--streams", default=",".join(STREAMS))
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--write", type=Path, help="only write this checkout's lines to a file")
    given = parser.parse_args()
    names = given.streams.split(",")
    if given.write is not None:
        with given.write.open("w", encoding="utf-8") as file:
            for name in names:
                for seed in range(given.seeds):
                    file.writelines(f"{each}\n" for each in lines(name, seed, given.customers))
        return 0
    with TemporaryDirectory() as folder:
        mine, others = Path(folder, "mine"), Path(folder, "other")
        runs = [_run(ROOT, mine), _run(given.other.resolve(), others)]
        if any(each.wait() for each in runs):
            return 1
        return _compared(mine, others)


def _run(root: Path, into: Path) -> subprocess.Popen[bytes]:
    """This program with the code of a checkout; its own one, where modules have other names."""
    program_of = ROOT if (root / "agents" / "pipeline").is_dir() else root
    arguments = [each for each in sys.argv[1:] if each.startswith("-") or not Path(each).is_dir()]
    program = (
        f"import sys; sys.path.insert(0, {str(root)!r}); "
        f"import tests; tests.__path__ = [{str(program_of / 'tests')!r}]; "
        "import runpy; runpy.run_module('tests.sameness', run_name='__main__', alter_sys=False)"
    )
    command = [sys.executable, "-P", "-c", program, *arguments, "--write", str(into)]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": ""})


def _compared(mine: Path, others: Path) -> int:
    with mine.open(encoding="utf-8") as here, others.open(encoding="utf-8") as there:
        number = 0
        for number, (one, other) in enumerate(zip_longest(here, there), 1):
            if one != other:
                sys.stderr.write(f"line {number} differs\n")
                at = _same(one or "", other or "")
                for each in (one, other):
                    shown = (each or "")[max(0, at - SHOWN) : at + SHOWN]
                    sys.stderr.write(f"  {shown}\n")
                return 1
    sys.stdout.write(f"{number} lines, all equal\n")
    return 0


def _same(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), 0)


if __name__ == "__main__":
    sys.exit(main())
