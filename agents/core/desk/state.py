"""What stage desk keeps of one escalation: one record in one table.

Nothing here can hold itself, so the garbage collector need not look at it (`gc=False`): with a
million open cases it would look for seconds.
"""

from enum import StrEnum

from msgspec import Struct

from schemas.records import (
    Channel,
    Kind,
    OutcomeName,
    Remedy,
    Rule,
    Severity,
    Tier,
    TopicName,
    Wish,
)


class Phase(StrEnum):
    """Where an escalation stands."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"
    WITHDRAWN = "WITHDRAWN"
    MERGED = "MERGED"
    FORGOTTEN = "FORGOTTEN"
    """It was never opened: its customer was forgotten before what opens it was handled."""


class Ground(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What a finding rests on; one of a rule and subject, as an episode is.

    `disagreement_ids`: the record that began the episode, then those that wrote a rise of severity.
    `occurred_at` (ms): the trigger of the first of them, by which storms are counted. `stands` is
    False once a CORRECTED took it away. `told`: what notices say of it, as their parameters; None
    of one of a version before.
    """

    rule: Rule
    kind: Kind
    disagreement_ids: tuple[str, ...]
    subject_id: str | None = None
    occurred_at: int = 0
    stands: bool = True
    told: dict[str, str] | None = None


class Assignment(Struct, frozen=True, gc=False, array_like=True):
    """A manager got the case. `as_of` (ms): when it reaches them; for site hours, in these."""

    manager_id: str
    as_of: int


class Mark(Struct, frozen=True, gc=False, array_like=True, order=True):
    """When so many percent of a deadline's time have passed (ms)."""

    at: int
    percent: int


class TierMark(Struct, frozen=True, gc=False, array_like=True, order=True):
    """When the case goes to a tier, if nobody has acknowledged it by then (ms)."""

    at: int
    tier: Tier


class Begun(Struct, frozen=True, gc=False, array_like=True):
    """When each clock began to run (ms); 0 where it follows nothing.

    `set_by` stands for the hours and numbers that the deadlines were set by.
    """

    set_by: int
    opened: int
    acknowledge: int
    decide: int


