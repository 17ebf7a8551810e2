"""`recourse explain`, as it is called; and the page in docs that is made of it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agents.commands import app
from tests.explanations import PAGE, page

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "out.jsonl"
    strict = ["--policy", str(EXAMPLES / "strict.yaml"), "--out", str(path)]
    assert call(monkeypatch, "simulate", str(EXAMPLES / "rise.jsonl"), *strict).exit_code == 0
    return path


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setattr("sys.argv", ["recourse", *arguments])
    return CliRunner().invoke(app, list(arguments))


def test_a_pipe_gets_plain_lines(monkeypatch: pytest.MonkeyPatch, output: Path) -> None:
    shown = call(monkeypatch, "explain", "v1:1", "--from", str(output))

    assert shown.exit_code == 0
    assert "  Limit:    5.00 USD above the base: 5 % of the base. Source: house rule." in (
        shown.stdout.splitlines()
    )
    assert "\x1b" not in shown.stdout


def test_machines_get_the_same_as_json(monkeypatch: pytest.MonkeyPatch, output: Path) -> None:
    shown = call(monkeypatch, "explain", "v1:1", "--json", "--from", str(output))
    story = json.loads(shown.stdout)

    assert (story["id"], story["kind"]) == ("v1:1", "escalation")
    assert [each["kind"] for each in story["happened"]] == ["RAISED", "OPENED"]
    assert story["customer"][0].startswith("You agreed to $100.00.")


def test_an_unknown_id_is_one_sentence_that_says_where_it_looked(
    monkeypatch: pytest.MonkeyPatch, output: Path
) -> None:
    shown = call(monkeypatch, "explain", "v2:1", "--from", str(output))

    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr == f"Nothing is known of v2:1: looked through 6 records in {output}.\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not JSON\n", "not a line of `recourse simulate`'s output"),
        ('{"topic": "recourse.visits", "value": {"visit_id": 1}}\n', "VisitEnded"),
        ('{"topic": "recourse.visits"}\n', "not a line of `recourse simulate`'s output"),
    ],
)
def test_a_file_that_is_something_else_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(content)
    shown = call(monkeypatch, "explain", "v1", "--from", str(path))

    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr.startswith(f"{path}, line 1: ")
    assert said in shown.stderr
    assert shown.stderr.count("\n") == 1


def test_a_kafka_that_is_away_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = call(monkeypatch, "explain", "v1", "--bootstrap-servers", "127.0.0.1:9")

    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr.startswith("Kafka at 127.0.0.1:9 can't be reached: ")
    assert shown.stderr.count("\n") == 1


def test_since_must_be_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = call(monkeypatch, "explain", "v1", "--since", "yesterday")

    assert shown.exit_code == 2
    assert "2h, 3d or" in shown.stderr


def test_the_page_in_docs_is_up_to_date() -> None:
    assert page() == PAGE.read_text(encoding="utf-8"), "run `make explanations`"
