"""The log of seeds: what a run printed becomes a line, and what is done is not done again."""

from pathlib import Path

import pytest

from tests import seeds
from tests.seeds import Line, keep, missing, outcome, read

GREEN = Line("2026-03-02T10:00Z", "abc", "core", 7, "quiet", 96, 4_500, 0, "-")
PRINTED = """\
..F.E
=== short test summary info ===
SKIPPED [1] tests/a.py:3: no compiler
FAILED tests/a.py::test_b[c - d e] - AssertionError: assert 1 == 2
ERROR tests/c/d.py::test_e
2 failed, 3 passed, 1 error in 1.20s
"""
RED = Line("2026-03-02T11:00Z", "abc", "whole", 8, "busy", 600, 4_658, 1, "tests/a.py::test_b[c d]")


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("....\n4 passed in 1.20s\n", (4, 0, "-")),
        ("4 passed, 1 skipped, 3 warnings in 61.20s (0:01:01)\n", (4, 0, "-")),
        (
            PRINTED,
            (3, 3, "tests/a.py::test_b[c - d e] tests/c/d.py::test_e"),
        ),
        (
            "INTERNALERROR> no\tspace left",
            (0, 1, "it ended without a count: INTERNALERROR> no space left"),
        ),
        ("", (0, 1, "it ended without a count: ")),
    ],
)
def test_what_was_printed_is_counted_and_named(printed: str, said: tuple[int, int, str]) -> None:
    assert outcome(printed) == said


def test_a_log_is_read_as_it_was_kept(tmp_path: Path) -> None:
    log = tmp_path / "seeds.tsv"
    assert read(log) == []
    for line in (GREEN, RED):
        keep(log, line)

    assert read(log) == [GREEN, RED]
    assert log.read_text("utf-8").splitlines()[0] == seeds.HEAD


def test_what_is_done_at_this_commit_is_not_done_again() -> None:
    wanted = {("core", "quiet"): 2, ("core", "busy"): 1, ("whole", "busy"): 1}
    done = [GREEN, RED, GREEN._replace(commit="older", busy="busy")]

    assert missing([], "abc", wanted) == ["core quiet", "core quiet", "core busy", "whole busy"]
    assert missing(done, "abc", wanted) == ["core quiet", "core busy"]


def test_the_log_that_is_kept_here_can_be_read() -> None:
    assert {each.kind for each in read(seeds.LOG)} <= {"core", "whole"}


def test_what_is_run_is_what_make_test_runs() -> None:
    makefile = (seeds.ROOT / "Makefile").read_text("utf-8")
    said = " ".join(f'"{each}"' if " " in each else each for each in seeds.ARGUMENTS[seeds.WHOLE])

    assert f"-m pytest {said} $(ARGS)" in makefile
