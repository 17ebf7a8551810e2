"""When LOW cases of a site occurred, and of which a manager above was told: an index of the table.

It goes with the records that it is of, so it is as long as these are kept.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from typing import Final

from agents.core.desk.state import EscalationState, Phase
from schemas.records import Severity

_COUNTED: Final = (Phase.OPEN, Phase.RESOLVED)

Place = tuple[int, str]  # when it occurred (ms), and the case's id


def counted_at(state: EscalationState) -> int | None:
    """When what opened a LOW case occurred (ms); None: it does not count among them.

    What was withdrawn counts for nothing, and what went into another case counts there. How it was
    decided does not matter: it is the site's own manager who decides.
    """
    if state.severity is not Severity.LOW or state.phase not in _COUNTED or not state.grounds:
        return None
    return state.grounds[0].occurred_at


class LowIndex:
    """The LOW cases of each site."""

    def __init__(self) -> None:
        self._cases: dict[str, list[Place]] = defaultdict(list)
        self._told: dict[str, list[Place]] = defaultdict(list)

    def change(self, before: EscalationState | None, after: EscalationState | None) -> None:
        """Takes a case as it is now in place of what it was."""
        for of, place in ((self._cases, _counted), (self._told, _told)):
            had, has = place(before), place(after)
            if had == has:
                continue
            if had is not None:
                _discard(of, *had)
            if has is not None:
                site_id, where = has
                insort(of[site_id], where)

    def around(self, state: EscalationState, at: int, each_side: int) -> list[int]:
        """When cases of its site occurred, in order: with its own moment (ms) the nearest to it."""
        places = self._cases.get(state.site_id, [])
        place = bisect_left(places, (at, state.escalation_id))
        after = [
            each for each in places[place : place + each_side + 1] if each[1] != state.escalation_id
        ]
        before = places[max(0, place - each_side) : place]
        return [each for each, _ in (*before, (at, ""), *after[:each_side])]

    def cases(self, state: EscalationState, after: int, until: int) -> int:
        """How many cases of its site occurred after one moment and up to another (ms), with it."""
        places = self._cases.get(state.site_id, [])
        own = counted_at(state)
        counts_already = own is not None and (own, state.escalation_id) in _slice(places, own)
        found = bisect_left(places, (until + 1,)) - bisect_left(places, (after + 1,))
        return found + (own is not None and after < own <= until and not counts_already)

    def was_told(self, site_id: str, after: int, before: int) -> bool:
        """Whether it was told of cases of a site up to one strictly between two moments (ms)."""
        places = self._told.get(site_id, [])
        return bisect_left(places, (after + 1,)) < bisect_left(places, (before,))


def _slice(places: list[Place], at: int) -> list[Place]:
    """Those of one moment (ms)."""
    return places[bisect_left(places, (at,)) : bisect_left(places, (at + 1,))]


def _counted(state: EscalationState | None) -> tuple[str, Place] | None:
    at = None if state is None else counted_at(state)
    return None if state is None or at is None else (state.site_id, (at, state.escalation_id))


def _told(state: EscalationState | None) -> tuple[str, Place] | None:
    if state is None or state.low_told_at is None:
        return None
    return state.site_id, (state.low_told_at, state.escalation_id)


def _discard(of: dict[str, list[Place]], site_id: str, place: Place) -> None:
    places = of[site_id]
    index = bisect_left(places, place)
    assert places[index] == place, f"{place} is not in the index"
    del places[index]
    if not places:
        del of[site_id]
