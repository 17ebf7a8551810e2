"""A worker number that runs twice, as it is seen from outside."""

from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from agents.operations.status.local_workers import LocalWorker, worker_of
from agents.operations.status.worker_numbers import Twice, twice_here, twice_said
from agents.operations.status.workers import WorkerSays, of_metrics
from streams.metrics import WORKER_NUMBER

HERE = Path("/srv")
KAFKA = {"RECOURSE_BOOTSTRAP_SERVERS": "kafka:9092"}


def process(pid: int, *arguments: str, **settings: str) -> LocalWorker:
    environment = KAFKA | {f"RECOURSE_{name.upper()}": each for name, each in settings.items()}
    return worker_of(pid, ["recourse", "worker", *arguments], environment, HERE)


@pytest.mark.parametrize(
    ("second", "stages"),
    [
        (process(8), ["customers", "desk", "insights"]),
        (process(8, "--stage", "desk"), ["desk"]),
        (process(8, worker_number="1"), []),
        (process(8, "--worker-number", "1"), []),
        (process(8, application="other"), []),
        (process(8, bootstrap_servers="elsewhere:9092"), []),
    ],
)
def test_two_processes_of_this_machine_with_one_number_are_seen(
    second: LocalWorker, stages: list[str]
) -> None:
    found = twice_here([process(7), second], "recourse", "kafka:9092")

    who = ("process 7 of this machine", "process 8 of this machine")
    assert found == [Twice(stage=each, number=0, who=who) for each in stages]


def says(address: str, **what: Any) -> WorkerSays:
    given: dict[str, Any] = {"numbers": {"desk": 0}, "started": 1.0}
    return WorkerSays(address=address, problem=None, **given | what)


@pytest.mark.parametrize(
    ("second", "seen"),
    [
        (says("b:1", started=2.0), True),
        (says("b:1"), False),  # one worker under two addresses
        (says("b:1", started=None), False),
        (says("b:1", started=2.0, numbers={"desk": 1}), False),
        (says("b:1", started=2.0, numbers={"customers": 0}), False),
    ],
)
def test_two_addresses_whose_workers_say_one_number_are_seen(
    second: WorkerSays, seen: bool
) -> None:
    found = twice_said([says("a:1"), second])

    assert found == ([Twice(stage="desk", number=0, who=("a:1", "b:1"))] if seen else [])


def test_a_worker_shows_its_number_and_when_it_began() -> None:
    WORKER_NUMBER.labels("told").set(5)
    try:
        found = of_metrics("a:1", generate_latest().decode(), None)
    finally:
        WORKER_NUMBER.remove("told")

    assert found.numbers["told"] == 5
    assert found.started is not None
