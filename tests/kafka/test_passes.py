"""The pipeline's four ways to run, on a real Kafka: each takes over from the one before.

Exactly and at least once, with and without the part in C. Nobody is killed here, so each way must
be equal to the pure core, also in what it makes of the state that another wrote.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from agents.pipeline.stages import stages
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.event_generator import BEGIN, DAY_MS, life
from agents.simulation.demo.machine import Machine, reference_records
from agents.simulation.demo.people import People
from agents.simulation.demo.play import WATCHED, Player, Seen, heed, play
from streams.compiled import native
from streams.runtime.verify import Report, verify
from streams.settings import load
from tests.kafka.engine_kit import WorkerProcess

pytestmark = pytest.mark.kafka
SEED, CUSTOMERS = 5, 60
WAYS = [
    ("exactly_once", "auto"),
    ("at_least_once", "0"),
    ("exactly_once", "0"),
    ("at_least_once", "auto"),
]


@dataclass
class Days:
    """What each way wrote and said, and the verdict on all of it."""

    report: Report = field(default_factory=Report)
    outputs: list[list[Seen]] = field(default_factory=list)
    compiled: list[bool] = field(default_factory=list)
    ended_with: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    folder, days, people = tmp_path_factory.mktemp("passes"), Days(), People(SEED)
    machine, workers = Machine(keep=False), list[WorkerProcess]()
    arrivals = life(SEED, CUSTOMERS, demo_directory())

    def show(seen: Seen) -> None:
        days.outputs[-1].append(seen)
        heed(people, seen)

    try:
        machine.start_broker(Console(quiet=True))
        player = Player(machine.bootstrap_servers, lambda: None, show)
        player.publish(reference_records())
        for number, (guarantee, compiled) in enumerate(WAYS):
            begin = BEGIN + number * DAY_MS
            days.outputs.append([])
            worker = started(machine.bootstrap_servers, folder, guarantee, compiled)
            workers.append(worker)
            worker.wait_ready()
            today = [each for each in arrivals if begin < each.at <= begin + DAY_MS]
            steps = iter(range(begin + DAY_MS // 3, begin + DAY_MS + 1, DAY_MS // 3))
            for _ in play(player, people, today, steps, 0.0):
                pass
            days.ended_with.append(worker.terminate())
            days.compiled.append(says_compiled(worker))
        player.close()
        settings = load(bootstrap_servers=machine.bootstrap_servers)
        days.report = verify(stages(), REFERENCES, settings, decode_order, WATCHED)
        yield days
    finally:
        for each in workers:
            each.kill()
        machine.close()


def started(servers: str, folder: Path, guarantee: str, compiled: str) -> WorkerProcess:
    return WorkerProcess(
        servers, "recourse", 0, folder, module=("agents", "worker"),
        guarantee=guarantee, compiled=compiled, log_format="json",
    )  # fmt: skip


def says_compiled(worker: WorkerProcess) -> bool:
    lines = [json.loads(line) for line in worker.said().splitlines() if line.startswith("{")]
    (found,) = [line["compiled"] for line in lines if line.get("event") == "started"]
    return bool(found)


@pytest.mark.parametrize("number", range(len(WAYS)), ids=["-".join(each) for each in WAYS])
def test_each_way_works_and_stops_with_everything_done(days: Days, number: int) -> None:
    assert days.ended_with[number] == 0
    assert days.compiled[number] == (WAYS[number][1] == "auto" and native is not None)
    written = {seen.topic for seen in days.outputs[number]}
    assert {"recourse.disagreements", "recourse.escalations", "recourse.notices"} <= written


def test_all_they_wrote_is_equal_to_the_pure_core(days: Days) -> None:
    assert days.report.differences == []
    assert sum(days.report.outputs.values()) == sum(map(len, days.outputs))
