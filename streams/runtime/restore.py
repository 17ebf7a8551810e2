"""Bringing a stage's partitions back: from a local snapshot, and from the changelog behind it."""

import threading
import time
from collections.abc import Mapping, Sequence

import structlog

from streams.metrics import RESTORE_SECONDS, RESTORED_RECORDS
from streams.runtime.carrying import Placement
from streams.runtime.partition import Partition
from streams.runtime.snapshots import Bounds, Snapshots
from streams.topology import Stage
from streams.transport.kafka import (
    Place,
    admin,
    ends_with_epoch,
    patiently,
    readable_ends,
    stable_offsets,
    topic_starts,
)
from streams.transport.reading import WholeRead

log = structlog.get_logger()

_State = dict[int, dict[str, bytes]]
"""Last value of each key, by partition."""


def committed_offsets(
    stage: Stage, group: str, bootstrap_servers: str, numbers: Sequence[int], stop: threading.Event
) -> dict[Place, int]:
    """The offsets from which partitions are to be read.

    The committed ones, as stable: a dying owner's transaction is waited for. Of a topic without
    one, and where what is committed is not there any more, the first record that is.
    """
    places = [(topic, number) for topic in stage.topics for number in numbers]
    if not places:  # more workers than partitions
        return {}
    offsets = patiently(
        "ask for committed offsets", lambda: stable_offsets(bootstrap_servers, group, places), stop
    )
    client = admin(bootstrap_servers)
    starts = patiently("ask for starts", lambda: topic_starts(client, places), stop)
    for (topic, number), offset in offsets.items():
        if offset < starts[topic, number]:
            log.error("records_gone", topic=topic, partition=number,
                      first=offset, before=starts[topic, number])  # fmt: skip
    return {place: max(start, offsets.get(place, 0)) for place, start in starts.items()}


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
    offsets: Mapping[Place, int],
    numbers: Sequence[int],
    *,
    stop: threading.Event,
    placement: Placement | None = None,
    snapshots: Snapshots | None = None,
) -> dict[int, Partition]:
    """Reads the state of partitions. Runs in a thread of its own.

    `offsets` were asked for before: read after them, to the high watermark and committed records
    only, the changelog is of the same transaction.
    """
    if not numbers:
        return {}
    began = time.monotonic()
    state, begins = _from_snapshots(stage, bootstrap_servers, numbers, stop, snapshots)
    count = _read(stage, bootstrap_servers, state, begins, stop)
    ends = input_ends(stage, bootstrap_servers, numbers, stop)
    partitions = {}
    for number in numbers:
        partition = partitions[number] = Partition(stage, number, placement)
        partition.committed = {place: at for place, at in offsets.items() if place[1] == number}
        partition.merge.expect({topic: ends[topic, number] for topic in stage.topics})
        keys = state.pop(number)
        while keys:  # let go of one by one: never twice in memory
            partition.fold.restore(*keys.popitem())
        partition.fold.restored()
    seconds = time.monotonic() - began
    RESTORE_SECONDS.labels(stage.name).set(seconds)
    RESTORED_RECORDS.labels(stage.name).inc(count)
    log.info(
        "partitions_restored",
        stage=stage.name,
        partitions=list(numbers),
        from_snapshot=sorted(begins),
        records=count,
        seconds=round(seconds, 3),
    )
    return partitions


def _from_snapshots(
    stage: Stage,
    bootstrap_servers: str,
    numbers: Sequence[int],
    stop: threading.Event,
    snapshots: Snapshots | None,
) -> tuple[_State, dict[int, int]]:
    """State by partition, and from where on the changelog is to be read where that is not all."""
    state: _State = {number: {} for number in numbers}
    begins: dict[int, int] = {}
    if snapshots is None or not any(snapshots.path(number).exists() for number in numbers):
        return state, begins
    for number, bounds in changelog_bounds(stage, bootstrap_servers, numbers, stop).items():
        taken = snapshots.take(number, bounds)
        if taken is not None:
            begins[number], state[number] = taken
    return state, begins


def changelog_bounds(
    stage: Stage, bootstrap_servers: str, numbers: Sequence[int], stop: threading.Event
) -> dict[int, Bounds]:
    """Begin, high watermark and leader epoch of the changelog's partitions as they are now."""
    client = admin(bootstrap_servers)
    places = [(stage.changelog, number) for number in numbers]
    starts = patiently("ask for starts", lambda: topic_starts(client, places), stop)
    ends = patiently("ask for ends", lambda: ends_with_epoch(client, places), stop)
    return {place[1]: Bounds(starts[place], *ends[place]) for place in places}


def _read(
    stage: Stage,
    bootstrap_servers: str,
    state: _State,
    begins: Mapping[int, int],
    stop: threading.Event,
) -> int:
    """Folds the changelog into the state. A key not yet compacted comes several times."""
    count = 0
    reader = WholeRead(
        bootstrap_servers,
        f"{stage.changelog}-restore",
        [(stage.changelog, number) for number in state],
        {(stage.changelog, number): begin for number, begin in begins.items()},
    )
    try:
        for records in reader.found_to_end(stop):
            count += len(records)
            for record in records:
                # A million of them pass here: only what is needed is asked of each.
                keys = state[record.partition()]  # type: ignore[index]  # of one that was read
                key, value = (record.key() or b"").decode(), record.value()
                if value is None:
                    keys.pop(key, None)
                else:
                    keys[key] = value
    finally:
        reader.close()
    return count
