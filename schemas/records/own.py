"""What the pipeline says to itself: time, outcomes, answers, erasures, dead letters, order."""

from typing import Annotated

from msgspec import Meta, Struct

from schemas.records.common import (
    Body,
    ClockTime,
    Code,
    Few,
    Id,
    Int,
    Language,
    Long,
    LongId,
    Quote,
    Rating,
    Remedy,
    Text,
    Time,
    Topic,
    Wish,
    Word,
)
from schemas.records.symbols import (
    Channel,
    DeadLetterReason,
    OutcomeName,
    OutcomeStatus,
    Response,
    Settled,
    Subject,
    Tier,
    TopicName,
    WithdrawnBy,
)

LONGEST_KEY = 1_000
LONGEST_VALUE = 900_000
LONGEST_HEADERS = 50_000
HeaderName = Annotated[str, Meta(max_length=LONGEST_HEADERS)]


class Tick(Struct, frozen=True, kw_only=True):
    """Time passed."""

    now: Time


class Outcome(Struct, frozen=True, kw_only=True):
    """An escalation ended, was merged, or was opened again."""

    escalation_id: LongId
    visit_id: Id
    customer_id: Id
    occurred_at: Time
    status: OutcomeStatus
    outcome: OutcomeName | None = None
    on_appeal: bool
    withdrawn_by: WithdrawnBy | None = None
    merged_into: LongId | None = None
    remedy: Remedy | None = None
    tier: Tier | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """A customer said something on a visit with an open escalation, or rated one; or CHECKED_IN."""

    event_id: Id
    occurred_at: Time
    escalation_id: LongId
    visit_id: Id
    region_id: LongId
    response: Response
    subject: Subject
    rating: Rating | None = None
    site_id: Id | None = None
    language: Language | None = None
    channels: Annotated[tuple[Channel, ...], Few] | None = None
    quiet_from: ClockTime | None = None
    quiet_until: ClockTime | None = None
    time_zone: Word | None = None
    topic: TopicName | None = None
    words: Quote | None = None
    settled: Settled | None = None
    wish: Wish | None = None


class Erased(Struct, frozen=True, kw_only=True):
    """A customer's data was erased."""

    region_id: LongId
    occurred_at: Time
    escalation_ids: tuple[LongId, ...]


class Delivery(Struct, frozen=True, kw_only=True):
    """A notice was delivered, or could not be."""

    notice_id: LongId
    escalation_id: LongId | None = None
    region_id: LongId
    occurred_at: Time
    delivered: bool
    reason: Text | None = None


class Erasure(Struct, frozen=True, kw_only=True):
    """A customer asked to be forgotten."""

    customer_id: Id
    occurred_at: Time


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A record could not be used."""

    topic: Topic
    partition: Int
    offset: Long
    reason: DeadLetterReason
    detail: Body
    key: Annotated[str, Meta(max_length=LONGEST_KEY)] | None = None
    value: Annotated[bytes, Meta(max_length=LONGEST_VALUE)] | None = None
    occurred_at: Time
    headers: dict[HeaderName, bytes]


class OrderRun(Struct, frozen=True, kw_only=True):
    """Records of one topic handled one after the other."""

    topic: Topic
    first: Long
    last: Long
    reference: dict[Word, Long]


class Order(Struct, frozen=True, kw_only=True):
    """A stage handled records of a partition in one transaction."""

    stage: Code
    partition: Int
    runs: tuple[OrderRun, ...]
