"""Bringing a stage's partitions back: from a local snapshot, and from the changelog behind it.

Then it is said where each topic is to be read from (`streams.runtime.beginning`).
"""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import structlog

from streams.errors import ConfigurationError, UnreadableState
from streams.metrics import RESTORE_SECONDS, RESTORED_RECORDS
from streams.runtime import changelog
from streams.runtime.beginning import (
    Beginning,
    Ground,
    Refusal,
    State,
    Topic,
    beginning,
    other_partitions,
    told,
)
from streams.runtime.carrying import Placement
from streams.runtime.changelog import Found
from streams.runtime.checkpoint import Checkpoint, Origin
from streams.runtime.partition import Partition
from streams.runtime.said import Said, refused
from streams.runtime.snapshots import Snapshots
from streams.topology import Stage
from streams.transport.kafka import (
    Described,
    Place,
    admin,
    described,
    patiently,
    readable_ends,
    stable_offsets,
    topic_ends,
    topic_starts,
)

log = structlog.get_logger()


class Committed(NamedTuple):
    """What a group has committed, and what Kafka has of the topics, asked for after it."""

    group: str
    offsets: Mapping[Place, int]
    """As stable: a dying owner's transaction was waited for. A topic without one is left out."""
    starts: Mapping[Place, int]
    """Also of the changelog."""
    ends: Mapping[Place, int]
    topics: Mapping[str, Described]
    """The changelog too."""
    at_least_once: bool = False
    """Whether units are written without transactions."""

    def by_group(self, stage: Stage, number: int) -> dict[Place, int]:
        """Where a partition would begin if there were the group alone."""
        places = [(topic, number) for topic in stage.topics]
        return {each: max(self.starts[each], self.offsets.get(each, 0)) for each in places}

    def ground(self, stage: Stage, number: int) -> Ground:
        """What is compared with the state of a partition."""
        own = stage.changelog
        return Ground(
            group=self.group,
            changelog=own,
            changelog_id=self.topics[own].topic_id,
            changelog_begin=self.starts[own, number],
            partitions={topic: each.partitions for topic, each in self.topics.items()},
            topics={
                topic: Topic(
                    self.topics[topic].topic_id,
                    self.starts[topic, number],
                    self.ends[topic, number],
                )
                for topic in stage.topics
            },
            at_least_once=self.at_least_once,
        )


def what_is_committed(
    stage: Stage, group: str, bootstrap_servers: str, numbers: Sequence[int], stop: threading.Event
) -> Committed:
    """Asks for the group's offsets, then for everything that they are compared with."""
    places = [(topic, number) for topic in stage.topics for number in numbers]
    if not places:  # more workers than partitions
        return Committed(group, {}, {}, {}, {})
    offsets = patiently(
        "ask for committed offsets", lambda: stable_offsets(bootstrap_servers, group, places), stop
    )
    client = admin(bootstrap_servers)
    names = [*stage.topics, stage.changelog]
    topics = patiently("look at the topics", lambda: described(client, names), stop)
    every = [*places, *((stage.changelog, number) for number in numbers)]
    starts = patiently("ask for starts", lambda: topic_starts(client, every), stop)
    ends = patiently("ask for ends", lambda: topic_ends(client, places), stop)
    return Committed(group, offsets, starts, ends, topics)


def input_ends(
    stage: Stage, bootstrap_servers: str, numbers: Sequence[int], stop: threading.Event
) -> dict[Place, int]:
    """How far the inputs can be read now."""
    client = admin(bootstrap_servers)
    places = [(topic, number) for topic in stage.topics for number in numbers]
    return patiently("ask for ends", lambda: readable_ends(client, places), stop)


