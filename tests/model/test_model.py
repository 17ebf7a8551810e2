"""The machine for some seconds; `make model` is for as long as you like."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.faults import FAULTS
from tests.model.machine import Recourse

RUNS_OF_PROFILE = 0.8  # quick's 50 examples are 40 runs: seconds


def test_nobody_is_forgotten_whatever_people_time_and_machines_do() -> None:
    """Under the quick profile the same runs each time, so that nobody else's change turns red."""
    chosen = settings()
    run_state_machine_as_test(
        Recourse,
        settings=settings(
            max_examples=round(chosen.max_examples * RUNS_OF_PROFILE),
            stateful_step_count=60,
            derandomize=chosen.max_examples <= 200,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert Recourse.steps_taken > 1_000
    assert {name for name in FAULTS if Recourse.made[name]} == set(FAULTS), "each was planted"
