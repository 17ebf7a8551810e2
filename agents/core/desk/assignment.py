"""Who gets a case: a manager who can be reached, tier by tier (domain.md, "Tiers, clocks").

The peers of a manager are the rest of their tier: for LOCAL, who serve the same site; above, the
same region. As the choice is among all of a tier, the peers are asked before the next tier.
"""

from collections.abc import Collection, Iterable

from msgspec import Struct

from agents.core.calendar import local_day, on_shift
from agents.core.desk.partition import Loads
from agents.core.languages import primary
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import Manager, PassedOverManager, Tier, Why


class Search(Struct, frozen=True, kw_only=True):
    """What a manager is looked for: where, in what language, from which tier up, as of when (ms).

    `highest`: no higher tier is asked, nor a wished manager who is of one. `wished`: the manager
    whom the customer asked for. `tried`: who is not asked again.
    """

    site_id: str
    region_id: str
    tier: Tier
    language: str
    as_of: int
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
        why = unreachable(wished, search, world, loads)
        if why is None:
            return Choice(manager=wished)
        passed_over[wished.manager_id] = why
    for tier in TIERS[TIERS.index(search.tier) : TIERS.index(search.highest) + 1]:
        candidates = world.directory.managers_of(tier, search.site_id, search.region_id)
        chosen = _best(candidates, search, world, loads, passed_over)
        if chosen is not None:
            return Choice(manager=chosen, passed_over=_listed(passed_over))
    return Choice(manager=None, passed_over=_listed(passed_over))


def unreachable(manager: Manager, search: Search, world: World, loads: Loads) -> Why | None:
    """Why the manager can't be reached for this case, or None."""
    if manager.manager_id in search.tried:
        return Why.ALREADY_TRIED
    if not (manager.phone or manager.email or manager.app_handle):
        return Why.NO_CONTACT
    if any(absence.from_ <= search.as_of < absence.until for absence in manager.absences):
        return Why.ABSENT
    if not on_shift(manager, search.as_of):
        return Why.OFF_SHIFT
    limits = world.policy.managers
    max_open = limits.max_open if manager.max_open is None else manager.max_open
    max_new = limits.max_new_a_day if manager.max_new_a_day is None else manager.max_new_a_day
    if loads.open_cases(search.region_id, manager.manager_id) >= max_open:
        return Why.AT_LIMIT
    if _new_today(manager, search, loads) >= max_new:
        return Why.AT_LIMIT
    return None


def speaks(manager: Manager, language: str) -> bool:
    """Whether the manager has the language; by its primary subtag, so de-CH is de (BCP 47)."""
    return primary(language) in {primary(each) for each in manager.languages}


def _best(
    candidates: Iterable[Manager],
    search: Search,
    world: World,
    loads: Loads,
    passed_over: dict[str, Why],
) -> Manager | None:
    """The best of one tier; `passed_over` notes who can't be reached or lacks the language."""
    reachable = []
    for manager in candidates:
        why = unreachable(manager, search, world, loads)
        if why is None:
            reachable.append(manager)
        else:
            passed_over.setdefault(manager.manager_id, why)
    speaking = [manager for manager in reachable if speaks(manager, search.language)]
    if speaking:
        for manager in reachable:
            if manager not in speaking:
                passed_over[manager.manager_id] = Why.LANGUAGE
    return min(
        speaking or reachable,
        key=lambda manager: (
            loads.open_cases(search.region_id, manager.manager_id),
            _new_today(manager, search, loads),
            manager.manager_id,
        ),
        default=None,
    )


def _new_today(manager: Manager, search: Search, loads: Loads) -> int:
    """How many cases reach the manager on their own local date of `search.as_of`."""
    since, until = local_day(manager.time_zone, search.as_of)
    return loads.new_cases(search.region_id, manager.manager_id, since, until)


def _listed(passed_over: dict[str, Why]) -> tuple[PassedOverManager, ...]:
    return tuple(
        PassedOverManager(manager_id=manager_id, why=why) for manager_id, why in passed_over.items()
    )
