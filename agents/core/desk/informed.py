"""Who of a tier is told something that is a word and no case."""

from collections.abc import Collection

from msgspec.structs import replace

from agents.core.desk.assignment import choose
from agents.core.desk.moves import search_for
from agents.core.desk.partition import Loads
from agents.core.desk.state import EscalationState
from agents.core.world import World
from schemas.records import Manager, Tier


def whom_to_tell(
    tier: Tier,
    state: EscalationState,
    world: World,
    loads: Loads,
    apart: Collection[str] = (),
) -> Manager | None:
    """A manager of the tier for the case's site: who can be reached, else who hears of it later.

    `apart`: who is told only where there is nobody else. None: nobody of the tier serves the site.
    """
    search = replace(search_for(state, world), tier=tier, highest=tier, tried=apart)
    chosen = choose(search, world, loads).manager
    if chosen is not None:
        return chosen
    serving = world.directory.managers_of(tier, state.site_id, state.region_id)
    return min(serving, key=lambda each: (each.manager_id in apart, each.manager_id), default=None)
