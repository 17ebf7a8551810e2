"""The demo's week in memory, through the live stages and those beside them."""

from collections.abc import Callable, Sequence
from functools import cache

from agents.core.handling import Tombstone
from agents.core.policy import Policy
from agents.pipeline.stages import beside_stages, stages
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import POLICIES, REFERENCES, SHADOW_KEY
from agents.simulation.demo.deadlines import Deadlines, steps
from agents.simulation.demo.event_generator import BEGIN, DAY_MS, END, HOUR_MS, life
from agents.simulation.demo.machine import reference_records
from agents.simulation.demo.people import People
from agents.simulation.demo.play import ACTIONS, TICKS, WATCHED, Seen, heed
from schemas.records import Tick
from streams.testing import Driver
from streams.topology import Message, Stage
from streams.transport.placing import partition_of

CUSTOMERS, SEED = 40, 3
PARTITIONS = 3
_ASTRAY_AFTER, _ASTRAY_EACH = 150, 7
"""After so many events each so manieth lies in a wrong partition."""


def play(
    driver: Driver,
    shadow: Policy | None = None,
    *,
    meanwhile: Callable[[int], None] = lambda _: None,
) -> list[Message]:
    """All that the stages write in the week; `meanwhile` hears of each step's end (ms)."""
    people, arrivals = People(SEED), life(SEED, CUSTOMERS, demo_directory())
    deadlines, written = Deadlines(people, arrivals), list[Message]()

    def see(made: list[Message]) -> None:
        written.extend(made)
        for each in made:
            if each.topic in WATCHED:
                record = (
                    Tombstone(key=(each.key or b"").decode())
                    if each.value is None
                    else codecs.decode(each.topic, each.value)
                )
                heed(people, Seen(each.topic, record, each.timestamp))
                deadlines.take(record)

    for topic, name, value in reference_records():
        driver.pipe(topic, name.encode(), value, 0)
    publish(driver, shadow)
    position = 0
    for end in steps(deadlines, BEGIN, END + DAY_MS - HOUR_MS, HOUR_MS):
        while position < len(arrivals) and arrivals[position].at <= end:
            each = arrivals[position]
            position += 1
            astray = position > _ASTRAY_AFTER and position % _ASTRAY_EACH == 0
            place = partition_of(each.key, PARTITIONS) + astray
            see(
                driver.pipe(
                    *(each.topic, each.key, each.value, each.at), partition=place % PARTITIONS
                )
            )
        for action in people.due(end):
            value = codecs.encode(ACTIONS, action)
            see(driver.pipe(ACTIONS, action.region_id.encode(), value, action.occurred_at))
        see(driver.tick(TICKS, codecs.encode(TICKS, Tick(now=end)), end))
        meanwhile(end)
    return written


def publish(driver: Driver, shadow: Policy | None) -> None:
    """Publishes a policy to compare with, or takes it away."""
    value = None if shadow is None else shadow.model_dump_json().encode()
    driver.pipe(POLICIES, SHADOW_KEY.encode(), value, 0)


def driver_of(chosen: Sequence[Stage]) -> Driver:
    """Those stages in memory."""
    return Driver(chosen, REFERENCES, PARTITIONS)


@cache
def live_alone() -> tuple[Message, ...]:
    """What the live stages write where nothing runs beside them."""
    return tuple(play(driver_of(stages())))


def everything() -> Driver:
    """The live stages, and those beside them."""
    return driver_of((*stages(), *beside_stages()))
