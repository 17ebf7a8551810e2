"""Keeps what this version makes of a few days, for the versions after it: `tests/released/NAME`.

Run it once a version whose state has another form: `python -m tests.released NAME`. It writes
`before.jsonl` and `after.jsonl` (lines of `recourse simulate`, with what managers do) and the state
of each stage between them, as its changelog has it.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from agents.core.rfc3339 import text_of
from agents.pipeline.processor import TICKS, StageProcessor
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.files import read
from agents.reference_data.policy_files import policy_in
from agents.reference_data.reference import Reference, reference_of
from agents.simulation.demo.event_generator import BEGIN, HOUR_MS, Arrival, life
from agents.simulation.demo.machine import POLICY
from agents.simulation.demo.people import People
from agents.simulation.simulate import JSON, Simulation, Written, lines_of
from schemas.records import Escalation, Tick

RELEASED = Path(__file__).with_name("released")
SEED, CUSTOMERS = 3, 14
STEP = 2 * HOUR_MS
HALF, END = BEGIN + 60 * HOUR_MS, BEGIN + 120 * HOUR_MS

State = dict[str, dict[str, bytes]]
"""Of each stage, its changelog: the last value of each key."""


def _always(processor: StageProcessor[Any]) -> Callable[[int], StageProcessor[Any]]:
    return lambda _: processor


class Machine:
    """Both stages, and their state."""

    def __init__(self, state: State | None = None) -> None:
        self._processors: dict[str, StageProcessor[Any]] = {}
        pipeline = []
        for stage in stages(wire=JSON):
            processor = stage.processor(0)
            assert isinstance(processor, StageProcessor)
            for key, value in (state or {}).get(stage.name, {}).items():
                processor.restore(key, value)
            processor.restored()
            self._processors[stage.name] = processor
            pipeline.append(replace(stage, processor=_always(processor)))
        self._simulation = Simulation(_reference(), pipeline)

    def run(self, texts: Sequence[bytes]) -> list[Written]:
        """What comes of lines."""
        return [each for line in self._simulation.run(lines_of(texts)) for each in line]

    def state(self) -> State:
        """What the stages keep."""
        return {name: dict(each.records()) for name, each in self._processors.items()}


def _reference() -> Reference:
    # What is kept was written under a policy of generation 1, and went on under it.
    policy = policy_in(read(POLICY)).model_copy(update={"generation": 1})
    return reference_of(policy, demo_directory())


def _texts(machine: Machine) -> Iterator[tuple[int, list[bytes]]]:
    """Step by step what arrives, and at the end a tick; managers read what came of it."""
    people, arrivals = People(SEED), life(SEED, CUSTOMERS, demo_directory())
    for end in range(BEGIN + STEP, END + 1, STEP):
        begin = end - STEP
        happened = [
            (each.at, each.topic, record)
            for each in arrivals
            if begin < each.at <= end and (record := _record(each)) is not None
        ]
        happened += [
            (max(action.occurred_at, begin + 1), "recourse.actions", action)
            for action in people.due(end)
        ]
        happened.sort(key=lambda each: each[0])
        texts = [_text(*each) for each in (*happened, (end, TICKS, Tick(now=end)))]
        for written in machine.run(texts):
            if written.topic == "recourse.escalations":
                step = codecs.from_json(written.topic, msgspec.json.decode(written.value))
                assert isinstance(step, Escalation)
                people.read(step)
        yield end, texts


def _record(arrival: Arrival) -> msgspec.Struct | None:
    """None: nobody can read it."""
    try:
        return codecs.decode(arrival.topic, arrival.value)
    except codecs.Undecodable:
        return None


def _text(at: int, topic: str, record: msgspec.Struct) -> bytes:
    line = {"topic": topic, "value": codecs.to_json(topic, record), "arrived_at": text_of(at)}
    return msgspec.json.encode(line)


def keep(folder: Path) -> None:
    """Writes what this version makes of the days."""
    machine = Machine()
    before, after, state = list[bytes](), list[bytes](), State()
    for end, texts in _texts(machine):
        (before if end <= HALF else after).extend(texts)
        if end == HALF:
            state = machine.state()
    folder.mkdir(parents=True)
    (folder / "before.jsonl").write_bytes(b"\n".join([*before, b""]))
    (folder / "after.jsonl").write_bytes(b"\n".join([*after, b""]))
    (folder / "state.msgpack").write_bytes(msgspec.msgpack.encode(state))


if __name__ == "__main__":
    keep(RELEASED / sys.argv[1])
