"""Ready says no while Kafka is away, live says yes; it heals by itself, and nothing is lost."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.broker import Broker
from tests.kafka.engine_kit import Kit, WorkerProcess, wait_until

pytestmark = pytest.mark.kafka


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """One that a test may stop."""
    broker = Broker(tmp_path / "kafka")
    broker.start(owned=True)
    yield broker
    broker.stop(wipe=True)


def reason(worker: WorkerProcess) -> str:
    status, text = worker.get("/health/ready")
    return text if status == 503 else ""


def _is_not_ready_but_live(worker: WorkerProcess) -> None:
    wait_until("not ready", lambda: reason(worker).startswith("Kafka has not answered for"))
    assert worker.get("/health/live") == (200, "ok\n")


def test_a_worker_without_kafka_is_alive_not_ready_and_ready_again_with_it(
    own_broker: Broker, tmp_path: Path
) -> None:
    status = own_broker.status()
    assert status is not None
    kit = Kit(status.bootstrap_servers, "away", tmp_path)
    kit.create_topics()
    kit.write_reference()
    # No tick while the broker is away: a commit under way would end the worker by design.
    worker = kit.worker(stages="counting", tick_interval_ms=60_000).wait_ready()
    kit.feed(0, 100)
    kit.wait_handled()
    os.kill(status.pid, signal.SIGSTOP)
    try:
        _is_not_ready_but_live(worker)
    finally:
        os.kill(status.pid, signal.SIGCONT)
    wait_until("ready again", worker.is_ready)
    kit.feed(100, 100)
    wait_until("handled, or given up", lambda: kit.lag() == 0 or worker.process.poll() == 75)
    if worker.process.poll() == 75:  # its first commit may hang behind what was away: by design
        worker = kit.worker(stages="counting").wait_ready()
        kit.wait_handled()
    assert worker.terminate() == 0
    assert "topics_look_changed" not in worker.said()
    for each in kit.workers:  # stderr is JSON lines, whatever the libraries met
        assert all(json.loads(line)["level"] for line in each.said().splitlines())
        assert "Traceback" not in each.said()
    assert len(kit.outputs()) == len(set(kit.outputs())) >= 200
    kit.close()
