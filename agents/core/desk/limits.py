"""How much of one escalation is kept: what is beyond that is refused, and never our own failure.

What was applied to a case is kept by its ids, so that nothing is applied twice; who sends decides
how many there are. The numbers are of another order than life, and their sum stays below what a
changelog takes of one record (900,000 bytes).
"""

from typing import Final

from agents.core.desk.state import EscalationState
from agents.core.handling import DeadLetterCause, DeadLettered

GROUNDS: Final = 300
"""Findings that are or were true: of a visit with hundreds of claims, each denied."""
DISAGREEMENTS: Final = 600
"""Records that raised or joined it: with every rise in severity of each ground."""
ACTIONS: Final = 1_000
"""What people did to it: thirty a day, for a month."""
ANSWERS: Final = 1_000
"""What the customer said meanwhile."""


def full_of_grounds(state: EscalationState | None) -> DeadLettered | None:
    """Why a case takes no further disagreement; what corrects one it always takes."""
    if state is None:
        return None
    if len(state.grounds) >= GROUNDS:
        return _full(state, f"{GROUNDS} grounds")
    if len(state.disagreement_ids) >= DISAGREEMENTS:
        return _full(state, f"{DISAGREEMENTS} disagreements")
    return None


def full_of_actions(state: EscalationState) -> DeadLettered | None:
    """Why a case takes no further action."""
    return _full(state, f"{ACTIONS} actions") if len(state.action_ids) >= ACTIONS else None


def full_of_answers(state: EscalationState) -> DeadLettered | None:
    """Why a case takes no further answer."""
    return _full(state, f"{ANSWERS} answers") if len(state.answer_ids) >= ANSWERS else None


def _full(state: EscalationState, what: str) -> DeadLettered:
    return DeadLettered(
        reason=DeadLetterCause.INVALID,
        detail=f"escalation {state.escalation_id} has {what}: no more of one are kept",
    )
