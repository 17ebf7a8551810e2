"""Decisions for the customer that the events say were not kept, and of which nobody says so.

What may be so or not is passed over: an answer of which it is not sure which estimate it means, an
event of which it is not sure that it was in time, a visit of which the topics hold no beginning.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from agents.core.calendar import DAY_MS, MINUTE_MS, add_business_time
from agents.core.policy import Policy
from agents.core.world import Directory
from agents.operations.audit.cases import Case
from agents.operations.audit.events import (
    Charge,
    Cover,
    Events,
    Limits,
    Place,
    Price,
    VisitEvents,
)
from schemas.records import (
    Disagreement,
    Escalation,
    EscalationStatus,
    OutcomeName,
    RemedyKind,
    Response,
    Rule,
)

_S = EscalationStatus
_GENERATION: Final = 2
_DECISIONS_AT_MOST: Final = 20  # of a visit that are kept, the newest
_HELD_DAYS: Final = 29  # a day less than a closed visit is kept, whatever it has
_LOOKED_AT_DAYS: Final = 59  # a day less than a decision is looked at
_FOR_CUSTOMER: Final = (OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD)
_OF_A_PRICE: Final = (RemedyKind.PRICE_TO, RemedyKind.FREE_OF_CHARGE)
_NOTHING_TO_DO: Final = (RemedyKind.APOLOGY, RemedyKind.NONE)
OF_CLAIMS: Final = (
    Rule.WARRANTY_DENIED_AGAINST_CAUSE,
    Rule.WARRANTY_REVERSED,
    Rule.WARRANTY_DISPUTED,
)


class Unkept(NamedTuple):
    """A decision that was not kept; `subject`: what its record would name."""

    case: Case
    subject: str
    detail: str


class Looked(Struct, frozen=True, kw_only=True):
    """What is looked at: the events, up to a horizon (ms), by these policies and sites.

    `whole`: no event was removed from its topic for being old.
    """

    events: Events
    policies: Mapping[str, Policy]
    directory: Directory
    horizon: int
    whole: bool
    limits: Limits

    def of(self, place: Place) -> VisitEvents | None:
        """The events of a visit that had come by the horizon; None where it can't be judged."""
        found = self.events.of(place)
        surely = all(map(self.limits.takes, found.events.values()))
        if found.full or not surely or len(found.currencies) > 1:
            return None
        there = {key: each for key, each in found.events.items() if each.arrived < self.horizon}
        return VisitEvents(
            begun=found.begun or self.whole,
            sites=found.sites,
            events=there,
            currencies=found.currencies,
        )


def unkept(
    cases: Mapping[Place, Sequence[Case]],
    grounds: Mapping[str, Sequence[Disagreement]],
    looked: Looked,
) -> Iterator[Unkept]:
    """All of them. `cases`: by visit; `grounds`: by case, what was found about claims in it."""
    for place, of_visit in cases.items():
        visit = looked.of(place)
        decided = [each for each in map(_decided, of_visit) if each is not None]
        if visit is None or not 0 < len(decided) <= _DECISIONS_AT_MOST:
            continue
        decided = [each for each in decided if _is_looked_at(each, visit, looked)]
        decided.sort(key=lambda each: each.at)
        yield from _prices(decided, visit)
        yield from _claims(decided, visit, grounds, looked)
        for each in decided:
            yield from _undone(each, decided, visit, looked)


class _Decided(NamedTuple):
    """A decision for the customer that stands, and the case in which it was made."""

    case: Case
    step: Escalation

    @property
    def at(self) -> int:
        return self.step.occurred_at

    @property
    def price(self) -> tuple[str, int] | None:
        """The estimate whose price was decided, and that price."""
        remedy = self.step.remedy
        if remedy is None or remedy.estimate_id is None or remedy.kind not in _OF_A_PRICE:
            return None
        amount = 0 if remedy.kind is RemedyKind.FREE_OF_CHARGE else remedy.amount
        return None if amount is None else (remedy.estimate_id, amount)


