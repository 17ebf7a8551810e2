"""Who looks at the board in the tests, and at which cases."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from agents.board.viewers import Role, Viewer
from agents.core.policy_values import merge
from agents.core.world import World
from agents.reference_data.reference import Reference, reference_of
from schemas.records import Absence, Manager, Tier
from tests.core.desk.world import NOW, SITE, manager, policy, world

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
OTHER_SITE = replace(SITE, site_id="s2", region_id="r2", name="Ulm")
MANAGERS = (
    manager("lena"),
    manager("leo"),
    manager("ruth", Tier.REGIONAL),
    manager("eva", Tier.EXECUTIVE),
    manager("mia", site_ids=("s2",)),
    manager("rob", Tier.REGIONAL, region_ids=("r2",)),
    # Away, with a deputy of another site meanwhile.
    manager(
        "away",
        absences=(Absence(from_=NOW - DAY, until=NOW + DAY, deputy_id="dora"),),
    ),
    manager("dora", site_ids=("s3",)),
)


class ACase(Struct, frozen=True, kw_only=True):
    """What the board knows of a case, as far as somebody's rights hang on it."""

    escalation_id: str = "v1:1"
    site_id: str = "s1"
    region_id: str = "r1"
    manager_id: str | None = "lena"
    tier: Tier = Tier.LOCAL
    is_open: bool = True
    ended_at: int | None = None
    vehicle_id: str | None = "WVWZZZ1KZAW001234"
    about_conduct: bool = False
    had_by: frozenset[str] = frozenset({"lena"})


def of_manager(manager_id: str) -> Viewer:
    return Viewer(
        role=Role.MANAGER, subject=manager_id, name=manager_id.upper(), known_by="oidc:0",
        manager_id=manager_id,
    )  # fmt: skip


def of_customer(escalation_id: str | None = "v1:1") -> Viewer:
    return Viewer(
        role=Role.CUSTOMER, subject=f"link:{escalation_id}", name="", known_by="link:0",
        escalation_id=escalation_id,
    )  # fmt: skip


def an_adviser(*sites: str, regions: tuple[str, ...] = ()) -> Viewer:
    return Viewer(
        role=Role.ADVISER, subject="oidc:1", name="Ada", known_by="oidc:1",
        sites=frozenset(sites), regions=frozenset(regions),
    )  # fmt: skip


OPERATOR = Viewer(role=Role.OPERATOR, subject="op-1", name="Olga", known_by="oidc:2")
AUDITOR = Viewer(role=Role.AUDITOR, subject="oidc:3", name="Aude", known_by="oidc:3")


def the_world(*managers: Manager, now: int = NOW) -> World:
    return world(*(managers or MANAGERS), now=now, sites=(SITE, OTHER_SITE))


def the_reference(*managers: Manager, **differs: Any) -> Reference:
    """What is published: the directory above, and a policy that differs so from the package's."""
    of = the_world(*managers)
    whole = merge({"version": "p1", "effective_from": "2026-01-01T00:00:00Z"}, differs)
    return reference_of(policy(**whole), of.directory)
