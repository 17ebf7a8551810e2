"""A round with the real pipeline: two days of the demo, while workers and network fail."""

from collections import Counter
from itertools import chain
from pathlib import Path

from agents.core.calendar import MINUTE_MS
from agents.pipeline.stages import stages
from agents.pipeline.topic_specs import topic_specs
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.event_generator import BEGIN, life
from agents.simulation.demo.machine import reference_records
from agents.simulation.demo.people import People
from agents.simulation.demo.play import WATCHED, Player, Seen, Stuck, heed, play
from streams.runtime.verify import verify
from streams.settings import Settings
from streams.transport.kafka import admin
from streams.transport.topics import declare
from tests.chaos.broker import Ground
from tests.chaos.crew import Crew
from tests.chaos.disk import Disk
from tests.chaos.plans import Plan
from tests.chaos.rounds import READY_SECONDS, STATE_DIR, STOP_SECONDS, Outcome
from tests.chaos.scheduler import Scheduler
from tests.chaos.verdict import Verdict
from tests.kafka.engine_kit import wait_until

KINDS = ("kills", "rebalances", "zombies", "network")
"""The player is no chaos test itself: the broker stays."""
_STEP_MS = 90 * MINUTE_MS
_STEPS = 32
_CUSTOMERS = 60
_APPLICATION = "recourse"


class PipelineRound:
    """On a broker of its own: the topics have the names that they have."""

    make_scheduler = Scheduler

    def __init__(self, ground: Ground, plan: Plan, seed: int, folder: Path) -> None:
        self._ground, self._plan, self._seed = ground, plan, seed
        settings = dict(plan.settings)
        disk = Disk(folder / "state", _APPLICATION, seed)
        if STATE_DIR in settings:
            settings[STATE_DIR] = disk.folder
        module = ("agents", "worker")
        self._crew = Crew(ground.proxied, _APPLICATION, folder, settings, module)
        self.scheduler = self.make_scheduler(ground, self._crew, plan, disk)

    def run(self) -> Outcome:
        """Everything, in order; nothing is left running."""
        try:
            seen = self._play()
            self._crew.dismiss(STOP_SECONDS)
        except (AssertionError, Stuck) as stuck:
            self._crew.problems.append(f"stuck: {stuck}")
            seen = []
        finally:
            self.scheduler.heal()
            self._crew.close()
        crew = self._crew
        return Outcome(self._verdict(seen), crew.ends, crew.problems, crew.peak_mb)

    def _play(self) -> list[Seen]:
        self._declare()
        people, outputs = People(self._seed), list[Seen]()

        def show(seen: Seen) -> None:
            outputs.append(seen)
            heed(people, seen)

        player = Player(self._ground.direct, self.scheduler.step, show)
        player.publish(reference_records())
        for number in range(self._plan.workers):
            self._crew.join(number)
        wait_until("all workers ready", self._crew.is_ready, READY_SECONDS)
        arrivals = life(self._seed, _CUSTOMERS, demo_directory())
        steps = iter(range(BEGIN + _STEP_MS, BEGIN + (_STEPS + 1) * _STEP_MS, _STEP_MS))
        self.scheduler.begin()
        try:
            for _ in play(player, people, arrivals, steps, self._plan.seconds / _STEPS):
                self.scheduler.step()
        finally:
            player.close()
        return outputs

    def _declare(self) -> None:
        declare(admin(self._ground.direct), topic_specs(own_time=True))

    def _verdict(self, seen: list[Seen]) -> Verdict:
        settings = Settings(bootstrap_servers=self._ground.direct, application=_APPLICATION)
        report = verify(stages(), REFERENCES, settings, decode_order, WATCHED)
        ids = Counter(chain.from_iterable(_identity(each) for each in seen))
        doubled = sorted(id_ for id_, count in ids.items() if count > 1)
        return Verdict(sum(report.handled.values()), [], doubled, report.differences)


def _identity(seen: Seen) -> tuple[str, ...]:
    found = getattr(seen.record, "disagreement_id", None)
    return () if found is None or seen.topic != WATCHED[0] else (found,)
