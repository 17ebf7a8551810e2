"""Storms as they were looked for at first: every case of the site and kind, again and again.

Slow and plain. What it says is what holds; it reads the table alone, no index.
"""

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.desk.storms import Storm, facts_of, reachable
from agents.core.world import World
from schemas.records import Disagreement, Kind

Near = list[tuple[int, EscalationState]]


def storm_by_looking_at_all(
    partition: Partition, disagreement: Disagreement, case: EscalationState | None, world: World
) -> Storm | None:
    window = world.policy.storm.within_minutes * MINUTE_MS
    at = disagreement.occurred_at
    site_id = disagreement.site_id if case is None else case.site_id
    near = [
        (occurred_at, state)
        for occurred_at, state in of_kind_at(
            partition, site_id, disagreement.kind, at - window, at + window
        )
        if occurred_at > world.now - 2 * DAY_MS
    ]
    prefix = f"{site_id}:{disagreement.kind}:"
    for _, state in near:
        if state.incident_id is not None and state.incident_id.startswith(prefix):
            return _going_on(state.incident_id, near, world)
    case_id = (disagreement.escalation_id or "") if case is None else case.escalation_id
    return _begun(near, (at, case_id), prefix, world)


def of_kind_at(partition: Partition, site_id: str, kind: Kind, since: int, until: int) -> Near:
    found = {
        (ground.occurred_at, state.escalation_id)
        for state in partition.records.values()
        if state.site_id == site_id
        for ground in state.grounds
        if ground.kind is kind and since < ground.occurred_at < until
    }
    return [(at, partition.records[escalation_id]) for at, escalation_id in sorted(found)]


def _going_on(incident_id: str, near: Near, world: World) -> Storm:
    of_incident = [state for _, state in near if state.incident_id == incident_id]
    managers = (reachable(state, world) for state in of_incident if state.is_open)
    cases = len({state.escalation_id for state in of_incident})
    return Storm(
        incident_id=incident_id,
        begins=False,
        facts=facts_of(incident_id, cases, world),
        manager=next((each for each in managers if each is not None), None),
    )


def _begun(near: Near, trigger: tuple[int, str], prefix: str, world: World) -> Storm | None:
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
        facts=facts_of(incident_id, len(members), world),
        manager=None if earliest is None else reachable(earliest, world),
        earlier=tuple(earlier.values()),
    )
