"""A realistic stream: the demo's week for many more people, at many more sites, with its managers.

Seeded: the same week of the same size has the same bytes. It is played once through both stages in
memory, so that each stage's inputs are known whole: what the other stage writes, and what managers
do. Kept in a file, so that two versions of the code are measured on the same bytes.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from agents.core.calendar import MINUTE_MS
from agents.core.world import Directory
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import REFERENCES, Reference, fold
from agents.simulation.demo import event_generator as weeks
from agents.simulation.demo.machine import reference_records
from agents.simulation.demo.network import copied
from agents.simulation.demo.people import People
from schemas.catalogue import PARTITIONS
from schemas.records import Escalation, Tick
from streams.testing import Driver
from streams.topology import Message

EVENTS_A_CUSTOMER = 6.0
"""Of the demo's week: only says how many customers make about so many events."""
EVENTS_OF_STORIES = 110
"""Of the demo's people with names, who are there whatever the size."""
CUSTOMERS_A_COPY = 400
"""Each so many customers have a copy of the demo's thirteen sites and their managers."""
TICK_EVERY_MS = 15 * MINUTE_MS
SEED = 1
_FORMAT = b"3"
TICKS, ACTIONS, OUTCOMES = "recourse.ticks", "recourse.actions", "recourse.outcomes"
DISAGREEMENTS = "recourse.disagreements"
"""The topics by name that a part of the measurements speaks of."""
_READ = frozenset(topic for stage in stages()[:2] for topic in stage.topics)


class Timed(NamedTuple):
    """A record and its Kafka timestamp (ms); a tick is for every partition."""

    at: int
    topic: str
    key: bytes
    value: bytes


def is_event(record: Timed) -> bool:
    """Whether it came from outside: these are the events of "events a second"."""
    return record.topic.startswith("service.")


def is_source(topic: str) -> bool:
    """Whether no stage writes the topic."""
    return topic.startswith("service.") or topic in {ACTIONS, TICKS}


def customers_for(events: int) -> int:
    """About how many customers make so many events."""
    return max(1, round((events - EVENTS_OF_STORIES) / EVENTS_A_CUSTOMER))


def directory_for(customers: int) -> Directory:
    """The demo's directory, once for each so many customers."""
    return copied(demo_directory(), max(1, round(customers / CUSTOMERS_A_COPY)))


def reference(directory: Directory) -> Reference:
    """The same, as a worker has it once it has read the topics."""
    folded = Reference()
    for offset, (topic, key, value) in enumerate(reference_records(directory)):
        folded = fold(folded, Message(topic, 0, offset, 0, key.encode(), value))
    return folded


def stream(events: int, folder: Path, seed: int = SEED) -> list[Timed]:
    """About so many events, with all else that the stages read, in the order of time.

    Taken from `folder` where it was made before of the same life, managers and schemas.
    """
    kept = folder / f"stream-{events}-{seed}-{_made_of()}.msgpack"
    decoder = msgspec.msgpack.Decoder(list[Timed])
    if not kept.exists():
        made = _play(seed, customers_for(events))
        folder.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".partial")
        partial.write_bytes(msgspec.msgpack.encode(made))
        partial.replace(kept)
    return decoder.decode(kept.read_bytes())


def read_by(stage_topics: Iterable[str], records: Sequence[Timed]) -> list[Timed]:
    """What a stage reads of the stream."""
    topics = frozenset(stage_topics)
    return [record for record in records if record.topic in topics]


@cache
def _made_of() -> str:
    """Changes when what makes the stream does."""
    digest = hashlib.sha256(_FORMAT)
    root = Path(weeks.__file__).parents[3]
    names = ("event_generator.py", "people.py", "network.py")
    sources = [root / "agents/simulation/demo" / name for name in names]
    for source in [*sources, *sorted((root / "schemas/avro").glob("*.avsc"))]:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _play(seed: int, customers: int) -> list[Timed]:
    """The week through both stages, step by step as the demo plays it."""
    directory = directory_for(customers)
    driver = Driver(stages()[:2], REFERENCES, PARTITIONS)
    for topic, key, value in reference_records(directory):
        driver.pipe(topic, key.encode(), value, 0)
    people, made = People(seed), list[Timed]()

    def pipe(record: Timed) -> None:
        made.append(record)
        heed(driver.pipe(record.topic, record.key, record.value, record.at))

    def heed(outputs: Sequence[Message]) -> None:
        for each in outputs:
            if each.topic in _READ:
                made.append(Timed(each.timestamp, each.topic, each.key or b"", each.value or b""))
            elif each.topic == "recourse.escalations":
                step = codecs.decode(each.topic, each.value or b"")
                assert isinstance(step, Escalation), "the catalogue's record of the topic"
                people.read(step)

    arrivals, position = weeks.life(seed, customers, directory), 0
    for end in range(weeks.BEGIN + TICK_EVERY_MS, weeks.END + TICK_EVERY_MS, TICK_EVERY_MS):
        while position < len(arrivals) and arrivals[position].at <= end:
            each = arrivals[position]
            pipe(Timed(each.at, each.topic, each.key, each.value))
            position += 1
        for action in people.due(end):
            at, value = action.occurred_at, codecs.encode(ACTIONS, action)
            pipe(Timed(at, ACTIONS, action.region_id.encode(), value))
        value = codecs.encode(TICKS, Tick(now=end))
        made.append(Timed(end, TICKS, b"", value))
        heed(driver.tick(TICKS, value, end))
        driver.read()
    return sorted(made, key=lambda record: record.at)
