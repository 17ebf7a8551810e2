"""Records in a wrong partition, on a real Kafka: whatever dies, each counts once, in its own."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.transport.kafka import partition_of
from streams.transport.reading import read_all
from tests.kafka.engine_kit import PARTITIONS, Kit, servers_of

pytestmark = pytest.mark.kafka
KEYS = 500


@pytest.fixture
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(servers_of(request), f"c{time.time_ns() // 1_000_000}", tmp_path)
    kit.create_topics()
    kit.write_reference()
    yield kit
    kit.close()


def feed(kit: Kit, first: int, count: int) -> None:
    """As a producer does that takes turns among the partitions: a quarter lies right."""
    for number in range(first, first + count):
        topic = kit.toy.left if number % 2 else kit.toy.right
        kit.write(topic, f"k{number % KEYS}", str(number), partition=number // 7 % PARTITIONS)
    kit.producer.flush(30)


def last_counts(kit: Kit) -> dict[str, int]:
    counts: dict[str, int] = {}
    for record in read_all(kit.servers, {kit.toy.changelog: PARTITIONS}):
        key = (record.key or b"").decode()
        if key != ":now":
            assert record.partition == partition_of(key.encode(), PARTITIONS)
            counts[key] = int(record.value or b"0")
    return counts


def test_a_worker_killed_while_it_carries_loses_and_doubles_nothing(kit: Kit) -> None:
    moments = random.Random(3)
    for number in range(4):
        worker = kit.worker().wait_ready()
        feed(kit, number * 1_000, 1_000)
        time.sleep(moments.uniform(0.0, 0.6))
        worker.kill()
    kit.worker().wait_ready()
    kit.wait_handled()
    kit.stop_all()
    report = kit.verdict()
    told = [said.split() for said in kit.outputs() if not said.startswith("tick")]

    assert report.differences == []
    assert sorted(int(each[1]) for each in told) == list(range(4_000))
    assert {each[0] for each in told} == {"left", "right"}
    assert last_counts(kit) == {f"k{n}": 4_000 // KEYS for n in range(KEYS)}
    assert 0 < report.outputs[kit.toy.carried] == report.handled[f"counting {kit.toy.carried}"]


def test_at_least_once_carries_every_record_though_killed(kit: Kit) -> None:
    moments = random.Random(7)
    for number in range(3):
        worker = kit.worker(stages="counting", guarantee="at_least_once").wait_ready()
        feed(kit, number * 1_000, 1_000)
        time.sleep(moments.uniform(0.0, 0.4))
        worker.kill()
    last = kit.worker(stages="counting", guarantee="at_least_once").wait_ready()
    kit.wait_handled()
    assert last.terminate() == 0
    told = {int(said.split()[1]) for said in kit.outputs() if not said.startswith("tick")}

    assert told == set(range(3_000))
    assert min(last_counts(kit).values()) >= 3_000 // KEYS


def test_by_the_setting_what_lies_wrong_is_refused_and_nothing_is_carried(kit: Kit) -> None:
    worker = kit.worker(stages="counting", misplaced="dead-letter").wait_ready()
    feed(kit, 0, 1_000)
    kit.wait_handled()
    line = 'recourse_misplaced_records_total{became="refused",stage="counting",topic="%s"}'
    counted = sum(worker.metric(line % topic) for topic in (kit.toy.left, kit.toy.right))
    assert worker.terminate() == 0
    told = [said for said in kit.outputs() if not said.startswith("tick")]
    refused = [said for said in told if said.startswith("refused")]
    wrong = [
        n
        for n in range(1_000)
        if partition_of(f"k{n % KEYS}".encode(), PARTITIONS) != n // 7 % PARTITIONS
    ]

    assert len(refused) == len(wrong) == counted
    assert len(told) == 1_000
    assert list(read_all(kit.servers, {kit.toy.carried: PARTITIONS})) == []


def test_what_lay_wrong_is_counted_by_topic_and_by_what_became_of_it(kit: Kit) -> None:
    """By two workers, of which one has nothing to do with where the other's records belong."""
    one, other = kit.worker(0).wait_ready(), kit.worker(1).wait_ready()
    feed(kit, 0, 2_000)
    kit.wait_handled()
    line = 'recourse_misplaced_records_total{became="%s",stage="counting",topic="%s"}'
    expected = {
        topic: sum(
            partition_of(f"k{n % KEYS}".encode(), PARTITIONS) != n // 7 % PARTITIONS
            for n in range(2_000)
            if (kit.toy.left if n % 2 else kit.toy.right) == topic
        )
        for topic in (kit.toy.left, kit.toy.right)
    }

    for topic, count in expected.items():
        assert one.metric(line % ("carried", topic)) + other.metric(line % ("carried", topic)) == (
            count
        )
        assert f"{line % ('refused', topic)} 0.0" in one.get("/metrics")[1]
    kit.stop_all()
    assert kit.verdict().differences == []


def test_a_worker_that_reads_a_topic_more_or_less_than_its_earlier_life_gets_what_it_reads(
    kit: Kit,
) -> None:
    """An upgrade, and back: by its old name a static member gets what its earlier life had."""
    before = "counting uncarried"
    assert kit.worker(0, before).wait_ready().terminate() == 0
    newer = kit.worker(0, "counting").wait_ready()
    feed(kit, 0, 1_000)
    kit.wait_handled()
    assert newer.terminate() == 0
    assert kit.worker(0, before).wait_ready().terminate() == 0
    told = [said.split() for said in kit.outputs() if not said.startswith("tick")]

    assert sorted(int(each[1]) for each in told) == list(range(1_000))
    assert last_counts(kit) == {f"k{n}": 1_000 // KEYS for n in range(KEYS)}
