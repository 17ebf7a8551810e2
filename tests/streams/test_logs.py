"""What is logged while a broker is away: at once, and then seldom, with how often it came."""

import json
import logging
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import structlog

from streams.runtime import logs
from streams.runtime.logs import AGAIN_SECONDS, Repeats
from tests.hostile import CANARY, TAME, controls_in


def test_a_line_is_said_at_once_then_kept_back_then_said_with_how_often_it_came() -> None:
    now = 0.0
    repeats = Repeats(lambda: now)

    assert repeats.since_said("away") == 0
    assert [repeats.since_said("away") for _ in range(3)] == [None] * 3
    assert repeats.since_said("another") == 0
    now = AGAIN_SECONDS
    assert repeats.since_said("away") == 3
    now = 2 * AGAIN_SECONDS
    assert repeats.since_said("away") == 0


def test_endless_different_lines_take_no_endless_memory() -> None:
    repeats = Repeats(lambda: 0.0)
    for number in range(5_000):
        assert repeats.since_said(f"line {number}") == 0

    assert len(repeats._said) <= 1_000


def test_libraries_and_librdkafkas_threads_bury_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    logs.configure("INFO", "json")
    for _ in range(50):
        logging.getLogger("aiokafka").error("Unable connect to node with id %s", 1)
        structlog.get_logger().warning("kafka_unreachable", error="refused", fatal=False)
        structlog.get_logger().info("dead_letter", reason="INVALID")
    structlog.get_logger().warning("kafka_unreachable", error="fenced", fatal=True)

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    said = [line["event"] for line in lines]
    assert said.count("Unable connect to node with id 1") == 1
    assert [x["fatal"] for x in lines if x["event"] == "kafka_unreachable"] == [False, True]
    assert said.count("dead_letter") == 50
    times = [line["timestamp"] for line in lines]
    assert all(earlier <= later for earlier, later in pairwise(times))


def test_a_line_that_comes_again_says_how_often_it_was_kept_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logs, "AGAIN_SECONDS", 0.0)
    logs.configure("INFO", "json")
    repeats = next(f for f in logging.root.handlers[0].filters if isinstance(f, logging.Filter))
    repeats._repeats._said["aiokafka away"] = (0.0, 7)  # type: ignore[attr-defined]
    logging.getLogger("aiokafka").error("away")

    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert line["repeated"] == 7


DYING = """
import asyncio, logging, threading, warnings
from aiokafka.errors import NodeNotReadyError
from streams.runtime import logs

logs.configure("INFO", "auto")

def raises(error):
    def target():
        raise error
    thread = threading.Thread(target=target, name=type(error).__name__)
    thread.start()
    thread.join()

raises(ValueError("a defect"))
raises(NodeNotReadyError("away"))
raises(asyncio.CancelledError())

class Dies:
    def __del__(self):
        raise RuntimeError("in a destructor")
Dies()

warnings.warn("old\\nand of two lines", DeprecationWarning)
warnings.warn("some thing", UserWarning)
logging.getLogger("aiokafka").error("%d records", "many")
try:
    raise NodeNotReadyError("away")
except NodeNotReadyError:
    logging.getLogger("aiokafka").exception("Failed fetch")

async def main():
    async def forgotten():
        raise ValueError("nobody asked")
    asyncio.create_task(forgotten())
    await asyncio.sleep(0.01)
asyncio.run(main())
raise ValueError("at the end")
"""


def test_whatever_dies_stderr_is_json_lines_and_nothing_else(tmp_path: Path) -> None:
    script = tmp_path / "dying.py"
    script.write_text(DYING)
    ended = subprocess.run(
        [sys.executable, "-W", "default", str(script)],
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": ".", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    said = [(line["event"].partition("\n")[0], line.get("thread")) for line in lines]
    traced = {
        line["event"].partition("\n")[0]
        for line in lines
        if "Traceback" in line.get("exception", "")
    }

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert said == [
        ("thread_failed", "ValueError"),
        ("thread_ended", "NodeNotReadyError"),
        ("thread_ended", "CancelledError"),
        ("ignored_failure", None),
        ("python_warning", None),
        ("python_warning", None),
        ("line_not_made", None),
        ("Failed fetch", None),
        ("Task exception was never retrieved", None),
        ("failed", None),
    ], ended.stderr
    assert traced == {
        "thread_failed", "ignored_failure", "Task exception was never retrieved", "failed",
    }  # fmt: skip


def test_lines_that_differ_by_partition_alone_are_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One a partition and interval were 9,584 in an hour without a broker."""
    monkeypatch.setattr(logging.root, "handlers", [])
    logs.configure("INFO", "json")
    for number in range(12):
        structlog.get_logger().warning("tick_not_written", error="timed out", partition=number)
        structlog.get_logger().warning("waiting_for_kafka", doing="ask for ends", error="away")
    structlog.get_logger().warning("tick_not_written", error="refused", partition=0)

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["error"]) for line in lines] == [
        ("tick_not_written", "timed out"),
        ("waiting_for_kafka", "away"),
        ("tick_not_written", "refused"),
    ]


def test_a_flood_of_any_other_warning_of_ours_is_limited_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    logs.configure("INFO", "json")
    for number in range(500):
        structlog.get_logger().warning("new_event", key=f"k{number}")
        structlog.get_logger().info("progress", at=number)

    said = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert said.count("new_event") == 51
    assert said.count("progress") == 500


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_text_of_others_controls_who_reads_a_log(
    form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    logs.configure("INFO", form)
    log = structlog.get_logger()
    log.warning("read", text=CANARY, of=[CANARY], error=ValueError(CANARY))
    logging.getLogger("another").warning("took %s", CANARY)
    log.error(CANARY, exc_info=ValueError(CANARY))

    shown = capsys.readouterr().err
    assert controls_in(shown, terminal=form == "console") == set()
    assert shown.count("]0;T") >= 6
    if form == "json":
        assert [json.loads(line)["event"] for line in shown.splitlines()] == [
            "read", f"took {CANARY}", CANARY
        ]  # fmt: skip
    else:
        assert TAME in shown


def test_the_last_sentence_of_a_service_is_printable_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    logs.say_end(ValueError(f"{CANARY[:-1]}"), 78)

    shown = capsys.readouterr().err
    assert controls_in(shown) == set()
    assert r"\x1b]0;T\x07" in shown


def test_what_http_libraries_say_of_each_request_is_not_in_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They say whole addresses, and a token may stand in one."""
    logs.configure("INFO", "json")
    for name in ("httpx", "httpx2", "httpcore"):
        logging.getLogger(name).info("HTTP Request: GET http://registry/?token=hidden")

    assert capsys.readouterr().err == ""
