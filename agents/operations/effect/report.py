"""The answer of `recourse effect`: by metric, by site and for the network."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from math import sqrt

from msgspec import Struct
from msgspec.structs import replace

from agents.core.policy_effect import Worthwhile
from agents.operations.effect.intervals import (
    Difference,
    Interval,
    Pair,
    always,
    difference_of,
    still_missing,
)
from agents.operations.effect.measures import METRICS, Metric, MetricName
from agents.operations.effect.reading import Drawn, Sums
from agents.operations.effect.sample_ratio import Drawn as DrawnCustomers
from agents.operations.effect.sample_ratio import Ratio, ratio_of

ERROR = 0.05
"""With this chance an interval of the network is wrong at any look; of all sites together, too."""


class Answer(StrEnum):
    """What can be said by now."""

    BETTER = "better"
    WORSE = "worse"
    ABOUT_THE_SAME = "about the same"
    """Whatever the difference is, it is smaller than what is worth knowing."""
    NOT_YET = "not yet"
    NOTHING = "nothing"
    """No site has enough customers in both arms."""
    NOT_COMPARABLE = "not comparable"
    """The arms have not the customers that the draw gave them."""


class Line(Struct, frozen=True, kw_only=True):
    """One metric of one site, or of all (`site_id` is None); shares, as `Metric.scale` shows them.

    `missing`: how much more of the metric's base it takes to see a difference of the size `sought`.
    That is what is worthwhile; of a site, which has its part of the visits, so much more as that
    lets be seen.
    """

    metric: MetricName
    site_id: str | None
    answer: Answer
    customers_inside: int
    customers_outside: int
    base: int
    sought: float
    inside: float | None
    outside: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    missing: int | None = None


class Report(Struct, frozen=True, kw_only=True):
    """All lines, the network's first; whether the arms can be compared; the days that were read."""

    lines: tuple[Line, ...]
    ratio: Ratio | None
    first_day: str | None
    last_day: str | None
    sites: int
    since: str | None = None
    """The day from which on alone was counted."""


class Asked(Struct, frozen=True, kw_only=True):
    """What was asked for; empty: all."""

    sites: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    metrics: tuple[MetricName, ...] = tuple(MetricName)

    def has(self, drawn: Drawn) -> bool:
        """Whether a site was."""
        return (not self.sites or drawn.site_id in self.sites) and (
            not self.regions or drawn.region_id in self.regions
        )


def report(sums: Sums, numbers: Worthwhile, asked: Asked) -> Report:
    """What the sums say of what was asked."""
    drawn = [each for each in sums.drawn if asked.has(each)]
    sites = sorted({each.site_id for each in drawn})
    lines = []
    for name in asked.metrics:
        metric = METRICS[name]
        worth = metric.worthwhile(numbers)
        lines.append(_line(metric, None, pairs(metric, sums, drawn), worth, ERROR))
        lines += [
            _line(
                metric,
                site,
                pairs(metric, sums, _at(drawn, site)),
                worth * sqrt(len(sites)),
                ERROR / len(sites),
            )
            for site in sites
        ]
    days = sorted(sums.days)
    ratio = _ratio(sums, drawn) if drawn else None
    if ratio is not None and ratio.is_off:
        lines = [replace(line, answer=Answer.NOT_COMPARABLE, missing=None) for line in lines]
    return Report(
        lines=tuple(lines),
        ratio=ratio,
        first_day=days[0].isoformat() if days else None,
        last_day=days[-1].isoformat() if days else None,
        sites=len(sites),
        since=None if sums.since is None else sums.since.isoformat(),
    )


def _at(drawn: Iterable[Drawn], site_id: str) -> list[Drawn]:
    return [each for each in drawn if each.site_id == site_id]


def pairs(metric: Metric, sums: Sums, drawn: Iterable[Drawn]) -> list[Pair]:
    """The arms of each place at which they were drawn."""
    nothing: Mapping[str, int] = {}
    return [
        Pair(
            inside=metric.moments(sums.inside.get(each, nothing)),
            outside=metric.moments(sums.outside.get(each, nothing)),
        )
        for each in drawn
    ]


def _ratio(sums: Sums, drawn: Iterable[Drawn]) -> Ratio:
    empty: Counter[str] = Counter()
    return ratio_of(
        DrawnCustomers(
            share=each.share,
            inside=sums.inside.get(each, empty)["customers"],
            outside=sums.outside.get(each, empty)["customers"],
        )
        for each in drawn
    )


def _line(
    metric: Metric, site_id: str | None, pairs: Sequence[Pair], worth: float, error: float
) -> Line:
    inside = [pair.inside for pair in pairs]
    outside = [pair.outside for pair in pairs]
    line = Line(
        metric=metric.name,
        site_id=site_id,
        answer=Answer.NOTHING,
        customers_inside=sum(each.customers for each in inside),
        customers_outside=sum(each.customers for each in outside),
        base=sum(each.x for each in (*inside, *outside)),
        sought=worth,
        inside=_share(sum(each.x for each in inside), sum(each.y for each in inside)),
        outside=_share(sum(each.x for each in outside), sum(each.y for each in outside)),
    )
    difference = difference_of(pairs)
    if difference is None:
        return line
    return _answered(line, metric, difference, worth, error)


def _share(x: int, y: int) -> float | None:
    return y / x if x else None


def _answered(
    line: Line, metric: Metric, difference: Difference, worth: float, error: float
) -> Line:
    interval = always(difference, worthwhile=worth, error=error)
    answer = answer_of(interval, worth, higher_is_better=metric.higher_is_better)
    open_ = answer is Answer.NOT_YET
    return replace(
        line,
        answer=answer,
        difference=difference.value,
        low=interval.low,
        high=interval.high,
        missing=still_missing(difference, worthwhile=worth, error=error) if open_ else None,
    )


def answer_of(interval: Interval, worth: float, *, higher_is_better: bool) -> Answer:
    """What an interval says of a difference of which less than `worth` would change nothing."""
    if interval.low > 0 or interval.high < 0:
        return Answer.BETTER if (interval.low > 0) == higher_is_better else Answer.WORSE
    if -worth < interval.low and interval.high < worth:
        return Answer.ABOUT_THE_SAME
    return Answer.NOT_YET
