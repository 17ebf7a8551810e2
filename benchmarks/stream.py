"""A realistic stream: the demo's week for many more people, at many more sites, with its managers.

Seeded: the same week of the same size has the same bytes. It is played once through both stages in
memory, so that each stage's inputs are known whole: what the other stage writes, and what managers
do. Kept in a file, so that two versions of the code are measured on the same bytes.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from agents import codecs
from agents.core.calendar import MINUTE_MS
from agents.core.world import Directory
from agents.demo import life as weeks
from agents.demo.machine import POLICY
from agents.demo.people import People
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.files import read
from agents.reference_data.policy_files import policy_in
from agents.reference_data.publish import Record, directory_to_publish
from agents.reference_data.reference import POLICIES, REFERENCES, Reference, fold
from agents.stages import stages
from schemas.catalogue import PARTITIONS
from schemas.records import Escalation, Manager, Site, Tick
from streams.testing import Driver
from streams.topology import Message

EVENTS_A_CUSTOMER = 6.0
"""Of the demo's week: only says how many customers make about so many events."""
CUSTOMERS_A_COPY = 400
"""Each so many customers have a copy of the demo's thirteen sites and their managers."""
TICK_EVERY_MS = 15 * MINUTE_MS
SEED = 1
_FORMAT = b"3"
TICKS, ACTIONS, OUTCOMES = "recourse.ticks", "recourse.actions", "recourse.outcomes"
DISAGREEMENTS = "recourse.disagreements"
"""The topics by name that a part of the measurements speaks of."""
_READ = frozenset(topic for stage in stages() for topic in stage.topics)


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
    return max(1, round(events / EVENTS_A_CUSTOMER))


def directory_for(customers: int) -> Directory:
    """The demo's directory, once for each so many customers; the first copy keeps its names."""
    demo = demo_directory()
    sites, managers = list[Site](), list[Manager]()
    for copy in range(max(1, round(customers / CUSTOMERS_A_COPY))):
        named = _names(copy)
        sites += [
            msgspec.structs.replace(
                site, site_id=named(site.site_id), region_id=named(site.region_id)
            )
            for site in demo.sites.values()
        ]
        managers += [
            msgspec.structs.replace(
                manager,
                manager_id=named(manager.manager_id),
                site_ids=tuple(map(named, manager.site_ids)),
                region_ids=tuple(map(named, manager.region_ids)),
            )
            for manager in demo.managers.values()
        ]
    return Directory(sites, managers)


def _names(copy: int) -> Callable[[str], str]:
    return lambda name: f"{name}-{copy}" if copy else name


def reference_records(directory: Directory) -> list[Record]:
    """The demo's policy and a directory, as they are published."""
    policy = policy_in(read(POLICY))
    published = (POLICIES, policy.version, policy.model_dump_json().encode())
    return [published, *directory_to_publish(directory, Reference())]


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
    root = Path(weeks.__file__).parents[2]
    sources = [root / "agents/demo/life.py", root / "agents/demo/people.py"]
    for source in [*sources, *sorted((root / "schemas/avro").glob("*.avsc"))]:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _play(seed: int, customers: int) -> list[Timed]:
    """The week through both stages, step by step as the demo plays it."""
    directory = directory_for(customers)
    driver = Driver(stages(), REFERENCES, PARTITIONS)
    for topic, key, value in reference_records(directory):
        driver.pipe(topic, key.encode(), value, 0)
    people, made = People(seed), list[Timed]()

    def pipe(record: Timed) -> None:
        made.append(record)
        heed(driver.pipe(record.topic, record.key, record.value, record.at))

    def heed(outputs: Sequence[Message]) -> None:
        for each in outputs:
            assert each.value is not None, "no stage writes tombstones"
            if each.topic in _READ:
                made.append(Timed(each.timestamp, each.topic, each.key or b"", each.value))
            elif each.topic == "recourse.escalations":
                step = codecs.decode(each.topic, each.value)
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
