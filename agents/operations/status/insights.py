"""Whether insights are written as they should be, with the end of each visit, in one commit; and
whether the days of sites are, and from when on what those count is whole.
"""  # noqa: D205

from confluent_kafka.admin import AdminClient
from msgspec import Struct

from agents.core.calendar import HOUR_MS
from agents.core.insights import INSIGHTS
from agents.core.site_days.published import SITE_DAYS
from agents.operations.status.clock import places_of
from agents.records.codecs import Codecs, Undecodable
from schemas.records import SiteDay
from streams.topology import Message
from streams.transport.kafka import Place, readable_ends, topic_starts
from streams.transport.ranges import RangeReader, newest, offsets_since

VISITS = "recourse.visits"
BEHIND_MS = 60_000
"""The newest end of a visit that is so much newer than the newest insight has none."""


class InsightsSay(Struct, frozen=True, kw_only=True):
    """What lies in the topic; times are epoch milliseconds, None where there is none.

    `there`: whether the topic is. `last_hour`: how many records have come in it.
    """

    there: bool
    last_hour: int = 0
    newest: int | None = None
    newest_visit: int | None = None
    """When the last end of a visit was written."""

    def are_behind(self, since: int) -> bool:
        """Whether a visit ended after a moment (ms) without an insight of it.

        Since then a policy of generation 2 is in force: before, none are written.
        """
        ended = self.newest_visit
        if ended is None or ended - since <= BEHIND_MS:
            return False
        return self.newest is None or ended - self.newest > BEHIND_MS


def insights_of(admin: AdminClient, now: int) -> InsightsSay:
    """What the ends of the topics tell, without reading a record.

    Raises:
        KafkaException: the broker can't be asked, or does not let us look.
    """
    places = places_of(admin, INSIGHTS)
    if not places:
        return InsightsSay(there=False)
    ends = readable_ends(admin, places)
    begins = offsets_since(admin, ends, now - HOUR_MS)
    return InsightsSay(
        there=True,
        last_hour=sum(end - begins[place] for place, end in ends.items()),
        newest=newest(admin, places),
        newest_visit=newest(admin, places_of(admin, VISITS)),
    )


_LOOKED_AT = 5
"""Of each partition so many offsets at the end: a transaction's mark has one too."""


class SiteDaysSay(Struct, frozen=True, kw_only=True):
    """What lies in the topic; times are epoch milliseconds, None where there is none.

    `there`: whether the topic is. `whole_since`: from when on all was read that the newest records
    count; None: from the beginning.
    """

    there: bool
    newest: int | None = None
    whole_since: int | None = None


def site_days_there(admin: AdminClient) -> SiteDaysSay:
    """Whether days are there, and how old the newest is; no record is read.

    Raises:
        KafkaException: the broker can't be asked, or does not let us look.
    """
    places = places_of(admin, SITE_DAYS)
    return SiteDaysSay(there=bool(places), newest=newest(admin, places) if places else None)


def site_days_of(admin: AdminClient, bootstrap_servers: str, wire: Codecs) -> SiteDaysSay:
    """What the last records of each partition tell.

    Raises:
        KafkaException: the broker can't be asked, or does not let us look.
    """
    places = places_of(admin, SITE_DAYS)
    if not places:
        return SiteDaysSay(there=False)
    ends, begins = readable_ends(admin, places), topic_starts(admin, places)
    ranges = {place: (max(begins[place], end - _LOOKED_AT), end) for place, end in ends.items()}
    records = [_record(each, wire) for each in _last(bootstrap_servers, ranges)]
    since = [each.whole_since for each in records if each is not None and each.whole_since]
    return SiteDaysSay(
        there=True, newest=newest(admin, places), whole_since=max(since, default=None)
    )


def _last(bootstrap_servers: str, ranges: dict[Place, tuple[int, int]]) -> list[Message]:
    reader = RangeReader(bootstrap_servers)
    try:
        return [
            message for _, messages in reader.read(ranges, lambda _: True) for message in messages
        ]
    finally:
        reader.close()


def _record(message: Message, wire: Codecs) -> SiteDay | None:
    try:
        record = wire.decode(SITE_DAYS, message.value or b"")
    except Undecodable:
        return None  # of a later version: who reads the topic says so
    return record if isinstance(record, SiteDay) else None
