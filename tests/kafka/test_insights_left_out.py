"""Stage insights loses its rights, its topic and its worker; what it comes to stays the same.

A guarded Kafka of its own. The story is lived through once; each test looks at what it left.
"""

import json
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from confluent_kafka.admin import AdminClient
from msgspec import Struct

from agents.core.site_days.published import SITE_DAYS
from agents.pipeline.stages import SITE_DAYS_STAGE
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from schemas.catalogue import PARTITIONS
from schemas.records import Escalation
from streams.broker import Broker
from streams.topology import Message
from streams.transport.kafka import admin
from streams.transport.permissions import Permission, take_away
from streams.transport.reading import read_all
from tests.kafka.engine_kit import WorkerProcess, wait_until
from tests.kafka.operators import apply_access, operate, recourse
from tests.site_day_recount import Counts, held, recount

pytestmark = pytest.mark.kafka
VISITS = 6
ABSENT = 'recourse_stage_absent{stage="insights"}'
MAY_WRITE_DAYS, MAY_KEEP = (
    Permission("User:worker", "TOPIC", topic, "WRITE")
    for topic in (SITE_DAYS, SITE_DAYS_STAGE.changelog)
)
SITES = ("muenchen", "columbus", "fresno")
KILLS = 2


class Moment(NamedTuple):
    """What was there at a moment of the story."""

    absent: float
    said: str
    counted: Counts
    recounted: Counts


class Told(NamedTuple):
    """The story: without a right from the start, without it all at once, without its topic."""

    begun_without: Moment
    caught_up: Moment
    right_withdrawn: Moment
    topic_gone: Moment
    killed: Moment
    ended: int


