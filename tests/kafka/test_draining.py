"""Where a partition is read from, and that nothing between is passed over."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from streams.runtime.restore import committed_offsets
from tests.kafka.engine_kit import Kit, servers_of

pytestmark = pytest.mark.kafka


@pytest.fixture
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(servers_of(request), f"d{time.time_ns() // 1_000_000}", tmp_path)
    kit.create_topics()
    yield kit
    kit.close()


def write(kit: Kit, count: int) -> None:
    for number in range(count):
        kit.write(kit.toy.left, "k", str(number), partition=0)
    kit.producer.flush(10)


def test_each_topic_has_an_offset_to_begin_at_also_where_records_are_gone(kit: Kit) -> None:
    write(kit, 20)
    group = f"{kit.toy.prefix}-counting"
    consumer = Consumer({"bootstrap.servers": kit.servers, "group.id": group})
    consumer.commit(
        offsets=[TopicPartition(kit.toy.left, 0, 3), TopicPartition(kit.toy.left, 1, 0)],
        asynchronous=False,
    )
    consumer.close()
    kit.admin.delete_records([TopicPartition(kit.toy.left, 0, 7)])[
        TopicPartition(kit.toy.left, 0)
    ].result(10)

    offsets = committed_offsets(kit.toy.stage, group, kit.servers, [0, 1], threading.Event())

    assert offsets == {
        (kit.toy.left, 0): 7,
        (kit.toy.right, 0): 0,
        (kit.toy.ticks, 0): 0,
        (kit.toy.left, 1): 0,
        (kit.toy.right, 1): 0,
        (kit.toy.ticks, 1): 0,
    }
