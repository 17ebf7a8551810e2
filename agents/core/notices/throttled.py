"""What stage customers tells a customer: what concerns no escalation.

That a decision was THROTTLED, once until it is possible again or the reason changes; and that what
they appealed can't be, where nothing else says so because their request is open already.
"""

import re

from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.appeals import WHY_REFUSED
from agents.core.customers.draft import Draft
from agents.core.customers.rule_base.facts import instant
from agents.core.customers.rules import ALWAYS_ASKED
from agents.core.customers.state import Appeal
from agents.core.customers.throttle_told import ThrottleTold
from agents.core.notices.addressees import Wanted, customer
from agents.core.notices.notice import CUSTOMER, NoticeReference, Parameters, build_notice
from agents.core.notices.rule_parameters import rule_parameters
from agents.core.notices.timing import quiet_hours, told_from
from schemas.records import (
    Arm,
    CustomerResponse,
    Decision,
    Disagreement,
    Rule,
    Severity,
)

THROTTLED = "customer-throttled"
REQUEST_OPEN = "customer-request-open"
MESSAGES = frozenset({THROTTLED, REQUEST_OPEN})
_ENTRY = re.compile(r"(\S+) (\S+) (\S+) x ([^;\s]+)")
APPEAL_WITHIN = "appeal_within_days"  # a fact of the reasons of a THROTTLED


def tell_of_throttled(draft: Draft, since: int = 0) -> None:
    """A notice for what was throttled now, unless the customer has been told so already.

    `since`: how many outputs there were before.
    """
    for output in tuple(draft.outputs[since:]):
        record = output.record
        if not isinstance(record, Disagreement) or record.decision is not Decision.THROTTLED:
            continue
        told = ThrottleTold(reason=limit_of(record)["limited"], until=_next_at(record))
        before = draft.customer.throttle_told
        if before is not None and before.reason == told.reason and _holds(before, record):
            continue
        draft.customer = replace(draft.customer, throttle_told=told)
        said = (THROTTLED, _throttled(record))
        acted_at = record.occurred_at if record.rule in ALWAYS_ASKED else None
        tell(draft, record.visit_id, record.disagreement_id, said, record, acted_at=acted_at)


def tell_of_open_request(draft: Draft, response: CustomerResponse) -> None:
    """A notice when an appeal is a request, and that request is open already."""
    visit = draft.visit(response.visit_id)
    appeal = next((each for each in visit.appeals if each.event_id == response.event_id), None)
    if appeal is None or appeal.refused is None or visit.arm is not Arm.LIVE:
        return
    if any(isinstance(each.record, Disagreement) for each in draft.outputs):
        return
    if any(each.live and each.rule is Rule.REQUESTED_BY_CUSTOMER for each in visit.standings):
        cause = f"{visit.visit_id}:{response.event_id}"
        said = (REQUEST_OPEN, _refused(appeal))
        tell(draft, visit.visit_id, cause, said, acted_at=response.occurred_at)


def limit_of(record: Disagreement) -> Parameters:
    """Which limit stops it: the block-list, the one of 24 hours, or the one of the window."""
    throttle = record.throttle
    if throttle is None or any(each.code == "BLOCK_LIST" for each in record.reasons):
        return {"limited": "blocked"}
    if throttle.limit < 1:
        return {"limited": "never"}
    facts = next((each.facts for each in record.reasons if each.code == "THROTTLE"), {})
    a_day = int(facts.get("limit_in_24_hours", 0))
    window = {"window_days": str(throttle.window_days)}
    full_today = a_day > 0 and int(facts.get("in_24_hours", 0)) >= a_day
    if full_today and throttle.used + 1 <= throttle.limit:
        left = int(throttle.limit - throttle.used)
        return window | {"limited": "day", "times": str(a_day), "remaining": str(left)}
    weights = (float(weight) for _, _, weight, _ in entries_in(facts.get("entries", "")))
    weighed = any(weight > 1 for weight in weights)
    return {
        "limited": "window",
        "times": str(throttle.limit),
        "days": str(throttle.window_days),
        "weighed": "yes" if weighed else "no",
    }


def entries_in(value: str) -> list[tuple[str, str, str, str]]:
    """The entries that a throttle counted: disagreement, when, weight, and how much of it is left.

    One that was cut, for the list was too long for a record, is left out.
    """
    return _ENTRY.findall(value)


def appeal_until(record: Disagreement) -> int | None:
    """When the time to appeal a decision is over (ms), where the record says."""
    facts = (each.facts for each in record.reasons if APPEAL_WITHIN in each.facts)
    days = next((each[APPEAL_WITHIN] for each in facts), None)
    return None if days is None else record.decided_at + int(days) * DAY_MS


def _holds(told: ThrottleTold, record: Disagreement) -> bool:
    """Whether what the customer was told still holds when this is decided."""
    return told.until is None or record.decided_at < told.until


def _next_at(record: Disagreement) -> int | None:
    return record.throttle.next_at if record.throttle else None


def _throttled(record: Disagreement) -> Parameters:
    said = rule_parameters(record.rule, record.reasons) | limit_of(record)
    next_at, until = _next_at(record), appeal_until(record)
    if next_at is not None:
        said["next_at"] = instant(next_at)
    if until is not None:
        said["appeal_until"] = instant(until)
    return said


def _refused(appeal: Appeal) -> Parameters:
    said = appeal.refused or ""
    why = next((code for code, words in WHY_REFUSED.items() if words in said), "OTHER")
    return {"refused": why}


def tell(
    draft: Draft,
    visit_id: str,
    cause: str,
    said: tuple[str, Parameters],
    record: Disagreement | None = None,
    *,
    acted_at: int | None = None,
) -> None:
    """One notice to the customer, addressed as the visit says; its id is made from its cause.

    `said`: the message, and what it is made of. `acted_at` (ms): when the customer did what it
    answers; quiet hours do not hold it then.
    """
    message, facts = said
    visit, world = draft.visit(visit_id), draft.world
    address = draft.address(visit)
    wanted = Wanted(
        languages=(address.language,),
        channels=address.channels,
        time_zone=address.time_zone,
        wish=record.wish if record else None,
    )
    site = world.directory.site(visit.site_id)
    quiet = quiet_hours(
        address.quiet_from, address.quiet_until, address.time_zone, site.country, world
    )
    severity = record.severity if record else Severity.NORMAL
    not_before = told_from(acted_at, draft.now, quiet, severity, world)
    about_it = NoticeReference(
        notice_id=f"{cause}:{CUSTOMER}",
        site=site,
        region_id=visit.region_id,
        policy_version=world.policy.version,
        disagreement_id=record.disagreement_id if record else None,
        worded=world.worded,
    )
    reach = customer(draft.customer.customer_id, wanted, visit.site_id, world)
    draft.outputs.append(
        build_notice(message, facts, reach, about_it, not_before=not_before, own={})
    )
