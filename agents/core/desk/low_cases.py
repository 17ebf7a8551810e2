"""Many LOW cases at one site: none of them goes above it, so that there are many is said above.

One notice to a manager of the next tier, of so many cases within so long; no case, no finding. Each
case is counted for one such notice.
"""

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.desk.informed import whom_to_tell
from agents.core.desk.low_index import LowIndex, counted_at
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.handling import Handled
from agents.core.notices.aside import many_low
from agents.core.world import World
from schemas.records import Escalation, EscalationStatus, Tier

_BEGINS = (EscalationStatus.OPENED, EscalationStatus.REOPENED)
TOLD = Tier.REGIONAL


class Many(Struct, frozen=True, kw_only=True):
    """So many cases, of which the last occurred at a moment (ms)."""

    cases: int
    last: int


def with_many_low(
    partition: Partition, handled: Handled[EscalationState], world: World
) -> Handled[EscalationState]:
    """The handling with the notice that a site has many LOW cases, if its case makes them many.

    The case keeps that it was told. Where nobody could be told it is not, so the next one is.
    """
    if not world.policy.writes_generation(2):
        return handled
    for output in handled.outputs:
        step = output.record
        if not isinstance(step, Escalation) or step.status not in _BEGINS:
            continue
        state = handled.changed[step.escalation_id]
        found = None if state is None else many_at(partition.low, state, world)
        if state is None or found is None:
            continue
        to = whom_to_tell(TOLD, state, world, partition)
        if to is None:
            continue
        told = replace(state, low_told_at=found.last)
        notice = many_low(told, found.cases, to, world)
        return replace(
            handled,
            changed={**handled.changed, told.escalation_id: told},
            outputs=(*handled.outputs, notice),
        )
    return handled


def many_at(index: LowIndex, state: EscalationState, world: World) -> Many | None:
    """The cases of the site that are many with this one; None: they are not, or it was told lately.

    Any time that holds the case counts, in whatever order they came: more than so long lies between
    two of which a notice is made.
    """
    at, enough = counted_at(state), world.policy.low_at_site.cases
    if at is None or enough == 0:
        return None
    span = world.policy.low_at_site.within_days * DAY_MS
    moments = index.around(state, at, enough - 1)
    for first, last in zip(moments, moments[enough - 1 :], strict=False):
        told = index.was_told(state.site_id, after=last - span, before=last + span)
        if last - first < span and not told:
            return Many(cases=index.cases(state, after=last - span, until=last), last=last)
    return None
