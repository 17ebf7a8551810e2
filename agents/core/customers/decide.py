"""The decisions, in their order (domain.md, "Decisions, in this order").

1. BELOW_THRESHOLD. 2. AWAITING. 3. The pilot. 4. JOINED. 5. The floor. 6. Lists. 7. The throttle.
"""

import math

from msgspec import Struct
from msgspec.structs import replace

from agents.core.customers.draft import Draft
from agents.core.customers.only_recorded import recorded_as, with_record
from agents.core.customers.rule_base.facts import instant, reason, valid_diagnoses
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.state import (
    Case,
    CaseStatus,
    Entry,
    EpisodeState,
    Throttled,
    Visit,
    reopened,
)
from agents.core.customers.throttle import fade, in_last_day, next_at, passes, used
from agents.core.policy import ListEntry
from agents.core.policy_numbers import Appeals
from agents.core.policy_numbers import Throttle as Limits
from agents.core.policy_values import epoch_milliseconds
from agents.core.reasons import START_TIER
from schemas.records import Arm, Decision, OutcomeName, Reason, Rule, Severity, Throttle, Tier

TIERS = (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE)
_AGAINST = (OutcomeName.UNFOUNDED, OutcomeName.ABUSIVE)


class Verdict(Struct, frozen=True, kw_only=True):
    """What the decisions after the pilot's gate come to: RAISED, JOINED or THROTTLED, and why."""

    decision: Decision
    reason: Reason
    throttle: Throttle | None = None


def decide(draft: Draft, visit_id: str, finding: Finding) -> None:
    """Decide one finding: its record, the standing, and what it takes of the throttle."""
    if finding.below_threshold or finding.awaiting:
        _only_recorded(draft, visit_id, finding)
        return
    verdict = _verdict(draft, visit_id, finding)
    match draft.visit(visit_id).arm:
        case Arm.LIVE:
            _live(draft, visit_id, finding, verdict)
        case Arm.SHADOW:
            _would_be(draft, visit_id, finding, verdict, Decision.SHADOWED)
        case _:
            _would_be(draft, visit_id, finding, verdict, Decision.NOT_ELIGIBLE)


def _only_recorded(draft: Draft, visit_id: str, finding: Finding) -> None:
    """Above the base, but within the limit or waiting for a yes: recorded once a revision."""
    _write(draft, visit_id, finding, recorded_as(finding), ())
    draft.put(with_record(draft.visit(visit_id), finding))


def _live(draft: Draft, visit_id: str, finding: Finding, verdict: Verdict) -> None:
    visit = draft.visit(visit_id)
    tier = start_tier(draft, finding)
    reasons: tuple[Reason, ...] = (verdict.reason,)
    escalation_id = None
    if verdict.decision is Decision.JOINED:
        escalation_id = open_case(visit) or finding.reopens
    elif verdict.decision is Decision.RAISED:
        escalation_id = f"{visit_id}:{visit.counters.get(_ESCALATIONS, 0) + 1}"
        if finding.tier is not None:
            reasons = (*reasons, reason(START_TIER, tier=finding.tier.value))
    disagreement_id = _write(
        draft, visit_id, finding, verdict.decision, reasons,
        escalation_id=escalation_id, throttle=verdict.throttle,
    )  # fmt: skip
    visit = draft.visit(visit_id)
    if verdict.decision is Decision.RAISED:
        assert escalation_id is not None, "made above"
        draft.put(_with_case(visit, escalation_id, draft.world.now))
        _take_place(draft, finding, escalation_id, disagreement_id)
    elif verdict.decision is Decision.THROTTLED:
        throttled = Throttled(
            disagreement_id=disagreement_id, decided_at=draft.world.now, start_tier=tier
        )
        draft.put(replace(visit, throttled=(*visit.throttled, throttled)))
    elif finding.reopens is not None:
        draft.put(_with_reopened(visit, escalation_id, draft.world.now))
    _stand(
        draft,
        visit_id,
        finding,
        decision=verdict.decision,
        would_be=None,
        disagreement_id=disagreement_id,
        escalation_id=escalation_id,
    )


_ESCALATIONS = "escalations"
_WOULD_BE_ESCALATIONS = "would-be escalations"


def _with_case(visit: Visit, escalation_id: str, now: int) -> Visit:
    number = visit.counters.get(_ESCALATIONS, 0) + 1
    return replace(
        visit,
        cases=(*visit.cases, Case(escalation_id=escalation_id, opened_at=now)),
        counters={**visit.counters, _ESCALATIONS: number},
        raised=visit.raised + 1,
    )


