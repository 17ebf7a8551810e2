"""Short rounds of chaos; `make chaos` has the long ones, and the seeds."""

from pathlib import Path

import pytest

from tests.chaos.broker import Ground
from tests.chaos.plans import SESSION_MS, STATE, Fault, Plan, What
from tests.chaos.rounds import Round

pytestmark = pytest.mark.kafka
_SESSION = SESSION_MS / 1000

WORKERS_DIE_AND_FREEZE = (
    Fault(0.4, What.KILL, 0),
    Fault(0.5, What.HOT, seconds=3.0),
    Fault(1.0, What.JOIN, 2),
    Fault(2.2, What.KILL, 1, 1.0),  # while partitions move to the third
    Fault(3.0, What.FREEZE, 2, _SESSION + 1.0),
    Fault(3.5, What.BURST, seconds=1.0),
    Fault(4.0, What.RESTART, 0),
    Fault(7.5, What.REPLACE, 1, 2.0),
    Fault(8.0, What.LEAVE, 2),
)
KAFKA_AND_NETWORK_FAIL = (
    Fault(0.5, What.SLOW, seconds=1.0),
    Fault(1.7, What.HALF_OPEN),
    Fault(2.5, What.CUT, seconds=0.7),
    Fault(3.5, What.BROKER_KILLED, seconds=0.3),
    Fault(6.0, What.STALL, seconds=_SESSION + 0.5),
)
WORKERS_AND_NETWORK_FAIL = (
    Fault(0.4, What.KILL, 0),
    Fault(1.5, What.FREEZE, 1, _SESSION + 1.0),
    Fault(6.0, What.CUT, seconds=0.5),
)


def wrong(ground: Ground, faults: tuple[Fault, ...], guarantee: str, folder: Path) -> list[str]:
    settings = {"session_timeout_ms": SESSION_MS, "state_dir": STATE}
    plan = Plan(2, settings, faults, faults[-1].at + faults[-1].seconds + 0.5)
    outcome = Round(ground, plan, guarantee, 1, folder).run()

    assert outcome.verdict.records > 1_000
    return outcome.wrong(guarantee)


@pytest.mark.parametrize("faults", [WORKERS_DIE_AND_FREEZE, KAFKA_AND_NETWORK_FAIL])
def test_exactly_once_loses_doubles_and_changes_nothing(
    ground: Ground, faults: tuple[Fault, ...], tmp_path: Path
) -> None:
    assert wrong(ground, faults, "exactly_once", tmp_path) == []


def test_at_least_once_loses_nothing(ground: Ground, tmp_path: Path) -> None:
    assert wrong(ground, WORKERS_AND_NETWORK_FAIL, "at_least_once", tmp_path) == []
