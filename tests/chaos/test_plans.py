"""What a seed promises."""

import pytest

from tests.chaos.plans import KINDS, What, plan


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_one_plan_and_another_seed_another(kind: str) -> None:
    assert plan(kind, 7) == plan(kind, 7)
    assert len({plan(kind, seed).faults for seed in range(10)}) == 10


def test_every_fault_happens_within_ten_seeds() -> None:
    planned = {
        fault.what for kind in KINDS for seed in range(10) for fault in plan(kind, seed).faults
    }

    assert planned == set(What)


@pytest.mark.parametrize("kind", KINDS)
def test_faults_happen_while_records_are_written(kind: str) -> None:
    for seed in range(20):
        planned = plan(kind, seed)

        assert planned.faults
        assert all(fault.at > 0 for fault in planned.faults)
        assert planned.faults[0].at < planned.seconds
