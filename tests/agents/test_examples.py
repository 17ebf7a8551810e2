"""What the README shows is what happens."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.commands import app

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], ["BELOW_THRESHOLD"]),
        (["--policy", str(EXAMPLES / "strict.yaml")], ["AWAITING", "RAISED", "OPEN"]),
    ],
)
def test_a_lower_limit_raises_the_example(
    monkeypatch: pytest.MonkeyPatch, options: list[str], said: list[str]
) -> None:
    arguments = ["simulate", str(EXAMPLES / "rise.jsonl"), *options]
    monkeypatch.setattr("sys.argv", ["recourse", *arguments])
    result = CliRunner().invoke(app, arguments)

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    values = [line["value"] for line in lines if line["topic"] != "recourse.receipts"]
    found = [value.get("decision") or value.get("phase") for value in values]
    assert [each for each in found if each] == said


def test_help_lists_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["recourse", "--help"])
    shown = CliRunner().invoke(app, ["--help"]).stdout

    for command in (
        "demo",
        "worker",
        "simulate",
        "play",
        "dead-letters",
        "kafka",
        "topics",
        "policy",
        "directory",
    ):
        assert command in shown
