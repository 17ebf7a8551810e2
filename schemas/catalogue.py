"""The topics: record, key, partitions, retention. The only such table."""

import json
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec import Struct

from schemas import records

PARTITIONS = 12
_DAY_MS = 86_400_000
REPLACED_KEPT_MS = 7 * _DAY_MS
"""How long a compacted topic keeps a record after another of its key: what a record that nobody can
read has replaced can be published again until then."""

REPLACED_SOON_MS = _DAY_MS // 4
"""Of records that are written each minute: for so long one may stay that another has replaced, so
that who reads the topic anew reads little that counts no more."""
REPLACED_READABLE_MS, DELETIONS_READABLE_MS = _DAY_MS, 7 * _DAY_MS
"""Of records about people: how long one may be read that another of its key has replaced, and for
how long whoever reads them must be able to see that one was deleted."""


_field = cache(attrgetter)


class Topic(NamedTuple):
    """A topic of the contract.

    `record` and `schema` (a file in `schemas/avro`, without its ending) are None where the value is
    JSON, and where it is a value of other topics, `carried`, as it was written there. `key` is the
    record's field that is the key (with a dot, a field's field); of a tick and of the order log it
    is the partition's number, of a policy its version. `retention_ms` is None for compacted topics.
    `of_people`: one that is compacted, and lets go of what was replaced or deleted within a day.
    `newest_of_key`: of each key the newest record alone is kept, until `retention_ms` after it.
    """

    name: str
    record: type[Struct] | None
    schema: str | None
    key: str
    partitions: int = PARTITIONS
    retention_ms: int | None = 30 * _DAY_MS
    carried: tuple[str, ...] = ()
    of_people: bool = False
    newest_of_key: bool = False

    def key_of(self, record: Struct) -> str:
        """The key of a record of the topic."""
        return str(_field(self.key)(record))

    @property
    def compacted(self) -> bool:
        """Whether the last record of each key is kept for ever."""
        return self.retention_ms is None

    @property
    def config(self) -> dict[str, str]:
        """Kafka's settings of the topic; the broker stamps the time, also in production."""
        if self.retention_ms is not None:
            kept = {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms)}
            if self.newest_of_key:
                kept["cleanup.policy"] = "compact,delete"
                kept["max.compaction.lag.ms"] = str(REPLACED_SOON_MS)
        elif self.of_people:
            kept = {
                "cleanup.policy": "compact",
                "max.compaction.lag.ms": str(REPLACED_READABLE_MS),
                "delete.retention.ms": str(DELETIONS_READABLE_MS),
            }
        else:
            kept = {"cleanup.policy": "compact", "min.compaction.lag.ms": str(REPLACED_KEPT_MS)}
        return kept | {"message.timestamp.type": "LogAppendTime"}


def _topics(*topics: Topic) -> dict[str, Topic]:
    return {topic.name: topic for topic in topics}


_TWO_WEEKS, _WEEK, _TWO_DAYS = 14 * _DAY_MS, 7 * _DAY_MS, 2 * _DAY_MS
_TWO_MONTHS = 60 * _DAY_MS
"""As long as a visit may go on without any event."""

