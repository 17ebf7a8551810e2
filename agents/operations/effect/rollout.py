"""Sites that went live one after the other: whether in the drawn order, and what came of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from agents.core.policy_effect import Worthwhile
from agents.operations.effect.intervals import Interval
from agents.operations.effect.measures import METRICS, Metric, MetricName
from agents.operations.effect.planning import drawn_order
from agents.operations.effect.reading import Drawn, Sums
from agents.operations.effect.report import Answer, Asked, answer_of
from agents.operations.effect.stepped_wedge import Cells, Stepped, stepped

_SAME_STEP = timedelta(6)
"""Sites of one step are seen to be live on days that differ: a quiet one has its first end later.
"""


class RolloutLine(Struct, frozen=True, kw_only=True):
    """One metric, after less before; shares, as `Metric.scale` shows them. It holds for one look.

    `found` is None where no week had sites of both kinds.
    """

    metric: MetricName
    answer: Answer
    sought: float
    found: Stepped | None


class Rollout(Struct, frozen=True, kw_only=True):
    """When each site went live (None: not yet), and what came of it.

    `passed_over`: sites that are not live though others are that come after them in the order; they
    are left out. `against`: a site that went live before another that comes first in the order;
    then there are no lines.
    """

    starts: dict[str, date | None]
    passed_over: tuple[str, ...] = ()
    against: tuple[str, str] | None = None
    lines: tuple[RolloutLine, ...] = ()

    @property
    def live(self) -> list[date]:
        """The days on which sites went live, in order."""
        return sorted(each for each in self.starts.values() if each is not None)


def rollout(sums: Sums, numbers: Worthwhile, salt: str, asked: Asked) -> Rollout | None:
    """What came of going live one after the other; None: the sites did not.

    A site counts as live from the first day on which a visit ended that had been LIVE.
    """
    order = drawn_order(_sites(sums, asked), salt)
    live = sums.weeks.live_from
    turns = [number for number, site in enumerate(order) if site in live]
    if not turns:
        return None
    passed_over = [site for site in order[: turns[-1]] if site not in live]
    order = [site for site in order if site not in passed_over]
    found = Rollout(
        starts={site: live.get(site) for site in order}, passed_over=tuple(sorted(passed_over))
    )
    if len(found.live) == len(order) and found.live[-1] - found.live[0] <= _SAME_STEP:
        return None
    against = _against(order, found.starts)
    if against is not None:
        return replace(found, against=against)
    lines = [_line(METRICS[name], sums, numbers, salt, found.starts) for name in asked.metrics]
    return replace(found, lines=tuple(lines))


def _sites(sums: Sums, asked: Asked) -> set[str]:
    places = sums.weeks.counts
    return {
        each.site_id
        for each in places
        if asked.has(Drawn(site_id=each.site_id, region_id=each.region_id, share=0))
    }


def _against(order: Sequence[str], starts: dict[str, date | None]) -> tuple[str, str] | None:
    latest: tuple[date, str] | None = None
    for site in order:
        start = starts[site]
        if start is None:
            continue
        if latest is not None and start + _SAME_STEP < latest[0]:
            return site, latest[1]
        if latest is None or start > latest[0]:
            latest = start, site
    return None


def _line(
    metric: Metric, sums: Sums, numbers: Worthwhile, salt: str, starts: dict[str, date | None]
) -> RolloutLine:
    found = stepped(_cells(metric, sums), starts, salt)
    worth = metric.worthwhile(numbers)
    answer = Answer.NOTHING
    if found is not None:
        answer = Answer.NOT_YET
        if found.low is not None and found.high is not None:
            reach = Interval(low=found.low, high=found.high)
            answer = answer_of(reach, worth, higher_is_better=metric.higher_is_better)
    return RolloutLine(metric=metric.name, answer=answer, sought=worth, found=found)


def _cells(metric: Metric, sums: Sums) -> Cells:
    """All visits of a site, in whichever arm."""
    base: Counter[tuple[str, date]] = Counter()
    part: Counter[tuple[str, date]] = Counter()
    for place, weeks in sums.weeks.counts.items():
        for week, counts in weeks.items():
            base[place.site_id, week] += counts.get(metric.base_count, 0)
            part[place.site_id, week] += counts.get(metric.part_count, 0)
    return {cell: part[cell] / count for cell, count in base.items() if count > 0}
