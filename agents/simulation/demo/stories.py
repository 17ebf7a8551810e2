"""A few stories of the week, told from the committed records alone."""

from collections.abc import Iterator, Sequence

from agents.simulation.demo.event_generator import STORIES
from agents.simulation.demo.play import Seen
from agents.simulation.demo.words import because_of_time, clock, decided, of_a_storm, sentence, told
from schemas.records import (
    ContactCard,
    Disagreement,
    Escalation,
    EscalationStatus,
    Notice,
)

_TOLD = (
    EscalationStatus.OPENED,
    EscalationStatus.ACKNOWLEDGED,
    EscalationStatus.PROMISED,
    EscalationStatus.RESOLVED,
    EscalationStatus.CONFIRMED,
    EscalationStatus.WITHDRAWN,
    EscalationStatus.MOVED_UP,
    EscalationStatus.REASSIGNED,
    EscalationStatus.REOPENED,
)
_ORDER = (ContactCard, Disagreement, Escalation, Notice)
_SHOWN = frozenset(
    {
        "customer-agreed",
        "customer-opened",
        "customer-promised",
        "customer-promise-missed",
        "customer-moved-up",
        "customer-resolved",
        "customer-confirmed",
        "customer-throttled",
        "manager-incident",
        "manager-opened",
        "manager-withdrawn",
    }
)
"""Of these messages the first in each story is shown."""


def stories(outputs: Sequence[Seen]) -> Iterator[tuple[str, list[str]]]:
    """Each story: a title, and what happened, line by line; of what people are told, some."""
    for customer, title in STORIES.items():
        messages: set[str] = set()
        lines = []
        for place, seen in enumerate(outputs):
            if not _concerns(seen.record, customer):
                continue
            if isinstance(seen.record, Notice):
                if seen.record.message not in _SHOWN - messages:
                    continue
                messages.add(seen.record.message)
            line = _line(seen)
            if line is not None:
                # Of one moment: what was found, what became of it, then who was told.
                after = _ORDER.index(type(seen.record))
                lines.append((seen.timestamp, after, place, line))
        yield f"{customer.capitalize()} {title}", [line for *_, line in sorted(lines)]


def _concerns(record: object, customer: str) -> bool:
    """Whether it is of a customer; a manager's notice names only the case."""
    if isinstance(record, Notice):
        return record.addressee.id == customer or record.notice_id.startswith(f"{customer}-v")
    return getattr(record, "customer_id", None) == customer


def _line(seen: Seen) -> str | None:
    match seen.record:
        case ContactCard() as card:
            names = ", ".join(each.manager.name for each in card.managers)
            if card.site_phone is not None:
                names = "the site's own phone"
            return f"{clock(card.issued_at)} gets a card with {names}"
        case Disagreement() as record:
            return f"{clock(record.decided_at)} {decided(record)}"
        case Escalation() as step if step.status in _TOLD or of_a_storm(step):
            return f"{clock(step.occurred_at)} {_step(step)}"
        case Notice() as notice:
            return f"{clock(seen.timestamp)} {told(notice)}"
        case _:
            return None


def _step(step: Escalation) -> str:
    who = f"{step.manager.name}, {step.tier.value.lower()}" if step.manager else "nobody yet"
    match step.status:
        case EscalationStatus.OPENED:
            return (
                f"{step.escalation_id} opened with {who}; to be acknowledged by "
                f"{clock(step.acknowledge_by)}, decided by {clock(step.decide_by)}"
                f"{of_a_storm(step)}"
            )
        case EscalationStatus.RESOLVED:
            assert step.outcome is not None, "a resolution has an outcome"
            return f"{step.escalation_id} decided by {who}: {step.outcome.value}"
        case EscalationStatus.CONFIRMED:
            return f"{step.escalation_id} looked at by another: {step.by} confirms ABUSIVE"
        case EscalationStatus.PROMISED:
            assert step.until is not None, "a promise has its time"
            return f"{step.escalation_id}: {who}, promises a call by {clock(step.until)}"
        case EscalationStatus.ACKNOWLEDGED:
            return f"{step.escalation_id} taken by {who}"
        case EscalationStatus.JOINED:
            return f"{step.escalation_id} joined: with {who}{of_a_storm(step)}"
        case EscalationStatus.MOVED_UP | EscalationStatus.REASSIGNED | EscalationStatus.REOPENED:
            what = step.status.value.lower().replace("_", " ")
            return f"{step.escalation_id} {what}: with {who}{because_of_time(step)}"
        case _:
            said = [sentence(each) for each in step.reasons]
            why = "; ".join(each for each in said if each)
            because = f", because {why}" if why else ""
            return f"{step.escalation_id} {step.status.value.lower()}{because}"
