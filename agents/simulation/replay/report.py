"""A replay's counts put together: for people and for machines."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from agents.operations.explain.customer import paragraphs
from agents.operations.explain.operator import happenings
from agents.operations.explain.story import Kind, Story
from agents.simulation.replay.comparison import (
    Cell,
    Change,
    is_refused,
)
from agents.simulation.replay.proof import Difference, Why
from agents.simulation.replay.totals import Compared, Totals, cases
from schemas.records import Decision, Disagreement

NOTHING: Final = "none"
"""Where there was no such finding on a side."""
_CHANGES_SAID = 10
_SAID_OF_WHY: Final = {
    Why.ORDER: "only the order can decide, in which what came within seconds was handled",
    Why.BEGUN_BEFORE: "a visit of the customer began before the recording",
    Why.UNREADABLE: "an input of the customer can't be read",
    Why.OTHER: "nothing explains it; the policy or the directory was another one then, a record is "
    "lost, or it is a defect",
}


class Line(Struct, frozen=True, kw_only=True):
    """So many findings of a rule came out otherwise; `if_upheld`: where unknown cases are upheld.

    `outcomes` says what had become of the cases that they opened then, where they did.
    """

    rule: str
    before: str
    after: str
    count: int
    if_upheld: int
    outcomes: dict[str, int]


class Side(Struct, frozen=True, kw_only=True):
    """One side of a sample: the decision, why, and what the customer would be told."""

    disagreement_id: str
    decision: str
    why: str
    customer: str


class Sample(Struct, frozen=True, kw_only=True):
    """A finding that came out otherwise, explained on both sides."""

    rule: str
    customer_id: str
    visit_id: str
    outcome: str
    before: Side | None
    after: Side | None


class Effect(Struct, frozen=True, kw_only=True):
    """What one other policy makes of the past; `new_cases` of which nothing is known: from, to.

    `spared` and `refused_upheld`: cases that there were and that would not be opened nor joined;
    the second had been decided for the customer. `changes`: a sentence for each value in which it
    differs from the policy that holds at the recording's end.
    """

    policy: str
    changes: tuple[str, ...] = ()
    cases_before: int
    cases_after: tuple[int, int]
    new_cases: tuple[int, int]
    spared: int
    spared_by_outcome: dict[str, int]
    refused_upheld: int
    floor_turned: int
    throttled_before: int
    throttled_after: int
    lines: tuple[Line, ...]
    samples: tuple[Sample, ...]
    refused: tuple[Sample, ...]
    floor: tuple[Sample, ...]


class NotEqual(Struct, frozen=True, kw_only=True):
    """A recorded decision that did not come out again, and what did."""

    why: str
    of: str
    recorded: str
    recomputed: str


class Report(Struct, frozen=True, kw_only=True):
    """What a replay found. `in_order`: customers whose records the order log has.

    `apart`: customers of whom nothing is said, for their past differs.
    """

    customers: int
    in_order: int
    events: int
    recorded: int
    equal: int
    other_moment: int
    apart: int
    failed: int
    first_failure: str
    differences: dict[str, int]
    named: tuple[NotEqual, ...]
    effects: tuple[Effect, ...]

    def turns(self, allowed: int) -> bool:
        """Whether somebody should look before such a policy is published.

        A floor decision turns, more cases that had been upheld are refused than allowed, or the
        past does not come out and nothing explains it.
        """
        unexplained = self.differences.get(Why.OTHER.value, 0) or self.failed
        return bool(unexplained) or any(
            each.floor_turned or each.refused_upheld > allowed for each in self.effects
        )


def report(totals: Totals) -> Report:
    """The report of what was counted."""
    proved = totals.proved
    return Report(
        customers=totals.customers,
        in_order=totals.in_order,
        events=totals.events,
        recorded=proved.recorded,
        equal=proved.equal,
        other_moment=proved.other_moment,
        apart=proved.customers_apart,
        failed=totals.failed,
        first_failure=totals.first_failure,
        differences={why.value: proved.differences[why] for why in Why if proved.differences[why]},
        named=tuple(_not_equal(each) for each in proved.named),
        effects=tuple(_effect(name, each) for name, each in totals.compared.items()),
    )


def _not_equal(difference: Difference) -> NotEqual:
    of = difference.recorded or difference.recomputed
    assert of is not None, "one side has it"
    return NotEqual(
        why=difference.why.value,
        of=of.disagreement_id,
        recorded=_decided(difference.recorded),
        recomputed=_decided(difference.recomputed),
    )


def _effect(name: str, compared: Compared) -> Effect:
    before, after = cases(compared.cells)
    _, if_upheld = cases(compared.cells_if_upheld)
    spared = {cell: count for cell, count in compared.cells.items() if is_refused(cell)}
    by_outcome = Counter[str]()
    for cell, count in spared.items():
        by_outcome[cell.outcome or "OPEN"] += count
    return Effect(
        policy=name,
        cases_before=before,
        cases_after=_range(after, if_upheld),
        new_cases=_range(_new(compared.cells), _new(compared.cells_if_upheld)),
        spared=sum(spared.values()),
        spared_by_outcome=dict(sorted(by_outcome.items())),
        refused_upheld=compared.refused_count,
        floor_turned=compared.floor_count,
        throttled_before=compared.throttled_before,
        throttled_after=compared.throttled_after,
        lines=tuple(_lines(compared)),
        samples=tuple(
            _sample(each)
            for kind in sorted(compared.samples, key=str)
            for each in compared.samples[kind]
        ),
        refused=tuple(map(_sample, compared.refused)),
        floor=tuple(map(_sample, compared.floor)),
    )


def _new(cells: Counter[Cell]) -> int:
    return sum(
        count
        for cell, count in cells.items()
        if cell.after is Decision.RAISED and cell.before is not Decision.RAISED
    )


def _range(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _lines(compared: Compared) -> Iterator[Line]:
    turned: dict[tuple[str, str, str], Counter[str]] = {}
    if_upheld = Counter[tuple[str, str, str]]()
    for cells, is_first in ((compared.cells, True), (compared.cells_if_upheld, False)):
        for cell, count in cells.items():
            if cell.before is cell.after:
                continue
            key = cell.rule.value, _decision(cell.before), _decision(cell.after)
            of = turned.setdefault(key, Counter())
            if is_first:
                of[cell.outcome] += count
            else:
                if_upheld[key] += count
    for key in sorted(turned, key=lambda each: (-sum(turned[each].values()), each)):
        outcomes = turned[key]
        yield Line(
            rule=key[0],
            before=key[1],
            after=key[2],
            count=sum(outcomes.values()),
            if_upheld=if_upheld[key],
            outcomes={name: count for name, count in sorted(outcomes.items()) if name},
        )


def _sample(change: Change) -> Sample:
    of = change.before or change.after
    assert of is not None, "one side has it"
    return Sample(
        rule=of.rule.value,
        customer_id=of.customer_id,
        visit_id=of.visit_id,
        outcome=change.cell.outcome,
        before=_side(change.before),
        after=_side(change.after),
    )


def _side(finding: Disagreement | None) -> Side | None:
    if finding is None:
        return None
    story = Story(id=finding.disagreement_id, kind=Kind.DISAGREEMENT, records=(finding,))
    lines = [each for happening in happenings(story) for each in happening.lines]
    return Side(
        disagreement_id=finding.disagreement_id,
        decision=finding.decision.value,
        why=" ".join(each.text for each in lines if each.label in ("Facts", "Why", "So")),
        customer=" ".join(paragraphs(story)),
    )


def _decided(finding: Disagreement | None) -> str:
    return _decision(None if finding is None else finding.decision)


def _decision(decision: Decision | None) -> str:
    return NOTHING if decision is None else decision.value


def sentences(found: Report) -> Iterator[str]:
    """The report's first lines: whether the past came out, then each policy in a few sentences."""
    yield from _of_proof(found)
    for each in found.effects:
        yield from _of_effect(each)


