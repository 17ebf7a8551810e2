"""What the customer said last in words of their own, and how they want to be addressed.

The words are kept of an open case alone, for its managers: they go with its end.
"""

from msgspec.structs import replace

from agents.core.desk.state import Addressing, EscalationState, SaidLast
from agents.core.languages import said
from agents.core.world import World
from schemas.records import Answer, Disagreement, Response, Wish


def with_words(state: EscalationState, record: Answer | Disagreement) -> EscalationState:
    """The open case with what a record says in the customer's words, if nothing newer is kept.

    What has a topic and no words takes the place of no words.
    """
    if record.words is None and record.topic is None:
        return state
    before = state.said_last
    if before is not None:
        older = record.occurred_at < before.at
        if older or (record.words is None and before.words is not None):
            return state
    heard = SaidLast(at=record.occurred_at, words=record.words, topic=record.topic)
    return replace(state, said_last=heard)


def with_address(state: EscalationState, answer: Answer) -> EscalationState:
    """The case with the language, channels, quiet hours and zone of the check-in now in force.

    An answer of a version before has none of them.
    """
    if answer.response is not Response.CHECKED_IN or answer.language is None:
        return state
    of_visit, wish = answer.language, state.addressing.wish
    language = wished_language(wish) or of_visit
    addressing = Addressing(
        language=language,
        visit_language=None if language == of_visit else of_visit,
        channels=answer.channels or (),
        quiet_from=answer.quiet_from,
        quiet_until=answer.quiet_until,
        time_zone=answer.time_zone or state.addressing.time_zone,
        wish=wish,
    )
    return state if addressing == state.addressing else replace(state, addressing=addressing)


def with_wish(state: EscalationState, wish: Wish | None, world: World) -> EscalationState:
    """The case with what the customer wishes now, each thing in the place of an earlier one.

    Which manager they wish for was for the choice; who has the case stays.
    """
    had, of_visit = state.addressing.wish, state.addressing.visit_language
    if wish is None or not world.policy.writes_generation(2):
        return state
    before = Wish() if had is None else had
    now = replace(
        before,
        channel=wish.channel or before.channel,
        language=wish.language or before.language,
        not_before=before.not_before if wish.not_before is None else wish.not_before,
    )
    of_visit = of_visit or state.addressing.language
    language = wished_language(now) or of_visit
    visit_language = None if language == of_visit else of_visit
    if now == before:
        return state
    addressing = replace(
        state.addressing, wish=now, language=language, visit_language=visit_language
    )
    return replace(state, addressing=addressing)


def address_in(disagreement: Disagreement) -> Addressing:
    """How the customer wants to be addressed, as what opens the case says."""
    language = wished_language(disagreement.wish) or disagreement.language
    return Addressing(
        language=language,
        visit_language=None if language == disagreement.language else disagreement.language,
        channels=tuple(disagreement.channels),
        quiet_from=disagreement.quiet_from,
        quiet_until=disagreement.quiet_until,
        time_zone=disagreement.time_zone,
        wish=disagreement.wish,
    )


def wished_language(wish: Wish | None) -> str | None:
    """The language that the customer wishes to be spoken to in, if they named one."""
    return said(wish.language) if wish is not None and wish.language else None
