"""What a rule says: a disagreement that the facts of a visit make true."""

from fractions import Fraction

from msgspec import Struct

from schemas.records import Kind, Reason, Rule, Severity, Tier, Wish


class Finding(Struct, frozen=True, kw_only=True):
    """One finding on one visit, true now.

    `occurred_at` and `trigger_event_id` are of the fact that occurred last among those compared
    (the greater event_id of two at one instant); for what time makes, the due moment and the event
    that
    started the clock. `reads` are the event_ids of all facts that the rule reads for this subject:
    an event bears on the finding when it is one of them. `floor`: no throttle touches it.
    `below_threshold`: above the base but within the limit, so it is only recorded; once for each
    `revision` of the subject. `excess_minor`: minor units above the base, exactly, where the rule
    has one. `awaiting`: a price that waits for the customer's yes, so it is only recorded, once for
    each `revision`. `due_at`: the judged moment at which time made it true (ms), such as the end of
    a grace. `waits`: it is decided once for each of these, and not before one was judged.
    `grounded`: whether what was decided of the subject before stands. `tier`: where the rule itself
    says that it starts. `reopens`: the escalation that it opens again. `kind`: where
    it is not the rule's.
    """

    rule: Rule
    subject_id: str | None
    severity: Severity
    occurred_at: int
    trigger_event_id: str
    reads: frozenset[str]
    reasons: tuple[Reason, ...]
    floor: bool = False
    tier: Tier | None = None
    below_threshold: bool = False
    revision: int | None = None
    excess_minor: Fraction | None = None
    waits: bool = False
    awaiting: bool = False
    due_at: int | None = None
    grounded: bool = True
    reopens: str | None = None
    wish: Wish | None = None
    kind: Kind | None = None

    @property
    def excess(self) -> str | None:
        """The excess as it is kept, exactly: as in 1045/3."""
        return None if self.excess_minor is None else str(self.excess_minor)
