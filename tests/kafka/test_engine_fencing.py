"""Who may commit: the broker takes our group metadata, and refuses an old generation."""

import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer

from streams.errors import Fenced
from streams.transport.faust import Membership, group_metadata
from streams.transport.kafka import Transactions, Write, stable_offsets
from streams.transport.reading import read_all
from tests.kafka.engine_kit import PARTITIONS, Kit, servers_of

pytestmark = pytest.mark.kafka


@pytest.fixture
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(servers_of(request), f"f{time.time_ns() // 1_000_000}", tmp_path)
    kit.create_topics()
    yield kit
    kit.close()


def joined(kit: Kit, group: str, instance_id: str | None = None) -> tuple[Consumer, Membership]:
    """A member of the group, and its membership as its own metadata bytes tell it."""
    settings = {"bootstrap.servers": kit.servers, "group.id": group}
    if instance_id is not None:
        settings["group.instance.id"] = instance_id
    consumer = Consumer(settings)
    consumer.subscribe([kit.toy.left])
    deadline = time.monotonic() + 90
    while not consumer.assignment():
        consumer.poll(0.1)
        assert time.monotonic() < deadline
    metadata = consumer.consumer_group_metadata()
    generation = struct.unpack_from("=i", metadata, 7)[0]
    return consumer, Membership(generation, consumer.memberid(), instance_id)


def commit(kit: Kit, group: str, membership: Membership, value: bytes) -> None:
    transactions = Transactions(kit.servers, f"{group}-{value.decode()}")
    transactions.start()
    write = Write(kit.toy.out, 0, b"k", value, (), 1_000)
    transactions.commit([write], {(kit.toy.left, 0): 7}, group_metadata(group, membership))


@pytest.mark.parametrize("instance_id", [None, "worker-0"])
def test_our_bytes_are_those_of_librdkafka(kit: Kit, instance_id: str | None) -> None:
    group = f"{kit.toy.prefix}-bytes"
    consumer, membership = joined(kit, group, instance_id)
    theirs = consumer.consumer_group_metadata()
    consumer.close()

    assert group_metadata(group, membership) == theirs


def test_the_present_generation_may_commit_and_an_old_one_is_refused(kit: Kit) -> None:
    group = f"{kit.toy.prefix}-fence"
    consumer, membership = joined(kit, group)
    commit(kit, group, membership, b"present")
    with pytest.raises(Fenced):
        commit(kit, group, membership._replace(generation=membership.generation - 1), b"old")
    with pytest.raises(Fenced):
        commit(kit, group, membership._replace(member_id="another"), b"stranger")
    consumer.close()

    assert [m.value for m in read_all(kit.servers, {kit.toy.out: PARTITIONS})] == [b"present"]
    assert stable_offsets(kit.servers, group, [(kit.toy.left, 0)]) == {(kit.toy.left, 0): 7}


def test_a_static_member_that_came_back_fences_its_earlier_life(kit: Kit) -> None:
    group = f"{kit.toy.prefix}-static"
    first, earlier = joined(kit, group, "worker-0")
    second, later = joined(kit, group, "worker-0")
    with pytest.raises(Fenced):
        commit(kit, group, earlier, b"earlier")
    commit(kit, group, later, b"later")
    second.close()
    first.close()

    assert [m.value for m in read_all(kit.servers, {kit.toy.out: PARTITIONS})] == [b"later"]


def test_a_second_worker_with_the_same_number_fences_the_first(kit: Kit) -> None:
    group = f"{kit.toy.prefix}-twin"
    consumer, membership = joined(kit, group)
    metadata = group_metadata(group, membership)
    first, second = (Transactions(kit.servers, f"{group}-0") for _ in range(2))
    first.start()
    second.start()
    with pytest.raises(Fenced):
        first.commit([], {(kit.toy.left, 0): 1}, metadata)
    second.commit([], {(kit.toy.left, 0): 2}, metadata)
    consumer.close()

    assert stable_offsets(kit.servers, group, [(kit.toy.left, 0)]) == {(kit.toy.left, 0): 2}
