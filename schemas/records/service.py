"""What upstream service systems say of a visit."""

from typing import Annotated

from msgspec import Struct

from schemas.records.common import (
    ClockTime,
    Code,
    CoveredPercent,
    Currency,
    Few,
    Id,
    Language,
    LongId,
    Many,
    Money,
    Quote,
    Rating,
    Revision,
    Time,
    Wish,
    Word,
)
from schemas.records.symbols import (
    Cause,
    Channel,
    Response,
    Settled,
    Stage,
    Subject,
    TopicName,
    WarrantyDecisionName,
)


class CheckIn(Struct, frozen=True, kw_only=True):
    """A vehicle was checked in."""

    event_id: Id
    occurred_at: Time
    customer_id: Id
    visit_id: Id
    vehicle_id: Id
    site_id: Id
    language: Language
    channels: Annotated[tuple[Channel, ...], Few]
    quiet_from: ClockTime | None = None
    quiet_until: ClockTime | None = None
    time_zone: Word | None = None
    symptoms: Annotated[tuple[Word, ...], Few]
    promised_ready_at: Time | None = None
    region_id: LongId | None = None


class Diagnosis(Struct, frozen=True, kw_only=True):
    """A diagnosis was made or revised."""

    event_id: Id
    occurred_at: Time
    customer_id: Id
    visit_id: Id
    vehicle_id: Id
    site_id: Id
    diagnosis_id: Id
    revision: Revision
    stage: Stage
    code: Code
    symptom: Word | None = None
    cause: Cause
    fault_found: bool
    safety: bool
    recall_id: Code | None = None


class EstimateLine(Struct, frozen=True, kw_only=True):
    """One operation of an estimate."""

    operation: Code
    amount: Money
    claim_id: Id | None = None


class Estimate(Struct, frozen=True, kw_only=True):
    """An estimate was made or revised."""

    event_id: Id
    occurred_at: Time
    customer_id: Id
    visit_id: Id
    vehicle_id: Id
    site_id: Id
    estimate_id: Id
    revision: Revision
    currency: Currency
    total: Money
    subtotal: Money
    lines: Annotated[tuple[EstimateLine, ...], Many]
    ready_at: Time | None = None


class WarrantyDecision(Struct, frozen=True, kw_only=True):
    """A warranty claim was decided or decided anew."""

    event_id: Id
    occurred_at: Time
    customer_id: Id
    visit_id: Id
    vehicle_id: Id
    site_id: Id
    claim_id: Id
    revision: Revision
    decision: WarrantyDecisionName
    reason_code: Code
    operations: Annotated[tuple[Code, ...], Many]
    covered_percent: CoveredPercent | None = None


class CustomerResponse(Struct, frozen=True, kw_only=True):
    """A customer said something."""

    event_id: Id
    occurred_at: Time
    customer_id: Id
    visit_id: Id
    vehicle_id: Id | None = None
    site_id: Id
    response: Response
    subject: Subject
    subject_id: LongId | None = None
    subject_revision: Revision | None = None
    authorised_total: Money | None = None
    currency: Currency | None = None
    rating: Rating | None = None
    wish: Wish | None = None
    topic: TopicName | None = None
    words: Quote | None = None
    settled: Settled | None = None


class Closure(Struct, frozen=True, kw_only=True):
    """A visit was closed."""

    event_id: Id
    occurred_at: Time
    customer_id: Id
    visit_id: Id
    vehicle_id: Id
    site_id: Id
    charged_total: Money | None = None
    charged_subtotal: Money | None = None
    currency: Currency | None = None
    operations_done: Annotated[tuple[Code, ...], Many]
    rating: Rating | None = None
    resolved_same_day: bool | None = None
