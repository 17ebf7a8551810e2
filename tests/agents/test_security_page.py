"""docs/security.md names a test for each threat, and the test is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TABLE = PAGE[PAGE.index("| who | could try |") :].partition("\n\n")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in TABLE.splitlines()[2:]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1][:60])
def test_each_threat_names_what_holds_it(row: list[str]) -> None:
    held_by = row[-1]
    named = re.findall(r"`([^`]+)`", held_by)

    assert named or held_by in ("the same", "not held: a risk"), row
    for each in named:
        path, _, test = each.partition("::")
        if path.startswith("make "):
            assert f"\n{path.removeprefix('make ')}: setup" in (ROOT / "Makefile").read_text()
            continue
        places = [ROOT / path] if "/" in path else list((ROOT / "tests").rglob(path))
        assert any(place.exists() for place in places), each
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), each
