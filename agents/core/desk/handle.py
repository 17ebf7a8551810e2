"""Stage desk: what each record, and the passing of time, does to the escalations of a partition."""

from collections import Counter

from agents.core.calendar import DAY_MS
from agents.core.desk.actions import handle_action
from agents.core.desk.cases import (
    Told,
    choose_again,
    correct,
    join,
    merge,
    open_case,
    reopen,
)
from agents.core.desk.notices import with_notices
from agents.core.desk.partition import Loads, Partition
from agents.core.desk.state import Assignment, EscalationState, Phase
from agents.core.handling import (
    Arrived,
    Handled,
    Output,
    PassedOver,
    Refusal,
    Rejected,
    too_far_ahead,
    unknown,
)
from agents.core.world import World
from schemas.records import Action, Answer, Decision, Delivery, Disagreement, Severity


def handle(partition: Partition, arrived: Arrived, world: World) -> Handled[EscalationState]:
    """What one record changes, and who is told."""
    return with_notices(partition, _handled_record(partition, arrived, world), world)


def handle_time(partition: Partition, world: World) -> Handled[EscalationState]:
    """What is due at or before now, and who is told."""
    return with_notices(partition, _handled_time(partition, world), world)


def _handled_record(
    partition: Partition, arrived: Arrived, world: World
) -> Handled[EscalationState]:
    """What one record changes. Decisions that concern no escalation change nothing."""
    match arrived.record:
        case Action() as action:
            return handle_action(partition, arrived, action, world)
        case Disagreement() as disagreement:
            return _disagreement(partition, arrived, disagreement, world)
        case Answer() | Delivery() as about if partition.get(about.escalation_id or "") is None:
            return Handled(passed_over=PassedOver.NOT_KNOWN)
        case _:
            return Handled()


def _handled_time(partition: Partition, world: World) -> Handled[EscalationState]:
    """What is due at or before now: closed ones kept long enough go; who has nobody is asked for.

    The choice for a case without a manager is made again on each call; each counts in the next.
    """
    kept_since = world.now - world.policy.kept.closed_escalation_days * DAY_MS
    changed: dict[str, EscalationState | None] = {
        state.escalation_id: None for state in partition.ended_by(kept_since)
    }
    outputs: list[Output] = []
    loads = _LoadsSoFar(partition)
    for state in partition.without_manager():
        told = choose_again(state, world, loads)
        if told is not None:
            after, made = told
            changed[after.escalation_id] = after
            outputs.extend(made)
            loads.add(after.region_id, after.assignments[-1])
    return Handled(changed=changed, outputs=tuple(outputs))


def _disagreement(
    partition: Partition, arrived: Arrived, disagreement: Disagreement, world: World
) -> Handled[EscalationState]:
    ahead = too_far_ahead(arrived, disagreement.occurred_at, world.policy.ahead_at_most_minutes)
    if ahead is not None:
        return Handled(rejected=ahead)
    match disagreement.decision:
        case Decision.RAISED | Decision.JOINED:
            return _grounds(partition, disagreement, world)
        case Decision.CORRECTED:
            return _correction(partition, disagreement, world)
        case Decision.UNKNOWN:
            return _invalid(unknown("decision", Decision))
        case _:
            return Handled()


def _grounds(
    partition: Partition, disagreement: Disagreement, world: World
) -> Handled[EscalationState]:
    """RAISED or JOINED, whatever crossed on the way: see `cases`."""
    stopped = _stopped(partition, disagreement)
    if stopped is not None:
        return stopped
    if disagreement.escalation_id is None:
        return _invalid(f"a {disagreement.decision} needs its escalation_id")
    named = _named(partition, disagreement)
    there = partition.open_of(disagreement.visit_id)
    if there is not None and disagreement.decision is Decision.RAISED and named is None:
        return _handled(*merge(disagreement, there, world, partition))
    if there is not None:
        return _handled(join(there, disagreement, world, partition))
    if named is not None:
        return _handled(reopen(named, disagreement, world, partition))
    return _handled(open_case(disagreement, world, partition))


def _correction(
    partition: Partition, disagreement: Disagreement, world: World
) -> Handled[EscalationState]:
    """CORRECTED: of whichever escalation of the visit has the ground, the open one first."""
    stopped = _stopped(partition, disagreement)
    if stopped is not None:
        return stopped
    if disagreement.corrects is None:
        return _invalid("a CORRECTED needs `corrects`: the disagreement whose ground is gone")
    for state in partition.of_visit(disagreement.visit_id):
        if state.phase is not Phase.MERGED and state.stands_on(disagreement.corrects):
            return _handled(correct(state, disagreement, world))
    return Handled(passed_over=PassedOver.NOT_KNOWN)


def _stopped(partition: Partition, disagreement: Disagreement) -> Handled[EscalationState] | None:
    """Why a disagreement can't be applied, or was applied before."""
    if disagreement.severity is Severity.UNKNOWN:
        return _invalid(unknown("severity", Severity))
    of_visit = partition.of_visit(disagreement.visit_id)
    for state in of_visit:
        if state.customer_id != disagreement.customer_id:
            return _invalid(
                f"customer_id is not that of escalation {state.escalation_id} "
                f"of the same visit {state.visit_id}: a visit belongs to one customer"
            )
    named = partition.get(disagreement.escalation_id or "")
    if named is not None and named.visit_id != disagreement.visit_id:
        return _invalid(f"escalation {named.escalation_id} is of visit {named.visit_id}")
    if any(disagreement.disagreement_id in state.disagreement_ids for state in of_visit):
        return Handled(passed_over=PassedOver.DUPLICATE)
    return None


def _named(partition: Partition, disagreement: Disagreement) -> EscalationState | None:
    """The escalation that the disagreement names; of a merged one, the one it went into."""
    named = partition.get(disagreement.escalation_id or "")
    if named is None or named.merged_into is None:
        return named
    return partition.get(named.merged_into) or named


def _invalid(detail: str) -> Handled[EscalationState]:
    return Handled(rejected=Rejected(reason=Refusal.INVALID, detail=detail))


def _handled(*told: Told) -> Handled[EscalationState]:
    return Handled(
        changed={state.escalation_id: state for state, _ in told},
        outputs=tuple(each for _, made in told for each in made),
    )


class _LoadsSoFar:
    """The partition's loads with what this handling has given out already."""

    def __init__(self, loads: Loads) -> None:
        self._loads = loads
        self._open: Counter[tuple[str, str]] = Counter()
        self._new: list[tuple[str, Assignment]] = []

    def add(self, region_id: str, assignment: Assignment) -> None:
        self._open[region_id, assignment.manager_id] += 1
        self._new.append((region_id, assignment))

    def open_cases(self, region_id: str, manager_id: str) -> int:
        given = self._open[region_id, manager_id]
        return self._loads.open_cases(region_id, manager_id) + given

    def new_cases(self, region_id: str, manager_id: str, since: int, until: int) -> int:
        given = sum(
            1
            for region, each in self._new
            if (region, each.manager_id) == (region_id, manager_id) and since <= each.as_of < until
        )
        return self._loads.new_cases(region_id, manager_id, since, until) + given
