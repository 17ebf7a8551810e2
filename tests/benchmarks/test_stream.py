import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.pipeline.stages import CUSTOMERS, DESK
from benchmarks.pipeline import given_to, in_memory
from benchmarks.stream import (
    ACTIONS,
    DISAGREEMENTS,
    OUTCOMES,
    directory_for,
    is_event,
    stream,
)

EVENTS = 400


@pytest.fixture
def _collector() -> Iterator[None]:
    """The collector of cycles is set as in a worker, and belongs to the next tests again."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_the_same_size_and_seed_are_the_same_bytes_in_the_order_of_time(tmp_path: Path) -> None:
    made, kept = stream(EVENTS, tmp_path), stream(EVENTS, tmp_path)
    again = stream(EVENTS, tmp_path / "another")

    assert made == kept == again
    assert [record.at for record in made] == sorted(record.at for record in made)
    assert 0.8 * EVENTS < sum(map(is_event, made)) < 1.2 * EVENTS
    assert {ACTIONS, DISAGREEMENTS, OUTCOMES} < {record.topic for record in made}


def test_each_stage_finds_its_inputs_and_never_what_it_would_write_itself(tmp_path: Path) -> None:
    records = stream(EVENTS, tmp_path)

    customers = {record.topic for record in given_to(("customers",), records)}
    both = {record.topic for record in given_to((), records)}

    assert DISAGREEMENTS not in customers
    assert DISAGREEMENTS not in both
    assert OUTCOMES in customers
    assert {DISAGREEMENTS, ACTIONS} <= {r.topic for r in given_to(("desk",), records)}


@pytest.mark.usefixtures("_collector")
def test_the_stages_do_in_memory_what_the_stream_was_made_with(tmp_path: Path) -> None:
    records = stream(EVENTS, tmp_path)
    directory = directory_for(1)

    found = {each.name: in_memory(each, records, directory) for each in (CUSTOMERS, DESK)}

    written = sum(record.topic == DISAGREEMENTS for record in records)
    assert found["customers"].outputs > written
    assert found["desk"].keys > 0
    assert all(each.handle_a_record > 0 and each.a_event > 0 for each in found.values())


def test_more_customers_have_more_sites_and_the_first_keep_their_names() -> None:
    demo, more = directory_for(1), directory_for(1_200)

    assert len(more.sites) == 3 * len(demo.sites)
    assert len(more.managers) == 3 * len(demo.managers)
    assert demo.sites.items() <= more.sites.items()
    assert more.site("columbus-2").region_id == "us-east-2"
    assert [
        m.manager_id
        for m in more.managers_of(demo.managers["m-brooks"].tier, "columbus-2", "us-east-2")
    ] == ["m-brooks-2"]
