"""What a finding comes to after the pilot's gate (domain.md, "The decisions, in their order").

JOINED where the visit has an open escalation. What the product found is RAISED then, whatever the
throttle says; what was asked meets the floor, the lists and the throttle, in this order.
"""

import math

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.asked import abuse_counts, counting, is_asked, of_visit
from agents.core.customers.draft import Draft
from agents.core.customers.rule_base.facts import instant, reason, valid_diagnoses
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.state import CaseStatus, Customer, Entry, Visit
from agents.core.customers.stays import stays_of
from agents.core.customers.throttle import Limits, fade, in_last_day, next_at, passes, used
from agents.core.policy import ListEntry, Policy
from agents.core.policy_values import epoch_milliseconds
from agents.core.reasons import FOUND
from schemas.records import Arm, Decision, OutcomeName, Reason, Rule, Severity, Throttle

ASKED_ESCALATIONS = "asked escalations"
ASKED_WOULD_BE_ESCALATIONS = "asked would-be escalations"
_AGAINST = (OutcomeName.UNFOUNDED, OutcomeName.ABUSIVE)


class Verdict(Struct, frozen=True, kw_only=True):
    """What the decisions after the pilot's gate come to: RAISED, JOINED or THROTTLED, and why.

    `asked`: the customer's own words made the finding; `throttle` is there only then.
    """

    decision: Decision
    reasons: tuple[Reason, ...]
    asked: bool
    throttle: Throttle | None = None


def open_case(visit: Visit) -> str | None:
    """The visit's open escalation, as far as stage customers knows."""
    return next(
        (each.escalation_id for each in visit.cases if each.status is CaseStatus.OPEN), None
    )


def verdict_of(draft: Draft, visit_id: str, finding: Finding) -> Verdict:
    """What becomes of a finding where it may be RAISED."""
    visit = draft.visit(visit_id)
    asked = is_asked(draft.customer, visit, finding, draft.world.policy)
    found = () if asked else (reason(FOUND),)
    case = open_case(visit)
    if case is not None or visit.would_be_open:
        joined = reason("OPEN_ESCALATION", escalation_id=case)
        return Verdict(decision=Decision.JOINED, reasons=(*found, joined), asked=asked)
    if finding.reopens is not None:
        again = reason("REOPENS_ESCALATION", escalation_id=finding.reopens)
        return Verdict(decision=Decision.JOINED, reasons=(*found, again), asked=asked)
    if not asked:
        return Verdict(decision=Decision.RAISED, reasons=found, asked=False)
    return _asked_for(draft, visit, finding)


def _asked_for(draft: Draft, visit: Visit, finding: Finding) -> Verdict:
    """The floor, the lists and the throttle, with what the record says of the throttle."""
    at, policy = finding.occurred_at, draft.world.policy
    entries = counting(_entries(draft.customer, visit))
    limits = Limits(policy.throttle, tuple(stays_of(draft.customer)))
    counted = Throttle(
        used=used(entries, at, policy.throttle),
        limit=limits.of_window(at),
        window_days=policy.throttle.window_days,
    )
    floor = _floor(draft.customer, visit, finding, policy)
    if floor is not None:
        why = reason("FLOOR", because=floor)
        return Verdict(decision=Decision.RAISED, reasons=(why,), asked=True, throttle=counted)
    listed = _listed(draft, finding, counted, entries, limits)
    if listed is not None:
        return listed
    if passes(entries, at, limits):
        why = _throttle_reason(entries, at, limits, None)
        return Verdict(decision=Decision.RAISED, reasons=(why,), asked=True, throttle=counted)
    possible = next_at(entries, max(at, draft.world.now), limits)
    why = _throttle_reason(entries, at, limits, possible, _appeal_within_days(draft))
    throttle = replace(counted, next_at=possible)
    return Verdict(decision=Decision.THROTTLED, reasons=(why,), asked=True, throttle=throttle)


def _entries(customer: Customer, visit: Visit) -> tuple[Entry, ...]:
    """The real ones, or outside the pilot those that would be."""
    return customer.entries if visit.arm is Arm.LIVE else customer.would_be_entries


def _floor(customer: Customer, visit: Visit, finding: Finding, policy: Policy) -> str | None:
    """Which part of the floor the finding stands on, if any: no throttle touches it.

    A call is on it only while no ABUSIVE entry of the customer counts.
    """
    if finding.severity is Severity.SAFETY and safety_holds(customer, visit):
        return "SAFETY"
    called = finding.floor and finding.rule is Rule.REQUESTED_BY_CUSTOMER
    if finding.floor and not called:
        return finding.rule.value
    if called and not _shut_for_calls(customer, finding.occurred_at, policy):
        return "CALLED"
    if customer.first_visit_id == visit.visit_id and not _had_asked(customer, visit):
        return "FIRST_ESCALATION_OF_FIRST_VISIT"
    return None


