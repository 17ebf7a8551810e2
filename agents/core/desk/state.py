"""What stage desk keeps of one escalation: one record in one table."""

from enum import StrEnum

from msgspec import Struct

from schemas.records import Channel, Kind, OutcomeName, Rule, Severity, Tier, Wish


class Phase(StrEnum):
    """Where an escalation stands."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"
    WITHDRAWN = "WITHDRAWN"
    MERGED = "MERGED"


class Ground(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a finding rests on; one of a rule and subject, as an episode is.

    `disagreement_ids`: the record that began the episode, then those that wrote a rise of severity.
    `stands` is False once a CORRECTED took it away.
    """

    rule: Rule
    kind: Kind
    disagreement_ids: tuple[str, ...]
    subject_id: str | None = None
    stands: bool = True


class Assignment(Struct, frozen=True, array_like=True):
    """A manager got the case. `as_of` (ms): when it reaches them; for site hours, in these."""

    manager_id: str
    as_of: int


class Clocks(Struct, frozen=True, kw_only=True):
    """The deadlines of a case, each with its start (ms); `decide_minutes` in the clock's time.

    `tiers_from`: from when "next tier after" runs, which holds while nobody has acknowledged.
    """

    tiers_from: int
    acknowledge_from: int
    acknowledge_by: int
    decide_from: int
    decide_by: int
    decide_minutes: int


class Addressing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the customer wants to be addressed, as the disagreement that opened the case says.

    `language` is the wished one, else the visit's; `visit_language` the visit's, where they differ.
    """

    language: str
    visit_language: str | None = None
    channels: tuple[Channel, ...] = ()
    quiet_from: str | None = None
    quiet_until: str | None = None
    time_zone: str = "UTC"
    wish: Wish | None = None


class EscalationState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One escalation, as of its last step.

    `steps`: how many it has, so the number of the next. `last_step_at`, `opened_at`: `occurred_at`
    of steps. `tier` is where it is now. `assignments`: everybody who ever got it, in order; the
    last one has it, unless `manager_id` is None. `passed_by`: who had it when it moved up; they may
    still act until somebody else has acknowledged. `acted`: more was done than ACKNOWLEDGE, SNOOZE
    and REASSIGN, so it is not withdrawn when its grounds go. `disagreement_ids`, `action_ids`: all
    that was applied to it, so that nothing is applied twice. `on_appeal`: it came from an appeal.
    """

    escalation_id: str
    visit_id: str
    customer_id: str
    site_id: str
    region_id: str
    phase: Phase
    severity: Severity
    tier: Tier
    clocks: Clocks
    addressing: Addressing
    steps: int
    opened_at: int
    last_step_at: int
    grounds: tuple[Ground, ...] = ()
    manager_id: str | None = None
    assignments: tuple[Assignment, ...] = ()
    acknowledged_by: str | None = None
    acknowledged_at: int | None = None
    passed_by: tuple[str, ...] = ()
    acted: bool = False
    on_appeal: bool = False
    outcome: OutcomeName | None = None
    merged_into: str | None = None
    disagreement_ids: tuple[str, ...] = ()
    action_ids: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.phase is Phase.OPEN

    @property
    def waits_for_manager(self) -> bool:
        """Whether it is open and nobody has it, so that the choice is made again."""
        return self.is_open and self.manager_id is None

    @property
    def shown_grounds(self) -> tuple[Ground, ...]:
        """The grounds that stand; where none does, all there were: a step says what it is about."""
        return tuple(ground for ground in self.grounds if ground.stands) or self.grounds

    def stands_on(self, disagreement_id: str) -> bool:
        """Whether a ground that this disagreement wrote stands."""
        return any(
            ground.stands and disagreement_id in ground.disagreement_ids for ground in self.grounds
        )
