"""The decisions, in their order (domain.md, "Decisions, in this order").

1. BELOW_THRESHOLD. 2. AWAITING. 3. The pilot. 4. JOINED. What comes then is in verdict.py.
"""

from msgspec.structs import replace

from agents.core.customers.draft import Draft
from agents.core.customers.only_recorded import recorded_as, with_record
from agents.core.customers.rule_base.facts import reason
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
from agents.core.customers.verdict import (
    ASKED_ESCALATIONS,
    ASKED_WOULD_BE_ESCALATIONS,
    Verdict,
    open_case,
    verdict_of,
)
from agents.core.reasons import START_TIER
from agents.core.tiers import TIERS
from schemas.records import Arm, Decision, Reason, Rule, Throttle, Tier


def decide(draft: Draft, visit_id: str, finding: Finding) -> None:
    """Decide one finding: its record, the standing, and what it takes of the throttle."""
    if finding.below_threshold or finding.awaiting:
        _only_recorded(draft, visit_id, finding)
        return
    verdict = verdict_of(draft, visit_id, finding)
    match draft.visit(visit_id).arm:
        case Arm.LIVE:
            _live(draft, visit_id, finding, verdict)
        case Arm.SHADOW:
            _would_be(draft, visit_id, finding, verdict, Decision.SHADOWED)
        case _:
            _would_be(draft, visit_id, finding, verdict, Decision.NOT_ELIGIBLE)
    if verdict.decision is Decision.RAISED and finding.rule is Rule.SILENCE_NO_WORD:
        _note_silence(draft, visit_id, finding)


def _only_recorded(draft: Draft, visit_id: str, finding: Finding) -> None:
    """Above the base, but within the limit or waiting for a yes: recorded once a revision."""
    _write(draft, visit_id, finding, recorded_as(finding), ())
    draft.put(with_record(draft.visit(visit_id), finding))


def _live(draft: Draft, visit_id: str, finding: Finding, verdict: Verdict) -> None:
    visit = draft.visit(visit_id)
    tier = start_tier(draft, finding)
    reasons = verdict.reasons
    escalation_id = None
    if verdict.decision is Decision.JOINED:
        escalation_id = open_case(visit) or finding.reopens
    elif verdict.decision is Decision.RAISED:
        escalation_id = f"{visit_id}:{visit.counters.get(_ESCALATIONS, 0) + 1}"
        if finding.tier is not None:
            reasons = (*reasons, reason(START_TIER, tier=finding.tier.value))
    disagreement_id = _write(
        draft, visit_id, finding, verdict.decision, reasons,
        asked=verdict.asked, escalation_id=escalation_id, throttle=verdict.throttle,
    )  # fmt: skip
    visit = draft.visit(visit_id)
    if verdict.decision is Decision.RAISED:
        assert escalation_id is not None, "made above"
        draft.put(_with_case(visit, escalation_id, draft.world.now))
        if verdict.asked:
            _take_place(draft, visit_id, finding, escalation_id, disagreement_id)
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
        asked=verdict.asked,
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


def _take_place(
    draft: Draft, visit_id: str, finding: Finding, escalation_id: str, disagreement_id: str
) -> None:
    """What was asked for takes a place in the throttle."""
    entry = Entry(
        escalation_id=escalation_id,
        disagreement_id=disagreement_id,
        occurred_at=finding.occurred_at,
        weight=draft.world.policy.throttle.weights.pending,
        asked=True,
    )
    draft.customer = replace(draft.customer, entries=(*draft.customer.entries, entry))
    _count(draft, visit_id, ASKED_ESCALATIONS)


def _count(draft: Draft, visit_id: str, counter: str) -> None:
    visit = draft.visit(visit_id)
    counters = {**visit.counters, counter: visit.counters.get(counter, 0) + 1}
    draft.put(replace(visit, counters=counters))


def _note_silence(draft: Draft, visit_id: str, finding: Finding) -> None:
    """The next one on the visit may count as asked for."""
    visit = draft.visit(visit_id)
    silences = tuple(
        replace(each, raised=True) if each.event_id == finding.trigger_event_id else each
        for each in visit.silences
    )
    draft.put(replace(visit, silences=silences))


def _would_be(
    draft: Draft, visit_id: str, finding: Finding, verdict: Verdict, decision: Decision
) -> None:
    """Outside the pilot: what would have been decided, on a list of entries of its own."""
    visit = draft.visit(visit_id)
    gate = reason("PILOT", arm=visit.arm.value, site_id=visit.site_id)
    disagreement_id = _write(
        draft, visit_id, finding, decision, (gate, *verdict.reasons),
        asked=verdict.asked, would_be=verdict.decision, throttle=verdict.throttle,
    )  # fmt: skip
    if verdict.decision is Decision.RAISED:
        _count(draft, visit_id, _WOULD_BE_ESCALATIONS)
        draft.put(replace(draft.visit(visit_id), would_be_open=True))
        if verdict.asked:
            _take_would_be_place(draft, visit_id, finding, disagreement_id)
    _stand(
        draft,
        visit_id,
        finding,
        decision=decision,
        would_be=verdict.decision,
        disagreement_id=disagreement_id,
        escalation_id=None,
        asked=verdict.asked,
    )


def _take_would_be_place(
    draft: Draft, visit_id: str, finding: Finding, disagreement_id: str
) -> None:
    entry = Entry(
        escalation_id="",
        disagreement_id=disagreement_id,
        occurred_at=finding.occurred_at,
        weight=1.0,
        asked=True,
    )
    would_be = (*draft.customer.would_be_entries, entry)
    draft.customer = replace(draft.customer, would_be_entries=would_be)
    _count(draft, visit_id, ASKED_WOULD_BE_ESCALATIONS)


def _write(
    draft: Draft,
    visit_id: str,
    finding: Finding,
    decision: Decision,
    reasons: tuple[Reason, ...],
    *,
    asked: bool = False,
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
        asked=asked,
        would_be=would_be,
        escalation_id=escalation_id,
        throttle=throttle,
        wish=finding.wish,
        kind=finding.kind,
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
    asked: bool,
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
            asked=asked,
            kind=finding.kind,
        ),
    )


def standing_of(visit: Visit, finding: Finding) -> EpisodeState:
    """What stands of the finding's rule and subject; one that is not true where nothing does."""
    for each in visit.standings:
        if (each.rule, each.subject_id) == (finding.rule, finding.subject_id):
            return each
    return EpisodeState(rule=finding.rule, subject_id=finding.subject_id, true=False)


def start_tier(draft: Draft, finding: Finding) -> Tier:
    """Where a case of the finding starts: LOCAL, the rule's tier, or the wished one as allowed."""
    wished = finding.wish.tier if finding.wish else None
    highest = TIERS.index(draft.world.policy.wish.max_tier)
    place = min(TIERS.index(wished), highest) if wished in TIERS else 0
    return TIERS[max(place, TIERS.index(finding.tier) if finding.tier else 0)]