def _with_reopened(visit: Visit, escalation_id: str | None, now: int) -> Visit:
    """The case counts as open at once, as one that is raised does: the desk will say so."""
    cases = (
        replace(each, status=CaseStatus.OPEN, closings=reopened(each.closings, now))
        if each.escalation_id == escalation_id and each.status is CaseStatus.RESOLVED
        else each
        for each in visit.cases
    )
    return replace(visit, cases=tuple(cases))


def _take_place(draft: Draft, finding: Finding, escalation_id: str, disagreement_id: str) -> None:
    entry = Entry(
        escalation_id=escalation_id,
        disagreement_id=disagreement_id,
        occurred_at=finding.occurred_at,
        weight=draft.world.policy.throttle.weights.pending,
    )
    draft.customer = replace(draft.customer, entries=(*draft.customer.entries, entry))


def _would_be(
    draft: Draft, visit_id: str, finding: Finding, verdict: Verdict, decision: Decision
) -> None:
    """Outside the pilot: what would have been decided, on a list of entries of its own."""
    visit = draft.visit(visit_id)
    gate = reason("PILOT", arm=visit.arm.value, site_id=visit.site_id)
    disagreement_id = _write(
        draft, visit_id, finding, decision, (gate, verdict.reason),
        would_be=verdict.decision, throttle=verdict.throttle,
    )  # fmt: skip
    if verdict.decision is Decision.RAISED:
        visit = draft.visit(visit_id)
        number = visit.counters.get(_WOULD_BE_ESCALATIONS, 0) + 1
        counters = {**visit.counters, _WOULD_BE_ESCALATIONS: number}
        draft.put(replace(visit, would_be_open=True, counters=counters))
        entry = Entry(
            escalation_id="",
            disagreement_id=disagreement_id,
            occurred_at=finding.occurred_at,
            weight=1.0,
        )
        draft.customer = replace(
            draft.customer, would_be_entries=(*draft.customer.would_be_entries, entry)
        )
    _stand(
        draft,
        visit_id,
        finding,
        decision=decision,
        would_be=verdict.decision,
        disagreement_id=disagreement_id,
        escalation_id=None,
    )


def _write(
    draft: Draft,
    visit_id: str,
    finding: Finding,
    decision: Decision,
    reasons: tuple[Reason, ...],
    *,
    would_be: Decision | None = None,
    escalation_id: str | None = None,
    throttle: Throttle | None = None,
) -> str:
    return draft.write(
        visit_id,
        rule=finding.rule,
        subject_id=finding.subject_id,
        severity=finding.severity,
        decision=decision,
        trigger_event_id=finding.trigger_event_id,
        occurred_at=finding.occurred_at,
        reasons=(*finding.reasons, *reasons),
        would_be=would_be,
        escalation_id=escalation_id,
        throttle=throttle,
        wish=finding.wish,
    )


def _stand(
    draft: Draft,
    visit_id: str,
    finding: Finding,
    *,
    decision: Decision,
    would_be: Decision | None,
    disagreement_id: str,
    escalation_id: str | None,
) -> None:
    effective = would_be or decision
    before = standing_of(draft.visit(visit_id), finding)
    draft.stand(
        visit_id,
        EpisodeState(
            rule=finding.rule,
            subject_id=finding.subject_id,
            severity=finding.severity,
            decision=decision,
            would_be=would_be,
            live=effective in (Decision.RAISED, Decision.JOINED),
            disagreement_id=disagreement_id,
            escalation_id=escalation_id,
            excess=finding.excess,
            resolved_excess=before.resolved_excess,
            ended=before.ended,
            trigger_event_id=finding.trigger_event_id,
            due_at=finding.due_at,
        ),
    )


def standing_of(visit: Visit, finding: Finding) -> EpisodeState:
    """What stands of the finding's rule and subject; one that is not true where nothing does."""
    for each in visit.standings:
        if (each.rule, each.subject_id) == (finding.rule, finding.subject_id):
            return each
    return EpisodeState(rule=finding.rule, subject_id=finding.subject_id, true=False)


def open_case(visit: Visit) -> str | None:
    """The visit's open escalation, as far as stage customers knows."""
    return next(
        (each.escalation_id for each in visit.cases if each.status is CaseStatus.OPEN), None
    )


def start_tier(draft: Draft, finding: Finding) -> Tier:
    """Where a case of the finding starts: LOCAL, the rule's tier, or the wished one as allowed."""
    wished = finding.wish.tier if finding.wish else None
    highest = TIERS.index(draft.world.policy.wish.max_tier)
    place = min(TIERS.index(wished), highest) if wished in TIERS else 0
    return TIERS[max(place, TIERS.index(finding.tier) if finding.tier else 0)]


