"""The pilot's gate."""

from decimal import Decimal
from hashlib import sha256

import pytest

from agents.core.customers.gate import arm_of, bucket
from agents.core.policy import Gate, Pilot, SiteGate
from agents.reference_data.policy_files import default_policy
from schemas.records import Arm


def pilot(gate: Gate, percent: str = "100", salt: str = "") -> Pilot:
    everywhere = SiteGate(gate=Gate.LIVE, percent=Decimal(100))
    return Pilot(
        salt=salt,
        default=everywhere,
        sites={"s1": SiteGate(gate=gate, percent=Decimal(percent))},
        success=default_policy().pilot.success,
    )


def test_the_bucket_is_the_first_8_bytes_of_sha_256_modulo_10000() -> None:
    expected = int(sha256(b"salt:c1").hexdigest()[:16], 16) % 10_000

    assert bucket("salt", "c1") == expected


@pytest.mark.parametrize(
    ("gate", "arm"),
    [
        (Gate.OFF, Arm.OFF),
        (Gate.SHADOW, Arm.SHADOW),
        (Gate.HOLDOUT, Arm.HOLDOUT),
        (Gate.LIVE, Arm.LIVE),
    ],
)
def test_the_gate_gives_the_arm(gate: Gate, arm: Arm) -> None:
    assert arm_of(pilot(gate), "s1", "c1") is arm


@pytest.mark.parametrize(("more", "arm"), [(-1, Arm.HOLDOUT), (0, Arm.HOLDOUT), (1, Arm.LIVE)])
def test_inside_is_below_the_percentage_times_100(more: int, arm: Arm) -> None:
    percent = str(Decimal(bucket("", "c1") + more) / 100)

    assert arm_of(pilot(Gate.LIVE, percent), "s1", "c1") is arm


def test_sites_without_an_entry_have_the_default() -> None:
    assert arm_of(pilot(Gate.OFF), "another", "c1") is Arm.LIVE


def test_each_step_contains_the_one_before() -> None:
    inside = [
        {n for n in range(400) if arm_of(pilot(Gate.LIVE, p), "s1", f"c{n}") is Arm.LIVE}
        for p in ("5", "25", "50", "100")
    ]

    assert inside[0] < inside[1] < inside[2] < inside[3] == set(range(400))
