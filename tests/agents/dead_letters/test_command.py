"""What is not asked right is said before any Kafka is asked."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agents.commands.records.dead_letters import app
from agents.commands.simulation.play import play


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "--reason", "LATE"], "--reason is 'LATE': must be one of UNKNOWN, UNREADABLE,"),
        (["list", "--since", "soon"], "--since is 'soon': must be such as 2h, 3d or 2026-03-02T14"),
        (["redrive"], "give either IDs, or a selection"),
        (["redrive", "t:1:2", "--all"], "give either IDs, or a selection"),
        (["redrive", "t:1:2", "--key", "c1"], "give either IDs, or a selection"),
    ],
)
def test_a_wrong_option_is_named_with_what_is_right(arguments: list[str], said: str) -> None:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)

    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_a_file_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as left:
        play(tmp_path / "none.jsonl")

    assert left.value.exit_code == 1
    assert capsys.readouterr().err.endswith("none.jsonl can't be read: No such file or directory\n")
