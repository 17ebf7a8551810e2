"""Is what was decided then what comes out again? If not, what kind of thing is in the way."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agents.simulation.replay.recording import Past
from agents.simulation.replay.run import AsRecorded, decisions
from agents.simulation.replay.timeline import Timeline
from schemas.records import Disagreement

ORDER_MS: Final = 15_000
"""What lies closer together than this may have been handled in another order: time is told every
few seconds, and topics are read beside each other."""
_TRIED_AT_MOST: Final = 64


class Why(StrEnum):
    """What is in the way of the same decision."""

    ORDER = "ORDER"
    """Only the order can decide: in another order of what arrived within seconds it comes out."""
    BEGUN_BEFORE = "BEGUN_BEFORE"
    """The customer has a visit that began before the recording."""
    UNREADABLE = "UNREADABLE"
    """An input of the customer can't be read: it was a dead letter then, or is damaged."""
    OTHER = "OTHER"
    """Nothing of these: another policy or directory than then, a lost record, or a defect."""


class Difference(Struct, frozen=True, kw_only=True):
    """One decision that did not come out; None on the side where there is none."""

    why: Why
    recorded: Disagreement | None
    recomputed: Disagreement | None


class Proof(Struct, frozen=True, kw_only=True):
    """Of one customer: how many decisions were recorded, how many came out, and the others.

    `other_moment`: of those that came out, how many were decided at another moment, at a tick.
    """

    recorded: int
    equal: int
    other_moment: int
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Whether every decision came out, and no other."""
        return not self.differences


def proved(past: Past, timeline: Timeline, until: int, order_ms: int = ORDER_MS) -> Proof:
    """A customer's recorded decisions beside those that come out of the same inputs again.

    `order_ms`: what lies closer together may have been handled in another order (ms).
    """
    again = decisions(past, timeline, until)
    proof = _compared(past.decided, again, Why.OTHER)
    if proof.holds:
        return proof
    why = _why(past, timeline, until, order_ms)
    return replace(proof, differences=tuple(replace(each, why=why) for each in proof.differences))


def _compared(recorded: Iterable[Disagreement], again: Iterable[Disagreement], why: Why) -> Proof:
    then = {each.disagreement_id: each for each in recorded}
    now = {each.disagreement_id: each for each in again}
    pairs = [(then.get(each), now.get(each)) for each in sorted(then.keys() | now.keys())]
    others = [pair for pair in pairs if not _same(*pair)]
    return Proof(
        recorded=len(then),
        equal=len(pairs) - len(others),
        other_moment=sum(pair not in others and pair[0] != pair[1] for pair in pairs),
        differences=tuple(Difference(why=why, recorded=a, recomputed=b) for a, b in others),
    )


def _same(recorded: Disagreement | None, again: Disagreement | None) -> bool:
    if recorded is None or again is None:
        return False
    return recorded == replace(again, decided_at=recorded.decided_at)


def _why(past: Past, timeline: Timeline, until: int, order_ms: int) -> Why:
    if any(
        _compared(past.decided, each, Why.ORDER).holds
        for each in _others(past, timeline, until, order_ms)
    ):
        return Why.ORDER
    if not past.is_whole:
        return Why.BEGUN_BEFORE
    return Why.UNREADABLE if past.refused else Why.OTHER


def _others(
    past: Past, timeline: Timeline, until: int, order_ms: int
) -> Iterator[Sequence[Disagreement]]:
    """What comes out in other orders that there may have been."""
    if past.ticks is not None:
        return  # the order is known
    yield decisions(past, timeline, until, AsRecorded(), tick_ms=order_ms)
    inputs = past.inputs
    near = [
        place
        for place, ((first, _), (second, _)) in enumerate(pairwise(inputs))
        if second.at - first.at < order_ms
    ]
    for place in near[:_TRIED_AT_MOST]:
        (first, one), (second, other) = inputs[place], inputs[place + 1]
        swapped = (
            (second._replace(at=first.at, is_outcome=False, place=first.place), other),
            (first._replace(at=second.at, is_outcome=True, place=second.place), one),
        )
        changed = replace(past, inputs=(*inputs[:place], *swapped, *inputs[place + 2 :]))
        yield decisions(changed, timeline, until)