def _of_proof(found: Report) -> Iterator[str]:
    if found.failed:
        yield (
            f"Our own code failed on {_count(found.failed, 'customer')}, and nothing is said of "
            f"them; the first: {found.first_failure}."
        )
    if not found.recorded:
        yield (
            "No decision is recorded, so there is no proof: what follows compares the policy of "
            "then, run again, with another one."
        )
        return
    moment = f", {found.other_moment:,} of them at another moment" if found.other_moment else ""
    order = "as the order log has it" if found.in_order == found.customers else "by timestamps"
    if 0 < found.in_order < found.customers:
        order = (
            f"for {_count(found.in_order, 'customer')} as the order log has it, else by timestamps"
        )
    yield f"{found.equal:,} of {found.recorded:,} decisions as recorded{moment}; in order {order}."
    for why, count in found.differences.items():
        yield f"{count:,} differ: {_SAID_OF_WHY[Why(why)]}."
    if found.apart:
        yield f"Nothing more is said of {_count(found.apart, 'customer')} whose past differs."


def _of_effect(effect: Effect) -> Iterator[str]:
    if effect.changes:
        yield f"{effect.policy} differs from the policy in force in {len(effect.changes):,}:"
        yield from (f"  {each}" for each in effect.changes[:_CHANGES_SAID])
        if len(effect.changes) > _CHANGES_SAID:
            yield "  ... (recourse policy diff has all)"
    yield (
        f"{effect.policy}: {span(*effect.cases_after)} cases for {effect.cases_before:,}, "
        f"{span(*effect.new_cases)} of them new; what managers would say of those is not known."
    )
    unfounded = sum(effect.spared_by_outcome.get(each, 0) for each in ("UNFOUNDED", "ABUSIVE"))
    yield (
        f"It spares {_count(effect.spared, 'case')}, {unfounded:,} of them unfounded or abusive, "
        f"and refuses {effect.refused_upheld:,} that managers had upheld."
    )
    if effect.floor_turned:
        yield f"Of what no throttle may touch it turns {_count(effect.floor_turned, 'decision')}."
    yield (
        f"Throttled at least once: {_count(effect.throttled_after, 'customer')}, "
        f"for {effect.throttled_before:,}."
    )


def _count(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def span(one: int, other: int) -> str:
    """What lies between the two, which are not known apart: one number where they are equal."""
    low, high = _range(one, other)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
