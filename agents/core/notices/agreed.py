"""That a customer is said to have agreed to a price far above what stood before.

Who writes the estimates may be who writes the customer's words, too: a yes that nobody gave makes a
rise none, and no rule finds it. So the customer hears of it, and can say that it is not so.
"""

from fractions import Fraction
from typing import Final

from msgspec import Struct

from agents.core.customers.draft import Draft
from agents.core.customers.rule_base.authorised import (
    Base,
    authorisations,
    base_by,
    estimates,
    limit_above,
)
from agents.core.customers.state import Visit
from agents.core.customers.stored_facts import Fact
from agents.core.notices.notice import Parameters
from agents.core.notices.throttled import tell
from agents.core.policy import AuthorisationLimit
from schemas.records import Arm, CustomerResponse, Estimate, Response

AGREED: Final = "customer-agreed"
MESSAGES: Final = frozenset({AGREED})


class Raised(Struct, frozen=True, kw_only=True):
    """A yes that made a base more than the limit above the one before it, if there was any."""

    base: Base
    before: Base | None


def tell_of_higher_yes(draft: Draft, event: Fact, before: Visit | None) -> None:
    """A notice for a yes that an event made one beyond the limit; `before`: the visit without it.

    It may be the yes itself, or the estimate that says what it was given to.
    """
    visit, world = draft.visit(event.visit_id), draft.world
    if not world.policy.notices.agreed_beyond_limit or not _may_raise(event, visit):
        return
    site = world.directory.site(visit.site_id)
    currency = visit.currency or site.currency
    place = world.policy.jurisdiction(site.country, site.subdivision, currency)
    limit = place.authorisation_limit
    now = raised(visit, limit, currency)
    if not now:
        return
    known = {} if before is None else raised(before, limit, currency)
    new = [
        each
        for event_id, each in now.items()
        if event_id not in known or known[event_id].base.total < each.base.total
    ]
    if new and draft.has_room_for_notice(visit.visit_id, AGREED):
        facts = _facts(max(new, key=lambda each: each.base.total))
        said = (AGREED, facts | ({"currency": currency} if currency else {}))
        acted_at = event.occurred_at if isinstance(event, CustomerResponse) else None
        cause = f"{visit.visit_id}:{event.event_id}"
        tell(draft, visit.visit_id, cause, said, acted_at=acted_at)


def _may_raise(event: Fact, visit: Visit) -> bool:
    if visit.arm is not Arm.LIVE:
        return False
    if isinstance(event, CustomerResponse):
        return event.response is Response.AUTHORISED
    return isinstance(event, Estimate) and bool(visit.responses)


def raised(visit: Visit, limit: AuthorisationLimit, currency: str | None) -> dict[str, Raised]:
    """Each yes that is a base now and beyond the limit, by its event."""
    found = {}
    authorised, of = authorisations(visit), estimates(visit)
    for estimate_id, words in authorised.of.items():
        revisions = of.get(estimate_id or "", ())
        base = base_by(estimate_id, revisions, words)
        if base is None or base.authorisation is None:
            continue
        earlier = [each[0].event_id for each in words].index(base.authorisation.event_id)
        before = base_by(estimate_id, revisions, words[:earlier])
        if _is_beyond(base, before, limit, currency):
            found[base.authorisation.event_id] = Raised(base=base, before=before)
    return found


def _is_beyond(
    base: Base, before: Base | None, limit: AuthorisationLimit, currency: str | None
) -> bool:
    stood: int | Fraction = 0
    if before is not None:
        stood = before.subtotal if limit.before_tax else before.total
    agreed = base.subtotal if limit.before_tax else base.total
    rise = agreed - stood
    return rise > 0 and rise > limit_above(stood, limit, currency)  # no limit is below 0


def _facts(of: Raised) -> Parameters:
    said = {"amount_minor": str(of.base.total)}
    if of.before is None:
        return said | {"stood": "NOTHING"}
    stood = "ESTIMATED" if of.before.authorisation is None else "AGREED"
    return said | {"base_minor": str(of.before.total), "stood": stood}
