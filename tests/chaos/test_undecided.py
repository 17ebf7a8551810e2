"""Transactions whose end is unknown, and what is read while one is open."""

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from confluent_kafka import Producer, TopicPartition

from streams.errors import Fenced
from streams.runtime import checkpoint
from streams.runtime.restore import restore, what_is_committed
from streams.transport.kafka import Place, Transactions, Write, stable_offsets
from streams.transport.reading import read_all
from tests.chaos.broker import Ground
from tests.kafka.engine_kit import PARTITIONS, Kit

pytestmark = pytest.mark.kafka


@pytest.fixture
def kit(ground: Ground, tmp_path: Path) -> Iterator[Kit]:
    ground.start_broker()
    kit = Kit(ground.direct, f"u{time.time_ns() // 1_000_000}", tmp_path)
    kit.create_topics()
    yield kit
    ground.proxy.heal()


class _Watched(Transactions):
    """Says when everything but the end of the transaction is done, and waits there."""

    def __init__(self, servers: str, name: str) -> None:
        super().__init__(servers, name)
        self.before_end, self.go_on = threading.Event(), threading.Event()

    def _send(
        self, offsets: Mapping[Place, int], group_metadata: bytes, texts: Mapping[Place, str]
    ) -> None:
        super()._send(offsets, group_metadata, texts)
        assert self._producer.flush(30) == 0
        self.before_end.set()
        assert self.go_on.wait(120)


def committing(ground: Ground, kit: Kit, pool: ThreadPoolExecutor) -> tuple[_Watched, Future[None]]:
    """A transaction through the proxy, all of it done but the end."""
    transactions = _Watched(ground.proxied, f"{kit.toy.prefix}-0")
    transactions.start()
    write = Write(kit.toy.out, 0, b"k", b"once", (), 1_000)
    # librdkafka's own form for "no member": these tests are about the end of the transaction.
    metadata = b"CGMDv2:\xff\xff\xff\xff" + kit.toy.prefix.encode() + b"\0\0\1"
    done = pool.submit(transactions.commit, [write], {(kit.toy.left, 0): 7}, metadata)
    assert transactions.before_end.wait(60)
    return transactions, done


def committed(kit: Kit) -> tuple[list[bytes | None], dict[tuple[str, int], int]]:
    """What a reader sees, once nothing is pending."""
    offsets = stable_offsets(kit.servers, kit.toy.prefix, [(kit.toy.left, 0)])
    return [m.value for m in read_all(kit.servers, {kit.toy.out: PARTITIONS})], offsets


def test_a_commit_whose_answer_is_lost_is_asked_for_again_and_was_made_once(
    ground: Ground, kit: Kit
) -> None:
    with ThreadPoolExecutor(1) as pool:
        transactions, done = committing(ground, kit, pool)
        ground.proxy.lose_answers()
        transactions.go_on.set()
        assert committed(kit) == ([b"once"], {(kit.toy.left, 0): 7})  # the broker has heard it
        assert not done.done()
        ground.proxy.heal()
        done.result(30)

    assert committed(kit) == ([b"once"], {(kit.toy.left, 0): 7})


@pytest.mark.parametrize("heard", [True, False])
def test_a_commit_given_up_is_all_there_or_not_at_all_for_the_next_life(
    ground: Ground, kit: Kit, heard: bool
) -> None:
    all_of_it = ([b"once"], {(kit.toy.left, 0): 7})
    with ThreadPoolExecutor(1) as pool:
        transactions, done = committing(ground, kit, pool)
        (ground.proxy.lose_answers if heard else ground.proxy.half_open)()
        transactions.go_on.set()
        if heard:  # reads what is committed, so it waits until the broker has heard it
            assert committed(kit) == all_of_it
        else:
            time.sleep(0.5)
        transactions.give_up()
        Transactions(ground.direct, f"{kit.toy.prefix}-0").start()
        ground.proxy.heal()
        with pytest.raises(Fenced):
            done.result(60)

    assert committed(kit) == (all_of_it if heard else ([], {}))


def test_a_restore_waits_for_an_open_transaction_of_the_changelog(kit: Kit) -> None:
    owner = Producer({"bootstrap.servers": kit.servers, "transactional.id": kit.toy.prefix})
    owner.init_transactions(30)
    owner.begin_transaction()
    owner.produce(kit.toy.changelog, b"5", b"k", 0)
    made_from = checkpoint.encode(
        checkpoint.Checkpoint(group="", partitions=PARTITIONS, changelog_id="", positions={})
    )
    owner.produce(kit.toy.changelog, b"9", b":now", 0, headers={checkpoint.HEADER: made_from})
    owner.flush(10)
    asked = what_is_committed(kit.toy.stage, "nobody", kit.servers, [0], threading.Event())
    with ThreadPoolExecutor(1) as pool:
        restoring = pool.submit(
            restore, kit.toy.stage, kit.servers, asked, [0], stop=threading.Event()
        )
        time.sleep(1)
        assert not restoring.done()
        owner.commit_transaction(30)
        partition = restoring.result(30)[0]

    assert dict(partition.fold.records())["k"] == b"5"


def test_offsets_that_a_dying_owner_holds_back_are_waited_for(kit: Kit) -> None:
    owner = Producer({"bootstrap.servers": kit.servers, "transactional.id": kit.toy.prefix})
    owner.init_transactions(30)
    owner.begin_transaction()
    metadata = b"CGMDv2:\xff\xff\xff\xff" + kit.toy.prefix.encode() + b"\0\0\1"
    owner.send_offsets_to_transaction([TopicPartition(kit.toy.left, 0, 9)], metadata, 30)
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(
            what_is_committed, kit.toy.stage, kit.toy.prefix, kit.servers, [0], threading.Event()
        )
        time.sleep(1)
        assert not asking.done()
        owner.commit_transaction(30)

        assert asking.result(30).offsets == {(kit.toy.left, 0): 9}
