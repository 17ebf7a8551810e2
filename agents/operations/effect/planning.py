"""How long a pilot takes, by the sites' own visits: before it starts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from math import ceil

from msgspec import Struct

from agents.core.calendar import DAY_MS
from agents.operations.effect.intervals import ENOUGH_CUSTOMERS, variance_to_see
from agents.operations.effect.measures import MetricName
from agents.operations.effect.moments import Moments, moments_of
from agents.operations.effect.report import ERROR
from schemas.records import VisitEnded

PLANNED = (MetricName.SAME_DAY, MetricName.FINDINGS, MetricName.RATING)
"""What the end of a visit tells enough of."""
_WEEK_MS = 7 * DAY_MS
_ALL = 10_000


class Site(Struct, frozen=True, kw_only=True):
    """A site as it was: visits (of rating: rated ones) a week, and the share of the metric."""

    site_id: str
    a_week: float
    share: float
    customers: int


class Step(Struct, frozen=True, kw_only=True):
    """What a share of the customers takes: whole weeks, and visits of both arms in them."""

    share: int
    weeks: int
    visits: int
    inside_visits: int


class Plan(Struct, frozen=True, kw_only=True):
    """All sites together, by share; `sought` is the difference that is to be seen, as a share.

    `weeks_seen`: of how many weeks the visits are. `order`: the sites as drawn, to go live in.
    """

    metric: MetricName
    sought: float
    weeks_seen: float
    sites: tuple[Site, ...]
    steps: tuple[Step, ...]
    order: tuple[str, ...]


class TooLittle(Exception):  # noqa: N818 - it says what the case is
    """Nothing can be planned from so few visits; one sentence."""


def plan(
    visits: Iterable[VisitEnded],
    metric: MetricName,
    *,
    sought: float,
    shares: Sequence[int],
    salt: str,
) -> Plan:
    """What it takes to see a difference with the power of four in five, looking at any time.

    Args:
        visits: what ended, of some weeks; the last of a visit counts.
        metric: what is to be compared.
        sought: the difference, as a share.
        shares: of 10,000 customers, how many are to be inside.
        salt: the pilot's; the order of the sites is drawn by it.

    Raises:
        TooLittle: there are too few customers at every site.
    """
    last = {each.visit_id: each for each in visits}
    by_site: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for each in last.values():
        x, y = _of(each, metric)
        own = by_site[each.site_id][each.customer_id]
        own[0] += x
        own[1] += y
    moments = {
        site: moments_of((x, y) for x, y in people.values() if x)
        for site, people in sorted(by_site.items())
    }
    known = {site: each for site, each in moments.items() if each.customers >= ENOUGH_CUSTOMERS}
    if not known:
        raise TooLittle(
            f"No site has {ENOUGH_CUSTOMERS} customers with visits that ended: wait for more, or "
            "read an older topic (recourse.visits is kept for 30 days)."
        )
    weeks = _weeks(last.values())
    return Plan(
        metric=metric,
        sought=sought,
        weeks_seen=weeks,
        sites=tuple(
            Site(
                site_id=site,
                a_week=each.x / weeks,
                share=each.share,
                customers=each.customers,
            )
            for site, each in known.items()
        ),
        steps=tuple(_step(share, known, weeks, sought) for share in shares),
        order=tuple(drawn_order(by_site, salt)),
    )


def drawn_order(sites: Iterable[str], salt: str) -> list[str]:
    """The sites in an order that nobody chose, and that the salt gives again."""
    return sorted(sites, key=lambda site: sha256(f"{salt}:site:{site}".encode()).digest())


def _of(visit: VisitEnded, metric: MetricName) -> tuple[int, int]:
    match metric:
        case MetricName.SAME_DAY:
            return 1, int(visit.same_day)
        case MetricName.FINDINGS:
            return 1, visit.findings
        case _:
            return (0, 0) if visit.rating is None else (1, visit.rating)


def _weeks(visits: Iterable[VisitEnded]) -> float:
    times = [each.closed_at for each in visits]
    return max(1.0, (max(times) - min(times)) / _WEEK_MS)


def _step(share: int, known: Mapping[str, Moments], weeks: float, sought: float) -> Step:
    """The variance of a week's visits, over the one that it takes: both arms share them."""
    inside = share / _ALL
    a_week = sum(each.x for each in known.values()) / weeks
    of_a_visit = sum(each.variance * each.x * each.x for each in known.values()) / weeks / a_week
    variance = of_a_visit / a_week / (inside * (1 - inside))
    needed = ceil(variance / variance_to_see(sought, ERROR))
    visits = round(a_week * needed)
    return Step(share=share, weeks=needed, visits=visits, inside_visits=round(visits * inside))
