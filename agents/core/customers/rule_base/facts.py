"""What the rules have in common: which facts of a visit are valid, and what is said of them."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from operator import attrgetter
from typing import Protocol, TypeVar

from msgspec import Struct

from agents.core.customers.state import Customer, Visit
from agents.core.handling import unknown
from agents.core.rfc3339 import text_of
from agents.core.standards import is_currency, is_time_zone
from agents.core.world import World
from schemas.records import (
    Cause,
    CheckIn,
    Closure,
    CustomerResponse,
    Diagnosis,
    Estimate,
    Reason,
    Response,
    Severity,
    Stage,
    Subject,
    WarrantyDecision,
    WarrantyDecisionName,
)

LONGEST_VALUE = 2_000  # characters, as in the contract
COVERING = (WarrantyDecisionName.APPROVED, WarrantyDecisionName.GOODWILL)


class _Happened(Protocol):
    @property
    def event_id(self) -> str: ...
    @property
    def occurred_at(self) -> int: ...


class _Revised(_Happened, Protocol):
    @property
    def revision(self) -> int: ...


H = TypeVar("H", bound=_Happened)
R = TypeVar("R", bound=_Revised)
T = TypeVar("T")
V = TypeVar("V", Visit, Customer)

moment: Callable[[_Happened], tuple[int, str]] = attrgetter("occurred_at", "event_id")
"""When a fact happened; of two at one instant the greater event_id is the later."""


def memoize_last(asked: Callable[[V], T]) -> Callable[[V], T]:
    """Remembers the answer of the last visit: what several rules ask of it is worked out once.

    A visit never changes, only what stands in its place does; so the same one has the same answer.
    So it is with a customer.
    """
    last: V | None = None
    found: T

    @wraps(asked)
    def answer(visit: V) -> T:
        nonlocal last, found
        if last is not visit:
            found = asked(visit)
            last = visit
        return found

    return answer


def memoize_last_as_of(asked: Callable[[Visit, World], T]) -> Callable[[Visit, World], T]:
    """The same of what depends on the world too: a world never changes either."""
    last: Visit | None = None
    then: World | None = None
    found: T

    @wraps(asked)
    def answer(visit: Visit, world: World) -> T:
        nonlocal last, then, found
        if last is not visit or then is not world:
            found = asked(visit, world)
            last, then = visit, world
        return found

    return answer


def later(facts: Iterable[H]) -> H:
    """The fact that occurred last."""
    # Most visits have one of each kind.
    if isinstance(facts, tuple) and len(facts) == 1:
        return facts[0]
    return max(facts, key=moment)


def in_time(facts: Iterable[H]) -> tuple[H, ...]:
    """Facts in the order in which they occurred."""
    if isinstance(facts, tuple) and len(facts) <= 1:
        return facts
    return tuple(sorted(facts, key=moment))


def revisions_in_order(revisions: Iterable[R]) -> tuple[R, ...]:
    """One fact for each revision number, lowest first: of equal ones the one that occurred last."""
    if isinstance(revisions, tuple) and len(revisions) <= 1:
        return revisions
    by_number = {each.revision: each for each in in_time(revisions)}
    return tuple(by_number[number] for number in sorted(by_number))


def valid_revision(revisions: Iterable[R]) -> R:
    """The highest revision; of equal ones the one that occurred last."""
    if isinstance(revisions, tuple) and len(revisions) == 1:
        return revisions[0]
    return max(revisions, key=lambda each: (each.revision, *moment(each)))


def valid_diagnoses(visit: Visit) -> tuple[Diagnosis, ...]:
    """The valid revision of each diagnosis, by its id."""
    if len(visit.diagnoses) <= 1:
        return visit.diagnoses
    return _valid_of_several(visit)


@memoize_last
def _valid_of_several(visit: Visit) -> tuple[Diagnosis, ...]:
    revisions: dict[str, list[Diagnosis]] = {}
    for each in visit.diagnoses:
        revisions.setdefault(each.diagnosis_id, []).append(each)
    return tuple(valid_revision(revisions[each]) for each in sorted(revisions))


@memoize_last
def claims(visit: Visit) -> dict[str, tuple[WarrantyDecision, ...]]:
    """The revisions of each claim, lowest first, by claim_id."""
    revisions: dict[str, list[WarrantyDecision]] = {}
    for each in visit.warranty_decisions:
        revisions.setdefault(each.claim_id, []).append(each)
    return {each: revisions_in_order(revisions[each]) for each in sorted(revisions)}


def covered(decision: WarrantyDecision) -> int:
    """How much of each line a decision on warranty pays, in percent."""
    if decision.decision not in COVERING:
        return 0
    return 100 if decision.covered_percent is None else decision.covered_percent


def severity(visit: Visit, of_rule: Severity = Severity.NORMAL) -> Severity:
    """SAFETY on a visit one of whose valid diagnoses has `safety`; else what the rule says."""
    for each in valid_diagnoses(visit):
        if each.safety:
            return Severity.SAFETY
    return of_rule


def withdrawn(response: CustomerResponse, visit: Visit) -> bool:
    """Whether the customer took it back: a WITHDRAWN that occurred later, of its subject.

    With subject NONE it takes back everything; one with a `subject_id`, only that. ESCALATION takes
    back everything, also with the escalation's id: no ground has that as its subject.
    """
    return any(
        each.response is Response.WITHDRAWN
        and moment(each) > moment(response)
        and _covers(each, response)
        for each in visit.responses
    )


def _covers(withdrawal: CustomerResponse, response: CustomerResponse) -> bool:
    if withdrawal.subject is Subject.ESCALATION:
        return True
    if withdrawal.subject not in (Subject.NONE, response.subject):
        return False
    return withdrawal.subject_id is None or withdrawal.subject_id == response.subject_id


def own_word(responses: Iterable[CustomerResponse], arrived: str | None) -> CustomerResponse:
    """The trigger among the customer's own words: the one that has just arrived, else the last."""
    words = in_time(responses)
    return next((each for each in words if each.event_id == arrived), words[-1])


