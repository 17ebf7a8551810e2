"""One seeded stream through both stages, as lines: what each record made, what is kept."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from agents.core.world import Directory
from agents.pipeline.processor import TICKS
from agents.pipeline.stage_core import Core
from agents.pipeline.stages import CUSTOMERS_CORE, DESK_CORE, stages
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.files import read
from agents.reference_data.policy_files import default_policy, policy_in
from agents.reference_data.reference import Reference, reference_of
from agents.simulation.demo import machine
from agents.simulation.demo.event_generator import DAY_MS, HOUR_MS, Arrival, life
from agents.simulation.demo.people import People
from schemas.records import (
    CheckIn,
    Closure,
    CustomerResponse,
    Diagnosis,
    Escalation,
    Estimate,
    Tick,
    WarrantyDecision,
)
from streams.runtime.fold import Fold
from streams.topology import Message
from tests.sameness.trouble import trouble

ACTIONS = "recourse.actions"
ESCALATIONS = "recourse.escalations"
FACTS = (CheckIn, Diagnosis, Estimate, WarrantyDecision, CustomerResponse, Closure)
STATE_EVERY = 400  # records
STREAMS: dict[str, Callable[[int, int, Directory], list[Arrival]]] = {
    "life": life,
    "trouble": trouble,
}
_TAILS = {"life": 100 * DAY_MS, "trouble": 130 * DAY_MS}
_CORES: dict[str, Core[Any]] = {"customers": CUSTOMERS_CORE, "desk": DESK_CORE}


@cache
def _reference(name: str) -> Reference:
    if name == "trouble":
        return reference_of(default_policy(), demo_directory())
    policy = policy_in(read(Path(machine.__file__).with_name("policy.yaml")))
    return reference_of(policy, demo_directory())


def lines(name: str, seed: int, customers: int) -> Iterator[str]:
    """What a stream makes, a line an output; what is kept, a line a key."""
    yield f"stream {name}, seed {seed}"
    yield from _Run(name, seed).lines(STREAMS[name](seed, customers, demo_directory()))


class _Run:
    def __init__(self, name: str, seed: int) -> None:
        self._name = name
        self._folds = [(stage, Fold(stage, 0)) for stage in stages()[:2]]
        for _, fold in self._folds:
            fold.restored()
        self._people = People(seed)
        self._offsets: dict[str, int] = {}
        self._kept: dict[tuple[str, bytes], bytes] = {}

    def lines(self, arrivals: list[Arrival]) -> Iterator[str]:
        tick_at = arrivals[0].at
        for number, each in enumerate(arrivals):
            while tick_at < each.at:
                yield from self._tick(tick_at)
                tick_at += HOUR_MS // 2
            yield from self._take(each.topic, each.key, each.value, each.at)
            if number % STATE_EVERY == 0:
                yield from self._state()
        end = tick_at + _TAILS[self._name]
        while tick_at < end:
            yield from self._tick(tick_at)
            tick_at += 6 * HOUR_MS
        yield from self._state()

    def _tick(self, at: int) -> Iterator[str]:
        for action in self._people.due(at):
            value = codecs.encode(ACTIONS, action)
            yield from self._take(ACTIONS, action.region_id.encode(), value, at)
        yield from self._take(TICKS, b"0", codecs.encode(TICKS, Tick(now=at)), at)

    def _take(self, topic: str, key: bytes | None, value: bytes | None, at: int) -> Iterator[str]:
        waiting = deque([(topic, key, value, at)])
        while waiting:
            topic, key, value, at = waiting.popleft()
            offset = self._offsets[topic] = self._offsets.get(topic, -1) + 1
            message = Message(topic, 0, offset, at, key, value)
            for stage, fold in self._folds:
                if topic not in stage.topics:
                    continue
                for made in fold.handle(message, _reference(self._name)):
                    yield " ".join(map(repr, made))
                    waiting.append((made.topic, made.key, made.value, made.timestamp))
                    if made.topic == ESCALATIONS:
                        step = codecs.decode(ESCALATIONS, made.value or b"")
                        assert isinstance(step, Escalation)
                        self._people.read(step)

    def _state(self) -> Iterator[str]:
        """The last values of what has changed, whatever form they have in the changelog."""
        for stage, fold in self._folds:
            for change in sorted(fold.changelog(), key=lambda each: each.key or b""):
                value = self._plain(stage.name, change.key, change.value)
                yield f"{stage.name} {change.key!r} {value}"

    @staticmethod
    def _plain(stage: str, key: bytes | None, value: bytes | None) -> str:
        if value is None or key == b":now":
            return repr(value)
        decode = msgspec.msgpack.Decoder(_CORES[stage].record).decode
        if stage == "customers" and "agents.core.customers.state_codec" in sys.modules:
            decode = sys.modules["agents.core.customers.state_codec"].decode
        return repr(_plain(decode(value)))


def _plain(part: Any) -> Any:
    """Without the names of classes, and what facts may repeat of their visit."""
    if isinstance(part, Mapping):
        return {key: _plain(each) for key, each in part.items()}
    if isinstance(part, tuple):
        return tuple(_plain(each) for each in part)
    if not isinstance(part, msgspec.Struct):
        return part
    left_out = ("customer_id", "visit_id") if isinstance(part, FACTS) else ()
    names = (each for each in part.__struct_fields__ if each not in left_out)
    return {name: _plain(getattr(part, name)) for name in names}
