"""Faults planted in what a run wrote: the auditor must find each of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from agents.operations.audit.finding import Breach
from schemas.records import (
    Arm,
    Decision,
    Disagreement,
    Erased,
    Escalation,
    EscalationStatus,
    Notice,
)

S = EscalationStatus
ENDS = {S.RESOLVED, S.WITHDRAWN, S.MERGED}
Records = list[Struct]
Place = Struct  # what a fault is planted at


def steps(made: Records) -> list[Escalation]:
    return [each for each in made if isinstance(each, Escalation)]


def last_steps(made: Records) -> dict[str, Escalation]:
    """The last step of each case."""
    return {each.escalation_id: each for each in sorted(steps(made), key=lambda each: each.step)}


def without(made: Records, gone: Sequence[Struct]) -> Records:
    return [each for each in made if not any(each is other for other in gone)]


def _inner_steps(made: Records) -> Iterator[Struct]:
    last = last_steps(made)
    yield from (each for each in steps(made) if each is not last[each.escalation_id])


def _told_steps(made: Records) -> Iterator[Struct]:
    told = {each.notice_id for each in made if isinstance(each, Notice)}
    for each in steps(made):
        named = f"{each.escalation_id}:{each.step}:customer" in told
        if named and each.status in {S.OPENED, S.REOPENED, S.RESOLVED}:
            yield each


def _untold(made: Records, step: Escalation) -> Records:
    ids = {f"{step.escalation_id}:{step.step + more}:customer" for more in (0, 1)}
    return [each for each in made if not (isinstance(each, Notice) and each.notice_id in ids)]


def _moves(made: Records) -> Iterator[Struct]:
    """What came of a deadline at its moment, while the case's clocks ran."""
    before: dict[str, Escalation] = {}
    for each in steps(made):
        last = before.get(each.escalation_id)
        passed = last is not None and last.decide_by == each.occurred_at
        codes = {reason.code for reason in each.reasons} & {"UNDECIDED", "OVERDUE"}
        if passed and codes and last is not None and last.status is not S.WAITING:
            yield each
        if each.status is not S.REFUSED:
            before[each.escalation_id] = each


def _missed_promises(made: Records) -> Iterator[Struct]:
    for each in steps(made):
        if any(reason.code == "SILENCE_PROMISE_MISSED" for reason in each.reasons):
            yield each


def _ended_waits(made: Records) -> Iterator[Struct]:
    for each in steps(made):
        if any(reason.code == "WAIT_ENDED" for reason in each.reasons):
            yield each


def _cut(made: Records, step: Escalation) -> Records:
    """The case as if time had not come to this step."""
    return [
        each
        for each in made
        if not (
            isinstance(each, Escalation)
            and each.escalation_id == step.escalation_id
            and each.step >= step.step
        )
    ]


def _owned(made: Records) -> Iterator[Struct]:
    """The last steps of open cases that somebody had before too, where nobody's absence is said."""
    before: dict[str, bool] = {}
    last = last_steps(made)
    for each in steps(made):
        owned = each.manager is not None and before.get(each.escalation_id, True)
        closed = each.status in {*ENDS, S.REFUSED}
        if each is last[each.escalation_id] and owned and not closed:
            yield each
        before[each.escalation_id] = each.manager is not None


def _lost_cases(made: Records) -> Iterator[Struct]:
    """RAISED, and in no other case than the one that they opened."""
    erased = {one for each in made if isinstance(each, Erased) for one in each.escalation_ids}
    decided = [each for each in made if isinstance(each, Disagreement)]
    latest = max((each.decided_at for each in decided), default=0)
    for each in decided:
        if each.decision is not Decision.RAISED or each.decided_at == latest:
            continue  # of the last tick nothing need be there yet
        within = {
            s.escalation_id for s in steps(made) if each.disagreement_id in s.disagreement_ids
        }
        if within == {each.escalation_id} and each.escalation_id not in erased:
            yield each


def _lost(made: Records, record: Disagreement) -> Records:
    return [
        each
        for each in made
        if not (isinstance(each, Escalation) and each.escalation_id == record.escalation_id)
    ]


def _first_of_several(made: Records) -> Iterator[Struct]:
    decided = [each for each in made if isinstance(each, Disagreement)]
    several = {(each.visit_id, each.rule) for each in decided if each.n > 1}
    yield from (each for each in decided if each.n == 1 and (each.visit_id, each.rule) in several)


def _counted(made: Records) -> Iterator[Struct]:
    for each in made:
        if isinstance(each, Disagreement) and each.throttle is not None and each.arm is Arm.LIVE:
            yield each


def _one_too_many(made: Records, record: Disagreement) -> Records:
    assert record.throttle is not None
    wrong = replace(record, throttle=replace(record.throttle, used=record.throttle.used + 9))
    return [wrong if each is record else each for each in made]


FAULTS: dict[
    str, tuple[Breach, Callable[[Records], Iterator[Struct]], Callable[[Records, Any], Records]]
] = {
    "a step is lost": (
        Breach.STEPS_WITH_GAPS, _inner_steps, lambda made, at: without(made, [at]),
    ),
    "a step is there twice": (
        Breach.STEP_TWICE, lambda made: iter(steps(made)), lambda made, at: [*made, at],
    ),
    "the customer is not told": (Breach.NOBODY_TOLD, _told_steps, _untold),
    "a notice is there twice": (
        Breach.NOTICE_TWICE,
        lambda made: (each for each in made if isinstance(each, Notice)),
        lambda made, at: [*made, at],
    ),
    "a deadline has no effect": (Breach.NO_EFFECT, _moves, _cut),
    "a missed promise is not said": (Breach.NO_EFFECT, _missed_promises, _cut),
    "a wait has no end": (Breach.NO_EFFECT, _ended_waits, _cut),
    "an open case has nobody, and no reason": (
        Breach.WITHOUT_OWNER,
        _owned,
        lambda made, at: [replace(e, manager=None, reasons=()) if e is at else e for e in made],
    ),
    "a case is lost": (Breach.RAISED_WITHOUT_CASE, _lost_cases, _lost),
    "a decision is lost": (
        Breach.DECISIONS_WITH_GAPS, _first_of_several, lambda made, at: without(made, [at]),
    ),
    "a decision is there twice": (
        Breach.DECISION_TWICE,
        lambda made: (each for each in made if isinstance(each, Disagreement)),
        lambda made, at: [*made, at],
    ),
    "a throttle counts too many": (Breach.THROTTLE_DIFFERS, _counted, _one_too_many),
}  # fmt: skip
