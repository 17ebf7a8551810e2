"""Escalations and contact cards."""

from msgspec import Struct

from schemas.records.common import (
    Body,
    Code,
    Id,
    Int,
    Language,
    LongId,
    ManagerContact,
    Quote,
    Reason,
    Remedy,
    Text,
    Time,
    Word,
)
from schemas.records.directory import Hours
from schemas.records.symbols import EscalationStatus, Kind, OutcomeName, Severity, Tier, Why


class PassedOverManager(Struct, frozen=True, kw_only=True):
    """A manager who was not chosen."""

    manager_id: Id
    why: Why


class Escalation(Struct, frozen=True, kw_only=True):
    """One step of an escalation happened."""

    escalation_id: LongId
    step: Int
    status: EscalationStatus
    occurred_at: Time
    visit_id: Id
    customer_id: Id
    site_id: Id
    region_id: LongId
    severity: Severity
    tier: Tier
    kinds: tuple[Kind, ...]
    disagreement_ids: tuple[LongId, ...]
    incident_id: LongId | None = None
    merged_into: LongId | None = None
    manager: ManagerContact | None = None
    passed_over: tuple[PassedOverManager, ...]
    acknowledge_by: Time
    decide_by: Time
    until: Time | None = None
    by: Id | None = None
    outcome: OutcomeName | None = None
    reasons: tuple[Reason, ...]
    policy_version: Id
    remedy: Remedy | None = None
    message: Quote | None = None


class CardManager(Struct, frozen=True, kw_only=True):
    """A manager on a contact card."""

    tier: Tier
    manager: ManagerContact
    hours: Text
    shifts: tuple[Hours, ...] | None = None
    time_zone: Word | None = None


class ContactCard(Struct, frozen=True, kw_only=True):
    """A customer got the contacts of managers."""

    card_id: LongId
    visit_id: Id
    customer_id: Id
    site_id: Id
    issued_at: Time
    managers: tuple[CardManager, ...]
    language: Language
    policy_version: Id
    site_phone: Code | None = None
    text: Body | None = None
