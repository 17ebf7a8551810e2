"""From when on a shadow has read what it decides on, and what of the past it lacks until when."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.state import Customer
from agents.core.policy import Policy
from schemas.records import Disagreement, ShadowGap, ShadowMissing

EVENTS: Final = "service."
"""What the topics begin with whose records decide; of the others all that counts is in them."""
EVENTS_KEPT_MS: Final = 14 * DAY_MS
"""How long events are kept: a topic that said nothing for so long after the first has nothing of
before."""
FIRST_VISIT: Final = "FIRST_ESCALATION_OF_FIRST_VISIT"


class Begun(Struct, frozen=True, kw_only=True):
    """Under which policy (`Reference.shadow_id`) a partition runs, and from when on.

    `first_at`: by topic of events when its first record came (ms); 0: it is the topic's first.
    """

    shadow_id: str
    first_at: Mapping[str, int] = {}

    def with_first(self, topic: str, offset: int, timestamp: int) -> "Begun":
        """The same where a record has come; itself where nothing is new."""
        if not topic.startswith(EVENTS) or topic in self.first_at:
            return self
        return replace(self, first_at={**self.first_at, topic: timestamp if offset else 0})

    @property
    def since(self) -> int | None:
        """From when on all events were read (ms); None: from the first there ever was."""
        cut = [at for at in self.first_at.values() if at]
        if not cut:
            return None
        return min(max(cut), min(cut) + EVENTS_KEPT_MS)


def gaps(
    found: Disagreement, customer: Customer | None, policy: Policy, since: int | None
) -> tuple[ShadowGap, ...]:
    """What of the past may be missing to a decision.

    `customer`: as the decision left them. `since`: from when on all events were read (ms).
    """
    if since is None:
        return ()
    ends = ((what, since + span) for what, span in _leant_on(found, customer, policy))
    return tuple(
        ShadowGap(what=what, whole_from=end) for what, end in ends if found.decided_at < end
    )


def _leant_on(
    found: Disagreement, customer: Customer | None, policy: Policy
) -> Iterator[tuple[ShadowMissing, int]]:
    """What of the past a decision leant on, and how far back that goes (ms)."""
    visit = None if customer is None else customer.visits.get(found.visit_id)
    if visit is None or not visit.check_ins:
        yield ShadowMissing.VISIT, policy.kept.silent_visit_closed_after_days * DAY_MS
    if found.throttle is not None:
        yield ShadowMissing.THROTTLE_DAY, DAY_MS
        yield ShadowMissing.THROTTLE_WINDOW, policy.throttle.window_days * DAY_MS
    if any(each.facts.get("because") == FIRST_VISIT for each in found.reasons):
        yield ShadowMissing.FIRST_VISIT, policy.kept.first_visit_years * 366 * DAY_MS
