"""The rule about what was charged in the end."""

from fractions import Fraction

from agents.core.customers.rule_base.authorised import (
    Base,
    authorisations,
    base_of,
    currency_of,
    declines,
    estimates,
    is_on,
    limit_above,
    limit_facts,
    rise_severity,
    rules_of,
    severity_facts,
    without_unit,
)
from agents.core.customers.rule_base.definition import rule
from agents.core.customers.rule_base.facts import events, later, reason, severity
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Visit
from schemas.records import CustomerResponse, Kind, Rule


@rule(Kind.ESTIMATE, needs=Precondition.CLOSURE, only_rises=True)
def charged_over_authorised(context: RuleContext) -> tuple[Finding, ...]:
    """The closure that occurred last charges more than the sum of the visit's bases (floor).

    Where anything was authorised, only that counts; an estimate that was declined counts 0, one
    that was never answered as its lowest revision. Limits as for estimates; without an estimate or
    authorisation the base is 0, but a closure that came late is then not judged (`unjudged`).
    Before-tax places compare the charged subtotal where there is one, else total with total.
    """
    visit = context.visit
    if not visit.closures:
        return ()
    closure = later(visit.closures)
    if closure.charged_total is None or unjudged(visit):
        return ()
    limit = context.jurisdiction.authorisation_limit
    bases = bases_of(visit)
    base: int | Fraction
    charged, base = closure.charged_total, sum(each.total for each in bases)
    before_tax = limit.before_tax and closure.charged_subtotal is not None
    if before_tax:
        assert closure.charged_subtotal is not None, "asked in the line above"
        charged, base = closure.charged_subtotal, sum(each.subtotal for each in bases)
    excess, currency = charged - base, currency_of(context)
    if excess <= 0:
        return ()  # no limit is below 0
    allowed = limit_above(base, limit, currency)
    if excess <= allowed:
        return ()
    rule = rules_of(context).charged_over_authorised
    made = (fact for each in bases for fact in each.facts(before_tax=before_tax))
    trigger = later((closure, *made))
    return (
        Finding(
            rule=Rule.CHARGED_OVER_AUTHORISED,
            subject_id=None,
            severity=severity(visit, rise_severity(context, excess, base, rule)),
            occurred_at=trigger.occurred_at,
            trigger_event_id=trigger.event_id,
            reads=read_for_charge(visit),
            reasons=(
                reason(
                    "CHARGED_OVER_AUTHORISED",
                    closure=closure.event_id,
                    charged_minor=charged,
                    amount="subtotal before tax" if before_tax else "total with tax",
                    base_minor=base,
                    bases=_listed(bases, before_tax=before_tax),
                    excess_minor=excess,
                    limit_minor=allowed,
                    **limit_facts(limit),
                    **severity_facts(context, rule),
                    currency=currency,
                ),
                *without_unit(context),
            ),
            floor=True,
            excess_minor=Fraction(excess),
        ),
    )


def unjudged(visit: Visit) -> bool:
    """Whether the closure came late, and nothing tells what had been agreed to.

    Sites send closures for weeks; what came before them may have been forgotten, or never sent.
    """
    if not visit.late_closures or visit.estimates or authorisations(visit).of:
        return False
    closure = later(visit.closures)
    return closure.charged_total is not None and closure.event_id in visit.late_closures


def bases_of(visit: Visit) -> tuple[Base, ...]:
    """What the customer authorised; only where that is nothing, what was estimated."""
    revisions, said_yes, said_no = estimates(visit), authorisations(visit), _last_declines(visit)
    named = sorted({*revisions, *said_yes.of}, key=lambda each: each or "")
    found = [base_of(each, revisions.get(each or "", ()), said_yes) for each in named]
    agreed = tuple(each for each in found if each is not None and each.authorisation is not None)
    if agreed:
        return agreed
    return tuple(
        _declined(each.estimate_id, said_no[each.estimate_id])
        if each.estimate_id in said_no
        else each
        for each in found
        if each is not None
    )


def _last_declines(visit: Visit) -> dict[str | None, CustomerResponse]:
    """The last DECLINED of each estimate, by its id."""
    return {
        estimate_id: said[-1]
        for estimate_id, words in declines(visit).of.items()
        if (said := [no for no, revision in words if revision is not None and is_on(no, revision)])
    }


def _declined(estimate_id: str | None, no: CustomerResponse) -> Base:
    return Base(
        estimate_id=estimate_id,
        total=0,
        subtotal=0,
        authorisation=None,
        revision=None,
        taken_back_by=no,
    )


def read_for_charge(visit: Visit) -> frozenset[str]:
    """The ids of all facts that say what may be charged, and what is."""
    said = authorisations(visit)
    words = (word for each in said.of for word in said.read(each))
    return events(visit.closures, visit.estimates, words, _last_declines(visit).values())


def _listed(bases: tuple[Base, ...], *, before_tax: bool) -> str:
    return ", ".join(
        f"{each.estimate_id or 'before any estimate'}: "
        f"{_working(each, before_tax=before_tax)} ({_by(each)})"
        for each in bases
    )


def _by(base: Base) -> str:
    if base.authorisation is not None:
        return base.authorisation.event_id
    if base.revision is None and base.taken_back_by is not None:
        return f"declined in {base.taken_back_by.event_id}"
    return "lowest revision"


def _working(base: Base, *, before_tax: bool) -> str:
    working = base.working(before_tax=before_tax)
    amount = str(base.subtotal if before_tax else base.total)
    return amount if working is None else f"{working} = {amount}"
