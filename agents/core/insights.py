"""Insights: what happened at a site on a day, as additions to its counts.

Each record says what one thing adds: who wants the sums adds them up, by site, day, arm and
manager. So nothing is kept for them, and a record that comes twice has the same id. It names no
customer and no visit; its id is a digest.
"""

from collections.abc import Mapping
from hashlib import blake2b

from agents.core.calendar import local_date
from agents.core.handling import Output
from agents.core.world import World
from schemas.records import Arm, Insight

INSIGHTS = "recourse.insights"
_ID_BYTES = 12


def insight(
    of: str,
    counts: Mapping[str, int],
    world: World,
    *,
    at: int,
    site_id: str,
    region_id: str,
    arm: Arm,
    manager_id: str | None = None,
    share: int | None = None,
) -> Output:
    """What is added at a moment (ms) to the counts of a site's local day; zeros are left out.

    `of`: what happened, named so that nothing else is.
    """
    record = Insight(
        site_id=site_id,
        day=local_date(world.directory.site(site_id).time_zone, at),
        arm=arm,
        counts={name: count for name, count in counts.items() if count},
        region_id=region_id,
        manager_id=manager_id,
        share=share,
    )
    digest = blake2b(of.encode(), digest_size=_ID_BYTES).hexdigest()
    return Output(topic=INSIGHTS, record=record, id=digest)