TOPICS = _topics(
    Topic("service.check-ins", records.CheckIn, "check_in", "customer_id", retention_ms=_TWO_WEEKS),
    Topic(
        "service.diagnoses", records.Diagnosis, "diagnosis", "customer_id", retention_ms=_TWO_WEEKS
    ),
    Topic(
        "service.estimates", records.Estimate, "estimate", "customer_id", retention_ms=_TWO_WEEKS
    ),
    Topic(
        "service.warranty-decisions",
        records.WarrantyDecision,
        "warranty_decision",
        "customer_id",
        retention_ms=_TWO_WEEKS,
    ),
    Topic(
        "service.customer-responses",
        records.CustomerResponse,
        "customer_response",
        "customer_id",
        retention_ms=_TWO_WEEKS,
    ),
    Topic("service.closures", records.Closure, "closure", "customer_id", retention_ms=_TWO_WEEKS),
    Topic("directory.sites", records.Site, "site", "site_id", 1, None),
    Topic("directory.managers", records.Manager, "manager", "manager_id", 1, None),
    Topic("recourse.policies", None, None, "version", 1, None),
    Topic("recourse.actions", records.Action, "action", "region_id"),
    Topic("recourse.ticks", records.Tick, "tick", "partition", retention_ms=_TWO_DAYS),
    Topic("recourse.outcomes", records.Outcome, "outcome", "customer_id"),
    Topic("recourse.answers", records.Answer, "answer", "region_id"),
    Topic("recourse.erased", records.Erased, "erased", "region_id"),
    Topic("recourse.deliveries", records.Delivery, "delivery", "region_id"),
    Topic("privacy.erasures", records.Erasure, "erasure", "customer_id"),
    Topic("recourse.disagreements", records.Disagreement, "disagreement", "region_id"),
    Topic("recourse.escalations", records.Escalation, "escalation", "region_id"),
    Topic(
        "recourse.cases", records.Case, "case", "escalation_id", retention_ms=None, of_people=True
    ),
    Topic(
        "recourse.customers",
        records.CustomerOverview,
        "customer_overview",
        "customer_id",
        retention_ms=None,
        of_people=True,
    ),
    Topic("recourse.notices", records.Notice, "notice", "addressee.id", retention_ms=_WEEK),
    Topic(
        "recourse.contact-cards",
        records.ContactCard,
        "contact_card",
        "customer_id",
        retention_ms=_TWO_MONTHS,
    ),
    Topic("recourse.receipts", records.Receipt, "receipt", "customer_id", retention_ms=_WEEK),
    Topic("recourse.visits", records.VisitEnded, "visit_ended", "region_id"),
    Topic("recourse.insights", records.Insight, "insight", "region_id", retention_ms=731 * _DAY_MS),
    Topic(
        "recourse.site-days",
        records.SiteDay,
        "site_day",
        "site_day_id",
        retention_ms=731 * _DAY_MS,
        newest_of_key=True,
    ),
    Topic(
        "recourse.shadow-decisions",
        records.ShadowDecision,
        "shadow_decision",
        "decision.region_id",
    ),
    Topic("recourse.dead-letters", records.DeadLetter, "dead_letter", "key"),
    Topic("service.dead-letters", records.DeadLetter, "dead_letter", "key"),
    Topic(
        "recourse.carried-customers",
        None,
        None,
        "customer_id",
        retention_ms=_TWO_WEEKS,
        carried=(
            "service.check-ins",
            "service.diagnoses",
            "service.estimates",
            "service.warranty-decisions",
            "service.customer-responses",
            "service.closures",
            "recourse.outcomes",
            "privacy.erasures",
        ),
    ),
    Topic(
        "recourse.carried-regions",
        None,
        None,
        "region_id",
        retention_ms=_TWO_WEEKS,
        carried=(
            "recourse.disagreements",
            "recourse.actions",
            "recourse.answers",
            "recourse.deliveries",
            "recourse.erased",
        ),
    ),
    Topic("recourse.order", records.Order, "order", "partition", retention_ms=_WEEK),
)


@cache
def schema(name: str) -> dict[str, Any]:
    """The Avro schema in `schemas/avro/NAME.avsc`, as JSON."""
    text = files("schemas").joinpath("avro", f"{name}.avsc").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def released(name: str) -> tuple[dict[str, Any], ...]:
    """The versions of a schema that were released, oldest first: what writers may still use.

    `schemas/released/N` holds the schemas that changed with release N.
    """
    folders = sorted(
        (each for each in files("schemas").joinpath("released").iterdir() if each.name.isdigit()),
        key=lambda each: int(each.name),
    )
    found = [folder.joinpath(f"{name}.avsc") for folder in folders]
    return tuple(json.loads(each.read_text(encoding="utf-8")) for each in found if each.is_file())
