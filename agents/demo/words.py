"""What a record says, in a short sentence, from the record alone."""

from datetime import UTC, datetime
from decimal import Decimal

from agents.core.money import exponent
from agents.core.notices.formats import exact
from schemas.records import AddresseeKind, Decision, Disagreement, Escalation, Notice, Reason

_MONEY = ("base_minor", "amount_minor", "limit_minor", "excess_minor")


def clock(at: int) -> str:
    """A moment of the simulated week."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%a %H:%M")


def day_and_clock(at: int) -> str:
    """A moment further away."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%d %b %H:%M")


def why(record: Disagreement) -> str:
    """Why it was decided so: the rule's reason, then the decision's."""
    said = [sentence(reason) for reason in record.reasons]
    return "; ".join(each for each in said if each)


def sentence(reason: Reason) -> str:
    """One reason in words; empty where the others say enough."""
    currency = reason.facts.get("currency")
    facts = {name: _shown(name, value, currency) for name, value in reason.facts.items()}
    form = _SENTENCES.get(reason.code)
    try:
        return form.format_map(facts) if form is not None else ""
    except KeyError:
        return reason.code.replace("_", " ").lower()


def _shown(name: str, value: str, currency: str | None) -> str:
    if name not in _MONEY:
        return value
    digits = exponent(currency)
    return f"{Decimal(round(exact(value))).scaleb(-digits):.{digits}f}"


_SENTENCES = {
    "ESTIMATE_OVER_AUTHORISED": "{amount_minor} {currency} is {excess_minor} above {base_minor}, "
    "limit {limit_minor} ({limit_source})",
    "CHARGED_OVER_AUTHORISED": "charged {excess_minor} {currency} more than authorised, "
    "limit {limit_minor} ({limit_source})",
    "ESTIMATE_DECLINED_WORK_DONE": "done though declined: {operations_done}",
    "ESTIMATE_CHARGES_COVERED_WORK": "charges {operation}, which claim {claim_id} covers",
    "DIAGNOSIS_CHANGED_AFTER_AUTHORISATION": "{code_before} became {code_after} after the "
    "customer's yes",
    "DIAGNOSIS_NO_FAULT_FOUND_AGAIN": "no fault found for {symptom} on {visits} visits",
    "DIAGNOSIS_REMOTE_DIFFERS": "remote said {remote_code}, the centre {centre_code}",
    "WARRANTY_DENIED_AGAINST_CAUSE": "claim denied, but the cause is {cause}",
    "WARRANTY_REVERSED": "claim {claim_id} was {decision_before} and is {decision_now}",
    "SILENCE_NO_WORD": "asked, and heard nothing for {business_hours} business hours",
    "SILENCE_READY_TIME_MOVED": "the promised time moved later {times} times",
    "REQUESTED_BY_CUSTOMER": "the customer asked for a manager",
    "ESTIMATE_DISPUTED": "the customer disputes the estimate",
    "DIAGNOSIS_DISPUTED": "the customer disputes the diagnosis",
    "WARRANTY_DISPUTED": "the customer disputes the warranty decision",
    "APPEAL": "appeals {of}",
    "APPEAL_REFUSED": "no appeal: {why}",
    "PILOT": "the site's arm is {arm}",
    "FLOOR": "on the floor: {because}",
    "OPEN_ESCALATION": "joins {escalation_id}",
    "REOPENS_ESCALATION": "opens {escalation_id} again",
    "THROTTLE": "{used} of {limit} used in {window_days} days, "
    "{in_24_hours} of {limit_in_24_hours} in 24 hours",
    "GROUND_GONE": "corrects {corrects}",
    "SEVERITY_ROSE": "severity rose from {before} to {after}",
    "WARRANTY_REPEAT_REPAIR": "attempt {attempts} at {symptom}",
    "WARRANTY_REPEAT_REPAIR_DAYS": "{days_out_of_service} days out of service",
    "NOT_ACKNOWLEDGED": "nobody had acknowledged it",
    "UNDECIDED": "it was not decided in time",
    "OVERDUE": "not decided in time, and nowhere to move up to",
    "SILENCE_PROMISE_MISSED": "the promised call was not made",
    "ERASED": "the customer asked to be forgotten",
    "HANDED_OVER": "{manager_id} is gone and not back in time",
    "NOBODY_REACHABLE": "nobody can be reached",
    "NOBODY_ELSE": "nobody else can be reached",
    "HAD_IT_BEFORE": "who had it before: nobody else can be reached",
    "TAKEN": "who acted took it over",
    "SITE_STORM": "{cases} cases of one kind at {site_id} are one incident",
    "PART_OF_STORM": "it is one of {cases} cases of one kind at {site_id}, one incident",
}


def decided(record: Disagreement) -> str:
    """A decision as a line: what, who, where, why."""
    would = f" (would be {record.would_be.value})" if record.would_be else ""
    until = ""
    if record.decision is Decision.THROTTLED and record.throttle and record.throttle.next_at:
        until = f", again from {day_and_clock(record.throttle.next_at)}"
    return (
        f"{record.decision.value}{would} {record.rule.value} of {record.customer_id} "
        f"at {record.site_id}: {why(record)}{until}"
    )


def told(notice: Notice) -> str:
    """A notice as a line: to whom, by which channel first, and what it says in short."""
    to_manager = notice.addressee.kind is AddresseeKind.MANAGER
    whom = f"manager {notice.addressee.id}" if to_manager else notice.addressee.id
    by = f" by {notice.channels[0].value}" if notice.channels else ""
    return f"to {whom}{by}: {notice.short_text or notice.title}"


def stepped(record: Escalation) -> str:
    """A step of an escalation as a line."""
    who = f"{record.manager.name} ({record.tier.value.lower()})" if record.manager else "nobody yet"
    outcome = f" {record.outcome.value}" if record.outcome else ""
    because = because_of_time(record)
    return f"{record.escalation_id} {record.status.value}{outcome}: {who}{because}"


def because_of_time(record: Escalation) -> str:
    """Why time, or a storm, made a step: `, because ...`; empty for all others."""
    said = [sentence(each) for each in record.reasons if each.code in _MADE_BY_TIME]
    return f", because {'; '.join(said)}" if said else ""


def of_a_storm(record: Escalation) -> str:
    """That a case is part of an incident: `; ...`; empty for all others."""
    said = [sentence(each) for each in record.reasons if each.code in _STORM]
    return f"; {said[0]}" if said else ""


def is_made_by_time(record: Escalation) -> bool:
    """Whether a step says that somebody failed to act, or that a storm began."""
    return any(each.code in _MADE_BY_TIME for each in record.reasons)


_STORM = ("SITE_STORM", "PART_OF_STORM")
_MADE_BY_TIME = frozenset(
    {
        "NOT_ACKNOWLEDGED",
        "UNDECIDED",
        "OVERDUE",
        "SILENCE_PROMISE_MISSED",
        "HANDED_OVER",
        "SITE_STORM",
    }
)
