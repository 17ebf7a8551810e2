"""The rules of kind DIAGNOSIS."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from agents.core.calendar import DAY_MS
from agents.core.customers.rule_base.authorised import authorisations
from agents.core.customers.rule_base.definition import rule
from agents.core.customers.rule_base.disputed import disputed
from agents.core.customers.rule_base.facts import (
    events,
    instant,
    later,
    memoize_last,
    moment,
    reason,
    revisions_in_order,
    severity,
    valid_revision,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.history import no_fault_found, other_lines
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import PastVisit, Visit
from schemas.records import CustomerResponse, Diagnosis, Kind, Response, Rule, Stage, Subject


@rule(Kind.DIAGNOSIS, needs=Precondition.DISPUTED, asked=True)
def diagnosis_disputed(context: RuleContext) -> tuple[Finding, ...]:
    """The customer disputes a diagnosis."""
    return disputed(context, Rule.DIAGNOSIS_DISPUTED, Subject.DIAGNOSIS)


@rule(Kind.DIAGNOSIS, needs=Precondition.SEVERAL_DIAGNOSES | Precondition.AUTHORISED)
def diagnosis_changed_after_authorisation(context: RuleContext) -> tuple[Finding, ...]:
    """The code of a diagnosis changed after the customer authorised anything.

    Neighbours in the order of revisions are compared, the second strictly after the authorisation,
    and not after it was taken back; what changed stays changed, also when it changes back.
    """
    visit = context.visit
    authorised = sorted(
        (each for each in visit.responses if each.response is Response.AUTHORISED), key=moment
    )
    if not authorised:
        return ()
    taken_back = {
        yes.event_id: no for pairs in authorisations(visit).taken_back.values() for yes, no in pairs
    }
    findings = []
    for diagnosis_id, revisions in _by_diagnosis(visit):
        changes = [
            (before, after, yes)
            for before, after in pairwise(revisions_in_order(revisions))
            if before.code != after.code
            and (yes := _standing(authorised, taken_back, after.occurred_at)) is not None
        ]
        if not changes:
            continue
        compared: list[CustomerResponse | Diagnosis] = [each for one in changes for each in one]
        trigger = later(compared)
        findings.append(
            Finding(
                rule=Rule.DIAGNOSIS_CHANGED_AFTER_AUTHORISATION,
                subject_id=diagnosis_id,
                severity=severity(visit),
                occurred_at=trigger.occurred_at,
                trigger_event_id=trigger.event_id,
                reads=events((yes for *_, yes in changes), taken_back.values(), revisions),
                reasons=tuple(
                    reason(
                        "DIAGNOSIS_CHANGED_AFTER_AUTHORISATION",
                        diagnosis_id=diagnosis_id,
                        code_before=before.code,
                        revision_before=before.revision,
                        code_after=after.code,
                        revision_after=after.revision,
                        changed_at=instant(after.occurred_at),
                        authorised_by=yes.event_id,
                        authorised_at=instant(yes.occurred_at),
                    )
                    for before, after, yes in changes
                ),
            )
        )
    return tuple(findings)


def _standing(
    authorised: Sequence[CustomerResponse], taken_back: Mapping[str, CustomerResponse], at: int
) -> CustomerResponse | None:
    """The first AUTHORISED before a moment (ms) that was not taken back before it."""
    for yes in authorised:
        no = taken_back.get(yes.event_id)
        if yes.occurred_at < at and (no is None or no.occurred_at >= at):
            return yes
    return None


@memoize_last
def _by_diagnosis(visit: Visit) -> tuple[tuple[str, list[Diagnosis]], ...]:
    revisions: dict[str, list[Diagnosis]] = {}
    for each in visit.diagnoses:
        revisions.setdefault(each.diagnosis_id, []).append(each)
    return tuple((each, revisions[each]) for each in sorted(revisions))


@rule(Kind.DIAGNOSIS, needs=Precondition.SEVERAL_DIAGNOSES)
def diagnosis_remote_differs(context: RuleContext) -> tuple[Finding, ...]:
    """Remote diagnosis and centre name another code for one symptom, or are the only ones.

    The stages of one diagnosis are compared too, whatever their symptoms, so each stage of it has
    its valid revision.
    """
    remote, centre = _of_stage(context.visit, Stage.REMOTE), _of_stage(context.visit, Stage.CENTRE)
    only_ones = len(remote) == 1 and len(centre) == 1
    findings = []
    for here in centre:
        compared = [
            each
            for each in remote
            if only_ones
            or each.diagnosis_id == here.diagnosis_id
            or (each.symptom is not None and each.symptom == here.symptom)
        ]
        differing = [each for each in compared if each.code != here.code]
        if not differing:
            continue
        trigger = later((here, *differing))
        findings.append(
            Finding(
                rule=Rule.DIAGNOSIS_REMOTE_DIFFERS,
                subject_id=here.diagnosis_id,
                severity=severity(context.visit),
                occurred_at=trigger.occurred_at,
                trigger_event_id=trigger.event_id,
                reads=events((here,), compared),
                reasons=tuple(
                    reason(
                        "DIAGNOSIS_REMOTE_DIFFERS",
                        symptom=here.symptom,
                        centre_diagnosis=here.diagnosis_id,
                        centre_revision=here.revision,
                        centre_code=here.code,
                        remote_diagnosis=each.diagnosis_id,
                        remote_revision=each.revision,
                        remote_code=each.code,
                    )
                    for each in differing
                ),
            )
        )
    return tuple(findings)


def _of_stage(visit: Visit, stage: Stage) -> list[Diagnosis]:
    """The valid revision of each diagnosis within a stage."""
    return [
        valid_revision(of_stage)
        for _, revisions in _by_diagnosis(visit)
        if (of_stage := [each for each in revisions if each.stage is stage])
    ]


@rule(Kind.DIAGNOSIS, needs=Precondition.NO_FAULT, by_time=True, over_visits=True)
def diagnosis_no_fault_found_again(context: RuleContext) -> tuple[Finding, ...]:
    """No fault found for a symptom of one vehicle, on too many visits within too short a time.

    The finding is on the visit whose diagnosis was the last of them.
    """
    visit, rule = context.visit, context.world.policy.rules.diagnosis_no_fault_found_again
    own = no_fault_found(visit)
    if not own:
        return ()
    others = other_lines(context)
    findings = []
    for each in own:
        assert each.symptom is not None, "history.no_fault_found gives none without a symptom"
        since = each.occurred_at - rule.within_days * DAY_MS
        before = [
            (line.visit_id, at)
            for line in others
            if (at := _last_before(line, each, since, visit)) is not None
        ]
        if len(before) + 1 < rule.visits:
            continue
        findings.append(
            Finding(
                rule=Rule.DIAGNOSIS_NO_FAULT_FOUND_AGAIN,
                subject_id=each.diagnosis_id,
                severity=severity(visit),
                occurred_at=each.occurred_at,
                trigger_event_id=each.event_id,
                reads=frozenset((each.event_id,)),
                reasons=(
                    reason(
                        "DIAGNOSIS_NO_FAULT_FOUND_AGAIN",
                        symptom=each.symptom,
                        vehicle_id=visit.vehicle_id,
                        visits=len(before) + 1,
                        visits_limit=rule.visits,
                        within_days=rule.within_days,
                        found_at=instant(each.occurred_at),
                        before=", ".join(f"{name}: {instant(at)}" for name, at in sorted(before)),
                    ),
                ),
            )
        )
    return tuple(findings)


def _last_before(line: PastVisit, found: Diagnosis, since: int, visit: Visit) -> int | None:
    """When another visit last found no fault for the symptom before this one did, after `since`.

    Lines keep no event_id, so of two visits at one instant the greater visit_id is the later.
    """
    times = [
        at
        for symptom, at in line.no_fault_found
        if symptom == found.symptom
        and since < at
        and (at, line.visit_id) < (found.occurred_at, visit.visit_id)
    ]
    return max(times, default=None)
