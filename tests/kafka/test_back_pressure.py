"""Memory stays under its limit, whatever lies in the topics and however slowly Kafka takes it."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from streams.broker import Broker
from tests.kafka.engine_kit import Kit, WorkerProcess, wait_until

pytestmark = pytest.mark.kafka
RECORDS, VALUE_BYTES = 2_500, 60_000
MB = 1_000_000


@pytest.fixture
def broker_pid() -> list[int]:
    return []


@pytest.fixture
def kit(tmp_path: Path, broker_pid: list[int]) -> Iterator[Kit]:
    """A Kafka of its own: it is made to stand still."""
    started = Broker(tmp_path / "kafka")
    kit: Kit | None = None
    try:
        status = started.start(owned=True)
        broker_pid.append(status.pid)
        kit = Kit(status.bootstrap_servers, "pressure", tmp_path)
        kit.create_topics()
        kit.write_reference()
        yield kit
    finally:
        if kit is not None:
            kit.close()
        started.stop(wipe=True)


def peak(worker: WorkerProcess) -> int:
    status = Path(f"/proc/{worker.process.pid}/status").read_text(encoding="utf-8")
    (line,) = [each for each in status.splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) * 1_024


def test_a_backlog_far_above_the_limit_and_a_broker_that_stands_still(
    kit: Kit, broker_pid: list[int]
) -> None:
    """150 MB, half of it one hot key's; 4 MB may be fetched, 2 MB may wait for their commit."""
    limits = {"buffer_bytes": 4 * MB, "unit_bytes": 2 * MB}
    idle = kit.worker(0, "counting", **limits).wait_ready()
    time.sleep(1)
    before = peak(idle)
    assert idle.terminate() == 0
    value = os.urandom(VALUE_BYTES // 2).hex()
    for number in range(RECORDS):
        key = "hot" if number % 2 else f"k{number}"
        kit.write(kit.toy.left if number % 3 else kit.toy.right, key, f"{number}.{value}")
    kit.producer.flush(60)
    worker = kit.worker(0, "counting", **limits)
    wait_until("working", lambda: worker.metric("recourse_commits_total") > 1)
    broker = psutil.Process(broker_pid[0])
    broker.send_signal(signal.SIGSTOP)
    time.sleep(3)
    broker.send_signal(signal.SIGCONT)
    kit.wait_handled(90)
    grown = peak(worker) - before
    assert worker.terminate() == 0
    told = [line.split()[1].split(".")[0] for line in kit.outputs() if line[:4] != "tick"]

    # Several times what is allowed, for copies on their way and what the allocator keeps; without
    # limits it is all that lay there.
    assert grown < 60 * MB
    assert sorted(map(int, told)) == list(range(RECORDS))
