"""Answers: what the desk is told of a visit with an escalation.

What the customer says while one is open, ratings, and the site of a visit whose region is unknown,
when an event names the first one that the directory knows.
"""

from collections.abc import Iterator

from agents.core.customers.draft import Draft
from agents.core.customers.state import CaseStatus, Fact, Visit
from agents.core.customers.verdict import open_case
from agents.core.handling import Output
from schemas.records import Answer, CustomerResponse, Response, Subject


def tell(draft: Draft, event: Fact, site_id: str | None = None) -> None:
    """Write what was said for each escalation that it concerns.

    `site_id`: the site that the event made known, for all that are open or may be opened again.
    To be asked before the event is judged: what it opens or reopens was not open when it came.
    """
    visit = draft.visit(event.visit_id)
    said: dict[str, tuple[Response, Subject, int | None]] = {}
    if site_id is not None:
        for case in visit.cases:
            if case.status in (CaseStatus.OPEN, CaseStatus.RESOLVED):
                said[case.escalation_id] = Response.CHECKED_IN, Subject.NONE, None
    if isinstance(event, CustomerResponse):
        for escalation_id, rating in _concerned(visit, event):
            said[escalation_id] = event.response, event.subject, rating
    for escalation_id, (response, subject, rating) in said.items():
        answer = Answer(
            event_id=event.event_id,
            occurred_at=event.occurred_at,
            escalation_id=escalation_id,
            visit_id=visit.visit_id,
            region_id=visit.region_id,
            response=response,
            subject=subject,
            rating=rating,
            site_id=site_id,
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
