"""Site storms: many cases of one kind at one site within an hour are one incident.

An incident has no record of its own: each case knows which one it is part of, and the partition's
index says which cases of a kind a site had lately. It ends by itself, when nothing of the kind has
occurred for as long as it takes to begin one.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import MINUTE_MS
from agents.core.desk.assignment import there_from
from agents.core.desk.ceilings import highest_for, is_above
from agents.core.desk.moves import given_to, search_for
from agents.core.desk.occurrences import LOOKED_BACK_MS, OfKind, Place
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.desk.steps import Transition, step
from agents.core.world import World
from schemas.records import Disagreement, EscalationStatus, Manager, Reason, Why

# Reasons; facts: incident_id, site_id, kind, cases, within_minutes.
SITE_STORM = "SITE_STORM"  # of the step that made it an incident
PART_OF_STORM = "PART_OF_STORM"  # of the steps of all other cases

Near = tuple[int, int]  # after the one and before the other moment (ms)


class Storm(Struct, frozen=True, kw_only=True):
    """The incident that a disagreement begins, or is part of.

    `manager`: who has it. `earlier`: the cases that are part of it from now on too.
    """

    incident_id: str
    begins: bool
    facts: dict[str, str]
    manager: Manager | None = None
    earlier: tuple[EscalationState, ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the step that the disagreement makes is of an incident."""
        if self.begins:
            return (Reason(code=SITE_STORM, facts=self.facts),)
        return self.reasons_of_others

    @property
    def reasons_of_others(self) -> tuple[Reason, ...]:
        """Why the steps of the other cases are."""
        return (Reason(code=PART_OF_STORM, facts=self.facts),)


def storm_of(
    partition: Partition, disagreement: Disagreement, case: EscalationState | None, world: World
) -> Storm | None:
    """The storm of which a RAISED or JOINED is part; None where there is none.

    `case`: the one that it joins, or opens again.

    A case counts once, however many disagreements of the kind it has.
    """
    site_id = disagreement.site_id if case is None else case.site_id
    here = partition.of_kind(site_id, disagreement.kind) or OfKind(site_id, disagreement.kind)
    near = _near(disagreement.occurred_at, world)
    running = here.of_storms.first(*near)
    if running is not None:
        return _going_on(running, here, near, partition, world)
    case_id = (disagreement.escalation_id or "") if case is None else case.escalation_id
    return _begun(here, (disagreement.occurred_at, case_id), partition, world)


def _near(at: int, world: World) -> Near:
    """What counts at a moment: what occurred within a window of it, of the last two days."""
    window = world.policy.storm.within_minutes * MINUTE_MS
    return max(at - window, world.now - LOOKED_BACK_MS), at + window


def in_storm(
    state: EscalationState, storm: Storm | None, world: World, manager: Manager | None = None
) -> EscalationState:
    """The case as part of the storm, with its manager, who takes it neither down nor too high.

    Its clocks stay; who has acknowledged it may still act. What is part of a storm already stays
    so. `manager`: who has the storm, if it is not the storm's own.
    """
    manager = manager if storm is None or storm.manager is None else storm.manager
    if storm is None or state.incident_id is not None:
        return state
    state = replace(state, incident_id=storm.incident_id)
    if manager is None or not state.is_open or state.manager_id == manager.manager_id:
        return state
    if is_above(state.tier, manager.tier) or is_above(manager.tier, highest_for(state, world)):
        return state
    had = state.manager_id
    passed_by = state.passed_by
    if had is not None and state.acknowledged_by is not None and had not in passed_by:
        passed_by = (*passed_by, had)
    return replace(given_to(state, manager, world), passed_by=passed_by)


def others_told(storm: Storm | None, trigger: EscalationState, world: World) -> list[Transition]:
    """What becomes of the earlier cases: JOINED with the incident, and its one manager.

    Where the manager of the earliest can't be reached, that is whom the `trigger` got. A closed
    case only notes it; its next step says so.
    """
    told: list[Transition] = []
    for state in () if storm is None else storm.earlier:
        got_it = world.directory.managers.get(trigger.manager_id or "")
        after = in_storm(state, storm, world, got_it)
        if storm is not None and after.is_open:
            reasons = storm.reasons_of_others
            told.append(step(after, EscalationStatus.JOINED, world, reasons=reasons))
        else:
            told.append((after, ()))
    return told


