"""The demo's week: any number of people, any seed."""

import pytest

from agents.demo.life import life
from agents.reference_data.directory_files import demo_directory


@pytest.mark.parametrize("customers", [0, 500, 2_000])
@pytest.mark.parametrize("seed", [2, 7])
def test_a_week_is_made_for_any_seed_and_number_of_customers(seed: int, customers: int) -> None:
    week = life(seed, customers, demo_directory())

    assert week == sorted(week)
    assert {arrival.key for arrival in week} >= {b"ada", b"ben", b"cleo", b"dora"}
    assert len({arrival.key for arrival in week}) > customers * 0.9
