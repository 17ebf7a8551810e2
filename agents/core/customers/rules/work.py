"""The rules about work: done though declined, and charged though covered."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from agents.core.customers.rule_base.authorised import (
    Word,
    authorisations,
    currency_of,
    declines,
    estimates,
    is_on,
    up_to,
)
from agents.core.customers.rule_base.definition import rule
from agents.core.customers.rule_base.facts import (
    COVERING,
    claims,
    covered,
    events,
    instant,
    later,
    reason,
    severity,
    valid_revision,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Visit
from schemas.records import (
    Closure,
    CustomerResponse,
    Estimate,
    EstimateLine,
    Kind,
    Reason,
    Rule,
    Severity,
    WarrantyDecision,
    WarrantyDecisionName,
)


@rule(Kind.ESTIMATE, needs=Precondition.CLOSURE | Precondition.ESTIMATE | Precondition.DECLINED)
def estimate_declined_work_done(context: RuleContext) -> tuple[Finding, ...]:
    """An operation was done that the customer declined and never authorised (HIGH, floor).

    Declined are the operations of the declined revision. One that an authorised revision holds,
    before or after, is not declined, unless that revision was declined later. A yes before any
    revision is one to no operation.
    """
    visit = context.visit
    if not visit.closures:
        return ()
    closure = later(visit.closures)
    done = set(closure.operations_done)
    said_yes = authorisations(visit)
    words = [pair for pairs in said_yes.of.values() for pair in pairs]
    agreed = [each for said, each in words if each is not None and is_on(said, each)]
    authorised = {line.operation for each in agreed for line in each.lines}
    findings = []
    for estimate_id, pairs in _by_estimate(declines(visit).of):
        against = [
            (response, revision) for response, revision in pairs if is_on(response, revision)
        ]
        broken = [
            (response, revision, operations)
            for response, revision in against
            if (operations := _operations(revision) & done - authorised)
        ]
        if not broken:
            continue
        trigger = later((closure, *(each for one in broken for each in one[:2])))
        findings.append(
            Finding(
                rule=Rule.ESTIMATE_DECLINED_WORK_DONE,
                subject_id=estimate_id,
                severity=severity(visit, Severity.HIGH),
                occurred_at=trigger.occurred_at,
                trigger_event_id=trigger.event_id,
                reads=events(
                    visit.closures,
                    estimates(visit)[estimate_id],
                    (response for response, _ in pairs),
                    *(said_yes.read(each) for each in said_yes.of),
                    (revision for _, revision in words if revision),
                ),
                reasons=tuple(
                    reason(
                        "ESTIMATE_DECLINED_WORK_DONE",
                        estimate_id=estimate_id,
                        declined_revision=revision.revision,
                        declined_by=response.event_id,
                        closure=closure.event_id,
                        operations_done=", ".join(sorted(operations)),
                        operations_authorised=", ".join(sorted(authorised)),
                    )
                    for response, revision, operations in broken
                ),
                floor=True,
            )
        )
    return tuple(findings)


def _by_estimate(
    meant: dict[str | None, tuple[tuple[CustomerResponse, Estimate | None], ...]],
) -> Iterator[tuple[str, list[tuple[CustomerResponse, Estimate]]]]:
    for estimate_id in sorted(meant, key=lambda each: each or ""):
        pairs = [(said, revision) for said, revision in meant[estimate_id] if revision is not None]
        if estimate_id is not None and pairs:
            yield estimate_id, pairs


def _operations(revision: Estimate) -> set[str]:
    return {line.operation for line in revision.lines}


_ALL = 100  # percent


class _Cover(Struct, frozen=True, kw_only=True):
    """A claim that the warranty pays: the valid decision, and the first one that said so."""

    claim_id: str
    valid: WarrantyDecision
    first: WarrantyDecision
    revisions: tuple[WarrantyDecision, ...]

    def has(self, line: EstimateLine) -> bool:
        """Whether the line is of the claim: by its id, else by an operation that it covers."""
        if line.claim_id is not None:
            return line.claim_id == self.claim_id
        return line.operation in self.valid.operations

    def own_share(self, line: EstimateLine, before: Sequence[EstimateLine]) -> Fraction | None:
        """What the customer may pay for a line, exactly (minor units); None: nothing says it.

        Their share is of the same line when the claim was covered first: of the operation, of this
        claim or none; else of all that this claim had then, where the line names it.
        """
        percent = covered(self.valid)
        if percent == _ALL:
            return Fraction(0)
        there = [each for each in before if each.claim_id in (None, self.claim_id)]
        same = [each.amount for each in there if each.operation == line.operation]
        if not same and line.claim_id is not None:
            same = [each.amount for each in there if each.claim_id == line.claim_id]
        return Fraction(sum(same) * (_ALL - percent), _ALL) if same else None

    def is_agreed(self, revision: Estimate, words: Iterable[Word]) -> bool:
        """Whether the customer said yes to the very revision, after what is goodwill was given."""
        if self.valid.decision is not WarrantyDecisionName.GOODWILL:
            return False
        return any(
            of is not None
            and of.revision == revision.revision
            and is_on(yes, of)
            and yes.occurred_at > self.first.occurred_at
            for yes, of in words
        )


@rule(Kind.ESTIMATE, needs=Precondition.ESTIMATE | Precondition.CLAIM)
def estimate_charges_covered_work(context: RuleContext) -> tuple[Finding, ...]:
    """A current revision, or a closure, charges for what the warranty had been said to pay (HIGH).

    The revision, or the closure, must have occurred after the claim's first APPROVED or GOODWILL.
    Where only a share is covered, the customer may pay the rest of what the same line was then. A
    yes to the very revision is one to what goodwill leaves.
    """
    visit = context.visit
    covers = tuple(_covers(visit))
    closure = later(visit.closures) if visit.closures else None
    said_yes = authorisations(visit)
    findings = []
    for estimate_id, revisions in estimates(visit).items():
        current, words = valid_revision(revisions), said_yes.of.get(estimate_id, ())
        open_covers = [each for each in covers if not each.is_agreed(current, words)]
        found = list(_charges(context, revisions, closure, open_covers))
        if not found:
            continue
        trigger = later(fact for _, compared in found for fact in compared)
        claims_read = (fact for cover in covers for fact in cover.revisions)
        findings.append(
            Finding(
                rule=Rule.ESTIMATE_CHARGES_COVERED_WORK,
                subject_id=estimate_id,
                severity=severity(visit, Severity.HIGH),
                occurred_at=trigger.occurred_at,
                trigger_event_id=trigger.event_id,
                reads=events(
                    *((current,), (closure,) if closure else (), claims_read),
                    *_read_for_share(revisions, covers, said_yes.read(estimate_id)),
                ),
                reasons=tuple(why for why, _ in found),
            )
        )
    return tuple(findings)


def _covers(visit: Visit) -> Iterator[_Cover]:
    for claim_id, revisions in claims(visit).items():
        if revisions[-1].decision in COVERING:
            first = next(each for each in revisions if each.decision in COVERING)
            yield _Cover(claim_id=claim_id, valid=revisions[-1], first=first, revisions=revisions)


def _read_for_share(
    revisions: Sequence[Estimate],
    covers: Sequence[_Cover],
    words: tuple[CustomerResponse, ...],
) -> Iterator[Iterable[Estimate | CustomerResponse]]:
    """What is read besides: of a share the revision it is of, of goodwill what was agreed to."""
    for cover in covers:
        if covered(cover.valid) < _ALL and (before := _then(revisions, cover)) is not None:
            yield (before,)
        if cover.valid.decision is WarrantyDecisionName.GOODWILL:
            yield words


def _then(revisions: Sequence[Estimate], cover: _Cover) -> Estimate | None:
    """The valid revision of an estimate when a claim was first covered, that instant included."""
    there = up_to(revisions, cover.first)
    return valid_revision(there) if there else None


_Compared = tuple[Estimate | Closure | WarrantyDecision, ...]


def _charges(
    context: RuleContext,
    revisions: Sequence[Estimate],
    closure: Closure | None,
    covers: Iterable[_Cover],
) -> Iterator[tuple[Reason, _Compared]]:
    """Each line charged that a claim covers, with the facts that were compared for it."""
    current = valid_revision(revisions)
    for cover in covers:
        before = _then(revisions, cover)
        shares = _above_share(current, before, cover)
        lines = [line for line, _ in shares]
        begun = cover.first.occurred_at
        after = lines if current.occurred_at > begun else []
        closed = _charged_for(lines, closure) if closure and closure.occurred_at > begun else []
        for line, share in shares:
            if line not in after and line not in closed:
                continue
            compared: _Compared = (current, cover.valid, cover.first)
            why = reason(
                "ESTIMATE_CHARGES_COVERED_WORK",
                estimate_id=current.estimate_id,
                revision=current.revision,
                operation=line.operation,
                amount_minor=line.amount,
                currency=currency_of(context),
                claim_id=cover.claim_id,
                claim_revision=cover.valid.revision,
                decision=cover.valid.decision.value,
                covered_since=instant(begun),
                **_share_facts(cover, before, share),
                closure=closure.event_id if closure and line in closed else None,
            )
            yield why, (*compared, closure) if closure and line in closed else compared


def _above_share(
    current: Estimate, before: Estimate | None, cover: _Cover
) -> list[tuple[EstimateLine, Fraction]]:
    """The lines that charge more than the customer's share of them, with that share."""
    lines = [line for line in current.lines if line.amount > 0 and cover.has(line)]
    found = []
    for line in lines:
        share = cover.own_share(line, before.lines if before else ())
        charged = sum(each.amount for each in lines if each.operation == line.operation)
        if share is not None and charged > share:
            found.append((line, share))
    return found


def _share_facts(
    cover: _Cover, before: Estimate | None, share: Fraction
) -> dict[str, int | Fraction]:
    """How the customer's share was worked out, where the claim covers no whole line."""
    if before is None or covered(cover.valid) == _ALL:
        return {}
    return {
        "covered_percent": covered(cover.valid),
        "share_minor": share,
        "share_revision": before.revision,
    }


def _charged_for(lines: Sequence[EstimateLine], closure: Closure) -> list[EstimateLine]:
    """The lines whose work was done, where the closure charges anything."""
    if not closure.charged_total:
        return []
    return [line for line in lines if line.operation in closure.operations_done]
