"""Who gets a case: a manager who can be reached, tier by tier (domain.md, "Tiers, clocks").

The peers of a manager are the rest of their tier: for LOCAL, who serve the same site; above, the
same region. As the choice is among all of a tier, the peers are asked before the next tier.
"""

from collections.abc import Collection

from msgspec import Struct

from agents.core.calendar import local_day
from agents.core.desk.partition import Loads
from agents.core.desk.presence import arrives, away
from agents.core.languages import primary
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import Manager, PassedOverManager, Tier, Why


class Search(Struct, frozen=True, kw_only=True):
    """What a manager is looked for: where, in what language, from which tier up, as of when (ms).

    `until` (ms): who is not there as of then counts as reachable if they come by this; 0: nobody
    does. `highest`: no higher tier is asked, nor a wished manager who is of one. `wished`: the
    manager whom the customer asked for. `tried`: who is not asked again.
    """

    site_id: str
    region_id: str
    tier: Tier
    language: str
    as_of: int
    until: int = 0
    highest: Tier = TIERS[-1]
    wished: str | None = None
    tried: Collection[str] = ()


class Choice(Struct, frozen=True, kw_only=True):
    """Who gets the case, if anybody; and who did not though they came before, with the reasons."""

    manager: Manager | None
    passed_over: tuple[PassedOverManager, ...] = ()


def choose(search: Search, world: World, loads: Loads) -> Choice:
    """The wished manager if reachable; else the best of the first tier in which somebody is.

    A site that the directory does not know has nobody.
    """
    if not world.directory.knows(search.site_id):
        return Choice(manager=None)
    passed_over: dict[str, Why] = {}
    wished = world.directory.managers.get(search.wished or "")
    if wished is not None and TIERS.index(wished.tier) <= TIERS.index(search.highest):
        reached = reached_from(wished, search, world, loads)
        if not isinstance(reached, Why):
            return Choice(manager=wished)
        passed_over[wished.manager_id] = reached
    for tier in TIERS[TIERS.index(search.tier) : TIERS.index(search.highest) + 1]:
        chosen = _best(tier, search, world, loads, passed_over)
        if chosen is not None:
            return Choice(manager=chosen, passed_over=_listed(passed_over))
    return Choice(manager=None, passed_over=_listed(passed_over))


def finds_somebody(search: Search, world: World, loads: Loads) -> bool:
    """Whether a choice gives the case to anybody.

    Where many cases wait all have as many as they may have, so that is looked at first.
    """
    if not world.directory.knows(search.site_id):
        return False
    first, last = TIERS.index(search.tier), TIERS.index(search.highest)
    wished = world.directory.managers.get(search.wished or "")
    asked = [] if wished is None or TIERS.index(wished.tier) > last else [wished]
    for tier in TIERS[first : last + 1]:
        asked += world.serving(tier, search.site_id, search.region_id, search.as_of)
    return any(
        not _is_full(each, search, world, loads)
        and not isinstance(reached_from(each, search, world, loads), Why)
        for each in asked
    )


def there_from(manager: Manager, search: Search) -> int | Why:
    """From when the manager can be reached for this case (ms), or why they can't; limits aside."""
    if manager.manager_id in search.tried:
        return Why.ALREADY_TRIED
    if not (manager.phone or manager.email or manager.app_handle):
        return Why.NO_CONTACT
    there = arrives(manager, search.as_of, search.until)
    if there is not None:
        return there
    return away(manager, search.as_of) or Why.OFF_SHIFT


def reached_from(manager: Manager, search: Search, world: World, loads: Loads) -> int | Why:
    """The same, of who may have one case more."""
    there = there_from(manager, search)
    if isinstance(there, Why):
        return there
    limits = world.policy.managers
    max_new = limits.max_new_a_day if manager.max_new_a_day is None else manager.max_new_a_day
    if _is_full(manager, search, world, loads):
        return Why.AT_LIMIT
    if _new_today(manager, search, there, loads) >= max_new:
        return Why.AT_LIMIT
    return there


def _is_full(manager: Manager, search: Search, world: World, loads: Loads) -> bool:
    """Whether the manager has as many open cases as they may have."""
    own, rules = manager.max_open, world.policy.managers
    at_most = rules.max_open if own is None else own
    return loads.open_cases(search.region_id, manager.manager_id) >= at_most


def speaks(manager: Manager, language: str) -> bool:
    """Whether the manager has the language; by its primary subtag, so de-CH is de (BCP 47)."""
    return primary(language) in {primary(each) for each in manager.languages}


def _best(
    tier: Tier,
    search: Search,
    world: World,
    loads: Loads,
    passed_over: dict[str, Why],
) -> Manager | None:
    """The best of one tier: who is there first; of those, who stands in for somebody absent.

    Then who has the language, and who has least to do. `passed_over` notes who can't be reached,
    comes later, or lacks the language.
    """
    place = tier, search.site_id, search.region_id, search.as_of
    found = {}
    for manager in world.serving(*place):
        reached = reached_from(manager, search, world, loads)
        if isinstance(reached, Why):
            passed_over.setdefault(manager.manager_id, reached)
        else:
            found[manager.manager_id] = reached, manager
    first = min((there for there, _ in found.values()), default=search.as_of)
    reachable = [manager for there, manager in found.values() if there == first]
    for there, manager in found.values():
        if there > first:
            why = away(manager, search.as_of) or Why.OFF_SHIFT
            passed_over.setdefault(manager.manager_id, why)
    deputies = world.deputies_of(*place)
    reachable = [each for each in reachable if each.manager_id in deputies] or reachable
    speaking = [manager for manager in reachable if speaks(manager, search.language)]
    if speaking:
        for manager in reachable:
            if manager not in speaking:
                passed_over[manager.manager_id] = Why.LANGUAGE
    return min(
        speaking or reachable,
        key=lambda manager: (
            loads.open_cases(search.region_id, manager.manager_id),
            _new_today(manager, search, first, loads),
            manager.manager_id,
        ),
        default=None,
    )


def _new_today(manager: Manager, search: Search, at: int, loads: Loads) -> int:
    """How many cases reach the manager on their own local date of a moment (ms)."""
    since, until = local_day(manager.time_zone, at)
    return loads.new_cases(search.region_id, manager.manager_id, since, until)


def _listed(passed_over: dict[str, Why]) -> tuple[PassedOverManager, ...]:
    return tuple(
        PassedOverManager(manager_id=manager_id, why=why) for manager_id, why in passed_over.items()
    )