def _shut_for_calls(customer: Customer, at: int, policy: Policy) -> bool:
    return policy.writes_generation(2) and abuse_counts(customer, at, policy)


def _had_asked(customer: Customer, visit: Visit) -> bool:
    """Whether the visit had an escalation that was asked for, or would have had one.

    The counter outlives the entry; a visit of a version before has no such counter yet.
    """
    counter = ASKED_ESCALATIONS if visit.arm is Arm.LIVE else ASKED_WOULD_BE_ESCALATIONS
    if visit.counters.get(counter):
        return True
    return bool(of_visit(counting(_entries(customer, visit)), visit.visit_id))


def safety_holds(customer: Customer, visit: Visit) -> bool:
    """Until a case that was asked for was found UNFOUNDED or ABUSIVE.

    Then again for a safety diagnosis that occurred after that.
    """
    ended = [each for each in visit.cases if each.outcome in _AGAINST]
    if not ended:
        return True
    asked = {each.escalation_id for each in counting(customer.entries)}
    against = [each.resolved_at or 0 for each in ended if each.escalation_id in asked]
    if not against:
        return True
    return any(each.safety and each.occurred_at > max(against) for each in valid_diagnoses(visit))


def _listed(
    draft: Draft,
    finding: Finding,
    counted: Throttle,
    entries: tuple[Entry, ...],
    limits: Limits,
) -> Verdict | None:
    lists = draft.world.policy.lists
    allowed = _entry_for(lists.allow, draft, finding)
    if allowed is not None:
        why = reason("ALLOW_LIST", reason=allowed.reason, until=_end(allowed))
        return Verdict(decision=Decision.RAISED, reasons=(why,), asked=True, throttle=counted)
    blocked = _entry_for(lists.block, draft, finding)
    if blocked is None:
        return None
    possible = None
    if blocked.until is not None:
        end = epoch_milliseconds(blocked.until)
        possible = next_at(entries, max(end, finding.occurred_at, draft.world.now), limits)
    why = reason(
        "BLOCK_LIST",
        reason=blocked.reason,
        until=_end(blocked),
        next_at=None if possible is None else instant(possible),
        appeal_within_days=_appeal_within_days(draft),
    )
    throttle = replace(counted, next_at=possible)
    return Verdict(decision=Decision.THROTTLED, reasons=(why,), asked=True, throttle=throttle)


def _appeal_within_days(draft: Draft) -> int | None:
    """Within how many days what is throttled now can be appealed; None: on none of them.

    An entry that is ABUSIVE shuts the way as long as it counts, and nobody is told of a shut way.
    """
    policy = draft.world.policy
    days = policy.appeals.within_days
    last = draft.world.now + days * DAY_MS - 1
    is_shut = policy.writes_generation(2) and abuse_counts(draft.customer, last, policy)
    return None if is_shut else days


def _entry_for(entries: tuple[ListEntry, ...], draft: Draft, finding: Finding) -> ListEntry | None:
    """The customer's entry that holds at the finding's time: of several, the one that ends last."""
    if not entries:
        return None
    names = draft.world.pseudonyms.names(draft.customer.customer_id)
    ends = (
        (math.inf if each.until is None else epoch_milliseconds(each.until), each)
        for each in entries
        if each.customer_id in names
    )
    hold = [(end, each) for end, each in ends if finding.occurred_at < end]
    return max(hold, key=lambda pair: pair[0])[1] if hold else None


def _end(entry: ListEntry) -> str | None:
    return entry.until.isoformat().replace("+00:00", "Z") if entry.until else None


def _throttle_reason(
    entries: tuple[Entry, ...],
    at: int,
    limits: Limits,
    possible: int | None,
    appeal_within_days: int | None = None,
) -> Reason:
    """What counted at the finding's time, entry by entry, so that a person can add it up."""
    throttle = limits.throttle
    counted = [
        f"{each.disagreement_id} {instant(each.occurred_at)} {each.weight:g} x {share:.4g}"
        for each in sorted(entries, key=lambda each: (each.occurred_at, each.disagreement_id))
        if (share := fade(each, at, throttle)) > 0
    ]
    later_ones = sum(at < each.occurred_at < at + limits.window_ms for each in entries)
    return reason(
        "THROTTLE",
        at=instant(at),
        used=f"{used(entries, at, throttle):g}",
        limit=limits.of_window(at),
        window_days=throttle.window_days,
        entries="; ".join(counted),
        entries_after=later_ones,
        in_24_hours=in_last_day(entries, at),
        limit_in_24_hours=limits.of_day(at),
        next_at=None if possible is None else instant(possible),
        appeal_within_days=appeal_within_days,
    )
