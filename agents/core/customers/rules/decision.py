"""The rule about what managers decided for the customer, and whether it was kept."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from agents.core.customers.rule_base.authorised import authorisations, currency_of, estimates
from agents.core.customers.rule_base.definition import Due, rule
from agents.core.customers.rule_base.facts import (
    covered,
    events,
    instant,
    later,
    reason,
    revisions_in_order,
    severity,
    valid_revision,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules.charged import bases_of, read_for_charge
from agents.core.customers.state import Granted, Visit
from agents.core.tiers import TIERS
from schemas.records import (
    Closure,
    Estimate,
    Kind,
    RemedyKind,
    Response,
    Rule,
    Severity,
    Tier,
    WarrantyDecision,
)

_OF_A_PRICE: Final = (RemedyKind.PRICE_TO, RemedyKind.FREE_OF_CHARGE)
_NOTHING_TO_DO: Final = (RemedyKind.APOLOGY, RemedyKind.NONE)


def has_to_be_done(granted: Granted) -> bool:
    """Whether a decision names a time by which something is to be done."""
    remedy = granted.remedy
    return remedy is not None and remedy.by is not None and remedy.kind not in _NOTHING_TO_DO


def _may_be_due(visit: Visit) -> bool:
    """Only what was decided can be late."""
    return bool(visit.granted)


def due(context: RuleContext) -> int | None:
    """The next moment at which a decision will not have been kept (ms), if nothing more comes."""
    now = context.world.now
    return min(
        (each.occurred_at for each in _late(context) if each.occurred_at > now),
        default=None,
    )


@rule(
    Kind.REQUEST,
    needs=Precondition.DECIDED,
    by_time=True,
    only_rises=True,
    due=Due(_may_be_due, due),
)
def decision_not_kept(context: RuleContext) -> tuple[Finding, ...]:
    """What a manager decided for the customer was not kept (HIGH, floor).

    A price above the one decided: by a revision, or a closure, that occurred after the decision. A
    claim that was UPHELD without a remedy and is not covered within business hours. Anything that
    was to be done by a time, when that has passed without a word with the customer, a closure or a
    rating (APOLOGY and NONE aside). It starts one tier above the decision's.
    """
    found: dict[str, Finding] = {}
    for each in _prices(context):
        found.setdefault(_subject(each), each)
    for each in _late(context):
        if each.occurred_at <= context.world.now:
            found.setdefault(_subject(each), each)
    return tuple(found[each] for each in sorted(found))


def _subject(finding: Finding) -> str:
    assert finding.subject_id is not None, "a decision is about something"
    return finding.subject_id


def _late(context: RuleContext) -> Iterator[Finding]:
    """What is late at a moment, which may be still to come, as the visit is now."""
    yield from _claims(context)
    for granted in context.visit.granted:
        yield from _undone(context, granted)


# --- A price ---


def _price(granted: Granted) -> tuple[str, int] | None:
    """The estimate whose price was decided, and that price in minor units."""
    remedy = granted.remedy
    if remedy is None or remedy.estimate_id is None or remedy.kind not in _OF_A_PRICE:
        return None
    if remedy.kind is RemedyKind.FREE_OF_CHARGE:
        return remedy.estimate_id, 0
    return None if remedy.amount is None else (remedy.estimate_id, remedy.amount)


def _decided_prices(visit: Visit) -> dict[str, tuple[Granted, int]]:
    """The newest price that was decided of each estimate, unless the customer agreed to more."""
    prices: dict[str, tuple[Granted, int]] = {}
    for granted in sorted(visit.granted, key=lambda each: each.decided_at):
        price = _price(granted)
        if price is not None:
            prices[price[0]] = granted, price[1]
    said_yes = authorisations(visit).of
    return {
        estimate_id: (granted, amount)
        for estimate_id, (granted, amount) in prices.items()
        if not any(
            yes.occurred_at > granted.decided_at and _total(yes.authorised_total, to) > amount
            for yes, to in said_yes.get(estimate_id, ())
        )
    }


def _total(named: int | None, revision: Estimate | None) -> int:
    if named is not None:
        return named
    return 0 if revision is None else revision.total


def _prices(context: RuleContext) -> Iterator[Finding]:
    """The estimates that cost more than was decided."""
    visit = context.visit
    prices = _decided_prices(visit)
    closure = later(visit.closures) if visit.closures else None
    for estimate_id, (granted, amount) in prices.items():
        above: list[tuple[int, int, Estimate | Closure]] = []
        revisions = estimates(visit).get(estimate_id, ())
        if revisions:
            current = valid_revision(revisions)
            if current.occurred_at > granted.decided_at and current.total > amount:
                above.append((current.total, amount, current))
        at_most = _at_most(visit, prices)
        if closure is not None and closure.occurred_at > granted.decided_at:
            charged = closure.charged_total
            if charged is not None and charged > at_most:
                above.append((charged, at_most, closure))
        if above:
            yield _price_finding(context, granted, estimate_id, above)


def _at_most(visit: Visit, prices: dict[str, tuple[Granted, int]]) -> int:
    """What may be charged in all: the visit's bases, with the prices decided in their place."""
    others = (each.total for each in bases_of(visit) if each.estimate_id not in prices)
    return sum(others) + sum(amount for _, amount in prices.values())


