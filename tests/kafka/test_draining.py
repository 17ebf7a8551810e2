"""Where a partition is read from, and that nothing between is passed over."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from aiokafka import TopicPartition as Place
from confluent_kafka import Consumer, TopicPartition

from streams.runtime.restore import what_is_committed
from streams.transport.draining import Drain
from streams.transport.fetching import MessageConsumer
from tests.kafka.engine_kit import Kit, servers_of

pytestmark = pytest.mark.kafka
MB = 1_000_000


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


async def _read_over_a_seek(kit: Kit) -> tuple[object, list[int], int]:
    place = Place(kit.toy.left, 0)
    consumer = MessageConsumer(
        bootstrap_servers=kit.servers, group_id=None, enable_auto_commit=False,
        auto_offset_reset="none", isolation_level="read_committed",
    )  # fmt: skip
    consumer.assign([place])  # type: ignore[attr-defined]
    await consumer.start()
    drain, offsets = Drain(), list[int]()
    try:
        assert drain.seek(consumer, {place: 0})
        waiting = asyncio.ensure_future(drain.fetched(consumer, {place}, 60, MB))
        await asyncio.sleep(0.2)
        assert drain.seek(consumer, {place: 0})
        await asyncio.to_thread(write, kit, 20)
        of_the_one_before = await asyncio.wait_for(waiting, 120)
        began = 0
        while len(offsets) < 20:
            for each in (await drain.fetched(consumer, {place}, 1, MB)).values():
                began = each.begin if not offsets else began
                offsets += [b.offset(i) for b in each.batches for i in range(len(b))]
    finally:
        with suppress(asyncio.CancelledError):  # of a task of its own, where there is no group
            await consumer.stop()  # type: ignore[attr-defined]
    return of_the_one_before, offsets, began


def test_who_waited_before_a_seek_takes_nothing_of_what_comes_after_it(kit: Kit) -> None:
    before, offsets, began = asyncio.run(_read_over_a_seek(kit))

    assert before == {}
    assert offsets == list(range(20))
    assert began == 0


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
    ].result(60)

    asked = what_is_committed(kit.toy.stage, group, kit.servers, [0, 1], threading.Event())

    assert asked.by_group(kit.toy.stage, 0) | asked.by_group(kit.toy.stage, 1) == {
        (kit.toy.left, 0): 7,
        (kit.toy.right, 0): 0,
        (kit.toy.ticks, 0): 0,
        (kit.toy.carried, 0): 0,
        (kit.toy.carried, 1): 0,
        (kit.toy.left, 1): 0,
        (kit.toy.right, 1): 0,
        (kit.toy.ticks, 1): 0,
    }
