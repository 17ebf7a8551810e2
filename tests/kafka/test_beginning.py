"""Where workers begin after somebody or something has changed offsets, changelog or topics.

Each test is one worker's life, the damage, and another worker's life or its refusal.
"""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)
from confluent_kafka.error import KafkaException

from streams.errors import EXIT_CONFIGURATION
from streams.runtime import checkpoint
from streams.topology import NOW_KEY
from streams.transport.kafka import Place, stable_offsets, topic_ends
from streams.transport.reading import read_all
from tests.kafka.engine_kit import PARTITIONS, Kit, WorkerProcess, servers_of, wait_until

pytestmark = pytest.mark.kafka
COUNT = 200
"""Records of a first life: numbers 0 to 199, keys k0 to k199."""


@pytest.fixture(name="kit")
def _kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(servers_of(request), f"begin-{time.monotonic_ns()}", tmp_path)
    kit.create_topics()
    kit.write_reference()
    yield kit
    kit.close()


def worker(kit: Kit, **settings: object) -> WorkerProcess:
    settings = {"static_membership": 0, "worker_number": 0, **settings}
    number = settings.pop("worker_number")
    assert isinstance(number, int)
    return kit.worker(number, "counting", **settings)


def live(kit: Kit, count: int = COUNT, first: int = 0, **settings: object) -> None:
    """A worker handles some records, and ends in order."""
    process = worker(kit, **settings).wait_ready()
    kit.feed(first, count)
    kit.wait_handled()
    assert process.terminate() == 0


def group_of(kit: Kit) -> str:
    return f"{kit.toy.prefix}-counting"


def places(kit: Kit) -> list[Place]:
    return [(topic, n) for topic in kit.toy.stage.topics for n in range(PARTITIONS)]


def committed(kit: Kit) -> dict[Place, int]:
    return stable_offsets(kit.servers, group_of(kit), places(kit))


def set_offsets(kit: Kit, offsets: dict[Place, int]) -> None:
    """As Kafka's own tool does it, once the group is empty."""
    wanted = [TopicPartition(*place, at) for place, at in offsets.items()]
    asked = [ConsumerGroupTopicPartitions(group_of(kit), wanted)]

    def done() -> bool:
        with contextlib.suppress(KafkaException):
            for each in (
                kit.admin.alter_consumer_group_offsets(asked)[group_of(kit)]
                .result(60)
                .topic_partitions
            ):
                assert each.error is None, each.error
            return True
        return False

    wait_until("the group takes offsets", done)


def delete_group(kit: Kit) -> None:
    def done() -> bool:
        with contextlib.suppress(KafkaException):
            kit.admin.delete_consumer_groups([group_of(kit)])[group_of(kit)].result(60)
            return True
        return False

    wait_until("the group is deleted", done)


def cut(kit: Kit, number: int, offset: int) -> None:
    """Deletes the records of the changelog below an offset; -1: all."""
    place = TopicPartition(kit.toy.changelog, number, offset)

    def done() -> bool:  # the broker learns a moment later that it may
        with contextlib.suppress(KafkaException):
            kit.admin.delete_records([place])[place].result(60)
            return True
        return False

    wait_until("records are deleted", done)


def allow_cut(kit: Kit) -> None:
    """A topic that is only compacted lets nobody delete records."""
    entry = ConfigEntry(
        "cleanup.policy", "compact,delete", incremental_operation=AlterConfigOpType.SET
    )
    resource = ConfigResource(ResourceType.TOPIC, kit.toy.changelog, incremental_configs=[entry])
    kit.admin.incremental_alter_configs([resource])[resource].result(60)


def said(process: WorkerProcess, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(each) for each in process.said().splitlines() if each.startswith("{")]
    return [each for each in lines if each["event"] == event]


