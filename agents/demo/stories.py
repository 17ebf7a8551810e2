"""A few stories of the week, told from the committed records alone."""

from collections.abc import Iterator, Sequence

from agents.demo.life import STORIES
from agents.demo.play import Seen
from agents.demo.words import because_of_time, clock, decided
from schemas.records import (
    ContactCard,
    Disagreement,
    Escalation,
    EscalationStatus,
)

_TOLD = (
    EscalationStatus.OPENED,
    EscalationStatus.ACKNOWLEDGED,
    EscalationStatus.RESOLVED,
    EscalationStatus.WITHDRAWN,
    EscalationStatus.MOVED_UP,
    EscalationStatus.REASSIGNED,
    EscalationStatus.REOPENED,
)


def stories(outputs: Sequence[Seen]) -> Iterator[tuple[str, list[str]]]:
    """Each story: a title, and what happened, line by line."""
    for customer, title in STORIES.items():
        lines = [
            (seen.timestamp, place, line)
            for place, seen in enumerate(outputs)
            if getattr(seen.record, "customer_id", None) == customer
            and (line := _line(seen)) is not None
        ]
        yield f"{customer.capitalize()} {title}", [line for *_, line in sorted(lines)]


def _line(seen: Seen) -> str | None:
    match seen.record:
        case ContactCard() as card:
            names = ", ".join(each.manager.name for each in card.managers)
            return f"{clock(card.issued_at)} gets a card with {names}"
        case Disagreement() as record:
            return f"{clock(record.decided_at)} {decided(record)}"
        case Escalation() as step if step.status in _TOLD:
            return f"{clock(step.occurred_at)} {_step(step)}"
        case _:
            return None


def _step(step: Escalation) -> str:
    who = f"{step.manager.name}, {step.tier.value.lower()}" if step.manager else "nobody yet"
    match step.status:
        case EscalationStatus.OPENED:
            return (
                f"{step.escalation_id} opened with {who}; to be acknowledged by "
                f"{clock(step.acknowledge_by)}, decided by {clock(step.decide_by)}"
            )
        case EscalationStatus.RESOLVED:
            assert step.outcome is not None, "a resolution has an outcome"
            return f"{step.escalation_id} decided by {who}: {step.outcome.value}"
        case EscalationStatus.ACKNOWLEDGED:
            return f"{step.escalation_id} taken by {who}"
        case EscalationStatus.MOVED_UP | EscalationStatus.REASSIGNED | EscalationStatus.REOPENED:
            what = step.status.value.lower().replace("_", " ")
            return f"{step.escalation_id} {what}: with {who}{because_of_time(step)}"
        case _:
            return f"{step.escalation_id} {step.status.value.lower()}"
