"""How late and how complete a site's events come, by the counts of `recourse.insights`.

A site is judged by what is sure: of few visits a share may be high by chance, so the lower bound of
its interval counts (Wilson's, 95 % from one side). It is silent when no visit was closed on three
days or more on which some usually are, by the day of the week in the four weeks before, and when
that would hardly ever come by chance (Poisson, 1 in 1,000). What ends by silence, sixty days later,
is no sign of life.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from math import exp, sqrt

from msgspec import Struct
from msgspec.structs import replace

from schemas.records import Insight, SiteDay

WINDOW_DAYS = 7
_PACE_DAYS = 28
_HARDLY_EVER = 0.001
_SOME = 0.25
"""Visits that are usually closed on a day of the week on which a site is open."""
_CLOSED = "visits_closed"
_DAYS = 3
"""So many such days are needed: a holiday, or two, is no silence."""
_Z = 1.6449
_KEPT = (
    "visits_ended", "visits_closed", "visits_silent", "visits_without_diagnosis",
    "visits_without_estimate", "events_within_a_minute", "events_within_an_hour",
    "events_within_4_hours", "events_within_a_day", "events_later", "too_late",
)  # fmt: skip
_LATE = ("events_within_a_day", "events_later")
_EVENTS = tuple(name for name in _KEPT if name.startswith("events_"))


class State(StrEnum):
    """How a site's feed is, the worst first."""

    SILENT = "silent"
    INCOMPLETE = "incomplete"
    LATE = "late"
    WELL = "well"


class Share(Struct, frozen=True, kw_only=True):
    """So many of so many, and what the share is at least (95 % from one side)."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share; None: of nothing."""
        return self.count / self.of if self.of else None

    @property
    def at_least(self) -> float:
        """The lower bound of Wilson's interval."""
        if not self.of:
            return 0.0
        share, z2 = self.count / self.of, _Z * _Z
        middle = share + z2 / (2 * self.of)
        reach = _Z * sqrt(share * (1 - share) / self.of + z2 / (4 * self.of * self.of))
        return max(0.0, (middle - reach) / (1 + z2 / self.of))


class Feed(Struct, frozen=True, kw_only=True):
    """A site's feed in the window: its visits that ended, and of them and their events the shares.

    `last_day`: the last on which a visit was closed. `usual`: visits that end in so many days, by
    the weeks before. `without_closure`: visits that ended by silence. `late`: events that came more
    than 4 hours after they occurred, and those that came too late to be taken.
    """

    site_id: str
    region_id: str
    state: State
    visits: int
    usual: float
    last_day: date | None
    without_closure: Share
    without_diagnosis: Share
    without_estimate: Share
    late: Share
    too_late: int

    @property
    def worst(self) -> float:
        """What the worst of its shares is at least."""
        return max(
            each.at_least for each in (self.without_closure, self.without_diagnosis, self.late)
        )


class FeedCounts:
    """What was counted, by site and day, as `reading` takes it in."""

    def __init__(self) -> None:
        self.left_out = ""
        self.days: dict[str, dict[date, Counter[str]]] = {}
        self.regions: dict[str, str] = {}
        self.last_day: date | None = None

    def take(self, insight: Insight | SiteDay) -> None:
        """Adds what one thing adds, or what a day came to."""
        counts = {name: insight.counts[name] for name in _KEPT if name in insight.counts}
        if not counts:
            return
        days = self.days.setdefault(insight.site_id, {})
        days.setdefault(insight.day, Counter()).update(counts)
        self.regions[insight.site_id] = insight.region_id
        if self.last_day is None or insight.day > self.last_day:
            self.last_day = insight.day