def _verdict(draft: Draft, visit_id: str, finding: Finding) -> Verdict:
    visit = draft.visit(visit_id)
    live = visit.arm is Arm.LIVE
    case = open_case(visit)
    if case is not None or visit.would_be_open:
        joined = reason("OPEN_ESCALATION", escalation_id=case)
        return Verdict(decision=Decision.JOINED, reason=joined)
    if finding.reopens is not None:
        again = reason("REOPENS_ESCALATION", escalation_id=finding.reopens)
        return Verdict(decision=Decision.JOINED, reason=again)
    entries = draft.customer.entries if live else draft.customer.would_be_entries
    limits = draft.world.policy.throttle
    counted = Throttle(
        used=used(entries, finding.occurred_at, limits),
        limit=limits.limit,
        window_days=limits.window_days,
    )
    floor = _floor(draft, visit, finding)
    if floor is not None:
        why = reason("FLOOR", because=floor)
        return Verdict(decision=Decision.RAISED, reason=why, throttle=counted)
    listed = _listed(draft, finding, counted, entries)
    if listed is not None:
        return listed
    if passes(entries, finding.occurred_at, limits):
        why = _throttle_reason(entries, finding, limits, None)
        return Verdict(decision=Decision.RAISED, reason=why, throttle=counted)
    possible = next_at(entries, max(finding.occurred_at, draft.world.now), limits)
    why = _throttle_reason(entries, finding, limits, possible, draft.world.policy.appeals)
    return Verdict(
        decision=Decision.THROTTLED, reason=why, throttle=replace(counted, next_at=possible)
    )


def _floor(draft: Draft, visit: Visit, finding: Finding) -> str | None:
    """Which part of the floor the finding stands on, if any: no throttle touches it."""
    if finding.severity is Severity.SAFETY and safety_holds(visit):
        return "SAFETY"
    if finding.floor:
        called = finding.rule is Rule.REQUESTED_BY_CUSTOMER
        return "CALLED" if called else finding.rule.value
    counter = _ESCALATIONS if visit.arm is Arm.LIVE else _WOULD_BE_ESCALATIONS
    if draft.customer.first_visit_id == visit.visit_id and not visit.counters.get(counter):
        return "FIRST_ESCALATION_OF_FIRST_VISIT"
    return None


def safety_holds(visit: Visit) -> bool:
    """Until a case was found UNFOUNDED or ABUSIVE; then again for a safety diagnosis after that."""
    ended = [each.resolved_at or 0 for each in visit.cases if each.outcome in _AGAINST]
    if not ended:
        return True
    return any(each.safety and each.occurred_at > max(ended) for each in valid_diagnoses(visit))


def _listed(
    draft: Draft, finding: Finding, counted: Throttle, entries: tuple[Entry, ...]
) -> Verdict | None:
    lists, limits = draft.world.policy.lists, draft.world.policy.throttle
    allowed = _entry_for(lists.allow, draft, finding)
    if allowed is not None:
        why = reason("ALLOW_LIST", reason=allowed.reason, until=_end(allowed))
        return Verdict(decision=Decision.RAISED, reason=why, throttle=counted)
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
        appeal_within_days=draft.world.policy.appeals.within_days,
    )
    throttle = replace(counted, next_at=possible)
    return Verdict(decision=Decision.THROTTLED, reason=why, throttle=throttle)


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
    finding: Finding,
    limits: Limits,
    possible: int | None,
    appeals: Appeals | None = None,
) -> Reason:
    """What counted at the finding's time, entry by entry, so that a person can add it up."""
    at = finding.occurred_at
    counted = [
        f"{each.disagreement_id} {instant(each.occurred_at)} {each.weight:g} x {share:.4g}"
        for each in sorted(entries, key=lambda each: (each.occurred_at, each.disagreement_id))
        if (share := fade(each, at, limits)) > 0
    ]
    later_ones = sum(
        at < each.occurred_at < at + limits.window_days * 86_400_000 for each in entries
    )
    return reason(
        "THROTTLE",
        at=instant(at),
        used=f"{used(entries, at, limits):g}",
        limit=limits.limit,
        window_days=limits.window_days,
        entries="; ".join(counted),
        entries_after=later_ones,
        in_24_hours=in_last_day(entries, at),
        limit_in_24_hours=limits.per_day,
        next_at=None if possible is None else instant(possible),
        appeal_within_days=None if appeals is None else appeals.within_days,
    )
