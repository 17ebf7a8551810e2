"""How long a price may wait for the customer's yes before it is a disagreement.

The grace is of an estimate and its base: the business minutes are summed in which a revision above
the limit lay there without an answer, whatever lay between. It is judged once, on a tick at its due
moment, with what has arrived; then the sum begins anew. As it is worked out of the facts alone, the
order in which they come does not matter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from agents.core.calendar import MINUTE_MS, add_business_time, business_time_between
from agents.core.customers.rule_base.authorised import Base, answers
from agents.core.customers.rule_base.facts import (
    in_time,
    later,
    revisions_in_order,
    valid_diagnoses,
    valid_revision,
)
from agents.core.customers.rule_base.history import silent_at
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import EpisodeState, Grace, Visit
from schemas.records import Estimate, Rule, Severity


class Rise(Struct, frozen=True, kw_only=True):
    """The revisions of an estimate and what they are compared with.

    `severity_of`: how grave a revision is that is above the limit of its base, and None where it is
    not above it.
    """

    context: RuleContext
    estimate_id: str
    revisions: Sequence[Estimate]
    base: Base
    severity_of: Callable[[Estimate], Severity | None]

    @property
    def base_id(self) -> str:
        """What made the base: the authorisation's event, else the lowest revision's."""
        made_by = self.base.authorisation or revisions_in_order(self.revisions)[0]
        return made_by.event_id


class _Stretch(Struct, frozen=True, kw_only=True):
    """A revision above the limit lay there without an answer, from `begins` to `ends` (ms)."""

    revision: Estimate
    severity: Severity
    begins: int
    ends: int | None


def waits(rise: Rise, current: Estimate) -> bool:
    """Whether the valid revision, which is above the limit, still waits for an answer."""
    stretch = next((each for each in _stretches(rise) if each.ends is None), None)
    return stretch is not None and stretch.revision.event_id == current.event_id


def next_due(rise: Rise) -> Grace | None:
    """The next grace that runs out, if nothing more comes; it may have done so by now."""
    stretches = tuple(_stretches(rise))
    if not stretches:
        return None
    context, numbers = rise.context, rise.context.world.policy.rules.estimate_over_authorised
    before = _judged(rise)
    since = max((each.due_at for each in before), default=None)
    decided = {each.event_id for each in _valid_at(rise, before)}
    decided |= {each.trigger_event_id for each in decided_without_grace(rise)}
    at_once = _at_once_from(context.visit)
    summed = 0
    for stretch in stretches:
        begins = stretch.begins if since is None else max(stretch.begins, since)
        if stretch.revision.event_id in decided or not _is_before(begins, stretch.ends):
            continue
        minutes = numbers.grace_business_minutes
        if stretch.severity is Severity.HIGH:
            minutes = numbers.grace_high_business_minutes
        left = max(0, minutes * MINUTE_MS - summed)
        due_at = add_business_time(context.site, begins, left)
        if at_once is not None:
            due_at = min(due_at, max(begins, at_once))
        if _is_before(due_at, stretch.ends) and not _is_silent(context, due_at):
            return Grace(
                estimate_id=rise.estimate_id,
                base=rise.base_id,
                due_at=due_at,
                minutes=minutes,
            )
        if stretch.ends is not None:
            summed += business_time_between(context.site, begins, stretch.ends)
    return None


def is_due_at_once(rise: Rise, current: Estimate, due: Grace | None) -> bool:
    """Whether a revision is due with its own moment: there is nothing to wait for."""
    return due is not None and due.due_at <= max(
        current.occurred_at, later((current, *rise.base.facts(before_tax=False))).occurred_at
    )


def judged_of(rise: Rise, current: Estimate) -> Grace | None:
    """The judged grace that makes the valid revision a finding, if it holds."""
    return next(
        (each for each, revision in _held(rise) if revision.event_id == current.event_id), None
    )


def is_grounded(rise: Rise) -> bool:
    """Whether what was judged of an earlier revision holds: the price is still above the limit."""
    return any(True for _ in _held(rise))


def decided_without_grace(rise: Rise) -> list[EpisodeState]:
    """What stands of the estimate since a policy of before, when nothing waited."""
    return [
        each
        for each in rise.context.visit.standings
        if each.rule is Rule.ESTIMATE_OVER_AUTHORISED
        and each.subject_id == rise.estimate_id
        and each.true
        and each.due_at is None
    ]


def _judged(rise: Rise) -> list[Grace]:
    """What was judged of this estimate with this base, the last one first."""
    if not rise.context.visit.graces:
        return []
    found = [
        each
        for each in rise.context.visit.graces
        if each.estimate_id == rise.estimate_id and each.base == rise.base_id
    ]
    return sorted(found, key=lambda each: -each.due_at)


def _valid_at(rise: Rise, graces: Iterable[Grace]) -> Iterator[Estimate]:
    for each in graces:
        there = [fact for fact in rise.revisions if fact.occurred_at <= each.due_at]
        if there:
            yield valid_revision(there)


def _held(rise: Rise) -> Iterator[tuple[Grace, Estimate]]:
    """What was judged and holds: no answer that occurred by the due moment has come since."""
    for grace in _judged(rise):
        for revision in _valid_at(rise, (grace,)):
            answered = _answered_at(rise, revision)
            if rise.severity_of(revision) is None:
                continue
            if answered is None or answered > grace.due_at:
                yield grace, revision


def _stretches(rise: Rise) -> Iterator[_Stretch]:
    """When which revision above the limit lay there without an answer, in the order of time."""
    authorisation, closed = rise.base.authorisation, _charged_from(rise.context.visit)
    begun = 0 if authorisation is None else authorisation.occurred_at
    facts = in_time(rise.revisions)
    there: list[Estimate] = []
    for place, fact in enumerate(facts):
        there.append(fact)
        ends = facts[place + 1].occurred_at if place + 1 < len(facts) else None
        revision = valid_revision(there)
        severity = rise.severity_of(revision)
        if severity is None:
            continue
        begins = max(fact.occurred_at, begun)
        until = [each for each in (ends, closed, _answered_at(rise, revision)) if each is not None]
        ends = min(until, default=None)
        if _is_before(begins, ends):
            yield _Stretch(revision=revision, severity=severity, begins=begins, ends=ends)


def _answered_at(rise: Rise, revision: Estimate) -> int | None:
    """When the customer first said yes or no to a revision (ms)."""
    said = answers(rise.context.visit).get(rise.estimate_id, ())
    return min(
        (
            word.occurred_at
            for word, of in said
            if of is not None and of.revision == revision.revision
        ),
        default=None,
    )


def _charged_from(visit: Visit) -> int | None:
    """From when a closure that says what was charged ends all waiting (ms)."""
    if not visit.closures or later(visit.closures).charged_total is None:
        return None
    return min(each.occurred_at for each in visit.closures)


def _at_once_from(visit: Visit) -> int | None:
    """From when nothing waits: a valid diagnosis with `safety`, a closure that names no charge."""
    moments = [each.occurred_at for each in valid_diagnoses(visit) if each.safety]
    moments += [each.occurred_at for each in visit.closures if each.charged_total is None]
    return min(moments, default=None)


def _is_silent(context: RuleContext, at: int) -> bool:
    """Whether the visit counts as closed by silence at a moment."""
    return not context.visit.closures and at >= silent_at(context.visit, context.world)


def _is_before(at: int, ends: int | None) -> bool:
    return ends is None or at < ends