def _decided(case: Case) -> _Decided | None:
    """The case's decision, unless it was opened again since."""
    steps = [each for _, each in sorted(case.steps.items()) if each.status is not _S.REFUSED]
    last: Escalation | None = None
    for each in steps:
        if each.status is _S.RESOLVED:
            last = each
        elif each.status in (_S.REOPENED, _S.WITHDRAWN):
            last = None
    if last is None or last.outcome not in _FOR_CUSTOMER:
        return None
    return _Decided(case, last)


def _is_looked_at(decided: _Decided, visit: VisitEvents, looked: Looked) -> bool:
    """Whether the visit's record was surely still there, and the policy one that asks for it."""
    policy = looked.policies.get(decided.step.policy_version)
    if policy is None or not policy.writes_generation(_GENERATION):
        return False
    opened = min(each.occurred_at for each in decided.case.steps.values())
    closed = [each.arrived for each in visit.charges() if each.arrived <= decided.at]
    return (
        decided.at < looked.horizon
        and decided.at - opened < _LOOKED_AT_DAYS * DAY_MS
        and all(decided.at - each < _HELD_DAYS * DAY_MS for each in closed)
    )


# --- A price ---


def _newest_prices(decided: Sequence[_Decided]) -> dict[str, _Decided]:
    return {each.price[0]: each for each in decided if each.price is not None}


def _prices(decided: Sequence[_Decided], visit: VisitEvents) -> Iterator[Unkept]:
    for estimate_id, each in _newest_prices(decided).items():
        assert each.price is not None, "it is one of a price"
        amount = each.price[1]
        if may_have_agreed(visit, estimate_id, amount, each.at):
            continue
        revision = valid(price for price in visit.prices() if price.estimate_id == estimate_id)
        if revision is not None and revision.at > each.at and revision.total > amount:
            if _was_there(visit, revision):
                detail = f"{revision.event_id} asks for {revision.total}: {amount} was decided"
                yield Unkept(each.case, estimate_id, detail)
            continue
        closure = max(visit.charges(), key=lambda one: (one.at, one.event_id), default=None)
        at_most = _at_most(decided, visit)
        if closure is None or closure.total is None or not visit.begun:
            continue
        if closure.at > each.at and closure.total > at_most:
            detail = f"{closure.event_id} charges {closure.total}: at most {at_most} was agreed"
            yield Unkept(each.case, estimate_id, detail)


def may_have_agreed(visit: VisitEvents, estimate_id: str, amount: int, since: int) -> bool:
    """Whether some yes since a moment (ms) may be one to more than an amount."""
    highest = max(
        (each.total for each in visit.prices() if each.estimate_id == estimate_id), default=amount
    )
    return any(
        (highest if yes.total is None else yes.total) > amount
        for yes in visit.words(Response.AUTHORISED)
        if yes.at > since and yes.estimate_id in (None, estimate_id)
    )


def _was_there(visit: VisitEvents, event: Price) -> bool:
    """Whether the visit's record was there when an event came."""
    closed = [each.arrived for each in visit.charges() if each.arrived <= event.arrived]
    return all(event.arrived - each < _HELD_DAYS * DAY_MS for each in closed)


def _at_most(decided: Sequence[_Decided], visit: VisitEvents) -> int:
    """What may be charged at the very most: of an estimate without a decision all it ever was."""
    decided_on = _newest_prices(decided)
    said = visit.words(Response.AUTHORISED)
    named = {each.estimate_id for each in visit.prices()}
    named |= {each.estimate_id for each in said if each.estimate_id}
    if not visit.prices():
        named.add("")  # a yes before any estimate
    total = 0
    for estimate_id in {*named, *decided_on}:
        each = decided_on.get(estimate_id)
        amounts = [one.total for one in visit.prices() if one.estimate_id == estimate_id]
        amounts += [yes.total or 0 for yes in said if yes.estimate_id in (None, estimate_id)]
        highest = max(amounts, default=0)
        if each is None or each.price is None:
            total += highest
        elif may_have_agreed(visit, estimate_id, each.price[1], each.at):
            total += max(highest, each.price[1])
        else:
            total += each.price[1]
    return total


