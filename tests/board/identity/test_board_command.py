"""`recourse board`: what stops its start, before anything listens."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from agents.commands.running import board as module
from streams.runtime import logs

ROOT = Path(__file__).parents[3]


@pytest.fixture(name="start")
def _start(monkeypatch: pytest.MonkeyPatch) -> Any:
    app = typer.Typer()
    app.command()(module.board)
    monkeypatch.setattr(logs, "configure", lambda *_: None)

    def start(*arguments: str, **settings: str) -> Result:
        clean = {name: None for name in os.environ if name.startswith("RECOURSE_")}
        return CliRunner().invoke(app, arguments, env={**clean, **settings})

    return start


def test_the_demos_login_refuses_to_start_on_any_other_kafka(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "serve", None)
    done = start("--demo", RECOURSE_BOOTSTRAP_SERVERS="kafka.example.com:9092")

    assert done.exit_code == 78
    assert "none listens on kafka.example.com:9092" in done.output


def test_a_setting_that_is_wrong_stops_the_start_without_the_secret(
    start: Any, tmp_path: Path
) -> None:
    file = tmp_path / "keys"
    file.write_text("5ec4e7\n")
    done = start(RECOURSE_SESSION_KEY_FILE=str(file))

    assert done.exit_code == 78
    assert "RECOURSE_SESSION_KEY_FILE (environment) names" in done.output
    assert "5ec4e7" not in done.output


def test_told_to_stop_it_ends_well_and_leaves_no_copy_behind(tmp_path: Path) -> None:
    """A process of its own; Kafka is away, which is no reason not to answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")} | {
        "RECOURSE_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "RECOURSE_LOG_FORMAT": "json",
        "TMPDIR": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "agents", "board", "--http-port", str(port)],
        env=settings, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    seen, told = [], False
    try:
        for line in process.stderr:
            seen.append(line)
            if "http_listening" in line:
                break
        else:
            pytest.fail("".join(seen))
        made = [each.name for each in tmp_path.iterdir()]
        process.send_signal(signal.SIGTERM)
        told = True
        process.stderr.read()
    finally:
        if not told:
            process.kill()
        code = process.wait()
        process.stderr.close()

    assert code == 0
    assert [each.startswith("recourse-board-") for each in made] == [True]
    assert list(tmp_path.iterdir()) == []
