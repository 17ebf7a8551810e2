"""Whether what customers and apps are shown is written with what it is of, in one commit."""

from collections.abc import Mapping

from confluent_kafka.admin import AdminClient
from msgspec import Struct

from agents.operations.status.clock import places_of
from agents.operations.status.durations import lasting
from streams.transport.ranges import newest

RECEIPTS, CASES, CUSTOMERS = "recourse.receipts", "recourse.cases", "recourse.customers"
TOPICS = (RECEIPTS, CASES, CUSTOMERS)
BEHIND_MS = 60_000
"""What came so much later than the newest record of it has none."""
_CHANNEL, _REFUSED, _STEPS = (
    "service.customer-responses",
    "service.dead-letters",
    "recourse.escalations",
)


class AppsSay(Struct, frozen=True, kw_only=True):
    """When the last record came into each topic (epoch ms); None: there is none, or no topic.

    `said`: into that of the customers' channel; `refused`: into that of dead letters, for what
    can't be read has no receipt; `stepped`: into recourse.escalations.
    """

    newest: Mapping[str, int | None]
    said: int | None = None
    refused: int | None = None
    stepped: int | None = None

    def lacks(self, since: int) -> tuple[str, ...]:
        """The topics in which what came after a moment (ms) is not.

        Since then a policy of generation 2 is in force: before, none of them is written.
        """
        receipts = max(self.newest.get(RECEIPTS) or 0, self.refused or 0)
        pairs = (
            (RECEIPTS, self.said, receipts),
            (CASES, self.stepped, self.newest.get(CASES) or 0),
        )
        return tuple(
            topic
            for topic, came, shown in pairs
            if came is not None and came - max(since, shown) > BEHIND_MS
        )


def apps_of(admin: AdminClient) -> AppsSay:
    """What the ends of the topics tell, without reading a record.

    Raises:
        KafkaException: the broker can't be asked, or does not let us look.
    """

    def of(topic: str) -> int | None:
        places = places_of(admin, topic)
        return newest(admin, places) if places else None

    return AppsSay(
        newest={topic: of(topic) for topic in TOPICS},
        said=of(_CHANNEL),
        refused=of(_REFUSED),
        stepped=of(_STEPS),
    )


def ages(found: AppsSay, now: int) -> str:
    """When the last record of each topic came."""
    named = ((topic.partition(".")[2], at) for topic, at in found.newest.items())
    return ", ".join(
        f"{name} {'none' if at is None else f'{lasting(max(0, now - at))} ago'}"
        for name, at in named
    )
