"""Whom somebody can be in the demo, by a click: its managers, its customers, and the others."""

from collections.abc import Iterable, Sequence
from typing import Final

from agents.board.identity.sealed.sessions import Kind, Session
from agents.board.viewers import Role, Seen
from agents.core.world import World

_CUSTOMERS: Final = 12
_OPERATOR: Final = "operator"


def offered(world: World, cases: Iterable[Seen]) -> dict[str, Session]:
    """Everybody whom one can be, each under what a form says; their sessions have no id and end."""
    found = dict[str, Session]()
    for manager_id, manager in sorted(world.directory.managers.items()):
        found[f"MANAGER {manager_id}"] = _session(
            Role.MANAGER, manager_id, f"{manager.name} ({manager.tier.lower()})",
            manager_id=manager_id, sites=manager.site_ids,
        )  # fmt: skip
    for case in [*cases][:_CUSTOMERS]:
        id_ = case.escalation_id
        found[f"CUSTOMER {id_}"] = _session(Role.CUSTOMER, "demo", id_, escalation_id=id_)
    for site_id, site in sorted(world.directory.sites.items()):
        found[f"ADVISER {site_id}"] = _session(
            Role.ADVISER, f"adviser-{site_id}"[:64], site.name, sites=(site_id,)
        )
    operator = next(iter(world.policy.operators), _OPERATOR)
    found["OPERATOR"] = _session(Role.OPERATOR, operator, operator)
    found["AUDITOR"] = _session(Role.AUDITOR, "auditor", "auditor")
    return found


def by_role(found: dict[str, Session]) -> Sequence[tuple[str, list[tuple[str, str]]]]:
    """The same as the page shows it: by role what a form says, and the name."""
    return [
        (role.value, [(choice, s.name) for choice, s in found.items() if s.role == role])
        for role in Role
        if any(s.role == role for s in found.values())
    ]


def _session(
    role: Role,
    subject: str,
    name: str,
    *,
    manager_id: str | None = None,
    sites: tuple[str, ...] = (),
    escalation_id: str | None = None,
) -> Session:
    return Session(
        session_id="", kind=Kind.DEMO, until=0, role=role.value, subject=subject, name=name,
        manager_id=manager_id, sites=sites, escalation_id=escalation_id,
    )  # fmt: skip