def _price_finding(
    context: RuleContext,
    granted: Granted,
    estimate_id: str,
    above: list[tuple[int, int, Estimate | Closure]],
) -> Finding:
    """One finding of an estimate: by what is furthest above what was decided."""
    price, at_most, fact = max(above, key=lambda each: each[0] - each[1])
    trigger = later(each for _, _, each in above)
    return _finding(
        context,
        granted,
        kind=Kind.ESTIMATE,
        subject_id=estimate_id,
        occurred_at=trigger.occurred_at,
        trigger_event_id=trigger.event_id,
        excess=price - at_most,
        reads=read_for_charge(context.visit),
        facts={
            "about": "PRICE",
            "estimate_id": estimate_id,
            "revision": fact.revision if isinstance(fact, Estimate) else None,
            "closure": None if isinstance(fact, Estimate) else fact.event_id,
            "amount_minor": price,
            "base_minor": at_most,
            "excess_minor": price - at_most,
            "currency": currency_of(context),
        },
    )


# --- A claim ---


def _claims(context: RuleContext) -> Iterator[Finding]:
    """The claims of which it was decided that the customer is right, and that are not covered.

    Judged is what occurred by the due moment, itself included.
    """
    newest: dict[str, tuple[Granted, Rule]] = {}
    for granted in sorted(context.visit.granted, key=lambda each: each.decided_at):
        newest |= {claim_id: (granted, found_by) for claim_id, found_by in granted.claims}
    for claim_id, (granted, found_by) in newest.items():
        due_at = granted.due_at
        assert due_at is not None, "a decision about claims has its time"
        if not _is_covered(context.visit, claim_id, found_by, due_at):
            yield _finding(
                context,
                granted,
                kind=Kind.WARRANTY,
                subject_id=claim_id,
                occurred_at=due_at,
                trigger_event_id=granted.trigger_event_id,
                excess=0,
                reads=events(_of_claim(context.visit, claim_id)),
                facts={"about": "CLAIM", "claim_id": claim_id, "due_at": instant(due_at)},
            )


def _of_claim(visit: Visit, claim_id: str) -> list[WarrantyDecision]:
    return [each for each in visit.warranty_decisions if each.claim_id == claim_id]


def _is_covered(visit: Visit, claim_id: str, found_by: Rule, by: int) -> bool:
    """Whether a claim was APPROVED or GOODWILL by a moment; what was cut, as it was before."""
    in_time = [each for each in _of_claim(visit, claim_id) if each.occurred_at <= by]
    revisions = revisions_in_order(in_time)
    if not revisions:
        return False
    now = covered(revisions[-1])
    if found_by is Rule.WARRANTY_REVERSED:
        return now > 0 and now >= max(covered(each) for each in revisions)
    return now > 0


# --- Anything by a time ---


def _undone(context: RuleContext, granted: Granted) -> Iterator[Finding]:
    """What was to be done by a time, and nobody has said that it was."""
    remedy = granted.remedy
    if remedy is None or remedy.by is None or not has_to_be_done(granted):
        return
    price = _price(granted)
    if price is not None:
        now = _decided_prices(context.visit).get(price[0])
        if now is None or now[0].escalation_id != granted.escalation_id:
            return  # another price was decided since, or the customer agreed to more
    if _is_done(context.visit, granted, remedy.by):
        return
    words = (each for each in context.visit.responses if each.response is Response.RATED)
    yield _finding(
        context,
        granted,
        kind=Kind.REQUEST if price is None else Kind.ESTIMATE,
        subject_id=granted.escalation_id if price is None else price[0],
        occurred_at=remedy.by,
        trigger_event_id=granted.trigger_event_id,
        excess=0,
        reads=events(context.visit.closures, words),
        facts={"about": "REMEDY", "remedy": remedy.kind.value, "by_when": instant(remedy.by)},
    )


def _is_done(visit: Visit, granted: Granted, by: int) -> bool:
    """Whether anything says by a moment that it was done: a word, a closure, a rating."""
    since = granted.decided_at
    if granted.contacted_at is not None and since < granted.contacted_at <= by:
        return True
    if any(
        each.response is Response.RATED and since < each.occurred_at <= by
        for each in visit.responses
    ):
        return True
    closures = [each for each in visit.closures if since < each.occurred_at <= by]
    return any(_keeps(visit, granted, each) for each in closures)


def _keeps(visit: Visit, granted: Granted, closure: Closure) -> bool:
    """Whether a closure keeps what was decided: of a price, one that charges no more."""
    remedy = granted.remedy
    if remedy is None or remedy.kind not in _OF_A_PRICE or closure.charged_total is None:
        return True
    price = _price(granted)
    at_most = 0 if price is None else _at_most(visit, {price[0]: (granted, price[1])})
    return closure.charged_total <= at_most


# --- What they have in common ---


def _finding(
    context: RuleContext,
    granted: Granted,
    *,
    kind: Kind,
    subject_id: str,
    occurred_at: int,
    trigger_event_id: str,
    excess: int,
    reads: frozenset[str],
    facts: dict[str, str | int | None],
) -> Finding:
    return Finding(
        rule=Rule.DECISION_NOT_KEPT,
        subject_id=subject_id,
        severity=severity(context.visit, Severity.HIGH),
        occurred_at=occurred_at,
        trigger_event_id=trigger_event_id,
        reads=reads,
        reasons=(
            reason(
                "DECISION_NOT_KEPT",
                decided_in=granted.escalation_id,
                decided_at=instant(granted.decided_at),
                **facts,
            ),
        ),
        floor=True,
        excess_minor=Fraction(excess),
        tier=_one_above(context, granted.tier),
        kind=kind,
    )


def _one_above(context: RuleContext, decided_at: Tier | None) -> Tier:
    """One tier above who decided, up to where cases that are HIGH go by themselves."""
    place = TIERS.index(decided_at) if decided_at in TIERS else 0
    highest = TIERS.index(context.world.policy.highest_tier(Severity.HIGH))
    return TIERS[min(place + 1, max(place, highest), len(TIERS) - 1)]
