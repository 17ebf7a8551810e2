"""One round: workers run, records are written, the plan's faults happen, all heals, the verdict."""

import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.chaos import verdict
from tests.chaos.broker import Ground
from tests.chaos.crew import Crew
from tests.chaos.disk import Disk
from tests.chaos.feeder import Feeder
from tests.chaos.plans import STATE, Plan
from tests.chaos.scheduler import Scheduler
from tests.kafka.engine_kit import Kit, wait_until

RECOVERED_SECONDS = 120.0
"""After the last fault is over, everything is worked off within this."""
STOP_SECONDS = 60.0
READY_SECONDS = 120.0
"""Long: several rounds may begin at once."""
STATE_DIR = "state_dir"
_STEP = 0.02


class Outcome(NamedTuple):
    """What a round came to."""

    verdict: verdict.Verdict
    ends: Counter[int]
    problems: list[str]
    peak_mb: int
    """The most memory that one worker has had."""

    def wrong(self, guarantee: str) -> list[str]:
        """Sentences; empty where the guarantee held."""
        found, shown = self.verdict, verdict.SHOWN
        told = list(self.problems)
        if found.lost:
            told.append(f"{len(found.lost)} lost: {', '.join(found.lost[:shown])}")
        if found.doubled and guarantee == "exactly_once":
            told.append(f"{len(found.doubled)} doubled: {', '.join(found.doubled[:shown])}")
        return told + list(found.different[:shown])


class Round:
    """A plan on a broker that is there already."""

    make_kit = Kit
    make_scheduler = Scheduler

    def __init__(self, ground: Ground, plan: Plan, guarantee: str, seed: int, folder: Path) -> None:
        self._plan, self._guarantee = plan, guarantee
        self.kit = self.make_kit(ground.direct, f"c{time.time_ns()}", folder)
        settings = {**plan.settings, "guarantee": guarantee}
        disk = Disk(folder / STATE, self.kit.toy.prefix, seed)
        if STATE_DIR in settings:
            settings[STATE_DIR] = disk.folder
        self._crew = Crew(ground.proxied, self.kit.toy.prefix, folder, settings)
        self._feeder = Feeder(ground.direct, self.kit.toy, seed)
        self.scheduler = self.make_scheduler(ground, self._crew, plan, disk, self._feeder)

    def run(self) -> Outcome:
        """Everything, in order; nothing is left running."""
        try:
            self._prepare()
            self._play()
            self._recover()
            self.kit.stop_all()
        except AssertionError as stuck:
            self._crew.problems.append(f"stuck: {stuck}")
        finally:
            self.scheduler.heal()
            self._crew.close()
            self.kit.close()
        judge = {"exactly_once": verdict.exactly_once, "at_least_once": verdict.at_least_once}
        crew = self._crew
        return Outcome(judge[self._guarantee](self.kit), crew.ends, crew.problems, crew.peak_mb)

    def _prepare(self) -> None:
        self.kit.create_topics()
        self.kit.write_reference()
        for number in range(self._plan.workers):
            self._crew.join(number)
        wait_until("all workers ready", self._crew.is_ready, READY_SECONDS)

    def _play(self) -> None:
        self.scheduler.begin()
        self._feeder.start()
        while not self.scheduler.is_over():
            self.scheduler.step()
            time.sleep(_STEP)
        self._feeder.stop()

    def _recover(self) -> None:
        end = time.monotonic() + RECOVERED_SECONDS
        while self.kit.lag():
            self._crew.look()
            assert time.monotonic() < end, (
                f"{self.kit.lag()} records not handled {RECOVERED_SECONDS} s after the last fault"
            )
            time.sleep(0.2)
        self._crew.dismiss(STOP_SECONDS)
