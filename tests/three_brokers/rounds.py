"""What happens to a cluster while workers run, and the verdict: equal to the pure core, or not."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from agents.pipeline.topic_specs import topic_specs
from streams.transport.kafka import admin
from streams.transport.topics import declare
from tests.chaos.crew import Crew
from tests.chaos.disk import Disk
from tests.chaos.feeder import Feeder
from tests.chaos.pipeline import PipelineRound
from tests.chaos.plans import SESSION_MS, STATE, Plan
from tests.chaos.rounds import Outcome, Round
from tests.chaos.scheduler import Scheduler
from tests.kafka.engine_kit import Kit
from tests.three_brokers.cluster import BROKERS, MIN_IN_SYNC, REPLICATION, Cluster

Tell = Callable[[str], None]
Event = tuple[str, Callable[[], None], float]
"""What is told, what is done, and how many seconds after it the next one begins."""
KINDS = ("below-the-minimum", "rolling", "leaders")
WORKERS = 2
_SETTLE_SECONDS = 3.0
_BELOW_SECONDS = 30.0
"""Longer than a transaction lasts (10 s) and than a worker waits for a commit (20 s)."""
_ELECTIONS = 4
_PLAYED_SECONDS = 60.0
"""How long the demo's two days take: long enough for everything to happen."""
_FEWEST = {False: 1_000, True: 500}
"""How many records must be compared: of the stages that count, and of the real ones, whose two days
of the demo are shorter."""


def events(kind: str, cluster: Cluster, random: Random) -> Iterator[Event]:
    """What happens, in order; who, and whether in good order, is the seed's."""
    order = random.sample(BROKERS, len(BROKERS))
    if kind == "below-the-minimum":
        away = order[:MIN_IN_SYNC]
        down = random.choice((cluster.stop, cluster.kill))
        yield f"{down.__name__} brokers {away}", partial(down, *away), _BELOW_SECONDS
        yield f"start brokers {away}", partial(cluster.start, *away), 0.0
        yield "wait for all replicas", cluster.heal, _SETTLE_SECONDS
    elif kind == "rolling":
        for number in order:
            down = random.choice((cluster.stop, cluster.stop, cluster.kill))
            yield f"{down.__name__} broker {number}", partial(down, number), random.uniform(0, 8)
            yield f"start broker {number}", partial(cluster.start, number), 0.0
            yield "wait for all replicas", cluster.heal, _SETTLE_SECONDS
    else:
        for number in range(_ELECTIONS):
            turn = random.choice((1, 2))
            pause = random.uniform(1, 5)
            yield f"move all leaders, {number + 1}", partial(cluster.move_leaders, turn), pause


class ClusterScheduler(Scheduler):
    """Does one after the other, each in a thread, and looks after the workers meanwhile."""

    def __init__(
        self, ground: Cluster, crew: Crew, plan: Plan, disk: Disk, feeder: Feeder | None = None
    ) -> None:
        super().__init__(ground, crew, plan, disk, feeder)  # type: ignore[arg-type]
        self._workers = crew
        self.left: list[Event] = []
        self.tell: Tell = lambda _: None
        self.unready_seconds = 0.0
        """For how long not all workers were ready."""
        self._acting: Future[None] | None = None
        self._pool = ThreadPoolExecutor(1, "three-brokers")
        self._next = self._looked = self._pause = 0.0

    def begin(self) -> None:
        """The first happens a little later."""
        super().begin()
        self._looked = time.monotonic()
        self._next = self._looked + _SETTLE_SECONDS

    def step(self) -> None:
        """Does what is due, and looks after the workers."""
        now = time.monotonic()
        if self._acting is not None and self._acting.done():
            self._acting.result()
            self._acting, self._next = None, now + self._pause
        if self._acting is None and self.left and now >= self._next:
            told, act, self._pause = self.left.pop(0)
            self.tell(told)
            self._acting = self._pool.submit(act)
        self._workers.look()
        if now - self._looked > 1.0:
            if not self._all_ready():
                self.unready_seconds += now - self._looked
            self._looked = now

    def _all_ready(self) -> bool:
        try:
            return self._workers.is_ready()
        except AssertionError:  # one has just ended
            return False

    def is_over(self) -> bool:
        """Whether everything has happened, and its pause is over."""
        return self._acting is None and not self.left and time.monotonic() >= self._next

    def heal(self) -> None:
        """Ends what has not ended yet."""
        self._pool.shutdown()
        super().heal()


class ReplicatedKit(Kit):
    """Its topics lie on all brokers."""

    replication = REPLICATION


class ToyRound(Round):
    """The stages that count: each input by its id."""

    make_kit = ReplicatedKit
    make_scheduler = ClusterScheduler  # type: ignore[assignment]


class RealRound(PipelineRound):
    """The real stages, on two days of the demo."""

    make_scheduler = ClusterScheduler  # type: ignore[assignment]

    def _declare(self) -> None:
        declare(admin(self._ground.direct), topic_specs(own_time=True), REPLICATION)


class Result(NamedTuple):
    """Of one round."""

    outcome: Outcome
    unready_seconds: float
    wrong: list[str]


def run(kind: str, cluster: Cluster, seed: int, folder: Path, tell: Tell, *, real: bool) -> Result:
    """One round, and what is wrong with it: sentences, none where all held."""
    random = Random(f"{kind} {seed}")
    settings: dict[str, object] = {"session_timeout_ms": SESSION_MS, "state_dir": STATE}
    plan = Plan(WORKERS, settings, (), _PLAYED_SECONDS)
    if real:
        played: ToyRound | RealRound = RealRound(cluster, plan, seed, folder)  # type: ignore[arg-type]
    else:
        played = ToyRound(cluster, plan, "exactly_once", seed, folder)  # type: ignore[arg-type]
    scheduler = played.scheduler
    assert isinstance(scheduler, ClusterScheduler), "as the class says"
    scheduler.left, scheduler.tell = list(events(kind, cluster, random)), tell
    outcome = played.run()
    wrong = outcome.wrong("exactly_once")
    if scheduler.left:
        wrong.append(f"{len(scheduler.left)} things had not happened yet: the load was too short")
    if kind == "below-the-minimum":
        wrong += _said_so(folder, scheduler.unready_seconds)
    if outcome.verdict.records < _FEWEST[real]:
        wrong.append(f"{outcome.verdict.records} records: at least {_FEWEST[real]} show anything")
    return Result(outcome, scheduler.unready_seconds, wrong)


def _said_so(folder: Path, unready_seconds: float) -> Iterator[str]:
    """Whether the workers waited loudly: not ready, and a warning that says for what."""
    if not unready_seconds:
        yield "all workers were ready while two brokers were away"
    said = "".join(log.read_text() for log in folder.glob("worker-*.log"))
    if '"event": "waiting_for_kafka"' not in said:
        yield "no worker said that it waits for Kafka"
