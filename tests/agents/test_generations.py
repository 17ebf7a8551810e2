"""Generations: what is new in the contract is written only under a policy that says so."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agents.core.handling import Output
from agents.core.policy_values import PACKAGE_GENERATION
from agents.core.pseudonyms import PLAIN_IDS
from agents.records import codecs
from agents.reference_data.files import UnusableFile, parse
from agents.reference_data.policy_files import default_policy, policy_in, policy_of_json
from agents.reference_data.publish import policy_to_publish
from agents.reference_data.reference import Reference
from agents.simulation.demo.event_generator import DAY_MS
from schemas.catalogue import TOPICS, released, schema
from schemas.records import symbols
from streams.serialisation.framing import fingerprint_of, split
from tests.sameness.trouble import lived

RELEASED = Path(__file__).parent.parent / "core" / "customers" / "released"
RELEASES_OF_GENERATION_1 = 2
"""`schemas/released/1` and `2` are what its versions read."""


def names(of: dict[str, Any], name: str) -> set[str]:
    """The symbols of an enumeration, wherever it stands in a schema."""
    found: set[str] = set()
    parts: list[Any] = [of]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            if part.get("name") == name and "symbols" in part:
                found.update(part["symbols"])
            parts.extend(part.values())
        elif isinstance(part, list):
            parts.extend(part)
    return found


def readable_before(topic: str) -> set[bytes]:
    """The fingerprints of the schemas that a version of generation 1 knows."""
    name = TOPICS[topic].schema or ""
    new = schema(name)
    known = [each for each in released(name) if each != new]
    return {fingerprint_of(each) for each in known or [new]}


def of_generation_1(**differs: Any) -> Any:
    return default_policy().model_copy(update={"generation": 1, **differs})


def assert_says_nothing_new(outputs: Iterable[Output]) -> None:
    for each in outputs:
        framed = split(codecs.encode(each.topic, each.record))
        assert framed is not None
        assert framed.fingerprint in readable_before(each.topic), each


def test_under_generation_1_nothing_is_written_that_the_version_before_can_not_read() -> None:
    """Half a year of trouble: each record fits into a schema of before, field and symbol."""
    written = 0
    for each in lived(3, 60, of_generation_1()):
        assert_says_nothing_new(each.outputs)
        written += len(each.outputs)

    assert written > 500


NOTED_BEFORE = {
    "Entry.asked",
    "EpisodeState.asked",
    "PastVisit.stay_closed_at",
    "Silence.raised",
}
"""docs/decisions/0021-what-is-noted-before-generation-2.md says why."""


def with_values(kept: Any) -> Iterator[str]:
    """The fields of a state that have another value than their default, as `Struct.field`."""
    if isinstance(kept, msgspec.Struct):
        for field in msgspec.structs.fields(kept):
            value = getattr(kept, field.name)
            if value != field.default:
                yield f"{type(kept).__name__}.{field.name}"
            yield from with_values(value)
    elif isinstance(kept, dict | tuple):
        for each in kept.values() if isinstance(kept, dict) else kept:
            yield from with_values(each)


@pytest.mark.parametrize(("generation", "only_these"), [(1, True), (2, False)])
def test_of_the_state_four_new_fields_alone_are_written_under_generation_1(
    generation: int, only_these: bool
) -> None:
    known = set((RELEASED / "fields_of_generation_1.txt").read_text().split())
    under = default_policy().model_copy(update={"generation": generation})
    found: set[str] = set()
    for each in lived(3, 30, under):
        customer = each.partition.get(each.event.customer_id)
        found.update(with_values(customer))

    assert found >= NOTED_BEFORE
    assert (found - known == NOTED_BEFORE) == only_these


def test_a_symbol_of_generation_2_would_be_found() -> None:
    first = next(each for each in lived(3, 60) if any(
        output.topic == "recourse.disagreements" for output in each.outputs
    ))  # fmt: skip
    (output, *_) = (each for each in first.outputs if each.topic == "recourse.disagreements")
    for change in (
        {"decision": symbols.Decision.AWAITING},
        {"severity": symbols.Severity.LOW},
        {"asked": False},
    ):
        new = msgspec.structs.replace(output.record, **change)
        with pytest.raises(AssertionError):
            assert_says_nothing_new([Output(topic=output.topic, record=new)])


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_what_came_with_a_generation_is_written_from_it_on(number: int) -> None:
    assert of_generation_1().writes_generation(number) == (number <= 1)
    assert default_policy().writes_generation(number) == (number <= PACKAGE_GENERATION)


def test_a_record_without_a_generation_is_of_the_first_and_a_file_of_the_package() -> None:
    plain = default_policy().model_dump(mode="json")
    plain.pop("generation")

    assert policy_of_json(json.dumps(plain)).generation == 1
    assert policy_of_json(default_policy().model_dump_json()).generation == PACKAGE_GENERATION
    assert policy_in(parse("version: a", "p.yaml")).generation == PACKAGE_GENERATION
    assert policy_in(parse("version: a\ngeneration: 1", "p.yaml")).generation == 1


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("0", "must be at least 1"),
        ("3", "must be at most 2: this version knows no later generation"),
        ("true", "must be a whole number"),
    ],
)
def test_no_other_generation_is_taken(said: str, right: str) -> None:
    with pytest.raises(UnusableFile) as unusable:
        policy_in(parse(f"generation: {said}", "p.yaml"))

    assert right in str(unusable.value)


@pytest.mark.parametrize(("named", "stamped"), [("", 2), ("\ngeneration: 1", 1)])
def test_a_publication_says_its_generation(named: str, stamped: int) -> None:
    file = parse(f"version: a{named}", "p.yaml")
    _, ((_, _, value),) = policy_to_publish(file, Reference(), 10 * DAY_MS, None, PLAIN_IDS)

    assert json.loads(value or b"")["generation"] == stamped
