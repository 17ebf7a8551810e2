"""The job's records: of each event the fields that the rules use, and the output whole."""

from msgspec import Struct


class Event(Struct, frozen=True, kw_only=True, gc=False):
    """What the three kinds of events share. Times are epoch milliseconds."""

    event_id: str
    visit_id: str
    customer_id: str
    site_id: str
    occurred_at: int


class Diagnosis(Event, frozen=True, kw_only=True, gc=False):
    """A diagnosis was made or revised."""

    code: str
    cause: str


class EstimateRevision(Event, frozen=True, kw_only=True, gc=False):
    """An estimate was made or revised; the amount in minor units."""

    amount_minor: int


class WarrantyDecision(Event, frozen=True, kw_only=True, gc=False):
    """A claim was decided."""

    decision: str


class Manager(Struct, frozen=True, kw_only=True, gc=False):
    """Who is to be called."""

    manager_id: str
    name: str
    phone: str
    email: str


class Escalation(Struct, frozen=True, kw_only=True, gc=False):
    """One disagreement: RAISED with a manager, or THROTTLED."""

    escalation_id: str
    visit_id: str
    customer_id: str
    site_id: str
    kind: str
    status: str
    occurred_at: int
    trigger_event_id: str
    trigger_timestamp: int
    manager: Manager | None
