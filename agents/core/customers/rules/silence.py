"""The rule of kind SILENCE on questions: no answer comes; those on times are in ready_time.py."""

from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from agents.core.calendar import DAY_MS, HOUR_MS, add_business_time
from agents.core.customers.rule_base.definition import Due, rule
from agents.core.customers.rule_base.facts import (
    events,
    in_time,
    instant,
    moment,
    reason,
    severity,
    withdrawn,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.history import silent_at
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Case, CaseStatus, Customer, Silence, Visit
from agents.core.policy import Policy
from schemas.records import CustomerResponse, Kind, Response, Rule


class _Wait(Struct, frozen=True, kw_only=True):
    """Questions between two words of the centre, in time; `answered_at`: when the next one came."""

    questions: tuple[CustomerResponse, ...]
    answered_at: int | None


def _has_asked(visit: Visit) -> bool:
    """Only questions wait: most visits have none."""
    return any(each.response is Response.ASKED for each in visit.responses)


def due(context: RuleContext) -> int | None:
    """The next moment at which a question will have waited for too long (epoch milliseconds)."""
    return min((at for _, at in _clocks(context)), default=None)


def asked(customer: Customer, visit: Visit, finding: Finding, policy: Policy) -> bool:
    """Whether the question itself makes the case: a visit may be made up of nothing else.

    So it is where the centre has said nothing on the visit yet, and from the second one on that is
    RAISED on it within some days: exactly so many days after the one before is outside.
    """
    if not any((visit.check_ins, visit.diagnoses, visit.estimates)) and not any(
        (visit.warranty_decisions, visit.closures)
    ):
        return True
    within = policy.rules.silence_no_word.asked_again_within_days * DAY_MS
    return any(abs(finding.occurred_at - at) < within for at in _raised(customer, visit))


def _raised(customer: Customer, visit: Visit) -> Iterator[int]:
    """When silences of the visit were RAISED, or would have been (ms); entries know of before."""
    yield from (each.due_at for each in visit.silences if each.raised)
    of_visit = f"{visit.visit_id}:{Rule.SILENCE_NO_WORD}:"
    for each in (*customer.entries, *customer.would_be_entries):
        if each.disagreement_id.startswith(of_visit):
            yield each.occurred_at


@rule(
    Kind.SILENCE,
    needs=Precondition.SILENCE,
    by_time=True,
    due=Due(_has_asked, due),
    asked=asked,
)
def silence_no_word(context: RuleContext) -> tuple[Finding, ...]:
    """A question stayed without a word for too many business hours, and no escalation was open.

    A word is a check-in, a diagnosis, an estimate, a warranty decision, a closure or the outcome of
    an escalation; one at exactly the due moment is in time. Time makes it (`due`, `judged`), so it
    is true once it was judged, and only a word that occurred in time takes it away. A later silence
    on the visit takes the place of the one before.
    """
    visit = context.visit
    judged = max(
        (each for each in visit.silences if not each.watched),
        key=lambda each: (each.due_at, each.event_id),
        default=None,
    )
    if judged is None:
        return ()
    wait = next((each for each in _waits(visit) if _holds(each, judged.event_id)), None)
    if wait is None or _is_in_time(wait, judged.due_at):
        return ()
    asked = next(each for each in wait.questions if each.event_id == judged.event_id)
    return (
        Finding(
            rule=Rule.SILENCE_NO_WORD,
            subject_id=None,
            severity=severity(visit),
            occurred_at=judged.due_at,
            trigger_event_id=judged.event_id,
            reads=events(wait.questions),
            reasons=(
                reason(
                    "SILENCE_NO_WORD",
                    event_id=asked.event_id,
                    asked_at=instant(asked.occurred_at),
                    due_at=instant(judged.due_at),
                    business_hours=judged.business_hours,
                    subject=asked.subject.value,
                    subject_id=asked.subject_id,
                ),
            ),
        ),
    )


def judged(context: RuleContext) -> tuple[Silence, ...]:
    """The visit's silences with those whose due moment has come by `context.world.now`.

    Each is judged once: whether an escalation was open then, so that the desk's clocks watched.
    """
    visit = context.visit
    hours = context.world.policy.rules.silence_no_word.business_hours
    new = (
        Silence(
            event_id=asked.event_id,
            due_at=at,
            business_hours=hours,
            watched=was_watched(visit, at),
        )
        for asked, at in _clocks(context)
        if at <= context.world.now
    )
    return (*visit.silences, *new)


def _clocks(context: RuleContext) -> Iterator[tuple[CustomerResponse, int]]:
    """The questions whose clocks run, each with the moment at which it is due."""
    visit = context.visit
    duration = context.world.policy.rules.silence_no_word.business_hours * HOUR_MS
    for wait in _waits(visit):
        asked = _first_unjudged(visit, wait)
        if asked is None:
            continue
        at = add_business_time(context.site, asked.occurred_at, duration)
        counts_as_closed = not visit.closures and at >= silent_at(visit, context.world)
        if not _is_in_time(wait, at) and not counts_as_closed:
            yield asked, at


def _waits(visit: Visit) -> Iterator[_Wait]:
    """The customer's questions on the open visit, by the word that came before them."""
    asked = [
        each
        for each in visit.responses
        if each.response is Response.ASKED and not withdrawn(each, visit)
    ]
    if not asked:
        return
    closed = min((moment(each) for each in visit.closures), default=None)
    words = sorted(words_of_centre(visit))
    groups: dict[int, list[CustomerResponse]] = {}
    for each in in_time(asked):
        if closed is None or moment(each) < closed:
            groups.setdefault(bisect_right(words, moment(each)), []).append(each)
    for place, questions in groups.items():
        yield _Wait(
            questions=tuple(questions),
            answered_at=words[place][0] if place < len(words) else None,
        )


def words_of_centre(visit: Visit) -> Iterator[tuple[int, str]]:
    """When the centre said something; an outcome has no event_id."""
    for facts in (
        visit.check_ins,
        visit.diagnoses,
        visit.estimates,
        visit.warranty_decisions,
        visit.closures,
    ):
        yield from (moment(each) for each in facts)
    for case in visit.cases:
        yield from ((each.at, "") for each in case.closings if each.resolved)


def _first_unjudged(visit: Visit, wait: _Wait) -> CustomerResponse | None:
    """The question that starts the clock: the first, unless its moment has been judged.

    One asked after the desk has watched the first begins anew.
    """
    before = [each for each in visit.silences if _holds(wait, each.event_id)]
    if not all(each.watched for each in before):
        return None
    watched_until = max((each.due_at for each in before), default=None)
    return next(
        (
            each
            for each in wait.questions
            if watched_until is None or each.occurred_at > watched_until
        ),
        None,
    )


def _holds(wait: _Wait, event_id: str) -> bool:
    return any(each.event_id == event_id for each in wait.questions)


def _is_in_time(wait: _Wait, due_at: int) -> bool:
    return wait.answered_at is not None and wait.answered_at <= due_at


def was_watched(visit: Visit, at: int) -> bool:
    """Whether the visit had an open escalation at a moment, or would have had one."""
    return visit.would_be_open or any(_was_open(each, at) for each in visit.cases)


def _was_open(case: Case, at: int) -> bool:
    if case.opened_at > at or (not case.closings and case.status is not CaseStatus.OPEN):
        return False
    return not any(
        each.at <= at and (each.reopened_at is None or at < each.reopened_at)
        for each in case.closings
    )
