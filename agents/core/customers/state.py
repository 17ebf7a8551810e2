"""What stage customers keeps of one customer: one record in one table.

A visit keeps its facts as they came; everything else about it follows from them. So the order of
arrival cannot matter: a rule reads the set of facts, not the history of their handling.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from agents.core.customers.compared_sums import Compared
from agents.core.customers.field_aliases import alias
from agents.core.customers.kept_walk import Walk
from agents.core.customers.stored_facts import (
    KeptCheckIn,
    KeptClosure,
    KeptDiagnosis,
    KeptEstimate,
    KeptResponse,
    KeptWarrantyDecision,
)
from agents.core.customers.throttle_told import ThrottleTold
from schemas.records import (
    Arm,
    Decision,
    Kind,
    OutcomeName,
    Remedy,
    Rule,
    Settled,
    Severity,
    Tier,
)


class Ended(Struct, frozen=True, kw_only=True, rename=alias):
    """An episode that ended with its escalation: what REOPENED brings back."""

    escalation_id: str
    disagreement_id: str | None
    decision: Decision
    severity: Severity


class EpisodeState(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """A finding that is true now, or whose episode has not ended: what was decided about it last.

    `live`: an episode stands (decided RAISED or JOINED, or the would-be of these, and not ended).
    `ended`: its episodes that ended with their escalation while the ground stood; REOPENED revives
    one, also when the finding was decided anew since.
    `resolved_excess`: minor units above the base when the escalation was resolved, exactly, as in
    1045/3; a rise is decided anew only above it. `true` is False when the ground is gone but the
    line is kept for that. `due_at`: of a price, the end of its grace that was decided last (ms).
    `asked`: the customer's own words made it. `kind`: where it is not the rule's.
    """

    rule: Rule
    subject_id: str | None = None
    true: bool = True
    severity: Severity = Severity.NORMAL
    decision: Decision = Decision.UNKNOWN
    would_be: Decision | None = None
    live: bool = False
    disagreement_id: str | None = None
    escalation_id: str | None = None
    ended: tuple[Ended, ...] = ()
    excess: str | None = None
    resolved_excess: str | None = None
    trigger_event_id: str = ""
    due_at: int | None = None
    asked: bool = False
    kind: Kind | None = None


class CaseStatus(StrEnum):
    """Where an escalation stands, as far as stage customers knows."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"
    WITHDRAWN = "WITHDRAWN"
    MERGED = "MERGED"


class Closing(Struct, frozen=True, array_like=True):
    """An escalation ended at `at`; `resolved`: decided, not withdrawn or merged."""

    at: int
    resolved: bool
    reopened_at: int | None = None


def reopened(closings: tuple[Closing, ...], at: int) -> tuple[Closing, ...]:
    """The closings of a case that is opened again at `at`, if it was not before."""
    return tuple(
        replace(each, reopened_at=at) if each.reopened_at is None else each for each in closings
    )


