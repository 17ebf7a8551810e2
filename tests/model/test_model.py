"""The machine for some seconds; `make model` is for as long as you like."""

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.faults import FAULTS
from tests.model.machine import Recourse

RUNS_OF_PROFILE = 0.8  # quick's 50 examples are 40 runs: seconds


ROUNDS = 6
"""How often more runs are tried where some fault could be planted in none: what is drawn changes
with every constant in the code, as Hypothesis likes to draw those."""


def test_nobody_is_forgotten_whatever_people_time_and_machines_do() -> None:
    """Under the quick profile the same runs each time, so that nobody else's change turns red."""
    chosen = settings()
    quick = chosen.max_examples <= 200
    for number in range(ROUNDS):
        if number:
            seed(number)(Recourse)
        try:
            run_state_machine_as_test(
                Recourse,
                settings=settings(
                    max_examples=round(chosen.max_examples * RUNS_OF_PROFILE),
                    stateful_step_count=60,
                    derandomize=quick and not number,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            if number:
                del Recourse._hypothesis_internal_use_seed  # type: ignore[attr-defined]
        planted = {name for name in FAULTS if Recourse.made[name]}
        if planted == set(FAULTS):
            break

    assert Recourse.steps_taken > 1_000
    assert planted == set(FAULTS), "each was planted"
