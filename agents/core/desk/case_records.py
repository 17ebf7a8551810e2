"""The record of a case in recourse.cases: where it stands, for who shows it.

A step replaces the record of the one before it, and it goes when the desk lets go of the case, or
when the customer asked to be forgotten. What was open before there was such a topic is shown by and
by, some at each tick, so that no tick is long; what had ended by then never is.
"""

from collections.abc import Collection, Mapping
from heapq import nsmallest
from typing import Final

from msgspec.structs import replace

from agents.core.desk.abuse import counted_outcome
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState, Phase
from agents.core.desk.steps import contact
from agents.core.desk.timers.due import is_set_aside
from agents.core.handling import TRIED_AGAIN_MS, Failure, Handled, Output, Tombstone, Turns
from agents.core.notices.wording.formats import exact
from agents.core.world import World
from schemas.records import Case, CaseGround, CasePhase, CasePrice, Escalation

CASES: Final = "recourse.cases"
SHOWN_AT_ONCE: Final = 500
"""How many cases of before a tick shows: some 20 ms of work."""


class CasesUnshown(Exception):  # noqa: N818 - says what happened
    """Of some cases our own code can make no record: by id, why."""

    def __init__(self, failing: Mapping[str, Exception]) -> None:
        self.failing = failing
        super().__init__(f"{len(failing)} cases")


class _Shown:
    """The records of a handling, and the cases that they are of."""

    def __init__(self, world: World) -> None:
        self.states: dict[str, EscalationState] = {}
        self.outputs: list[Output] = []
        self.failing: dict[str, Exception] = {}
        self._world = world

    def show(self, state: EscalationState, step: Escalation | None) -> None:
        key = state.escalation_id
        try:
            record = case_of(state, step, self._world)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other cases' time goes on
            self.failing[key] = error
            return
        self.outputs.append(Output(topic=CASES, record=record))
        self.states[key] = state if state.shown else replace(state, shown=True)


def with_cases(
    partition: Partition,
    handled: Handled[EscalationState],
    world: World,
    also: Collection[str] = (),
) -> Turns[Handled[EscalationState]]:
    """The handling with the record of each case that it made a step of, or let go of.

    `also`: cases to be shown without a step. Others may have a turn between two cases.

    Raises:
        CasesUnshown: our own code fails on some of them.
    """
    if not handled.changed and not also:
        return handled
    writes = world.policy.writes_generation(2)
    newest = {
        each.record.escalation_id: each.record
        for each in handled.outputs
        if isinstance(each.record, Escalation)
    }
    shown = _Shown(world)
    for key, after in handled.changed.items():
        before = partition.records.get(key)
        if after is None or (after.erased and not (before and before.erased)):
            if _was_there(before or after, writes=writes):
                shown.outputs.append(Output(topic=CASES, record=Tombstone(key=key)))
            if after is not None:
                shown.states[key] = replace(after, shown=False)
        elif key in newest and not after.erased and (writes or after.shown):
            shown.show(after, newest[key])
        yield
    for key in also:
        state = handled.changed.get(key, partition.records[key])
        if key not in shown.states and state is not None and _lacks_case(state):
            shown.show(state, None)
        yield
    if shown.failing:
        raise CasesUnshown(shown.failing)
    return replace(
        handled,
        changed={**handled.changed, **shown.states} if shown.states else handled.changed,
        outputs=(*handled.outputs, *shown.outputs),
    )


def tried_later(
    partition: Partition,
    handled: Handled[EscalationState],
    world: World,
    aside: Mapping[str, Exception],
) -> Handled[EscalationState]:
    """The handling with those put aside that are to be shown without a step: they fail, too."""
    failed = {each.key for each in handled.failures}
    keys = [key for key in unshown(partition, world) if key in aside and key not in failed]
    again_at = world.now + TRIED_AGAIN_MS
    kept = {key: handled.changed.get(key, partition.records[key]) for key in keys}
    later = {
        key: replace(state, tried_again_at=again_at)
        for key, state in kept.items()
        if state is not None
    }
    failures = (Failure(key=key, error=aside[key]) for key in later)
    return replace(
        handled,
        changed={**handled.changed, **later},
        failures=(*handled.failures, *failures),
    )


def unshown(partition: Partition, world: World) -> Collection[str]:
    """The next cases of before that are to be shown; none before generation 2 of the policy."""
    if not lacks_cases(partition, world):
        return ()
    records, now = partition.records, world.now
    asked = (each for each in partition.unshown if not is_set_aside(records[each], now))
    return nsmallest(SHOWN_AT_ONCE, asked)


def lacks_cases(partition: Partition, world: World) -> bool:
    """Whether there are any."""
    return bool(partition.unshown) and world.policy.writes_generation(2)


def case_of(state: EscalationState, step: Escalation | None, world: World) -> Case:
    """Where a case stands after its newest step; None: that was made before there was a record.

    What was found ABUSIVE is UNFOUNDED until another person has confirmed it, as the customer is
    told.
    """
    wait = state.wait
    return Case(
        escalation_id=state.escalation_id,
        step=state.steps - 1,
        status=None if step is None else step.status,
        phase=CasePhase(state.phase.value),
        occurred_at=state.last_step_at if step is None else step.occurred_at,
        opened_at=state.opened_at,
        ended_at=state.ended_at,
        customer_id=state.customer_id,
        visit_id=state.visit_id,
        vehicle_id=state.vehicle_id,
        site_id=state.site_id,
        region_id=state.region_id,
        language=state.addressing.language,
        severity=state.severity,
        tier=state.tier,
        grounds=tuple(
            CaseGround(
                rule=each.rule,
                kind=each.kind,
                subject_id=each.subject_id,
                price=None if each.told is None else _price(each.told),
            )
            for each in state.shown_grounds
        ),
        manager=contact(state.manager_id, world) if step is None else step.manager,
        acknowledge_by=state.clocks.acknowledge_by,
        acknowledged_at=state.acknowledged_at,
        decide_by=state.clocks.decide_by,
        promised_until=state.promised_until,
        waits_until=None if wait is None else wait.until,
        outcome=None if state.is_open else counted_outcome(state, state.outcome),
        remedy=state.remedy,
        merged_into=state.merged_into,
        policy_version=world.policy.version,
        generation=world.policy.generation,
    )


def _price(told: Mapping[str, str]) -> CasePrice | None:
    """The amounts of a ground, as people are told them; None: it is about no price."""
    amount, currency = told.get("amount_minor"), told.get("currency")
    if amount is None or currency is None:
        return None
    asked, base = _minor(amount), told.get("base_minor")
    stood = None if base is None else _minor(base)
    return CasePrice(
        amount=asked,
        base=stood,
        excess=None if stood is None or asked < stood else asked - stood,
        currency=currency,
        before_tax=told.get("tax") == "before",
    )


def _minor(amount: str) -> int:
    """An amount as a reason holds it; most are whole, and a fraction takes its time."""
    return int(amount) if amount.isdecimal() else round(exact(amount))


def _lacks_case(state: EscalationState) -> bool:
    return state.is_open and not state.shown and not state.erased


def _was_there(state: EscalationState | None, *, writes: bool) -> bool:
    """Whether there may be a record of the case.

    One that ended is not known to be shown where a version before had it in between, so from
    generation 2 on nothing is let go of without saying so.
    """
    if state is None or state.phase is Phase.FORGOTTEN:
        return False
    return writes or state.shown
