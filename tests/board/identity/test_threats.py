"""The table of threats in docs/security.md names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def test_each_threat_has_a_test_that_there_is() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    chapter = page.split("## The board\n", 1)[1].split("\n## ", 1)[0]
    rows = [each for each in chapter.splitlines() if each.startswith("|") and "`test_" in each]
    named = [each for row in rows for each in ROW.findall(row)]
    missing = [
        (file, name)
        for file, name in named
        if f"def {name}(" not in (Path(__file__).parent / file).read_text(encoding="utf-8")
    ]

    assert len(rows) >= 25
    assert missing == []
