"""Where a case stands."""

from msgspec import Struct

from schemas.records.common import (
    Currency,
    Id,
    Int,
    Language,
    LongId,
    ManagerContact,
    Money,
    Remedy,
    Time,
)
from schemas.records.symbols import (
    CasePhase,
    EscalationStatus,
    Kind,
    OutcomeName,
    Rule,
    Severity,
    Tier,
)


class CasePrice(Struct, frozen=True, kw_only=True):
    """What a ground says of a price."""

    amount: Money
    base: Money | None = None
    excess: Money | None = None
    currency: Currency
    before_tax: bool = False


class CaseGround(Struct, frozen=True, kw_only=True):
    """What a case rests on."""

    rule: Rule
    kind: Kind
    subject_id: LongId | None = None
    price: CasePrice | None = None


class Case(Struct, frozen=True, kw_only=True):
    """Where a case stands, as of its newest step."""

    escalation_id: LongId
    step: Int
    status: EscalationStatus | None = None
    phase: CasePhase
    occurred_at: Time
    opened_at: Time
    ended_at: Time | None = None
    customer_id: Id
    visit_id: Id
    vehicle_id: Id | None = None
    site_id: Id
    region_id: LongId
    language: Language
    severity: Severity
    tier: Tier
    grounds: tuple[CaseGround, ...]
    manager: ManagerContact | None = None
    acknowledge_by: Time
    acknowledged_at: Time | None = None
    decide_by: Time
    promised_until: Time | None = None
    waits_until: Time | None = None
    outcome: OutcomeName | None = None
    remedy: Remedy | None = None
    merged_into: LongId | None = None
    policy_version: Id
    generation: Int