def feeds(counted: FeedCounts, *, today: date, days: int, above: float) -> list[Feed]:
    """Each site's feed over so many days up to today, the worst first.

    Args:
        counted: what was counted.
        today: the last day that counts.
        days: how many days are looked at.
        above: from which share on (0 to 1) what is late or missing makes a site late or incomplete.
    """
    found = [
        _judged(_feed(counted, site_id, today, days), counted.days[site_id], today, above)
        for site_id in counted.days
    ]
    states = list(State)
    return sorted(found, key=lambda each: (states.index(each.state), -each.worst, each.site_id))


def _feed(counted: FeedCounts, site_id: str, today: date, days: int) -> Feed:
    by_day = counted.days[site_id]
    first = today - timedelta(days - 1)
    counts = _sum(each for day, each in by_day.items() if first <= day <= today)
    closed = [day for day, each in by_day.items() if each[_CLOSED] > 0 and day <= today]
    visits, too_late = counts["visits_ended"], counts["too_late"]
    return Feed(
        site_id=site_id,
        region_id=counted.regions[site_id],
        state=State.WELL,
        visits=visits,
        usual=_pace(by_day, first - timedelta(1)) * days,
        last_day=max(closed, default=None),
        without_closure=Share(count=counts["visits_silent"], of=visits),
        without_diagnosis=Share(count=counts["visits_without_diagnosis"], of=visits),
        without_estimate=Share(count=counts["visits_without_estimate"], of=visits),
        late=Share(
            count=sum(counts[name] for name in _LATE) + too_late,
            of=sum(counts[name] for name in _EVENTS) + too_late,
        ),
        too_late=too_late,
    )


def _judged(feed: Feed, by_day: dict[date, Counter[str]], today: date, above: float) -> Feed:
    state = State.WELL
    if feed.without_closure.at_least <= above and _is_silent(feed.last_day, by_day, today):
        state = State.SILENT
    elif max(feed.without_closure.at_least, feed.without_diagnosis.at_least) > above:
        state = State.INCOMPLETE
    elif feed.late.at_least > above:
        state = State.LATE
    return replace(feed, state=state)


def _is_silent(last_day: date | None, by_day: dict[date, Counter[str]], today: date) -> bool:
    """Today is not over, so it does not count."""
    if last_day is None:
        return False
    usual = [
        _on_weekday(by_day, last_day, (last_day + timedelta(number)).weekday())
        for number in range(1, (today - last_day).days)
    ]
    open_days = sum(each >= _SOME for each in usual)
    return open_days >= _DAYS and exp(-sum(usual)) < _HARDLY_EVER


def _on_weekday(by_day: dict[date, Counter[str]], until: date, weekday: int) -> float:
    """Visits that were closed on such a day of the week, in the four weeks up to a day."""
    days = [until - timedelta(number) for number in range(_PACE_DAYS)]
    known = [day for day in days if day.weekday() == weekday and day >= min(by_day)]
    closed = sum(by_day[day][_CLOSED] for day in known if day in by_day)
    return closed / len(known) if known else 0.0


def _pace(by_day: dict[date, Counter[str]], until: date) -> float:
    """Visits that ended a day, over the four weeks up to a day, or since the first one."""
    first = max(until - timedelta(_PACE_DAYS - 1), min(by_day))
    days = (until - first).days + 1
    if days <= 0:
        return 0.0
    ended = sum(each["visits_ended"] for day, each in by_day.items() if first <= day <= until)
    return ended / days


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total


def sentences(found: list[Feed], days: int) -> Iterator[str]:
    """How many sites want a look, and what of the silent ones."""
    wanting = [each for each in found if each.state is not State.WELL]
    sites = "1 site" if len(found) == 1 else f"{len(found)} sites"
    if not found:
        yield "Nothing was counted yet."
        return
    by_state = Counter(each.state for each in wanting)
    said = ", ".join(f"{by_state[state]} {state}" for state in State if by_state[state])
    yield f"The last {days} days of {sites}: {said or 'all well'}."
    for each in wanting:
        if each.state is State.SILENT:
            yield f"{each.site_id}: no visit was closed since {each.last_day}."
