"""Writes the table of kinds in `docs/bad-input.md` anew: `python -m tests.bad_input.page`."""

from pathlib import Path

from streams.printable import printable
from tests.bad_input.kinds import KINDS, Kind

PAGE = Path(__file__).parents[2] / "docs" / "bad-input.md"
BEGIN = "<!-- made by `python -m tests.bad_input.page` -->\n"
_MOST = 150  # characters of a detail


def table() -> str:
    """A row a kind, in the order of the tests' table."""
    rows = [f"| {each.name} | `{each.topic}` | {each.reason} | {_said(each)} |" for each in KINDS]
    return "\n".join(["| what came | topic | ends as | detail |", "|---|---|---|---|", *rows, ""])


def page(before: str) -> str:
    """The page with today's table; what stands above it stays."""
    return before.partition(BEGIN)[0] + BEGIN + "\n" + table()


def _said(kind: Kind) -> str:
    detail = kind.detail.replace("{at}", "N").replace("{at+", "{N+")
    detail = detail.replace("{", "").replace("}", "").replace("|", "\\|").replace("`", "'")
    shown = detail if len(detail) <= _MOST else detail[:_MOST] + " ..."
    return printable(shown)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
