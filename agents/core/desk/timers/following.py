"""Deadlines of open cases that follow a change of hours or policy, where the policy says so.

A clock counts anew from when it began, by the hours and numbers of now. What it then should have
done in the past it does now: nothing has a moment before the change. What has passed stays passed.
"""

from msgspec.structs import replace

from agents.core.customers.rule_base.facts import instant
from agents.core.desk.state import Clocks, EscalationState, Mark, TierMark
from agents.core.desk.steps import Transition, step, watched
from agents.core.desk.timers import clocks
from agents.core.world import World
from schemas.records import EscalationStatus, Reason

# A reason of a step WARNED; facts: acknowledge_by and decide_by as they were before.
DEADLINES_CHANGED = "DEADLINES_CHANGED"


def followed(state: EscalationState, world: World) -> Transition:
    """WARNED with the new deadlines; nothing is said where they are the old ones.

    While the case waits for the customer its clocks stand still: they are counted up to when the
    wait began, and go on from there.
    """
    before = state.clocks
    if state.wait is None:
        after = replace(state, clocks=_counted_anew(state, before, world, world.now))
    else:
        stood = _counted_anew(state, state.wait.clocks, world, state.wait.since)
        since, at = state.wait.since, state.wait.until
        still = clocks.resumed(world, state.site_id, state.severity, stood, since=since, at=at)
        after = replace(state, wait=replace(state.wait, clocks=stood), clocks=still)
    same = (before.acknowledge_by, before.decide_by)
    if same == (after.clocks.acknowledge_by, after.clocks.decide_by):
        return watched(after, world), ()
    facts = {"acknowledge_by": instant(same[0]), "decide_by": instant(same[1])}
    reason = Reason(code=DEADLINES_CHANGED, facts=facts)
    return step(after, EscalationStatus.WARNED, world, reasons=(reason,))


def _counted_anew(state: EscalationState, before: Clocks, world: World, now: int) -> Clocks:
    """The clocks by the hours and numbers of now; `now`: nothing comes before it (ms)."""
    site_id, severity = state.site_id, state.severity
    rules = world.policy.clocks.of(severity)
    begun = before.begun
    assert begun is not None, "only such a case is counted anew"
    now_by = replace(begun, set_by=clocks.set_by(world, site_id, severity))
    changed = replace(before, begun=now_by)
    asked = state.acknowledged_by is None and before.acknowledge_by > now
    if asked and begun.acknowledge:
        since = replace(world, now=begun.acknowledge)
        anew = clocks.acknowledge_anew(since, site_id, severity, before)
        changed = replace(
            changed,
            acknowledge_by=max(now, anew.acknowledge_by),
            warn_acknowledge=_to_come(anew.warn_acknowledge, now),
        )
    runs = not before.decide_passed and before.decide_again_at is None
    if runs and begun.decide and before.decide_by > now:
        whole = begun.decide == begun.opened
        minutes = rules.decide_minutes if whole else before.decide_minutes
        since = replace(world, now=begun.decide)
        decide_by = clocks.after_minutes(since, site_id, severity, minutes)
        changed = replace(
            changed,
            decide_by=max(now, decide_by),
            decide_minutes=minutes,
            warn_decide=_to_come(clocks.marks(since, site_id, severity, minutes), now),
        )
    changed = clocks.within_decision(changed, world)
    since_opening = replace(world, now=begun.opened)
    return replace(changed, tiers=tuple(sorted(_tiers(state, before, since_opening, now))))


def _tiers(
    state: EscalationState, before: Clocks, since_opening: World, now: int
) -> list[TierMark]:
    """The moves of the table that are still to come; one that it does not have any more goes."""
    after = since_opening.policy.clocks.of(state.severity).next_tier_after_minutes
    found = [mark for mark in before.tiers if mark.at <= now]
    for mark in before.tiers:
        minutes = after.get(mark.tier)
        if mark.at > now and minutes is not None:
            at = clocks.after_minutes(since_opening, state.site_id, state.severity, minutes)
            found.append(TierMark(max(now, at), mark.tier))
    return found


def _to_come(marks: tuple[Mark, ...], now: int) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark.at > now)