def events(*facts: Iterable[_Happened]) -> frozenset[str]:
    """The ids of the events in all these."""
    return frozenset([each.event_id for group in facts for each in group])


def instant(at: int) -> str:
    """Epoch milliseconds as people read them (RFC 3339, UTC)."""
    return text_of(at)


def reason(code: str, /, **values: str | int | Decimal | Fraction | None) -> Reason:
    """A reason with what was compared; what is not there is left out.

    Amounts are minor units, exact: one that is no whole number is a fraction, as in 1045/3.
    """
    return Reason(
        code=code,
        facts={key: _short(str(each)) for key, each in values.items() if each is not None},
    )


def _short(text: str) -> str:
    """A long list is cut where a record could not hold it, and says so."""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 4] + " ..."


def invalid_reason(record: Struct) -> str | None:
    """Why no rule can read the event, for its producer: it needs a word that it does not know."""
    if isinstance(record, _WITH_WORDS):
        return _unknown_symbol(record) or _unknown_word(record)
    return _unknown_symbol(record)


def _unknown_word(record: Struct) -> str | None:
    """A currency or time zone of the right form that does not exist."""
    match record:
        case CheckIn(time_zone=str(zone)) if not is_time_zone(zone):
            return (
                f"time_zone is {zone!r}: must be a time zone of the IANA list, "
                "such as Europe/Berlin"
            )
        case (
            Estimate(currency=str(currency))
            | CustomerResponse(currency=str(currency))
            | Closure(currency=str(currency))
        ) if not is_currency(currency):
            return f"currency is {currency!r}: must be a currency of ISO 4217, such as USD"
        case _:
            return None


def _unknown_symbol(record: Struct) -> str | None:
    match record:
        case Diagnosis(stage=Stage.UNKNOWN):
            return unknown("stage", Stage)
        case Diagnosis(cause=Cause.UNKNOWN):
            return unknown("cause", Cause)
        case WarrantyDecision(decision=WarrantyDecisionName.UNKNOWN):
            return unknown("decision", WarrantyDecisionName)
        case CustomerResponse(response=Response.UNKNOWN):
            return unknown("response", Response, Response.CHECKED_IN)
        case CustomerResponse(response=Response.CHECKED_IN):
            return "response is CHECKED_IN: that word is recourse's own, send service.check-ins"
        case CustomerResponse(subject=Subject.UNKNOWN, response=said) if said not in _NO_SUBJECT:
            return unknown("subject", Subject)
        case _:
            return None


_NO_SUBJECT = (Response.ASKED, Response.RATED)
_WITH_WORDS = (CheckIn, Estimate, CustomerResponse, Closure)
"""Events that may name a currency or a time zone."""
