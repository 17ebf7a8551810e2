"""Workers that were dead for hours, on a real Kafka: nothing is forgotten, nobody wronged.

A morning is played (`downtime.py`), the worker killed; eight hours of records and deadlines later
it comes back, is killed in the middle of them, comes back again, and is told to stop under load.
"""

import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from rich.console import Console

from agents.pipeline.stages import stages
from agents.records.engine_records import decode_order
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.machine import Machine
from agents.simulation.demo.play import WATCHED, Player, Seen
from schemas.catalogue import PARTITIONS
from schemas.records import Decision, Disagreement, Escalation, Rule
from streams.runtime.verify import Report, verify
from streams.settings import load
from streams.transport.kafka import stable_offsets
from tests.kafka.downtime import (
    ASKING,
    BACKLOG,
    CASES,
    EXPECTED,
    MINUTE,
    PROMISES,
    REGIONS,
    SILENT_AFTER,
    TICKS_AT,
    asked_at,
    before,
    is_answered,
    is_called,
    meanwhile,
    promises,
    reference_records,
)
from tests.kafka.downtime import load as load_of
from tests.kafka.engine_kit import WorkerProcess, wait_until

pytestmark = pytest.mark.kafka
ESTIMATES, ACTIONS = ("customers", "service.estimates"), ("desk", "recourse.actions")


@dataclass
class Afternoon:
    """What the topics hold in the end, and how it was when the worker had to stop.

    By topic: of the load, how many records were `handled` when it was told to; of all, how many
    were `committed` when it had ended.
    """

    outputs: list[Seen]
    report: Report
    handled: dict[str, float]
    committed: dict[str, int]
    ended_with: int

    def steps(self, visits: str) -> Iterator[Escalation]:
        for seen in self.outputs:
            if isinstance(seen.record, Escalation) and seen.record.visit_id.startswith(visits):
                yield seen.record


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Afternoon]:
    folder, seed = tmp_path_factory.mktemp("downtime"), random.randrange(10_000)
    print(f"seed {seed}")  # noqa: T201 - for whoever looks at a failure
    machine, workers = Machine(keep=False), list[WorkerProcess]()
    outputs = list[Seen]()
    try:
        machine.start_broker(Console(quiet=True))

        def start(**settings: Any) -> WorkerProcess:
            worker = WorkerProcess(
                machine.bootstrap_servers, "recourse", 0, folder,
                module=("agents", "worker"), **settings,
            )  # fmt: skip
            workers.append(worker)
            return worker

        player = Player(machine.bootstrap_servers, lambda: None, outputs.append)
        player.publish(reference_records())
        start().wait_ready()
        play_the_morning(player, workers[-1])
        die_in_the_middle(player, start(commit_interval_ms=20), random.Random(seed))
        # Under load it commits after 10 s, so within that only because it is told to stop.
        last = start(commit_interval_ms=10_000).wait_ready()
        player.settle()
        handled = stop_under_load(player, last)
        code, committed = last.process.returncode, committed_by_topic(machine.bootstrap_servers)
        start().wait_ready()
        player.settle()
        assert workers[-1].terminate() == 0
        player.close()
        settings = load(bootstrap_servers=machine.bootstrap_servers)
        report = verify(stages(), REFERENCES, settings, decode_order, WATCHED)
        yield Afternoon(outputs, report, handled, committed, code)
    finally:
        for each in workers:
            each.kill()
        machine.close()


def play_the_morning(player: Player, worker: WorkerProcess) -> None:
    player.send(before())
    player.settle()
    player.send(promises())
    player.settle()
    worker.kill()


def die_in_the_middle(player: Player, worker: WorkerProcess, chance: random.Random) -> None:
    """Hours of records and ticks lie there when it comes back; at some record of them it dies."""
    player.send(meanwhile())
    for at in TICKS_AT:
        player.tick(at)
    at = chance.randrange(1, BACKLOG)
    wait_until("it is at work", lambda: handled_by(worker, *ESTIMATES) >= at)
    worker.kill()


