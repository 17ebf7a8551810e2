"""A version reads the state that the one before it wrote, and goes on as if it had been there."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from agents.simulation.simulate import Written
from streams.errors import EXIT_CONFIGURATION, UnreadableState
from tests.released import RELEASED, Machine, State

VERSIONS = sorted(each.name for each in RELEASED.iterdir())


def lines(version: str, name: str) -> list[bytes]:
    return (RELEASED / version / f"{name}.jsonl").read_bytes().splitlines()


def state_of(version: str) -> State:
    return msgspec.msgpack.decode((RELEASED / version / "state.msgpack").read_bytes(), type=State)


def told(written: list[Written]) -> list[Written]:
    """Without dead letters: they say offsets, and a simulation counts them from its own begin."""
    return [each for each in written if each.topic != "recourse.dead-letters"]


@pytest.mark.parametrize("version", VERSIONS)
def test_it_goes_on_from_the_state_of_the_version_before_as_from_its_own(version: str) -> None:
    restored = Machine(state_of(version))
    own = Machine()
    own.run(lines(version, "before"))

    after = told(own.run(lines(version, "after")))

    assert len({each.topic for each in after}) > 4
    assert told(restored.run(lines(version, "after"))) == after
    assert restored.state()["desk"] == own.state()["desk"]
    assert restored.state()["customers"].keys() == own.state()["customers"].keys()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_version_before_can_read_what_this_one_keeps_of_cases(version: str) -> None:
    """What all its own records have, it may need: a new field may come, none may go or change."""
    needed = set.intersection(*(shape_of(each) for each in state_of(version)["desk"].values()))
    assert ("clocks.decide_by", "int") in needed
    machine = Machine()
    machine.run(lines(version, "before"))

    for value in machine.state()["desk"].values():
        assert needed <= shape_of(value)


def shape_of(value: bytes) -> set[tuple[str, str]]:
    """The names in a record, those within others after a dot, each with its type."""
    return set(_shape("", msgspec.msgpack.decode(value)))


def _shape(within: str, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        yield within + name, type(value).__name__
        if isinstance(value, dict):
            yield from _shape(f"{within}{name}.", value)


@pytest.mark.parametrize("stage", ["customers", "desk"])
def test_a_state_of_a_newer_version_stops_the_start_with_a_sentence(stage: str) -> None:
    newer = {stage: {"secret-id": b"\xc1\x7f" + bytes(20)}}

    with pytest.raises(UnreadableState) as caught:
        Machine(newer)

    assert caught.value.exit_code == EXIT_CONFIGURATION
    assert caught.value.key == "secret-id"
    assert str(caught.value) == (
        "holds what this version can't read, as do 1 of the 1 keys (it begins with c1 7f): where a "
        "newer version wrote it, run that one (docs/engine.md, Upgrades); else it is not ours"
    )


@pytest.mark.parametrize("stage", ["customers", "desk"])
@pytest.mark.parametrize("value", [b"", b"x", b"\x05", b"\x81\xa1v\x05", b"\xc1\x02", b"\xff" * 40])
def test_what_somebody_else_wrote_into_the_state_is_found_among_what_is_ours(
    stage: str, value: bytes
) -> None:
    state = Machine(state_of(VERSIONS[0])).state()
    ours = len(state[stage])
    assert ours > 1
    state[stage]["of-somebody"] = value

    with pytest.raises(UnreadableState) as caught:
        Machine(state)

    assert caught.value.key == "of-somebody"
    assert f" 1 of the {ours + 1} keys " in str(caught.value)
