"""What a record says, in a short sentence, from the record alone."""

from datetime import UTC, datetime
from decimal import Decimal

from agents.core.money import exponent
from agents.core.notices.wording.formats import exact
from agents.core.rfc3339 import milliseconds
from agents.operations.explain.wording.reasons import has, said
from agents.operations.explain.wording.sentences import Facts
from schemas.records import (
    AddresseeKind,
    Channel,
    Decision,
    Disagreement,
    Escalation,
    Notice,
    Reason,
)

_MONEY = ("base_minor", "amount_minor", "limit_minor", "excess_minor")


def clock(at: int) -> str:
    """A moment of the simulated week."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%a %H:%M")


def day_and_clock(at: int) -> str:
    """A moment further away."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%d %b %H:%M")


def why(record: Disagreement) -> str:
    """Why it was decided so: the rule's reason, then the decision's."""
    reasons = [sentence(reason) for reason in record.reasons]
    return "; ".join(each for each in reasons if each)


def sentence(reason: Reason) -> str:
    """One reason in words; empty where the others say enough."""
    if not has(reason.code, "demo"):
        return ""
    said_of_it = said(reason, "demo", _shown)
    return reason.code.replace("_", " ").lower() if said_of_it is None else said_of_it


def _shown(name: str, value: str, facts: Facts) -> str:
    if name not in _MONEY:
        at = milliseconds(value) if name == "due_at" else None
        return value if at is None else clock(at)
    digits = exponent(facts.values.get("currency"))
    return f"{Decimal(round(exact(value))).scaleb(-digits):.{digits}f}"


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
    """A notice as a line: to whom, by which channel first, and what it says there."""
    to_manager = notice.addressee.kind is AddresseeKind.MANAGER
    whom = f"manager {notice.addressee.id}" if to_manager else notice.addressee.id
    by = f" by {notice.channels[0].value}" if notice.channels else ""
    return f"to {whom}{by}: {_as_it_arrives(notice)}"


def _as_it_arrives(notice: Notice) -> str:
    """A text message is the short text; in the app and in an email there are title and text."""
    if notice.channels[:1] == (Channel.SMS,) and notice.short_text:
        return notice.short_text
    return f"{notice.title}. {notice.text}"


def stepped(record: Escalation) -> str:
    """A step of an escalation as a line."""
    who = f"{record.manager.name} ({record.tier.value.lower()})" if record.manager else "nobody yet"
    outcome = f" {record.outcome.value}" if record.outcome else ""
    because = because_of_time(record)
    return f"{record.escalation_id} {record.status.value}{outcome}: {who}{because}"


def because_of_time(record: Escalation) -> str:
    """Why time, or a storm, made a step: `, because ...`; empty for all others."""
    reasons = [sentence(each) for each in record.reasons if each.code in _MADE_BY_TIME]
    return f", because {'; '.join(reasons)}" if reasons else ""


def of_a_storm(record: Escalation) -> str:
    """That a case is part of an incident: `; ...`; empty for all others."""
    reasons = [sentence(each) for each in record.reasons if each.code in _STORM]
    return f"; {reasons[0]}" if reasons else ""


def is_made_by_time(record: Escalation) -> bool:
    """Whether a step says that somebody failed to act, or that a storm began."""
    return any(each.code in _MADE_BY_TIME for each in record.reasons)


_STORM = ("SITE_STORM", "PART_OF_STORM")
_MADE_BY_TIME = frozenset(
    {
        "NOT_ACKNOWLEDGED",
        "UNDECIDED",
        "OVERDUE",
        "OVERDUE_AGAIN",
        "SILENCE_PROMISE_MISSED",
        "HANDED_OVER",
        "SITE_STORM",
    }
)
