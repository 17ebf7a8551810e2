"""The table of who may see and do what on the board.

It lets nobody do what the desk would not: what stands here is asked first, so that nobody is shown
what is not theirs; the desk's own rules (agents/core/desk/entitlement.py) hold all the same.
"""

from collections.abc import Mapping
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import Final

from agents.board.viewers import Page, Role, Seen, Viewer, Word
from agents.core.tiers import PLACES, TIERS
from agents.core.world import UNKNOWN_REGION, World
from schemas.records import ActionName, Manager, Tier

What = Page | Word | ActionName


class Reach(StrEnum):
    """Which cases somebody may see or do something with; nothing without one."""

    EVERY = "EVERY"
    OWN = "OWN"
    """The one case of a customer's link."""
    SERVED = "SERVED"
    """A manager's: they have it, have had it, or answer for its site at any tier."""
    HAD = "HAD"
    """A manager's: they have it, have had it, or answer for its site at a higher tier."""
    ABOVE = "ABOVE"
    """A manager's: they answer for its site, and not at the lowest tier."""
    OF_SITES = "OF_SITES"
    """Of an adviser's sites and regions; not what is about somebody's conduct there."""


_A: Final = ActionName
_SERVED_ACTIONS: Final = (_A.ACKNOWLEDGE, _A.CONTACTED, _A.PROMISE, _A.WAIT)
_HAD_ACTIONS: Final = (_A.SNOOZE, _A.REASSIGN, _A.RESOLVE, _A.REOPEN)
_ACTIONS: Final = (*_SERVED_ACTIONS, *_HAD_ACTIONS, _A.CONFIRM)

TABLE: Final[Mapping[Role, Mapping[What, Reach]]] = MappingProxyType(
    {
        Role.MANAGER: MappingProxyType(
            {
                Page.MY_CASES: Reach.EVERY,
                Page.CASE: Reach.SERVED,
                Page.SITE: Reach.SERVED,
                **dict.fromkeys(_SERVED_ACTIONS, Reach.SERVED),
                **dict.fromkeys(_HAD_ACTIONS, Reach.HAD),
                _A.CONFIRM: Reach.ABOVE,
            }
        ),
        Role.CUSTOMER: MappingProxyType(
            {Page.CUSTOMER_CASE: Reach.OWN, **dict.fromkeys(Word, Reach.OWN)}
        ),
        Role.ADVISER: MappingProxyType({Page.CASE: Reach.OF_SITES, Page.SITE: Reach.OF_SITES}),
        Role.OPERATOR: MappingProxyType(
            dict.fromkeys(chain((Page.CASE, Page.SITE, Page.NETWORK), _ACTIONS), Reach.EVERY)
        ),
        Role.AUDITOR: MappingProxyType(
            dict.fromkeys((Page.CASE, Page.SITE, Page.NETWORK), Reach.EVERY)
        ),
    }
)
"""What stands here somebody of that role may, with the cases within reach; nothing else."""
_WITHOUT_CASE: Final = frozenset({Page.MY_CASES, Page.NETWORK})


def may(viewer: Viewer, what: What, case: Seen | None, world: World) -> bool:
    """Whether a viewer may see a page or a case, say a word about it, or act on it.

    `case` is None for what is of no case (MY_CASES, NETWORK); of SITE `may_site` is asked.
    `world`: the directory says, as of now, where a manager answers; who has left it sees nothing.
    """
    reach = TABLE[viewer.role].get(what)
    if reach is None or what is Page.SITE or (case is None) != (what in _WITHOUT_CASE):
        return False
    if viewer.role is Role.MANAGER and _manager(viewer, world) is None:
        return False
    return case is None or _within(reach, viewer, case, world)


def may_site(viewer: Viewer, site_id: str, region_id: str | None, world: World) -> bool:
    """Whether a viewer may see the page of a site; `region_id`: the directory's, if it knows it."""
    reach = TABLE[viewer.role].get(Page.SITE)
    if reach is None:
        return False
    if reach is Reach.EVERY:
        return True
    if reach is Reach.OF_SITES:
        return _is_advisers(viewer, site_id, region_id)
    region = world.directory.site(site_id).region_id if region_id is None else region_id
    return any(_serves(viewer, tier, site_id, region, world) for tier in TIERS)


def _within(reach: Reach, viewer: Viewer, case: Seen, world: World) -> bool:
    match reach:
        case Reach.EVERY:
            return True
        case Reach.OWN:
            return viewer.escalation_id is not None and viewer.escalation_id == case.escalation_id
        case Reach.OF_SITES:
            ours = _is_advisers(viewer, case.site_id, case.region_id)
            return ours and not case.about_conduct
        case Reach.ABOVE:
            return _is_served(viewer, case, TIERS[1:], world)
        case Reach.SERVED:
            return _has_had(viewer, case) or _is_served(viewer, case, TIERS, world)
        case Reach.HAD:
            above = TIERS[PLACES[case.tier] + 1 :] if case.tier in PLACES else ()
            return _has_had(viewer, case) or _is_served(viewer, case, above, world)


def _manager(viewer: Viewer, world: World) -> Manager | None:
    """Who they are in the directory; None: nobody (any more)."""
    return world.directory.managers.get(viewer.manager_id or "")


def _has_had(viewer: Viewer, case: Seen) -> bool:
    return viewer.manager_id is not None and (
        viewer.manager_id == case.manager_id or viewer.manager_id in case.had_by
    )


def _is_served(viewer: Viewer, case: Seen, tiers: tuple[Tier, ...], world: World) -> bool:
    return any(_serves(viewer, tier, case.site_id, case.region_id, world) for tier in tiers)


def _serves(viewer: Viewer, tier: Tier, site_id: str, region_id: str, world: World) -> bool:
    """Whether they answer for a site at a tier, or stand in for one who does (as the desk asks)."""
    serving = world.serving(tier, site_id, region_id, world.now)
    return any(each.manager_id == viewer.manager_id for each in serving)


def _is_advisers(viewer: Viewer, site_id: str, region_id: str | None) -> bool:
    known = region_id is not None and not region_id.startswith(UNKNOWN_REGION)
    return site_id in viewer.sites or (known and region_id in viewer.regions)
