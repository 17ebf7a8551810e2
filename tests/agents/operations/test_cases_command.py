"""`recourse cases`, as it is called, on what `simulate` wrote."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agents.commands import app

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setattr("sys.argv", ["recourse", *arguments])
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "out.jsonl"
    strict = ["--policy", str(EXAMPLES / "strict.yaml"), "--out", str(path)]
    assert call(monkeypatch, "simulate", str(EXAMPLES / "rise.jsonl"), *strict).exit_code == 0
    return path


def test_a_pipe_gets_a_line_a_case(monkeypatch: pytest.MonkeyPatch, output: Path) -> None:
    shown = call(monkeypatch, "cases", "--from", str(output))

    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout == (
        "v1:1\tLOW\tLOCAL\tOPENED\tcolumbus\tm-brooks\t0 s\tacknowledge\tin 4 h\n"
    )


def test_machines_get_an_object_a_line_without_the_customer(
    monkeypatch: pytest.MonkeyPatch, output: Path
) -> None:
    shown = call(monkeypatch, "cases", "--json", "--from", str(output))

    assert json.loads(shown.stdout) == {
        "case": "v1:1",
        "severity": "LOW",
        "tier": "LOCAL",
        "status": "OPENED",
        "region": "us-east",
        "site": "columbus",
        "manager": "m-brooks",
        "opened_at": "2026-03-02T18:00:00Z",
        "opened_before": False,
        "acknowledged": False,
        "open": True,
        "next": "acknowledge",
        "due_at": "2026-03-02T22:00:00Z",
        "late_seconds": 0,
    }


def test_nothing_that_fits_is_no_error(monkeypatch: pytest.MonkeyPatch, output: Path) -> None:
    shown = call(monkeypatch, "cases", "--tier", "executive", "--from", str(output))

    assert (shown.exit_code, shown.stdout, shown.stderr) == (0, "", "No such case.\n")


def test_a_word_that_is_none_is_named_with_those_that_are(
    monkeypatch: pytest.MonkeyPatch, output: Path
) -> None:
    shown = call(monkeypatch, "cases", "--severity", "urgent", "--from", str(output))

    assert shown.exit_code == 2
    assert "--severity is 'urgent': must be one of SAFETY, HIGH, NORMAL" in shown.stderr


def test_a_file_that_is_not_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = call(monkeypatch, "cases", "--from", str(tmp_path / "none"))

    assert shown.exit_code == 2
    assert shown.stderr.count("\n") == 1
