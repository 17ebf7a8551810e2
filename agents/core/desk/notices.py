"""Who is told of the steps that a handling made (the words: `agents/core/notices`)."""

from collections import defaultdict

from msgspec.structs import replace

from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.handling import Handled
from agents.core.notices.compose import notices_of
from agents.core.notices.table import Happening
from agents.core.world import World
from schemas.records import Escalation

_LATE = ("UNDECIDED", "OVERDUE")


def with_notices(
    partition: Partition, handled: Handled[EscalationState], world: World
) -> Handled[EscalationState]:
    """The handling with the notices that its steps make, after all else that it writes."""
    steps = [each.record for each in handled.outputs if isinstance(each.record, Escalation)]
    if not steps:
        return handled
    states = {key: state for key, state in handled.changed.items() if state is not None}
    of_case: dict[str, list[Escalation]] = defaultdict(list)
    for each in steps:
        of_case[each.escalation_id].append(each)
    happenings = tuple(
        _happening(partition, each, of_case[each.escalation_id], world) for each in steps
    )
    notices = notices_of(happenings, states, world)
    return replace(handled, outputs=(*handled.outputs, *notices))


def _happening(
    partition: Partition, step: Escalation, steps: list[Escalation], world: World
) -> Happening:
    """A step with its neighbours among the `steps` of the case, and what was so before it."""
    place = step.step - steps[0].step
    previous = steps[place - 1] if place else None
    following = steps[place + 1] if place + 1 < len(steps) else None
    state = partition.get(step.escalation_id)
    if previous is not None:
        had = previous.manager.manager_id if previous.manager else None
    else:
        had = state.manager_id if state else None
    late = any(reason.code in _LATE for each in steps[:place] for reason in each.reasons)
    return Happening(
        step=step,
        had=had,
        previous=previous,
        following=following,
        late_before=late or (state is not None and _is_late(state, world)),
    )


def _is_late(state: EscalationState, world: World) -> bool:
    """Whether the time to decide was shortened, as it is each time when a deadline passes."""
    whole = world.policy.clocks.of(state.severity).decide_minutes
    return state.clocks.decide_minutes < whole
