"""`make model`: the state machine for as long as you like."""

import argparse
import sys
import time

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Recourse


def main() -> None:
    """Runs, counts, and fails with a run, as short as it gets, that breaks a promise."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--steps", type=int, default=120, help="at most, in a run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--as-found", action="store_true", help="do not look for a shorter run")
    given = parser.parse_args()
    began = time.monotonic()
    seeded(given.seed)(Recourse)
    run_state_machine_as_test(
        Recourse,
        settings=settings(
            max_examples=given.runs,
            stateful_step_count=given.steps,
            deadline=None,
            database=None,
            phases=[Phase.generate] if given.as_found else [Phase.generate, Phase.shrink],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    for name, count in sorted(Recourse.made.items()):
        sys.stdout.write(f"{count:9,} {name}\n")
    seconds = time.monotonic() - began
    sys.stdout.write(f"{Recourse.steps_taken:,} steps in {seconds:.0f} s: nothing found\n")


main()
