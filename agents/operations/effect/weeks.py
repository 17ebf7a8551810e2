"""The counts of `recourse.insights` by site, arm and week: how something went over time."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from msgspec import Struct

from schemas.records import Arm

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

    def take(self, place: Place, day: date, counts: Mapping[str, int]) -> None:
        """Adds counts of one thing to its week."""
        weeks = self.counts.get(place)
        if weeks is None:
            weeks = self.counts[place] = {}
        week = weeks.get(monday(day))
        if week is None:
            week = weeks[monday(day)] = Counter()
        add(week, counts)
        if _ENDED in counts:
            self.began[place] = min(day, self.began.get(place, day))
        if self.last_day is None or day > self.last_day:
            self.last_day = day
        if place.arm is Arm.LIVE and _ENDED in counts:
            self.live_from[place.site_id] = min(day, self.live_from.get(place.site_id, day))

    @property
    def mondays(self) -> list[date]:
        """The weeks of which something is known, in order."""
        return sorted({week for weeks in self.counts.values() for week in weeks})


def add(sums: dict[str, int], counts: Mapping[str, int]) -> None:
    """Adds counts to sums; `Counter.update` takes three times as long."""
    known = sums.get
    for name, count in counts.items():
        sums[name] = known(name, 0) + count


@cache
def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(day.weekday())
