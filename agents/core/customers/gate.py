"""The pilot's gate: what a visit counts as (domain.md, "Pilot")."""

from hashlib import sha256

from agents.core.policy import Gate, Pilot
from schemas.records import Arm

_BUCKETS = 10_000


def arm_of(pilot: Pilot, site_id: str, customer_id: str) -> Arm:
    """The arm of a customer's visit at a site; outside the share of a LIVE site it is HOLDOUT."""
    gate = pilot.sites.get(site_id, pilot.default)
    match gate.gate:
        case Gate.OFF:
            return Arm.OFF
        case Gate.SHADOW:
            return Arm.SHADOW
        case Gate.HOLDOUT:
            return Arm.HOLDOUT
        case Gate.LIVE:
            inside = bucket(pilot.salt, customer_id) < gate.percent * 100
            return Arm.LIVE if inside else Arm.HOLDOUT


def drawn_share(pilot: Pilot, site_id: str) -> int:
    """How many customers of 10,000 are inside at a LIVE site that takes a share of them, else 0.

    Where all are inside, or none, nothing was drawn: there is nobody to compare with.
    """
    gate = pilot.sites.get(site_id, pilot.default)
    if gate.gate is not Gate.LIVE:
        return 0
    share = int(gate.percent * 100)
    return share if 0 < share < _BUCKETS else 0


def bucket(salt: str, customer_id: str) -> int:
    """Which of 10,000 a customer is in: the first 8 bytes of SHA-256, big-endian.

    So each share of customers contains the smaller one before.
    """
    digest = sha256(f"{salt}:{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _BUCKETS
