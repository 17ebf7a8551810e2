"""What a round left: is every record counted, and how often."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from streams.topology import NOW_KEY, Message
from streams.transport.reading import read_all
from tests.kafka.engine_kit import PARTITIONS, Kit

SHOWN = 10


class Verdict(NamedTuple):
    """Numbers of inputs without an output, of outputs too many, and what else is wrong."""

    records: int
    lost: Sequence[str]
    doubled: Sequence[str]
    """The ids, each once."""
    different: Sequence[str]
    """Sentences: what the core would not have answered; or state that counts too little."""


def exactly_once(kit: Kit) -> Verdict:
    """Each input has one output, and all outputs and states are the pure core's."""
    found = _by_id(kit)
    return found._replace(different=kit.verdict().differences)


def at_least_once(kit: Kit) -> Verdict:
    """Each input has an output, and no state counts less than there was."""
    toy, servers = kit.toy, kit.servers
    found = _by_id(kit)
    inputs = Counter((m.key or b"").decode() for m in _inputs(kit))
    counted = _state(read_all(servers, {toy.changelog: PARTITIONS}))
    too_little = [
        f"state of {key}: {counted.get(key, 0)}, but {count} records were written"
        for key, count in sorted(inputs.items())
        if counted.get(key, 0) < count
    ]
    told = Counter(m.value or b"" for m in read_all(servers, {toy.out: PARTITIONS}))
    echoed = Counter(
        dict(m.headers).get("event_id") for m in read_all(servers, {toy.echo: PARTITIONS})
    )
    unheard = [
        f"second stage: {echoed[value]} times of {count}: {value.decode()}"
        for value, count in told.items()
        if echoed[value] < count
    ]
    return found._replace(different=[*too_little, *unheard])


def _by_id(kit: Kit) -> Verdict:
    inputs = {(m.value or b"").decode() for m in _inputs(kit)}
    outputs = Counter(
        (dict(m.headers)["event_id"] or b"").decode()
        for m in read_all(kit.servers, {kit.toy.out: PARTITIONS})
        if m.headers  # a tick's has none
    )
    lost = sorted(inputs - outputs.keys(), key=int)
    doubled = sorted((id_ for id_, count in outputs.items() if count > 1), key=int)
    return Verdict(len(inputs), lost, doubled, [])


def _inputs(kit: Kit) -> Iterable[Message]:
    return read_all(kit.servers, dict.fromkeys((kit.toy.left, kit.toy.right), PARTITIONS))


def _state(records: Iterable[Message]) -> dict[str, int]:
    state: dict[str, int] = {}
    for record in records:
        key = (record.key or b"").decode()
        if record.value is None:
            state.pop(key, None)
        elif key != NOW_KEY:
            state[key] = int(record.value)
    return state
