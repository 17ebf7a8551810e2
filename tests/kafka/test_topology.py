"""Topics that change while a worker runs: it ends with 78, names them, and nothing is lost."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import NewPartitions, NewTopic

from tests.kafka.engine_kit import PARTITIONS, Kit, WorkerProcess, servers_of, wait_until

pytestmark = pytest.mark.kafka


@pytest.fixture
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(servers_of(request), f"c{time.time_ns() // 1_000_000}", tmp_path)
    kit.create_topics()
    kit.write_reference()
    yield kit
    kit.close()


def lines(worker: WorkerProcess) -> list[dict[str, object]]:
    return [json.loads(line) for line in worker.said().splitlines()]


def reasons(worker: WorkerProcess) -> set[object]:
    return {each["reason"] for each in lines(worker) if each["event"] == "stage_failed"}


def grow(kit: Kit, topic: str) -> None:
    kit.admin.create_partitions([NewPartitions(topic, PARTITIONS + 2)])[topic].result(30)


def delete(kit: Kit, topic: str) -> None:
    kit.admin.delete_topics([topic])[topic].result(30)


def make_again(kit: Kit, topic: str) -> None:
    """Within milliseconds, as `recourse topics apply` does."""
    delete(kit, topic)
    new = NewTopic(topic, PARTITIONS, 1)

    def made() -> bool:
        try:
            kit.admin.create_topics([new])[topic].result(30)
        except Exception:  # noqa: BLE001 - it still goes
            return False
        return True

    wait_until("the topic is made again", made)


GROWN = f"has {PARTITIONS + 2} partitions, and had {PARTITIONS} when this worker started"
GONE = f"is gone (it had {PARTITIONS} partitions)"
MADE_AGAIN = "was deleted and made again while this worker ran"


@pytest.mark.parametrize(
    ("which", "change", "sentence"),
    [
        ("left", grow, GROWN),
        ("ticks", delete, GONE),
        ("right", make_again, MADE_AGAIN),
        ("changelog", make_again, MADE_AGAIN),
    ],
)
def test_a_topic_that_changes_ends_a_running_worker_with_78_and_its_name(
    kit: Kit, which: str, change: Callable[[Kit, str], None], sentence: str
) -> None:
    topic = str(getattr(kit.toy, which))
    worker = kit.worker().wait_ready()
    kit.feed(0, 50)
    kit.wait_handled()
    change(kit, topic)

    assert worker.ended() == 78, worker.said()
    (reason,) = reasons(worker)
    assert f"topic {topic} {sentence}" in str(reason)
    assert str(reason).endswith("docs/disaster-recovery.md says the ways out")
    assert "Traceback" not in worker.said()


def test_after_an_input_was_made_again_a_start_reads_all_of_the_new_one(kit: Kit) -> None:
    """Also of a worker that has committed, after the change, how far it was in the old one."""
    worker = kit.worker(stages="counting").wait_ready()
    kit.feed(0, 400)
    kit.wait_handled()
    make_again(kit, kit.toy.left)
    kit.feed(400, 40)

    assert worker.ended() == 78, worker.said()
    kit.worker(stages="counting").wait_ready()
    every = {str(number) for number in range(440)}
    wait_until("all are handled", lambda: {x.split()[1] for x in kit.outputs()} >= every)


def test_while_a_topic_looks_changed_the_worker_is_not_ready_and_says_why(kit: Kit) -> None:
    """Here a reference topic: it may have one partition only."""
    worker = kit.worker().wait_ready()
    grow(kit, kit.toy.reference)
    said: list[tuple[int, str]] = []
    lives: list[tuple[int, str]] = []

    def ended() -> bool:
        lives.append(worker.get("/health/live"))
        said.append(worker.get("/health/ready"))
        return worker.process.poll() is not None

    wait_until("the worker ends", ended)
    assert worker.process.returncode == 78
    answers = {text for status, text in said if status == 503}
    changed = f"topic {kit.toy.reference} has {PARTITIONS + 2} partitions, and had 1 when"
    assert [each.startswith(changed) for each in answers] == [True]
    assert {status for status, _ in lives} <= {200, 0}  # 0: it has ended


@pytest.mark.parametrize("guarantee", ["exactly_once", "at_least_once"])
def test_a_number_that_runs_twice_is_named_with_what_to_do(kit: Kit, guarantee: str) -> None:
    first = kit.worker(stages="counting", guarantee=guarantee).wait_ready()
    second = kit.worker(stages="counting", guarantee=guarantee)

    def one_ended() -> bool:
        kit.feed(0, 5)
        return any(each.process.poll() is not None for each in (first, second))

    wait_until("one of both ends", one_ended)
    ended = next(each for each in (first, second) if each.process.poll() is not None)
    assert ended.process.returncode == 75
    (reason,) = reasons(ended)
    assert str(reason).startswith(
        f"{kit.toy.prefix}-counting-0 was taken over: a second process runs with this "
        "RECOURSE_WORKER_NUMBER (give each worker a number of its own)"
    )
    assert "Traceback" not in ended.said()
