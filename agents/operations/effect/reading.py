"""The counts of `recourse.site-days`, or of `recourse.insights`, added up for a comparison."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Protocol

import msgspec
from confluent_kafka.admin import AdminClient
from msgspec import Struct

from agents.core.insights import INSIGHTS
from agents.core.site_days.published import SITE_DAYS
from agents.operations.effect.weeks import Place as PlaceInWeeks
from agents.operations.effect.weeks import Weeks, add
from agents.operations.left_out import LeftOut
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable
from schemas.records import Arm, Insight, SiteDay
from streams.topology import Message
from streams.transport.kafka import Place, admin, partition_counts, readable_ends, topic_starts
from streams.transport.ranges import Range, RangeReader, newest

_IDS_KEPT = 200_000
"""Of each partition: what a worker that came back wrote a second time lies close behind."""
FOLDED_BEHIND_MS = 600_000
"""Days that were written so long before the newest addition lack it: then that stage is away."""


_CUSTOMERS = "customers"


class NoInsights(Exception):  # noqa: N818 - it says what the case is
    """There is no topic of insights; one sentence."""


class Drawn(Struct, frozen=True, kw_only=True):
    """A site while so many of 10,000 of its customers were inside."""

    site_id: str
    region_id: str
    share: int


class Sums(Struct, kw_only=True):
    """Counts of both arms, where they were drawn, and the local days they are of.

    `since`: only what was counted from this local day on. The customers are those of all days, as
    who came before may come again; of them a day on, what is added to the squares and products of
    their sums is in general more than the squares of what they added, so an interval is rather too
    wide (`docs/effect.md`).
    """

    since: date | None = None
    inside: dict[Drawn, Counter[str]] = {}
    outside: dict[Drawn, Counter[str]] = {}
    days: set[date] = set()
    weeks: Weeks = msgspec.field(default_factory=Weeks)
    """The same by week, and of the arms that were not drawn, too."""
    places: dict[tuple[str, str, Arm, int | None], tuple[PlaceInWeeks, Counter[str] | None]] = {}
    """Where counts of these names are added."""
    records: int = 0
    left_out: str = ""
    """Which records could not be read, in a sentence; empty where all could."""
    whole_since: int | None = None
    """From when on (ms) all was read that stage insights added up; None: from the beginning."""

    def take(self, insight: Insight | SiteDay) -> None:
        """Adds what one thing adds, or what a day came to."""
        if isinstance(insight, SiteDay) and insight.whole_since is not None:
            self.whole_since = max(insight.whole_since, self.whole_since or insight.whole_since)
        self.records += 1
        counts = self._counted(insight)
        named = (insight.site_id, insight.region_id, insight.arm, insight.share)
        known = self.places.get(named)
        if known is None:
            known = self.places[named] = self._place(*named)
        place, sums = known
        self.weeks.take(place, insight.day, counts)
        if sums is None:
            return
        add(sums, counts)
        if counts is insight.counts:
            self.days.add(insight.day)

    def _place(
        self, site_id: str, region_id: str, arm: Arm, share: int | None
    ) -> tuple[PlaceInWeeks, Counter[str] | None]:
        """A place by its names, with its sums where its arm was drawn and is compared."""
        place = PlaceInWeeks(site_id=site_id, region_id=region_id, arm=arm, share=share)
        arms = {Arm.LIVE: self.inside, Arm.HOLDOUT: self.outside}
        if share is None or arm not in arms:
            return place, None
        drawn = Drawn(site_id=site_id, region_id=region_id, share=share)
        return place, arms[arm].setdefault(drawn, Counter())

    def _counted(self, insight: Insight | SiteDay) -> Mapping[str, int]:
        if self.since is None or insight.day >= self.since:
            return insight.counts
        return {_CUSTOMERS: insight.counts.get(_CUSTOMERS, 0)}

    @property
    def drawn(self) -> list[Drawn]:
        """Where arms were drawn, by site, the smallest share first."""
        every = self.inside.keys() | self.outside.keys()
        return sorted(every, key=lambda each: (each.site_id, each.share, each.region_id))


def sums_of(insights: Iterable[Insight], sums: Sums | None = None) -> Sums:
    """The sums of insights that are all there, each once; into `sums`, where some are given."""
    sums = Sums() if sums is None else sums
    for insight in insights:
        sums.take(insight)
    return sums


class Taker(Protocol):
    """What counts are read into; `left_out` is told which could not be read, in a sentence."""

    left_out: str

    def take(self, insight: Insight | SiteDay) -> None:
        """Takes one in: what one thing adds, or what a day came to."""


def read_into(
    taker: Taker,
    bootstrap_servers: str,
    wire: Codecs,
    progress: Callable[[int, int], None],
    topic: str | None = None,
) -> None:
    """All counts; `progress` is told how many records were read, and of how many.

    Of days that stage insights has added up, where they are there; else the additions themselves.
    `topic`: of this one in any case.

    Raises:
        NoInsights: there is no topic of either.
        KafkaException: the broker can't be asked.
    """
    client = admin(bootstrap_servers)
    counts = partition_counts(client, [INSIGHTS, SITE_DAYS])
    if not counts:
        raise NoInsights(not_shown(bootstrap_servers, [INSIGHTS]))
    every = {name: [(name, number) for number in range(count)] for name, count in counts.items()}
    topic = topic or _folded_or_not(client, every)
    begins, ends = topic_starts(client, every[topic]), readable_ends(client, every[topic])
    ranges = {place: (begins[place], end) for place, end in ends.items()}
    left_out, once = LeftOut(), Once()
    messages = _messages(bootstrap_servers, ranges, progress)
    for each in _newest_of_keys(messages) if topic == SITE_DAYS else filter(once.is_new, messages):
        _take(taker, each, wire, left_out)
    taker.left_out = str(left_out)


def _folded_or_not(client: AdminClient, places: Mapping[str, list[Place]]) -> str:
    """The topic to be read: that of the days, unless they are not there or lack the newest."""
    if INSIGHTS not in places or SITE_DAYS not in places:
        return next(iter(places))
    added, folded = newest(client, places[INSIGHTS]), newest(client, places[SITE_DAYS])
    if folded is None or (added is not None and added - folded > FOLDED_BEHIND_MS):
        return INSIGHTS
    return SITE_DAYS


def _messages(
    bootstrap_servers: str, ranges: Mapping[Place, Range], progress: Callable[[int, int], None]
) -> Iterator[Message]:
    whole = sum(end - begin for begin, end in ranges.values())
    reader = RangeReader(bootstrap_servers)
    read = 0
    try:
        for count, messages in reader.read(ranges, lambda _: True):
            for message in messages:
                if message.offset < ranges[message.topic, message.partition][1]:
                    yield message
            read += count
            progress(min(read, whole), whole)
    finally:
        reader.close()


def _newest_of_keys(messages: Iterable[Message]) -> Iterable[Message]:
    newest_of = {message.key: message for message in messages}
    return newest_of.values()


def _take(taker: Taker, message: Message, wire: Codecs, left_out: LeftOut) -> None:
    try:
        record = wire.decode(message.topic, message.value or b"")
    except Undecodable as why:
        left_out.add(message, why)
        return
    if isinstance(record, Insight | SiteDay):
        taker.take(record)


class Once:
    """Which records come a second time: what was written again has the same `event_id`.

    Only as far back as a worker that came back may have written again.
    """

    def __init__(self) -> None:
        self._ids: dict[int, dict[bytes, None]] = {}

    def is_new(self, message: Message) -> bool:
        """Whether it is the first of its id."""
        named = next((each for name, each in message.headers if name == "event_id"), None)
        if named is None:
            return True
        ids = self._ids.setdefault(message.partition, {})
        if named in ids:
            return False
        ids[named] = None
        if len(ids) > _IDS_KEPT:
            del ids[next(iter(ids))]
        return True