def refused(process: WorkerProcess) -> str:
    """Why a worker did not begin: it ended with 78, and says so in one sentence."""
    assert process.process.wait(60) == EXIT_CONFIGURATION, process.said()
    [failed] = said(process, "stage_failed")
    assert failed["exit_code"] == EXIT_CONFIGURATION
    return str(failed["reason"])


def counts(kit: Kit) -> dict[str, int]:
    """How often each record was handled, by its number."""
    found: dict[str, int] = {}
    for message in read_all(kit.servers, {kit.toy.out: PARTITIONS}):
        for name, value in message.headers:
            if name == "event_id":
                number = (value or b"").decode()
                found[number] = found.get(number, 0) + 1
    return found


def once_each(count: int) -> dict[str, int]:
    return {str(number): 1 for number in range(count)}


def changelog(kit: Kit) -> list[tuple[int, str, bytes | None, bytes | None]]:
    return [
        (m.partition, (m.key or b"").decode(), m.value, checkpoint.of_headers(m.headers))
        for m in read_all(kit.servers, {kit.toy.changelog: PARTITIONS})
    ]


@pytest.mark.parametrize("guarantee", ["exactly_once", "at_least_once"])
def test_the_changelog_says_what_the_group_says(kit: Kit, guarantee: str) -> None:
    live(kit, guarantee=guarantee)

    last = {n: made for n, key, _, made in changelog(kit) if key == NOW_KEY}
    found = {n: checkpoint.decode(made) for n, made in last.items() if made is not None}
    assert {
        (topic, n): position.offset for n, each in found.items()
        for topic, position in each.positions.items()
    } == committed(kit)  # fmt: skip
    keys = {n: {k for m, k, _, _ in changelog(kit) if m == n} - {NOW_KEY} for n in found}
    assert {n: each.keys for n, each in found.items()} == {n: len(keys[n]) for n in keys}
    others = [made for _, key, _, made in changelog(kit) if key != NOW_KEY]
    assert set(others) == {None}


@pytest.mark.parametrize("guarantee", ["exactly_once", "at_least_once"])
def test_a_deleted_group_begins_where_its_state_ends(kit: Kit, guarantee: str) -> None:
    live(kit, guarantee=guarantee)
    delete_group(kit)
    again = worker(kit, guarantee=guarantee).wait_ready()
    kit.feed(COUNT, COUNT)
    kit.wait_handled()
    metric = 'recourse_begun_elsewhere_timestamp_seconds{stage="counting",why="group_missing"}'
    assert again.metric(metric) == pytest.approx(time.time(), abs=120)
    assert again.terminate() == 0

    assert counts(kit) == once_each(2 * COUNT)
    [line] = said(again, "begun_at_the_changelogs_positions")
    assert (line["level"], line["why"], line["count"]) == (
        "warning", "group_missing", len(places(kit)),
    )  # fmt: skip


def test_a_group_that_was_put_back_begins_where_its_state_ends(kit: Kit) -> None:
    live(kit)
    was = committed(kit)
    set_offsets(kit, {(kit.toy.left, 0): 0, (kit.toy.right, 1): was[kit.toy.right, 1] - 1})
    again = worker(kit).wait_ready()
    kit.feed(COUNT, COUNT)
    kit.wait_handled()
    assert again.terminate() == 0

    assert counts(kit) == once_each(2 * COUNT)
    [line] = said(again, "begun_at_the_changelogs_positions")
    assert (line["why"], line["places"]) == ("group_older", [
        f"{kit.toy.left}[0] 0 -> {was[kit.toy.left, 0]}",
        f"{kit.toy.right}[1] {was[kit.toy.right, 1] - 1} -> {was[kit.toy.right, 1]}",
    ])  # fmt: skip


