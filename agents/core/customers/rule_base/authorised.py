"""What the customer authorised: which revision each AUTHORISED means, and the base it makes."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from agents.core.customers.rule_base.facts import (
    H,
    in_time,
    memoize_last,
    moment,
    reason,
    revisions_in_order,
    valid_revision,
)
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Visit
from agents.core.money import minor_units, percentage
from agents.core.policy import AuthorisationLimit, Combine
from agents.core.policy_numbers import RiseRule, Rules
from agents.core.reasons import NO_UNIT
from schemas.records import (
    CustomerResponse,
    Estimate,
    Reason,
    Response,
    Severity,
    Subject,
    WarrantyDecision,
)


class Base(Struct, frozen=True, kw_only=True):
    """From where a price is compared: the authorisation that occurred last, else a lowest revision.

    `total` and `subtotal` in minor units (the subtotal exact, so a fraction where it is derived).
    `revision` is the one whose numbers it has, or that the subtotal is derived from. `named`: the
    customer named the total, so no revision is read for it. `taken_back_by`: the DECLINED without
    which an authorisation would be the base.
    """

    estimate_id: str | None
    total: int
    subtotal: int | Fraction
    authorisation: CustomerResponse | None
    revision: Estimate | None
    named: bool = False
    taken_back_by: CustomerResponse | None = None

    def facts(self, *, before_tax: bool) -> tuple[CustomerResponse | Estimate, ...]:
        """What is compared: the authorisation, and the revision where a number of it is read."""
        revision = None if self.named and not before_tax else self.revision
        compared = (self.authorisation, revision, self.taken_back_by)
        return tuple(each for each in compared if each is not None)

    def working(self, *, before_tax: bool) -> str | None:
        """How a subtotal was derived, as a person would write it; None where it is read."""
        of = self.revision
        if not before_tax or of is None or of.total in (0, self.total):
            return None
        return f"{self.total} x {of.subtotal} / {of.total}"


Word = tuple[CustomerResponse, Estimate | None]  # with the revision that it means
TakenBack = tuple[CustomerResponse, CustomerResponse]  # what was said, and what took it back


class Authorisations(Struct, frozen=True, kw_only=True):
    """What the responses of one kind mean: by estimate, each with its revision.

    An estimate_id that is not on the visit (yet) has responses without a revision; None is the
    estimate of those that name none while there is no estimate. `taken_back`: what no longer
    stands, each with the first response that took it back.
    """

    of: dict[str | None, tuple[Word, ...]]
    taken_back: dict[str | None, tuple[TakenBack, ...]] = {}

    def read(self, estimate_id: str | None) -> tuple[CustomerResponse, ...]:
        """What was read of an estimate, so also what was taken back, and by what."""
        words = tuple([said for said, _ in self.of.get(estimate_id, ())])
        return sum(self.taken_back.get(estimate_id, ()), start=words)


_NOTHING_SAID = Authorisations(of={})


@memoize_last
def estimates(visit: Visit) -> dict[str, tuple[Estimate, ...]]:
    """All revisions of each estimate, as they came, by estimate_id."""
    revisions: dict[str, list[Estimate]] = {}
    for each in visit.estimates:
        revisions.setdefault(each.estimate_id, []).append(each)
    return {each: tuple(revisions[each]) for each in sorted(revisions)}


@memoize_last
def authorisations(visit: Visit) -> Authorisations:
    """What each AUTHORISED of an estimate (subject ESTIMATE or NONE) means, while it stands.

    A later DECLINED of the same revision takes it back.
    """
    said = Authorisations(of=_yes(visit))
    declined = declines(visit).of if said.of else {}
    if not declined:
        return said
    of, taken_back = {}, {}
    for estimate_id, words in said.of.items():
        against = declined.get(estimate_id, ())  # in the order of time
        back = {
            word[0].event_id: next(each[0] for each in against if _takes_back(each, word))
            for word in words
            if any(_takes_back(each, word) for each in against)
        }
        of[estimate_id] = tuple(word for word in words if word[0].event_id not in back)
        taken_back[estimate_id] = tuple(
            (word, back[word.event_id]) for word, _ in words if word.event_id in back
        )
    return Authorisations(of=of, taken_back=taken_back)


def _takes_back(declined: Word, authorised: Word) -> bool:
    """Whether a DECLINED is a later word on the revision that was authorised."""
    (no, against), (yes, revision) = declined, authorised
    if against is None or revision is None or against.revision != revision.revision:
        return False
    return moment(no) > moment(yes) and is_on(no, against) and is_on(yes, revision)


def is_on(response: CustomerResponse, revision: Estimate) -> bool:
    """Whether a response is a word on the revision that it means: named, or there by then.

    One before any revision is a word on none: nobody had seen what it says.
    """
    return response.subject_revision is not None or bool(up_to((revision,), response))


@memoize_last
def declines(visit: Visit) -> Authorisations:
    """What each DECLINED of an estimate (subject ESTIMATE) means."""
    return _meant(visit, Response.DECLINED, (Subject.ESTIMATE,))


@memoize_last
def answers(visit: Visit) -> dict[str | None, tuple[Word, ...]]:
    """Each yes and no to an estimate, by its id, with the revision that it is a word on.

    Also a yes that was taken back: the customer had answered.
    """
    found: dict[str | None, tuple[Word, ...]] = {}
    for said in (_yes(visit), declines(visit).of):
        for estimate_id, words in said.items():
            on = [pair for pair in words if pair[1] is not None and is_on(pair[0], pair[1])]
            found[estimate_id] = (*found.get(estimate_id, ()), *on)
    return found


def _yes(visit: Visit) -> dict[str | None, tuple[Word, ...]]:
    return _meant(visit, Response.AUTHORISED, (Subject.ESTIMATE, Subject.NONE)).of


def _meant(visit: Visit, said: Response, subjects: tuple[Subject, ...]) -> Authorisations:
    if not visit.responses:
        return _NOTHING_SAID
    revisions = estimates(visit)
    found: dict[str | None, list[Word]] = {}
    for response in in_time(visit.responses):
        if response.response is not said or response.subject not in subjects:
            continue
        estimate_id = response.subject_id or _estimate_then(visit.estimates, response)
        known = revisions.get(estimate_id or "", ())
        revision = _revision_then(known, response)
        if revision is None and (known or response.subject_revision is not None):
            continue  # it waits for its revision
        found.setdefault(estimate_id, []).append((response, revision))
    return Authorisations(of={each: tuple(found[each]) for each in found})


def _estimate_then(revisions: Sequence[Estimate], response: CustomerResponse) -> str | None:
    """The estimate whose revision was the latest then; before any, the one that comes first."""
    then = up_to(revisions, response)
    if then:
        return max(then, key=moment).estimate_id
    return min(revisions, key=moment).estimate_id if revisions else None


def _revision_then(revisions: Sequence[Estimate], response: CustomerResponse) -> Estimate | None:
    """The revision that a response means, among those of its estimate."""
    if response.subject_revision is not None:
        named = [each for each in revisions if each.revision == response.subject_revision]
        return valid_revision(named) if named else None
    return highest_then(revisions, response)


def highest_then(revisions: Sequence[Estimate], response: CustomerResponse) -> Estimate | None:
    """The highest revision up to a response; before any, the one that came first."""
    then = up_to(revisions, response)
    if then:
        return valid_revision(then)
    return min(revisions, key=moment) if revisions else None


def up_to(facts: Sequence[H], event: CustomerResponse | WarrantyDecision) -> list[H]:
    """Facts that occurred up to an event, its own instant included."""
    return [each for each in facts if each.occurred_at <= event.occurred_at]


def base_of(
    estimate_id: str | None, revisions: Sequence[Estimate], authorised: Authorisations
) -> Base | None:
    """The base of one estimate: the total authorised last, else that of its lowest revision."""
    base = base_by(estimate_id, revisions, authorised.of.get(estimate_id, ()))
    for yes, no in reversed(authorised.taken_back.get(estimate_id, ())):
        stands = None if base is None else base.authorisation
        if base is not None and (stands is None or moment(stands) < moment(yes)):
            return replace(base, taken_back_by=no)
        break
    return base


def base_by(
    estimate_id: str | None, revisions: Sequence[Estimate], authorised: Sequence[Word]
) -> Base | None:
    """The base by some words on an estimate, in the order of time; nothing was taken back."""
    for response, revision in reversed(authorised):  # they are in the order of time
        if response.authorised_total is not None:
            return _of_amount(estimate_id, response.authorised_total, response, revision, revisions)
        if revision is not None:
            return _of_revision(estimate_id, revision, response)
    if not revisions:
        return None
    return _of_revision(estimate_id, revisions_in_order(revisions)[0], None)


def _of_revision(
    estimate_id: str | None,
    revision: Estimate,
    authorisation: CustomerResponse | None,
    *,
    named: bool = False,
) -> Base:
    return Base(
        estimate_id=estimate_id,
        total=revision.total,
        subtotal=revision.subtotal,
        authorisation=authorisation,
        revision=revision,
        named=named,
    )


def _of_amount(
    estimate_id: str | None,
    total: int,
    authorisation: CustomerResponse,
    meant: Estimate | None,
    revisions: Sequence[Estimate],
) -> Base:
    """The subtotal is of the revision that has the total, else by the latest revision before it.

    Of several that have it: the one meant, else the highest up to the authorisation, else the first
    that came after.
    """
    having = highest_then(
        [each for each in revisions_in_order(revisions) if each.total == total], authorisation
    )
    if meant is not None and meant.total == total:
        having = meant
    if having is not None:
        return _of_revision(estimate_id, having, authorisation, named=True)
    before = highest_then(revisions, authorisation)
    share = Fraction(1)
    if before is not None and before.total > 0:
        share = Fraction(before.subtotal, before.total)
    return Base(
        estimate_id=estimate_id,
        total=total,
        subtotal=total * share,
        authorisation=authorisation,
        revision=before,
        named=True,
    )


def limit_above(base: int | Fraction, limit: AuthorisationLimit, currency: str | None) -> Fraction:
    """How far above the base a price may be, in minor units, exactly.

    The limit's amounts are in the currency, as `Policy.jurisdiction` gives them.
    """
    parts = []
    if limit.percent is not None:
        parts.append(percentage(limit.percent, base))
    if limit.fixed_major is not None:
        parts.append(minor_units(limit.fixed_major, currency))
    if not parts:
        return Fraction(0)
    allowed = min(parts) if limit.combine is Combine.LESSER else max(parts)
    if limit.at_most_major is None:
        return allowed
    return min(allowed, minor_units(limit.at_most_major, currency))


def limit_facts(limit: AuthorisationLimit) -> dict[str, str | Decimal | None]:
    """What the limit is made of, and whose it is."""
    both = limit.percent is not None and limit.fixed_major is not None
    return {
        "limit_percent": limit.percent,
        "limit_fixed_major": limit.fixed_major,
        "limit_is": limit.combine.value if both else None,
        "limit_at_most_major": limit.at_most_major,
        "limit_source": limit.source,
    }


def rules_of(context: RuleContext) -> Rules:
    """The numbers of the rules, their amounts in the currency of the visit."""
    return context.world.policy.rules_in(currency_of(context))


def without_unit(context: RuleContext) -> tuple[Reason, ...]:
    """Why amounts of the policy may be of the wrong size: it says nothing of the currency."""
    currency = currency_of(context)
    return () if context.world.policy.has_unit(currency) else (reason(NO_UNIT, currency=currency),)


def severity_facts(context: RuleContext, rule: RiseRule) -> dict[str, Decimal]:
    """From where a rise is HIGH, and below what it is LOW."""
    facts = {
        "high_from_percent": rule.high_from_percent,
        "high_from_major": rule.high_from_major,
    }
    if context.world.policy.writes_generation(2):
        facts["low_below_major"] = rule.low_below_major
    return facts


def rise_severity(
    context: RuleContext, excess: int | Fraction, base: int | Fraction, rule: RiseRule
) -> Severity:
    """HIGH from a percentage of the base, or from an amount above it; LOW below a small amount.

    Any rise above nothing is HIGH. Under a policy of generation 1 none is LOW.
    """
    currency = currency_of(context)
    by_percent = excess >= percentage(rule.high_from_percent, base)
    if by_percent or excess >= minor_units(rule.high_from_major, currency):
        return Severity.HIGH
    small = excess < minor_units(rule.low_below_major, currency)
    return Severity.LOW if small and context.world.policy.writes_generation(2) else Severity.NORMAL


def currency_of(context: RuleContext) -> str | None:
    """The currency of the visit's amounts (ISO 4217), the site's where none came yet."""
    return context.visit.currency or context.site.currency
