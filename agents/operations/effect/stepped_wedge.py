"""Sites that go live one after the other in a drawn order: what that does to all visits of a site.

In each week the sites that are live are compared with those that are not yet, so what is the same
everywhere (season, weather, a new price list) makes no difference; sites are compared as they are
beyond their level of before. Whether the difference is more than chance is asked of the order: it
was drawn, so had the channel no effect, any other order would have done as well. Thompson, Davey,
Fielding, Hargreaves and Hayes, "Robust analysis of stepped wedge trials using cluster-level
summaries within periods", Statistics in Medicine 37 (2018), with weights for equal variances.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import inf, sqrt

from msgspec import Struct

from agents.operations.effect.planning import drawn_order

ERROR = 0.05
_MOST_ORDERS = 999
_FEWEST_ORDERS = 199
_MOST_CELLS = 5_000_000
"""Of all orders together: of very many sites fewer orders are tried."""

Cells = Mapping[tuple[str, date], float]
"""What is compared, by site and week (its Monday)."""
Starts = Mapping[str, date | None]
"""The day on which each site went live; None: not yet."""
_SAME = 1e-12


class Stepped(Struct, frozen=True, kw_only=True):
    """After less before, of a site; the interval and p hold for one look.

    `low` and `high` are None where too few orders could have been drawn to say, or where all sites
    and weeks are alike: that makes nothing certain.
    """

    sites: int
    live: int
    weeks: int
    value: float
    low: float | None
    high: float | None
    p: float


class _Step(Struct, frozen=True):
    """In which week (by its number) a site went live, and from which on it was so all week."""

    first: int
    whole: int


_Rows = Sequence[Sequence[float | None]]
"""Of each site, a value a week; None: nothing was counted."""


def stepped(cells: Cells, starts: Starts, salt: str) -> Stepped | None:
    """The difference that being live makes, with what other orders would have given.

    Args:
        cells: what is compared.
        starts: when each site went live; the order is a drawn one.
        salt: what other orders are drawn by, so that the same is said again.

    Returns:
        None: there is no week in which some sites are live and some are not.
    """
    sites = sorted(starts)
    weeks = sorted({week for site, week in cells if site in starts})
    rows = _levelled(
        [[cells.get((site, week)) for week in weeks] for site in sites],
        [starts[site] for site in sites],
        weeks,
    )
    live = [[_share_live(starts[site], week) for week in weeks] for site in sites]
    actual = [_step(starts[site], weeks) for site in sites]
    found = _within_weeks(rows, actual)
    if found is None:
        return None
    value, told = found
    others = list(_others(rows, live, actual, salt))
    beyond = sum(abs(each) >= abs(value) - _SAME for each, _ in others)
    enough = _orders(actual) >= 1 / ERROR and _differ(rows)
    low, high = _interval(value, others) if enough else (None, None)
    return Stepped(
        sites=len(sites),
        live=sum(start is not None for start in starts.values()),
        weeks=told,
        value=value,
        low=low,
        high=high,
        p=(1 + beyond) / (1 + len(others)),
    )


def _step(start: date | None, weeks: Sequence[date]) -> _Step:
    if start is None:
        return _Step(len(weeks), len(weeks))
    return _Step(
        sum(week + timedelta(6) < start for week in weeks), sum(week < start for week in weeks)
    )


def _share_live(start: date | None, week: date) -> float:
    if start is None:
        return 0.0
    return min(7, max(0, (week - start).days + 7)) / 7


def _within_weeks(rows: _Rows, steps: Sequence[_Step]) -> tuple[float, int] | None:
    """Live less not yet, in each week, weighed by how many sites there are of either.

    A site in the week in which it goes live is neither. Also, of how many weeks that is.
    """
    total = weight = 0.0
    told = 0
    for week in range(max(map(len, rows), default=0)):
        before = after = 0.0
        count_before = count_after = 0
        for row, step in zip(rows, steps, strict=True):
            value = row[week]
            if value is None:
                continue
            if week >= step.whole:
                after += value
                count_after += 1
            elif week < step.first:
                before += value
                count_before += 1
        if count_before and count_after:
            part = count_before * count_after / (count_before + count_after)
            total += part * (after / count_after - before / count_before)
            weight += part
            told += 1
    return (total / weight, told) if told else None


def _levelled(
    rows: _Rows, starts: Sequence[date | None], weeks: Sequence[date]
) -> list[list[float | None]]:
    """The values less what is known of their sites' levels from the weeks before any went live.

    As far as it is known: a site's mean of those weeks counts by their reliability (Hoyt's: 1 less
    the variance that weeks leave within sites, over that between them). It hangs on nothing that
    came after, so it is the same for every order.
    """
    begun = min(start or date.max for start in starts)
    count = sum(week + timedelta(6) < begun for week in weeks)
    before = [[each for each in row[:count] if each is not None] for row in rows]
    whole = [row for row in before if len(row) == count]
    if count < 2 or len(whole) < 3:  # noqa: PLR2004 - fewer have no variance
        return [list(row) for row in rows]
    mean = sum(map(sum, whole)) / count / len(whole)
    reliability = _reliability(whole, mean)
    levels = [
        reliability * (sum(row) / count - mean) if len(row) == count else 0.0 for row in before
    ]
    return [
        [None if each is None else each - level for each in row]
        for row, level in zip(rows, levels, strict=True)
    ]


def _reliability(rows: Sequence[Sequence[float]], mean: float) -> float:
    count = len(rows[0])
    levels = [sum(row) / count for row in rows]
    weeks = [sum(row[week] for row in rows) / len(rows) for week in range(count)]
    between = count * sum((level - mean) ** 2 for level in levels) / (len(rows) - 1)
    within = sum(
        (value - level - week + mean) ** 2
        for row, level in zip(rows, levels, strict=True)
        for value, week in zip(row, weeks, strict=True)
    )
    within /= (len(rows) - 1) * (count - 1)
    return max(0.0, 1 - within / between) if between else 0.0


def _others(
    rows: _Rows, live: _Rows, actual: Sequence[_Step], salt: str
) -> Iterator[tuple[float, float]]:
    """What other orders would have found, and of an effect of 1 alone."""
    cells = len(rows) * len(rows[0])
    places = [f"{number}" for number in range(len(rows))]
    for number in range(max(_FEWEST_ORDERS, min(_MOST_ORDERS, _MOST_CELLS // cells))):
        order = drawn_order(places, f"{salt}:{number}")
        steps = [actual[int(place)] for place in order]
        found, own = _within_weeks(rows, steps), _within_weeks(live, steps)
        if found is not None and own is not None:
            yield found[0], own[0]


def _differ(rows: _Rows) -> bool:
    return len({each for row in rows for each in row if each is not None}) > 1


def _orders(steps: Sequence[_Step]) -> float:
    """How many different orders could have been drawn."""
    count, taken = 1.0, 0
    for step in set(steps):
        for number in range(steps.count(step)):
            taken += 1
            count = min(1e9, count * taken / (number + 1))
    return count


def _interval(value: float, others: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The effects that the order does not speak against: the test of each, turned round.

    Had the effect been d, another order would have found `found - d x own`, and this one value - d.
    An order is as far off or farther between two roots, so the ends are where too few are left.
    """
    roots = [_roots(value, found, own) for found, own in others]
    needed = int(ERROR * (1 + len(others)) - 1 + _SAME) + 1
    lows = sorted(low for low, _ in roots)
    highs = sorted((high for _, high in roots), reverse=True)
    return lows[needed - 1], highs[needed - 1]


def _roots(value: float, found: float, own: float) -> tuple[float, float]:
    """Between which effects another order is as far off as this one."""
    square = 1 - own**2
    if square < _SAME:
        return -inf, inf
    middle = value - found * own
    root = sqrt(max(0.0, middle**2 - square * (value**2 - found**2)))
    return (middle - root) / square, (middle + root) / square
