"""What became of a finding."""

from msgspec import Struct

from schemas.records.common import (
    ClockTime,
    Id,
    Int,
    Language,
    LongId,
    Quote,
    Reason,
    Time,
    Wish,
    Word,
)
from schemas.records.symbols import Arm, Channel, Decision, Kind, Rule, Severity, TopicName


class Throttle(Struct, frozen=True, kw_only=True):
    """What the customer's throttle said, before this entry."""

    used: float
    limit: Int
    window_days: Int
    next_at: Time | None = None


class Disagreement(Struct, frozen=True, kw_only=True):
    """A disagreement was found and decided, or a decision was corrected."""

    disagreement_id: LongId
    n: Int
    visit_id: Id
    customer_id: Id
    vehicle_id: Id | None = None
    site_id: Id
    region_id: LongId
    kind: Kind
    rule: Rule
    subject_id: LongId | None = None
    severity: Severity
    decision: Decision
    would_be: Decision | None = None
    arm: Arm
    trigger_event_id: Id
    occurred_at: Time
    decided_at: Time
    reasons: tuple[Reason, ...]
    escalation_id: LongId | None = None
    throttle: Throttle | None = None
    wish: Wish | None = None
    language: Language
    channels: tuple[Channel, ...]
    quiet_from: ClockTime | None = None
    quiet_until: ClockTime | None = None
    time_zone: Word
    policy_version: Id
    corrects: LongId | None = None
    topic: TopicName | None = None
    words: Quote | None = None
    asked: bool | None = None
