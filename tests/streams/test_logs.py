"""What is logged while a broker is away: at once, and then seldom, with how often it came."""

import json
import logging
from itertools import pairwise

import pytest
import structlog

from streams.runtime import logs
from streams.runtime.logs import AGAIN_SECONDS, Repeats


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
