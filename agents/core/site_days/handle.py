"""Stage insights: what each record, and the passing of time, adds to the days of sites."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from agents.core.handling import (
    NOTHING,
    TRIED_AGAIN_MS,
    Arrived,
    Failure,
    Handled,
    Skipped,
    Turns,
)
from agents.core.site_days.cases import with_step
from agents.core.site_days.changes import Changes
from agents.core.site_days.counts import of_disagreement
from agents.core.site_days.partition import Partition
from agents.core.site_days.state import DAYS, MOST_PENDING, SiteDayState, State
from agents.core.world import World
from schemas.records import (
    Answer,
    Decision,
    Delivery,
    Disagreement,
    Escalation,
    Insight,
    SiteDay,
)


def handle(partition: Partition, arrived: Arrived, world: World) -> Handled[State]:
    """What one record adds; nothing under a policy of generation 1.

    Where the policy was taken back to it, what is counted later is whole from then on only.
    """
    changes = Changes(partition, world)
    if not world.policy.writes_generation(2):
        changes.miss()
        return Handled(changed=changes.changed)
    for key in partition.going(world.now):
        changes.let_go(key)
    changes.begin(arrived)
    skipped = _take(changes, arrived)
    return Handled(changed=changes.changed, outputs=tuple(changes.outputs), passed_over=skipped)


def handle_time(
    partition: Partition, world: World, aside: Mapping[str, Exception] = NOTHING
) -> Turns[Handled[State]]:
    """Write what has changed and waited long enough, and let go of what is over.

    `aside`: days that are known to be such that they can't be written; they are tried again later.
    """
    due = partition.next_due()
    if due is None or due > world.now or not world.policy.writes_generation(2):
        return Handled()
    changes = Changes(partition, world)
    for key in partition.to_be_written(world.now):
        if key in aside:
            state = partition.get(key)
            assert isinstance(state, SiteDayState), "only days are written"
            changes.changed[key] = replace(state, changed_since=world.now + TRIED_AGAIN_MS)
        else:
            changes.write(key)
        yield
    for key in partition.going(world.now):
        if key in aside:
            changes.changed[key] = None
        else:
            changes.let_go(key)
        yield
    failures = tuple(Failure(key=key, error=error) for key, error in aside.items())
    return Handled(changed=changes.changed, outputs=tuple(changes.outputs), failures=failures)


def whose(record: Struct) -> str | None:
    """Under what a day is kept of which something was to be written."""
    return DAYS + record.site_day_id if isinstance(record, SiteDay) else None


def _take(changes: Changes, arrived: Arrived) -> Skipped | None:
    match arrived.record:
        case Insight() as insight:
            if arrived.record_id is not None and not changes.is_new(arrived.record_id):
                return Skipped.DUPLICATE
            changes.add(
                insight.site_id,
                insight.region_id,
                insight.day,
                insight.counts,
                arm=insight.arm,
                share=insight.share,
                manager_id=insight.manager_id,
            )
        case Disagreement() as disagreement:
            return _disagreement(changes, disagreement)
        case Escalation() as step:
            return _step(changes, step)
        case Answer() as answer:
            named = f"{answer.event_id}:{answer.escalation_id}"
            if not changes.is_new(named):
                return Skipped.DUPLICATE
            name = f"answers_{answer.response}".lower()
            _of_case(changes, answer.escalation_id, answer, name)
        case Delivery() as delivery if delivery.escalation_id is not None:
            if not changes.is_new(f"{delivery.notice_id}:{delivery.delivered}"):
                return Skipped.DUPLICATE
            name = "notices_delivered" if delivery.delivered else "notices_failed"
            _of_case(changes, delivery.escalation_id, delivery, name)
        case _:
            pass
    return None


def _disagreement(changes: Changes, record: Disagreement) -> Skipped | None:
    if record.decision is Decision.UNKNOWN:
        return Skipped.OF_LATER_VERSION
    if not changes.is_new(record.disagreement_id):
        return Skipped.DUPLICATE
    changes.add(
        record.site_id,
        record.region_id,
        changes.local_day(record.site_id, record.decided_at),
        of_disagreement(record),
        arm=record.arm,
    )
    return None


def _step(changes: Changes, step: Escalation) -> Skipped | None:
    key, before = changes.case(step.escalation_id)
    if step.step <= before.step:
        return Skipped.DUPLICATE
    after, added = with_step(before, step)
    changes.changed[key] = replace(after, pending=())
    if added.counts or added.durations:
        day = changes.local_day(step.site_id, step.occurred_at)
        changes.add(step.site_id, step.region_id, day, added.counts, added.durations)
    for name, at in before.pending:
        changes.add(step.site_id, step.region_id, changes.local_day(step.site_id, at), {name: 1})
    return None


def _of_case(changes: Changes, escalation_id: str, record: Answer | Delivery, name: str) -> None:
    """Count at the case's site; where no step of it has come yet, when one comes."""
    at = record.occurred_at
    key, case = changes.case(escalation_id)
    if case.site_id is not None:
        day = changes.local_day(case.site_id, at)
        changes.add(case.site_id, record.region_id, day, {name: 1})
    elif len(case.pending) < MOST_PENDING:
        changes.changed[key] = replace(case, pending=(*case.pending, (name, at)))
