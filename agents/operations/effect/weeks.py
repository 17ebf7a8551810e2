"""The counts of `recourse.insights` by site, arm and week: how something went over time."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from schemas.records import Arm, Insight, SiteDay

_ENDED = "visits_ended"


class Place(Struct, frozen=True, kw_only=True):
    """A site in an arm; `share`: how many of 10,000 were to be inside, None: it was not drawn."""

    site_id: str
    region_id: str
    arm: Arm
    share: int | None


class Weeks(Struct, kw_only=True):
    """Counts by place and week, which is named by its Monday; and when sites went live.

    `began`: the first local day of which something was counted of a place. `live_from`: the first
    local day of a site on which a visit ended that had been LIVE.
    """

    counts: dict[Place, dict[date, Counter[str]]] = {}
    began: dict[Place, date] = {}
    live_from: dict[str, date] = {}
    last_day: date | None = None

    def take(self, insight: Insight | SiteDay, counts: Mapping[str, int]) -> None:
        """Adds counts of one thing to its week."""
        place = Place(
            site_id=insight.site_id,
            region_id=insight.region_id,
            arm=insight.arm,
            share=insight.share,
        )
        day = insight.day
        weeks = self.counts.setdefault(place, {})
        weeks.setdefault(monday(day), Counter()).update(counts)
        if _ENDED in counts:
            self.began[place] = min(day, self.began.get(place, day))
        if self.last_day is None or day > self.last_day:
            self.last_day = day
        if insight.arm is Arm.LIVE and _ENDED in counts:
            self.live_from[insight.site_id] = min(day, self.live_from.get(insight.site_id, day))

    @property
    def mondays(self) -> list[date]:
        """The weeks of which something is known, in order."""
        return sorted({week for weeks in self.counts.values() for week in weeks})


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(day.weekday())