def valid(revisions: Iterator[Price]) -> Price | None:
    """The highest; of two with one number the one that occurred last."""
    return max(revisions, key=lambda each: (each.revision, each.at, each.event_id), default=None)


# --- A claim ---


def _claims(
    decided: Sequence[_Decided],
    visit: VisitEvents,
    grounds: Mapping[str, Sequence[Disagreement]],
    looked: Looked,
) -> Iterator[Unkept]:
    newest: dict[str, tuple[_Decided, Rule]] = {}
    for each in decided:
        if each.step.remedy is not None or each.step.outcome is not OutcomeName.UPHELD:
            continue
        for ground in grounds.get(each.case.id, ()):
            if ground.subject_id is not None and ground.decided_at <= each.at:
                newest[ground.subject_id] = each, ground.rule
    if not visit.begun or len(visit.sites) != 1:
        return
    for claim_id, (each, rule) in newest.items():
        due = _due(each, looked)
        if due is not None and due < looked.horizon and not covered(visit, claim_id, rule, due):
            yield Unkept(each.case, claim_id, f"{claim_id} was not covered by {due}")


def _due(decided: _Decided, looked: Looked) -> int | None:
    site = looked.directory.sites.get(decided.step.site_id)
    if site is None:
        return None
    hours = max(each.rules.decision_not_kept.business_hours for each in looked.policies.values())
    return add_business_time(site, decided.at, int(hours * 60 * MINUTE_MS))


def covered(visit: VisitEvents, claim_id: str, rule: Rule, due: int) -> bool:
    """Whether a claim is covered by what occurred by a moment (ms); a cut one, as it was."""
    in_time: list[Cover] = [each for each in visit.covers(claim_id) if each.at <= due]
    if not in_time:
        return False
    now = max(in_time, key=lambda each: (each.revision, each.at, each.event_id)).percent
    before = max(each.percent for each in in_time)
    return now > 0 and (rule is not Rule.WARRANTY_REVERSED or now >= before)


# --- Anything by a time ---


def _undone(
    each: _Decided, decided: Sequence[_Decided], visit: VisitEvents, looked: Looked
) -> Iterator[Unkept]:
    remedy = each.step.remedy
    if remedy is None or remedy.by is None or remedy.kind in _NOTHING_TO_DO:
        return
    if not each.at < remedy.by < min(looked.horizon, each.at + _LOOKED_AT_DAYS * DAY_MS):
        return
    subject = each.case.id
    if each.price is not None:
        subject, amount = each.price
        if _newest_prices(decided)[subject] is not each:
            return
        if may_have_agreed(visit, subject, amount, each.at):
            return
    if not is_done(each.case, each.step, visit, _at_most(decided, visit)):
        detail = f"nothing says that {remedy.kind.value} was done by {remedy.by}"
        yield Unkept(each.case, subject, detail)


def is_done(case: Case, step: Escalation, visit: VisitEvents, at_most: int) -> bool:
    """Whether a word with the customer, a rating or a closure says that a remedy was done."""
    remedy = step.remedy
    assert remedy is not None, "it is asked of what is to be done"
    assert remedy.by is not None, "by a time"
    times = [
        one.occurred_at
        for one in case.steps.values()
        if one.status is _S.CONTACTED and one.step > step.step
    ]
    times += [word.at for word in visit.words(Response.RATED)]
    times += [each.at for each in visit.charges() if _keeps(remedy.kind, each, at_most)]
    return any(step.occurred_at < at <= remedy.by for at in times)


def _keeps(kind: RemedyKind, closure: Charge, at_most: int) -> bool:
    return kind not in _OF_A_PRICE or closure.total is None or closure.total <= at_most


def by_visit(cases: Mapping[str, Case], places: Mapping[str, Place]) -> dict[Place, list[Case]]:
    """The cases of each visit on which something was decided."""
    found: dict[Place, list[Case]] = defaultdict(list)
    for case_id, place in places.items():
        case = cases.get(case_id)
        if case is not None and case.steps:
            found[place].append(case)
    return found
