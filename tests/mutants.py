"""`make mutants`: flips every comparison of the core, one at a time; each must make a test fail.

A survivor is a comparison that no test holds. Those that no test can hold, because both forms mean
the same, stand in `tests/mutants.yaml` with the reason. Each mutant is a process that imports the
core from a changed tree, so that nothing is written to the source; one that never ends is killed.
"""

import argparse
import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

import pytest
import yaml
from rich.progress import track

ROOT = Path(__file__).parent.parent
CORE = ROOT / "agents" / "core"
EQUIVALENT = Path(__file__).with_suffix(".yaml")
TESTS = ("tests/core", "tests/scenarios", "tests/agents")
SECONDS_AT_MOST = 120
FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True)
class Mutant:
    """One comparison of one file, by its place among the file's comparisons."""

    path: str
    index: int
    line: int
    source: str
    """The comparison as it stands in the file."""


def comparisons(tree: ast.AST) -> Iterator[tuple[ast.Compare, int]]:
    """Every operator of every comparison, in a fixed order."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for position in range(len(node.ops)):
                yield node, position


def mutants(only: str) -> list[Mutant]:
    """All mutants of the core whose path contains `only`."""
    found: list[Mutant] = []
    for path in sorted(CORE.rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if only not in name:
            continue
        for index, (node, position) in enumerate(comparisons(ast.parse(path.read_text()))):
            operator = type(node.ops[position]).__name__
            found.append(Mutant(name, index, node.lineno, f"{ast.unparse(node)} [{operator}]"))
    return found


class _Changed(importlib.machinery.SourceFileLoader):
    """Gives the one module with its comparison flipped; all others come as they are."""

    def __init__(self, mutant: Mutant) -> None:
        parts = Path(mutant.path).with_suffix("").parts
        self._name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self._mutant = mutant
        super().__init__(self._name, str(ROOT / mutant.path))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(
            fullname, ROOT / self._mutant.path, loader=self
        )

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        tree = ast.parse((ROOT / self._mutant.path).read_text())
        node, position = list(comparisons(tree))[self._mutant.index]
        node.ops[position] = FLIPPED[type(node.ops[position])]()
        return compile(tree, str(ROOT / self._mutant.path), "exec")


def run_one(mutant: Mutant) -> int:
    """Pytest's exit code with the comparison flipped, in this process."""
    sys.meta_path.insert(0, _Changed(mutant))
    plain = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]
    return pytest.main(["-x", "-q", *plain, *nearest(mutant), *TESTS])


def nearest(mutant: Mutant) -> list[str]:
    """The tests of the file itself, where it has some: they are the likeliest to fail, so first."""
    path = Path(mutant.path).relative_to("agents")
    mirrored = Path("tests", path.parent, f"test_{path.name}")
    return [str(mirrored)] if (ROOT / mirrored).exists() else []


def survives(mutant: Mutant) -> bool:
    """Whether all tests pass with the comparison flipped."""
    command = [sys.executable, "-m", "tests.mutants", "--only", mutant.path, "--one"]
    try:
        done = subprocess.run(
            [*command, str(mutant.index)],
            cwd=ROOT, capture_output=True, timeout=SECONDS_AT_MOST, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == pytest.ExitCode.OK


def explained() -> set[tuple[str, str]]:
    """The mutants that mean the same as the original, by file and comparison."""
    entries = yaml.safe_load(EQUIVALENT.read_text())
    return {(entry["file"], entry["comparison"]) for entry in entries}


def main() -> None:
    """Runs all mutants; exits 1 when one survives without an explanation."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--only", default="", help="files whose path contains this")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    tried = mutants(options.only)
    if options.one is not None:
        sys.exit(run_one(tried[options.one]))
    survivors: list[Mutant] = []
    with ThreadPoolExecutor(options.processes) as pool:
        results = pool.map(survives, tried)
        for mutant, survived in track(
            zip(tried, results, strict=True), "Flipping comparisons", total=len(tried)
        ):
            if survived:
                survivors.append(mutant)
    known = explained()
    unexplained = [each for each in survivors if (each.path, each.source) not in known]
    for mutant in survivors:
        note = "unexplained" if mutant in unexplained else "explained"
        print(f"{mutant.path}:{mutant.line}: survived ({note}): {mutant.source}")  # noqa: T201
    print(f"{len(tried)} mutants, {len(tried) - len(survivors)} killed, "  # noqa: T201
          f"{len(survivors)} survived, {len(unexplained)} of them unexplained")  # fmt: skip
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
