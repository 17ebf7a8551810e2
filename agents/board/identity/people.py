"""What somebody is on the board, by what their session says and what policy and directory say now.

Pure. An identity provider says who somebody is and in which groups; what that makes of them is
the policy's to say. Of its entries the first that fits counts; one of MANAGER fits only who is a
manager of the directory.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from msgspec import Struct

from agents.board.identity.sealed.sessions import Kind, Session
from agents.board.viewers import Role, Viewer
from agents.core.calendar import DAY_MS
from agents.core.policy_board import ANYBODY, BoardRole, RoleOfGroup
from agents.core.policy_values import epoch_milliseconds
from agents.core.world import World

_SHOWN: Final = 16  # hexadecimal digits of a person's mark
_ROOM_FOR_GROUPS: Final = 1_500  # bytes
_FACT: Final = 4  # characters of the second fact


class Person(Struct, frozen=True, kw_only=True):
    """Who somebody is, as their identity provider proved it."""

    issuer: str
    subject: str
    name: str = ""
    email: str | None = None
    email_verified: bool = False
    groups: frozenset[str] = frozenset()
    language: str | None = None


class Pins(Struct, frozen=True, kw_only=True):
    """Who was pinned to whom: by a manager's id the mark of the person who is them for good."""

    by_manager: dict[str, str]

    def manager_of(self, mark: str) -> str | None:
        """The manager that somebody was pinned to."""
        return next((m for m, pinned in self.by_manager.items() if pinned == mark), None)


def mark_of(issuer: str, subject: str) -> str:
    """What stands for a person in records and logs: no name, no address; the same each time."""
    length = len(issuer).to_bytes(4, "big")
    digest = sha256(b"recourse board\0" + length + issuer.encode() + subject.encode())
    return digest.hexdigest()[:_SHOWN]


def manager_for(person: Person, pins: Pins, world: World) -> str | None:
    """Which manager of the directory somebody is; None: none.

    Who was pinned is that one and no other. Else it is by the e-mail address, which the provider
    must have verified, which only one manager has, and to whom nobody else is pinned.
    """
    mark = mark_of(person.issuer, person.subject)
    pinned = pins.manager_of(mark)
    if pinned is not None:
        return pinned if pinned in world.directory.managers else None
    if not person.email_verified or not person.email:
        return None
    wanted = _plain(person.email)
    found = [
        each.manager_id
        for each in world.directory.managers.values()
        if each.email is not None and _plain(each.email) == wanted
    ]
    if len(found) != 1 or found[0] in pins.by_manager:
        return None
    return found[0]


def _plain(address: str) -> str:
    """An address to be compared: small and capital letters are alike, but of ASCII alone.

    Of others some become letters of ASCII, and so somebody else's address.
    """
    trimmed = address.strip()
    return trimmed.lower() if trimmed.isascii() else trimmed


def entry_for(
    issuer: str, groups: Iterable[str], manager_id: str | None, world: World
) -> RoleOfGroup | None:
    """The entry of the policy that says what somebody is; None: they are nothing here."""
    known = frozenset(groups)
    for entry in world.policy.board.roles:
        if entry.issuer != issuer or (entry.group != ANYBODY and entry.group not in known):
            continue
        if entry.role is BoardRole.MANAGER and manager_id not in world.directory.managers:
            continue
        return entry
    return None


def groups_named(person: Person, world: World) -> tuple[str, ...]:
    """Those of somebody's groups that the policy names, in its order: no others are kept.

    They go into a cookie, so there is room for so many; the policy's first ones count most.
    """
    named = [e.group for e in world.policy.board.roles if e.issuer == person.issuer]
    kept, room = [], _ROOM_FOR_GROUPS
    for group in dict.fromkeys(each for each in named if each in person.groups):
        room -= len(group.encode())
        if room < 0:
            break
        kept.append(group)
    return tuple(kept)


def viewer_of(session: Session, world: World) -> Viewer | None:
    """Who looks, as of now; None: nobody who is anything here (any more)."""
    match session.kind:
        case Kind.OIDC:
            return _by_provider(session, world)
        case Kind.LINK:
            how = "link+vehicle" if session.proved else "link"
            return Viewer(
                role=Role.CUSTOMER, subject=f"link:{session.key}", name="",
                known_by=f"{how}:{session.key}", escalation_id=session.escalation_id,
            )  # fmt: skip
        case Kind.DEMO:
            return _of_demo(session)
        case _:
            return None


def _by_provider(session: Session, world: World) -> Viewer | None:
    entry = entry_for(session.issuer, session.groups, session.manager_id, world)
    if entry is None:
        return None
    mark = mark_of(session.issuer, session.subject)
    is_manager = entry.role is BoardRole.MANAGER
    subject = (session.manager_id if is_manager else entry.operator) or f"oidc:{mark}"
    return Viewer(
        role=Role(entry.role.value),
        subject=subject,
        name=session.name,
        known_by=f"oidc:{mark}",
        language=session.language,
        manager_id=session.manager_id if is_manager else None,
        sites=frozenset(entry.sites) if not is_manager else _sites_of(session.manager_id, world),
        regions=frozenset(entry.regions),
    )


def _sites_of(manager_id: str | None, world: World) -> frozenset[str]:
    """Where a manager is there for: shown to them as pages; the table asks the directory itself."""
    manager = world.directory.managers.get(manager_id or "")
    return frozenset() if manager is None else frozenset(manager.site_ids)


def _of_demo(session: Session) -> Viewer:
    is_customer = session.role == Role.CUSTOMER
    return Viewer(
        role=Role(session.role),
        subject=session.subject,
        name=session.name,
        known_by="demo",
        language=session.language,
        manager_id=session.manager_id,
        sites=frozenset(session.sites),
        escalation_id=session.escalation_id if is_customer else None,
    )


def link_holds(escalation_id: str, made_at: int, ended_at: int | None, world: World) -> bool:
    """Whether a link to a case still opens it: it has not ended too long ago, and is not revoked.

    `world.now` is the time of the records; `made_at` (ms) is when the link was made.
    """
    links = world.policy.board.links
    if ended_at is not None and world.now >= ended_at + links.days_after_end * DAY_MS:
        return False
    return not any(
        each.escalation_id == escalation_id and made_at < epoch_milliseconds(each.made_before)
        for each in links.revoked
    )


def second_fact_of(vehicle_id: str | None) -> str | None:
    """What a customer is to say of their vehicle: the last four letters and digits of its id."""
    plain = "".join(each for each in vehicle_id or "" if each.isalnum()).upper()
    return plain[-_FACT:] if len(plain) >= _FACT else None
