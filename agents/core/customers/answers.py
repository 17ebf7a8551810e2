"""Answers: what the desk is told of a visit with an escalation.

What the customer says while one is open, ratings, and how they want to be addressed from now on,
when another check-in is in force; before there were generations, only the site of a visit whose
region is unknown, when an event names the first one that the directory knows.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from agents.core.customers.draft import Draft
from agents.core.customers.rule_base.facts import later
from agents.core.customers.state import CaseStatus, Visit
from agents.core.customers.stored_facts import Fact
from agents.core.customers.verdict import open_case
from agents.core.customers.words import settled_by, topic_of, words_of
from agents.core.handling import Output
from schemas.records import (
    Answer,
    CheckIn,
    CustomerResponse,
    Decision,
    Disagreement,
    Response,
    Subject,
    TopicName,
)

_WISHES = (Response.REQUESTED, Response.CALLED, Response.DISPUTED, Response.APPEALED)
_CARRIES_A_WISH = (Decision.RAISED, Decision.JOINED)
_MAY_BE_OPENED_AGAIN = (CaseStatus.RESOLVED, CaseStatus.WITHDRAWN)


def tell(draft: Draft, event: Fact, site_id: str | None = None) -> None:
    """Write what was said for each escalation that it concerns.

    `site_id`: the site that the event made known, for all that are open or may be opened again.
    To be asked before the event is judged: what it opens or reopens was not open when it came.
    """
    said: dict[str, Answer] = {}
    visit = draft.visit(event.visit_id)
    if site_id is not None or _is_in_force(draft, visit, event):
        for case in visit.cases:
            if case.status is CaseStatus.OPEN or case.status in _MAY_BE_OPENED_AGAIN:
                said[case.escalation_id] = _checked_in(draft, visit, event, case.escalation_id)
    if isinstance(event, CustomerResponse):
        for escalation_id, rating in _concerned(draft, visit, event):
            answer = _answer(visit, event, escalation_id, event.response)
            answer = replace(answer, subject=event.subject, rating=rating, site_id=site_id)
            said[escalation_id] = _with_words(draft, answer, event)
    draft.outputs += [Output(topic="recourse.answers", record=each) for each in said.values()]


def tell_wish(draft: Draft, event: Fact) -> None:
    """Add what the customer wishes to what the desk was told, where no decision carries it.

    Who asks, disputes or calls while the same stands makes no decision: the wish would be lost. To
    be asked once the event is judged.
    """
    if not isinstance(event, CustomerResponse) or event.response not in _WISHES:
        return
    if event.wish is None or not draft.world.policy.writes_generation(2):
        return
    if any(
        isinstance(each.record, Disagreement)
        and each.record.decision in _CARRIES_A_WISH
        and each.record.wish is not None
        and each.record.trigger_event_id == event.event_id
        for each in draft.outputs
    ):
        return
    draft.outputs = [
        replace(each, record=replace(each.record, wish=event.wish))
        if isinstance(each.record, Answer) and each.record.event_id == event.event_id
        else each
        for each in draft.outputs
    ]


def _is_in_force(draft: Draft, visit: Visit, event: Fact) -> bool:
    """Whether the event is the check-in that holds for the visit from now on."""
    if not isinstance(event, CheckIn) or not draft.world.policy.writes_generation(2):
        return False
    return later(visit.check_ins).event_id == event.event_id


def _answer(visit: Visit, event: Fact, escalation_id: str, response: Response) -> Answer:
    return Answer(
        event_id=event.event_id,
        occurred_at=event.occurred_at,
        escalation_id=escalation_id,
        visit_id=visit.visit_id,
        region_id=visit.region_id,
        response=response,
        subject=Subject.NONE,
    )


def _checked_in(draft: Draft, visit: Visit, event: Fact, escalation_id: str) -> Answer:
    """Where the visit is, and how the customer wants to be addressed on it."""
    answer = _answer(visit, event, escalation_id, Response.CHECKED_IN)
    answer = replace(answer, site_id=visit.site_id)
    if not draft.world.policy.writes_generation(2):
        return answer
    address = draft.address(visit)
    return replace(
        answer,
        language=address.language,
        channels=address.channels,
        quiet_from=address.quiet_from,
        quiet_until=address.quiet_until,
        time_zone=address.time_zone,
    )


def _with_words(draft: Draft, answer: Answer, response: CustomerResponse) -> Answer:
    """The answer with what it is about, and in the customer's words."""
    if not draft.world.policy.writes_generation(2):
        return answer
    return replace(
        answer,
        topic=topic_of(response),
        words=words_of(response),
        settled=settled_by(response),
    )


def _concerned(
    draft: Draft, visit: Visit, response: CustomerResponse
) -> Iterator[tuple[str, int | None]]:
    """The escalations that a response concerns, each with the rating that it gets.

    That is the open one, and the one that is rated, also when it is closed. A rating of the visit
    (of anything but an escalation) is the open one's; where none is open, what it says of whether
    the matter is settled is said of the one that was decided last. So is a question about
    somebody's conduct: nobody may have spoken with the customer.
    """
    open_one = open_case(visit)
    rating = response.rating if response.response is Response.RATED else None
    if rating is not None and response.subject is Subject.ESCALATION:
        rated = _named(visit, response.subject_id, open_one)
        if rated is not None:
            yield rated, rating
        if open_one is not None and open_one != rated:
            yield open_one, None
    elif open_one is not None:
        yield open_one, rating
    elif settled_by(response) is not None or _is_about_conduct(draft, response):
        decided = [each for each in visit.cases if each.status is CaseStatus.RESOLVED]
        if decided:
            yield max(decided, key=lambda each: each.resolved_at or 0).escalation_id, None


def _is_about_conduct(draft: Draft, response: CustomerResponse) -> bool:
    asked = response.response is Response.ASKED and response.topic is TopicName.CONDUCT
    return asked and draft.world.policy.writes_generation(2)


def _named(visit: Visit, named: str | None, open_one: str | None) -> str | None:
    """The escalation named; without a name the open one, else the visit's last one."""
    known = [each.escalation_id for each in visit.cases]
    if named is None:
        return open_one or (known[-1] if known else None)
    return named if named in known else None
