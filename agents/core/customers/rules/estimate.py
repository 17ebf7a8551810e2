"""The rules of kind ESTIMATE that read prices and words; those about work are in work.py."""

from fractions import Fraction

from agents.core.customers.rule_base.definition import rule
from agents.core.customers.rule_base.facts import events, later, reason, severity, valid_revision
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules.authorised import (
    Base,
    authorisations,
    base_of,
    currency_of,
    estimates,
    high_facts,
    limit_above,
    limit_facts,
    rise_severity,
)
from agents.core.customers.rules.disputed import disputed
from schemas.records import Estimate, Kind, Reason, Rule, Subject


@rule(Kind.ESTIMATE, needs=Precondition.ESTIMATE, only_rises=True)
def estimate_over_authorised(context: RuleContext) -> tuple[Finding, ...]:
    """A current revision is above what the customer authorised.

    Each estimate has its base: the total authorised last, else that of its lowest revision; so
    small rises add up. Only a revision that occurred after the authorisation rose: one that lay
    there was declined by a yes to less. Within the limit of the site's jurisdiction it is only
    recorded.
    """
    authorised = authorisations(context.visit)
    findings = []
    for estimate_id, revisions in estimates(context.visit).items():
        base = base_of(estimate_id, revisions, authorised)
        assert base is not None, f"{estimate_id}: revisions without a base"
        current = valid_revision(revisions)
        if is_after(current, base) and _excess(context, current, base) > 0:
            reads = events(revisions, authorised.read(estimate_id))
            findings.append(_above(context, current, base, reads))
    return tuple(findings)


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
    rise = rise_severity(
        excess, of_base, context.world.policy.rules.estimate_over_authorised, currency_of(context)
    )
    trigger = later((current, *base.facts(before_tax=limit.before_tax)))
    return Finding(
        rule=Rule.ESTIMATE_OVER_AUTHORISED,
        subject_id=current.estimate_id,
        severity=severity(context.visit, rise),
        occurred_at=trigger.occurred_at,
        trigger_event_id=trigger.event_id,
        reads=reads,
        reasons=(_why(context, current, base, excess, allowed),),
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
        **high_facts(context.world.policy.rules.estimate_over_authorised),
        currency=currency_of(context),
    )


@rule(Kind.ESTIMATE, needs=Precondition.DISPUTED)
def estimate_disputed(context: RuleContext) -> tuple[Finding, ...]:
    """The customer disputes an estimate."""
    return disputed(context, Rule.ESTIMATE_DISPUTED, Subject.ESTIMATE)
