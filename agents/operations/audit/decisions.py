"""Decisions said not to be kept, and those not said to be, against steps and events."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from agents.core.rfc3339 import milliseconds
from agents.operations.audit.cases import TIERS, Case
from agents.operations.audit.events import Place, VisitEvents, place_of
from agents.operations.audit.finding import Breach, Finding
from agents.operations.audit.unkept import (
    OF_CLAIMS,
    Looked,
    by_visit,
    covered,
    is_done,
    unkept,
)
from schemas.records import (
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    OutcomeName,
    RemedyKind,
    Response,
    Rule,
    Severity,
    Tier,
)

_FOR_CUSTOMER: Final = (OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD)
_OF_A_PRICE: Final = (RemedyKind.PRICE_TO, RemedyKind.FREE_OF_CHARGE)


class NotKept:
    """What was decided for customers, and what was said not to be kept, until it was corrected."""

    def __init__(self) -> None:
        self._said: dict[str, Disagreement] = {}
        self._grounds: dict[str, Disagreement] = {}
        self._corrected: set[str] = set()
        self._places: dict[str, Place] = {}

    def take(self, record: Disagreement) -> None:
        """A disagreement more, in whatever order they come."""
        if record.rule is not Rule.DECISION_NOT_KEPT and record.rule not in OF_CLAIMS:
            return
        if record.decision is Decision.CORRECTED:
            self._corrected.add(record.corrects or "")
        elif record.decision in (Decision.RAISED, Decision.JOINED):
            said = record.rule is Rule.DECISION_NOT_KEPT
            (self._said if said else self._grounds)[record.disagreement_id] = record

    def decided(self, step: Escalation) -> None:
        """A step more: of a decision for the customer it is noted on which visit it was."""
        if step.status is EscalationStatus.RESOLVED and step.outcome in _FOR_CUSTOMER:
            self._places[step.escalation_id] = place_of(step.customer_id, step.visit_id)

    @property
    def places(self) -> set[Place]:
        """The visits on which something was decided for the customer."""
        return set(self._places.values())

    def missed(self, cases: Mapping[str, Case], looked: Looked) -> Iterator[Finding]:
        """Decisions that the events say were not kept, and no record does.

        Of a subject that one named before, no other is asked: it is found anew only when the
        excess grows.
        """
        said = {(each.visit_id, each.subject_id) for each in self._said.values()}
        grounds: dict[str, list[Disagreement]] = defaultdict(list)
        for name, each in self._grounds.items():
            if name not in self._corrected and each.escalation_id is not None:
                grounds[each.escalation_id].append(each)
        for found in unkept(by_visit(cases, self._places), grounds, looked):
            if (self._places[found.case.id][1], found.subject) not in said:
                yield Finding(what=Breach.NOT_KEPT_UNSAID, of=found.case.id, detail=found.detail)

    def said_wrongly(self, cases: Mapping[str, Case], looked: Looked) -> Iterator[Finding]:
        """Those said not to be kept of which the events say that they were."""
        for name, record in self._said.items():
            facts = record.reasons[0].facts if record.reasons else {}
            case = cases.get(facts.get("decided_in", ""))
            step = None if case is None else _decided(case, facts)
            if case is None or step is None or name in self._corrected:
                continue
            why = _why_kept(case, step, record, looked)
            if why is not None and record.decided_at < looked.horizon:
                yield _found(name, why)

    def findings(
        self,
        cases: Mapping[str, Case],
        highest_tier: Callable[[str, Severity], Tier],
        horizon: int,
    ) -> Iterator[Finding]:
        """Those that the steps of their cases do not give; what is not there is not looked at.

        Nor is what was decided after the horizon (ms): a word may still be on its way.
        """
        for name, record in self._said.items():
            if record.decided_at >= horizon:
                continue
            facts = record.reasons[0].facts if record.reasons else {}
            case = cases.get(facts.get("decided_in", ""))
            decided = None if case is None else _decided(case, facts)
            if case is not None and case.steps and 0 in case.steps and decided is None:
                yield _found(name, f"{case.id} has no such decision for the customer")
            if case is None or decided is None:
                continue
            if name not in self._corrected and _spoken_in_time(case, decided):
                yield _found(name, f"somebody spoke of it in time, in {case.id}")
            opened = cases.get(record.escalation_id or "")
            first = None if opened is None else opened.steps.get(0)
            if first is None or first.incident_id is not None:
                continue  # of a storm its manager decides
            if record.decision is not Decision.RAISED:
                continue
            lowest = _one_above(decided.tier, highest_tier(record.policy_version, Severity.HIGH))
            if first.status is EscalationStatus.OPENED and not _reaches(first, lowest):
                yield _found(name, f"{first.escalation_id} begins at {first.tier}, below {lowest}")

    def forget(self, before: int) -> None:
        """Lets go of what was decided before a moment (ms)."""
        self._said = _since(before, self._said)
        self._grounds = _since(before, self._grounds)
        self._corrected &= self._said.keys() | self._grounds.keys()


def _since(before: int, records: dict[str, Disagreement]) -> dict[str, Disagreement]:
    return {key: each for key, each in records.items() if each.decided_at >= before}


def _why_kept(case: Case, step: Escalation, record: Disagreement, looked: Looked) -> str | None:
    """What the events say against a decision that is said not to be kept; None: nothing."""
    visit = looked.of(place_of(record.customer_id, record.visit_id))
    facts, subject = record.reasons[0].facts, record.subject_id or ""
    if visit is None or not visit.begun:
        return None
    if facts.get("about") == "CLAIM":
        due = milliseconds(facts.get("due_at", "")) or 0
        # As a cut one: what is covered as it was before is so by every rule.
        if covered(visit, subject, Rule.WARRANTY_REVERSED, due):
            return f"{subject} was covered in time"
    elif facts.get("about") == "REMEDY":
        remedy = step.remedy
        of_price = remedy is not None and remedy.kind in _OF_A_PRICE
        if remedy is not None and not of_price and is_done(case, step, visit, at_most=0):
            return "a rating or a closure came in time"
    else:
        base = int(facts.get("base_minor", "0"))
        amounts = [each.total for each in visit.prices() if _is_after(each.at, step)]
        amounts += [each.total or 0 for each in visit.charges() if _is_after(each.at, step)]
        if max(amounts, default=0) <= base:
            return f"nothing that came after the decision asks for more than {base}"
        if _agreed_to(max(amounts), subject, visit, step):
            return "the customer agreed to more after it"
    return None


def _is_after(at: int, step: Escalation) -> bool:
    return at > step.occurred_at


def _agreed_to(most: int, estimate_id: str, visit: VisitEvents, step: Escalation) -> bool:
    """Whether a yes that names the estimate is one to all that was asked, and still stands."""
    latest_no = max((each.at for each in visit.words(Response.DECLINED)), default=0)
    return any(
        yes.total is not None
        and yes.total >= most
        and yes.estimate_id == estimate_id
        and _is_after(yes.at, step)
        and yes.at > latest_no
        for yes in visit.words(Response.AUTHORISED)
    )


def _found(of: str, detail: str) -> Finding:
    return Finding(what=Breach.NOT_KEPT_DIFFERS, of=of, detail=detail)


def _decided(case: Case, facts: Mapping[str, str]) -> Escalation | None:
    at = milliseconds(facts.get("decided_at", ""))
    return next(
        (
            step
            for step in case.steps.values()
            if step.status is EscalationStatus.RESOLVED
            and step.occurred_at == at
            and step.outcome in _FOR_CUSTOMER
        ),
        None,
    )


def _spoken_in_time(case: Case, decided: Escalation) -> bool:
    """Of a remedy by a time; of a price alone a word changes nothing."""
    remedy = decided.remedy
    if remedy is None or remedy.by is None or remedy.estimate_id is not None:
        return False
    return any(
        step.status is EscalationStatus.CONTACTED
        and step.step > decided.step
        and step.occurred_at <= remedy.by
        for step in case.steps.values()
    )


def _one_above(tier: Tier, highest: Tier) -> Tier:
    place = TIERS.index(tier)
    return TIERS[max(place, min(place + 1, TIERS.index(highest)))]


def _reaches(first: Escalation, lowest: Tier) -> bool:
    return TIERS.index(first.tier) >= TIERS.index(lowest)
