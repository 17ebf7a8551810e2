"""What becomes of findings as events come: new, still true, gone (domain.md, "Episodes").

A finding that became true is decided. One that stayed true is decided anew by an event that bears
on it, unless its episode is live: then only a rise of severity is said. One that is gone is
corrected.
"""

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from agents.core.customers.decide import decide, standing_of
from agents.core.customers.draft import Draft
from agents.core.customers.only_recorded import is_recorded, recorded_as
from agents.core.customers.rule_base.definition import RuleIndex
from agents.core.customers.rule_base.facts import moment, reason, valid_diagnoses
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules import ALWAYS_ASKED, ONLY_RISES, RULES
from agents.core.customers.rules.estimate import judged as judged_prices
from agents.core.customers.rules.ready_time import judged as judged_ready_times
from agents.core.customers.rules.silence import judged as judged_silences
from agents.core.customers.state import Customer, EpisodeState, Visit
from agents.core.customers.stored_facts import Fact
from agents.core.customers.verdict import safety_holds
from agents.core.customers.what_changed import how_it_stands
from agents.core.reasons import WITHDRAWN_BY_CUSTOMER
from agents.core.world import World
from schemas.records import (
    Arm,
    CustomerResponse,
    Decision,
    Diagnosis,
    Reason,
    Response,
    Rule,
    Severity,
)

ALL_RULES = RuleIndex(RULES.values())
RULES_OVER_VISITS = RuleIndex(each for each in RULES.values() if each.over_visits)
RULES_BY_TIME = RuleIndex(each for each in RULES.values() if each.by_time)
APPEALS = RuleIndex([RULES[Rule.APPEALED_BY_CUSTOMER]])
_OF_DECISIONS = RuleIndex((RULES[Rule.DECISION_NOT_KEPT],))
_RULE_ORDER = {rule: place for place, rule in enumerate(Rule)}
_SEVERITY_ORDER = {Severity.SAFETY: 0, Severity.HIGH: 1, Severity.NORMAL: 2, Severity.LOW: 3}


class Judged(Struct, frozen=True, kw_only=True):
    """What is judged on one visit: the findings that are true now, and by which rules."""

    visit_id: str
    findings: tuple[Finding, ...]
    rules: frozenset[Rule] | None  # None: all


def judge(draft: Draft, visit_id: str, event: Fact, appealed_on: str | None = None) -> None:
    """Decide what an event makes true, anew, or untrue on its visit and its vehicle's others.

    `appealed_on`: the visit on which it is an appeal, if it is one.
    """
    judged = [_judged(draft, visit_id, ALL_RULES, None, event.event_id)]
    judged += _of_vehicle(draft, visit_id, event.event_id)
    if appealed_on not in (None, visit_id):
        judged.append(_judged(draft, appealed_on, APPEALS, APPEALS.names, event.event_id))
    _settle(draft, judged, event)


def judge_time(draft: Draft, visit_id: str) -> None:
    """Decide what time alone makes true or untrue: days out of service, a word that is missing."""
    visit = draft.visit(visit_id)
    context = _context(draft, visit_id, None)
    after = replace(
        visit,
        silences=judged_silences(context),
        graces=judged_prices(context),
        ready_times=judged_ready_times(context),
    )
    if after != visit:
        draft.put(after)
    judged = [_judged(draft, visit_id, RULES_BY_TIME, RULES_BY_TIME.names, None)]
    _settle(draft, judged + _of_vehicle(draft, visit_id, None), None)


def judge_decision(draft: Draft, visit_id: str) -> None:
    """Decide what a manager's decision, or what came of it, makes true or untrue at once."""
    _settle(draft, [_judged(draft, visit_id, _OF_DECISIONS, _OF_DECISIONS.names, None)], None)


def _of_vehicle(draft: Draft, visit_id: str, event_id: str | None) -> list[Judged]:
    """The other visits of the vehicle, and those with such a finding: the vehicle may be new."""
    if len(draft.customer.visits) == 1:
        return []
    vehicle_id = draft.visit(visit_id).vehicle_id
    return [
        _judged(draft, each.visit_id, RULES_OVER_VISITS, RULES_OVER_VISITS.names, event_id)
        for each in draft.customer.visits.values()
        if each.visit_id != visit_id
        and (
            (vehicle_id is not None and each.vehicle_id == vehicle_id)
            or any(line.true and line.rule in RULES_OVER_VISITS.names for line in each.standings)
        )
    ]


