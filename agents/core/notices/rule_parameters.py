"""What a matter is about, as parameters: the facts of a rule's reason that people are told."""

from collections.abc import Iterable
from fractions import Fraction

from agents.core.customers.rules import kind_of
from agents.core.notices.wording.formats import exact
from schemas.records import Kind, Reason, Rule

_RULES = {rule.value: rule for rule in Rule if rule is not Rule.UNKNOWN}
_APPEAL = "APPEAL"
_OTHER_CODES = {
    _APPEAL: Rule.APPEALED_BY_CUSTOMER,
    "WARRANTY_REPEAT_REPAIR_DAYS": Rule.WARRANTY_REPEAT_REPAIR,
}


def rule_in(reasons: Iterable[Reason]) -> Rule | None:
    """The rule that a step's or a disagreement's reasons come from."""
    for reason in reasons:
        rule = _RULES.get(reason.code) or _OTHER_CODES.get(reason.code)
        if rule is not None:
            return rule
    return None


def rule_parameters(rule: Rule, reasons: tuple[Reason, ...]) -> dict[str, str]:
    """The parameters that the sentence about a rule is made of."""
    facts = next((each.facts for each in reasons if each.code.startswith(rule.value)), {})
    said = {"rule": rule.value, "kind": kind_of(rule).value}
    match rule:
        case Rule.ESTIMATE_OVER_AUTHORISED:
            agreed = "yes" if "authorised_by" in facts else "no"
            said |= _prices(facts, "amount_minor") | {"authorised": agreed}
        case Rule.CHARGED_OVER_AUTHORISED:
            agreed = "no" if facts.get("base_minor", "0") == "0" else "yes"
            said |= _prices(facts, "charged_minor") | {"authorised": agreed}
        case Rule.ESTIMATE_CHARGES_COVERED_WORK:
            shared = any("covered_percent" in each.facts for each in reasons)
            said |= _sum(rule, reasons) | {"shared": "yes" if shared else "no"}
        case Rule.WARRANTY_REVERSED:
            said |= {"less": "yes" if "covered_percent_now" in facts else "no"}
        case Rule.DIAGNOSIS_NO_FAULT_FOUND_AGAIN:
            said |= {"visits": facts.get("visits", "0")}
        case Rule.WARRANTY_REPEAT_REPAIR:
            by_days = "days_out_of_service" in facts
            said |= {
                "by": "days" if by_days else "attempts",
                "days": facts.get("days_out_of_service", "0"),
                "attempts": facts.get("attempts", "0"),
            }
        case Rule.DECISION_NOT_KEPT:
            said |= _not_kept(facts)
        case Rule.REQUESTED_BY_CUSTOMER:
            said |= {"asked": _asked(facts, reasons)}
        case _:
            pass
    return said


def _prices(facts: dict[str, str], amount: str) -> dict[str, str]:
    before_tax = facts.get("amount") == "subtotal before tax"
    return _currency(facts) | {
        "base_minor": facts.get("base_minor", "0"),
        "amount_minor": facts.get(amount, "0"),
        "excess_minor": facts.get("excess_minor", "0"),
        "tax": "before" if before_tax else "with",
    }


_NOT_KEPT = {"PRICE": Kind.ESTIMATE, "CLAIM": Kind.WARRANTY, "REMEDY": Kind.REQUEST}


def _not_kept(facts: dict[str, str]) -> dict[str, str]:
    """What of a decision was not kept; a price says by how much."""
    about = facts.get("about", "REMEDY")
    said = {"not_kept": about.lower(), "kind": _NOT_KEPT.get(about, Kind.REQUEST).value}
    return said | _prices(facts, "amount_minor") if about == "PRICE" else said


def _sum(rule: Rule, reasons: tuple[Reason, ...]) -> dict[str, str]:
    """What all lines of an estimate charge together."""
    own = [each.facts for each in reasons if each.code == rule.value]
    total = sum((exact(each.get("amount_minor", "0")) for each in own), Fraction(0))
    return _currency(own[0] if own else {}) | {"amount_minor": str(total)}


def _currency(facts: dict[str, str]) -> dict[str, str]:
    return {"currency": facts["currency"]} if "currency" in facts else {}


def _asked(facts: dict[str, str], reasons: tuple[Reason, ...]) -> str:
    if any(each.code == "APPEAL_REFUSED" for each in reasons):
        return "appealed"
    return {"CALLED": "called", "DISPUTED": "disagrees"}.get(facts.get("response", ""), "button")
