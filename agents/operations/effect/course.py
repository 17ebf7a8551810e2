"""How the difference between the arms came to be what it is: what was known at each week's end."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from agents.core.policy_effect import Worthwhile
from agents.operations.effect.intervals import always, difference_of
from agents.operations.effect.measures import METRICS, MetricName
from agents.operations.effect.reading import Drawn, Sums
from agents.operations.effect.report import ERROR, Asked, pairs
from agents.operations.effect.weeks import Place
from schemas.records import Arm


class Point(Struct, frozen=True, kw_only=True):
    """What was known at the end of a day; shares, as `Metric.scale` shows them."""

    day: date
    difference: float
    low: float
    high: float


def course(sums: Sums, name: MetricName, numbers: Worthwhile, asked: Asked) -> Iterator[Point]:
    """What the network's line said at the end of each week, as far as it said something."""
    metric = METRICS[name]
    worth = metric.worthwhile(numbers)
    weeks = sums.weeks
    places = [(place, drawn) for place in weeks.counts for drawn in _drawn(place, asked)]
    so_far = Sums()
    for week in weeks.mondays:
        for place, drawn in places:
            added = weeks.counts[place].get(week)
            if added is not None:
                arms = so_far.inside if place.arm is Arm.LIVE else so_far.outside
                arms.setdefault(drawn, Counter()).update(added)
        difference = difference_of(pairs(metric, so_far, so_far.drawn))
        if difference is None or weeks.last_day is None:
            continue
        interval = always(difference, worthwhile=worth, error=ERROR)
        yield Point(
            day=min(week + timedelta(6), weeks.last_day),
            difference=difference.value,
            low=interval.low,
            high=interval.high,
        )


def _drawn(place: Place, asked: Asked) -> Iterator[Drawn]:
    if place.share is not None and place.arm in (Arm.LIVE, Arm.HOLDOUT):
        drawn = Drawn(site_id=place.site_id, region_id=place.region_id, share=place.share)
        if asked.has(drawn):
            yield drawn
