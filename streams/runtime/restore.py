"""Bringing a stage's partitions back from the changelog."""

import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

import structlog

from streams.metrics import RESTORE_SECONDS, RESTORED_RECORDS
from streams.runtime.partition import Partition
from streams.topology import Stage
from streams.transport.kafka import Place, admin, patiently, readable_ends, stable_offsets
from streams.transport.reading import WholeRead

log = structlog.get_logger()


class Restored(NamedTuple):
    """Partitions with their state, and the input offsets that belong to it."""

    partitions: dict[int, Partition]
    offsets: dict[Place, int]


def restore(
    stage: Stage,
    group: str,
    bootstrap_servers: str,
    numbers: Sequence[int],
    stop: threading.Event,
) -> Restored:
    """Reads offsets and state of partitions. Runs in a thread of its own.

    1. The committed offsets, asked for as stable: a dying owner's transaction is waited for.
    2. The changelog to its high watermark, committed records only. After 1, so that offsets and
       state are of the same transaction.
    """
    if not numbers:  # more workers than partitions
        return Restored({}, {})
    began = time.monotonic()
    places = [(topic, n) for topic in stage.topics for n in numbers]
    offsets = patiently(  # 1
        "ask for committed offsets", lambda: stable_offsets(bootstrap_servers, group, places), stop
    )
    partitions = {n: Partition(stage, n) for n in numbers}
    client = admin(bootstrap_servers)
    ends = patiently("ask for ends", lambda: readable_ends(client, places), stop)
    for number, partition in partitions.items():
        partition.merge.expect({topic: ends[topic, number] for topic in stage.topics})
    count = _read(stage, bootstrap_servers, partitions, stop)  # 2
    for partition in partitions.values():
        partition.fold.restored()
    seconds = time.monotonic() - began
    RESTORE_SECONDS.labels(stage.name).set(seconds)
    RESTORED_RECORDS.labels(stage.name).inc(count)
    log.info(
        "partitions_restored",
        stage=stage.name,
        partitions=list(numbers),
        records=count,
        seconds=round(seconds, 3),
    )
    return Restored(partitions, offsets)


def _read(
    stage: Stage,
    bootstrap_servers: str,
    partitions: dict[int, Partition],
    stop: threading.Event,
) -> int:
    if not partitions:
        return 0
    count = 0
    # Keys of a value not yet compacted away come several times: only the last one counts.
    last: dict[int, dict[str, bytes]] = {n: {} for n in partitions}
    reader = WholeRead(
        bootstrap_servers, f"{stage.changelog}-restore", [(stage.changelog, n) for n in partitions]
    )
    try:
        for records in reader.to_end(stop):
            for record in records:
                count += 1
                key = (record.key or b"").decode()
                if record.value is None:
                    last[record.partition].pop(key, None)
                else:
                    last[record.partition][key] = record.value
    finally:
        reader.close()
    for number, partition in partitions.items():
        for key, value in last[number].items():
            partition.fold.restore(key, value)
    return count
