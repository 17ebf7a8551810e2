"""Facts of a visit with sane defaults, for tests: name only what matters.

All of customer c1, vehicle car1, site s1 and visit v1, on Monday, 2 March 2026 at 09:00 UTC, or
where
`at` says: days and hours after that.
"""

from functools import cache
from typing import Any

from agents.core.customers.rule_base.facts import moment
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Customer, Visit
from agents.core.policy import Policy, policy_from
from agents.core.world import Directory, World
from agents.reference_data.policy_files import default_data
from schemas.records import (
    Arm,
    Cause,
    Channel,
    CheckIn,
    Closure,
    CustomerResponse,
    Diagnosis,
    Estimate,
    EstimateLine,
    Hours,
    Response,
    Site,
    Stage,
    Subject,
    WarrantyDecision,
    WarrantyDecisionName,
)

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = 1_772_442_000_000  # 2026-03-02T09:00:00Z

_FACTS: dict[Any, str] = {
    CheckIn: "check_ins",
    Diagnosis: "diagnoses",
    Estimate: "estimates",
    WarrantyDecision: "warranty_decisions",
    CustomerResponse: "responses",
    Closure: "closures",
}


def at(days: float = 0, hours: float = 0) -> int:
    """Epoch milliseconds, so many days and hours after the start."""
    return START + round(days * DAY + hours * HOUR)


def _common(event_id: str, hours: float, days: float) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "occurred_at": at(days, hours),
        "customer_id": "c1",
        "visit_id": "v1",
        "vehicle_id": "car1",
        "site_id": "s1",
    }


def check_in(event_id: str = "in", hours: float = 0, days: float = 0, **fields: Any) -> CheckIn:
    whole = {"language": "en", "channels": (Channel.SMS,), "symptoms": ()}
    return CheckIn(**(_common(event_id, hours, days) | whole | fields))


def diagnosis(event_id: str = "d", hours: float = 0, days: float = 0, **fields: Any) -> Diagnosis:
    whole = {
        "diagnosis_id": "dia1",
        "revision": 1,
        "stage": Stage.CENTRE,
        "code": "P0300",
        "symptom": "rattle",
        "cause": Cause.WEAR,
        "fault_found": True,
        "safety": False,
    }
    return Diagnosis(**(_common(event_id, hours, days) | whole | fields))


def line(operation: str, amount: int = 100, claim_id: str | None = None) -> EstimateLine:
    return EstimateLine(operation=operation, amount=amount, claim_id=claim_id)


def estimate(event_id: str = "e", hours: float = 0, days: float = 0, **fields: Any) -> Estimate:
    """Of 100.00; the subtotal is the total, where it is not named."""
    whole = {
        "estimate_id": "est1",
        "revision": 1,
        "currency": "USD",
        "total": 10_000,
        "subtotal": fields.get("total", 10_000),
        "lines": (),
    }
    return Estimate(**(_common(event_id, hours, days) | whole | fields))


def warranty(
    event_id: str = "w",
    decision: str = "APPROVED",
    hours: float = 0,
    days: float = 0,
    **fields: Any,
) -> WarrantyDecision:
    whole = {
        "claim_id": "claim1",
        "revision": 1,
        "decision": WarrantyDecisionName(decision),
        "reason_code": "R1",
        "operations": (),
    }
    return WarrantyDecision(**(_common(event_id, hours, days) | whole | fields))


def said(
    event_id: str = "r",
    response: str = "AUTHORISED",
    subject: str = "ESTIMATE",
    hours: float = 0,
    days: float = 0,
    **fields: Any,
) -> CustomerResponse:
    whole = {"response": Response(response), "subject": Subject(subject)}
    return CustomerResponse(**(_common(event_id, hours, days) | whole | fields))


def closure(event_id: str = "c", hours: float = 0, days: float = 0, **fields: Any) -> Closure:
    return Closure(**(_common(event_id, hours, days) | {"operations_done": ()} | fields))


def visit(*facts: Any, **fields: Any) -> Visit:
    """A visit with these facts, in this order."""
    whole: dict[str, Any] = {
        "visit_id": "v1",
        "site_id": "s1",
        "region_id": "r1",
        "arm": Arm.LIVE,
        "opened_at": min((each.occurred_at for each in facts), default=START),
        "first_occurred_at": min((each.occurred_at for each in facts), default=START),
        "first_event_id": min(facts, key=moment).event_id if facts else "",
        "last_event_at": max((each.occurred_at for each in facts), default=START),
        "vehicle_id": "car1",
        "currency": None,
    }
    for each in facts:
        name = _FACTS[type(each)]
        whole[name] = (*whole.get(name, ()), each)
    return Visit(**(whole | fields))


def site(**fields: Any) -> Site:
    """A site in the USA, without a law of its own, in UTC."""
    whole: dict[str, Any] = {
        "site_id": "s1",
        "region_id": "r1",
        "name": "Site",
        "country": "US",
        "subdivision": "US-TX",
        "currency": "USD",
        "time_zone": "UTC",
        "hours": (),
        "holidays": None,
        "closed_on": (),
    }
    return Site(**(whole | fields))


def hours_of(days: tuple[int, ...], begin: str, end: str) -> Hours:
    """Opening hours on weekdays (1 is Monday)."""
    return Hours(days=days, from_=begin, to=end)


@cache
def package_policy() -> Policy:
    return policy_from({}, default_data())


def policy(**differs: Any) -> Policy:
    """The package's policy, with what differs."""
    return policy_from(differs, default_data()) if differs else package_policy()


def context(
    judged: Visit,
    *others: Visit,
    now: int | None = None,
    event_id: str | None = None,
    place: Site | None = None,
    rules: Policy | None = None,
    **customer_fields: Any,
) -> RuleContext:
    """The visit judged, with the customer's other visits; now is the last fact, where not named."""
    visits = {each.visit_id: each for each in (judged, *others)}
    here, rules = place or site(), rules or package_policy()
    if now is None:
        now = max(each.last_event_at for each in visits.values())
    given: dict[str, Any] = {
        "customer_id": "c1",
        "first_visit_id": judged.visit_id,
        "first_event_id": "",
        "first_visit_at": judged.first_occurred_at,
        "last_visit_at": now,
        "visits": visits,
    }
    customer = Customer(**(given | customer_fields))
    return RuleContext(
        customer=customer,
        visit=judged,
        world=World(now=now, policy=rules, directory=Directory(sites=(here,))),
        site=here,
        jurisdiction=rules.jurisdiction(
            here.country, here.subdivision, judged.currency or here.currency
        ),
        event_id=event_id,
    )