class Story:
    """The broker, its worker, and what is played to it."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.broker, self.folder = broker, folder
        self.servers = broker.start(owned=True, guarded=True).bootstrap_servers
        self.plain: AdminClient = admin(self.servers)
        self.cases = 0
        self._visits = count()
        self._workers: list[WorkerProcess] = []

    def start(self, **more: str) -> WorkerProcess:
        settings = self.broker.guard.environment("worker")
        servers = settings.pop("RECOURSE_BOOTSTRAP_SERVERS")
        access = {name.removeprefix("RECOURSE_").lower(): value for name, value in settings.items()}
        worker = WorkerProcess(
            servers, "recourse", 0, self.folder, module=("agents", "worker"), **access, **more
        )
        self._workers.append(worker)
        return worker

    def play(self) -> None:
        """Visits that begin with a question and end; the desk has a case of each."""
        numbers = [next(self._visits) for _ in range(VISITS)]
        events = self.folder / f"events-{numbers[0]}.jsonl"
        lines = [line for number in numbers for line in visit(number)]
        events.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
        recourse(self.broker.guard, "admin", "play", str(events), "--bootstrap-servers",
                 self.servers, plain=True)  # fmt: skip
        self.cases += VISITS

    def opened(self) -> int:
        steps = self.read("recourse.escalations")
        return len({each.escalation_id for each in steps if isinstance(each, Escalation)})

    def read(self, *topics: str) -> list[Struct]:
        """Each record once: under at_least_once one may have been written twice."""
        found: dict[tuple[str, object], Struct] = {}
        for message in read_all(self.servers, dict.fromkeys(topics, PARTITIONS)):
            record = codecs.decode(message.topic, message.value or b"")
            found.setdefault((message.topic, id_of(message)), record)
        return list(found.values())

    def counted(self) -> Counts:
        kept: dict[str, bytes] = {}
        for each in read_all(self.servers, {SITE_DAYS_STAGE.changelog: PARTITIONS}):
            kept[(each.key or b"").decode()] = each.value or b""
        return held(kept)

    def recounted(self) -> Counts:
        records = self.read(*SITE_DAYS_STAGE.inputs)
        return recount(records, {s.site_id: s.time_zone for s in demo_directory().sites.values()})

    def moment(self, worker: WorkerProcess) -> Moment:
        return Moment(worker.metric(ABSENT), worker.said(), self.counted(), self.recounted())

    def all_counted(self) -> bool:
        return self.opened() == self.cases and self.counted() == self.recounted()

    def close(self) -> None:
        for each in self._workers:
            each.kill()
        self.broker.stop(wipe=True)


def id_of(message: Message) -> object:
    named = [content for name, content in message.headers if name == "event_id"]
    return named[0] if named else message.offset


def visit(number: int) -> Iterator[dict[str, object]]:
    now = time.time()
    common: dict[str, object] = {
        "customer_id": f"c-{number}",
        "visit_id": f"v-{number}",
        "vehicle_id": f"car-{number}",
        "site_id": SITES[number % len(SITES)],
    }
    kinds: tuple[tuple[str, dict[str, object]], ...] = (
        ("check-ins", {"language": "en", "channels": ["SMS"], "symptoms": ["noise"]}),
        ("customer-responses", {"response": "REQUESTED", "subject": "NONE"}),
        ("closures", {"operations_done": ["inspection"], "rating": 1 + number % 5}),
    )
    for step, (topic, fields) in enumerate(kinds):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 30 + 10 * step))
        event: dict[str, object] = {"event_id": f"e-{number}-{step}", "occurred_at": at}
        yield {"topic": f"service.{topic}", "value": event | common | fields}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("left-out")
    story = Story(Broker(folder / "kafka"), folder)
    try:
        operate(story.broker.guard)
        yield lived_through(story)
    finally:
        story.close()


def lived_through(story: Story) -> Told:
    guard = story.broker.guard
    take_away(story.plain, [MAY_WRITE_DAYS])
    worker = story.start().wait_ready()
    story.play()
    wait_until("all cases are open without the stage", lambda: story.opened() == story.cases)
    begun_without = story.moment(worker)

    worker.kill()
    apply_access(guard)
    worker = story.start().wait_ready()
    wait_until("what lay there was counted", story.all_counted)
    caught_up = story.moment(worker)

    take_away(story.plain, [MAY_KEEP])
    right_withdrawn = left_out(story, worker)

    apply_access(guard)
    assert worker.terminate() == 0, worker.said()
    worker = story.start().wait_ready()
    wait_until("it goes on where it was", story.all_counted)
    story.plain.delete_topics([SITE_DAYS])[SITE_DAYS].result(60)
    topic_gone = left_out(story, worker)

    assert worker.terminate() == 0, worker.said()
    apply_access(guard)
    for _ in range(KILLS):
        worker = story.start(guarantee="at_least_once").wait_ready()
        story.play()
        worker.kill()
    worker = story.start(guarantee="at_least_once").wait_ready()
    wait_until("nothing was lost or counted twice", story.all_counted)
    killed = story.moment(worker)
    return Told(begun_without, caught_up, right_withdrawn, topic_gone, killed, worker.terminate())


def left_out(story: Story, worker: WorkerProcess) -> Moment:
    """The stage finds that it can't go on; the others do."""
    story.play()
    wait_until("the stage is left out", lambda: worker.metric(ABSENT) == 1)
    story.play()
    wait_until("cases are open all the same", lambda: story.opened() == story.cases)
    assert worker.is_ready(), worker.get("/health/ready")
    return story.moment(worker)


def test_without_a_right_it_does_not_start_and_the_others_do(told: Told) -> None:
    found = told.begun_without

    assert (found.absent, found.counted) == (1, {})
    assert "no topic recourse.site-days, or does not show it to this user" in found.said


def test_it_counts_all_that_came_while_it_was_away(told: Told) -> None:
    found = told.caught_up

    assert (found.absent, found.counted) == (0, found.recounted)
    assert sum(counts["cases_opened"] for counts in found.counted.values()) == VISITS
    assert sum(counts["visits_ended"] for counts in found.counted.values()) == VISITS


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("right_withdrawn", "this user may not write recourse-insights-changelog"),
        ("topic_gone", "no topic recourse.site-days"),
    ],
)
def test_what_it_loses_while_it_runs_stops_that_stage_alone(
    told: Told, moment: str, why: str
) -> None:
    found: Moment = getattr(told, moment)

    assert found.absent == 1
    assert found.counted != found.recounted
    assert why in found.said
    assert '"event": "stopped"' not in found.said


def test_it_goes_on_where_it_was_and_at_least_once_counts_each_thing_once(told: Told) -> None:
    found = told.killed

    assert (found.absent, found.counted) == (0, found.recounted)
    batches = 1 + 2 + 2 + KILLS
    assert sum(counts["cases_opened"] for counts in found.counted.values()) == VISITS * batches
    assert told.ended == 0
