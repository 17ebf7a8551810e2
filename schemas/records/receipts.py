"""What an app hears of what its customer said."""

from msgspec import Struct

from schemas.records.common import Id, LongId, Reason, Time
from schemas.records.symbols import Decision, ReceiptStatus, Response, Rule


class ReceiptDecision(Struct, frozen=True, kw_only=True):
    """One decision that an event led to at once."""

    disagreement_id: LongId
    rule: Rule
    subject_id: LongId | None = None
    decision: Decision
    escalation_id: LongId | None = None
    corrects: LongId | None = None


class Receipt(Struct, frozen=True, kw_only=True):
    """What became at once of something that a customer said; the desk says the rest."""

    event_id: Id
    customer_id: Id
    visit_id: Id | None = None
    response: Response
    occurred_at: Time | None = None
    handled_at: Time
    status: ReceiptStatus
    counted: bool
    decisions: tuple[ReceiptDecision, ...]
    handed_to: tuple[LongId, ...]
    reasons: tuple[Reason, ...]
    policy_version: Id