def test_a_group_that_has_jumped_ahead_is_refused_by_numbers(kit: Kit) -> None:
    live(kit)
    kit.feed(COUNT, COUNT)  # nobody handles them
    place = (kit.toy.left, 1)
    was, end = committed(kit)[place], topic_ends(kit.admin, [place])[place]
    assert end > was
    set_offsets(kit, {place: end})

    again = worker(kit)
    reason = refused(again)

    assert reason == (
        f"stage counting can't begin: group {group_of(kit)} has committed offset {end} of "
        f"{kit.toy.left}[1], but the state has handled it up to {was} only: {end - was} offsets "
        "would be skipped; `recourse state show` compares them, and docs/disaster-recovery.md has "
        "the ways out"
    )
    [line] = said(again, "state_refused")
    assert {name: line[name] for name in ("unfit", "topic", "partition", "state", "kafka")} == {
        "unfit": "group_ahead", "topic": kit.toy.left, "partition": 1, "state": was, "kafka": end,
    }  # fmt: skip
    set_offsets(kit, {place: was})
    live(kit, COUNT, 2 * COUNT)
    assert counts(kit) == once_each(3 * COUNT)


def test_a_changelog_that_lost_its_beginning_is_refused(kit: Kit) -> None:
    live(kit)
    whole = {n: sum(m == n and k != NOW_KEY for m, k, _, _ in changelog(kit)) for n in range(4)}
    allow_cut(kit)
    cut(kit, 2, 3)
    reason = refused(worker(kit))

    assert reason.startswith(
        f"stage counting can't begin: {kit.toy.changelog}[2] begins at offset 3, and began at 0: "
        f"records were deleted from it; "
    )
    assert f" of {whole[2]} keys are gone;" in reason


def test_a_changelog_that_lost_everything_is_refused(kit: Kit) -> None:
    live(kit)
    allow_cut(kit)
    cut(kit, 2, -1)
    at, topic = max((offset, t) for (t, n), offset in committed(kit).items() if n == 2)

    assert refused(worker(kit)).startswith(
        f"stage counting can't begin: {kit.toy.changelog}[2] holds no state, but group "
        f"{group_of(kit)} has handled {topic}[2] up to offset {at}: the changelog has lost"
    )


def test_more_partitions_everywhere_are_refused_also_by_who_gets_only_new_ones(kit: Kit) -> None:
    live(kit)
    for topic in (*kit.toy.stage.topics, kit.toy.changelog):
        kit.admin.create_partitions([NewPartitions(topic, 8)])[topic].result(60)

    listed = ", ".join(f"{topic} 8" for topic in sorted((*kit.toy.stage.topics, kit.toy.changelog)))
    assert refused(worker(kit)).startswith(
        f"stage counting can't begin: the state of {kit.toy.changelog} was made with 4 partitions, "
        f"but now there are: {listed}; a key's records would lie apart from its state"
    )


def test_what_a_kill_left_of_the_first_changes_at_least_once_holds_nobody_up(kit: Kit) -> None:
    """Changes of the unit that was never committed, without the `:now` that ends them."""
    for number in range(PARTITIONS):
        kit.write(kit.toy.changelog, f"left{number}", "1", partition=number)
    kit.producer.flush(30)
    assert "no `:now`: it has lost its records" in refused(worker(kit))

    live(kit, guarantee="at_least_once")

    assert counts(kit) == once_each(COUNT)


def test_a_topic_that_was_made_anew_is_read_from_its_first_record(kit: Kit) -> None:
    live(kit)
    kit.admin.delete_topics([kit.toy.left])[kit.toy.left].result(60)
    wait_until("it is gone", lambda: kit.toy.left not in kit.admin.list_topics(timeout=30).topics)
    config = {"message.timestamp.type": "LogAppendTime"}
    new = NewTopic(kit.toy.left, PARTITIONS, 1, config=config)
    kit.admin.create_topics([new])[kit.toy.left].result(60)
    kit.feed(COUNT, 4 * COUNT)  # more than the old topic ever had, before the worker is back
    again = worker(kit).wait_ready()
    kit.wait_handled()
    assert again.terminate() == 0

    assert counts(kit) == once_each(5 * COUNT)
    [line] = said(again, "topics_made_anew")
    assert (line["level"], line["count"]) == ("warning", PARTITIONS)