def restore(
    stage: Stage,
    bootstrap_servers: str,
    asked: Committed,
    numbers: Sequence[int],
    *,
    stop: threading.Event,
    placement: Placement | None = None,
    snapshots: Snapshots | None = None,
    said: Said | None = None,
) -> dict[int, Partition]:
    """Reads the state of partitions, and where they begin. Runs in a thread of its own.

    The group was `asked` before: read after it, to the high watermark and committed records only,
    the changelog is of the same transaction.

    Raises:
        ConfigurationError: state and offsets can't both be true, or the state can't be read.
        Fenced: stopped.
    """
    if not numbers:
        return {}
    began = time.monotonic()
    found = {number: Found(number) for number in numbers}
    from_snapshot = _from_snapshots(stage, bootstrap_servers, found, stop, snapshots)
    count = changelog.read(stage, bootstrap_servers, found, stop)
    states = {number: each.state(stage.changelog) for number, each in found.items()}
    beginnings = _compared(stage, bootstrap_servers, states, asked, stop)
    said = said or Said(stage.name)
    said.begun(beginnings, asked.offsets, states, asked.group)
    said.made_with(stage.made_with, states)
    ends = input_ends(stage, bootstrap_servers, numbers, stop)
    partitions = {}
    for number in numbers:
        partition = partitions[number] = Partition(stage, number, placement)
        offsets = beginnings[number].offsets
        partition.committed = {(topic, number): at for topic, at in offsets.items()}
        partition.origin = _origin(stage, asked, number, states[number].checkpoint)
        partition.checkpoint = found[number].checkpoint
        partition.loose = states[number].loose
        partition.merge.expect({topic: ends[topic, number] for topic in stage.topics})
        _fill(partition, found.pop(number).keys, stage, bootstrap_servers, stop)
    seconds = time.monotonic() - began
    RESTORE_SECONDS.labels(stage.name).set(seconds)
    RESTORED_RECORDS.labels(stage.name).inc(count)
    log.info(
        "partitions_restored",
        stage=stage.name,
        partitions=list(numbers),
        from_snapshot=from_snapshot,
        records=count,
        seconds=round(seconds, 3),
    )
    return partitions


def _from_snapshots(
    stage: Stage,
    bootstrap_servers: str,
    found: Mapping[int, Found],
    stop: threading.Event,
    snapshots: Snapshots | None,
) -> list[int]:
    """Takes what snapshots hold; gives the partitions that had one."""
    if snapshots is None or not any(snapshots.path(number).exists() for number in found):
        return []
    used = []
    for number, bounds in changelog.bounds(stage, bootstrap_servers, found, stop).items():
        taken = snapshots.take(number, bounds)
        if taken is not None:
            header, found[number].keys = taken
            found[number].begin = header.offset
            found[number].checkpoint = header.checkpoint
            found[number].loose = header.loose
            used.append(number)
    return sorted(used)


def _compared(
    stage: Stage,
    bootstrap_servers: str,
    states: Mapping[int, State],
    asked: Committed,
    stop: threading.Event,
) -> dict[int, Beginning]:
    """Where each partition begins.

    Raises:
        ConfigurationError: one of them can't.
    """
    beginnings = {}
    for number, state in states.items():
        group = {t: at for (t, n), at in asked.offsets.items() if n == number}
        beginnings[number] = beginning(number, state, group, asked.ground(stage, number))
    refusals = [each for begun in beginnings.values() for each in begun.refusals]
    refusals += _grown(stage, bootstrap_servers, states, asked, stop)
    if refusals:
        refused(stage.name, refusals)
        raise ConfigurationError(told(stage.name, refusals))
    return beginnings


def _grown(
    stage: Stage,
    bootstrap_servers: str,
    states: Mapping[int, State],
    asked: Committed,
    stop: threading.Event,
) -> list[Refusal]:
    """What speaks against partitions without state: another one that was made of fewer.

    Who gets nothing but new partitions would else begin there, before somebody sees the others.
    """
    if all(state.has_now for state in states.values()):
        return []
    others = set(range(asked.topics[stage.changelog].partitions)) - states.keys()
    found = changelog.last_checkpoints(stage.changelog, bootstrap_servers, others, stop)
    ground = asked.ground(stage, next(iter(states)))
    refusals = (other_partitions(number, made, ground) for number, made in found.items())
    return [each for each in refusals if each is not None]


def _origin(stage: Stage, asked: Committed, number: int, made: Checkpoint | None) -> Origin:
    changelog_id = asked.topics[stage.changelog].topic_id
    begin = asked.starts[stage.changelog, number]
    if made is not None and made.changelog_id == changelog_id:
        begin = made.changelog_begin
    return Origin(
        group=asked.group,
        partitions=asked.topics[stage.changelog].partitions,
        changelog_id=changelog_id,
        changelog_begin=begin,
        topic_ids={topic: asked.topics[topic].topic_id for topic in stage.topics},
        made_with=stage.made_with,
    )


def _fill(
    partition: Partition,
    keys: dict[str, bytes],
    stage: Stage,
    bootstrap_servers: str,
    stop: threading.Event,
) -> None:
    """Gives a partition its state.

    Raises:
        ConfigurationError: the processor can't read it.
    """
    while keys:  # let go of one by one: never twice in memory
        partition.fold.restore(*keys.popitem())
    try:
        partition.fold.restored()
    except UnreadableState as error:
        number = partition.number
        raise changelog.unreadable(stage, bootstrap_servers, number, error, stop) from error
