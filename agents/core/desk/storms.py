"""Site storms: many cases of one kind at one site within an hour are one incident.

An incident has no record of its own: each case knows which one it is part of, and the partition's
index says which cases of a kind a site had lately. It ends by itself, when nothing of the kind has
occurred for as long as it takes to begin one.
"""

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.desk.assignment import TIERS, unreachable
from agents.core.desk.moves import given_to, search_for
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.desk.steps import Told, step
from agents.core.world import World
from schemas.records import Disagreement, EscalationStatus, Manager, Reason, Why

# Reasons; facts: incident_id, site_id, kind, cases, within_minutes.
SITE_STORM = "SITE_STORM"  # of the step that made it an incident
PART_OF_STORM = "PART_OF_STORM"  # of the steps of all other cases

_LOOKED_BACK = 2 * DAY_MS


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
    window = world.policy.storm.within_minutes * MINUTE_MS
    at = disagreement.occurred_at
    site_id = disagreement.site_id if case is None else case.site_id
    near = [
        (occurred_at, state)
        for occurred_at, state in partition.of_kind_at(
            site_id, disagreement.kind, at - window, at + window
        )
        if occurred_at > world.now - _LOOKED_BACK
    ]
    prefix = f"{site_id}:{disagreement.kind}:"
    for _, state in near:
        if state.incident_id is not None and state.incident_id.startswith(prefix):
            return _going_on(state.incident_id, near, world)
    case_id = (disagreement.escalation_id or "") if case is None else case.escalation_id
    return _begun(near, (at, case_id), prefix, world)


def in_storm(
    state: EscalationState, storm: Storm | None, world: World, manager: Manager | None = None
) -> EscalationState:
    """The case as part of the storm, with its manager unless a higher tier has it.

    Its clocks stay; who has acknowledged it may still act. What is part of a storm already stays
    so. `manager`: who has the storm, if it is not the storm's own.
    """
    manager = manager if storm is None or storm.manager is None else storm.manager
    if storm is None or state.incident_id is not None:
        return state
    state = replace(state, incident_id=storm.incident_id)
    if manager is None or not state.is_open or state.manager_id == manager.manager_id:
        return state
    if TIERS.index(state.tier) > TIERS.index(manager.tier):
        return state
    had = state.manager_id
    passed_by = state.passed_by
    if had is not None and state.acknowledged_by is not None and had not in passed_by:
        passed_by = (*passed_by, had)
    return replace(given_to(state, manager, world), passed_by=passed_by)


def others_told(storm: Storm | None, trigger: EscalationState, world: World) -> list[Told]:
    """What becomes of the earlier cases: JOINED with the incident, and its one manager.

    Where the manager of the earliest can't be reached, that is whom the `trigger` got. A closed
    case only notes it; its next step says so.
    """
    told: list[Told] = []
    for state in () if storm is None else storm.earlier:
        got_it = world.directory.managers.get(trigger.manager_id or "")
        after = in_storm(state, storm, world, got_it)
        if storm is not None and after.is_open:
            reasons = storm.reasons_of_others
            told.append(step(after, EscalationStatus.JOINED, world, reasons=reasons))
        else:
            told.append((after, ()))
    return told


def _going_on(incident_id: str, near: list[tuple[int, EscalationState]], world: World) -> Storm:
    of_incident = [state for _, state in near if state.incident_id == incident_id]
    managers = (_reachable(state, world) for state in of_incident if state.is_open)
    cases = len({state.escalation_id for state in of_incident})
    return Storm(
        incident_id=incident_id,
        begins=False,
        facts=_facts(incident_id, cases, world),
        manager=next((each for each in managers if each is not None), None),
    )


def _begun(
    near: list[tuple[int, EscalationState]],
    trigger: tuple[int, str],
    prefix: str,
    world: World,
) -> Storm | None:
    """The storm that begins with the trigger, if there are enough cases within the time."""
    window = world.policy.storm.within_minutes * MINUTE_MS
    at, case_id = trigger
    moments = sorted([*((each, state.escalation_id) for each, state in near), trigger])
    members: dict[str, int] = {}
    for since, _ in moments:
        within = {case: each for each, case in reversed(moments) if since <= each < since + window}
        if since <= at < since + window and len(within) >= world.policy.storm.cases:
            members = within | members
    if not members:
        return None
    incident_id = f"{prefix}{min(members.values())}"
    earlier = {
        state.escalation_id: state
        for _, state in near
        if state.escalation_id in members
        and state.escalation_id != case_id
        and state.incident_id is None
    }
    earliest = next((state for state in earlier.values() if state.is_open), None)
    return Storm(
        incident_id=incident_id,
        begins=True,
        facts=_facts(incident_id, len(members), world),
        manager=None if earliest is None else _reachable(earliest, world),
        earlier=tuple(earlier.values()),
    )


def _reachable(state: EscalationState, world: World) -> Manager | None:
    """The case's manager, if they can be reached; a storm counts as one case, so limits aside."""
    manager = world.directory.managers.get(state.manager_id or "")
    if manager is None:
        return None
    search = replace(search_for(state, world), tried=())
    why = unreachable(manager, search, world, _NO_LOADS)
    return manager if why in (None, Why.AT_LIMIT) else None


class _NoLoads:
    """Nobody has anything to do: where limits don't count."""

    def open_cases(self, region_id: str, manager_id: str) -> int:
        del region_id, manager_id
        return 0

    def new_cases(self, region_id: str, manager_id: str, since: int, until: int) -> int:
        del region_id, manager_id, since, until
        return 0


_NO_LOADS = _NoLoads()


def _facts(incident_id: str, cases: int, world: World) -> dict[str, str]:
    site_id, kind, _ = incident_id.rsplit(":", 2)
    return {
        "incident_id": incident_id,
        "site_id": site_id,
        "kind": kind,
        "cases": str(cases),
        "within_minutes": str(world.policy.storm.within_minutes),
    }
