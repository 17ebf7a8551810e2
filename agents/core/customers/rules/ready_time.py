"""The rules of kind SILENCE on promised times: put off again and again, passed without a word."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.core.calendar import HOUR_MS, add_business_time
from agents.core.customers.rule_base.definition import Due, rule
from agents.core.customers.rule_base.facts import (
    events,
    instant,
    later,
    moment,
    reason,
    revisions_in_order,
    severity,
)
from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.history import silent_at
from agents.core.customers.rule_base.preconditions import Precondition
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules.silence import was_watched, words_of_centre
from agents.core.customers.state import ReadyTime, Visit
from schemas.records import CheckIn, Estimate, Kind, Rule, Severity


@rule(Kind.SILENCE, needs=Precondition.ESTIMATE)
def silence_ready_time_moved(context: RuleContext) -> tuple[Finding, ...]:
    """The promised ready-time moved later again and again.

    One sequence: the check-in's, then the estimates', each by its revisions, several merged by
    time. Later means later than the one before it; a fact without a time says nothing.
    """
    visit = context.visit
    limit = context.world.policy.rules.silence_ready_time_moved.times
    if len(visit.estimates) < limit:
        return ()
    promised = tuple(_promised(visit.check_ins, visit.estimates))
    moves = [pair for pair in pairwise(promised) if pair[1][1] > pair[0][1]]
    if len(moves) < limit:
        return ()
    trigger = later(fact for pair in moves for fact, _ in pair)
    return (
        Finding(
            rule=Rule.SILENCE_READY_TIME_MOVED,
            subject_id=None,
            severity=severity(visit),
            occurred_at=trigger.occurred_at,
            trigger_event_id=trigger.event_id,
            reads=events(visit.check_ins, (each for each in visit.estimates if each.ready_at)),
            reasons=(
                reason(
                    "SILENCE_READY_TIME_MOVED",
                    promised_first=instant(promised[0][1]),
                    promised_now=instant(promised[-1][1]),
                    moved=", ".join(
                        f"{instant(before)} to {instant(after)} ({fact.event_id})"
                        for (_, before), (fact, after) in moves
                    ),
                    times=len(moves),
                    times_limit=limit,
                ),
            ),
        ),
    )


def _promised(
    check_ins: Sequence[CheckIn], estimates: Sequence[Estimate]
) -> Iterator[tuple[CheckIn | Estimate, int]]:
    """The facts that promise a time, in the order of the promises, each with that time."""
    if check_ins:
        begun = later(check_ins)
        if begun.promised_ready_at is not None:
            yield begun, begun.promised_ready_at
    revisions: dict[str, list[Estimate]] = {}
    for each in estimates:
        revisions.setdefault(each.estimate_id, []).append(each)
    placed: list[tuple[tuple[int, str], int, Estimate]] = []
    for estimate_id in sorted(revisions):
        # A revision never comes before a lower one of its estimate, whenever it occurred.
        reached = (0, "")
        for place, revision in enumerate(revisions_in_order(revisions[estimate_id])):
            reached = max(reached, moment(revision))
            placed.append((reached, place, revision))
    for _, _, estimate in sorted(placed, key=lambda entry: entry[:2]):
        if estimate.ready_at is not None:
            yield estimate, estimate.ready_at


def _may_pass(visit: Visit) -> bool:
    """Only a promised time passes."""
    return any(each.promised_ready_at is not None for each in visit.check_ins) or any(
        each.ready_at is not None for each in visit.estimates
    )


def due(context: RuleContext) -> int | None:
    """The next moment at which a promised time will have passed for too long (ms)."""
    return min((each.due_at for each in _passing(context)), default=None)


@rule(
    Kind.SILENCE,
    needs=Precondition.READY_TIME,
    by_time=True,
    due=Due(_may_pass, due),
)
def silence_ready_time_passed(context: RuleContext) -> tuple[Finding, ...]:
    """The promised ready time in force passed business hours ago, and nobody has said a word.

    The words are those of SILENCE_NO_WORD; one at exactly the promised time is before it, one at
    exactly the due moment is in time. Only at sites that the policy lists: where closures come in
    batches, vehicles that went home long ago would make cases. Time makes it (`due`, `judged`),
    once for each promised time; only what occurred in time takes it away.
    """
    visit = context.visit
    judged = max(
        (each for each in visit.ready_times if not each.watched),
        key=lambda each: (each.due_at, each.ready_at),
        default=None,
    )
    if judged is None:
        return ()
    promise = _in_force(visit, judged.ready_at)
    if promise is None or _is_over(visit, judged):
        return ()
    return (
        Finding(
            rule=Rule.SILENCE_READY_TIME_PASSED,
            subject_id=None,
            severity=severity(visit, Severity.LOW),
            occurred_at=judged.due_at,
            trigger_event_id=promise.event_id,
            reads=events((promise,)),
            reasons=(
                reason(
                    "SILENCE_READY_TIME_PASSED",
                    event_id=promise.event_id,
                    promised_for=instant(judged.ready_at),
                    due_at=instant(judged.due_at),
                    business_hours=judged.business_hours,
                ),
            ),
            waits=True,
            due_at=judged.due_at,
        ),
    )


def judged(context: RuleContext) -> tuple[ReadyTime, ...]:
    """The visit's promised times with those whose due moment has come by `context.world.now`.

    Each is judged once: whether an escalation was open then, so that the desk's clocks watched.
    """
    new = (each for each in _passing(context) if each.due_at <= context.world.now)
    return (*context.visit.ready_times, *new)


def _passing(context: RuleContext) -> Iterator[ReadyTime]:
    """The promised times that are still to be judged, as they will be if nothing more comes."""
    visit, policy = context.visit, context.world.policy
    numbers = policy.rules.silence_ready_time_passed
    if context.site.site_id not in numbers.listed or not policy.writes_generation(2):
        return
    times = {each.promised_ready_at for each in visit.check_ins}
    times |= {each.ready_at for each in visit.estimates}
    times -= {each.ready_at for each in visit.ready_times}
    for ready_at in sorted(each for each in times if each is not None):
        due_at = add_business_time(context.site, ready_at, numbers.business_hours * HOUR_MS)
        passing = ReadyTime(
            ready_at=ready_at,
            due_at=due_at,
            business_hours=numbers.business_hours,
            watched=was_watched(visit, due_at),
        )
        counts_as_closed = not visit.closures and due_at >= silent_at(visit, context.world)
        if _in_force(visit, ready_at) and not _is_over(visit, passing) and not counts_as_closed:
            yield passing


def _in_force(visit: Visit, ready_at: int) -> CheckIn | Estimate | None:
    """What promised a time, if that promise held when the time came."""
    check_ins = tuple(each for each in visit.check_ins if each.occurred_at <= ready_at)
    estimates = tuple(each for each in visit.estimates if each.occurred_at <= ready_at)
    *_, last = (None, None), *_promised(check_ins, estimates)
    promise, promised = last
    return promise if promised == ready_at else None


def _is_over(visit: Visit, passing: ReadyTime) -> bool:
    """Whether a word came in time, or the visit was closed before its time came."""
    if any(each.occurred_at <= passing.ready_at for each in visit.closures):
        return True
    return any(passing.ready_at < at <= passing.due_at for at, _ in words_of_centre(visit))
