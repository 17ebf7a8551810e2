"""When cases had grounds of one kind at one site: an index, rebuilt from the table.

A storm is asked for with each new ground. Whatever is asked is found by place in sorted lists, so
that a new case of a storm costs the same whether it is its fifth or its six thousandth.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, TypeVar

from agents.core.calendar import DAY_MS, HOUR_MS
from agents.core.desk.state import EscalationState
from schemas.records import Kind, Severity

LOOKED_BACK_MS: Final = 2 * DAY_MS
"""A storm is recognised while it rages: what occurred longer ago is not asked for."""
_RECENT_HOURS: Final = LOOKED_BACK_MS // HOUR_MS + 1

Place = tuple[int, str]  # when a ground of a case occurred (ms), and the case's id
_Pair = tuple[int, int, str]  # two grounds of one case that follow each other: later, earlier
Holder = tuple[str | None, Severity]  # who has a case, and how grave it is
S = TypeVar("S", Place, _Pair)


class Occurrences:
    """Grounds of cases by when they occurred; a case has one for each moment."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self._pairs: list[_Pair] = []
        self._furthest = 0  # apart, of all pairs there ever were (ms)

    def put(self, escalation_id: str, moments: tuple[int, ...]) -> None:
        """Takes the moments of a case, in order."""
        for at in moments:
            insort(self.places, (at, escalation_id))
        for earlier, later in pairwise(moments):
            insort(self._pairs, (later, earlier, escalation_id))
            self._furthest = max(self._furthest, later - earlier)

    def take(self, escalation_id: str, moments: tuple[int, ...]) -> None:
        """The same away; what has been forgotten meanwhile is not missed."""
        for at in moments:
            _discard(self.places, (at, escalation_id))
        for earlier, later in pairwise(moments):
            _discard(self._pairs, (later, earlier, escalation_id))

    def forget(self, until: int) -> None:
        """What occurred at or before a moment (ms) goes."""
        del self.places[: _after(self.places, until)]
        del self._pairs[: bisect_left(self._pairs, (until + 1,))]

    def between(self, after: int, before: int) -> Iterator[Place]:
        """Those strictly between two moments (ms), in order of them, then of the cases' ids."""
        for index in range(_after(self.places, after), bisect_left(self.places, (before,))):
            yield self.places[index]

    def back(self, after: int, before: int) -> Iterator[Place]:
        """The same from behind."""
        for index in range(bisect_left(self.places, (before,)), _after(self.places, after), -1):
            yield self.places[index - 1]

    def first(self, after: int, before: int) -> Place | None:
        """The first of them."""
        return next(self.between(after, before), None)

    def cases(self, after: int, before: int) -> int:
        """How many cases have one strictly between two moments (ms), each counted once.

        That is all moments, without those that have one of the same case before them in between.
        Only where grounds of one case lie further apart than what is cut off is a pair looked at.
        """
        pairs = self._pairs
        count = bisect_left(self.places, (before,)) - _after(self.places, after)
        if not pairs or count <= 1:
            return max(0, count)
        end = bisect_left(pairs, (before,))
        # From here on the earlier of a pair can't be at or before `after`.
        whole = min(end, bisect_left(pairs, (after + self._furthest + 1,)))
        begin = min(whole, bisect_left(pairs, (after + 1,)))
        return count - (end - whole) - sum(each[1] > after for each in pairs[begin:whole])


class Incident:
    """The cases of one storm, and of the open ones who has them."""

    def __init__(self) -> None:
        self.all = Occurrences()
        self.open: dict[Holder, list[Place]] = {}

    def first_open_of_each(self, after: int, before: int) -> list[str]:
        """Of each who has open cases of a severity the first of them, in order."""
        found = []
        for places in self.open.values():
            index = _after(places, after)
            if index < len(places) and places[index][0] < before:
                found.append(places[index])
        return [escalation_id for _, escalation_id in sorted(found)]


