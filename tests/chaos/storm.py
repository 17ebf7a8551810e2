"""A round with a storm: many cases of one site within seconds, while others come steadily.

Time is the broker's, and the clocks are short: what the storm opened is warned of and moves up
within the round, on a few ticks. Nothing fails; so how long the others wait can be asked.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Self

from confluent_kafka import Consumer, Producer, TopicPartition

from agents.pipeline.stages import stages
from agents.pipeline.topic_specs import topic_specs
from agents.records.codecs import decode
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.machine import reference_records
from benchmarks.report import percentile
from benchmarks.storm import press
from schemas.catalogue import PARTITIONS
from schemas.records import Disagreement, Escalation
from streams.runtime.verify import verify
from streams.settings import Settings
from streams.transport.kafka import admin, client
from streams.transport.topics import declare
from tests.alerts.events import POLICY
from tests.chaos.broker import Ground
from tests.chaos.crew import Crew
from tests.chaos.plans import Plan
from tests.chaos.rounds import READY_SECONDS, RECOVERED_SECONDS, STATE_DIR, STOP_SECONDS, Outcome
from tests.chaos.verdict import Verdict
from tests.core.builders import policy
from tests.kafka.engine_kit import wait_until

OTHERS_A_SECOND, STORM_A_SECOND = 20, 150
LONGER_SECONDS = 1.0
"""For so much longer than before the storm nobody else waits."""
WATCHED = (
    "recourse.disagreements",
    "recourse.escalations",
    "recourse.notices",
    "recourse.insights",
)
_APPLICATION = "recourse"


class StormRound:
    """On a broker of its own: the topics have the names that they have."""

    def __init__(self, ground: Ground, plan: Plan, seed: int, folder: Path) -> None:
        self._ground, self._plan, self._random = ground, plan, Random(seed)
        settings = {k: v for k, v in plan.settings.items() if k != STATE_DIR}
        self._crew = Crew(ground.proxied, _APPLICATION, folder, settings, ("agents", "worker"))
        self._site, *self._others = sorted(demo_directory().sites)
        self._sent: dict[str, float] = {}
        self._opened: dict[str, float] = {}
        self._seen: Counter[tuple[str, str]] = Counter()
        self.calm: list[float] = []
        """How long each of the others waited for their case before the storm (s), in order."""
        self.later: list[float] = []
        """The same from its first second on."""

    def run(self) -> Outcome:
        """Everything, in order; nothing is left running."""
        crew = self._crew
        try:
            self._play()
            crew.dismiss(STOP_SECONDS)
        except AssertionError as stuck:
            crew.problems.append(f"stuck: {stuck}")
        finally:
            crew.close()
        return Outcome(self._verdict(), crew.ends, crew.problems, crew.peak_mb)

    def _play(self) -> None:
        declare(admin(self._ground.direct), topic_specs())
        producer = Producer(client(self._ground.direct, partitioner="murmur2_random", linger_ms=2))
        for topic, key, value in reference_records(policy=policy(**POLICY)):
            producer.produce(topic, value, key.encode())
        producer.flush(30)
        for number in range(self._plan.workers):
            self._crew.join(number)
        wait_until("all workers ready", self._crew.is_ready, READY_SECONDS)
        with _Reader(self._ground.direct) as reader:
            self._send(producer, reader)
            end = time.monotonic() + RECOVERED_SECONDS
            while left := self._sent.keys() - self._opened.keys():
                assert time.monotonic() < end, f"{len(left)} presses have no case"
                self._read(reader, 0.1)

    def _send(self, producer: Producer, reader: "_Reader") -> None:
        """Sends at the plan's rates; a press that is late counts from when it was due."""
        began, sent = time.monotonic(), Counter[str]()
        while (passed := time.monotonic() - began) < self._plan.seconds:
            due = {
                "other": OTHERS_A_SECOND * passed,
                "storm": STORM_A_SECOND * self._stormy(passed),
            }
            for kind, count in due.items():
                for number in range(sent[kind], int(count)):
                    site = self._site if kind == "storm" else self._random.choice(self._others)
                    name = f"{kind}-{number}"
                    given = press(name, site, int(time.time() * 1000))
                    producer.produce(given.topic, given.value, given.key)
                    at = began + number / OTHERS_A_SECOND
                    self._sent[name] = at if kind == "other" else time.monotonic()
                sent[kind] = int(count)
            producer.poll(0)
            self._read(reader, 0.01)
            self._crew.look()
        producer.flush(30)

    def _stormy(self, passed: float) -> float:
        """For how many seconds there was a storm by then."""
        return sum(min(max(passed - fault.at, 0.0), fault.seconds) for fault in self._plan.faults)

    def _read(self, reader: "_Reader", seconds: float) -> None:
        for record in reader.read(seconds):
            at = time.monotonic()
            if isinstance(record, Disagreement):
                self._seen["disagreement", record.disagreement_id] += 1
            elif isinstance(record, Escalation):
                self._seen["step", f"{record.escalation_id}:{record.step}"] += 1
                self._opened.setdefault(record.customer_id, at)

    def _verdict(self) -> Verdict:
        settings = Settings(bootstrap_servers=self._ground.direct, application=_APPLICATION)
        report = verify(stages(), REFERENCES, settings, decode_order, WATCHED)
        lost = sorted(self._sent.keys() - self._opened.keys())
        doubled = sorted(id_ for (_, id_), count in self._seen.items() if count > 1)
        first = int(min(fault.at for fault in self._plan.faults) * OTHERS_A_SECOND)
        waits = self._waits()
        self.calm, self.later = waits[:first], waits[first:]
        different = [*report.differences, *held_up(self.calm, self.later)]
        return Verdict(len(self._sent), lost, doubled, different)

    def _waits(self) -> list[float]:
        """How long each of the others waited for their case (s), in the order of sending."""
        names = sorted(
            (n for n in self._opened if n.startswith("other")), key=self._sent.__getitem__
        )
        return [self._opened[name] - self._sent[name] for name in names]


def told(waits: Sequence[float]) -> str:
    """How long they waited (s), in words."""
    if not waits:
        return "nobody waited"
    parts = f"p50 {percentile(waits, 50):.2f}, p99 {percentile(waits, 99):.2f}"
    return f"{len(waits)} waited {parts}, at the longest {max(waits):.2f} s"


def held_up(calm: Sequence[float], later: Sequence[float]) -> list[str]:
    """A sentence where others waited much longer in a storm, and after it, than before it (s)."""
    longest, before = max(later, default=0.0), max(calm, default=0.0)
    if longest <= before + LONGER_SECONDS:
        return []
    return [f"others waited {longest:.2f} s at the longest, and {before:.2f} s before the storm"]


class _Reader:
    """What is committed, as a consumer sees it."""

    def __init__(self, servers: str) -> None:
        self._consumer = Consumer(
            client(
                servers, group_id="chaos-storm", isolation_level="read_committed",
                enable_auto_commit=False, fetch_wait_max_ms=20,
            )
        )  # fmt: skip
        self._consumer.assign(
            [TopicPartition(topic, n, 0) for topic in WATCHED[:2] for n in range(PARTITIONS)]
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._consumer.close()

    def read(self, seconds: float) -> Iterator[object]:
        for message in self._consumer.consume(1_000, seconds):
            if message.error() is None:
                yield decode(message.topic() or "", message.value() or b"")
