"""What the desk heard of a customer's doings, and whether a step answers that.

Quiet hours hold no answer: what is said at once to what the customer did, and what a person did
within the hour after it. What time makes waits for the morning.
"""

from msgspec import Struct
from msgspec.structs import replace

from agents.core.customers.rules import ALWAYS_ASKED
from agents.core.desk.state import EscalationState
from agents.core.handling import Handled
from agents.core.notices.timing import is_answer
from agents.core.reasons import WITHDRAWN_BY_CUSTOMER
from agents.core.world import World
from schemas.records import (
    Answer,
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    Response,
    Wish,
)

_OF_A_CALL = (EscalationStatus.JOINED, EscalationStatus.ACKNOWLEDGED)


def with_doings(
    handled: Handled[EscalationState], record: Struct, world: World
) -> Handled[EscalationState]:
    """The handling with when the customer did what its record says, in the cases of the visit."""
    acted_at = _acted_at(record)
    if acted_at is None or not world.policy.writes_generation(2):
        return handled
    assert isinstance(record, Answer | Disagreement), "nothing else says what they did"
    changed = {
        key: _heard(state, acted_at)
        if state is not None and state.visit_id == record.visit_id
        else state
        for key, state in handled.changed.items()
    }
    return replace(handled, changed=changed)


def answers_customer(
    step: Escalation, state: EscalationState | None, record: Struct | None, world: World
) -> bool:
    """Whether a step answers what the customer did; `record`: what made it, None: time."""
    if state is None or not is_answer(state.customer_acted_at, step.occurred_at, world):
        return False
    if step.by is not None:
        return True
    if not isinstance(record, Answer | Disagreement) or record.visit_id != step.visit_id:
        return False
    if isinstance(record, Disagreement) and record.trigger_event_id in state.answer_ids:
        return True
    return _acted_at(record) is not None


def new_wish(step: Escalation, record: Struct | None, world: World) -> Wish | None:
    """How the customer wished to be spoken to with what made a step of their case.

    What they wish with an answer is told beside the steps (`asides.py`), but for a call's.
    """
    if not isinstance(record, Answer | Disagreement) or record.visit_id != step.visit_id:
        return None
    if isinstance(record, Answer) and step.status not in _OF_A_CALL:
        return None
    return record.wish if world.policy.writes_generation(2) else None


def _heard(state: EscalationState, acted_at: int) -> EscalationState:
    if state.erased or acted_at <= (state.customer_acted_at or 0):
        return state
    return replace(state, customer_acted_at=acted_at)


def _acted_at(record: Struct) -> int | None:
    """When the customer did what a record says (ms); None: it says nothing of the kind."""
    if isinstance(record, Answer):
        by_customer = record.response not in (Response.CHECKED_IN, Response.UNKNOWN)
    elif not isinstance(record, Disagreement):
        return None
    elif record.decision is Decision.CORRECTED:
        by_customer = any(each.code == WITHDRAWN_BY_CUSTOMER for each in record.reasons)
    else:
        by_customer = record.rule in ALWAYS_ASKED
    return record.occurred_at if by_customer else None
