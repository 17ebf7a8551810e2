"""Stage desk: what each record, and the passing of time, does to the escalations of a partition."""

from collections.abc import Mapping

from msgspec.structs import replace

from agents.core.desk.actions import handle_action
from agents.core.desk.case_records import CasesUnshown, tried_later, unshown, with_cases
from agents.core.desk.cases import correct, join, merge, open_case, reopen
from agents.core.desk.heard import with_doings
from agents.core.desk.inbound import handle_answer, handle_delivery, handle_erased
from agents.core.desk.insights import with_insights
from agents.core.desk.limits import full_of_grounds
from agents.core.desk.low_cases import with_many_low
from agents.core.desk.notices import untold, with_notices
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState, Phase
from agents.core.desk.storms import others_told, storm_of
from agents.core.desk.timers.firing import fire_due_timers
from agents.core.desk.unit_of_work import UnitOfWork
from agents.core.handling import (
    NOTHING,
    Arrived,
    DeadLetterCause,
    DeadLettered,
    Handled,
    Skipped,
    Turns,
    in_one_go,
    too_far_ahead,
)
from agents.core.world import World
from schemas.records import (
    Action,
    Answer,
    Decision,
    Delivery,
    Disagreement,
    Erased,
    Severity,
)


def handle(partition: Partition, arrived: Arrived, world: World) -> Handled[EscalationState]:
    """What one record changes, and who is told."""
    record = arrived.record
    handled = with_doings(_handled_record(partition, arrived, world), record, world)
    told = in_one_go(with_notices(partition, handled, world, record))
    counted = with_insights(partition, with_many_low(partition, told, world), world)
    try:
        return in_one_go(with_cases(partition, counted, world))
    except CasesUnshown as error:
        raise next(iter(error.failing.values())) from None


def handle_time(
    partition: Partition, world: World, aside: Mapping[str, Exception] = NOTHING
) -> Turns[Handled[EscalationState]]:
    """What is due at or before now, and who is told; others may have a turn in between.

    A case on which that fails stays as it is; the others go on. `aside`: those on which it is known
    to fail.
    """
    handled = yield from fire_due_timers(partition, world, aside)
    if aside:
        handled = tried_later(partition, handled, world, aside)
    try:
        told = yield from with_notices(partition, handled, world)
        counted = with_insights(partition, told, world)
        also = [each for each in unshown(partition, world) if each not in aside]
        return (yield from with_cases(partition, counted, world, also=also))
    except CasesUnshown as error:
        failing = error.failing
    except Exception:
        failing = untold(partition, handled, world)
        if not failing:
            raise
    if not failing.keys() - aside.keys():
        raise next(iter(failing.values()))
    return (yield from handle_time(partition, world, {**aside, **failing}))


def _handled_record(
    partition: Partition, arrived: Arrived, world: World
) -> Handled[EscalationState]:
    """What one record changes. Decisions that concern no escalation change nothing."""
    match arrived.record:
        case Action() as action:
            return handle_action(partition, arrived, action, world)
        case Disagreement() as disagreement:
            return _disagreement(partition, arrived, disagreement, world)
        case Answer() as answer:
            return handle_answer(partition, arrived, answer, world)
        case Delivery() as delivery:
            return handle_delivery(partition, arrived, delivery, world)
        case Erased() as erased:
            return handle_erased(partition, erased, world)
        case _:
            return Handled()


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
            return Handled(passed_over=Skipped.OF_LATER_VERSION)
        case _:
            return Handled()


def _grounds(
    partition: Partition, disagreement: Disagreement, world: World
) -> Handled[EscalationState]:
    """RAISED or JOINED, whatever crossed on the way: see `cases`."""
    if disagreement.severity is Severity.UNKNOWN:
        disagreement = replace(disagreement, severity=Severity.NORMAL)
    stopped = _stopped(partition, disagreement)
    if stopped is not None:
        return stopped
    if disagreement.escalation_id is None:
        return _invalid(f"a {disagreement.decision} needs its escalation_id")
    named = _named(partition, disagreement)
    if partition.is_forgotten(disagreement.escalation_id) or (named and named.erased):
        return Handled(rejected=_FORGOTTEN)
    there = partition.open_of(disagreement.visit_id)
    full = full_of_grounds(there or named)
    if full is not None:
        return Handled(rejected=full)
    storm = storm_of(partition, disagreement, there or named, world)
    working = UnitOfWork(partition)
    if there is not None and disagreement.decision is Decision.RAISED and named is None:
        merged, told = merge(disagreement, there, world, working, storm)
        working.take(merged, told)
    elif there is not None:
        told = join(there, disagreement, world, working, storm)
        working.take(told)
    elif named is not None:
        told = reopen(named, disagreement, world, working, storm)
        working.take(told)
    else:
        told = open_case(disagreement, world, working, storm)
        working.take(told)
    working.take(*others_told(storm, told[0], world))
    return working.handled()


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
            working = UnitOfWork(partition)
            working.take(correct(state, disagreement, world))
            return working.handled()
    return Handled(passed_over=Skipped.NOT_KNOWN)


def _stopped(partition: Partition, disagreement: Disagreement) -> Handled[EscalationState] | None:
    """Why a disagreement can't be applied, or was applied before."""
    of_visit = partition.of_visit(disagreement.visit_id)
    for state in of_visit:
        if state.customer_id != disagreement.customer_id and not state.erased:
            return _invalid(
                f"customer_id is not that of escalation {state.escalation_id} "
                f"of the same visit {state.visit_id}: a visit belongs to one customer"
            )
    named = partition.get(disagreement.escalation_id or "")
    if named is not None and named.visit_id != disagreement.visit_id:
        return _invalid(f"escalation {named.escalation_id} is of visit {named.visit_id}")
    if any(disagreement.disagreement_id in state.disagreement_ids for state in of_visit):
        return Handled(passed_over=Skipped.DUPLICATE)
    return None


def _named(partition: Partition, disagreement: Disagreement) -> EscalationState | None:
    """The escalation that the disagreement names; of a merged one, the one it went into."""
    named = partition.get(disagreement.escalation_id or "")
    if named is None or named.merged_into is None:
        return named
    return partition.get(named.merged_into) or named


_FORGOTTEN = DeadLettered(
    reason=DeadLetterCause.ERASED,
    detail="the customer asked to be forgotten since",
)


def _invalid(detail: str) -> Handled[EscalationState]:
    return Handled(rejected=DeadLettered(reason=DeadLetterCause.INVALID, detail=detail))
