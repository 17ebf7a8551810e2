"""A broker that lets little through: units of work shrink, and no life of a worker is lost."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.broker import Broker
from streams.broker.console import tool_command
from tests.kafka.engine_kit import Kit, wait_until

pytestmark = pytest.mark.kafka
RATE = 200_000
RECORDS = 4_000
VALUE_BYTES = 1_000
"""So all takes 20 s at least, twice a transaction's time-out."""


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """One whose quotas are nobody else's."""
    broker = Broker(tmp_path / "kafka")
    broker.start(owned=True)
    yield broker
    broker.stop(wipe=True)


def allow(servers: str, bytes_a_second: int) -> None:
    """Each client that writes so much."""
    which = ("--entity-type", "clients", "--entity-default")
    change = ("--alter", *which, "--add-config", f"producer_byte_rate={bytes_a_second}")
    subprocess.run(tool_command("configs", servers, change), check=True, capture_output=True)


def test_a_quota_costs_time_and_no_life(own_broker: Broker, tmp_path: Path) -> None:
    status = own_broker.status()
    assert status is not None
    kit = Kit(status.bootstrap_servers, "quota", tmp_path)
    kit.create_topics()
    kit.write_reference()
    for number in range(RECORDS):
        kit.write(kit.toy.left, f"k{number % 500}", f"{number:0{VALUE_BYTES}}")
    kit.producer.flush(30)
    allow(kit.servers, RATE)
    worker = kit.worker(stages="counting")

    def handled() -> bool:
        assert worker.process.poll() is None, worker.said()
        return worker.metric("recourse_lag_records") >= 0 and kit.lag() == 0

    wait_until("all are handled", handled)
    assert worker.metric('recourse_kafka_throttled_seconds_total{client="librdkafka"}') > 0
    assert worker.metric('recourse_unit_limit_bytes{stage="counting"}') < 2 * RATE
    assert worker.terminate() == 0
    said = [line.split()[1] for line in kit.outputs() if line.startswith("left")]
    assert sorted(said) == sorted(f"{number:0{VALUE_BYTES}}" for number in range(RECORDS))
    kit.close()
