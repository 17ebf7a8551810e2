"""With the compiled part and without it, the pipeline writes the same bytes."""

from hashlib import blake2b

import pytest

from agents.pipeline.stages import stages
from agents.records.codecs import Codecs
from agents.reference_data.directory_files import demo_directory
from agents.simulation.demo.event_generator import life
from streams.compiled import native
from tests.bad_input.good import driver

CUSTOMERS = 150
EVERY = 300_000
"""Milliseconds between ticks."""


def written(codecs: Codecs) -> tuple[int, str, str]:
    """How many outputs a week has, and digests of these and of the state they leave."""
    pipeline = driver(codecs)
    tick_at = 0
    for arrival in life(5, CUSTOMERS, demo_directory()):
        if arrival.at >= tick_at:
            pipeline.tick("recourse.ticks", b"", arrival.at)
            tick_at = arrival.at + EVERY
        pipeline.pipe(arrival.topic, arrival.key, arrival.value, arrival.at)
    outputs, state = blake2b(), blake2b()
    messages = pipeline.read()
    for message in messages:
        outputs.update(repr(message).encode())
    for stage in stages():
        for change in sorted(pipeline.state(stage).items()):
            state.update(repr(change).encode())
    return len(messages), outputs.hexdigest(), state.hexdigest()


@pytest.mark.skipif(native is None, reason="the compiled part is not built")
def test_a_week_gives_the_same_outputs_and_state_with_and_without_the_compiled_part() -> None:
    without = written(Codecs(compiled=None))

    assert written(Codecs()) == without
    assert without[0] > CUSTOMERS