def _judged(
    draft: Draft,
    visit_id: str,
    rules: RuleIndex,
    names: frozenset[Rule] | None,
    event_id: str | None,
) -> Judged:
    visit, findings = draft.visit(visit_id), list[Finding]()
    asked = rules.for_visit(visit)
    if asked:
        context = _context(draft, visit_id, event_id)
        for rule in asked:
            findings += rule.find(context)
    return Judged(visit_id=visit_id, findings=tuple(findings), rules=names)


def _context(draft: Draft, visit_id: str, event_id: str | None) -> RuleContext:
    return context_of(draft.customer, draft.visit(visit_id), draft.then, event_id)


def context_of(customer: Customer, visit: Visit, world: World, event_id: str | None) -> RuleContext:
    """What the rules look at: the visit with its site and the law there."""
    site = world.directory.site(visit.site_id)
    return RuleContext(
        customer=customer,
        visit=visit,
        world=world,
        site=site,
        jurisdiction=world.policy.jurisdiction(
            site.country, site.subdivision, visit.currency or site.currency
        ),
        event_id=event_id,
    )


def _settle(draft: Draft, judged: list[Judged], event: Fact | None) -> None:
    if not any(each.findings or draft.visit(each.visit_id).standings for each in judged):
        return
    # First the decisions, so that an escalation with a new ground is not withdrawn for the old one.
    found = [(each.visit_id, finding) for each in judged for finding in each.findings]
    for visit_id, finding in sorted(found, key=lambda pair: _order(draft, *pair)):
        _settle_finding(draft, visit_id, finding, event)
    gone = [(each.visit_id, standing) for each in judged for standing in _gone(draft, each)]
    for visit_id, standing in sorted(
        gone, key=lambda pair: (_RULE_ORDER[pair[1].rule], pair[0], pair[1].subject_id or "")
    ):
        _settle_gone(draft, visit_id, standing, event)


def _order(draft: Draft, visit_id: str, finding: Finding) -> tuple[bool, int, int, str, str]:
    """Floor first, then severity, then the order of the rule names."""
    visit = draft.visit(visit_id)
    safety = finding.severity is Severity.SAFETY and safety_holds(draft.customer, visit)
    severity, rule = _SEVERITY_ORDER[finding.severity], _RULE_ORDER[finding.rule]
    off_the_floor = not (finding.floor or safety)
    return off_the_floor, severity, rule, visit_id, finding.subject_id or ""


def _settle_finding(draft: Draft, visit_id: str, finding: Finding, event: Fact | None) -> None:
    before = standing_of(draft.visit(visit_id), finding)
    if finding.below_threshold or finding.awaiting:
        if not is_recorded(draft.visit(visit_id), finding) and (
            draft.has_room(visit_id, finding.rule, recorded_as(finding))
        ):
            decide(draft, visit_id, finding)
        if finding.awaiting and finding.grounded and before.live:
            draft.stand(visit_id, replace(before, excess=finding.excess))
    elif before.live:
        _still_live(draft, visit_id, finding, before, event)
    elif _is_accepted(before, finding):
        accepted = replace(
            before, true=True, excess=finding.excess, due_at=_due_at(finding, before)
        )
        draft.stand(visit_id, accepted)
    elif _is_decided_now(draft.visit(visit_id), finding, before, event) and (
        draft.has_room(visit_id, finding.rule)
    ):
        decide(draft, visit_id, finding)


def _is_decided_now(
    visit: Visit, finding: Finding, before: EpisodeState, event: Fact | None
) -> bool:
    """Whether a finding is decided, or decided anew, for the first time or by what has come."""
    if finding.waits:
        # What time makes true is decided once for each due moment: a grace, a promised time.
        judged = finding.due_at is not None
        return judged and (not before.true or finding.due_at != before.due_at)
    return (
        not before.true
        or _is_another_silence(finding, before)
        or _bears(visit, finding, before, event)
    )


def _due_at(finding: Finding, before: EpisodeState) -> int | None:
    return before.due_at if finding.due_at is None else finding.due_at


def _is_another_silence(finding: Finding, before: EpisodeState) -> bool:
    """A question that stayed unanswered after another one did: true anew, with the same subject."""
    silence = finding.rule is Rule.SILENCE_NO_WORD
    return silence and before.trigger_event_id not in finding.reads


def _is_accepted(before: EpisodeState, finding: Finding) -> bool:
    """A rise no greater than the one that a manager decided on is not decided anew."""
    if finding.rule not in ONLY_RISES or before.resolved_excess is None:
        return False
    accepted = Fraction(before.resolved_excess)
    return finding.excess_minor is not None and finding.excess_minor <= accepted


