"""Notices that may not be sent yet, and what a later one for the same person takes the place of.

So nobody reads in the morning, one after the other, what was true in turn last night.
"""

from typing import Final

from agents.core.desk.state import EscalationState, HeldNotice
from agents.core.notices.table import NOT_SUPERSEDED, REFUSED
from agents.core.world import World
from schemas.records.notices import MOST_SUPERSEDED

SORRY: Final = frozenset(
    {"NOT_ACKNOWLEDGED", "OVERDUE", "OVERDUE_AGAIN", "SILENCE_PROMISE_MISSED", "UNDECIDED"}
)
"""Why a case moved, where the customer reads that we are sorry: no later notice leaves it out."""

FORMER: Final = "former"  # how ids of notices to who had a case end
_NO_LONGER_THEIRS: Final = frozenset({"manager-withdrawn", "manager-resolved"})


class HeldNotices:
    """Those of one case, in the order in which they were written, while steps are told."""

    def __init__(self, state: EscalationState, world: World) -> None:
        self.all = state.held
        self._escalation_id = state.escalation_id
        self._are_written = world.policy.writes_generation(2)

    def untold(self, whom: str, to: str, at: int) -> str:
        """Why we are sorry, as said to somebody in a notice that is held yet (ms); else empty."""
        of_them = self._of(whom, to, at)
        return next((each.why for each in reversed(of_them) if each.why), "")

    def take(self, notice: HeldNotice, message: str, at: int) -> tuple[str, ...]:
        """Notes one that is written now (ms); the ids of those whose place it takes.

        What somebody is refused says nothing of the case, so it takes no other's place. What a
        manager is told beside the steps holds as long as they have the case.
        """
        if not self._are_written:
            return ()
        of_them = tuple(
            each
            for each in self._of(notice.whom, notice.to, at)
            if not (each.cause and each.to) or notice.whom == FORMER or message in _NO_LONGER_THEIRS
        )
        self.all = tuple(each for each in self.all if each.not_before > at)
        if notice.not_before > at and message not in NOT_SUPERSEDED:
            left = self._of(notice.whom, notice.to, at)[-(MOST_SUPERSEDED - 1) :]
            others = tuple(each for each in self.all if not _is_for(each, notice.whom, notice.to))
            self.all = (*others, *left, notice)
        if message == REFUSED:
            return ()
        return tuple(self._id(each) for each in of_them)

    def take_beside(self, notice: HeldNotice, at: int) -> tuple[str, ...]:
        """The same of one that is told beside the steps: it takes the place of its own kind's."""
        if not self._are_written:
            return ()
        of_them = [each for each in self._of(notice.whom, notice.to, at) if _is_alike(each, notice)]
        self.all = tuple(each for each in self.all if each.not_before > at and each not in of_them)
        if notice.not_before > at:
            left = of_them[-(MOST_SUPERSEDED - 1) :]
            self.all = (*self.all, *left, notice)
        return tuple(self._id(each) for each in of_them)

    def _id(self, each: HeldNotice) -> str:
        return f"{self._escalation_id}:{each.cause or f'{each.step}:{each.whom}'}"

    def _of(self, whom: str, to: str, at: int) -> tuple[HeldNotice, ...]:
        return tuple(each for each in self.all if each.not_before > at and _is_for(each, whom, to))


def _is_alike(held: HeldNotice, notice: HeldNotice) -> bool:
    """Whether both are told beside the steps, for the same reason."""
    kinds = (each.cause.rpartition(":")[2] for each in (held, notice))
    return bool(held.cause) and len(set(kinds)) == 1


def _is_for(held: HeldNotice, whom: str, to: str) -> bool:
    """Whether it is for the same person: a manager may have a case, or have had it."""
    return held.to == to if to else held.whom == whom