def committed_by_topic(servers: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for stage, topic in (ESTIMATES, ACTIONS):
        places = [(topic, number) for number in range(PARTITIONS)]
        found[topic] = sum(stable_offsets(servers, f"recourse-{stage}", places).values())
    return found


def _handles(
    worker: WorkerProcess, place: tuple[str, str], *, more_than: float
) -> Callable[[], bool]:
    return lambda: handled_by(worker, *place) > more_than


def handled_by(worker: WorkerProcess, stage: str, topic: str) -> float:
    return worker.metric(f'recourse_records_handled_total{{stage="{stage}",topic="{topic}"}}')


def stop_under_load(player: Player, worker: WorkerProcess) -> dict[str, float]:
    """Tells it to stop while it has more to do than it gets done."""
    enough = threading.Event()

    def feed() -> None:
        first = 0
        while not enough.is_set():
            player.send(load_of(first, 500))
            first += 500

    began = {each: handled_by(worker, *each) for each in (ESTIMATES, ACTIONS)}
    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        for each, count in began.items():
            wait_until("load", _handles(worker, each, more_than=count + 1_000))
        handled = {each[1]: handled_by(worker, *each) - count for each, count in began.items()}
        worker.terminate()
        return handled
    finally:
        enough.set()
        feeder.join()


def test_a_thousand_deadlines_of_the_downtime_each_had_its_effect_once(
    afternoon: Afternoon,
) -> None:
    by_case: dict[str, list[Escalation]] = defaultdict(list)
    for step in afternoon.steps("case-"):
        by_case[step.visit_id].append(step)

    assert len(by_case) == CASES
    assert CASES * len(EXPECTED) > 1_000
    for opened, *later in by_case.values():
        since = opened.occurred_at
        found = [(each.status, (each.occurred_at - since) / MINUTE) for each in later]
        assert (opened.step, opened.status, found) == (0, "OPENED", list(EXPECTED))
        assert [each.step for each in later] == list(range(1, len(EXPECTED) + 1))


def test_they_had_it_in_the_order_of_their_moments(afternoon: Afternoon) -> None:
    """Of a region, as the topic has them; of one moment by the case's id."""
    by_region: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for step in afternoon.steps("case-"):
        if step.status != "OPENED":
            by_region[step.region_id].append((step.occurred_at, step.escalation_id))

    assert len(by_region) == REGIONS
    for moments in by_region.values():
        assert moments == sorted(moments)


def test_nobody_is_called_silent_whose_answer_lies_in_a_topic(afternoon: Afternoon) -> None:
    silent = [
        (seen.record.visit_id, seen.record.decision, seen.record.occurred_at)
        for seen in afternoon.outputs
        if isinstance(seen.record, Disagreement) and seen.record.rule is Rule.SILENCE_NO_WORD
    ]

    assert sorted(silent) == sorted(
        (f"asking-{n}-v", Decision.RAISED, asked_at(n) + SILENT_AFTER * MINUTE)
        for n in range(ASKING)
        if not is_answered(n)
    )


def test_no_promise_counts_as_missed_whose_call_lies_in_a_topic(afternoon: Afternoon) -> None:
    missed = [
        step.visit_id
        for step in afternoon.steps("promise-")
        if step.reasons and step.reasons[0].code == "SILENCE_PROMISE_MISSED"
    ]

    assert sorted(missed) == sorted(f"promise-{n}-v" for n in range(PROMISES) if not is_called(n))


def test_it_stopped_under_load_with_everything_committed(afternoon: Afternoon) -> None:
    """What it had handled when it was told to stop counts, in both stages."""
    sent = Counter(each.topic for each in (*before(), *promises(), *meanwhile()))

    assert afternoon.ended_with == 0
    for topic, handled in afternoon.handled.items():
        assert handled > 1_000
        assert afternoon.committed[topic] >= sent[topic] + handled


def test_all_of_it_is_equal_to_the_pure_core(afternoon: Afternoon) -> None:
    assert afternoon.report.differences == []
