"""What a replay counts, one customer after the other; the counts of shards add up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from agents.simulation.replay.comparison import (
    Cell,
    Change,
    is_of_floor,
    is_refused,
    is_upheld,
)
from agents.simulation.replay.proof import Difference, Proof, Why
from schemas.records import Decision, Rule

KEPT_AT_MOST: Final = 1_000
"""So many refused cases that had been upheld, turned floor decisions and differences are named."""

Kind = tuple[Rule, Decision | None, Decision | None]


@dataclass(kw_only=True)
class Proved:
    """How much of what was decided came out again. `differences`: by why; the first are named."""

    recorded: int = 0
    equal: int = 0
    other_moment: int = 0
    differences: Counter[Why] = field(default_factory=Counter)
    named: list[Difference] = field(default_factory=list)
    customers_apart: int = 0
    """Customers whose past did not come out: nothing else is said of them."""

    def take(self, proof: Proof) -> None:
        """One customer's."""
        self.recorded += proof.recorded
        self.equal += proof.equal
        self.other_moment += proof.other_moment
        self.differences.update(each.why for each in proof.differences)
        self.named = _first(self.named, proof.differences)
        self.customers_apart += not proof.holds

    def add(self, other: "Proved") -> None:
        """Those of another shard."""
        self.recorded += other.recorded
        self.equal += other.equal
        self.other_moment += other.other_moment
        self.differences.update(other.differences)
        self.named = _first(self.named, other.named)
        self.customers_apart += other.customers_apart


@dataclass(kw_only=True)
class Compared:
    """What one other policy makes of it.

    `cells` count findings where no case that nobody had then is upheld, `cells_if_upheld` where all
    of them are. `samples`: the first of each kind, `refused`: cases that had been upheld and are
    not opened now, `floor`: decisions that no throttle may touch and that turned.
    `throttled_before` and `throttled_after` count customers.
    """

    samples_at_most: int
    cells: Counter[Cell] = field(default_factory=Counter)
    cells_if_upheld: Counter[Cell] = field(default_factory=Counter)
    samples: dict[Kind, list[Change]] = field(default_factory=dict)
    refused: list[Change] = field(default_factory=list)
    refused_count: int = 0
    floor: list[Change] = field(default_factory=list)
    floor_count: int = 0
    throttled_before: int = 0
    throttled_after: int = 0

    def take(self, changes: Iterable[Change], if_upheld: Iterable[Change]) -> None:
        """One customer's."""
        changes = list(changes)
        self.cells.update(each.cell for each in changes)
        self.cells_if_upheld.update(each.cell for each in if_upheld)
        turned = [each for each in changes if each.cell.before is not each.cell.after]
        for each in turned:
            self._sample(_kind(each), [each])
        refused = [each for each in turned if is_refused(each.cell)]
        upheld = [each for each in refused if is_upheld(each.cell)]
        floor = [each for each in refused if is_of_floor(each)]
        self.refused, self.refused_count = _more(self.refused, self.refused_count, upheld)
        self.floor, self.floor_count = _more(self.floor, self.floor_count, floor)
        self.throttled_before += any(each.cell.before is Decision.THROTTLED for each in changes)
        self.throttled_after += any(each.cell.after is Decision.THROTTLED for each in changes)

    def add(self, other: "Compared") -> None:
        """Those of another shard."""
        self.cells.update(other.cells)
        self.cells_if_upheld.update(other.cells_if_upheld)
        for kind, changes in other.samples.items():
            self._sample(kind, changes)
        self.refused = _named(self.refused, other.refused)
        self.floor = _named(self.floor, other.floor)
        self.refused_count += other.refused_count
        self.floor_count += other.floor_count
        self.throttled_before += other.throttled_before
        self.throttled_after += other.throttled_after

    def _sample(self, kind: Kind, changes: list[Change]) -> None:
        every = [*self.samples.get(kind, ()), *changes]
        self.samples[kind] = sorted(every, key=_rank)[: self.samples_at_most]


@dataclass(kw_only=True)
class Totals:
    """All that a replay counts; `compared` by the name of the policy.

    `in_order`: customers whose records the order log has. `failed`: customers on whose past our own
    code failed, with the first error.
    """

    customers: int = 0
    in_order: int = 0
    events: int = 0
    proved: Proved = field(default_factory=Proved)
    compared: dict[str, Compared] = field(default_factory=dict)
    failed: int = 0
    first_failure: str = ""

    def add(self, other: "Totals") -> None:
        """Those of another shard."""
        self.customers += other.customers
        self.events += other.events
        self.in_order += other.in_order
        self.proved.add(other.proved)
        for name, compared in other.compared.items():
            self.compared.setdefault(name, Compared(samples_at_most=compared.samples_at_most)).add(
                compared
            )
        self.failed += other.failed
        self.first_failure = min(
            filter(None, (self.first_failure, other.first_failure)), default=""
        )


def cases(cells: Mapping[Cell, int]) -> tuple[int, int]:
    """How many cases were opened then, and are now."""
    then = sum(count for cell, count in cells.items() if cell.before is Decision.RAISED)
    now = sum(count for cell, count in cells.items() if cell.after is Decision.RAISED)
    return then, now


def _kind(change: Change) -> Kind:
    return change.cell.rule, change.cell.before, change.cell.after


def _rank(change: Change) -> bytes:
    return change.rank


def _more(named: list[Change], count: int, others: list[Change]) -> tuple[list[Change], int]:
    return _named(named, others), count + len(others)


def _named(named: list[Change], others: list[Change]) -> list[Change]:
    if not others:
        return named
    return sorted([*named, *others], key=_rank)[:KEPT_AT_MOST]


def _first(named: list[Difference], others: Iterable[Difference]) -> list[Difference]:
    def of(each: Difference) -> str:
        record = each.recorded or each.recomputed
        assert record is not None, "one side has it"
        return record.disagreement_id

    return sorted([*named, *others], key=of)[:KEPT_AT_MOST]