def _going_on(
    running: Place, here: OfKind, near: Near, partition: Partition, world: World
) -> Storm:
    """The storm of the first case that is near: whoever has its first open one and is there."""
    incident_id = partition.records[running[1]].incident_id
    assert incident_id is not None, "it is part of a storm"
    incident = here.incidents[incident_id]
    firsts = (partition.records[each] for each in incident.first_open_of_each(*near))
    managers = (reachable(state, world) for state in firsts)
    return Storm(
        incident_id=incident_id,
        begins=False,
        facts=facts_of(incident_id, incident.all.cases(*near), world),
        manager=next((each for each in managers if each is not None), None),
    )


def _begun(here: OfKind, trigger: Place, partition: Partition, world: World) -> Storm | None:
    """The storm that begins with the trigger, if there are enough cases within the time.

    All times that begin with a ground, hold the trigger and have enough cases make it together;
    each holds the trigger, so those that are near and have too few are before or behind them. What
    is looked at there are less cases than the policy asks for, on either side.
    """
    window, enough = world.policy.storm.within_minutes * MINUTE_MS, world.policy.storm.cases
    counted = _Counted(here, trigger, partition, world)
    if counted.cases(counted.near[0] + 1, counted.near[1]) < enough:
        return None
    first = next((t for t in counted.up_to() if counted.cases(t, t + window) >= enough), None)
    if first is None:
        return None
    last = next(t for t in counted.back_from() if counted.cases(t, t + window) >= enough)
    incident_id = f"{here.prefix}{first}"
    earlier = counted.of_none(first, last + window)
    earliest = next((each for each in earlier if each.is_open), None)
    return Storm(
        incident_id=incident_id,
        begins=True,
        facts=facts_of(incident_id, counted.cases(first, last + window), world),
        manager=None if earliest is None else reachable(earliest, world),
        earlier=earlier,
    )


class _Counted:
    """The cases near a trigger, which counts with them."""

    def __init__(self, here: OfKind, trigger: Place, partition: Partition, world: World) -> None:
        self.near = _near(trigger[0], world)
        self._here, self._partition = here, partition
        self._at, self._case_id = trigger
        state = partition.records.get(self._case_id)
        self._own = [] if state is None else here.moments_of(state)

    def cases(self, since: int, before: int) -> int:
        """How many cases have a ground from a moment up to before another (ms), each once."""
        since = max(since, self.near[0] + 1)
        counts_already = any(since <= each < before for each in self._own)
        return self._here.all.cases(since - 1, before) + (not counts_already)

    def up_to(self) -> Iterator[int]:
        """The moments up to the trigger's, in order."""
        yield from (at for at, _ in self._here.all.between(self.near[0], self._at + 1))
        yield self._at

    def back_from(self) -> Iterator[int]:
        """The same from there back."""
        yield self._at
        yield from (at for at, _ in self._here.all.back(self.near[0], self._at + 1))

    def of_none(self, since: int, before: int) -> tuple[EscalationState, ...]:
        """The others within a time that are part of no storm, in the order of what is near."""
        within = {case_id for _, case_id in self._here.of_none.between(since - 1, before)}
        near = (case_id for _, case_id in self._here.of_none.between(*self.near))
        found = dict.fromkeys(each for each in near if each in within and each != self._case_id)
        return tuple(self._partition.records[each] for each in found)


def reachable(state: EscalationState, world: World) -> Manager | None:
    """The case's manager, if they can be reached; a storm counts as one case, so limits aside.

    By who has it and how grave it is: of two open cases alike in that the answer is one.
    """
    manager = world.directory.managers.get(state.manager_id or "")
    if manager is None:
        return None
    search = replace(search_for(state, world), tried=())
    return None if isinstance(there_from(manager, search), Why) else manager


def facts_of(incident_id: str, cases: int, world: World) -> dict[str, str]:
    """What is compared where something is part of a storm of so many cases."""
    site_id, kind, _ = incident_id.rsplit(":", 2)
    return {
        "incident_id": incident_id,
        "site_id": site_id,
        "kind": kind,
        "cases": str(cases),
        "within_minutes": str(world.policy.storm.within_minutes),
    }
