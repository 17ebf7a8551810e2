"""The engine against a real Kafka, whatever dies."""

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from streams.transport.kafka import topic_setting
from tests.kafka.engine_kit import PARTITIONS, Kit, servers_of, wait_until

pytestmark = pytest.mark.kafka


@pytest.fixture
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(servers_of(request), f"t{time.time_ns() // 1_000_000}", tmp_path)
    yield kit
    kit.close()


@pytest.fixture
def ready_kit(kit: Kit) -> Kit:
    kit.create_topics()
    kit.write_reference()
    return kit


def test_a_worker_killed_at_five_random_moments_counts_every_record_once(ready_kit: Kit) -> None:
    kit, moments = ready_kit, random.Random(5)
    stop = threading.Event()

    def feed() -> None:
        fed = 0
        while not stop.is_set():
            kit.feed(fed, 100)
            fed += 100
            time.sleep(0.1)

    feeder = threading.Thread(target=feed)
    feeder.start()
    for _ in range(5):
        worker = kit.worker().wait_ready()
        time.sleep(moments.uniform(0.05, 1.5))
        worker.kill()
    stop.set()
    feeder.join()
    kit.worker().wait_ready()
    kit.wait_handled()
    kit.stop_all()
    report = kit.verdict()

    assert report.differences == []
    assert report.outputs[kit.toy.out] > 1000


def test_at_least_once_loses_nothing_though_killed_and_may_say_a_thing_twice(
    ready_kit: Kit,
) -> None:
    kit, moments = ready_kit, random.Random(11)
    for number in range(4):
        worker = kit.worker(stages="counting", guarantee="at_least_once").wait_ready()
        kit.feed(number * 2_000, 2_000)
        time.sleep(moments.uniform(0.0, 0.3))
        worker.kill()
    last = kit.worker(stages="counting", guarantee="at_least_once").wait_ready()
    kit.wait_handled()
    assert last.terminate() == 0
    told = [int(said.split()[1]) for said in kit.outputs() if not said.startswith("tick")]

    assert set(told) == set(range(8_000))
    assert len(told) - len(set(told)) < 8_000


def test_a_worker_that_joins_and_one_that_is_killed_lose_and_double_nothing(ready_kit: Kit) -> None:
    kit = ready_kit
    first = kit.worker(0).wait_ready()
    kit.feed(0, 5_000)
    second = kit.worker(1).wait_ready()
    kit.feed(5_000, 5_000)
    owned = 'recourse_partitions_assigned{stage="counting"}'
    wait_until("the partitions shared", lambda: first.metric(owned) == second.metric(owned) == 2)
    first.kill()
    kit.feed(10_000, 5_000)
    kit.wait_handled()
    wait_until("all taken over", lambda: second.metric(owned) == PARTITIONS)
    kit.stop_all()

    report = kit.verdict()

    assert report.differences == []
    assert report.handled[f"counting {kit.toy.left}"] == 7_500


def test_sigterm_commits_what_is_handled_and_the_worker_leaves(ready_kit: Kit) -> None:
    kit = ready_kit
    worker = kit.worker(
        stages="counting", commit_interval_ms=10_000, commit_idle_ms=10_000
    ).wait_ready()
    kit.feed(0, 1_000)
    handled = 'recourse_records_handled_total{stage="counting",topic="%s"}'
    wait_until("handled", lambda: worker.metric(handled % kit.toy.left) == 500)
    wait_until("handled", lambda: worker.metric(handled % kit.toy.right) == 500)

    assert worker.terminate() == 0
    assert kit.lag() == 0
    assert kit.verdict(second=False).differences == []


def test_a_tick_waits_until_the_other_topics_are_read_up_to_it(kit: Kit) -> None:
    kit.create_topics(ticks="CreateTime", inputs="CreateTime")
    kit.write_reference()
    for topic in (kit.toy.left, kit.toy.right, kit.toy.ticks, kit.toy.out):
        # Records of 1970 are older than a week, and would go while this test waits for them.
        assert topic_setting(kit.admin, topic, "retention.ms") == "-1"
    # An open transaction keeps an earlier record from being read: the tick must wait for it.
    late = Producer({"bootstrap.servers": kit.servers, "transactional.id": kit.toy.left})
    late.init_transactions(30)
    late.begin_transaction()
    late.produce(kit.toy.left, b"late", b"a", 0, timestamp=1_000)
    late.flush(10)
    kit.write(kit.toy.ticks, "0", "tick", timestamp=2_000, partition=0)
    kit.write(kit.toy.right, "a", "after", timestamp=3_000, partition=0)
    kit.producer.flush(10)
    worker = kit.worker(stages="counting").wait_ready()
    time.sleep(1.5)
    held = kit.outputs()
    late.commit_transaction(30)
    wait_until("all three handled", lambda: len(kit.outputs()) >= 3)
    worker.terminate()

    assert held == []
    assert sorted(kit.outputs()) == [
        "left late is 1 at 1000",
        "right after is 2 at 3000",
        "tick 0 total 1 now 2000 reference none,first",
    ]


def test_a_processor_that_raises_stops_the_worker_and_nothing_of_the_unit_is_committed(
    ready_kit: Kit,
) -> None:
    kit = ready_kit
    worker = kit.worker(
        stages="counting", commit_interval_ms=3_000, commit_idle_ms=3_000
    ).wait_ready()
    kit.write(kit.toy.left, "a", "good", partition=0)
    kit.write(kit.toy.left, "a", "poison", partition=0)
    kit.producer.flush(10)

    assert worker.ended() == 70
    assert "ValueError" in worker.said()
    assert [said for said in kit.outputs() if said.startswith("left")] == []


def test_a_new_reference_takes_effect_and_the_order_knows_from_where(ready_kit: Kit) -> None:
    kit = ready_kit
    worker = kit.worker(stages="counting").wait_ready()
    kit.feed(0, 100)
    wait_until("a tick", lambda: any("none,first" in said for said in kit.outputs()))
    kit.write(kit.toy.reference, "k", "second")
    kit.producer.flush(10)
    wait_until("a tick", lambda: any("none,first,second" in said for said in kit.outputs()))
    kit.feed(100, 100)
    kit.wait_handled()
    assert worker.terminate() == 0

    assert kit.verdict(second=False).differences == []


def test_a_worker_without_references_does_not_start_and_says_why(kit: Kit) -> None:
    kit.create_topics()
    worker = kit.worker(stages="counting")

    assert worker.ended() == 78
    assert f"{kit.toy.reference} is empty: write to it" in worker.said()
    assert "Traceback" not in worker.said()


def test_a_worker_without_topics_does_not_start_and_names_the_command(kit: Kit) -> None:
    worker = kit.worker(stages="counting")

    assert worker.ended() == 78
    assert f"has no topic {kit.toy.changelog}, {kit.toy.carried}, {kit.toy.left}" in worker.said()
    assert "`recourse topics apply` makes topics" in worker.said()


def test_a_worker_without_a_topic_that_it_writes_does_not_start_and_names_it(kit: Kit) -> None:
    kit.create_topics()
    kit.write_reference()
    kit.admin.delete_topics([kit.toy.out])[kit.toy.out].result(30)

    worker = kit.worker(stages="counting")

    assert worker.ended() == 78
    assert f"has no topic {kit.toy.out}, or does not show it to this user" in worker.said()