class Clocks(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The deadlines of a case (ms), and what time makes before them.

    All moments are fixed when the clock is set: a later change of the directory or the policy
    moves none, unless the policy says so. `decide_minutes`: the length of the decision's clock, in
    its own time. `warn_acknowledge`, `warn_decide`: the warnings that are still to come. `tiers`:
    "next tier after", which holds while nobody has acknowledged. `decide_passed`: `decide_by` has
    passed and there was nowhere to move up to; nothing more happens by this clock.
    `decide_again_at`: it has passed, nobody above could be reached, and then it is tried again.

    `begun`: where the policy has deadlines follow changes (`following`). `moved_in`: the tiers in
    which `decide_by` moved, so that who got the case had their time to acknowledge it.
    """

    acknowledge_by: int
    decide_by: int
    decide_minutes: int
    warn_acknowledge: tuple[Mark, ...] = ()
    warn_decide: tuple[Mark, ...] = ()
    tiers: tuple[TierMark, ...] = ()
    decide_passed: bool = False
    decide_again_at: int | None = None
    begun: Begun | None = None
    moved_in: tuple[Tier, ...] = ()


class Wait(Struct, frozen=True, gc=False, kw_only=True):
    """The clocks stand still since `since`, at the latest until `until` (ms).

    `clocks` are those of before: the case's own show how they go on if the wait lasts to its end.
    """

    since: int
    until: int
    clocks: Clocks


class Guards(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What a manager's waits, promises and outcomes are measured by (see `desk/guards.py`).

    Since the opening or the last reopening: `contacted_at` (ms), when somebody last spoke with the
    customer; `called`: a manager took their call; `replaced`: promises in a row that another took
    the place of in time. Of the whole life: `waited_ms`, how long the waits that are over lasted.

    Of what was found ABUSIVE: `found_by`, who resolved it, and `found_tier`, at which tier (None:
    an operator); `confirmed`: another person looked at it too, so that it counts;
    `confirm_warned_at` (ms): until when nobody has, who can is told once more; None: they were.
    `confirm_untold`: they are told for the first time then, as the site was closed.
    """

    contacted_at: int | None = None
    called: bool = False
    replaced: int = 0
    waited_ms: int = 0
    found_by: str | None = None
    found_tier: Tier | None = None
    confirmed: bool = False
    confirm_warned_at: int | None = None
    confirm_untold: bool = False


class Addressing(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
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


class SaidLast(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What the customer said last in words of their own (cleaned), or about what; `at` (ms)."""

    at: int
    words: str | None = None
    topic: TopicName | None = None


class HeldNotice(Struct, frozen=True, gc=False, array_like=True, omit_defaults=True):
    """A notice that may not be sent before a time (ms): of which step, and for whom.

    `whom` is how its id ends; `to`: of managers their id. `why`: what we are sorry for in it.
    `cause`: how the id of one ends that is told beside the steps (`step` is none then).
    """

    step: int
    whom: str
    not_before: int
    to: str = ""
    why: str = ""
    cause: str = ""


class EscalationState(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One escalation, as of its last step.

    `steps`: how many it has, so the number of the next. `last_step_at`, `opened_at`, `ended_at`:
    times of steps. `tier` is where it is now. `assignments`: everybody who ever got it, in order;
    the last one has it, unless `manager_id` is None. `passed_by`: who had it when it moved up; they
    may still act until somebody else has acknowledged. `acted`: more was done than ACKNOWLEDGE,
    SNOOZE and REASSIGN, so it is not withdrawn when its grounds go. `on_appeal`: it came from an
    appeal. `asked`: the customer's own words RAISED it; of one that a version before opened that is
    not known (`cases.is_asked_for`). `reopened_at`: by a person, at last. `incident_id`: the storm
    that it is part of. `disagreement_ids`, `action_ids`, `answer_ids`: all that was applied to it,
    so that nothing is applied twice.

    What people and time still have to do: `wait`; `snoozed_until`; the last promise
    (`promised_until`), which counts as missed at `promise_missed_at`; `hand_over_at`, when its
    manager goes and is not back before the next deadline. That is by their shifts and absences
    `presence` (see there), from `present_from` on: a person may have given it to who is away.
    `shift_begins_at` (ms): its manager was chosen though they are not there before; 0: they were.

    `given_in_step`: the step by which its manager got it. `excluded`: who is not chosen again while
    an appeal is undecided. `passes_ceiling`: that was at its ceiling, so that one tier above may
    have it. `overdue`: how often it was said at its ceiling that it is undecided; `left_ceiling`:
    for that it went to somebody else, which happens once.

    `not_reached`: a notice to its manager (or `CUSTOMER`) could not be delivered, which is said
    once. `kept_in_vain`: why it should have moved up while nobody above could be reached, which is
    said once of each manager, and OVERDUE once of each `decide_by`, below its ceiling.
    `currency`, `only_estimate`: of the visit, as the newest ground says. `remedy`: of the last
    resolution. `about_conduct`: it is about somebody's conduct, so the site does not hear of it.
    `withdrawn_by_customer`: they took it back, so what a person reopens can hurt them no more.
    `said_last`: the customer's own words, only while it is open. `stands_told_at` (ms): when they
    last heard where it stands, as they had asked again. `unsettled_told`: a manager above heard
    that they call its last decision unsettled. `decided_by`, `decided_as`: the last resolution,
    also once it is open again (from generation 2 of the policy on).
    `held`: the notices of it that may not be sent yet, which a later one takes the place of.
    `vehicle_id`: of the visit, as the newest ground says. `shown`: its newest step stands in
    recourse.cases; what a version before opened is shown by and by.
    `low_told_at` (ms): with it, as a LOW one, a manager above was told of many at its site, and of
    the cases up to which moment.
    `customer_acted_at` (ms): when the customer last did something that the desk heard of.
    `erased`: the customer asked to be forgotten. `tried_again_at` (ms): time failed on
    it by a defect of ours, and is not tried before, or before its next step. `guards`: None, the
    case was opened under a policy of generation 1.
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
    asked: bool | None = None
    outcome: OutcomeName | None = None
    merged_into: str | None = None
    incident_id: str | None = None
    ended_at: int | None = None
    reopened_at: int | None = None
    wait: Wait | None = None
    snoozed_until: int | None = None
    promised_until: int | None = None
    promise_missed_at: int | None = None
    hand_over_at: int | None = None
    presence: int = 0
    present_from: int = 0
    shift_begins_at: int = 0
    given_in_step: int = 0
    excluded: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
    kept_in_vain: tuple[str, ...] = ()
    passes_ceiling: bool = False
    overdue: int = 0
    left_ceiling: bool = False
    erased: bool = False
    tried_again_at: int | None = None
    currency: str | None = None
    only_estimate: str | None = None
    remedy: Remedy | None = None
    about_conduct: bool = False
    guards: Guards | None = None
    withdrawn_by_customer: bool = False
    said_last: SaidLast | None = None
    stands_told_at: int | None = None
    unsettled_told: bool = False
    customer_acted_at: int | None = None
    decided_by: str | None = None
    decided_as: OutcomeName | None = None
    held: tuple[HeldNotice, ...] = ()
    vehicle_id: str | None = None
    shown: bool = False
    low_told_at: int | None = None
    disagreement_ids: tuple[str, ...] = ()
    action_ids: tuple[str, ...] = ()
    answer_ids: tuple[str, ...] = ()

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
