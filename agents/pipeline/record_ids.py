"""By which fields a record of a topic is told from a second one like it: its header `event_id`."""

from collections.abc import Mapping
from typing import Final

IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "recourse.disagreements": ("disagreement_id",),
    "recourse.escalations": ("escalation_id", "step"),
    "recourse.cases": ("escalation_id", "step"),
    "recourse.answers": ("event_id", "escalation_id"),
    "recourse.outcomes": ("escalation_id", "status", "occurred_at"),
    "recourse.contact-cards": ("card_id",),
    "recourse.notices": ("notice_id",),
    "recourse.visits": ("visit_id",),
}