def test_a_changelog_of_a_version_before_is_believed_once_and_that_is_said(kit: Kit) -> None:
    live(kit)
    _as_a_version_before_wrote(kit)
    again = worker(kit).wait_ready()
    kit.feed(COUNT, COUNT)
    kit.wait_handled()
    assert again.terminate() == 0
    third = worker(kit).wait_ready()
    assert third.terminate() == 0

    assert counts(kit) == once_each(2 * COUNT)
    [line] = said(again, "positions_believed")
    assert (line["level"], line["count"]) == ("warning", len(places(kit)))
    assert said(third, "positions_believed") == []


def test_what_was_believed_is_said_at_once_though_nothing_comes(kit: Kit) -> None:
    live(kit)
    _as_a_version_before_wrote(kit)
    silent = {"tick_interval_ms": 60_000}
    again = worker(kit, **silent).wait_ready()
    wait_until("it is said", lambda: all(_says_origin(kit)))
    again.kill()
    third = worker(kit, worker_number=1, **silent).wait_ready()
    assert third.terminate() == 0

    assert counts(kit) == once_each(COUNT)
    assert len(said(again, "positions_believed")) == 1
    assert said(third, "positions_believed") == []


def _says_origin(kit: Kit) -> list[bool]:
    """Of each partition's state, whether it says what it was made from."""
    last = {
        each.partition: bool(dict(each.headers).get(checkpoint.HEADER))
        for each in read_all(kit.servers, {kit.toy.changelog: PARTITIONS})
        if each.key == NOW_KEY.encode()
    }
    return list(last.values())


def test_one_of_a_version_before_with_a_group_that_has_forgotten_is_refused(kit: Kit) -> None:
    live(kit)
    _as_a_version_before_wrote(kit)
    delete_group(kit)

    assert "(a version from before wrote it)" in refused(worker(kit))


def _as_a_version_before_wrote(kit: Kit) -> None:
    """`:now` of each partition as it is, without what the state was made from."""
    last = {n: value for n, key, value, _ in changelog(kit) if key == NOW_KEY}
    producer = Producer({"bootstrap.servers": kit.servers})
    for number, value in last.items():
        producer.produce(kit.toy.changelog, value, NOW_KEY.encode(), number)
    assert producer.flush(10) == 0


def test_a_snapshot_keeps_what_its_state_was_made_from(kit: Kit, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    live(kit, state_dir=folder)
    assert len(list(folder.iterdir())) == PARTITIONS
    delete_group(kit)
    again = worker(kit, state_dir=folder).wait_ready()
    again.kill()

    [restored] = said(again, "partitions_restored")
    assert (restored["from_snapshot"], restored["records"]) == (list(range(PARTITIONS)), 0)
    live(kit, COUNT, COUNT)
    assert counts(kit) == once_each(2 * COUNT)


def test_a_key_that_is_no_text_and_a_now_that_is_no_time_are_named(kit: Kit) -> None:
    live(kit)
    producer = Producer({"bootstrap.servers": kit.servers})

    def write(key: bytes, value: bytes | None) -> None:
        producer.produce(kit.toy.changelog, value, key, 3)
        assert producer.flush(10) == 0

    write(b"\xff\xfe", b"x")
    end = topic_ends(kit.admin, [(kit.toy.changelog, 3)])[kit.toy.changelog, 3]
    assert refused(worker(kit)) == (
        f"{kit.toy.changelog}[3] offset {end - 1} has a key that is no text: no version of ours "
        "wrote it; `recourse state remove` takes such a record away"
    )
    write(b"\xff\xfe", None)
    write(NOW_KEY.encode(), b"now")
    assert refused(worker(kit)).startswith(
        f"{kit.toy.changelog}[3] offset {end + 1} has 3 bytes under ':now' that are no time in "
        "digits: "
    )
