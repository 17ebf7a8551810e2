"""Feed health: how complete and how late what a site sends is, as insights of it.

A visit is counted once, when its end is published: what comes after that is not in its counts.
"""

from collections.abc import Iterator

from agents.core.customers.delays import NAMES, place
from agents.core.customers.draft import Draft
from agents.core.customers.gate import arm_of
from agents.core.customers.rule_base.facts import later
from agents.core.customers.sites import site_of
from agents.core.customers.state import Fact, Visit
from agents.core.handling import Arrived, DeadLetterCause, DeadLettered, Output
from agents.core.insights import insight
from agents.core.world import World


def of_visit(draft: Draft, visit: Visit) -> Iterator[Output]:
    """What the end of a visit adds to the counts of its site; none before generation 2."""
    if not draft.world.policy.writes_generation(2):
        return
    counts = {
        "visits_ended": 1,
        "visits_closed": int(bool(visit.closures)),
        "visits_silent": int(not visit.closures),
        "visits_without_diagnosis": int(not visit.diagnoses),
        "visits_without_estimate": int(not visit.estimates),
    }
    counts |= {f"events_{name}": each for name, each in zip(NAMES, visit.delays, strict=False)}
    if visit.closures:
        delay_ms = draft.world.now - later(visit.closures).occurred_at
        counts[f"closures_{NAMES[place(delay_ms)]}"] = 1
    yield insight(
        f"{visit.visit_id}:END",
        counts,
        draft.world,
        at=draft.now,
        site_id=visit.site_id,
        region_id=visit.region_id,
        arm=visit.arm,
    )


def of_rejected(
    why: DeadLettered, arrived: Arrived, event: Fact, visit: Visit | None, world: World
) -> tuple[Output, ...]:
    """What an event that came too late adds to the counts of its site."""
    if why.reason is not DeadLetterCause.TOO_LATE or not world.policy.writes_generation(2):
        return ()
    site_id = site_of(event, world) or event.site_id
    region_id = world.directory.site(site_id).region_id
    arm = arm_of(world.policy.pilot, event.site_id, event.customer_id)
    topic = arrived.topic.rpartition(".")[2].replace("-", "_")
    counted = insight(
        f"{event.event_id}:{why.reason}",
        {"too_late": 1, f"too_late_{topic}": 1},
        world,
        at=world.now,
        site_id=site_id,
        region_id=region_id if visit is None else visit.region_id,
        arm=arm if visit is None else visit.arm,
    )
    return (counted,)
