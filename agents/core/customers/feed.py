"""What a site's visits came to, and how complete and how late what it sends is, as insights of it.

A visit is counted once, when its end is published: of what comes after that only a rating is.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from agents.core.customers.compared import compared, is_return, rated_anew
from agents.core.customers.compared_sums import Visited
from agents.core.customers.delays import NAMES, place
from agents.core.customers.draft import Draft
from agents.core.customers.episodes import context_of
from agents.core.customers.gate import arm_of
from agents.core.customers.rule_base.facts import later
from agents.core.customers.sites import site_of
from agents.core.customers.state import Visit
from agents.core.customers.stored_facts import Fact
from agents.core.handling import Arrived, DeadLetterCause, DeadLettered, Output
from agents.core.insights import insight
from agents.core.world import World
from schemas.records import Closure, CustomerResponse


def end_of_visit(draft: Draft, visit_id: str, *, same_day: bool) -> None:
    """What the end of a visit adds to the counts of its site; none before generation 2."""
    if not draft.world.policy.writes_generation(2):
        return
    visit = draft.visit(visit_id)
    context = context_of(draft.customer, visit, draft.world, None)
    counts = {
        "visits_ended": 1,
        "visits_closed": int(bool(visit.closures)),
        "visits_silent": int(not visit.closures),
        "visits_same_day": int(same_day),
        "visits_returned": int(is_return(context)),
        "visits_without_diagnosis": int(not visit.diagnoses),
        "visits_without_estimate": int(not visit.estimates),
        "findings": len(visit.standings),
    }
    counts |= {f"events_{name}": each for name, each in zip(NAMES, visit.delays, strict=False)}
    if visit.closures:
        delay_ms = draft.world.now - later(visit.closures).occurred_at
        counts[f"closures_{NAMES[place(delay_ms)]}"] = 1
    visited = Visited(
        visits=1,
        same_day=counts["visits_same_day"],
        returned=counts["visits_returned"],
        findings=counts["findings"],
    )
    _count(draft, visit_id, f"{visit_id}:END", visited, counts)


def end_was_rated(draft: Draft, event: Fact) -> None:
    """What a rating that came after the end of its visit adds, or takes back of an earlier one."""
    visit = draft.visit(event.visit_id)
    gives = isinstance(event, (Closure, CustomerResponse)) and event.rating is not None
    if gives and visit.ended_published and draft.world.policy.writes_generation(2):
        _count(draft, visit.visit_id, f"{event.event_id}:RATED", Visited(), {})


def _count(
    draft: Draft, visit_id: str, of: str, visited: Visited, counts: Mapping[str, int]
) -> None:
    """Write what is added to the counts, and to the moments of the visit's arm."""
    visit, rating, rated = rated_anew(draft.visit(visit_id))
    visited = replace(visited, rated=rating.rated, ratings=rating.ratings)
    draft.put(visit)
    draft.customer, moved, share = compared(draft.customer, visit, visited)
    every = {**counts, **rated, **moved}
    if any(every.values()):
        draft.outputs.append(
            insight(
                of,
                every,
                draft.world,
                at=draft.now,
                site_id=visit.site_id,
                region_id=visit.region_id,
                arm=visit.arm,
                share=share,
            )
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
