"""That a customer is asked how a visit was: see `agents/core/customers/survey.py`."""

from typing import Final

from msgspec.structs import replace

from agents.core.customers import survey
from agents.core.customers.draft import Draft
from agents.core.notices.throttled import tell

RATE: Final = "customer-rate"
MESSAGES: Final = frozenset({RATE})


def ask_how_it_was(draft: Draft, visit_id: str) -> None:
    """A notice for a visit whose moment has come at `draft.now`, if they were not just asked."""
    visit = draft.visit(visit_id)
    at = survey.waits_until(visit)
    if at is None or draft.now < at:
        return
    draft.put(survey.taken(visit))
    if survey.is_asked(draft.customer, draft.now, draft.world):
        draft.customer = replace(draft.customer, surveyed_at=draft.now)
        tell(draft, visit_id, f"{visit_id}:rate", (RATE, {}))