class Case(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """An escalation of a visit, as far as stage customers knows it.

    `outcome` is that of its last resolution, and `resolved_at` when that was; `appealed`: that one
    has been appealed. `confirmed_at`: when another person confirmed that it was ABUSIVE, from which
    the time to appeal runs. `closings`: each time it ended, in the order in which that was known.
    """

    escalation_id: str
    opened_at: int
    status: CaseStatus = CaseStatus.OPEN
    resolved_at: int | None = None
    confirmed_at: int | None = None
    outcome: OutcomeName | None = None
    merged_into: str | None = None
    closings: tuple[Closing, ...] = ()
    appealed: bool = False


class Silence(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """A question that was due: `event_id` asked it, and no word came by `due_at` (ms).

    `watched`: an escalation was open then, so the desk's clocks watched and nothing was found.
    `business_hours`: how long it had waited. `raised`: it was RAISED, or would have been.
    """

    event_id: str
    due_at: int
    business_hours: int
    watched: bool = False
    raised: bool = False


class Grace(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """A price that waited for its yes was judged at `due_at` (ms): an estimate and its base.

    `base`: the event that made the base, an authorisation or the lowest revision. `minutes`: how
    many business minutes it had, in sum.
    """

    estimate_id: str
    base: str
    due_at: int
    minutes: int


class ReadyTime(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """A promised ready time that passed without a word, judged at `due_at` (both ms).

    `business_hours`: how long it had passed. `watched`: an escalation was open then, so the desk's
    clocks watched and nothing was found.
    """

    ready_at: int
    due_at: int
    business_hours: int
    watched: bool = False


class Granted(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """What a manager decided for the customer, and somebody has to keep.

    `tier`: how far up it was decided, as far as the desk said. `claims`: of a decision without
    remedy, the claims of which it holds, each with what they were found by. They are to be covered
    by `due_at` (ms). `trigger_event_id`: what the case was about. `contacted_at`: when somebody
    last spoke with the customer about it since (ms).
    """

    escalation_id: str
    decided_at: int
    tier: Tier | None = None
    remedy: Remedy | None = None
    claims: tuple[tuple[str, Rule], ...] = ()
    due_at: int | None = None
    trigger_event_id: str = ""
    contacted_at: int | None = None


class Throttled(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """A THROTTLED decision, which can be appealed: where its case would have started, and when."""

    disagreement_id: str
    decided_at: int
    start_tier: Tier
    appealed: bool = False


class Appeal(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """What became of an APPEALED response (or DISPUTED of an ESCALATION); fixed when it is handled.

    `of` is the throttled disagreement that was appealed, or the escalation, whose outcome then was:
    `reopens`. Where `refused` says
    why it could not be, the response is a request: the ground of REQUESTED_BY_CUSTOMER. `said`: the
    response, where it came on another visit of the customer than this one.
    """

    event_id: str
    of: str | None = None
    start_tier: Tier | None = None
    reopens: bool = False
    refused: str | None = None
    said: KeptResponse | None = None


class Visit(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """One stay of one vehicle at one site.

    `opened_at` is `now` when its record opened, `first_occurred_at` when its earliest event
    (`first_event_id`) occurred,
    `last_event_at` the largest `now` of any event of it. Region and arm are fixed when it opens.
    `site_id` and `vehicle_id`: of the check-in that occurred last, else of the first event handled.
    `currency` is fixed by the first amount applied. `counters`: records made so far by rule,
    escalations opened and those that would have been, contact cards; the line of an old visit keeps
    them. `records_today`: by rule, the UTC day
    (ordinal) and how many records it had.
    `late_closures`: the closures (event_id) that came long after they occurred, or after the
    visit's record had gone. `below_recorded`: estimates and revisions that have their
    BELOW_THRESHOLD, `awaiting_recorded` their AWAITING; `graces`: what was judged of those,
    `ready_times`: of promised times; `granted`: what was decided for the customer, by escalation;
    `delays`: how many of its events came within which time, by `delays.py` (all from generation 2
    of the policy on). `closed_at` is `now` when its last closure arrived,
    `silent_since` when it counted as closed because nothing came. `would_be_open`: a case that
    would have been raised counts as open until the visit is closed.
    `survey_at`: when the customer is to be asked how it was (ms); None: not at all, or no more.
    `share`: of a LIVE site that takes a share of its customers, how many of 10,000 when the record
    opened. `rating_counted`, `settled_counted`: what insights have of it.
    """

    visit_id: str
    site_id: str
    region_id: str
    arm: Arm
    opened_at: int
    first_occurred_at: int
    first_event_id: str
    last_event_at: int
    vehicle_id: str | None = None
    currency: str | None = None
    check_ins: tuple[KeptCheckIn, ...] = ()
    diagnoses: tuple[KeptDiagnosis, ...] = ()
    estimates: tuple[KeptEstimate, ...] = ()
    warranty_decisions: tuple[KeptWarrantyDecision, ...] = ()
    responses: tuple[KeptResponse, ...] = ()
    closures: tuple[KeptClosure, ...] = ()
    late_closures: tuple[str, ...] = ()
    standings: tuple[EpisodeState, ...] = ()
    cases: tuple[Case, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    throttled: tuple[Throttled, ...] = ()
    silences: tuple[Silence, ...] = ()
    counters: dict[str, int] = {}
    records_today: dict[str, tuple[int, int]] = {}
    below_recorded: tuple[tuple[str, int], ...] = ()
    awaiting_recorded: tuple[tuple[str, int], ...] = ()
    graces: tuple[Grace, ...] = ()
    ready_times: tuple[ReadyTime, ...] = ()
    granted: tuple[Granted, ...] = ()
    delays: tuple[int, ...] = ()
    raised: int = 0
    would_be_open: bool = False
    ended_published: bool = False
    closed_at: int | None = None
    silent_since: int | None = None
    survey_at: int | None = None
    share: int = 0
    rating_counted: int | None = None
    settled_counted: Settled | None = None


class Attempt(Struct, frozen=True, kw_only=True, rename=alias):
    """A repair tried: one symptom (its code, where it has none) on a closed visit."""

    symptom: str
    occurred_at: int


class PastVisit(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """The line that is kept of a visit after its record has gone.

    It is also the view that the rules over several visits have of a visit that is still whole.

    Days out of service are local calendar days as ordinals (`date.toordinal`), both inclusive.
    `cases`: those that are open, or whose outcome can still be appealed. `ended`: its end was
    published. `stay_closed_at`: when it was closed (ms), of a visit with a check-in. After an
    erasure, of a visit that may go on, `visit_id` is a keyed hash and only the counters are there,
    so that no id is given twice. `site_id` and `region_id`: of a visit with such cases, from
    generation 2 of the policy on.
    """

    visit_id: str
    vehicle_id: str | None
    first_occurred_at: int
    last_occurred_at: int
    attempts: tuple[Attempt, ...] = ()
    no_fault_found: tuple[tuple[str, int], ...] = ()
    out_of_service: tuple[int, int] | None = None
    counters: dict[str, int] = {}
    cases: tuple[Case, ...] = ()
    ended: bool = True
    stay_closed_at: int | None = None
    site_id: str | None = None
    region_id: str | None = None


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """A place taken in the throttle: when its trigger occurred, and what became of it.

    `withdrawn`: the customer took it back once, so it weighs no more than that for good.
    `asked`: by the customer's own words. One that a version before kept has it not, and counts
    where its rule says so (`asked.counting`).
    """

    escalation_id: str
    disagreement_id: str
    occurred_at: int
    weight: float
    outcome: OutcomeName | None = None
    closed: bool = False
    withdrawn: bool = False
    asked: bool = False


class Escalated(Struct, frozen=True, array_like=True):
    """An escalation of the customer; `at`: `now` when stage customers last heard of it (ms)."""

    escalation_id: str
    region_id: str
    at: int


class Seen(Struct, frozen=True, kw_only=True, array_like=True):
    """An `event_id` that could still come twice; `digest` tells another content, `until` is ms."""

    digest: int
    until: int


class Customer(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """All that stage customers knows of one customer.

    `first_visit_id` is the visit of the earliest event, which occurred at `first_visit_at`.
    `entries` are the real ones; `would_be_entries` those of sites OFF, SHADOW and HOLDOUT.
    `throttle_appeals`: when a throttled decision was appealed, with the escalation it opened.
    `throttle_told`: what they were last told of the throttle, so that they are told once.
    `escalations`: those that an erasure would have to name.
    `surveyed_at`: when they were last asked how a visit was (ms). `compared`: their visits in sums.
    `erased_at`: it is what stays after an erasure that occurred then; `customer_id` is a keyed
    hash.
    `due_at`: the next moment at which time changes something of it (ms).
    `shown`: what tells their record in recourse.customers from another; None: they have none.
    `walk`: of no customer, but of the partition (`overview_walk.py`).
    """

    customer_id: str
    first_visit_id: str
    first_visit_at: int
    first_event_id: str
    last_visit_at: int
    visits: dict[str, Visit] = {}
    past: tuple[PastVisit, ...] = ()
    entries: tuple[Entry, ...] = ()
    would_be_entries: tuple[Entry, ...] = ()
    throttle_appeals: tuple[tuple[int, str], ...] = ()
    throttle_told: ThrottleTold | None = None
    escalations: tuple[Escalated, ...] = ()
    erased_at: int | None = None
    surveyed_at: int | None = None
    compared: tuple[Compared, ...] = ()
    due_at: int = 0
    seen: dict[str, Seen] = {}
    shown: int | None = None
    walk: Walk | None = None


def open_cases(customer: Customer) -> tuple[Case, ...]:
    """The customer's open escalations, also those of visits of which only a line is left.

    Each once: of a visit that opened anew after its record had gone there are both.
    """
    found: dict[str, Case] = {}
    for visits in (customer.past, customer.visits.values()):
        for visit in visits:
            for case in visit.cases:
                if case.status is CaseStatus.OPEN:
                    found[case.escalation_id] = case
    return tuple(found.values())


def with_escalation(customer: Customer, escalation_id: str, region_id: str, at: int) -> Customer:
    """The customer with an escalation heard of at `at` (ms)."""
    others = (each for each in customer.escalations if each.escalation_id != escalation_id)
    now = Escalated(escalation_id, region_id, at)
    return replace(customer, escalations=(*others, now))
