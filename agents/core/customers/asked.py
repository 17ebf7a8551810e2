"""Asked or found: what the customer's own words made, and what the product found by itself.

Only what was asked is looked at by the throttle, the lists, the floor's first escalation and the
end of the SAFETY floor (docs/domain.md, "Asked and found"). The rules say what is asked.
"""

from collections.abc import Iterable

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rules import ALWAYS_ASKED, RULES
from agents.core.customers.state import Customer, Entry, Visit
from agents.core.customers.throttle import fade
from agents.core.policy import Policy
from schemas.records import Disagreement, OutcomeName, Rule

_RULES = {rule.value: rule for rule in Rule}


def is_asked(customer: Customer, visit: Visit, finding: Finding, policy: Policy) -> bool:
    """Whether the customer's own words make a finding, as of now."""
    known = RULES.get(finding.rule)
    if known is None:
        return False
    if isinstance(known.asked, bool):
        return known.asked
    return known.asked(customer, visit, finding, policy)


def was_asked(disagreement: Disagreement) -> bool:
    """Whether the customer's own words made a disagreement, as far as its record says.

    Of one that a version before wrote its rule says so; where that alone does not, it counts as
    found.
    """
    if disagreement.asked is not None:
        return disagreement.asked
    return disagreement.rule in ALWAYS_ASKED


def rule_of(disagreement_id: str) -> Rule | None:
    """The rule in a disagreement's id, `VISIT:RULE:N`; None where it names none that is known."""
    return _RULES.get(disagreement_id.rpartition(":")[0].rpartition(":")[2])


def counting(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that count: those that were asked.

    One of a version before may have been found: it weighs nothing, whatever comes of its case. So
    does one whose rule is not known any more, under a keyed hash.
    """
    return tuple(each for each in entries if each.asked or _names_asked(each.disagreement_id))


def abuse_counts(customer: Customer, at: int, policy: Policy) -> bool:
    """Whether an entry of the customer that is ABUSIVE counts at an instant (ms)."""
    return any(
        each.outcome is OutcomeName.ABUSIVE and fade(each, at, policy.throttle) > 0
        for each in counting(customer.entries)
    )


def _names_asked(disagreement_id: str) -> bool:
    return rule_of(disagreement_id) in ALWAYS_ASKED


def of_visit(entries: Iterable[Entry], visit_id: str) -> tuple[Entry, ...]:
    """The entries of one visit's disagreements."""
    return tuple(each for each in entries if each.disagreement_id.rsplit(":", 2)[0] == visit_id)
