"""Whether insights are written as they should be: with the end of each visit, in one commit."""

from confluent_kafka.admin import AdminClient
from msgspec import Struct

from agents.core.calendar import HOUR_MS
from agents.core.insights import INSIGHTS
from agents.operations.status.clock import places_of
from streams.transport.kafka import readable_ends
from streams.transport.ranges import newest, offsets_since

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