class OfKind:
    """The cases of one site with a ground of one kind."""

    def __init__(self, site_id: str, kind: Kind) -> None:
        self.site_id, self.kind = site_id, kind
        self.prefix = f"{site_id}:{kind}:"
        """How the ids of the site's storms of the kind begin."""
        self.all = Occurrences()
        self.of_none = Occurrences()
        """Those that are part of no storm, of whatever kind."""
        self.of_storms = Occurrences()
        """Those that are part of a storm of the kind."""
        self.incidents: dict[str, Incident] = {}

    def moments_of(self, state: EscalationState) -> list[int]:
        """When the grounds of the kind occurred that a case of the site has (ms)."""
        if state.site_id != self.site_id:
            return []
        return [each.occurred_at for each in state.grounds if each.kind is self.kind]

    def put(self, state: EscalationState, moments: tuple[int, ...]) -> None:
        """Takes a case with the moments of its grounds of the kind."""
        self.all.put(state.escalation_id, moments)
        incident_id = state.incident_id
        if incident_id is None:
            self.of_none.put(state.escalation_id, moments)
        elif incident_id.startswith(self.prefix):
            self.of_storms.put(state.escalation_id, moments)
            incident = self.incidents.setdefault(incident_id, Incident())
            incident.all.put(state.escalation_id, moments)
            if state.is_open:
                places = incident.open.setdefault(_holder(state), [])
                for at in moments:
                    insort(places, (at, state.escalation_id))

    def take(self, state: EscalationState, moments: tuple[int, ...]) -> None:
        """The same away."""
        for each in (self.all, self.of_none, self.of_storms):
            each.take(state.escalation_id, moments)
        incident = self.incidents.get(state.incident_id or "")
        if incident is None:
            return
        incident.all.take(state.escalation_id, moments)
        places = incident.open.get(_holder(state), [])
        for at in moments:
            _discard(places, (at, state.escalation_id))
        self._tidy(state.incident_id or "")

    def forget(self, until: int) -> None:
        """What occurred at or before a moment (ms) goes."""
        for each in (self.all, self.of_none, self.of_storms):
            each.forget(until)
        for incident_id, incident in list(self.incidents.items()):
            incident.all.forget(until)
            for places in incident.open.values():
                del places[: _after(places, until)]
            self._tidy(incident_id)

    def _tidy(self, incident_id: str) -> None:
        incident = self.incidents[incident_id]
        for holder in [each for each, places in incident.open.items() if not places]:
            del incident.open[holder]
        if not incident.all.places:
            del self.incidents[incident_id]


class Recent:
    """The grounds of the last two days, by site and kind.

    Days up to the last step of any case: so the same records make the same index, in any order.
    """

    def __init__(self) -> None:
        self._of_kind: dict[tuple[str, Kind], OfKind] = {}
        self._latest_hour = 0

    def of_kind(self, site_id: str, kind: Kind) -> OfKind | None:
        """The cases of a site with a ground of a kind; None where there are none."""
        return self._of_kind.get((site_id, kind))

    def pass_time(self, last_step_at: int) -> None:
        """Says when something happened (ms): what is too old by then is forgotten."""
        hour = last_step_at // HOUR_MS
        if hour <= self._latest_hour:
            return
        self._latest_hour = hour
        for key, found in list(self._of_kind.items()):
            found.forget(self._forgotten_until())
            if not found.all.places:
                del self._of_kind[key]

    def change(self, before: EscalationState | None, after: EscalationState | None) -> None:
        """Takes a case as it is now in place of what it was."""
        if before is not None and after is not None and _looks_the_same(before, after):
            return
        if before is not None:
            for kind, moments in self._moments(before):
                found = self._of_kind.get((before.site_id, kind))
                if found is not None:
                    found.take(before, moments)
                    if not found.all.places:
                        del self._of_kind[before.site_id, kind]
        if after is not None:
            for kind, moments in self._moments(after):
                key = (after.site_id, kind)
                found = self._of_kind.get(key)
                if found is None:
                    found = self._of_kind[key] = OfKind(*key)
                found.put(after, moments)

    def _moments(self, state: EscalationState) -> Iterator[tuple[Kind, tuple[int, ...]]]:
        """When its grounds of each kind occurred, as far as that is not forgotten, in order."""
        until = self._forgotten_until()
        of_kind: dict[Kind, set[int]] = {}
        for ground in state.grounds:
            if ground.occurred_at > until:
                of_kind.setdefault(ground.kind, set()).add(ground.occurred_at)
        for kind, moments in of_kind.items():
            yield kind, tuple(sorted(moments))

    def _forgotten_until(self) -> int:
        return (self._latest_hour - _RECENT_HOURS) * HOUR_MS


def _looks_the_same(before: EscalationState, after: EscalationState) -> bool:
    """Whether the index has a case in the same places as before."""
    return (
        before.grounds == after.grounds
        and before.incident_id == after.incident_id
        and before.is_open == after.is_open
        and before.site_id == after.site_id
        and _holder(before) == _holder(after)
    )


def _holder(state: EscalationState) -> Holder:
    """By what it is decided whether who has a case can be reached."""
    return state.manager_id, state.severity


def _after(places: list[Place], moment: int) -> int:
    """Where those begin that occurred after a moment (ms)."""
    return bisect_left(places, (moment + 1,))


def _discard(ordered: list[S], each: S) -> None:
    index = bisect_right(ordered, each) - 1
    if index >= 0 and ordered[index] == each:
        del ordered[index]
