"""Who is told of the steps that a handling made (the words: `agents/core/notices`)."""

from collections import defaultdict

from msgspec import Struct
from msgspec.structs import replace

from agents.core.desk.heard import answers_customer, new_wish
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.handling import Handled, Output, Turns, in_one_go
from agents.core.notices.compose import notices_of
from agents.core.notices.table import Happening
from agents.core.world import World
from schemas.records import Escalation


def with_notices(
    partition: Partition,
    handled: Handled[EscalationState],
    world: World,
    record: Struct | None = None,
) -> Turns[Handled[EscalationState]]:
    """The handling with the notices that its steps make, after all else that it writes.

    `record`: what was handled; None: time. Others may have a turn between two steps.
    """
    steps = [each.record for each in handled.outputs if isinstance(each.record, Escalation)]
    if not steps:
        return handled
    states = {key: state for key, state in handled.changed.items() if state is not None}
    of_case: dict[str, list[Escalation]] = defaultdict(list)
    for each in steps:
        of_case[each.escalation_id].append(each)
    happenings = (
        replace(
            _happening(partition, each, of_case[each.escalation_id]),
            answers=answers_customer(each, states.get(each.escalation_id), record, world),
            wish=new_wish(each, record, world),
        )
        for each in steps
    )
    notices, changed = yield from notices_of(happenings, states, world)
    return replace(
        handled,
        changed={**handled.changed, **changed} if changed else handled.changed,
        outputs=(*handled.outputs, *notices),
    )


def untold(
    partition: Partition, handled: Handled[EscalationState], world: World
) -> dict[str, Exception]:
    """The cases of whose steps nobody can be told, and why: a defect of ours."""
    of_case: dict[str, list[Output]] = defaultdict(list)
    for each in handled.outputs:
        if isinstance(each.record, Escalation):
            of_case[each.record.escalation_id].append(each)
    found: dict[str, Exception] = {}
    for escalation_id, outputs in of_case.items():
        try:
            in_one_go(with_notices(partition, replace(handled, outputs=tuple(outputs)), world))
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are told
            found[escalation_id] = error
    return found


def _happening(partition: Partition, step: Escalation, steps: list[Escalation]) -> Happening:
    """A step with its neighbours among the `steps` of the case, and who had the case before it."""
    place = step.step - steps[0].step
    previous = steps[place - 1] if place else None
    following = steps[place + 1] if place + 1 < len(steps) else None
    if previous is not None:
        had = previous.manager.manager_id if previous.manager else None
    else:
        state = partition.get(step.escalation_id)
        had = state.manager_id if state else None
    return Happening(
        step=step,
        had=had,
        previous=previous,
        following=following,
        codes=frozenset([each.code for each in step.reasons]),
    )
