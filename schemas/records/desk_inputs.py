"""What people do to an escalation."""

from msgspec import Struct

from schemas.records.common import Id, LongId, Quote, Remedy, Text, Time
from schemas.records.symbols import ActionName, OutcomeName


class Action(Struct, frozen=True, kw_only=True):
    """A person acted on an escalation."""

    action_id: Id
    occurred_at: Time
    escalation_id: LongId
    region_id: LongId
    by: Id
    action: ActionName
    until: Time | None = None
    to_manager_id: Id | None = None
    outcome: OutcomeName | None = None
    reason: Text | None = None
    remedy: Remedy | None = None
    message: Quote | None = None
