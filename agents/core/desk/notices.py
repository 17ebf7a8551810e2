"""Who is told of the steps that a handling made (the words: `agents/core/notices`)."""

from msgspec.structs import replace

from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.handling import Handled
from agents.core.notices.compose import notices_of
from agents.core.notices.table import Happening
from agents.core.world import World
from schemas.records import Escalation


def with_notices(
    partition: Partition, handled: Handled[EscalationState], world: World
) -> Handled[EscalationState]:
    """The handling with the notices that its steps make, after all else that it writes."""
    steps = [each.record for each in handled.outputs if isinstance(each.record, Escalation)]
    if not steps:
        return handled
    states = {key: state for key, state in handled.changed.items() if state is not None}
    happenings = tuple(_happening(partition, steps, place) for place in range(len(steps)))
    notices = notices_of(happenings, states, world)
    return replace(handled, outputs=(*handled.outputs, *notices))


def _happening(partition: Partition, steps: list[Escalation], place: int) -> Happening:
    """A step with its neighbours of the same escalation, and who had the case before it."""
    step = steps[place]
    before = [each for each in steps[:place] if each.escalation_id == step.escalation_id]
    after = [each for each in steps[place + 1 :] if each.escalation_id == step.escalation_id]
    if before:
        had = before[-1].manager.manager_id if before[-1].manager else None
    else:
        state = partition.get(step.escalation_id)
        had = state.manager_id if state else None
    return Happening(
        step=step,
        had=had,
        previous=before[-1] if before else None,
        following=after[0] if after else None,
    )
