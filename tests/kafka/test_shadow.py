"""Stage shadow on a real Kafka: beside a live worker, killed, and begun anew."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.commands.simulation.demo import STEP_MS
from agents.core.shadow.decisions import SHADOW_DECISIONS
from agents.pipeline.shadow.processor import BEGUN_KEY
from agents.pipeline.stages import SHADOW, every_stage
from agents.records import codecs
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import POLICIES, REFERENCES, SHADOW_KEY
from agents.simulation.demo.event_generator import BEGIN, DAY_MS, life
from agents.simulation.demo.machine import Machine, reference_records
from agents.simulation.demo.people import People
from agents.simulation.demo.play import WATCHED, Player, Seen, heed, play
from schemas.catalogue import PARTITIONS
from schemas.records import ShadowDecision
from streams.broker.server import die_with_parent
from streams.runtime.verify import Report, verify
from streams.settings import load
from streams.transport.reading import read_all
from tests.agents.shadow.policies import STRICT
from tests.kafka.engine_kit import wait_until

pytestmark = pytest.mark.kafka
LAST = BEGIN + 3 * DAY_MS
"""So much of the week is played."""
KILLED_EACH = 5
"""The shadow's worker is killed after so many steps of the week, and started again."""


@dataclass
class Week:
    report: Report
    decisions: list[ShadowDecision]
    kept: dict[str, bytes]
    kills: int


class Beside:
    """`recourse worker --stage shadow`, in a process of its own."""

    def __init__(self, servers: str, log: Path) -> None:
        self._servers, self._log = servers, log
        self._process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")} | {
            "RECOURSE_BOOTSTRAP_SERVERS": self._servers,
            "RECOURSE_ORDER_LOG": "1",
            "RECOURSE_COMMIT_INTERVAL_MS": "20",
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "agents", "worker", "--stage", "shadow"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads in it
            )

    def kill(self) -> None:
        """Also one that ended meanwhile with the word to start it again."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.kills += 1

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(60)


def kept(servers: str) -> dict[str, bytes]:
    """What the stage's changelog holds, of all partitions."""
    found = dict[str, bytes]()
    for each in read_all(servers, {SHADOW.changelog: PARTITIONS}):
        key = f"{each.partition}/{(each.key or b'').decode()}"
        if each.value is None:
            found.pop(key, None)
        else:
            found[key] = each.value
    return found


def decisions(servers: str) -> list[ShadowDecision]:
    read = read_all(servers, {SHADOW_DECISIONS: PARTITIONS})
    found = [codecs.decode(each.topic, each.value or b"") for each in read]
    return [each for each in found if isinstance(each, ShadowDecision)]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    machine = Machine(keep=False)
    people = People(3)
    servers = machine.broker.start(owned=True).bootstrap_servers
    log = tmp_path_factory.mktemp("shadow") / "shadow.log"
    beside = Beside(servers, log)

    def show(seen: Seen) -> None:
        heed(people, seen)

    try:
        machine.use(servers)
        player = Player(servers, machine.watch_worker, show)
        player.publish(reference_records())
        player.publish([(POLICIES, SHADOW_KEY, STRICT.model_dump_json().encode())])
        machine.start_worker()
        beside.start()
        steps = iter(range(BEGIN + 3 * STEP_MS, LAST + 3 * STEP_MS, 3 * STEP_MS))
        for number, _ in enumerate(play(player, people, life(3, 40, demo_directory()), steps, 0.0)):
            if number % KILLED_EACH == KILLED_EACH - 1:
                beside.kill()
                beside.start()
        player.close()
        assert machine.stop_worker() == 0, machine.worker_log.read_text()
        wanted = set(range(PARTITIONS))
        wait_until(
            "the shadow has read all",
            lambda: caught_up(servers) >= wanted,
        )
        assert beside.stop() == 0, log.read_text()
        settings = load(bootstrap_servers=servers)
        watched = (*WATCHED, SHADOW_DECISIONS)
        report = verify(every_stage(), REFERENCES, settings, decode_order, watched)
        yield Week(report, decisions(servers), kept(servers), beside.kills)
    finally:
        if beside._process is not None:
            beside.kill()
        machine.close()


def caught_up(servers: str) -> set[int]:
    """Partitions that were told of the last tick."""
    found = kept(servers)
    return {
        number for number in range(PARTITIONS) if int(found.get(f"{number}/:now", b"0")) >= LAST
    }


def test_killed_at_any_moment_it_is_equal_to_the_pure_core(week: Week) -> None:
    assert week.kills >= 3
    assert week.report.differences == []
    assert len(week.decisions) > 20
    assert {each.decision.policy_version for each in week.decisions} == {"beside"}
    ids = [each.decision.disagreement_id for each in week.decisions]
    assert len(ids) == len(set(ids))


def test_it_keeps_under_which_policy_it_runs(week: Week) -> None:
    begun = {key.split("/")[0] for key in week.kept if key.endswith(f"/{BEGUN_KEY}")}
    with_state = {key.split("/")[0] for key in week.kept if not key.endswith("/:now")}

    assert begun == with_state
    assert len(begun) > 1
