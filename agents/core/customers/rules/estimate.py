"""The rules of kind ESTIMATE that read prices and words; those about work are in work.py."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec.structs import replace

from agents.core.customers.rule_base.authorised import (
    Base,
    authorisations,
    base_of,
    currency_of,
    estimates,
    limit_above,
    limit_facts,
    rise_severity,
    rules_of,
    severity_facts,
    without_unit,
)
from agents.core.customers.rule_base.definition import Due, rule
from agents.core.customers.rule_base.disputed import disputed
from agents.core.customers.rule_base.facts import (
    events,
    instant,
    later,
    reason,
    severity,
    valid_revision,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.preconditions import Precondition, may_rise
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules.grace import (
    Rise,
    decided_without_grace,
    is_due_at_once,
    is_grounded,
    judged_of,
    next_due,
    waits,
)
from agents.core.customers.state import Grace
from schemas.records import Estimate, Kind, Reason, Rule, Severity, Subject


def due(context: RuleContext) -> int | None:
    """The next moment at which a price will have waited for too long (epoch milliseconds)."""
    graces = (next_due(rise) for rise in _rises(context))
    return min((each.due_at for each in graces if each is not None), default=None)


@rule(
    Kind.ESTIMATE,
    needs=Precondition.RISE,
    by_time=True,
    only_rises=True,
    due=Due(may_rise, due),
)
def estimate_over_authorised(context: RuleContext) -> tuple[Finding, ...]:
    """A current revision is above what the customer authorised.

    Each estimate has its base: the total authorised last, else that of its lowest revision; so
    small rises add up. Only a revision that occurred after the authorisation rose: one that lay
    there was declined by a yes to less. Within the limit of the site's jurisdiction it is only
    recorded. Above it, it waits for the customer's yes until its grace is over (`due`, `judged`);
    under a policy of generation 1 nothing waits.
    """
    authorised = authorisations(context.visit)
    findings = []
    for estimate_id, revisions in estimates(context.visit).items():
        base = base_of(estimate_id, revisions, authorised)
        assert base is not None, f"{estimate_id}: revisions without a base"
        current = valid_revision(revisions)
        if not is_after(current, base) or _excess(context, current, base) <= 0:
            continue
        reads = events(revisions, authorised.read(estimate_id))
        finding = _above(context, current, base, reads)
        if finding.below_threshold or not _lets_wait(context):
            findings.append(finding)
        else:
            findings += _waited(_rise(context, estimate_id, revisions, base), finding, current)
    return tuple(findings)


def judged(context: RuleContext) -> tuple[Grace, ...]:
    """The visit's graces with those whose due moment has come by `context.world.now`.

    Each is judged once, with what has arrived.
    """
    dues = (next_due(rise) for rise in _rises(context))
    new = (each for each in dues if each is not None and each.due_at <= context.world.now)
    return (*context.visit.graces, *new)


def _lets_wait(context: RuleContext) -> bool:
    return context.world.policy.writes_generation(2)


def _rises(context: RuleContext) -> Iterator[Rise]:
    """The estimates of the visit that are above their base, with it, where prices wait at all."""
    if not _lets_wait(context) or not may_rise(context.visit):
        return
    authorised = authorisations(context.visit)
    for estimate_id, revisions in estimates(context.visit).items():
        base = base_of(estimate_id, revisions, authorised)
        if base is not None and any(_excess(context, each, base) > 0 for each in revisions):
            yield _rise(context, estimate_id, revisions, base)


def _rise(
    context: RuleContext, estimate_id: str, revisions: Sequence[Estimate], base: Base
) -> Rise:
    limit = context.jurisdiction.authorisation_limit
    of_base = base.subtotal if limit.before_tax else base.total

    def severity_of(revision: Estimate) -> Severity | None:
        excess = _excess(context, revision, base)
        if excess <= 0 or not is_after(revision, base):
            return None  # no limit is below 0
        if excess <= limit_above(of_base, limit, currency_of(context)):
            return None
        return rise_severity(context, excess, of_base, rules_of(context).estimate_over_authorised)

    return Rise(
        context=context,
        estimate_id=estimate_id,
        revisions=revisions,
        base=base,
        severity_of=severity_of,
    )


def _waited(rise: Rise, finding: Finding, current: Estimate) -> Iterator[Finding]:
    """What a price above the limit comes to: a finding, one that waits, or nothing."""
    grace, decided = judged_of(rise, current), decided_without_grace(rise)
    if grace is not None:
        over = reason("GRACE_OVER", due_at=instant(grace.due_at), business_minutes=grace.minutes)
        yield replace(
            finding,
            occurred_at=grace.due_at,
            trigger_event_id=current.event_id,
            reasons=(*finding.reasons, over),
            waits=True,
            due_at=grace.due_at,
        )
        return
    known = any(each.excess == finding.excess for each in decided)
    due = next_due(rise) if waits(rise, current) and not known else None
    awaiting = due is not None and not is_due_at_once(rise, current, due)
    before = bool(decided) or is_grounded(rise)
    if due is not None and awaiting:
        until = reason("AWAITING", due_at=instant(due.due_at), business_minutes=due.minutes)
        finding = replace(finding, reasons=(*finding.reasons, until))
    if awaiting or before:
        yield replace(finding, waits=True, awaiting=awaiting, grounded=before)


def is_after(revision: Estimate, base: Base) -> bool:
    """Whether a revision can be a rise: it occurred after the authorisation, if there is one."""
    return base.authorisation is None or revision.occurred_at > base.authorisation.occurred_at


def _excess(context: RuleContext, current: Estimate, base: Base) -> int | Fraction:
    if context.jurisdiction.authorisation_limit.before_tax:
        return current.subtotal - base.subtotal
    return current.total - base.total


def _above(context: RuleContext, current: Estimate, base: Base, reads: frozenset[str]) -> Finding:
    limit = context.jurisdiction.authorisation_limit
    of_base = base.subtotal if limit.before_tax else base.total
    excess = _excess(context, current, base)
    allowed = limit_above(of_base, limit, currency_of(context))
    rise = rise_severity(context, excess, of_base, rules_of(context).estimate_over_authorised)
    trigger = later((current, *base.facts(before_tax=limit.before_tax)))
    return Finding(
        rule=Rule.ESTIMATE_OVER_AUTHORISED,
        subject_id=current.estimate_id,
        severity=severity(context.visit, rise),
        occurred_at=trigger.occurred_at,
        trigger_event_id=trigger.event_id,
        reads=reads,
        reasons=(_why(context, current, base, excess, allowed), *without_unit(context)),
        below_threshold=excess <= allowed,
        revision=current.revision,
        excess_minor=Fraction(excess),
    )


def _why(
    context: RuleContext, current: Estimate, base: Base, excess: int | Fraction, allowed: Fraction
) -> Reason:
    limit = context.jurisdiction.authorisation_limit
    return reason(
        "ESTIMATE_OVER_AUTHORISED",
        estimate_id=current.estimate_id,
        revision=current.revision,
        amount_minor=current.subtotal if limit.before_tax else current.total,
        amount="subtotal before tax" if limit.before_tax else "total with tax",
        base_minor=base.subtotal if limit.before_tax else base.total,
        base_working=base.working(before_tax=limit.before_tax),
        base_revision=base.revision.revision if base.revision else None,
        authorised_by=base.authorisation.event_id if base.authorisation else None,
        taken_back_by=base.taken_back_by.event_id if base.taken_back_by else None,
        excess_minor=excess,
        limit_minor=allowed,
        **limit_facts(limit),
        **severity_facts(context, rules_of(context).estimate_over_authorised),
        currency=currency_of(context),
    )


@rule(Kind.ESTIMATE, needs=Precondition.DISPUTED, asked=True)
def estimate_disputed(context: RuleContext) -> tuple[Finding, ...]:
    """The customer disputes an estimate."""
    return disputed(context, Rule.ESTIMATE_DISPUTED, Subject.ESTIMATE)
