"""A version reads the state that the one before it wrote, and goes on as if it had been there."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agents.core.desk import case_records
from agents.core.rfc3339 import text_of
from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.pipeline.processor import TICKS
from agents.simulation.simulate import Written
from streams.errors import EXIT_CONFIGURATION, UnreadableState
from tests.released import HALF, RELEASED, STEP, Machine, State

VERSIONS = sorted(each.name for each in RELEASED.iterdir())
OPEN_CASES = Path(__file__).with_name("cases_of_25_november.msgpack")
"""What the desk of fb9e217 kept at `IN_BETWEEN` of the days that `tests.released` plays."""
IN_BETWEEN = HALF + STEP


def lines(version: str, name: str) -> list[bytes]:
    return (RELEASED / version / f"{name}.jsonl").read_bytes().splitlines()


def state_of(version: str) -> State:
    return msgspec.msgpack.decode((RELEASED / version / "state.msgpack").read_bytes(), type=State)


def told(written: list[Written]) -> list[Written]:
    """Without dead letters: they say offsets, and a simulation counts them from its own begin."""
    return [each for each in written if each.topic not in LETTER_TOPICS]


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


def test_what_was_open_in_the_version_before_is_shown_under_a_policy_of_generation_2_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One at each tick here, with a restart in between; of what had ended nothing is said."""
    monkeypatch.setattr(case_records, "SHOWN_AT_ONCE", 1)
    cases = msgspec.msgpack.decode(OPEN_CASES.read_bytes(), type=State)
    phases = {key: msgspec.msgpack.decode(each)["phase"] for key, each in cases["desk"].items()}
    assert Counter(phases.values()) == {"OPEN": 6, "RESOLVED": 7}
    open_ = {key for key, phase in phases.items() if phase == "OPEN"}
    before = Machine(cases)
    assert shown(before.run([line_at(IN_BETWEEN, TICKS, now=text_of(IN_BETWEEN))])) == []
    policy = {"version": "second", "effective_from": text_of(IN_BETWEEN), "generation": 2}

    first = before.run(
        [
            line_at(IN_BETWEEN + 1, "recourse.policies", **policy),
            line_at(IN_BETWEEN + 2, TICKS, now=text_of(IN_BETWEEN + 2)),
        ]
    )
    assert 0 < len(shown(first)) < len(open_)
    after, later = Machine(before.state()), IN_BETWEEN + 10 * 60_000
    rest = after.run(
        [
            line_at(IN_BETWEEN + 3, "recourse.policies", **policy),
            line_at(later, TICKS, now=text_of(later)),
        ]
    )

    filled = [each for each in shown([*first, *rest]) if each["status"] is None]
    assert sorted(each["escalation_id"] for each in filled) == sorted(open_)
    assert {each["generation"] for each in filled} == {2}
    assert {each["escalation_id"] for each in shown([*first, *rest])} == open_


def line_at(at: int, topic: str, **value: Any) -> bytes:
    key = {"key": value["version"]} if "version" in value else {}
    return msgspec.json.encode({"topic": topic, "value": value, "arrived_at": text_of(at)} | key)


def shown(written: list[Written]) -> list[dict[str, Any]]:
    values = [msgspec.json.decode(e.value) for e in written if e.topic == "recourse.cases"]
    assert None not in values
    return values


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
