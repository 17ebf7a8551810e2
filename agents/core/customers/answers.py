"""Answers: what a customer says while an escalation is open, and ratings, told to the desk."""

from collections.abc import Iterator

from agents.core.customers.decide import open_case
from agents.core.customers.draft import Draft
from agents.core.customers.state import Visit
from agents.core.handling import Output
from schemas.records import Answer, CustomerResponse, Response, Subject


def tell(draft: Draft, response: CustomerResponse) -> None:
    """Write what was said for each escalation that it concerns.

    To be asked before the response is judged: what it opens or reopens was not open when it came.
    """
    visit = draft.visit(response.visit_id)
    for escalation_id, rating in _concerned(visit, response):
        answer = Answer(
            event_id=response.event_id,
            occurred_at=response.occurred_at,
            escalation_id=escalation_id,
            visit_id=visit.visit_id,
            region_id=visit.region_id,
            response=response.response,
            subject=response.subject,
            rating=rating,
        )
        draft.outputs.append(Output(topic="recourse.answers", record=answer))


def _concerned(visit: Visit, response: CustomerResponse) -> Iterator[tuple[str, int | None]]:
    """The escalations that a response concerns, each with the rating that it gets.

    That is the open one, and the one that is rated, also when it is closed. A rating of the visit
    (of anything but an escalation) is the open one's.
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


def _named(visit: Visit, named: str | None, open_one: str | None) -> str | None:
    """The escalation named; without a name the open one, else the visit's last one."""
    known = [each.escalation_id for each in visit.cases]
    if named is None:
        return open_one or (known[-1] if known else None)
    return named if named in known else None
