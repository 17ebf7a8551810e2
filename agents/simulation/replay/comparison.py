"""What another policy makes of a customer's past, beside what was decided then."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from agents.simulation.replay.recording import Past
from schemas.records import (
    Decision,
    Disagreement,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Rule,
    Severity,
)

_OPENS: Final = (Decision.RAISED, Decision.JOINED)
UPHELD: Final = ("UPHELD", "PARTLY_UPHELD")
"""What became of a case that was decided for the customer, at least in part."""
NO_OUTCOME: Final = ""


class Identity(NamedTuple):
    """Which finding it is, whatever becomes of it and whatever number its record has."""

    visit_id: str
    rule: Rule
    subject_id: str | None
    trigger_event_id: str


class Cell(NamedTuple):
    """What is alike: `before` and `after` are decisions, None where there was no such finding.

    `outcome`: what became of the case that it opened then; empty where it opened none, or none is
    recorded. `instead`: it is not found any more, for another case of its visit is in its place.
    """

    rule: Rule
    site_id: str
    severity: Severity
    before: Decision | None
    after: Decision | None
    outcome: str = NO_OUTCOME
    instead: bool = False


class Change(Struct, frozen=True, kw_only=True):
    """One finding that came out otherwise, with the records of both sides."""

    cell: Cell
    before: Disagreement | None
    after: Disagreement | None

    @property
    def rank(self) -> bytes:
        """An order that has nothing to do with time or customers: samples are its first ones."""
        of = self.before or self.after
        assert of is not None, "one side has it"
        return blake2b(of.disagreement_id.encode(), digest_size=8).digest()


def identity_of(finding: Disagreement) -> Identity:
    """Which finding a record is of."""
    return Identity(finding.visit_id, finding.rule, finding.subject_id, finding.trigger_event_id)


def came_to(decided: Iterable[Disagreement]) -> dict[Identity, Disagreement]:
    """By finding the last decision of it; that its ground went away later is none."""
    return {identity_of(each): each for each in decided if each.decision is not Decision.CORRECTED}


def openings(decided: Iterable[Disagreement]) -> dict[str, Identity]:
    """By escalation the finding that opened it."""
    found: dict[str, Identity] = {}
    for each in decided:
        if each.decision is Decision.RAISED and each.escalation_id is not None:
            found.setdefault(each.escalation_id, identity_of(each))
    return found


def outcomes_of(past: Past) -> dict[str, str]:
    """By escalation what became of it in the end; what is open has none."""
    found: dict[str, str] = {}
    for _, each in past.inputs:
        if not isinstance(each, Outcome):
            continue
        if each.status is OutcomeStatus.RESOLVED and each.outcome is not None:
            found[each.escalation_id] = each.outcome.value
        elif each.status is OutcomeStatus.WITHDRAWN:
            by = each.withdrawn_by
            found[each.escalation_id] = "WITHDRAWN" if by is None else f"WITHDRAWN_BY_{by.value}"
        elif each.status is OutcomeStatus.MERGED:
            found[each.escalation_id] = "MERGED"
        elif each.status is OutcomeStatus.REOPENED:
            found.pop(each.escalation_id, None)
    return found


class CarriedOver:
    """Recorded outcomes hold where the case is the same: opened by the same finding.

    A case that nobody had then gets the outcome `unknown` after the time that such a case took;
    without one it stays open.
    """

    def __init__(
        self,
        recorded: Iterable[Disagreement],
        unknown: OutcomeName | None,
        took_ms: Mapping[Severity, int],
    ) -> None:
        self._then = openings(recorded)
        self._known = frozenset(self._then.values())
        self._now: dict[Identity, str] = {}
        self._early: dict[Identity, list[Outcome]] = defaultdict(list)
        self._unknown = unknown
        self._took_ms = took_ms
        self.invented = 0
        """How many cases there were that nobody had then."""

    def translated(self, outcome: Outcome) -> Outcome | None:
        """The outcome of the same case, under the id that it has now."""
        opening = self._then.get(outcome.escalation_id)
        if opening is not None and opening not in self._now:
            self._early[opening].append(outcome)
        return self._renamed(outcome)

    def _renamed(self, outcome: Outcome) -> Outcome | None:
        escalation_id = self._same(outcome.escalation_id)
        merged_into = outcome.merged_into
        if merged_into is not None:
            merged_into = self._same(merged_into)
        if escalation_id is None or (merged_into is None and outcome.merged_into is not None):
            return None
        return replace(outcome, escalation_id=escalation_id, merged_into=merged_into)

    def _same(self, escalation_id: str) -> str | None:
        opening = self._then.get(escalation_id)
        return None if opening is None else self._now.get(opening)

    def opened(self, finding: Disagreement) -> Iterator[tuple[int, Outcome]]:
        """The outcome of a case that nobody had then; or what was decided then before it opens now.

        What a manager decided of a case holds also where the case opens later than it did.
        """
        if finding.decision is not Decision.RAISED or finding.escalation_id is None:
            return
        opening = identity_of(finding)
        self._now[opening] = finding.escalation_id
        if opening in self._known:
            yield from self._of_later_case(opening, finding.decided_at)
            return
        self.invented += 1
        if self._unknown is None:
            return
        at = finding.decided_at + self._took_ms[finding.severity]
        yield (
            at,
            Outcome(
                escalation_id=finding.escalation_id,
                visit_id=finding.visit_id,
                customer_id=finding.customer_id,
                occurred_at=at,
                status=OutcomeStatus.RESOLVED,
                outcome=self._unknown,
                on_appeal=False,
            ),
        )

    def _of_later_case(self, opening: Identity, at: int) -> Iterator[tuple[int, Outcome]]:
        for each in self._early.pop(opening, ()):
            renamed = self._renamed(each)
            if renamed is not None:
                yield at, replace(renamed, occurred_at=max(renamed.occurred_at, at))


def compared(
    before: Iterable[Disagreement],
    after: Iterable[Disagreement],
    outcomes: Mapping[str, str],
    since: int,
) -> Iterator[Change]:
    """Each finding of a customer that was decided from a moment (ms) on, on both sides."""
    then, now = came_to(before), came_to(after)
    others = {
        identity.visit_id
        for identity, each in now.items()
        if each.decision is Decision.RAISED and not _opened(then.get(identity))
    }
    for identity in sorted(then.keys() | now.keys(), key=_order):
        old, new = then.get(identity), now.get(identity)
        if all(each is None or each.decided_at < since for each in (old, new)):
            continue
        of = new or old
        assert of is not None, "one side has it"
        opened = old.escalation_id if old is not None and _opened(old) else None
        cell = Cell(
            rule=of.rule,
            site_id=of.site_id,
            severity=of.severity,
            before=None if old is None else old.decision,
            after=None if new is None else new.decision,
            outcome=outcomes.get(opened, NO_OUTCOME) if opened else NO_OUTCOME,
            instead=new is None and identity.visit_id in others,
        )
        yield Change(cell=cell, before=old, after=new)


def _opened(finding: Disagreement | None) -> bool:
    return finding is not None and finding.decision is Decision.RAISED


def _order(identity: Identity) -> tuple[str, str, str, str]:
    visit_id, rule, subject_id, trigger_event_id = identity
    return visit_id, rule.value, subject_id or "", trigger_event_id


def is_refused(cell: Cell) -> bool:
    """Whether a case that there was is not opened now, and no other case is in its place."""
    return cell.before is Decision.RAISED and cell.after not in _OPENS and not cell.instead


def is_upheld(cell: Cell) -> bool:
    """Whether the customer was found to be right, at least in part, in the case that there was."""
    return cell.outcome in UPHELD


def is_of_floor(change: Change) -> bool:
    """Whether what no throttle may touch was RAISED then: a reason of it is FLOOR, or it is found.

    The severity SAFETY is never refused by a throttle, nor is what was found.
    """
    old = change.before
    if old is None or old.decision is not Decision.RAISED:
        return False
    return any(each.code == "FLOOR" for each in old.reasons) or old.severity is Severity.SAFETY
