"""The demo's week in memory as a recording: what was sent, and what was decided."""

from functools import cache

import msgspec

from agents.core.handling import Tombstone
from agents.core.rfc3339 import text_of
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.deadlines import Deadlines, steps
from agents.simulation.demo.event_generator import BEGIN, DAY_MS, END, HOUR_MS, life
from agents.simulation.demo.machine import reference_records
from agents.simulation.demo.people import People
from agents.simulation.demo.play import ACTIONS, TICKS, WATCHED, Seen, heed
from schemas.records import Tick
from streams.testing import Driver
from streams.topology import Message

_RECORDED = ("recourse.outcomes", "recourse.disagreements")


def _line(topic: str, key: bytes, value: bytes | None, at: int) -> bytes | None:
    """A line of a recording; what nobody can read has none."""
    if value is None:
        return None
    if topic == "recourse.policies":
        shown: object = msgspec.Raw(value)
    else:
        try:
            shown = codecs.to_json(topic, codecs.decode(topic, value))
        except codecs.Undecodable:
            return None
    return msgspec.json.encode(
        {"topic": topic, "key": key.decode(), "at": text_of(at), "value": shown}
    )


@cache
def _week(seed: int, customers: int) -> tuple[bytes, ...]:
    driver, people = Driver(stages()[:2], REFERENCES), People(seed)
    arrivals = life(seed, customers, demo_directory())
    deadlines, written = Deadlines(people, arrivals), list[bytes | None]()

    def see(made: list[Message]) -> None:
        for each in made:
            key = each.key or b""
            if each.topic in _RECORDED:
                written.append(_line(each.topic, key, each.value or b"", each.timestamp))
            if each.topic in WATCHED:
                record = (
                    Tombstone(key=key.decode())
                    if each.value is None
                    else codecs.decode(each.topic, each.value)
                )
                heed(people, Seen(each.topic, record, each.timestamp))
                deadlines.take(record)

    for topic, name, value in reference_records():
        driver.pipe(topic, name.encode(), value, 0)
        written.append(_line(topic, name.encode(), value, 0))
    position = 0
    for end in steps(deadlines, BEGIN, END + DAY_MS - HOUR_MS, HOUR_MS):
        while position < len(arrivals) and arrivals[position].at <= end:
            each = arrivals[position]
            position += 1
            written.append(_line(each.topic, each.key, each.value, each.at))
            see(driver.pipe(each.topic, each.key, each.value, each.at))
        for action in people.due(end):
            value = codecs.encode(ACTIONS, action)
            see(driver.pipe(ACTIONS, action.region_id.encode(), value, action.occurred_at))
        see(driver.tick(TICKS, codecs.encode(TICKS, Tick(now=end)), end))
    return tuple(each for each in written if each is not None)


def week(seed: int, *, customers: int) -> list[bytes]:
    """The lines of a week."""
    return list(_week(seed, customers))
