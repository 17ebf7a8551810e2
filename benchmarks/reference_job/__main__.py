"""Runs the job as the race's harness asks: everything in the environment, until SIGTERM."""

import gc
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.reference_job.processor import Job, Topics, world
from streams import settings
from streams.runtime.worker import leave, run
from streams.topology import ReferenceTopics, Run, Stage
from streams.transport.kafka import admin
from streams.transport.topics import TopicSpec, declare


def _stage(environment: Mapping[str, str]) -> Stage:
    topics = Topics(
        environment["TOPIC_DIAGNOSES"],
        environment["TOPIC_ESTIMATES"],
        environment["TOPIC_WARRANTY"],
        environment["TOPIC_ESCALATIONS"],
    )
    known = world(topics, Path(environment["SCHEMAS"]), Path(environment["MANAGERS"]))
    group = environment["GROUP"]
    return Stage(
        name="job",
        inputs=topics[:3],
        tick_topic=f"{group}-ticks",
        changelog=f"{group}-changelog",
        processor=lambda _: Job(known),
    )


def _no_tick(_: int) -> bytes:
    return b""


def _no_order(stage: str, partition: int, runs: Sequence[Run]) -> bytes:
    raise NotImplementedError(f"{stage} {partition}: no order log in the race, {len(runs)} runs")


def main() -> int:
    """Makes the internal topics, then works; gives the exit code."""
    environment = os.environ
    gc.set_threshold(50_000, 20, 1_000)
    servers = environment["BOOTSTRAP"]
    loaded = settings.load(
        bootstrap_servers=servers, application=environment["GROUP"], log_format="json"
    )
    stage = _stage(environment)
    partitions = int(environment["PARTITIONS"])
    declare(
        admin(servers),
        [
            TopicSpec(
                name=stage.changelog, partitions=partitions, config={"cleanup.policy": "compact"}
            ),
            TopicSpec(name=stage.tick_topic, partitions=partitions, config={}),
        ],
    )
    return run([stage], ReferenceTopics(), loaded, _no_tick, _no_order)


if __name__ == "__main__":
    leave(main())