def _bears(visit: Visit, finding: Finding, before: EpisodeState, event: Fact | None) -> bool:
    """Whether the event is one of the facts that the finding reads.

    A diagnosis that makes the visit a matter of safety bears on all that was throttled.
    """
    if event is None:
        return False
    if event.event_id in finding.reads:
        return True
    throttled = Decision.THROTTLED in (before.decision, before.would_be)
    return (
        throttled
        and isinstance(event, Diagnosis)
        and event.safety
        and any(each.event_id == event.event_id for each in valid_diagnoses(visit))
    )


def _still_live(
    draft: Draft, visit_id: str, finding: Finding, before: EpisodeState, event: Fact | None
) -> None:
    rises = _SEVERITY_ORDER[finding.severity] < _SEVERITY_ORDER[before.severity]
    if finding.waits and finding.due_at is None and finding.severity is not Severity.SAFETY:
        rises = False  # this price was not judged: it was answered within its grace
    after = replace(before, excess=finding.excess, due_at=_due_at(finding, before))
    if rises and draft.has_room(visit_id, finding.rule):
        after = replace(after, severity=finding.severity)
        would_be = None if before.would_be is None else Decision.JOINED
        trigger_event_id, occurred_at = _made_it_rise(draft.visit(visit_id), finding, event)
        draft.write(
            visit_id,
            rule=finding.rule,
            subject_id=finding.subject_id,
            severity=finding.severity,
            decision=Decision.JOINED if would_be is None else before.decision,
            would_be=would_be,
            trigger_event_id=trigger_event_id,
            occurred_at=occurred_at,
            reasons=(
                *finding.reasons,
                reason("SEVERITY_ROSE", before=before.severity.value, after=finding.severity.value),
            ),
            escalation_id=before.escalation_id,
            asked=_was_asked(before),
            kind=finding.kind,
        )
    draft.stand(visit_id, after)


def _was_asked(standing: EpisodeState) -> bool:
    """Whether the customer's words made it; of one that a version before kept its rule says so."""
    return standing.asked or standing.rule in ALWAYS_ASKED


def _made_it_rise(visit: Visit, finding: Finding, event: Fact | None) -> tuple[str, int]:
    """The fact that made the severity rise, and when: the event, where it is one that can.

    Another event only brings the rise to light: of one that came while the case was closed, say.
    """
    if finding.severity is Severity.SAFETY:
        unsafe = [each for each in valid_diagnoses(visit) if each.safety]
        now = next((each for each in unsafe if event and each.event_id == event.event_id), None)
        fact = now or min(unsafe, key=moment)
        return fact.event_id, fact.occurred_at
    if event is not None and event.event_id in finding.reads:
        return event.event_id, event.occurred_at
    return finding.trigger_event_id, finding.occurred_at


def _gone(draft: Draft, judged: Judged) -> Iterator[EpisodeState]:
    standings = draft.visit(judged.visit_id).standings
    if not standings:
        return
    true = {
        (each.rule, each.subject_id)
        for each in judged.findings
        if not each.below_threshold and each.grounded
    }
    for each in standings:
        of_these = judged.rules is None or each.rule in judged.rules
        if each.true and of_these and (each.rule, each.subject_id) not in true:
            yield each


def _settle_gone(draft: Draft, visit_id: str, standing: EpisodeState, event: Fact | None) -> None:
    """The ground is gone: a live episode ends with a record that corrects the one that began it."""
    corrected = standing.live and draft.visit(visit_id).arm is Arm.LIVE
    if corrected:
        if not draft.has_room(visit_id, standing.rule):
            return  # the next event finds it gone again
        draft.write(
            visit_id,
            rule=standing.rule,
            subject_id=standing.subject_id,
            severity=standing.severity,
            decision=Decision.CORRECTED,
            trigger_event_id=event.event_id if event else standing.trigger_event_id,
            occurred_at=event.occurred_at if event else draft.now,
            reasons=tuple(_why_gone(draft, visit_id, standing, event)),
            escalation_id=standing.escalation_id,
            corrects=standing.disagreement_id,
            asked=_was_asked(standing),
            kind=standing.kind,
        )
    draft.stand(visit_id, replace(standing, true=False, live=False, excess=None, ended=()))


def _why_gone(
    draft: Draft, visit_id: str, standing: EpisodeState, event: Fact | None
) -> Iterator[Reason]:
    said = draft.world.policy.writes_generation(2)
    yield reason(
        "GROUND_GONE",
        corrects=standing.disagreement_id,
        by=type(event).__name__ if event else "time",
        now=how_it_stands(draft.visit(visit_id), standing, event) if said else None,
    )
    if isinstance(event, CustomerResponse) and event.response is Response.WITHDRAWN:
        yield reason(WITHDRAWN_BY_CUSTOMER, event_id=event.event_id)
