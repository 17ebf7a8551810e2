"""What a stage writes, its own readers must read: looked at for every output that a test makes.

`of_processors` is on in every test (conftest.py) and in `make fuzz`; tests of the core alone, which
make no bytes, call `readable`.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from agents.core.handling import Output, Tombstone
from agents.pipeline.processor import StageProcessor
from agents.pipeline.stages import (
    CUSTOMERS_CORE,
    CUSTOMERS_OUTPUTS,
    DESK_CORE,
    DESK_OUTPUTS,
    INSIGHTS_CORE,
    INSIGHTS_OUTPUTS,
    SHADOW_CORE,
    SHADOW_OUTPUTS,
)
from schemas.catalogue import TOPICS, schema
from streams.serialisation.codec import Codec, Undecodable, Unwritable
from streams.topology import Emit

_emit = StageProcessor._emit
_DECLARED = (
    (CUSTOMERS_CORE, CUSTOMERS_OUTPUTS),
    (DESK_CORE, DESK_OUTPUTS),
    (INSIGHTS_CORE, INSIGHTS_OUTPUTS),
    (SHADOW_CORE, SHADOW_OUTPUTS),
)


class Unreadable(BaseException):
    """Not for the processor to catch, that would make a dead letter of it."""


@cache
def _codec(topic: str) -> Codec[msgspec.Struct]:
    """Mends nothing, and knows today's schema alone."""
    declared = TOPICS[topic]
    assert declared.record is not None
    return Codec(schema(declared.schema or ""), declared.record)


def readable(outputs: Iterable[Output]) -> None:
    """Looks whether a strict reader reads just these records."""
    for each in outputs:
        if isinstance(each.record, Tombstone):
            continue
        try:
            found = _codec(each.topic).decode(_codec(each.topic).encode(each.record))
        except (Unwritable, Undecodable) as error:
            raise Unreadable(f"{each.topic}: {error}: {each.record}") from error
        if found != each.record:
            raise Unreadable(f"{each.topic}: {found} is read, {each.record} was written")


def _strictly(
    self: StageProcessor[Any], output: Output, trace: tuple[tuple[str, bytes], ...]
) -> Emit:
    made = _emit(self, output, trace)
    for core, outputs in _DECLARED:
        if self._core is core and made.topic not in outputs:
            raise Unreadable(f"stage {self._stage} declares no output {made.topic} (stages.py)")
    if isinstance(output.record, Tombstone):
        return made
    readable([output])
    found = self._wire.decode(made.topic, made.value or b"")
    if found != output.record:
        raise Unreadable(f"{made.topic}: {found} is read, {output.record} was written")
    return made


def of_processors() -> None:
    """From now on every output of every stage in this process is read again."""
    StageProcessor._emit = _strictly  # type: ignore[method-assign]
